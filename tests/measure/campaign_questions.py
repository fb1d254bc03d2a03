"""Questions about what campaigns come to, with what is given back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from minilens.measure.campaigns.query import Earns, results
from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.money import with_money
from minilens.measure.events.query import EventsQuery
from minilens.measure.run import AnyQuery
from minilens.period import Range
from minilens.records.rates import Rate, RatesOfApp
from minilens.reports import find, read


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
        "what is told twice": replace(grouped, both_tell=("share",), grain="day"),
        **_converted(plain, over),
        **_ways(app, zone, over),
    }


def _converted(plain: EventsQuery, over: Range) -> dict[str, AnyQuery]:
    """Amounts in other currencies by rates that change within the range; those of one of them have none at first."""
    middle = over.start + timedelta(days=over.days // 2)
    rates = (
        Rate("EUR", middle, Decimal("7.9")),
        Rate("USD", over.start, Decimal("7.1")), Rate("USD", middle, Decimal("7.25")),
    )  # fmt: skip
    money = with_money(plain, RatesOfApp("CNY", rates))
    return {
        "revenue by rates": replace(money, grain="day"),
        "revenue by rates and page": replace(
            money, groups=(DIMENSIONS["page"],), grain="whole", sort="revenue", top=2
        ),
    }


def _ways(app: int, zone: str, over: Range) -> dict[str, AnyQuery]:
    """Ways to shares through an Official Account."""
    given = {"from": str(over.start), "to": str(over.end), "event": "share", "compare": "none"}
    state = read(given, find("content.ways"), zone, datetime(2030, 1, 1, tzinfo=UTC))
    return {"ways of content": state.query(app)}
