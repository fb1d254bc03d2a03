"""Parts that cannot be read: put aside, and what they held is loaded again from the spool, or made again.

A full disk or a failing one leaves a part whose files are cut short. As long as it is active every question about
its days fails, and the engine takes a second insert of the same block for a repetition.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from minilens.errors import EngineFailed
from minilens.warehouse.engine import Engine

log = logging.getLogger(__name__)

#: Codes of the engine that say that a file of a part is not what it should be.
_NAMED = re.compile(r"from part (/[^\s,)]+)")
DAMAGED = tuple(
    f"Code: {n}." for n in (23, 32, 33, 40, 76, 79, 107, 108, 117, 226, 228, 246, 271, 354, 432)
)


def put_aside(engine: Engine, days: Iterable[tuple[int, date]]) -> int:
    """Detach the parts of these apps' months that cannot be read; how many rows were in them."""
    months = sorted({f"({app},{day:%Y%m})" for app, day in days})
    gone = 0
    for shard in engine.shards():
        parts = shard.rows(
            "SELECT name, rows FROM system.parts WHERE active AND database = currentDatabase() "
            "AND table = 'events' AND partition IN {months:Array(String)}",
            {"months": months},
        )
        for name, rows in parts:
            if why := _damage(shard, "events", name, rows):
                detach(Part("events", name, "", rows, why, shard))
                gone += rows
    return gone


@dataclass(frozen=True)
class Part:
    """A part that cannot be read, and why; `partition` as the engine writes it: 7, (7,202611)."""

    table: str
    name: str
    partition: str
    rows: int
    why: str
    engine: Engine  # of its shard


def found_since(engine: Engine, since: int) -> list[Part]:
    """Parts of any table, written since then (seconds since 1970), that cannot be read whole."""
    return _unreadable(
        engine,
        "SELECT table, name, partition, rows FROM system.parts WHERE active AND rows > 0 "
        "AND database = currentDatabase() AND modification_time >= toDateTime({since:UInt32}) ORDER BY table, name",
        {"since": since},
    )


def named_in(engine: Engine, error: str) -> list[Part]:
    """The parts that a sentence of the engine names as unreadable, and that are so."""
    paths = [f"{path.rstrip('/')}/" for path in _NAMED.findall(error)]
    return _unreadable(
        engine,
        "SELECT table, name, partition, rows FROM system.parts WHERE active AND rows > 0 "
        "AND database = currentDatabase() AND path IN {paths:Array(String)}",
        {"paths": paths},
    )


def _unreadable(engine: Engine, sql: str, asked: Mapping[str, object]) -> list[Part]:
    """Those of the parts that a question finds (table, name, partition, rows) that cannot be read whole."""
    return [
        Part(table, name, partition, rows, why, shard)
        for shard in engine.shards()
        for table, name, partition, rows in shard.rows(sql, asked)
        if (why := _damage(shard, table, name, rows))
    ]


def detach(part: Part) -> None:
    """Put it aside: its folder is kept, and questions no longer meet it."""
    part.engine.run(f"ALTER TABLE {part.table} DETACH PART '{part.name}'")
    log.error(
        "a damaged part was put aside; what it held is loaded or made again where that is possible",
        extra={"table": part.table, "part": part.name, "rows": part.rows, "reason": part.why},
    )


def damaged(error: Exception) -> bool:
    """Whether the engine says that a file is not what it should be."""
    return isinstance(error, EngineFailed) and any(code in str(error) for code in DAMAGED)


def _damage(engine: Engine, table: str, part: str, rows: int) -> str:
    """Why a part cannot be read; nothing where it can, or where that cannot be told now."""
    try:
        found = engine.one(
            f"SELECT count() FROM {table} WHERE _part = {{part:String}} AND NOT ignore(*)",
            {"part": part},
        )
    except EngineFailed as error:
        return str(error) if damaged(error) else ""
    # a part that was merged away meanwhile has none
    return f"{found} of {rows} rows" if 0 < found < rows else ""


def put_aside_count(engine: Engine) -> int:
    """Damaged parts that have been put aside, so far."""
    sql = "SELECT count() FROM system.detached_parts WHERE database = currentDatabase()"
    return sum(int(row[0]) for row in engine.rows_of_shards(sql))
