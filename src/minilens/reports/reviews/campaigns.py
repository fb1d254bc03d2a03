"""Campaigns by what is left of their revenue after what they cost: what to scale, keep and stop."""

from __future__ import annotations

from dataclasses import dataclass

from minilens.measure.single_value import Ask
from minilens.measure.table import Cell
from minilens.period import Range
from minilens.reports import ads
from minilens.reports import read as read_report
from minilens.reports.request import AppContext

#: So many are looked at, those that cost the most.
MOST = 10


@dataclass(frozen=True)
class CampaignMargin:
    """A campaign with costs; '' is that costs name none. `revenue` is net of refunds, None where it isn't known; `left`
    is revenue − spend, `roas` revenue ÷ spend."""

    campaign: str
    spend: float
    revenue: float | None
    left: float | None
    roas: float | None


def margins(over: Range, context: AppContext, app: int, ask: Ask) -> list[CampaignMargin]:
    """Those with the most spend, the one that leaves the most first."""
    pairs = [("from", str(over.start)), ("to", str(over.end)), ("top", str(MOST))]
    asked = read_report(pairs, ads.CAMPAIGNS, context.timezone, context.now, context.first_day)
    table = ask(asked.query(app))
    names = [one.name for one in table.columns]
    found = []
    for row in table.rows:
        cells = dict(zip(names[1:], row[1:], strict=True))
        spend, revenue = _number(cells["spend"]), _number(cells["campaign_net_revenue"])
        left = None if revenue is None or spend is None else revenue - spend
        found.append(
            CampaignMargin(str(row[0] or ""), spend or 0, revenue, left, _number(cells["roas"]))
        )
    return sorted(found, key=lambda one: (one.left is None, -(one.left or 0), one.campaign))


def _number(cell: Cell) -> float | None:
    return cell if isinstance(cell, int | float) else None
