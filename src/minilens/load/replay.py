"""Loading kept segments again, after a fault in loading has been mended.

What a segment brought is taken out first; its days are written down as dirty before that, so that a
kill in the middle is mended by doing it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from minilens.load.classify import DROPPED
from minilens.load.pending import Counter, Pending, mark
from minilens.spool.reader import Folder, folders
from minilens.warehouse.engine import Engine

_MINE = "segment = {segment:String}"


def rewind_all(spool: Path, only: str = "", others: Sequence[Folder] = ()) -> int:
    """Send every kept segment back to its beginning, or those of `only` one receiver; how many.

    `others`: the folders of receivers on other hosts. The loader does the rest.
    """
    count = 0
    for folder in (*folders(spool), *others):
        if only and folder.name != only:
            continue
        for segment in folder.segments():
            if segment.loaded:
                folder.rewind(segment.id)
                count += 1
    return count


def take_out(engine: Engine, pending: Pending, counter: Counter, segment: str) -> None:
    """Delete what a segment brought: events, quarantine, ledger rows, and the memory of its ids. Of what left the
    quarantine it is remembered what was dropped."""
    mine = {"segment": segment}
    days: dict[int, list[date]] = {}
    for app, day in engine.rows(f"SELECT DISTINCT app, day FROM events WHERE {_MINE}", mine):
        days.setdefault(app, []).append(day)
    for app, some in days.items():
        mark(engine, pending, counter, app, sorted(some), "replay")
    engine.on_each_shard(
        f"""
DELETE FROM ids WHERE (app, id) IN
(
    SELECT app, toUInt128(id) FROM {engine.whole("events")} WHERE {_MINE}
    UNION ALL
    SELECT app, toUInt128(toUUIDOrZero(JSONExtractString(line, 'id'))) FROM {engine.whole("quarantine")} WHERE {_MINE}
)""",
        mine,
        allow_nondeterministic_mutations=1,
    )
    engine.on_each_shard(f"DELETE FROM left_quarantine WHERE {_MINE} AND fate != '{DROPPED}'", mine)
    for table in ("quarantine", "ledger", "events"):
        engine.on_each_shard(f"DELETE FROM {table} WHERE {_MINE}", mine)
