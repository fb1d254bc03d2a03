"""Touches and conversions as tests write them, and how they ask about them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from minilens.measure.attribution.query import AttributionQuery
from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.operand import Property
from minilens.measure.events.query import Counted, EventsQuery, Figure
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.table import Table
from minilens.text import NOTHING
from tests.pipeline import LATER, Happening, House, days

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
DAY_OF = "2026-11-19"
BY_CAMPAIGN = (DIMENSIONS["campaign"],)
PAID, REFUNDED, ASKED = (
    Counted(name, (name,)) for name in ("pay_success", "refund_request", "add_to_cart")
)
AMOUNT = Property("amount")
#: A scene that says nothing of where a person came from, one of a search, one of a scan, one of an ad.
OWN, SEARCH, SCAN, AD = 1001, 1005, 1047, 1045


def touch(ts: int, campaign: str = "", who: str = "A", **more: Any) -> Happening:
    """A launch with a page; of a campaign it carries its name."""
    how: dict[str, Any] = {"scene": OWN, "session": f"{who}-{ts}-{campaign}"} | more
    return Happening(ts, "page_view", device=who, campaign=campaign, **how)


def paid(
    ts: int, amount: float | None = None, who: str = "A", name: str = "pay_success", **props: Any
) -> Happening:
    """A conversion, of no launch, as a server sends it."""
    told = props | ({} if amount is None else {"amount": amount})
    return Happening(ts, name, device=who, props=json.dumps(told) if told else "")


def asked(
    house: House, *, range: Any = None, key: str = "", grain: Any = "whole", top: int = 100, **more: Any
) -> AttributionQuery:  # fmt: skip
    """What brought payments, by campaign."""
    events, figures = [PAID], []
    if more.get("refunds"):
        events.append(REFUNDED)
    if more.get("within"):
        events.append(ASKED)
    if more.get("counts") == "value":
        figures = [Figure(f"v{n}", NOTHING, n, "sum", AMOUNT) for n in (0, 1)[: len(events)]]
    rows = EventsQuery(
        house.app.id, tuple(events), tuple(figures), range or days(DAY_OF, DAY_OF), grain,
        (Property(key),) if key else (), top=top, include_other=True, timezone=house.app.timezone,
    )  # fmt: skip
    return AttributionQuery(rows, **{"by": BY_CAMPAIGN} | more)


def answer(house: House, query: AttributionQuery, today: date = LATER) -> Table:
    as_of = datetime(2030, 1, 1, tzinfo=UTC)
    return run(house.pipeline.engine, query, AsOf(today, as_of, house.pipeline.loader.through))


def credit(table: Table, model: str) -> dict[Any, Any]:
    """Of each group what a model gives it, those that get nothing left out."""
    return {
        row[0]: value for row, value in zip(table.rows, table.column(model), strict=True) if value
    }
