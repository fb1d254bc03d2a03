"""What leaves the quarantine: let in again at its own time, once, or dropped for good.

What leaves, and how, is written down before anything else is done, under a number of its own; then come events,
ledger and the end of the quarantined rows, each under that number. A kill in between is finished by the next start.
Nothing is loaded meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from minilens.load.blocks import Rules
from minilens.load.classify import DROPPED, take_judged
from minilens.load.erasure import ONE_AT_A_TIME
from minilens.load.insert import touched
from minilens.load.loader import Loader
from minilens.load.pending import mark
from minilens.load.stage import Numbered
from minilens.reference import field_types
from minilens.warehouse.engine import Engine

#: Events that leave in one go: loading waits for no more of them.
PORTION = 5_000
#: Of a day whose events have expired the figures stay as they are.
EXPIRED = "expired"

_OF_APP = (
    "app = {app:UInt32} AND ({reason:String} = '' OR reason = {reason:String}) "
    "AND ({name:String} = '' OR name = {name:String})"
)
#: Whatever left under a number and is still there.
_UNFINISHED = """
SELECT DISTINCT number, toString(segment) FROM left_quarantine
WHERE (app, segment, record, i) IN (SELECT app, segment, record, i FROM quarantine) ORDER BY number"""
_LEAVE = """
SELECT app, {segment:String} AS segment, r AS record, i, if(verdict = '', 'loaded', verdict) AS fate, key, via, hour,
    {number:UInt64} AS number
FROM chunk WHERE verdict IN ('', 'duplicate')"""
#: The key of what was received before batches were kept is the one that brought most of that hour's.
_DROP = f"""
SELECT app, segment, record, i, '{DROPPED}' AS fate,
    if(batch = '', kept.key, toUInt32(JSONExtractUInt(batch, 'key'))) AS key,
    if(batch = '', toString(kept.via), JSONExtractString(batch, 'via')) AS via,
    toStartOfHour(at) AS hour, {{number:UInt64}} AS number
FROM (SELECT *, toStartOfHour(at) AS received FROM quarantine WHERE {_OF_APP}) AS q
LEFT ANY JOIN
(
    SELECT segment AS of, hour AS during, argMax(key, quarantined) AS key, argMax(via, quarantined) AS via FROM ledger
    WHERE app = {{app:UInt32}} AND quarantined > 0 GROUP BY of, during
) AS kept ON q.segment = kept.of AND q.received = kept.during"""
_LEDGER = f"""
SELECT app, key, via, hour, toUInt64(0) AS received, countIf(fate = '{DROPPED}') AS refused,
    -toInt64(refused) AS accepted, countIf(fate = 'loaded') AS loaded, countIf(fate = 'duplicate') AS duplicate,
    -toInt64(count()) AS quarantined,
    toUInt64(0) AS lost, if(refused = 0, map(), map('{DROPPED}', refused)) AS reasons, segment, number AS load
FROM left_quarantine WHERE number = {{number:UInt64}}
GROUP BY app, key, via, hour, segment, number"""
_EXPIRED = f"""
INSERT INTO judged
SELECT chunk.* REPLACE (if(verdict = '' AND (app, day) IN
    (SELECT b.app, b.day FROM builds AS b GROUP BY b.app, b.day HAVING argMax(b.events, b.build) > 0)
    AND (app, day) NOT IN
    (SELECT e.app, e.day FROM events AS e WHERE (e.app, e.day) IN (SELECT c.app, c.day FROM chunk AS c)),
    '{EXPIRED}', verdict) AS verdict)
FROM chunk"""


class Left(NamedTuple):
    """Events that left the quarantine, and those that stay in it."""

    loaded: int = 0
    duplicate: int = 0
    dropped: int = 0
    waiting: int = 0


@dataclass
class Quarantine:
    """`still`: nothing is loaded meanwhile."""

    loader: Loader
    still: Callable[[], AbstractContextManager[None]]
    fault: Callable[[str], None] = lambda point: None  # tests interrupt here
    unfinished: bool = field(init=False, default=False)

    @property
    def engine(self) -> Engine:
        """The loader's."""
        return self.loader.engine

    def release(
        self, app: int, *, reason: str = "", name: str = "", seconds: float = 600.0
    ) -> Left:
        """Let in what waits for a reason under a name, either empty for any, as far as nothing is against it now.

        Whoever asks again goes on where the time ended. Nothing is let in twice.
        """
        return self._release({"app": app, "reason": reason, "name": name}, seconds, all_in=False)

    def count_anyway(self, app: int, name: str, *, seconds: float = 600.0) -> Left:
        """Let in what waits because a field is not of its type, as it came."""
        asked = {"app": app, "reason": field_types.REASON, "name": name}
        return self._release(asked, seconds, all_in=True)

    def _release(self, asked: dict[str, object], seconds: float, *, all_in: bool) -> Left:
        until = time.monotonic() + seconds
        counts = [0, 0]
        for segment in self._segments(asked):
            for records in self._portions(asked, segment):
                if time.monotonic() >= until:
                    return self._left(asked, *counts)
                with self._alone():
                    let_in = self._let_in(segment, records, all_in=all_in)
                    for n, count in enumerate(let_in):
                        counts[n] += count
        return self._left(asked, *counts)

    def drop(self, app: int, *, reason: str = "", name: str = "") -> Left:
        """Take it out for good; in the ledger it counts as refused from now on."""
        asked: dict[str, object] = {"app": app, "reason": reason, "name": name}
        with self._alone():
            number = self.loader.counter.next()
            count = int(self.engine.one(f"SELECT count() FROM quarantine WHERE {_OF_APP}", asked))
            if count:
                self._finish(number, self.engine.native(_DROP, asked | {"number": number}), b"")
        return Left(dropped=count)

    def complete(self) -> int:
        """Finish what a kill or a failure ended in the middle; of how many steps."""
        found = self.engine.rows(_UNFINISHED)
        for number, segment in found:
            self._complete(number, segment)
        self.unfinished = False
        return len(found)

    def resume(self) -> None:
        """Finish what failed in the middle while the process lived on; nothing where nothing did."""
        if self.unfinished:
            with self._alone():
                pass

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nothing is loaded, nobody else takes anything out, and what failed before is finished first."""
        with self.still(), ONE_AT_A_TIME:
            if self.unfinished:
                self.complete()
            yield

    def _left(self, asked: dict[str, object], loaded: int, duplicate: int) -> Left:
        waiting = self.engine.one(f"SELECT count() FROM quarantine WHERE {_OF_APP}", asked)
        return Left(loaded, duplicate, waiting=int(waiting))

    def _segments(self, asked: dict[str, object]) -> list[str]:
        sql = (
            f"SELECT toString(segment) FROM quarantine WHERE {_OF_APP} AND batch != '' "
            "GROUP BY segment ORDER BY min(at), segment"
        )
        return [row[0] for row in self.engine.rows(sql, asked)]

    def _portions(self, asked: dict[str, object], segment: str) -> Iterator[list[tuple[int, int]]]:
        """The places of what waits, some at a time; whole records, because identities belong to a whole one."""
        sql = (
            f"SELECT DISTINCT record, i FROM quarantine WHERE {_OF_APP} AND segment = {{segment:String}} "
            "AND batch != '' ORDER BY record, i"
        )
        places = [(r, i) for r, i in self.engine.rows(sql, asked | {"segment": segment})]
        while places:
            some, places = places[:PORTION], places[PORTION:]
            while places and places[0][0] == some[-1][0]:
                some.append(places.pop(0))
            yield some

    def _let_in(
        self, segment: str, places: list[tuple[int, int]], *, all_in: bool
    ) -> tuple[int, int]:
        """How many count now, and how many counted already; `all_in`: whatever is declared."""
        number = self.loader.counter.next()
        records = self._records(segment, places)
        if not records:
            return 0, 0
        events = self.loader.again(segment, records, number, judged=self._expire, all_in=all_in)
        asked = {"segment": segment, "number": number}
        fates = "SELECT countIf(verdict = ''), countIf(verdict = 'duplicate') FROM chunk"
        loaded, duplicate = self.engine.rows(fates)[0]
        if loaded or duplicate:
            self._finish(number, self.engine.native(_LEAVE, asked), events if loaded else b"")
        return int(loaded), int(duplicate)

    def _expire(self, _rules: Rules) -> None:
        """What would make a day again of which no event is left stays where it is."""
        self.engine.run("TRUNCATE TABLE judged")
        self.engine.run(_EXPIRED)
        take_judged(self.engine)

    def _records(self, segment: str, places: list[tuple[int, int]]) -> list[Numbered]:
        """Records as they were received, with those of their events that are at these places."""
        sql = (
            "SELECT record, batch, groupArray(line) FROM (SELECT DISTINCT record, i, batch, line FROM quarantine "
            "WHERE segment = {segment:String} AND (record, i) IN {places:Array(Tuple(UInt32, UInt16))} "
            "ORDER BY record, i) GROUP BY record, batch ORDER BY record"
        )
        rows = self.engine.rows(sql, {"segment": segment, "places": places})
        return [
            (record, f'{batch[:-1]},"events":[{",".join(lines)}]}}'.encode())
            for record, batch, lines in rows
        ]

    def _finish(self, number: int, leaving: bytes, events: bytes) -> None:
        """Everything under one number, in the order that makes doing it again harmless."""
        token = f"left:{number}"
        self.unfinished = True
        if leaving:
            self.engine.insert("left_quarantine", leaving, token=token)
            self.fault("left")
        if events:
            self.engine.insert("events", events, token=token)
            self.fault("events")
        ledger = self.engine.native(_LEDGER, {"number": number})
        self.engine.insert("ledger", ledger, token=token)
        self.fault("ledger")
        if events:
            self.loader.came_in(number)
        left = self.engine.whole("left_quarantine")
        self.engine.on_each_shard(
            "DELETE FROM quarantine WHERE (app, segment, record, i) IN "
            f"(SELECT app, segment, record, i FROM {left} WHERE number = {{number:UInt64}})",
            {"number": number},
            allow_nondeterministic_mutations=1,
        )
        self.fault("quarantine")
        self.unfinished = False

    def _complete(self, number: int, segment: str) -> None:
        """The same again for what was written down. A build may have been made meanwhile under a higher number."""
        sql = (
            "SELECT record, i FROM left_quarantine WHERE number = {number:UInt64} AND segment = {segment:String} "
            "AND fate = {fate:String} ORDER BY record, i"
        )
        asked = {"number": number, "segment": segment}
        places = [(r, i) for r, i in self.engine.rows(sql, asked | {"fate": "loaded"})]
        records = self._records(segment, places) if places else []
        events = b""
        if records:
            events = self.loader.again(segment, records, number, judged=lambda _: None, all_in=True)
        self._finish(number, b"", events)
        days: dict[int, list[date]] = {}
        for app, day, *_ in touched(self.engine) if records else ():
            days.setdefault(app, []).append(day)
        for app, some in days.items():
            mark(
                self.engine,
                self.loader.pending,
                self.loader.counter,
                app,
                sorted(some),
                "quarantine",
            )
