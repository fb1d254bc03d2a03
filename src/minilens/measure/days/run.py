"""Answers a question: plan, SQL, engine, and the table with its empty buckets filled."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace
from datetime import date, datetime

from minilens.errors import Refused
from minilens.measure.days.breakdown import by_value
from minilens.measure.days.buckets import filled, measured
from minilens.measure.days.day_rows import BUILDS
from minilens.measure.days.hours import by_hour
from minilens.measure.days.series import by_time_and_value
from minilens.measure.days.snapshot import BuildSnapshot
from minilens.measure.measures import DAY, measure
from minilens.measure.plan import plan
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.query import Query
from minilens.measure.session import cost
from minilens.measure.table import Cell, Cost, Table
from minilens.period import Range, floor, held
from minilens.warehouse.engine import Answer, Engine

#: A question by the hour over more days than this reads rows by the million.
LIGHT_DAYS = 3
#: Longer lists are asked for once, as files, and not kept.
MOST_ROWS_KEPT = 1000


def prepare(engine: Engine, query: Query, as_of: AsOf) -> Prepared:
    """The question with the builds that it stands on."""
    for name in (*query.measures, *([query.sort] if query.sort else [])):
        measure(name)
    if (
        query.values and query.time == "hour"
    ):  # days know no hours, and the tail no values by the hour
        raise Refused("unknown_choice", "grain", got=query.grain, hint=DAY.name)
    made = engine.query(BUILDS, {"app": query.app})
    whole = query.cutoff is None and query.top <= MOST_ROWS_KEPT
    return Prepared(
        run=lambda: answer(engine, query, today=as_of.today, as_of=as_of.as_of, made=made),
        heavy=_heavy(query),
        stands_on=_stands_on(query, as_of, made) if whole else None,
        cost=cost([made]),
    )


def _heavy(query: Query) -> bool:
    if query.grain == "hour":
        return query.range.days > LIGHT_DAYS
    one_day = query.compare is not None and query.compare.days == 1
    return plan(query).heavy and not (query.cutoff and one_day)


def _stands_on(query: Query, as_of: AsOf, made: Answer) -> Hashable:
    """Where the days asked for are over, not on what came since."""
    builds = tuple((row[0], row[1]) for row in made.rows)
    newest = builds[-1][0] if builds else None
    end = max(query.range.end, query.compare.end) if query.compare else query.range.end
    young = newest is None or end >= newest
    by_hour = young and query.grain == "hour"
    hour = as_of.as_of.replace(second=0, microsecond=0) if by_hour else None
    return query, as_of.today, hash(builds), as_of.through if young else 0, hour


def answer(
    engine: Engine, query: Query, *, today: date, as_of: datetime, made: Answer | None = None
) -> Table:
    """The table of a question. `today` is the app's; days after it are unknown, not 0.

    `made`: the builds it stands on, where they were looked up before.
    """
    snapshot = BuildSnapshot(engine=engine, made=made or engine.query(BUILDS, {"app": query.app}))
    if query.values and query.time:
        table = by_time_and_value(snapshot, query, today, as_of)
    elif query.values:
        table = by_value(snapshot, query, as_of)
    elif query.grain == "hour":
        table = _by_hour(snapshot, query, today, as_of)
    else:
        table = _by_period(snapshot, query, today, as_of)
    return replace(table, cost=snapshot.cost())


def _by_hour(snapshot: BuildSnapshot, query: Query, today: date, as_of: datetime) -> Table:
    """The hours, and of a single day the whole: people once, beside the same hours of the other day."""
    table = by_hour(snapshot, query, today, as_of)
    if query.range.days > 1 or (query.compare and query.compare.days > 1):
        return table
    day = _by_period(snapshot, replace(query, dimensions=("day",)), today, as_of)
    whole = (None, *day.rows[0][1:])
    then = (None, *day.compared[0][1:]) if day.compared else None
    return replace(table, totals=whole, compared_total=then)


def _known(query: Query, over: Range, today: date) -> Iterable[tuple[Cell, date, bool]]:
    """The buckets of a range; those after today are unknown."""
    return ((bucket, bucket, bucket <= today) for bucket in over.buckets(query.grain))


def _by_period(snapshot: BuildSnapshot, query: Query, today: date, as_of: datetime) -> Table:
    ranges = [query.range] if query.compare is None else [query.range, query.compare]
    for over in ranges:
        over.buckets(query.grain)  # refuses more than can be shown
    if query.compare and query.cutoff:
        found = [
            *measured(snapshot, replace(query, cutoff=None), [query.range]),
            *measured(snapshot, query, [query.compare]),
        ]
    else:
        found = measured(snapshot, query, ranges)
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
