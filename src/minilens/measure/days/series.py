"""Answers by time and value: the values with the most of a measure, and each of their periods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from minilens.measure.days import sql
from minilens.measure.days.breakdown import listed_values
from minilens.measure.days.buckets import Buckets, filled
from minilens.measure.days.snapshot import BuildSnapshot
from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.filters import Condition
from minilens.measure.measures import DAY, measure
from minilens.measure.plan import plan
from minilens.measure.query import Query
from minilens.measure.table import Cost, Row, Table
from minilens.period import Range, floor


def by_time_and_value(asking: BuildSnapshot, query: Query, today: date, as_of: datetime) -> Table:
    """Rows: value, then period; the values in the order of the list over the whole range, of each every period.

    Of the other range each value has as many periods as it has here: longer ones are cut, shorter ones unknown.
    """
    query.range.buckets(query.grain)  # refuses more than can be shown
    alone = replace(query, dimensions=query.values, cutoff=None)
    keys = len(query.values)
    listed = listed_values(asking, alone, query.range)
    shown = [row[:keys] for row in listed.rows]
    rows = _rows(asking, replace(query, cutoff=None), query.range, shown, today)
    then: tuple[Row, ...] = ()
    if query.compare:
        length = len(rows) // max(1, len(shown))
        then = _cut(query, _rows(asking, query, query.compare, shown, today), shown, length)
    return Table(
        columns=(
            *(DIMENSIONS[one].column() for one in query.values),
            DAY,
            *(measure(name).column() for name in query.measures),
        ),
        rows=rows,
        start=query.range.start,
        end=query.range.end,
        as_of=as_of,
        cost=Cost(0, 0, 0),
        compared=then,
        compared_start=query.compare.start if query.compare else None,
        compared_end=query.compare.end if query.compare else None,
        running=query.range.end >= today >= floor(query.range.start, query.grain),
        same_hours=query.cutoff is not None and query.compare is not None,
        total_rows=listed.found,
        keys=keys + 1,
    )


def _rows(
    asking: BuildSnapshot, query: Query, over: Range, shown: Sequence[Row], today: date
) -> tuple[Row, ...]:
    """The periods of these values; those after today are unknown."""
    keys = len(query.values)
    some = query
    if keys == 1 and shown:  # of one dimension only the values shown are read
        told = Condition(query.values[0], "is", tuple(str(row[0]) for row in shown))
        some = replace(query, filters=(*query.filters, (told,)))
    way, asked = plan(some), asking.values(some, [over])
    tail, moved = asking.tail(some, way, asked)
    cells: dict[Row, Buckets] = defaultdict(dict)
    for _, bucket, *row in asking.ask(sql.trend(some, way, tail=tail, moved=moved), asked):
        assert isinstance(bucket, date)
        cells[tuple(row[:keys])][bucket] = tuple(row[keys:])
    buckets = [(one, one, one <= today) for one in over.buckets(query.grain)]
    return tuple((*value, *row) for value in shown for row in filled(query, buckets, cells[value]))


def _cut(query: Query, rows: Sequence[Row], shown: Sequence[Row], length: int) -> tuple[Row, ...]:
    """So many periods of each value."""
    each = len(rows) // max(1, len(shown))
    found: list[Row] = []
    for n, value in enumerate(shown):
        own = rows[n * each : (n + 1) * each][:length]
        nothing: Row = (*value, None, *(None for _ in query.measures))
        found += [*own, *[nothing] * (length - len(own))]
    return tuple(found)
