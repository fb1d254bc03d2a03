"""Answers by time and value: the values with the most of a measure, and each of their periods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from minilens.measure.days import sql
from minilens.measure.days.breakdown import listed_values
from minilens.measure.days.buckets import Buckets, filled
from minilens.measure.days.frame import framed
from minilens.measure.days.snapshot import BuildSnapshot
from minilens.measure.filters import Condition
from minilens.measure.measures import DAY
from minilens.measure.plan import Plan
from minilens.measure.query import Query
from minilens.measure.table import Row, Table
from minilens.period import Range, floor


def by_time_and_value(asking: BuildSnapshot, plan: Plan, today: date, as_of: datetime) -> Table:
    """Rows: value, then period; the values in the order of the list over the whole range, of each every period.

    Of the other range each value has as many periods as it has here: longer ones are cut, shorter ones unknown.
    """
    query = plan.query
    query.range.buckets(query.grain)  # refuses more than can be shown
    alone = plan.of(dimensions=query.values, cutoff=None)
    sums = tuple(one for one in alone.available if not one.value.people)
    if alone.leading in sums:  # people do not say which values these are
        alone = alone.of(measures=sums)
    keys = len(query.values)
    listed = listed_values(asking, alone, query.range)
    shown = [row[:keys] for row in listed.rows]
    rows = _rows(asking, plan.of(cutoff=None), query.range, shown, today)
    then: tuple[Row, ...] = ()
    if query.compare:
        length = len(rows) // max(1, len(shown))
        then = _cut(query, _rows(asking, plan, query.compare, shown, today), shown, length)
    return framed(
        query,
        (*(one.column() for one in query.values), DAY),
        rows,
        as_of,
        compared=then,
        running=query.range.end >= today >= floor(query.range.start, query.grain),
        total_rows=listed.found,
    )


def _rows(
    asking: BuildSnapshot, plan: Plan, over: Range, shown: Sequence[Row], today: date
) -> tuple[Row, ...]:
    """The periods of these values; those after today are unknown."""
    query = plan.query
    keys = len(query.values)
    if keys == 1 and shown:  # of one dimension only the values shown are read
        told = Condition(query.values[0], "is", tuple(str(row[0]) for row in shown))
        plan = plan.of(filters=(*query.filters, (told,)))
    cells: dict[Row, Buckets] = defaultdict(dict)
    for _, bucket, *row in asking.run(plan, [over], sql.trend):
        assert isinstance(bucket, date)
        cells[tuple(row[:keys])][bucket] = tuple(row[keys:])
    buckets = [(one, one, one <= today) for one in over.buckets(query.grain)]
    return tuple((*value, *row) for value in shown for row in filled(plan, buckets, cells[value]))


def _cut(query: Query, rows: Sequence[Row], shown: Sequence[Row], length: int) -> tuple[Row, ...]:
    """So many periods of each value."""
    each = len(rows) // max(1, len(shown))
    found: list[Row] = []
    for n, value in enumerate(shown):
        own = rows[n * each : (n + 1) * each][:length]
        nothing: Row = (*value, None, *(None for _ in query.measures))
        found += [*own, *[nothing] * (length - len(own))]
    return tuple(found)
