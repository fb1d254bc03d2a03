"""Campaigns by what is left of their revenue after what they cost: what to scale, keep and stop."""

from __future__ import annotations

from dataclasses import dataclass

from minilens.measure.single_value import Ask
from minilens.measure.table import Cell
from minilens.period import Range
from minilens.reports import ads
from minilens.reports import read as read_report
from minilens.reports.request import AppContext
from minilens.reports.reviews.verdicts import Earned, Judged, of_campaign

#: So many are looked at, those that cost the most; so many of the period before are held against them.
MOST, MOST_BEFORE = 10, 100


@dataclass(frozen=True)
class CampaignMargin:
    """A campaign with costs; '' is that costs name none. `revenue` is net of refunds, None where it isn't known; `left`
    is the margin of revenue − spend, `roas` revenue ÷ spend. `judged`: what that speaks for."""

    campaign: str
    spend: float
    revenue: float | None
    left: float | None
    roas: float | None
    judged: Judged


def margins(
    over: Range, before: Range, margin: float, context: AppContext, app: int, ask: Ask
) -> list[CampaignMargin]:
    """Those with the most spend, the one that leaves the most first. `margin`: the part of revenue that is left after
    the cost of goods."""
    then = {
        name: _earned(cells, margin)
        for name, cells in _rows(before, MOST_BEFORE, context, app, ask).items()
    }
    found = []
    for name, cells in _rows(over, MOST, context, app, ask).items():
        now, spend = _earned(cells, margin), _number(cells["spend"])
        found.append(
            CampaignMargin(
                name, spend or 0, _number(cells["campaign_net_revenue"]), now.left, now.roas,
                of_campaign(now, then.get(name)),
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (one.left is None, -(one.left or 0), one.campaign))


def _rows(
    over: Range, top: int, context: AppContext, app: int, ask: Ask
) -> dict[str, dict[str, Cell]]:
    pairs = [("from", str(over.start)), ("to", str(over.end)), ("top", str(top))]
    asked = read_report(pairs, ads.CAMPAIGNS, context.timezone, context.now, context.first_day)
    table = ask(asked.query(app))
    names = [one.name for one in table.columns[1:]]
    return {str(row[0] or ""): dict(zip(names, row[1:], strict=True)) for row in table.rows}


def _earned(cells: dict[str, Cell], margin: float) -> Earned:
    spend, revenue = _number(cells["spend"]), _number(cells["campaign_net_revenue"])
    left = None if revenue is None or spend is None else revenue * margin - spend
    return Earned(left, _number(cells["roas"]), int(_number(cells["campaign_events"]) or 0))


def _number(cell: Cell) -> float | None:
    return cell if isinstance(cell, int | float) else None
