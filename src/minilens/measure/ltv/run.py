"""Answers questions about the value of persons: columns from the engine, figures from these."""

from __future__ import annotations

import time
from dataclasses import replace

from minilens.measure.days.day_rows import BUILDS
from minilens.measure.ltv.fetched import Fetching
from minilens.measure.ltv.figures import Counting
from minilens.measure.ltv.query import LtvQuery
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.session import cost
from minilens.measure.table import Cost, Table
from minilens.warehouse.engine import Answer, Engine


def prepare(engine: Engine, query: LtvQuery, as_of: AsOf) -> Prepared:
    """The question with the builds that it stands on. Refused where it has too many cohorts."""
    query.rows.range.check(query.unit)
    made = engine.query(BUILDS, {"app": query.app})
    builds = hash(tuple((row[0], row[1]) for row in made.rows))
    return Prepared(
        run=lambda: answer(engine, query, as_of, made),
        heavy=True,
        stands_on=(query, as_of.today, builds, as_of.through),
        cost=cost([made]),
    )


def answer(engine: Engine, query: LtvQuery, as_of: AsOf, made: Answer) -> Table:
    """The table of the question, as its `show` has it."""
    began = time.perf_counter()
    table = counting(engine, query, as_of, made).table()
    took = (time.perf_counter() - began) * 1000
    return replace(
        table, cost=Cost(table.cost.rows, table.cost.bytes, table.cost.milliseconds + took)
    )


def counting(engine: Engine, query: LtvQuery, as_of: AsOf, made: Answer) -> Counting:
    """The question over what was fetched."""
    found = Fetching(engine, query, made, as_of.today).all()
    return Counting(query, found, as_of)
