"""The figures of retention: of each cohort and cell the persons who returned, and what their returns come to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from minilens.errors import Refused
from minilens.measure.activity import columns
from minilens.measure.activity.active import Active
from minilens.measure.activity.groups import Group, chosen, told
from minilens.measure.activity.own_blocks import own_blocks
from minilens.measure.activity.query import FIRST_NAMES, Cell, Due, ReturnsQuery, begun, is_first
from minilens.measure.activity.sets import Bits, size
from minilens.measure.activity.sql import HALF, Pairs
from minilens.measure.events.query import MOST_ROWS
from minilens.measure.prepared import AsOf
from minilens.measure.table import Cell as Key
from minilens.measure.table import Row, Table

#: Modes in which a cell asks for what came up to its period.
UP_TO = ("on_or_before", "streak")

#: Columns that are made of those who returned; the others are of the cohort.
OF_RETURNED = ("retained_users", "retention_rate", "value", "value_per_returned")


def asked(query: ReturnsQuery) -> Pairs:
    """What has to be known of persons and periods."""
    unfiltered, own = query.entry == "first_event", query.blocks == "from_start"
    of_start = any(cell.first == 0 for cell in query.cells) or query.mode in UP_TO
    return Pairs(
        query.rows, query.unit, query.days.start, query.at_least,
        before=unfiltered or query.entry == "first", returns=not query.same,
        ordered=not query.same and (of_start or own), begins=unfiltered, holds=unfiltered,
        value=query.value, grouped=bool(query.rows.groups), moments=own,
    )  # fmt: skip


def last(query: ReturnsQuery, today: date) -> date:
    """The last day that counts: of what has no end it is today."""
    if query.mode == "on_or_after":
        return max(today, query.days.end)
    return min(query.end, max(today, query.days.end))


@dataclass(frozen=True)
class Figures:
    """Of a cohort and a cell, or of several cohorts: persons, those who returned, what their returns come to.

    `of`: what the rate is of. `rates`, `rated`: of several cohorts what their rates add up to, and how many have one.
    """

    size: int
    back: int
    added: int = 0
    of: int = 0
    rates: float = 0
    rated: int = 0

    def __add__(self, other: Figures) -> Figures:
        rate = other.rate
        return Figures(
            self.size + other.size, self.back + other.back, self.added + other.added, self.of + other.of,
            self.rates + (rate or 0), self.rated + (rate is not None),
        )  # fmt: skip

    @property
    def rate(self) -> float | None:
        """The share that returned."""
        return self.back / self.of if self.of else None

    @property
    def mean(self) -> float | None:
        """Of several cohorts the mean of their rates."""
        return self.rates / self.rated if self.rated else None


@dataclass(frozen=True)
class Counting:
    """One question over its pairs."""

    query: ReturnsQuery
    active: Active
    as_of: AsOf

    def table(self) -> Table:
        """Rows: values of the group, first day of the cohort, cell, figures; or the curve alone."""
        starts = self._starts()
        groups, found = told(self.active, self.query.rows, starts)
        if len(groups) * len(starts) * len(self.query.cells) > MOST_ROWS:
            raise Refused("too_many_rows", "periods", limit=MOST_ROWS)
        returns = self._returns()
        rows = [row for one in groups for row in self._of_group(one, starts, returns)]
        keys, measures = columns.of_returns(self.query)
        plain = columns.framed(self.query, (*keys, *measures), tuple(rows), self.as_of)
        return replace(plain, keys=len(keys), total_rows=found, cost=self.active.cost)

    def _starts(self) -> list[Bits]:
        """Of each cohort its persons."""
        active, entry, count = self.active, self.query.entry, len(self.query.periods)
        flag = "holds" if entry == "first_event" else "started"
        found = [active.that(flag, period) for period in range(count)]
        if entry == "each":
            return found
        met = "begun" if entry == "first_event" else "started"
        seen = active.that(met, -1) if entry != "first_in_range" else active.persons.none()
        for period in range(count):
            here = active.that(met, period)
            found[period] = found[period] & ~seen
            seen = seen | here
        return found

    def _returns(self) -> list[Bits]:
        """Of each period behind the first start who returned in it."""
        count = max(self.active.last + 1, len(self.query.periods))
        return [self.active.that("returned", period) for period in range(count)]

    def _of_group(self, group: Group, starts: list[Bits], returns: list[Bits]) -> Iterator[Row]:
        query = self.query
        whole = [Figures(0, 0) for _ in query.cells]
        for period, first in enumerate(query.periods):
            self.active.go_on()
            cohort = starts[period] if group.who is None else starts[period] & group.who
            made = self._of_cohort(period, cohort, self._behind(period, cohort, returns))
            known = size(cohort) if begun(first, self.as_of) else None
            for n, (cell, figures) in enumerate(zip(query.cells, made, strict=True)):
                due = query.due(first, cell)
                if figures is not None and due.over(self.as_of):
                    whole[n] = whole[n] + figures
                if query.show == "cohorts":
                    yield (*group.values, first, *self._row(cell, known, figures, due))
        for cell, figures in zip(query.cells, whole, strict=True):
            shown = figures if figures.size or self._any_over(cell) else None
            blank = () if query.show == "curve" else (None,)
            yield (*group.values, *blank, *self._row(cell, figures.size, shown, None))

    def _of_cohort(self, period: int, cohort: Bits, behind: list[Bits]) -> list[Figures | None]:
        """Of each cell its figures; None where it has not begun."""
        query, people = self.query, size(cohort)
        over = self._back(cohort, behind)
        added = self._added(period, cohort) if query.value else []
        found: list[Figures | None] = []
        of = people
        for cell in query.cells:
            if not query.due(query.periods[period], cell).begun(self.as_of):
                found.append(None)
                continue
            money = sum(added[slice(*self._span(period, cell))]) if query.value else 0
            made = Figures(people, size(over(cell)), money, of)
            of = made.back if query.rate_of == "cell_before" else people
            found.append(made)
        return found

    def _any_over(self, cell: Cell) -> bool:
        return self.query.due(self.query.periods[0], cell).over(self.as_of)

    def _row(self, cell: Cell, people: int | None, figures: Figures | None, due: Due | None) -> Row:
        query = self.query
        named = cell.text if query.brackets else cell.first
        final = due.after if due and query.mode != "on_or_after" else None
        end = () if query.show == "curve" else (final,)
        if figures is None:
            return (named, people, None, None, *((None,) * 3 if query.value else ()), *end)
        of_start = query.same and cell.first == 0
        simple = due is None and query.mean == "simple"
        rate = None if of_start else figures.mean if simple else figures.rate
        return (named, people, figures.back, rate, *(_value(figures) if query.value else ()), *end)

    def _span(self, period: int, cell: Cell) -> tuple[int, int | None]:
        """Of the periods from that of the start on which ones are asked for: from, and up to."""
        if self.query.mode == "on_or_after":
            return cell.first, None
        if self.query.mode == "on_or_before":
            return min(cell.first, int(self.query.same)), cell.last + 1
        return cell.first, cell.last + 1

    def _behind(self, period: int, cohort: Bits, returns: list[Bits]) -> list[Bits]:
        """Who returned in the period of the start (behind it), and in each one later."""
        own = cohort if self.query.same else self._again(period)
        if self.query.blocks == "from_start":
            return own_blocks(self.active, self.query, period, cohort)
        return [own, *(returns[period + 1 :] or [self.active.persons.none()])]

    def behind(self, measure: str, keys: Mapping[str, Key]) -> list[Bits]:
        """Those of each cohort whom a figure counts: of all cohorts together of those whose cell is over."""
        starts, returns = self._starts(), self._returns()
        groups = chosen(self.active, self.query.rows, starts, keys)
        cell, found = self.query.cell(keys), []
        for period, first in enumerate(self.query.periods):
            if not is_first(first, keys) or not begun(first, self.as_of):
                continue
            for one in groups:
                cohort = starts[period] if one.who is None else starts[period] & one.who
                if cell is None:
                    found.append(cohort)
                elif self._counts(first, cell, measure, keys):
                    over = self._back(cohort, self._behind(period, cohort, returns))
                    found.append(over(cell) if measure in OF_RETURNED else cohort)
        return found

    def each(self) -> Iterator[tuple[int, list[int | None]]]:
        """Of each cohort that somebody is in its place, and of each cell how many returned; None where it has not
        begun."""
        returns = self._returns()
        for period, cohort in enumerate(self._starts()):
            if size(cohort):
                made = self._of_cohort(period, cohort, self._behind(period, cohort, returns))
                yield period, [None if one is None else one.back for one in made]

    def group(self) -> tuple[Key, ...]:
        """The values of the group of whoever comes first; none where nobody does, or nothing tells groups apart."""
        groups, _ = told(self.active, self.query.rows, self._starts())
        return groups[0].values if groups else ()

    def _counts(self, first: date, cell: Cell, measure: str, keys: Mapping[str, Key]) -> bool:
        """Whether a cohort is part of a figure: of its own, or of that of all of them."""
        due = self.query.due(first, cell)
        if not any(keys.get(name) for name in FIRST_NAMES):
            return due.over(self.as_of)
        return due.begun(self.as_of) or measure not in OF_RETURNED

    def _back(self, cohort: Bits, behind: list[Bits]) -> Callable[[Cell], Bits]:
        """Tells who of a cohort returned in a cell."""
        mode = self.query.mode
        if mode == "on_or_after":
            for n in range(len(behind) - 2, -1, -1):
                behind[n] = behind[n] | behind[n + 1]
        elif mode == "on_or_before":  # of one event the start itself is no return
            for n in range(1 + self.query.same, len(behind)):
                behind[n] = behind[n] | behind[n - 1]
        elif mode == "streak":
            for n in range(1, len(behind)):
                behind[n] = behind[n] & behind[n - 1]

        def returned(cell: Cell) -> Bits:
            if mode == "on_or_before":
                return cohort & behind[min(cell.first, len(behind) - 1)]
            some = behind[cell.first : cell.last + 1]
            return cohort & self.active.persons.union(some)

        return returned

    def _again(self, period: int) -> Bits:
        if "again" not in self.active.columns:
            return self.active.persons.none()
        return self.active.that("again", period)

    def _added(self, period: int, cohort: Bits) -> list[int]:
        """Of each period from that of the cohort on what the returns of its persons come to, in millionths."""
        there = self.active.persons.places(cohort)
        found: list[int] = []
        for n in range(period, max(self.active.last, period) + 1):
            again = n == period and not self.query.same
            if again and "again" not in self.active.columns:
                found.append(0)
                continue
            place, high, low = self.active.added("added_again" if again else "added", n)
            of = there[place]
            found.append(int(np.sum(high[of])) * HALF + int(np.sum(low[of])))
        return found


def _value(figures: Figures) -> Row:
    """The sum, and what it is for a person of the cohort and for one who returned."""
    total = figures.added / 1_000_000
    return (
        total,
        total / figures.size if figures.size else None,
        total / figures.back if figures.back else None,
    )
