"""The table of a funnel: steps, groups, periods of entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from minilens.measure.events.columns import OTHERS
from minilens.measure.funnels import attempts, columns
from minilens.measure.funnels.attempts import NONE, Attempts, Rows, Truth, Whole
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.measures import DAY
from minilens.measure.prepared import AsOf
from minilens.measure.table import Cell, Column, Cost, Row, Table
from minilens.period import Grain, floor, held, milliseconds

_FIRST_DAY = date(1970, 1, 1)
#: As statements have no value.
NOTHING = "\0"


@dataclass(frozen=True)
class Values:
    """Of each row, by its rank: its day (days since 1970) and its group, a place in `groups`."""

    days: Whole
    group: Whole
    groups: list[tuple[str, ...]]


@dataclass(frozen=True)
class Counted:
    """The attempts that count, which of them may still go on, and their rows."""

    rows: Rows
    made: Attempts
    still: Truth

    def some(self, places: Any) -> Counted:
        """Those at these places."""
        return Counted(self.rows, self.made.some(places), self.still[places])

    def reached(self, step: int) -> int:
        """How many got through a step, the first being 1."""
        return int((self.made.level >= step).sum())

    def times(self, first: int, last: int) -> Whole:
        """Milliseconds from one step to another, of those that got there."""
        there = self.made.level >= last
        ts = self.rows.ts
        took: Whole = ts[self.made.taken[there, last - 1]] - ts[self.made.taken[there, first - 1]]
        return took


def table(query: FunnelQuery, rows: Rows, values: Values, as_of: AsOf) -> Table:
    """The figures of these rows."""
    if query.mode == "open":
        return _open(query, rows, as_of)
    some = counted(query, rows, values, as_of)
    return (_steps if query.show == "steps" else _trend)(query, some, values, as_of)


def counted(query: FunnelQuery, rows: Rows, values: Values, as_of: AsOf) -> Counted:
    """The attempts that count: one of each owner, of each owner and day, or all that follow one another."""
    every = attempts.every(rows, query.steps, query.order, query.within)
    if query.first:
        every = attempts.first_entries(rows, every)
    by_day = query.show == "each_day"
    made = _of_each_day(query, rows, every, values) if by_day else _chosen(query, rows, every)
    return Counted(rows, made, attempts.may_still(every, made, milliseconds(as_of.as_of)))


def _chosen(query: FunnelQuery, rows: Rows, every: Attempts) -> Attempts:
    if query.counts == "attempts":
        return attempts.one_after_another(rows, every)
    return attempts.furthest(rows, every)


def _of_each_day(query: FunnelQuery, rows: Rows, every: Attempts, values: Values) -> Attempts:
    """Of each owner and day of entry the attempt that counts: each day for itself."""
    day = values.days[rows.rank[every.entry]]
    parts = [every.some(day == one) for one in np.unique(day).tolist()]
    chosen = [_chosen(query, rows, one) for one in parts]
    if not chosen:
        return every
    return Attempts(
        *(np.concatenate([getattr(one, name) for one in chosen])
          for name in ("owner", "entry", "level", "taken", "stop", "until"))
    )  # fmt: skip


def _steps(query: FunnelQuery, counted: Counted, values: Values, as_of: AsOf) -> Table:
    keys = (*columns.groups(query), *columns.keys())
    blank: Row = (None,) * len(keys)
    framed = {"totals": (*blank, *_overall(counted, query.steps))}
    if not query.grouped:
        rows = tuple(_rows_of(query, counted, ()))
        return _framed(
            query, (*keys, *columns.of_steps(query)), rows, as_of, keys=len(keys), **framed
        )
    group = groups(query, counted, values)
    order = largest(group)
    shown = order[: query.rows.top]
    found: list[Row] = []
    for one in shown:
        found += _rows_of(query, counted.some(group == one), named(query, values, one))
    if query.rows.include_other and len(order) > len(shown):
        rest = counted.some(~np.isin(group, shown))
        found += _rows_of(query, rest, (OTHERS,) * query.grouped)
    return _framed(
        query, (*keys, *columns.of_steps(query)), tuple(found), as_of,
        keys=len(keys), total_rows=len(order), **framed,
    )  # fmt: skip


def largest(group: Whole) -> list[int]:
    """The groups of attempts, the one with the most first."""
    known, sizes = np.unique(group, return_counts=True)
    order: list[int] = known[np.lexsort((known, -sizes))].tolist()
    return order


def groups(query: FunnelQuery, counted: Counted, values: Values) -> Whole:
    """Of each attempt its group; NONE where it did not get to the step whose row tells."""
    made = counted.made
    if query.at == "entry":
        row = made.taken[:, 0] if len(made) else made.entry
    else:
        step = made.level if query.at == "last" else np.full(len(made), int(query.at))
        row = made.taken[np.arange(len(made)), step - 1] if len(made) else made.entry
    return np.where(row == NONE, NONE, values.group[counted.rows.rank[row]])


def named(query: FunnelQuery, values: Values, group: int) -> tuple[Cell, ...]:
    """A group as its rows have it."""
    if group == NONE:
        return (columns.NOT_REACHED,) * query.grouped
    return tuple(None if text == NOTHING else text for text in values.groups[group])


def _rows_of(query: FunnelQuery, counted: Counted, group: tuple[Cell, ...]) -> Iterator[Row]:
    entered, before = counted.reached(1), counted.reached(1)
    for step, title in enumerate(query.titles, start=1):
        reached = counted.reached(step)
        here = counted.made.level == step
        may, last = int((here & counted.still).sum()), step == query.steps
        yield (
            *group, step, title, reached, _rate(reached, entered), _rate(reached, before) if step > 1 else None,
            None if last else int(here.sum()) - may, None if last else may,
            *(_times(counted.times(step - 1, step)) if step > 1 else (None, None, None)),
        )  # fmt: skip
        before = reached


def _overall(counted: Counted, steps: int) -> Row:
    """The funnel as a whole: those that got through, of those that entered."""
    entered, through = counted.reached(1), counted.reached(steps)
    may = int(counted.still.sum())
    return (
        through, _rate(through, entered), None, entered - through - may, may, *_times(counted.times(1, steps)),
    )  # fmt: skip


def _rate(some: int, of: int) -> float | None:
    return some / of if of else None


def _times(some: Whole) -> tuple[Cell, ...]:
    """Median, mean and p90 in seconds."""
    if not len(some):
        return (None, None, None)
    median, most = np.percentile(some, [50, 90])
    return (float(median) / 1000, float(some.mean()) / 1000, float(most) / 1000)


def begins(query: FunnelQuery, counted: Counted, values: Values) -> Whole:
    """Of each attempt the first day (since 1970) of the period of its entry."""
    days = values.days[counted.rows.rank[counted.made.entry]]
    grain: Grain = query.rows.grain if query.rows.grain in ("week", "month") else "day"
    return np.array([since(floor(_of(day), grain)) for day in days.tolist()], np.int64)


def _trend(query: FunnelQuery, counted: Counted, values: Values, as_of: AsOf) -> Table:
    """A row a period: of the attempts that began in it."""
    began = begins(query, counted, values)
    grain: Grain = query.rows.grain if query.rows.grain in ("week", "month") else "day"
    found: list[Row] = []
    for first in query.rows.range.buckets(grain):
        if first > as_of.today:
            found.append((first, *(None,) * (query.steps + 4)))
            continue
        found.append((first, *_period(query, counted.some(began == since(first)))))
    shown = (DAY, *columns.of_trend(query))
    over = query.rows.range
    return _framed(
        query, shown, tuple(found), as_of, keys=1, totals=(None, *_period(query, counted)),
        running=over.end >= as_of.today >= over.start,
        held=tuple(held(over, one, grain) for one in over.buckets(grain)) if grain != "day" else (),
    )  # fmt: skip


def _of(day: int) -> date:
    return _FIRST_DAY + timedelta(days=day)


def since(day: date) -> int:
    """Days since 1970."""
    return (day - _FIRST_DAY).days


def _period(query: FunnelQuery, counted: Counted) -> Row:
    steps = [counted.reached(step) for step in range(1, query.steps + 1)]
    may = int(counted.still.sum())
    return (
        *steps, _rate(steps[-1], steps[0]), steps[0] - steps[-1] - may, may, _times(counted.times(1, query.steps))[0],
    )  # fmt: skip


def _open(query: FunnelQuery, rows: Rows, as_of: AsOf) -> Table:
    """Each step by itself: who has its event in the range, and how often."""
    found: list[Row] = []
    first: int | None = None
    before: int | None = None
    for step, title in enumerate(query.titles):
        there = rows.fits(step) & rows.enters
        some = len(np.unique(rows.owner[there]))
        first = some if first is None else first
        rate = _rate(some, before) if before is not None else None
        found.append((step + 1, title, some, int(there.sum()), _rate(some, first), rate))
        before = some
    shown = (*columns.keys(), *columns.of_steps(query))
    return _framed(query, shown, tuple(found), as_of, keys=2)


def _framed(
    query: FunnelQuery, shown: Sequence[Column], rows: tuple[Row, ...], as_of: AsOf, *, keys: int, **more: Any
) -> Table:  # fmt: skip
    return Table(
        columns=tuple(shown), rows=rows, start=query.rows.range.start, end=query.rows.range.end, as_of=as_of.as_of,
        cost=Cost(0, 0, 0), keys=keys, today=as_of.today, **more,
    )  # fmt: skip
