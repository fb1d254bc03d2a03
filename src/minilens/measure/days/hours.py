"""A trend by the hour: rows are named by moments in the app's zone, beside them the same hours of other days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from minilens.measure.days.buckets import filled, measured
from minilens.measure.days.frame import framed
from minilens.measure.days.snapshot import BuildSnapshot
from minilens.measure.measures import MOMENT
from minilens.measure.plan import Plan
from minilens.measure.query import Query
from minilens.measure.table import Row, Table
from minilens.period import Range, hours_of, milliseconds

#: A row by the day and the time that the clock shows; of an hour that comes twice the second one is folded.
Clock = tuple[date, time, int]


def by_hour(asking: BuildSnapshot, plan: Plan, today: date, as_of: datetime) -> Table:
    """The table of the hours, without the whole. Those that have not begun are unknown, not 0.

    The hour that is running stands beside a whole one, so what is compared says nothing of it.
    """
    query, over, other = plan.query, plan.query.range, plan.query.compare
    ranges = [over] if other is None else [over, other]
    for one in ranges:
        one.check("hour")
    found = measured(asking, plan, ranges)
    rows = _filled(plan, over, found[0], as_of)
    compared = beside(query, _filled(plan, other, found[1], as_of)) if other else ()
    return framed(
        query,
        (MOMENT,),
        tuple(rows),
        as_of,
        compared=compared,
        running=over.start <= today <= over.end,
        total_rows=len(rows),
    )


def _filled(plan: Plan, over: Range, have: dict[date | int, Row], as_of: datetime) -> list[Row]:
    """A row for each hour. What came with a clock that is a little fast is in the hour that it says."""
    timezone = plan.query.timezone
    zone = ZoneInfo(timezone)
    hours = ((hour, milliseconds(hour)) for hour in over.hours(timezone))
    named = ((hour.astimezone(zone), at, hour <= as_of or at in have) for hour, at in hours)
    return list(filled(plan, named, have))


def beside(query: Query, rows: list[Row]) -> tuple[Row, ...]:
    """The other rows in the order of those shown: beside ten o'clock stands ten o'clock.

    An hour that the other day does not have is unknown there; one that only it has is left out.
    """
    assert query.compare is not None
    theirs = {_clock(row[0]): row for row in rows}
    moved = query.compare.start - query.range.start
    found: list[Row] = []
    for day, hour, fold in _clocks(query):
        then = day + moved
        if then > query.compare.end:
            break
        name = datetime.combine(then, hour, ZoneInfo(query.timezone)).replace(fold=fold)
        found.append(theirs.get((then, hour, fold)) or (name, *(None for _ in query.measures)))
    more = query.compare.start + timedelta(days=query.range.days)
    return (*found, *(row for row in rows if _clock(row[0])[0] >= more))


def _clocks(query: Query) -> Iterator[Clock]:
    zone = ZoneInfo(query.timezone)
    for day in query.range:
        for hour in hours_of(day, query.timezone):
            yield _clock(hour.astimezone(zone))


def _clock(moment: object) -> Clock:
    assert isinstance(moment, datetime)
    return moment.date(), moment.time(), moment.fold
