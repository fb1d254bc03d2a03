"""Retention, stickiness and lifecycle counted by brute force, from the words alone: one person after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from minilens.measure.activity.query import (
    ActivityQuery,
    Cell,
    LifecycleQuery,
    ReturnsQuery,
    StickinessQuery,
)
from tests.measure.events.oracle import Asked, as_number, as_text
from tests.measure.oracle import Oracle, first_of
from tests.measure.test_retention import so_many_later
from tests.pipeline import Happening, at

Row = tuple[Any, ...]
HOUR = 3_600_000
#: Of one who started: the period of the start, the row, and the person's group.
Start = tuple[date, Happening]


@dataclass(frozen=True)
class Brute:
    """One question, and the history that it is asked of."""

    query: ActivityQuery
    oracle: Oracle
    today: date

    def owners(self) -> Iterator[list[Happening]]:
        """What each person did that is any of the events, in the one order of rows."""
        asked, query = Asked(self.query.rows, self.oracle), self.query.rows
        found: dict[int, list[Happening]] = {}
        for h in self.oracle.events:
            if h.traffic == query.traffic and any(asked.counted(one, h) for one in query.events):
                found.setdefault(self.oracle.person[h.id], []).append(h)
        for some in found.values():
            yield sorted(some, key=lambda h: (h.ts, h.seq == 0, h.seq))

    def does(self, n: int, h: Happening) -> bool:
        """Whether it is the event at that place."""
        return Asked(self.query.rows, self.oracle).counted(self.query.rows.events[n], h)

    def period(self, h: Happening) -> date:
        """The first day of the period that it lies in, of hours its first moment."""
        day = self.oracle.day(h)
        if self.query.unit != "hour":
            return self.first_of(day)
        zone = self.query.rows.timezone
        midnight = at(f"{day} 00:00", zone)
        begins = midnight + (h.ts - midnight) // HOUR * HOUR
        return datetime.fromtimestamp(begins / 1000, ZoneInfo(zone))

    def first_of(self, day: date) -> date:
        """The first day of the period that a day lies in."""
        if self.query.unit == "week" and self.query.week_start == "sunday":
            return day - timedelta(days=day.isoweekday() % 7)
        return first_of(day, self.query.unit)

    def so_many_later(self, first: date, count: int) -> date:
        """Where the period so many later begins."""
        if isinstance(first, datetime):
            moment = first.timestamp() + count * HOUR / 1000
            return datetime.fromtimestamp(moment, first.tzinfo)
        return so_many_later(first, self.query.unit, count)

    def group(self, h: Happening) -> Row:
        """The values that tell its person apart."""
        asked = Asked(self.query.rows, self.oracle)
        return tuple(as_text(asked.value(one, h)) for one in self.query.rows.groups)


@dataclass(frozen=True)
class Returns(Brute):
    """Who came back."""

    query: ReturnsQuery

    def starts(self, some: list[Happening]) -> list[Start]:
        """The starts of a person that put it into a cohort."""
        mine = [h for h in some if self.does(0, h)]
        within = [h for h in mine if self.period(h) in self.query.periods]
        if self.query.entry == "each":
            return [
                (first, next(h for h in within if self.period(h) == first))
                for first in sorted({self.period(h) for h in within})
            ]
        if self.query.entry == "first_in_range":
            return [(self.period(h), h) for h in within[:1]]
        if self.query.entry == "first_event":
            ever = [h for h in some if self.does(len(self.query.rows.events) - 1, h)][:1]
            return [(self.period(h), h) for h in ever if h in within]
        return [(self.period(h), h) for h in mine[:1] if h in within]

    def returned(self, some: list[Happening], start: Start, cell: Cell) -> list[Happening]:
        """The returns of a person in a cell."""
        query, (first, row) = self.query, start
        if query.same:
            back = [h for h in some if self.does(0, h) and self.period(h) >= first]
        else:
            at = some.index(row)
            back = [h for h in some[at + 1 :] if self.does(1, h)]
        low, high = cell.first, cell.last
        if query.mode == "on_or_after":
            high = 400
        elif query.mode == "on_or_before":
            low = min(cell.first, int(query.same))
        elif query.mode == "streak" and cell.first:
            before = self.returned(some, start, Cell(cell.first - 1, cell.first - 1))
            if not before:
                return []
        if query.blocks == "from_start":
            length = {"hour": HOUR, "day": 24 * HOUR, "week": 168 * HOUR}[query.unit]
            later = back if not query.same else some[some.index(row) :]
            held = [h for h in later if h in back and low <= (h.ts - row.ts) // length <= high]
        else:
            begin, end = self.so_many_later(first, low), self.so_many_later(first, high + 1)
            held = [h for h in back if begin <= self.period(h) < end]
        many = Counter(self.period(h) for h in held)
        if query.same and cell.first == 0:  # the cohort itself
            return held if held else [row]
        return held if any(n >= query.at_least for n in many.values()) else []

    def added(self, some: list[Happening], start: Start, cell: Cell) -> float:
        """What the numbers of a person's returns in a cell come to, however many they are."""
        if not self.query.value:
            return 0.0
        operand = self.query.rows.figures[0].operand
        assert operand is not None
        asked = Asked(self.query.rows, self.oracle)
        once = Returns(replace(self.query, at_least=1), self.oracle, self.today)
        held = once.returned(some, start, cell)
        return sum(as_number(asked.value(operand, h)) or 0 for h in held)

    def cells(self) -> dict[Row, tuple[int, int | None, float]]:
        """Values of the group, cohort, place of the cell → its persons, who returned, what that comes to."""
        found: dict[Row, list[Any]] = {}
        for some in self.owners():
            starts = self.starts(some)
            for start in starts:
                for n, cell in enumerate(self.query.cells):
                    key = (*self.group(starts[0][1]), start[0], n)
                    one = found.setdefault(key, [0, 0, 0.0])
                    one[0] += 1
                    one[1] += bool(self.returned(some, start, cell))
                    one[2] += self.added(some, start, cell)
        return {key: tuple(one) for key, one in found.items()}


@dataclass(frozen=True)
class Stickiness(Brute):
    """On how many days who was active."""

    query: StickinessQuery

    def period(self, h: Happening) -> date:
        """Of several hours, days, weeks or months together where the first of them begins."""
        first, each = super().period(h), replace(self.query, every=1).periods
        if first not in each:
            return first
        return each[each.index(first) // self.query.every * self.query.every]

    def active(self, some: list[Happening]) -> set[date]:
        """The periods in which a person was active."""
        many = Counter(self.period(h) for h in some if self.does(0, h))
        most = self.query.at_most or max(many.values(), default=0)
        return {first for first, n in many.items() if self.query.at_least <= n <= most}

    def distribution(self) -> dict[Row, int]:
        """Group, first day of the span, number of periods → persons."""
        found: Counter[Row] = Counter()
        for some in self.owners():
            active = sorted(self.active(some) & set(self.query.periods))
            if not active:
                continue
            h = next(h for h in some if self.does(0, h) and self.period(h) == active[0])
            spans = Counter(
                self.query.periods[0]
                if self.query.per == "range"
                else first_of(one, self.query.per)
                for one in active
            )
            for first, n in spans.items():
                found[(*self.group(h), first, n)] += 1
        return found

    def ratios(self) -> list[Row]:
        """Of each day its persons, those of 7 days, those of 30."""
        every = [self.active(some) for some in self.owners()]
        return [
            tuple(
                sum(
                    any(day - timedelta(days=back) < one <= day for one in active)
                    for active in every
                )
                for back in (1, 7, 30)
            )
            for day in self.query.rows.range
        ]


@dataclass(frozen=True)
class Lifecycle(Brute):
    """Who is new, who returns, who is back, who is gone."""

    query: LifecycleQuery

    def rows(self) -> list[Row]:
        """Of each period."""
        every = []
        for some in self.owners():
            active = {self.period(h) for h in some if self.does(0, h)}
            met = {self.period(h) for h in some if self.query.new_by == "any" or self.does(0, h)}
            every.append((active, min(met, default=date.max)))
        found = []
        for first in self.query.periods:
            before = (
                self.so_many_later(first, -1)
                if self.query.unit == "hour"
                else self.first_of(first - timedelta(days=1))
            )
            new = sum(first in active and first == met for active, met in every)
            returning = sum({first, before} <= active for active, _ in every)
            now = sum(first in active for active, _ in every)
            gone = sum(before in active and first not in active for active, _ in every)
            found.append((new, returning, now - new - returning, -gone, now))
        return found
