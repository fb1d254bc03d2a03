"""Answers questions about what campaigns come to over time: their days, or their first hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import dropwhile

from minilens.measure.campaigns.query import CourseQuery
from minilens.measure.days import run as days
from minilens.measure.events import run as events
from minilens.measure.events.query import EventsQuery
from minilens.measure.measures import MEASURES
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.query import Query
from minilens.measure.table import Cost, Table
from minilens.period import Range, next_bucket
from minilens.warehouse.engine import Engine


def prepare(engine: Engine, query: CourseQuery, as_of: AsOf) -> Prepared:
    """The question with the builds that it stands on."""
    if query.begins is not None:
        run = partial(answer, engine, query, as_of)
        return Prepared(run=run, heavy=True, stands_on=None, cost=Cost(0, 0, 0))
    found = events.prepare(engine, query.rows, as_of)
    return replace(found, run=lambda: titled(found.run()))


def answer(engine: Engine, query: CourseQuery, as_of: AsOf) -> Table:
    """The first hours; none where nothing has begun."""
    asked = begun(engine, query, as_of)
    if asked is None:
        asked = replace(query.rows, range=Range(as_of.today, as_of.today))
        table = events.prepare(engine, asked, as_of).run()
        return titled(replace(table, rows=(), totals=None))
    table = events.prepare(engine, asked, as_of).run()
    now = as_of.as_of.timestamp()
    known = [
        row for row in table.rows if isinstance(row[0], datetime) and row[0].timestamp() <= now
    ]
    rows = tuple(dropwhile(lambda row: not any(row[1:]), known))[: query.hours]
    return titled(replace(table, rows=rows, totals=None))


def begun(engine: Engine, query: CourseQuery, as_of: AsOf) -> EventsQuery | None:
    """What asks for the days that the first hours lie on; the question itself where it asks for no such; None where
    nothing has begun."""
    if query.begins is None:
        return query.rows
    first: date | None = query.begins.range.start
    for grain in ("month", "day"):
        assert first is not None
        start = max(first, query.begins.range.start)
        end = query.begins.range.end
        if grain == "day":
            end = min(end, next_bucket(first, "month") - timedelta(days=1))
        one = replace(query.begins, dimensions=(grain,), range=Range(start, end))
        first = _first(engine, one, as_of)
        if first is None:
            return None
    assert first is not None
    last = first + timedelta(days=-(-query.hours // 24))
    return replace(query.rows, grain="hour", groups=(), range=Range(first, last))


def _first(engine: Engine, query: Query, as_of: AsOf) -> date | None:
    table = days.prepare(engine, query, as_of).run()
    begun = (row[0] for row in table.rows if row[1])
    return next((one for one in begun if isinstance(one, date)), None)


def titled(table: Table) -> Table:
    """The table with its measures as all reports call them."""
    keys = table.columns[: table.keys]
    measures = (MEASURES[one.name].column() for one in table.columns[table.keys :])
    return replace(table, columns=(*keys, *measures))
