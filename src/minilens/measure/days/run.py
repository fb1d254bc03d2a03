"""Answers a question: plan, SQL, engine, and the table with its empty buckets filled."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace
from datetime import date, datetime

from minilens.errors import Refused
from minilens.measure import regions
from minilens.measure.days.breakdown import by_value, in_one_row
from minilens.measure.days.buckets import filled, measured
from minilens.measure.days.day_rows import BUILDS
from minilens.measure.days.frame import framed
from minilens.measure.days.hours import by_hour
from minilens.measure.days.moments import at_once, by_minutes
from minilens.measure.days.series import by_time_and_value
from minilens.measure.days.snapshot import BuildSnapshot
from minilens.measure.measures import DAY
from minilens.measure.plan import Plan, plan
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.query import Query
from minilens.measure.session import cost
from minilens.measure.table import Cell, Table
from minilens.period import Range, floor, held
from minilens.warehouse.engine import Answer, Engine

#: A question by the hour over more days than this reads rows by the million.
LIGHT_DAYS = 3
#: Longer lists are asked for once, as files, and not kept.
MOST_ROWS_KEPT = 1000


def prepare(engine: Engine, query: Query, as_of: AsOf) -> Prepared:
    """The question with the builds that it stands on."""
    # days know no hours, and the tail no values by the hour
    if query.values and query.time == "hour":
        raise Refused("unknown_choice", "grain", got=query.grain, hint=DAY.name)
    query = regions.as_told(engine, query)
    best = plan(query)
    made = builds_of(engine, best)
    # answers about moments are as young as the events
    whole = query.cutoff is None and query.top <= MOST_ROWS_KEPT and not query.moments
    return Prepared(
        run=lambda: planned(engine, best, today=as_of.today, as_of=as_of.as_of, made=made),
        heavy=_heavy(best),
        stands_on=_stands_on(query, as_of, made) if whole else None,
        cost=cost([made]),
    )


def builds_of(engine: Engine, plan: Plan) -> Answer:
    """The builds that hold; not asked of the engine where no row of them is read."""
    if plan.source == "moments" and not plan.query.asks_newness:
        return Answer([], 0, 0, 0.0)
    return engine.query(BUILDS, {"app": plan.query.app})


def _heavy(plan: Plan) -> bool:
    query = plan.query
    if query.moments:
        return max(span.length.days for span in query.moments.spans) > LIGHT_DAYS
    if query.grain == "hour":
        return query.range.days > LIGHT_DAYS
    one_day = query.compare is not None and query.compare.days == 1
    return plan.heavy and not (query.cutoff and one_day)


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
    best = plan(query)
    return planned(engine, best, today=today, as_of=as_of, made=made or builds_of(engine, best))


def planned(engine: Engine, plan: Plan, *, today: date, as_of: datetime, made: Answer) -> Table:
    """The table of a question whose plan is made."""
    query = plan.query
    snapshot = BuildSnapshot(engine=engine, made=made, filters=query.filters)
    if query.moments and not query.values:
        asked = by_minutes if query.time else at_once
        table = asked(snapshot, plan, query.moments)
    elif query.values and query.time:
        table = by_time_and_value(snapshot, plan, today, as_of)
    elif query.values:
        table = by_value(snapshot, plan, as_of)
    elif not query.dimensions:
        table = in_one_row(snapshot, plan, as_of)
    elif query.grain == "hour":
        table = _by_hour(snapshot, plan, today, as_of)
    else:
        table = _by_period(snapshot, plan, today, as_of)
    return replace(table, as_of=as_of, cost=snapshot.cost())


def _by_hour(snapshot: BuildSnapshot, plan: Plan, today: date, as_of: datetime) -> Table:
    """The hours, and of a single day the whole: people once, beside the same hours of the other day."""
    table, query = by_hour(snapshot, plan, today, as_of), plan.query
    if query.range.days > 1 or (query.compare and query.compare.days > 1):
        return table
    day = _by_period(snapshot, plan.of(dimensions=("day",)), today, as_of)
    whole = (None, *day.rows[0][1:])
    then = (None, *day.compared[0][1:]) if day.compared else None
    return replace(table, totals=whole, compared_total=then)


def _known(query: Query, over: Range, today: date) -> Iterable[tuple[Cell, date, bool]]:
    """The buckets of a range; those after today are unknown."""
    return ((bucket, bucket, bucket <= today) for bucket in over.buckets(query.grain))


def _by_period(snapshot: BuildSnapshot, plan: Plan, today: date, as_of: datetime) -> Table:
    query = plan.query
    ranges = [query.range] if query.compare is None else [query.range, query.compare]
    for over in ranges:
        over.buckets(query.grain)  # refuses more than can be shown
    if query.compare and query.cutoff:
        found = [
            *measured(snapshot, plan.of(cutoff=None), [query.range]),
            *measured(snapshot, plan, [query.compare]),
        ]
    else:
        found = measured(snapshot, plan, ranges)
    parts = [filled(plan, _known(query, over, today), found[n]) for n, over in enumerate(ranges)]
    return framed(
        query,
        (DAY,),
        parts[0],
        as_of,
        compared=parts[1] if query.compare else (),
        running=query.range.end >= today >= floor(query.range.start, query.grain),
        held=tuple(
            held(query.range, bucket, query.grain) for bucket in query.range.buckets(query.grain)
        )
        if query.grain != "day"
        else (),
    )
