"""Answers questions about who was active when: pairs of persons and periods from the engine, figures from these."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date

from minilens.measure.activity import lifecycle, retention, stickiness
from minilens.measure.activity.active import fetched
from minilens.measure.activity.query import (
    ActivityQuery,
    LifecycleQuery,
    ReturnsQuery,
    StickinessQuery,
)
from minilens.measure.activity.sql import Pairs
from minilens.measure.days.day_rows import BUILDS
from minilens.measure.events import money
from minilens.measure.events import run as events
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.session import cost
from minilens.measure.table import Cost, Table
from minilens.period import Range
from minilens.warehouse.engine import Answer, Engine

Counting = retention.Counting | stickiness.Counting | lifecycle.Counting


def prepare(engine: Engine, query: ActivityQuery, as_of: AsOf) -> Prepared:
    """The question with the builds that it stands on. Refused where it has too many periods."""
    query.rows.range.check(query.unit)
    made = engine.query(BUILDS, {"app": query.app})
    builds = hash(tuple((row[0], row[1]) for row in made.rows))
    minute = as_of.as_of.replace(second=0, microsecond=0) if query.unit == "hour" else None
    return Prepared(
        run=lambda: answer(engine, query, as_of, made),
        heavy=True,
        stands_on=(query, as_of.today, builds, as_of.through, minute),
        cost=cost([made]),
    )


def answer(engine: Engine, query: ActivityQuery, as_of: AsOf, made: Answer) -> Table:
    """The table of the question, as its `show` has it."""
    began = time.perf_counter()
    table = counting(engine, query, as_of, made).table()
    if isinstance(query, ReturnsQuery) and query.value:
        over = Range(query.days.start, retention.last(query, as_of.today))
        rows = replace(query.rows, range=over, groups=(), grain="whole")
        said = money.notes(rows, lambda one: events.answer(engine, one, as_of, made))
        table = replace(table, notes=(*table.notes, *said))
    took = (time.perf_counter() - began) * 1000
    return replace(
        table, cost=Cost(table.cost.rows, table.cost.bytes, table.cost.milliseconds + took)
    )


def counting(
    engine: Engine, query: ActivityQuery, as_of: AsOf, made: Answer, person: int = 0
) -> Counting:
    """The question over its pairs, those of one person alone where one is named."""
    asked, last = _asked(query, as_of.today)
    active = fetched(engine, replace(asked, person=person), made, last)
    if isinstance(query, ReturnsQuery):
        return retention.Counting(query, active, as_of)
    if isinstance(query, StickinessQuery):
        return stickiness.Counting(query, active, as_of)
    assert isinstance(query, LifecycleQuery)
    return lifecycle.Counting(query, active, as_of)


def _asked(query: ActivityQuery, today: date) -> tuple[Pairs, date]:
    """What is asked of persons and periods, and the last day that counts."""
    if isinstance(query, ReturnsQuery):
        return retention.asked(query), retention.last(query, today)
    if isinstance(query, StickinessQuery):
        return stickiness.asked(query), stickiness.last(query)
    assert isinstance(query, LifecycleQuery)
    return lifecycle.asked(query), lifecycle.last(query)
