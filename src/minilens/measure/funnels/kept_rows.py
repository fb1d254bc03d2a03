"""Rows of funnels that are kept between questions, by event and day: a funnel with one more step, another window or
range reads what is new to it.

Kept are rows of builds that hold, of events which only the rows themselves decide about; what came after the newest
build is read each time. A row that may be two of the events would be kept twice, so there must be none.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np

from minilens.identity.moves import Moved
from minilens.measure.dimensions import Dimension
from minilens.measure.events.builds import Builds
from minilens.measure.events.kept import never_changes
from minilens.measure.events.query import Condition, Counted
from minilens.measure.events.sql import Statement
from minilens.measure.funnels import sql
from minilens.measure.funnels.at_once import at_once
from minilens.measure.funnels.packed import MORE, Packing
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.funnels.rows import Whole
from minilens.period import Range
from minilens.warehouse.kept import Kept

#: Of these values and parameters the columns of an answer.
Fetch = Callable[[str, Mapping[str, object]], Any]
#: Bytes of an entry besides its rows.
BESIDES = 256
_BEFORE = date(1970, 1, 1)


@dataclass(frozen=True)
class Event:
    """One event, and the bits of the places that it has in the question."""

    counted: Counted
    bits: int

    def kind(self, how: Packing) -> int:
        """What numbers say of its rows, but for whether an attempt may begin there."""
        return self.bits.bit_length() - 1 if how.single else self.bits


@dataclass(frozen=True)
class _Part:
    """Rows of an event and a day as they are kept, in order; where they go, and what every one of them says."""

    rows: Whole
    into: Whole
    day: date
    kind: int


@dataclass(frozen=True)
class KeptRows:
    """The rows of a question. `over`: its days. `asked`: what statements name besides values of events."""

    kept: Kept
    query: FunnelQuery
    builds: Builds
    over: Range
    asked: Mapping[str, object]
    fetch: Fetch

    def numbers(self, how: Packing, most: int) -> Whole | None:
        """All rows of builds as numbers, in no order; None where they are not kept, or more than numbers hold. Where
        there are more than `most`, one more or some."""
        events = self.events
        if events is None or (how.single and any(one.bits & (one.bits - 1) for one in events)):
            return None
        if (rows := self._rows(events, most)) is None:
            return None
        every = np.empty(sum(map(len, rows.values())), np.int64)
        parts, begin = [], 0
        for (event, day), some in rows.items():
            parts.append(
                _Part(some, every[begin : begin + len(some)], day, self._kind(how, event, day))
            )
            begin += len(some)
        return every if all(at_once(lambda one: _numbered(how, one), parts)) else None

    def _kind(self, how: Packing, event: Event, day: date) -> int:
        """What numbers say of rows of an event and a day."""
        entries = self.query.rows.range
        return int(entries.start <= day <= entries.end) << (how.for_kind - 1) | event.kind(how)

    def _rows(self, events: Sequence[Event], most: int) -> dict[tuple[Event, date], Whole] | None:
        """Of each event and day the rows: those that are kept, and the others read."""
        question, days = self.kept.question(), self.builds.days(self.over)
        found: dict[tuple[Event, date], Whole] = {}
        missing, lacking = dict[Event, None](), dict[date, int]()
        for event in events:
            key = self.key(event)
            for day, build in days.items():
                if (some := question.find((key, day), build)) is None:
                    missing[event], lacking[day] = None, build
                elif len(some):
                    found[event, day] = some
        if not missing:
            return found
        read = self._read(list(missing), lacking, most)
        if read is None:
            return None
        for event in missing:
            key = self.key(event)
            for day, build in lacking.items():
                some = read.get((event, day), np.zeros(0, np.int64))
                some.flags.writeable = False
                question.keep((key, day), build, some, some.nbytes + BESIDES)
        return found | read

    @cached_property
    def events(self) -> list[Event] | None:
        """The events of the question, each once; None where their rows are not kept."""
        return _events(self.query)

    def statement(self, events: Sequence[Event], moved: Moved | None = None) -> Statement:
        """What the rows of some events are read by. `moved`: those that came after the newest build instead."""
        rows = replace(self.query.rows, events=tuple(one.counted for one in events))
        query = replace(self.query, rows=rows)
        return sql.statement(
            query, moved or Moved.NOBODY, tail="alone" if moved is not None else False, kept=True
        )

    def key(self, event: Event) -> Hashable:
        """Tells the rows of an event, with their values, from all others."""
        rows, made = self.query.rows, self.statement([event])
        return rows.app, rows.traffic, made.every_row(), repr(made.bound.values)

    def _read(
        self, events: Sequence[Event], days: Mapping[date, int], most: int
    ) -> dict[tuple[Event, date], Whole] | None:
        """The rows of some events on some days; None where some are more than is kept of a row."""
        made, first = self.statement(events), min(days)
        asked = {"current": list(days.items()), "start": first, "end": max(days)}
        every = self.fetch(sql.by_day(made, sql.Some(most=most)), made.bound.values | asked)
        since, count = (first - _BEFORE).days, len(events)
        pieces: dict[int, list[Whole]] = {}
        for told in at_once(lambda batch: _split(batch, since, count), every.to_batches()):
            for code, some in told:
                pieces.setdefault(code, []).append(some)
        codes = list(pieces)
        made_of = at_once(lambda code: _sorted(pieces[code]), codes)
        if any(len(some) and some[-1] == MORE for some in made_of):
            return None
        return {
            (events[code % count], day_of(since + code // count)): some
            for code, some in zip(codes, made_of, strict=True)
        }


def _events(query: FunnelQuery) -> list[Event] | None:
    """The events of a question, each once; None where their rows are not kept."""
    rows = query.rows
    if query.counts == "sessions" or query.order == "strict" or query.ever:
        return None
    if not never_changes(rows):
        return None
    bits: dict[Counted, int] = {}
    for n, one in enumerate(rows.events):
        if not one.events:
            return None
        same = replace(one, name="", called=())
        bits[same] = bits.get(same, 0) | 1 << n
    if not all(_apart(*two) for two in combinations(bits, 2)):
        return None
    return [Event(one, some) for one, some in bits.items()]


def _apart(one: Counted, other: Counted) -> bool:
    """Whether no row can be both."""
    if not set(one.events) & set(other.events):
        return True
    mine, theirs = _named(one), _named(other)
    return any(not mine[of] & theirs[of] for of in set(mine) & set(theirs))


def _named(one: Counted) -> dict[str, set[str]]:
    """Of fields the values of which a row must have one."""
    found: dict[str, set[str]] = {}
    for part in one.where.parts if one.where.every else ():
        if isinstance(part, Condition) and part.operator == "is":
            of = part.operand
            if isinstance(of, Dimension) and of.kind == "text" and not of.groups:
                found[of.name] = set(map(str, part.values))
    return found


def _split(batch: Any, since: int, count: int) -> list[tuple[int, Whole]]:
    """The rows of a part of an answer by day and event."""
    key, day, event = (np.asarray(batch.column(name)) for name in ("key", "day", "event"))
    code = (day.astype(np.int32) - since) * count + event
    if not len(code):
        return []
    if code.max() < 1 << 16:
        code = code.astype(np.uint16)  # such are sorted at once
    by = np.argsort(code, kind="stable")
    code = code[by]
    cuts = np.flatnonzero(code[1:] != code[:-1]) + 1
    return list(zip(code[np.append(0, cuts)].tolist(), np.split(key[by], cuts), strict=True))


def _sorted(pieces: list[Whole]) -> Whole:
    made = np.concatenate(pieces)
    made.sort()
    return made


def day_of(since: int) -> date:
    """The day that lies so many days behind the first of 1970."""
    return date.fromordinal(_BEFORE.toordinal() + since)


def _numbered(how: Packing, part: _Part) -> bool:
    """Write rows as the numbers of a question; False where some are more than these hold."""
    if not into_moments(how, part.rows, part.day, part.into):
        return False
    into = part.into
    into <<= how.for_kind
    into |= part.kind
    return True


def into_moments(how: Packing, rows: Whole, day: date, into: Whole) -> bool:
    """Write rows of a day as numbers without their kinds; False where some are more than these hold."""
    owner = rows >> sql.KEPT_TIME + sql.KEPT_PLACE
    since = sql.kept_since((day - _BEFORE).days) - how.base
    within = rows & (1 << sql.KEPT_TIME + sql.KEPT_PLACE) - 1
    if how.for_place == sql.KEPT_PLACE:
        within += since << sql.KEPT_PLACE
    else:
        place = np.minimum(within & (1 << sql.KEPT_PLACE) - 1, how.last)
        within = (within >> sql.KEPT_PLACE) + since << how.for_place | place
    if owner[-1] >> how.for_owner or within.min() < 0 or within.max() >> how.for_moment:
        return False
    np.left_shift(owner, how.for_moment, out=into)
    into |= within
    return True
