"""Answers questions about funnels: rows from the engine in their one order, attempts and figures from these."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from minilens.measure.days.day_rows import BUILDS
from minilens.measure.funnels import after, by_value, columns, comparison, times
from minilens.measure.funnels.figures import by_itself, framed, opened, side_by_side, table
from minilens.measure.funnels.outcome import Outcomes
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.funnels.reader import Reader
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.session import cost
from minilens.measure.table import Table
from minilens.warehouse.engine import Answer, Engine


def prepare(engine: Engine, query: FunnelQuery, as_of: AsOf) -> Prepared:
    """The question with the builds that it stands on."""
    made = engine.query(BUILDS, {"app": query.app})
    builds = hash(tuple((row[0], row[1]) for row in made.rows))
    minute = as_of.as_of.replace(second=0, microsecond=0)  # by then a window may be over
    return Prepared(
        run=lambda: answer(engine, query, as_of, made),
        heavy=True,
        stands_on=(query, as_of.today, builds, as_of.through, minute),
        cost=cost([made]),
    )


def answer(engine: Engine, query: FunnelQuery, as_of: AsOf, made: Answer) -> Table:
    """A row a step, of each group; or a row a period of entries. `totals` is the funnel as a whole."""
    reader = Reader(engine, query, made)
    if query.mode == "open":
        return reader.priced(opened(query, reader.each(partial(by_itself, query)), as_of))
    if query.optional:
        return reader.priced(side_by_side(query, reader.each_way(as_of), as_of))
    if by_value.asked(query):
        shown, rows = (*columns.groups(query), *by_value.MEASURES), reader.by_value(as_of)
        return reader.priced(framed(query, shown, rows, as_of, keys=1))
    if query.show in ("next", "drivers"):
        measures = after.NEXT if query.show == "next" else after.DRIVERS
        rows = reader.afterwards(as_of)
        return reader.priced(framed(query, (*after.KEYS, *measures), rows, as_of, keys=2))
    found = reader.outcomes(as_of)
    if query.show == "times":
        return reader.priced(framed(query, times.COLUMNS, times.rows(query, found), as_of, keys=2))
    if query.show == "compare":
        return reader.priced(_compared(engine, query, found, as_of, made))
    return reader.priced(table(query, found, as_of))


def _compared(
    engine: Engine, query: FunnelQuery, found: Outcomes, as_of: AsOf, made: Answer
) -> Table:
    """Groups, or where there are none this period and the other one."""
    if query.beside is None:
        keys, rows = columns.groups(query), comparison.of_groups(query, found)
    else:
        other = replace(query, rows=replace(query.rows, range=query.beside))
        before = Reader(engine, other, made).outcomes(as_of)
        keys, rows = (comparison.PERIOD,), comparison.of_periods(found, before)
    return framed(query, (*keys, *comparison.MEASURES), rows, as_of, keys=len(keys))
