"""Costs by formula: the same every day, three values of each sort."""

from __future__ import annotations

from datetime import timedelta

from minilens.measure.costs.query import CostsQuery as CostsQuery
from minilens.measure.costs.run import COLUMNS
from minilens.measure.measures import DAY
from minilens.measure.table import Cell, Cost, Row, Table
from minilens.period import Range, now

FIGURES: dict[str, Cell] = {
    "spend": 1234.56, "impressions": 50_000, "clicks": 900, "ctr": 0.018, "cpc": 1.37, "cpm": 24.69, "frequency": 1.5,
    "ad_conversions": None, "campaign_events": 31, "cost_per_event": 39.82, "campaign_revenue": 2480.0,
    "campaign_refunds": 130.0, "campaign_net_revenue": 2350.0, "roas": 1.9,
}  # fmt: skip
VALUES = ("article", "", "=cmd|' /C calc'!A0")


def costed(query: CostsQuery, _app: object = None) -> Table:
    """A row for each period, or for each value."""
    cells: Row = tuple(FIGURES[one.name] for one in query.measures)

    def periods(over: Range | None) -> tuple[Row, ...]:
        return tuple((day, *cells) for day in over.buckets(query.grain)) if over else ()

    shown = VALUES[query.offset : query.offset + query.top]
    values: tuple[Row, ...] = tuple((value, *cells) for value in shown)
    other = query.compare
    return Table(
        columns=(
            COLUMNS[query.apart] if query.apart else DAY,
            *(one.column() for one in query.measures),
        ),
        rows=values if query.apart else periods(query.range),
        compared=(values if query.apart else periods(other)) if other else (),
        compared_start=other.start if other else None,
        compared_end=other.end if other else None,
        start=query.range.start,
        end=query.range.end,
        as_of=now() - timedelta(seconds=2),
        cost=Cost(0, 0, 0.3),
        totals=("", *cells) if query.apart else None,
        total_rows=len(VALUES) if query.apart else 0,
    )
