"""Rows of a question that one table has, and what is made of them right where they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Read:
    """`columns` of the rows of a table that all of `asked` holds of. `known`: what comes before that they name."""

    columns: Sequence[str]
    table: str
    asked: Sequence[str]
    known: str = ""

    def rows(self) -> str:
        """SQL of them."""
        return f"""
        {self.known}SELECT {", ".join(self.columns)}
        FROM {self.table}
        WHERE {" AND ".join(self.asked)}"""

    @property
    def alone(self) -> bool:
        """Whether nothing else is asked for them."""
        parts = (*self.columns, self.table, *self.asked, self.known)
        return not any("SELECT" in one for one in parts)

    def made(self, select: str, where: Sequence[str] = ()) -> str:
        """SQL of what is made of those of them that `where` holds of as well, without a table of them between.

        Over a table of a cluster, each shard makes it of its own rows, and has less to plan than for a table of rows.
        """
        named = ", ".join(one for one in self.columns if not _is_column(one))
        return f"""{f"WITH {named}" if named else ""}
        SELECT {select}
        FROM {self.table}
        WHERE {" AND ".join([*self.asked, *where])}"""


def _is_column(one: str) -> bool:
    """Whether it is called what the table calls it."""
    value, _, name = one.rpartition(" AS ")
    return value.removeprefix("e.") == name
