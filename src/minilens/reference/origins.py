"""Where a visit came from and what it was made with: the columns that builds carry from events, each declared once.

Schema, builds, dimensions and the tests that count by hand take them from here, by name: no SQL relies on their order.
"""

from __future__ import annotations

from dataclasses import dataclass

_TEXT = "LowCardinality(String)"


@dataclass(frozen=True)
class Origin:
    """One column, of the same name and type in `events` and in whatever is made of them."""

    name: str
    type: str = _TEXT


ORIGINS: tuple[Origin, ...] = (
    Origin("scene", "Int32"),
    Origin("source"),
    Origin("campaign"),
    Origin("link"),
    Origin("province"),
    Origin("app_version"),
)


def names(some: tuple[Origin, ...] = ORIGINS, of: str = "") -> str:
    """SQL: the columns by name, in the order of the list; `of` stands before each (`s.origin.`)."""
    return ", ".join(f"{of}{one.name}" for one in some)


def declared(some: tuple[Origin, ...] = ORIGINS) -> str:
    """SQL: the columns with their types."""
    return ", ".join(f"{one.name} {one.type}" for one in some)
