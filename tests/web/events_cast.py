"""A believable answer to a question about events, made by a formula: each group has half of the one before."""

from __future__ import annotations

from datetime import date, timedelta

from minilens.measure.events.columns import OTHERS, group_columns, measure_column
from minilens.measure.events.query import EventsQuery
from minilens.measure.measures import DAY
from minilens.measure.persons.query import PersonsQuery
from minilens.measure.persons.run import COLUMNS
from minilens.measure.table import Cell, Cost, Row, Table
from minilens.period import now, today
from minilens.web.console import App

VALUES = (
    "广东",
    "上海",
    "浙江",
    "",
    "a value that is very long and stands in a column all the same",
)
FOUND = 25


def behind(query: PersonsQuery) -> Table:
    """Three persons behind any figure."""
    moment = now()
    rows: tuple[Row, ...] = tuple((f"p{n}", n, moment, moment) for n in (1, 2, 3))
    over = query.days
    return Table(COLUMNS, rows, over.start, over.end, moment, Cost(1, 1, 1), total_rows=len(rows))


def asked(query: EventsQuery, app: App) -> Table:
    """Periods, groups, or periods of groups."""
    groups: list[tuple[Cell, ...]] = [
        (value or None, *(f"{value} {n}" for n in range(1, len(query.groups))))
        for value in VALUES[: query.top]
    ]
    timed = query.grain not in ("whole", "hour")
    buckets = [*query.range.buckets(query.grain)] if query.grain != "whole" and timed else []
    keys = group_columns(query) if query.groups else ()
    others: tuple[Cell, ...] = (OTHERS,) * len(keys)
    told = [*groups, *([others] if timed and query.include_other else [])] if keys else [()]
    rows: list[Row] = []
    for n, group in enumerate(told):
        rows += [(*group, one, *figures(query, n, one)) for one in buckets] or [
            (*group, *figures(query, n, None))
        ]
    every = (None,) * (len(keys) + bool(buckets))
    whole = (*every, *figures(query, 0, None))
    return Table(
        columns=(*keys, *((DAY,) if buckets else ()), *(measure_column(query, one) for one in query.measures)),
        rows=tuple(rows), start=query.range.start, end=query.range.end, as_of=now() - timedelta(seconds=2),
        cost=Cost(12_408, 410_000, 18.4), keys=len(every), today=today(app.timezone),
        running=bool(buckets) and query.range.end >= today(app.timezone),
        total_rows=FOUND if keys else 0,
        totals=whole if every else None,
        other=(*every, *figures(query, 5, None)) if keys and query.include_other and not buckets else None,
    )  # fmt: skip


def figures(query: EventsQuery, n: int, bucket: date | None) -> Row:
    """The first measure is the largest; ratios are less than one."""
    size = 12_000 // 2**n + (bucket.toordinal() * 37 % 900 if bucket else 0)
    return tuple(
        round(1 / (m + 2), 4) if getattr(one, "unit", "") == "ratio" else size // (m + 1)
        for m, one in enumerate(query.measures)
    )
