"""Answers a question: plan, SQL, engine, and the table with its empty buckets filled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from minilens.measure.days.breakdown import by_value
from minilens.measure.days.buckets import filled, measured
from minilens.measure.days.day_rows import BUILDS
from minilens.measure.days.hours import by_hour
from minilens.measure.days.snapshot import BuildSnapshot
from minilens.measure.measures import DAY, measure
from minilens.measure.query import Query
from minilens.measure.table import Cell, Cost, Table
from minilens.period import Range, floor, held
from minilens.warehouse.engine import Answer, Engine


def answer(
    engine: Engine, query: Query, *, today: date, as_of: datetime, made: Answer | None = None
) -> Table:
    """The table of a question. `today` is the app's; days after it are unknown, not 0.

    `made`: the builds it stands on, where they were looked up before.
    """
    for name in (*query.measures, *([query.sort] if query.sort else [])):
        measure(name)
    asking = BuildSnapshot(engine=engine, made=made or engine.query(BUILDS, {"app": query.app}))
    if query.by:
        table = by_value(asking, query, as_of)
    elif query.grain == "hour":
        table = _by_hour(asking, query, today, as_of)
    else:
        table = _by_period(asking, query, today, as_of)
    return replace(table, cost=asking.cost())


def _by_hour(asking: BuildSnapshot, query: Query, today: date, as_of: datetime) -> Table:
    """The hours, and of a single day the whole: people once, beside the same hours of the other day."""
    table = by_hour(asking, query, today, as_of)
    if query.range.days > 1 or (query.compare and query.compare.days > 1):
        return table
    day = _by_period(asking, replace(query, grain="day"), today, as_of)
    whole = (None, *day.rows[0][1:])
    then = (None, *day.compared[0][1:]) if day.compared else None
    return replace(table, totals=whole, compared_total=then)


def _known(query: Query, over: Range, today: date) -> Iterable[tuple[Cell, date, bool]]:
    """The buckets of a range; those after today are unknown."""
    return ((bucket, bucket, bucket <= today) for bucket in over.buckets(query.grain))


def _by_period(asking: BuildSnapshot, query: Query, today: date, as_of: datetime) -> Table:
    ranges = [query.range] if query.compare is None else [query.range, query.compare]
    for over in ranges:
        over.buckets(query.grain)  # refuses more than can be shown
    if query.compare and query.cutoff:
        found = [
            *measured(asking, replace(query, cutoff=None), [query.range]),
            *measured(asking, query, [query.compare]),
        ]
    else:
        found = measured(asking, query, ranges)
    parts = [filled(query, _known(query, over, today), found[n]) for n, over in enumerate(ranges)]
    return Table(
        columns=(DAY, *(measure(name).column() for name in query.measures)),
        rows=parts[0],
        start=query.range.start,
        end=query.range.end,
        as_of=as_of,
        cost=Cost(0, 0, 0),
        compared=parts[1] if query.compare else (),
        compared_start=query.compare.start if query.compare else None,
        compared_end=query.compare.end if query.compare else None,
        running=query.range.end >= today >= floor(query.range.start, query.grain),
        same_hours=query.cutoff is not None and query.compare is not None,
        held=tuple(
            held(query.range, bucket, query.grain) for bucket in query.range.buckets(query.grain)
        )
        if query.grain != "day"
        else (),
    )
