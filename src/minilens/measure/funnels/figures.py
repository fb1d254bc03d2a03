"""The table of a funnel, of what became of its attempts: steps, groups, periods of entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from minilens.errors import Refused
from minilens.measure.events.columns import OTHERS
from minilens.measure.events.query import MOST_ROWS
from minilens.measure.funnels import columns, entered
from minilens.measure.funnels.at_once import at_once
from minilens.measure.funnels.outcome import Known, Outcomes
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.funnels.reading import NOTHING
from minilens.measure.funnels.rows import NONE, Rows, Whole
from minilens.measure.funnels.without import queries_without, ways
from minilens.measure.measures import DAY, MOMENT
from minilens.measure.prepared import AsOf
from minilens.measure.table import Cell, Column, Cost, Row, Table
from minilens.period import held


def table(query: FunnelQuery, found: Outcomes, as_of: AsOf) -> Table:
    """The figures of these outcomes."""
    if query.show == "steps":
        return _steps(query, found, as_of)
    return _trend(query, found, as_of)


def _steps(query: FunnelQuery, counted: Outcomes, as_of: AsOf) -> Table:
    keys = (*columns.groups(query), *columns.keys())
    blank: Row = (None,) * len(keys)
    more = {"totals": (*blank, *_overall(_once(query, counted), query.steps))}
    groups, count = _apart(query, counted)
    rows = tuple(row for values, some in groups for row in _rows_of(query, some, values))
    return framed(
        query, (*keys, *columns.of_steps(query)), rows, as_of, keys=len(keys), total_rows=count, **more,
    )  # fmt: skip


#: The values of a group, and the attempts that are of it.
Apart = tuple[tuple[Cell, ...], Outcomes]


def _apart(query: FunnelQuery, counted: Outcomes) -> tuple[list[Apart], int]:
    """The groups that are shown, with all others together, and how many groups there are; one of all where attempts
    are not told apart."""
    if not query.grouped:
        return [((), counted)], 0
    order = largest(counted)
    shown = order[: query.rows.top]
    found = [(named(query, counted, one), counted.some(counted.group == one)) for one in shown]
    if query.rows.include_other and len(order) > len(shown):
        rest = _once(query, counted.some(~np.isin(counted.group, shown)))
        found.append(((OTHERS,) * query.grouped, rest))
    return found, len(order)


def _once(query: FunnelQuery, some: Outcomes) -> Outcomes:
    """Of several groups each person once, also where they may be in several."""
    return some.once() if query.at == "each" and query.grouped else some


def largest(found: Outcomes) -> list[int]:
    """The groups of the attempts, the one with the most first, of equals by their values."""
    sizes = np.bincount(found.group + 1, minlength=1)  # NONE comes first
    there = (np.flatnonzero(sizes) - 1).tolist()
    return sorted(
        there,
        key=lambda one: (-sizes[one + 1], () if one == NONE else found.groups[one]),
    )


def named(query: FunnelQuery, of: Outcomes, group: int) -> tuple[Cell, ...]:
    """A group as its rows have it."""
    if group == NONE:
        return (columns.NOT_REACHED,) * query.grouped
    return tuple(None if text == NOTHING else text for text in of.groups[group])


def _rows_of(query: FunnelQuery, counted: Outcomes, group: tuple[Cell, ...]) -> Iterator[Row]:
    stopped, still = (
        np.bincount(some, minlength=query.steps + 1).tolist()
        for some in (counted.level, counted.level[counted.still])
    )
    took = at_once(lambda step: _times(counted.times(step - 1, step)), range(2, query.steps + 1))
    entered = before = sum(stopped[1:])
    for step, title in enumerate(query.titles, start=1):
        reached = sum(stopped[step:])
        may, last = still[step], step == query.steps
        yield (
            *group, step, title, reached, _rate(reached, entered), _rate(reached, before) if step > 1 else None,
            None if last else stopped[step] - may, None if last else may,
            *(took[step - 2] if step > 1 else (None, None, None)),
        )  # fmt: skip
        before = reached


def _overall(counted: Outcomes, steps: int) -> Row:
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


def begins(query: FunnelQuery, found: Outcomes) -> Whole:
    """Of each attempt the first day (since 1970) of the period of its entry, of hours its first millisecond."""
    begun: Whole = entered.starts(query)[entered.period_of(query, found.at[:, 0], found.day)]
    return begun


def _trend(query: FunnelQuery, counted: Outcomes, as_of: AsOf) -> Table:
    """A row a period, of each group: of the attempts that began in it."""
    grain, over, by_hour = entered.grain(query), query.rows.range, entered.by_hour(query)
    groups, count = _apart(query, counted)
    if len(groups) * len(entered.periods(query)) > MOST_ROWS:
        raise Refused("too_many_rows", "top", limit=MOST_ROWS)
    found = [(*values, *row) for values, some in groups for row in _periods_of(query, some, as_of)]
    shown = (
        *columns.groups(query), MOMENT if by_hour else DAY, *columns.of_trend(query),
    )  # fmt: skip
    blank = (None,) * (query.grouped + 1)
    parts = tuple(held(over, one, grain) for one in over.buckets(grain)) if grain != "day" else ()
    return framed(
        query, shown, tuple(found), as_of, keys=query.grouped + 1, total_rows=count,
        totals=(*blank, *_period(query, _once(query, counted))), running=over.end >= as_of.today >= over.start,
        held=parts * len(groups),
    )  # fmt: skip


def _periods_of(query: FunnelQuery, counted: Outcomes, as_of: AsOf) -> list[Row]:
    """Of each period the attempts that began in it; nothing of those still to come."""
    told, hourly = entered.periods(query), entered.by_hour(query)
    place = entered.period_of(query, counted.at[:, 0], counted.day)
    order = np.argsort(place.astype(np.uint16), kind="stable")  # the smaller, the quicker
    ends = np.cumsum(np.bincount(place, minlength=len(told))).tolist()
    bounds = list(zip([0, *ends[:-1]], ends, strict=True))
    made = at_once(lambda both: _period(query, counted.some(order[slice(*both)])), bounds)
    now, blank = as_of.as_of if hourly else as_of.today, (None,) * (query.steps + 4)
    return [
        (first, *(blank if first > now else period))
        for (first, _), period in zip(told, made, strict=True)
    ]


def _period(query: FunnelQuery, counted: Outcomes) -> Row:
    steps = [counted.reached(step) for step in range(1, query.steps + 1)]
    may = int(counted.still.sum())
    return (
        *steps, _rate(steps[-1], steps[0]), steps[0] - steps[-1] - may, may, _times(counted.times(1, query.steps))[0],
    )  # fmt: skip


def side_by_side(query: FunnelQuery, found: Sequence[Outcomes], as_of: AsOf) -> Table:
    """The steps with the optional ones, and behind them those of the same funnel without some of them."""
    left_out = ways(query.optional)
    every = [
        _steps(queries_without(query, steps), one, as_of)
        for steps, one in zip(left_out, found, strict=True)
    ]
    named = [columns.way(query.optional, steps) for steps in left_out]
    rows = tuple((way, *row) for way, made in zip(named, every, strict=True) for row in made.rows)
    shown = (columns.WAY, *every[0].columns)
    return framed(query, shown, rows, as_of, keys=every[0].keys + 1)


def by_itself(query: FunnelQuery, rows: Rows, known: Known) -> Whole:
    """Of each step by itself who has its event in the range, and how often."""
    counts = np.zeros((query.steps, 2), np.int64)
    for step in range(query.steps):
        there = np.sort(rows.owner[rows.fits(step) & rows.enters])
        counts[step] = (len(there) and 1 + (there[1:] != there[:-1]).sum(), len(there))
    return counts


def opened(query: FunnelQuery, parts: Sequence[Whole], as_of: AsOf) -> Table:
    """Each step by itself, of `by_itself` of the owners in each part."""
    counts = np.sum(parts, axis=0)
    found: list[Row] = []
    first = int(counts[0, 0])
    before: int | None = None
    for step, (some, events) in enumerate(counts.tolist()):
        rate = _rate(some, before) if before is not None else None
        found.append((step + 1, query.titles[step], some, events, _rate(some, first), rate))
        before = some
    shown = (*columns.keys(), *columns.of_steps(query))
    return framed(query, shown, tuple(found), as_of, keys=2)


def framed(
    query: FunnelQuery, shown: Sequence[Column], rows: tuple[Row, ...], as_of: AsOf, *, keys: int, **more: Any
) -> Table:  # fmt: skip
    """Rows under their columns, of which the first `keys` tell rows apart."""
    return Table(
        columns=tuple(shown), rows=rows, start=query.rows.range.start, end=query.rows.range.end, as_of=as_of.as_of,
        cost=Cost(0, 0, 0), keys=keys, today=as_of.today, **more,
    )  # fmt: skip
