"""Loading kept segments again, after a fault in loading has been mended.

What a segment brought is taken out first; its days are written down as dirty before that, so that a
kill in the middle is mended by doing it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from minilens.errors import NotFound
from minilens.load.classify import DROPPED
from minilens.load.pending import Counter, Pending, mark
from minilens.load.receivers import Receivers
from minilens.spool.reader import Folder, folders
from minilens.spool.remote import ReceiverUnreachable
from minilens.warehouse.engine import Engine

_MINE = "segment = {segment:String}"


def rewind_all(spool: Path, only: str = "", others: Sequence[Folder] = ()) -> int:
    """Send every kept segment back to its beginning, or those of `only` one receiver; how many.

    `others`: the folders of receivers on other hosts. The loader does the rest.
    """
    every = (*folders(spool), *others)
    return sum(_rewound(folder) for folder in every if only in ("", folder.name))


def _rewound(folder: Folder) -> int:
    loaded = [one for one in folder.segments() if one.loaded]
    for one in loaded:
        folder.rewind(one.id)
    return len(loaded)


@dataclass(frozen=True)
class Replayed:
    """How many segments are loaded again; of which other hosts, and which did not answer. None: there are no others."""

    segments: int
    hosts: tuple[str, ...] | None = None
    away: tuple[str, ...] = ()


def replay(spool: Path, receivers: Receivers | None, only: str = "") -> Replayed:
    """Send back what every host of the list keeps, or `only` one of them, as they are now; NotFound where that is none
    of them."""
    if receivers is None:
        if only and all(one.name != only for one in folders(spool)):
            raise NotFound("unknown_receiver", "receiver", got=only)
        return Replayed(rewind_all(spool, only))
    receivers.refresh()
    every = {remote.name: remote for _, remote in receivers.rows()}
    if only not in ("", receivers.own, *every):
        raise NotFound("unknown_receiver", "receiver", got=only)
    count = rewind_all(spool) if only in ("", receivers.own) else 0
    hosts, away = list[str](), list[str]()
    for name, remote in sorted(every.items()):
        if only not in ("", name):
            continue
        try:
            remote.look()
            count += sum(map(_rewound, remote.folders()))
        except ReceiverUnreachable:
            away.append(name)
        else:
            hosts.append(name)
    return Replayed(count, tuple(hosts), tuple(away))


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
