"""Questions about what campaigns come to, with what is given back."""

from __future__ import annotations

from dataclasses import replace

from minilens.measure.campaigns.query import Earns, results
from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.run import AnyQuery
from minilens.period import Range


def about_campaigns(app: int, zone: str, over: Range) -> dict[str, AnyQuery]:
    """By group, by week, and by what actions do not keep; shares are the orders, returns to the front their refunds."""
    plain = replace(results(app, Earns("share", "CNY", "app_show"), over), timezone=zone)
    counted = tuple(replace(one, aggregate="total") for one in plain.figures)
    page, brand = DIMENSIONS["page"], DIMENSIONS["brand"]
    grouped = replace(
        plain, measures=counted, groups=(page,), sort="refunds", top=1, include_other=True
    )
    return {
        "what is taken back": replace(grouped, grain="week"),
        "what is taken back at all": replace(grouped, grain="whole"),
        "what is taken back by phones": replace(grouped, groups=(brand,), grain="whole"),
    }
