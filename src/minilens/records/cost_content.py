"""What an advertisement cost on a day, and what it was seen for: read, checked, money in millionths."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

import msgspec

from minilens.errors import Refused
from minilens.records.database import plain
from minilens.records.json_text import wrong

#: Where a click leads: an article of an Official Account, or the mini program itself.
Landing = Literal["", "article", "mini_program"]
LANDINGS: tuple[Landing, ...] = ("", "article", "mini_program")
#: What rows are told apart by within a day; with the currency they are a row's key.
NAMES = ("source", "campaign", "ad_set", "creative")
COUNTS = ("impressions", "clicks", "conversions", "reach")
LONGEST = 128
#: Millionths of a unit of money, and the most that one row may cost in units and count.
MILLION, MOST_COST, MOST_COUNT = 1_000_000, 10**8, 10**12
FIRST_DAY = date(2000, 1, 1)
_CURRENCY = re.compile(r"[A-Z]{3}").fullmatch


class NewCost(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What one advertisement cost on one day. `cost`: in units of `currency`, six decimals at most.

    `campaign`, `ad_set` and `creative` are the names by which events know their campaign, placement and material.
    `conversions`: as the source counts them. `reach`: different people who saw it that day. Null: not known.
    """

    day: date
    cost: Decimal
    source: str = ""
    campaign: str = ""
    ad_set: str = ""
    creative: str = ""
    landing: Landing = ""
    currency: str = "CNY"
    impressions: int | None = None
    clicks: int | None = None
    conversions: int | None = None
    reach: int | None = None

    @property
    def millionths(self) -> int:
        """The cost, whole."""
        return int(self.cost * MILLION)

    @property
    def key(self) -> tuple[object, ...]:
        """What tells it from the others of its app."""
        names = (self.source, self.campaign, self.ad_set, self.creative)
        return (self.day, *names, self.landing, self.currency)


def checked(given: NewCost, today: date, at: str = "") -> NewCost:
    """The same as it is kept; Refused, naming the field after `at`. `today`: the app's day."""
    if not FIRST_DAY <= given.day <= today + timedelta(days=1):
        zh = f"应在 {FIRST_DAY} 与今天之间，而不是 {given.day}"
        raise wrong(f"{at}day", zh, f"must be between {FIRST_DAY} and today, not {given.day}")
    currency = given.currency.strip().upper()
    if not _CURRENCY(currency):
        zh = "应为三个字母的货币代码，如 CNY"
        raise wrong(f"{at}currency", zh, "must be a currency code of three letters, such as CNY")
    _money(given.cost, f"{at}cost")
    for name in COUNTS:
        _count(getattr(given, name), f"{at}{name}")
    names = {name: plain(getattr(given, name), f"{at}{name}", LONGEST) for name in NAMES}
    return msgspec.structs.replace(given, currency=currency, **names)


def _money(cost: Decimal, field: str) -> None:
    if not cost.is_finite():
        raise Refused("bad_value", field, got=str(cost))
    if not 0 <= cost <= MOST_COST:
        raise Refused("out_of_range", field, least=0, most=f"{MOST_COST:,}", got=str(cost)[:40])
    if cost != round(cost, 6):
        raise wrong(field, "最多六位小数", "must have six decimals at most")


def _count(count: int | None, field: str) -> None:
    if count is not None and not 0 <= count <= MOST_COUNT:
        raise Refused("out_of_range", field, least=0, most=f"{MOST_COUNT:,}", got=str(count)[:40])
