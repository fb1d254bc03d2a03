"""Parts of `events` that cannot be read: put aside, and what they held is loaded again from the spool.

A full disk or a failing one leaves a part whose files are cut short. As long as it is active every question about
its days fails, and the engine takes a second insert of the same block for a repetition.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date

from minilens.errors import EngineFailed
from minilens.warehouse.engine import Engine

log = logging.getLogger(__name__)

#: Codes of the engine that say that a file of a part is not what it should be.
DAMAGED = tuple(
    f"Code: {n}." for n in (23, 32, 33, 40, 76, 79, 107, 108, 117, 226, 228, 246, 271, 354, 432)
)


def put_aside(engine: Engine, days: Iterable[tuple[int, date]]) -> int:
    """Detach the parts of these apps' months that cannot be read; how many rows were in them."""
    months = sorted({f"({app},{day:%Y%m})" for app, day in days})
    parts = engine.rows(
        "SELECT name, rows FROM system.parts WHERE active AND database = currentDatabase() "
        "AND table = 'events' AND partition IN {months:Array(String)}",
        {"months": months},
    )
    gone = 0
    for name, rows in parts:
        if why := _damage(engine, name, rows):
            engine.run(f"ALTER TABLE events DETACH PART '{name}'")
            log.error(
                "a damaged part was put aside; its events are loaded again where the spool has them",
                extra={"part": name, "rows": rows, "reason": why},
            )
            gone += rows
    return gone


def _damage(engine: Engine, part: str, rows: int) -> str:
    """Why a part cannot be read; nothing where it can, or where that cannot be told now."""
    try:
        found = engine.one(
            "SELECT count() FROM events WHERE _part = {part:String} AND NOT ignore(*)",
            {"part": part},
        )
    except EngineFailed as error:
        return str(error) if any(code in str(error) for code in DAMAGED) else ""
    # a part that was merged away meanwhile has none
    return f"{found} of {rows} rows" if 0 < found < rows else ""


def put_aside_count(engine: Engine) -> int:
    """Damaged parts that have been put aside, so far."""
    return int(
        engine.one(
            "SELECT count() FROM system.detached_parts WHERE database = currentDatabase() AND table = 'events'"
        )
    )
