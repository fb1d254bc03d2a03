"""The figures of the lifecycle: who is new, who returns, who is back after a gap, who is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from minilens.measure.activity import columns
from minilens.measure.activity.active import Active
from minilens.measure.activity.query import LifecycleQuery, begun, is_first
from minilens.measure.activity.sets import Bits, size
from minilens.measure.activity.sql import Pairs
from minilens.measure.prepared import AsOf
from minilens.measure.table import Cell, Row, Table
from minilens.period import floor, hours_of

#: The figures of a period.
PARTS = ("new", "returning", "resurrected", "dormant", "active")


def asked(query: LifecycleQuery) -> Pairs:
    """What has to be known of persons and periods: from the one before the range on, and who there was before."""
    return Pairs(
        query.rows,
        query.unit,
        _first(query),
        query.at_least,
        before=True,
        begins=query.new_by == "any",
    )


def _first(query: LifecycleQuery) -> date:
    """The first day of the periods that are looked at: of the one before the range, of hours of the day before."""
    moved = query.before_monday
    return floor(query.days.start - timedelta(days=1) + moved, query.unit) - moved


def _before(query: LifecycleQuery) -> int:
    """How many periods are looked at before those of the range."""
    if query.unit != "hour":
        return 1
    return len(hours_of(_first(query), query.rows.timezone))


def last(query: LifecycleQuery) -> date:
    """The last day that counts."""
    return query.days.end


@dataclass(frozen=True)
class Counting:
    """One question over its pairs."""

    query: LifecycleQuery
    active: Active
    as_of: AsOf

    def table(self) -> Table:
        """A row a period; those that are gone count below nothing."""
        keys, measures = columns.of_lifecycle(self.query)
        rows = tuple(self._rows())
        plain = columns.framed(self.query, (*keys, *measures), rows, self.as_of)
        today = self.as_of.today
        running = self.query.days.start <= today <= self.query.days.end
        return replace(plain, keys=1, running=running, cost=self.active.cost)

    def behind(self, measure: str, keys: Mapping[str, Cell]) -> list[Bits]:
        """Those whom a figure counts, of each period."""
        every = self._periods()
        return [parts[PARTS.index(measure)] for first, parts in every if is_first(first, keys)]

    def each(self) -> Iterator[tuple[date, str]]:
        """Of each period which part somebody is who is alone here; of those in which they are any."""
        for first, parts in self._periods():
            for name, some in zip(PARTS[:-1], parts, strict=False):
                if size(some):
                    yield first, name

    def _rows(self) -> Iterator[Row]:
        """Of each period how many of each part; those that are gone as a negative number."""
        known = dict(self._periods())
        for first in self.query.periods:
            if first not in known:
                yield (first, *(None,) * len(PARTS))
                continue
            new, returning, back, gone, now = map(size, known[first])
            yield (first, new, returning, back, -gone, now)

    def _periods(self) -> Iterator[tuple[date, tuple[Bits, ...]]]:
        """Of each period that has begun: new, returning, resurrected, dormant, and all that were active."""
        count = _before(self.query)
        before = self.active.that("returned", count - 1)
        known = self.active.persons.union(self._met(n) for n in range(-1, count))
        for n, first in enumerate(self.query.periods, start=count):
            if not begun(first, self.as_of):
                return
            now = self.active.that("returned", n)
            new, returning, back = now & ~known, now & before, now & known & ~before
            yield first, (new, returning, back, before & ~now, now)
            known, before = known | self._met(n), now

    def _met(self, period: int) -> Bits:
        """Who is no longer new after a period: the event that is asked for is an activity, too, whatever it is."""
        found = self.active.that("returned", period)
        return found | self.active.that("begun", period) if self.query.new_by == "any" else found
