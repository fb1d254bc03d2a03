"""The tables in memory that loading and making days work in, on a server: each process that opens it has its own.

A process that is stopped for a while, or was killed, may still have a statement under way when another loads in its
place, and goes on with the next before it finds that out. So the tables bear the name of the process, and whoever
begins to load drops those of all others: what these still say of theirs fails.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minilens.warehouse.engine import Engine

NAMES = (
    # of loading
    "incoming", "remaining", "left_out", "chunk", "judged", "pairs", "known", "refusals", "kept_names", "link_names",
    # of making days
    "building", "visited", "came_before", "newcomers", "origins", "spans", "arrivals", "touched", "touched_actors",
)  # fmt: skip
_ANY = "|".join(NAMES)
_TABLE = re.compile(rf"\b(FROM|JOIN|INTO|TABLE)(\s+)({_ANY})\b(\s+AS\b)?")
#: Those of processes, and those that have no process: earlier versions had them in common.
_WHOSE = re.compile(rf"(?:{_ANY})(?:_([0-9a-f]{{8}}))?")


def own(sql: str, process: str) -> str:
    """The same statement over the tables of a process, where it has any; columns are called by the table as before."""

    def named(found: re.Match[str]) -> str:
        word, space, name, called = found.groups()
        table = f"{word}{space}{own_table(name, process)}"
        if called:
            return table + called
        return f"{table} AS {name}" if word in ("FROM", "JOIN") else table

    return _TABLE.sub(named, sql) if process else sql


def own_table(name: str, process: str) -> str:
    """The table of that name of a process; any other table as it is."""
    return f"{name}_{process}" if process and name in NAMES else name


def of_others(name: str, process: str) -> bool:
    """Whether a table is such a table of anybody else."""
    found = _WHOSE.fullmatch(name)
    return found is not None and found[1] != process


def drop_those_of_others(engine: Engine) -> None:
    """Nobody else loads from now on."""
    sql = "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'Memory'"
    for (name,) in engine.rows(sql) if engine.process else ():
        if of_others(name, engine.process):
            engine.run(f"DROP TABLE IF EXISTS `{name}`")
