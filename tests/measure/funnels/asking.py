"""Stories of funnels as tests write them, and how they ask about them."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from typing import Any

from minilens.measure.events.operand import Property
from minilens.measure.events.query import Counted, EventsQuery
from minilens.measure.funnels.query import FunnelQuery, Window
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.table import Table
from tests.pipeline import LATER, Happening, House, at, days

DAY = "2026-11-19"
MINUTE = 60_000
#: When every window is over.
LATE = datetime(2030, 1, 1, tzinfo=UTC)
NAMES = {
    "v": "add_favorite", "c": "add_to_cart", "p": "pay_success", "r": "refund_request", "s": "select_coupon",
    "share": "share", "tap": "click",
}  # fmt: skip
VIEW, CART, PAY = (
    Counted("a", ("add_favorite",)),
    Counted("b", ("add_to_cart",)),
    Counted("c", ("pay_success",)),
)
REMOVE, SKU = Counted("x", ("refund_request",)), Property("sku")


def happened(text: str, day: str = DAY) -> list[Happening]:
    """`P1: v0 cA10. P2: v5@Shanghai`: minutes after ten; a capital letter is the sku, behind @ is the city."""
    said = []
    for line in text.split("."):
        who, _, events = line.strip().partition(":")
        for name, sku, minutes, city in re.findall(r"([a-z]+)([A-Z]?)(\d+)(?:@(\w+))?", events):
            props = json.dumps({"sku": sku}) if sku else ""
            said.append(
                Happening(
                    at(f"{day} 10:00") + int(minutes) * MINUTE, NAMES[name], device=who, session=f"{who}1",
                    props=props, city=city,
                )
            )  # fmt: skip
    return said


def funnel(
    house: House, *steps: Counted, excluded: tuple[Counted, ...] = (), groups: tuple[Any, ...] = (),
    range: Any = None, top: int = 10, grain: Any = "day", where: Any = None, **more: Any,
) -> FunnelQuery:  # fmt: skip
    """A funnel over the day of the stories, within an hour."""
    more.setdefault("window", Window(60 * MINUTE))
    events = tuple(
        Counted(f"s{n}", one.events, one.where) for n, one in enumerate((*steps, *excluded))
    )
    how = {"where": where} if where else {}
    rows = EventsQuery(
        house.app.id, events, (), range or days(DAY, DAY), grain=grain, groups=groups, top=top,
        include_other=True, timezone=house.app.timezone, **how,
    )  # fmt: skip
    return FunnelQuery(rows, tuple(" + ".join(one.events) for one in steps), **more)


def answer(house: House, query: FunnelQuery, as_of: datetime = LATE, today: date = LATER) -> Table:
    return run(house.pipeline.engine, query, AsOf(today, as_of, house.pipeline.loader.through))


def reached(house: House, query: FunnelQuery) -> list[Any]:
    """How many got through each step."""
    return answer(house, query).column(query.counts)
