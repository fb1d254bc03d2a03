"""Distributions by formula: half as many launches in each bucket as in the one before."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from minilens.measure.distribution.query import DistributionQuery
from minilens.measure.distribution.run import MEASURED
from minilens.measure.measures import DAY
from minilens.measure.table import Cost, Row, Table
from minilens.period import now
from minilens.web.console import App


def distributed(query: DistributionQuery, app: App) -> Table:
    """A row for each bucket; with a grain for each of its periods, but those to come."""
    moment = now()
    today = moment.astimezone(ZoneInfo(app.timezone)).date()
    sizes = {key: 4096 >> n for n, key in enumerate(query.buckets.choices)}
    whole = sum(sizes.values())

    def counted(key: str) -> Row:
        return sizes[key], sizes[key] / whole, sizes[key] // 2, sizes[key] / whole

    plain = tuple((key, *counted(key)) for key in sizes)
    periods = query.range.buckets(query.grain) if query.grain else []
    timed = tuple(
        (key, day, *(counted(key) if day <= today else (None,) * 4))
        for key in sizes
        for day in periods
    )
    other = query.compare
    return Table(
        columns=(
            query.buckets.column(), *([DAY] if query.grain else []), *(one.column() for one in MEASURED)
        ),
        rows=timed if query.grain else plain,
        start=query.range.start,
        end=query.range.end,
        as_of=moment - timedelta(seconds=2),
        cost=Cost(312_408, 4_100_000, 18.4),
        compared=plain if other else (),
        compared_start=other.start if other else None,
        compared_end=other.end if other else None,
        total_rows=len(sizes),
        totals=None if query.grain else (None, whole, None, whole // 2, None),
        keys=2 if query.grain else 1,
    )  # fmt: skip
