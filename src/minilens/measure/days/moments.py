"""Answers about moments: rows of so many minutes, or one row of all that happened between two moments."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from minilens.measure.days import sql
from minilens.measure.days.buckets import filled, measured
from minilens.measure.days.frame import framed
from minilens.measure.days.snapshot import BuildSnapshot
from minilens.measure.measures import MOMENT
from minilens.measure.plan import Plan
from minilens.measure.query import Moments
from minilens.measure.span import Span
from minilens.measure.table import Row, Table
from minilens.period import milliseconds


def by_minutes(asking: BuildSnapshot, plan: Plan, moments: Moments) -> Table:
    """Rows of a step's length. Those that begin after now are unknown, not 0."""
    for span in moments.spans:
        span.buckets(moments.step)  # refuses more than can be shown
    found = measured(asking, plan, moments.spans)
    parts = [_filled(plan, moments, *one) for one in zip(moments.spans, found, strict=True)]
    then = parts[1] if moments.compare else ()
    return framed(
        plan.query, (MOMENT,), parts[0], moments.now, compared=then, running=moments.running
    )


def _filled(
    plan: Plan, moments: Moments, span: Span, have: dict[date | int, Row]
) -> tuple[Row, ...]:
    zone = ZoneInfo(plan.query.timezone)
    buckets = (
        (one.astimezone(zone), milliseconds(one), one <= moments.now)
        for one in span.buckets(moments.step)
    )
    return filled(plan, buckets, have)


def at_once(asking: BuildSnapshot, plan: Plan, moments: Moments) -> Table:
    """All of a span as one row, named by its end."""
    (row,) = asking.run(plan, [moments.span], sql.total)
    zone, span = ZoneInfo(plan.query.timezone), moments.span
    start, end = (one.astimezone(zone).replace(microsecond=0) for one in (span.start, span.end))
    table = framed(plan.query, (MOMENT,), ((end, *row),), moments.now)
    return replace(table, start=start, end=end)
