"""A believable answer about attribution, made by a formula: each group is given two thirds of the one before."""

from __future__ import annotations

from datetime import timedelta

from minilens.measure.attribution import columns
from minilens.measure.attribution.query import AttributionQuery
from minilens.measure.table import Cell, Cost, Row, Table
from minilens.period import now, today
from minilens.web.console import App

GROUPS = (
    "autumn",
    "",
    "a campaign with a name that is as long as people make them",
    columns.NO_TOUCH,
)


def attributed(query: AttributionQuery, app: App) -> Table:
    """Rows of the whole range, whatever is shown."""
    keys, shown = columns.keys(query), columns.measures(query)
    keys = keys if query.rows.grain == "whole" else keys[:-1]
    over, rows = query.rows.range, tuple(_row(n, len(keys), len(shown)) for n in range(len(GROUPS)))
    return Table(
        columns=(*keys, *shown), rows=rows, start=over.start, end=over.end, as_of=now() - timedelta(seconds=2),
        cost=Cost(12_408, 410_000, 18.4), keys=len(keys), today=today(app.timezone), total_rows=len(rows),
    )  # fmt: skip


def _row(n: int, keys: int, measures: int) -> Row:
    given: list[Cell] = [300 * (2 / 3) ** (n + k) for k in range(measures)]
    return (*[GROUPS[n]] * keys, *given)
