"""What was received and is kept for a while, without events of erased persons."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from minilens.identity.links import SHARED
from minilens.load.erased import KEY, REASON
from minilens.records.erasures import Erasure
from minilens.spool.reader import Folder, MarksMoved
from minilens.spool.record import Batch, decode, encode
from minilens.spool.remote import ReceiverUnreachable
from minilens.spool.rewriting import rewrite_complete
from minilens.warehouse.engine import Engine

log = logging.getLogger(__name__)

#: `"actor":77`, and `["mobile",77]` among those that an event names beside.
_NUMBERS = re.compile(r'(?:"(?:actor|device|root)":|\["[^"]*",)([0-9]+)').findall


def forget_received(
    some: Iterable[Folder], engine: Engine, order: Erasure, key: dict[str, object], seen: set[str]
) -> tuple[int, bool]:
    """Take the events of an order out of all complete segments not `seen`; how many, and whether none is incomplete
    and every receiver was asked.

    They are booked as refused in their record, so that loading it once more keeps its sums.
    """
    forgetting = _Forgetting(engine, order, key)
    try:
        complete = rewrite_complete(some, forgetting.change, order.until, seen)
    except (ReceiverUnreachable, MarksMoved) as error:  # another time
        log.warning("not every receiver could be asked", extra={"reason": str(error)})
        complete = False
    return forgetting.gone, complete


@dataclass
class _Forgetting:
    """One order, carried out in what was received. `gone`: events so far."""

    engine: Engine
    order: Erasure
    key: dict[str, object]
    gone: int = 0
    #: Identity → from and until when what it did is erased; None where nothing is.
    known: dict[int, tuple[int, int] | None] = field(default_factory=dict)

    def change(self, text: str) -> str:
        """A record without what is theirs."""
        erased = self._erased([int(n) for n in _NUMBERS(text)])
        if not erased:
            return text
        batch = decode(text)
        if batch.app != self.order.app:
            return text
        self.gone += _without(batch, erased, self._strangers(batch, erased), self.order.until)
        return encode(batch).decode()

    def _erased(self, numbers: list[int]) -> dict[int, tuple[int, int]]:
        """Which of these identities are erased, and from and until when."""
        known = self.known
        if new := sorted({n for n in numbers if n not in known and 0 < n < 1 << 64}):
            sql = (
                "SELECT actor, toUnixTimestamp64Milli(since), toUnixTimestamp64Milli(until) "
                f"FROM (SELECT actor, {KEY.format(app='{app:UInt32}', actor='actor')} AS key "
                "FROM (SELECT arrayJoin({actors:Array(UInt64)}) AS actor)) AS n "
                "INNER JOIN (SELECT key, since, until FROM erased WHERE erasure = {id:String}) AS l USING (key)"
            )
            asked = {"app": self.order.app, "id": self.order.id, "actors": new}
            found = {row[0]: (row[1], row[2]) for row in self.engine.rows(sql, self.key | asked)}
            known.update({n: found.get(n) for n in new})
        return {n: times for n in numbers if (times := known.get(n))}

    def _strangers(self, batch: Batch, erased: Collection[int]) -> set[int]:
        """On a phone of theirs, identities that nobody knows. Loading leaves their events out, too, by the number of
        the phone; that goes, so they go with it."""
        others = {one.actor for one in batch.events} - {*erased}
        if batch.device not in erased or not others:
            return set()
        sql = (
            "SELECT DISTINCT actor FROM person_map WHERE app = {app:UInt32} "
            "AND actor IN {actors:Array(UInt64)}"
        )
        rows = self.engine.rows(sql, {"app": self.order.app, "actors": sorted(others)})
        return others - {int(row[0]) for row in rows}


def _others(
    named: list[tuple[str, int]], erased: Mapping[int, tuple[int, int]]
) -> list[tuple[str, int]]:
    """Those who are not erased."""
    theirs = any(number in erased for _, number in named)
    return [one for one in named if one[1] not in erased and not (theirs and one[0] == SHARED)]


def _without(
    batch: Batch, erased: Mapping[int, tuple[int, int]], strangers: set[int], until: int
) -> int:
    """Take out what is theirs; a record of which nothing is left forgets its phone, too."""
    times = {**erased, **dict.fromkeys(strangers, (0, until))}
    kept = [
        one
        for one in batch.events
        if not ((of := times.get(one.actor)) and of[0] <= one.ts <= of[1])
    ]
    count = len(batch.events) - len(kept)
    if count:
        batch.events = kept
        batch.refused = {**batch.refused, REASON: batch.refused.get(REASON, 0) + count}
    if batch.at <= until:
        batch.device = 0 if batch.device in erased else batch.device
        batch.root = 0 if batch.root in erased else batch.root
        batch.who = [_others(named, erased) for named in batch.who]
        # of a UnionID that is erased nothing is left that other apps have, too
        used = {one.w for one in kept}
        batch.who = [named if n in used else [] for n, named in enumerate(batch.who, 1)]
    if not kept:
        bare = Batch(
            batch.at, batch.app, batch.via, batch.key, lost=batch.lost, received=batch.received
        )
        for name in batch.__struct_fields__:
            setattr(batch, name, batch.refused if name == "refused" else getattr(bare, name))
    return count
