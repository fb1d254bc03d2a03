"""A believable answer about shares, made by a formula: each row has two thirds of the one before."""

from __future__ import annotations

from datetime import timedelta

from minilens.measure.shares.columns import columns
from minilens.measure.shares.query import SharesQuery
from minilens.measure.table import Cell, Cost, Row, Table
from minilens.period import now, today
from minilens.web.console import App

__all__ = ["SharesQuery", "shared"]


def shared(query: SharesQuery, app: App) -> Table:
    """Days of the range, three levels, pages, campaigns or cards."""
    keys, measures = columns(query.show, query.by)
    over = query.range
    named: list[tuple[Cell, ...]] = {
        "days": [(over.start + timedelta(days=n),) for n in range(over.days)],
        "levels": [(0,), (1,), (2,)],
        "pages": [("pages/menu/menu",), ("pages/index/index",), ("",)],
        "origins": [("spring",), ("store",), ("",)],
        "groups": [("fe4d9377b0b8", "pages/menu/menu"), ("874310613022", "pages/index/index")],
    }[query.show]  # type: ignore[assignment]
    figures: list[Row] = [
        tuple(40 * (2 / 3) ** (n % 5 + k) for k in range(len(measures))) for n in range(len(named))
    ]
    rows = tuple((*key, *row) for key, row in zip(named, figures, strict=True))
    return Table(
        columns=(*keys, *measures), rows=rows, start=over.start, end=over.end, as_of=now() - timedelta(seconds=2),
        cost=Cost(12_408, 410_000, 18.4), keys=len(keys), today=today(app.timezone), total_rows=len(rows),
        totals=(*[None] * len(keys), *figures[0]) if figures else None,
    )  # fmt: skip
