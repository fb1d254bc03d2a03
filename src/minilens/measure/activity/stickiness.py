"""The figures of stickiness: in how many periods persons were active; those of a day beside those of a month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from minilens.errors import Refused
from minilens.measure.activity import columns
from minilens.measure.activity.active import Active
from minilens.measure.activity.groups import Group, chosen, told
from minilens.measure.activity.query import StickinessQuery, begun, is_first
from minilens.measure.activity.sets import Bits, Whole, size
from minilens.measure.activity.sql import Pairs
from minilens.measure.events.query import MOST_ROWS
from minilens.measure.prepared import AsOf
from minilens.measure.table import Cell, Row, Table
from minilens.period import Range, floor, held, next_bucket

#: Days, the last of them counted, whose persons stand beside those of a day.
WEEK, MONTH = 7, 30
#: Keys of rows that say in how many periods.
ACTIVE_NAMES = ("active_hours", "active_days", "active_weeks", "active_months")


def asked(query: StickinessQuery) -> Pairs:
    """What has to be known of persons and periods."""
    first = query.days.start
    if query.show == "ratio":
        first = query.rows.range.start - timedelta(days=MONTH - 1)
    return Pairs(
        query.rows, query.unit, first, query.at_least, grouped=bool(query.rows.groups), every=query.every,
        at_most=query.at_most,
    )  # fmt: skip


def last(query: StickinessQuery) -> date:
    """The last day that counts."""
    return query.days.end


@dataclass(frozen=True)
class Counting:
    """One question over its pairs."""

    query: StickinessQuery
    active: Active
    as_of: AsOf

    def table(self) -> Table:
        """A row for each number of periods (of each week or month, of each group), or a row a day."""
        if self.query.show == "ratio":
            return self._framed(tuple(self._ratios()), 0)
        every = [self.active.that("returned", n) for n in range(len(self.query.periods))]
        groups, found = told(self.active, self.query.rows, every)
        if len(groups) * len(every) > MOST_ROWS:
            raise Refused("too_many_rows", "top", limit=MOST_ROWS)
        rows = [row for group in groups for row in self._of_group(group)]
        return self._framed(tuple(rows), found)

    def _framed(self, rows: tuple[Row, ...], found: int) -> Table:
        query, over, today = self.query, self.query.rows.range, self.as_of.today
        keys, measures = columns.of_stickiness(query)
        plain = columns.framed(query, (*keys, *measures), rows, self.as_of)
        running = query.show == "ratio" and over.start <= today <= over.end
        return replace(
            plain, keys=len(keys), total_rows=found, running=running, cost=self.active.cost
        )

    def _of_group(self, group: Group) -> Iterator[Row]:
        for first, periods in self._spans():
            active = self._active(periods, group)
            many = np.bincount(active, minlength=len(periods) + 1)
            everybody = int(many[1:].sum())
            lead: tuple[Cell, ...] = (
                *group.values,
                *(() if self.query.per == "range" else (first,)),
            )
            known = begun(first, self.as_of)
            for n in range(1, len(periods) + 1):
                exactly, least = int(many[n]), int(many[n:].sum())
                shares = _rate(exactly, everybody), _rate(least, everybody)
                figures: Row = (exactly, shares[0], least, shares[1])
                yield (*lead, n, *(figures if known else (None,) * 4))

    def behind(self, measure: str, keys: Mapping[str, Cell]) -> list[Bits]:
        """Those whom a figure counts: of each span, or of each day of a ratio."""
        if self.query.show == "ratio":
            return self._behind_ratios(measure, keys)
        members = [self.active.that("returned", n) for n in range(len(self.query.periods))]
        groups = chosen(self.active, self.query.rows, members, keys)
        given = [value for name, value in keys.items() if name in ACTIVE_NAMES]
        count = int(float(str(given[0]))) if given and given[0] is not None else None
        found = []
        for first, periods in self._spans():
            if not is_first(first, keys) or not begun(first, self.as_of):
                continue
            for one in groups:
                active = self._active(periods, one)
                least = measure.startswith("at_least") or count is None
                here = active >= (count or 1) if least else active == count
                found.append(self.active.persons.at(np.flatnonzero(here)))
        return found

    def each(self) -> Iterator[tuple[date, int]]:
        """Of each span, or of each day of a ratio and of the month before, in how many periods somebody was active
        who is alone here; of those in which they were in any."""
        spans = self._spans()
        if self.query.show == "ratio":
            start = self.query.rows.range.start - timedelta(days=MONTH - 1)
            count = self.query.rows.range.days + MONTH - 1
            spans = [(start + timedelta(days=n), range(n, n + 1)) for n in range(count)]
        for first, periods in spans:
            active = int(self._active(periods, Group((), None)).sum())
            if active:
                yield first, active

    def group(self) -> tuple[Cell, ...]:
        """The values of the group of whoever is alone here; none where nothing tells groups apart."""
        every = [self.active.that("returned", n) for n in range(len(self.query.periods))]
        groups, _ = told(self.active, self.query.rows, every)
        return groups[0].values if groups else ()

    def _behind_ratios(self, measure: str, keys: Mapping[str, Cell]) -> list[Bits]:
        over, persons = self.query.rows.range, self.active.persons
        every = [self.active.that("returned", n) for n in range(over.days + MONTH - 1)]
        days = _days_of(measure)
        return [
            persons.union(every[n + MONTH - days : n + MONTH])
            for n, day in enumerate(over)
            if is_first(day, keys) and day <= self.as_of.today
        ]

    def _spans(self) -> list[tuple[date, range]]:
        """Of the range, or of each of its weeks or months, the first day and the places of its periods."""
        periods, per = self.query.periods, self.query.per
        if per == "range":
            return [(periods[0], range(len(periods)))]
        found: list[tuple[date, range]] = []
        for first in self.query.rows.range.buckets(per):
            days, _ = held(self.query.rows.range, first, per)
            start = found[-1][1].stop if found else 0
            found.append((first, range(start, start + days)))
        return found

    def _active(self, periods: range, group: Group) -> Whole:
        """Of each person in how many of some periods it was active; 0 of those who are not of the group."""
        found = np.zeros(self.active.persons.count, np.int64)
        for n in periods:
            found[self.active.picks("returned", n)] += 1  # each person once a period
        if group.who is not None:
            found[~self.active.persons.places(group.who)] = 0
        return found

    def _ratios(self) -> Iterator[Row]:
        """Of each day: its persons, those of 7 and of 30 days, and what parts of these they are."""
        over = self.query.rows.range
        every = [self.active.that("returned", n) for n in range(over.days + MONTH - 1)]
        for n, day in enumerate(over):
            if day > self.as_of.today:
                yield (day, *(None,) * 6)
                continue
            last = n + MONTH
            daily, weekly, monthly = (
                self._in(every[last - days : last]) for days in (1, WEEK, MONTH)
            )
            yield (
                day, daily, weekly, monthly, _rate(daily, weekly), _rate(daily, monthly), _rate(weekly, monthly),
            )  # fmt: skip

    def _in(self, some: list[Bits]) -> int:
        return size(self.active.persons.union(some))


def _days_of(measure: str) -> int:
    """How many days, the last of them its own, a figure of a ratio looks at."""
    return {"dau": 1, "wau": WEEK, "dau_wau": WEEK}.get(measure, MONTH)


def span_of(query: StickinessQuery, measure: str, first: date) -> Range:
    """The days that the figure of a row looks at, whose period begins there."""
    if query.show == "ratio":
        return Range(first - timedelta(days=_days_of(measure) - 1), first)
    assert query.per != "range"
    over = query.rows.range
    end = min(next_bucket(floor(first, query.per), query.per) - timedelta(days=1), over.end)
    return Range(max(first, over.start), end)


def _rate(some: int, of: int) -> float | None:
    return some / of if of else None
