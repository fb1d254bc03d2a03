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


#: What sessions carry.
ORIGINS: tuple[Origin, ...] = (
    Origin("scene", "Int32"),
    Origin("source"),
    Origin("campaign"),
    Origin("link"),
    Origin("utm_source"),
    Origin("utm_medium"),
    Origin("utm_campaign"),
    Origin("utm_term"),
    Origin("utm_content"),
    Origin("country"),
    Origin("province"),
    Origin("city"),
    Origin("brand"),
    Origin("model"),
    Origin("os"),
    Origin("language"),
    Origin("network"),
    Origin("app_version"),
)


def _some(*wanted: str) -> tuple[Origin, ...]:
    return tuple(one for one in ORIGINS if one.name in wanted)


#: What page views of a day carry: what a list of pages is not cut by is asked of sessions.
OF_PAGE_VIEWS = tuple(
    one for one in ORIGINS if one.name not in ("brand", "os", "language", "network")
)
#: What actions carry: each costs a bit of every event.
OF_ACTIONS = _some("scene", "source", "campaign", "link", "province", "city", "app_version")
#: What is kept of a person's first touch.
OF_TOUCH = _some(
    "scene", "source", "campaign", "link", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content",
    "country", "province", "city",
)  # fmt: skip


def names(some: tuple[Origin, ...] = ORIGINS, of: str = "") -> str:
    """SQL: the columns by name, in the order of the list; `of` stands before each (`s.origin.`)."""
    return ", ".join(f"{of}{one.name}" for one in some)


def declared(some: tuple[Origin, ...] = ORIGINS) -> str:
    """SQL: the columns with their types."""
    return ", ".join(f"{one.name} {one.type}" for one in some)
