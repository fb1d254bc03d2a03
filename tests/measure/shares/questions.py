"""Questions about shares that are asked in every way there is, and histories in which cards are shared and opened."""

from __future__ import annotations

import json
from dataclasses import replace

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.query import Condition, Conditions
from minilens.measure.run import AnyQuery
from minilens.measure.shares.query import SHOWS, shares_of
from minilens.period import Range
from tests.measure.histories import History
from tests.pipeline import Happening

COINS = ("CNY", "USD", "", "EUR")
MENU = Conditions(True, (Condition(DIMENSIONS["page"], "is", ("pages/menu",)),))


def about_shares(app: int, zone: str, over: Range) -> dict[str, AnyQuery]:
    """Each way of telling them apart, and those of one page."""
    found: dict[str, AnyQuery] = {
        f"shares, {show}": shares_of(app, over, show, timezone=zone) for show in SHOWS
    }
    return found | {
        "shares by link": shares_of(app, over, "origins", by="link", timezone=zone),
        "shares of a page": shares_of(app, over, where=MENU, timezone=zone),
        "shares of a page, pages": shares_of(app, over, "pages", where=MENU, timezone=zone),
    }


def with_cards(history: History) -> History:
    """The same history, where each share is of a card and the program is opened by one of those shared before; both are
    worth something, in several currencies."""
    cards = sorted((one.ts, one.id) for one in history.arrived if one.name == "share")

    def put(one: Happening) -> Happening:
        one = replace(one, value=str(one.seq + 0.25), currency=COINS[one.seq % len(COINS)])
        if one.name == "share":
            return replace(one, props=json.dumps({"share_id": one.id}))
        before = [card for at, card in cards if at <= one.ts]
        if one.name not in ("app_show", "app_launch") or not before:
            return one
        return replace(one, props=json.dumps({"share_id": before[one.seq % len(before)]}))

    return History(history.zone, tuple(tuple(put(one) for one in c) for c in history.chunks))
