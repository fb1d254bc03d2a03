"""Cells of a trend by bucket, and what a bucket holds in which nothing happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from minilens.measure.days import sql
from minilens.measure.days.snapshot import BEFORE, BuildSnapshot
from minilens.measure.measures import Measure
from minilens.measure.plan import Plan
from minilens.measure.span import Span
from minilens.measure.table import Cell, Row
from minilens.period import Range

#: The first day of a bucket, of an hour its first millisecond.
Bucket = date | int
Buckets = dict[Bucket, Row]
#: What lies before a range.
EARLIER: dict[bool, Bucket] = {True: 0, False: BEFORE}


def measured(asking: BuildSnapshot, plan: Plan, ranges: Sequence[Range | Span]) -> list[Buckets]:
    """Cells by bucket, for each range."""
    cells: list[Buckets] = [{} for _ in ranges]
    for n, bucket, *row in asking.run(plan, ranges, sql.trend):
        assert isinstance(n, int)
        assert isinstance(bucket, date | int)
        cells[n][bucket] = tuple(row)
    return cells


def filled(
    plan: Plan, buckets: Iterable[tuple[Cell, Bucket, bool]], have: Buckets
) -> tuple[Row, ...]:
    """A row for each bucket (what it is named, where its cells are, whether it is known), oldest first."""
    query = plan.query
    carried: dict[Measure, Cell] = dict.fromkeys(query.measures, 0)
    carried.update(
        zip(query.measures, have.get(EARLIER[query.time in ("hour", "minutes")], ()), strict=False)
    )
    rows: list[Row] = []
    for name, bucket, known in buckets:
        if not known:
            rows.append((name, *(None for _ in query.measures)))
            continue
        cells = have.get(bucket)
        if cells is None:
            cells = tuple(_empty(plan, one, carried) for one in query.measures)
        rows.append((name, *cells))
        carried.update(zip(query.measures, cells, strict=True))
    return tuple(rows)


def _empty(plan: Plan, measure: Measure, carried: dict[Measure, Cell]) -> Cell:
    rule = "unknown" if measure in plan.unavailable else measure.empty
    if rule == "carry":
        return carried[measure]
    return 0 if rule == "zero" else None
