"""The currency that an app reports in, and rates of others to it, each valid from a day on."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
import sqlalchemy as sa

from minilens.period import FIRST_DAY, LAST_DAY
from minilens.records import sheet
from minilens.records.database import Database, record_audit
from minilens.records.json_text import wrong
from minilens.records.tables import METADATA

#: What an app reports in unless it says otherwise.
USUAL = "CNY"
#: Rates of an app, bytes of a file of them, decimals of one, and the largest.
MOST, MOST_BYTES, DECIMALS, LARGEST = 10_000, 1 << 20, 10, 10**9
_CURRENCY = re.compile(r"[A-Z]{3}").fullmatch
#: Field → its titles in a file, of which the first is written.
COLUMNS = {
    "currency": ("currency", "币种", "货币"),
    "from": ("from", "since", "生效日期", "日期"),
    "rate": ("rate", "汇率"),
}

RATES_OF_APPS = sa.Table(
    "currency_rates",
    METADATA,
    sa.Column("app_id", sa.ForeignKey("apps.id"), primary_key=True),
    sa.Column("currency", sa.String(3), nullable=False),  # the one that is reported in
    sa.Column("rates", sa.Text, nullable=False),  # JSON: [currency, first day, rate] each
    sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
    sa.Column("by_id", sa.ForeignKey("people.id")),  # null: the command line
)


class Rate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"since": "from"}):
    """One unit of `currency` is `rate` units of the reporting currency from the day `since` on, until the next rate."""

    currency: str
    since: date
    rate: Decimal


@dataclass(frozen=True)
class RatesOfApp:
    """The reporting currency and the rates to it, by currency and day; without any, currencies stay apart."""

    currency: str = USUAL
    rates: tuple[Rate, ...] = ()

    def at(self, currency: str, day: date) -> Decimal | None:
        """What one unit is on a day; None where no rate is valid."""
        some = [one for one in self.rates if one.currency == currency and one.since <= day]
        return some[-1].rate if some else None


class Rates:
    """Changes take `by`, the account's number; None is the command line."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, app: int) -> RatesOfApp:
        """Those of an app; the usual currency and none where nothing was said."""
        with self._database.read() as connection:
            return _of(connection, app)

    def set(
        self, app: int, currency: str, rates: Sequence[Rate], *, now: datetime, by: int | None = None, first: int = 0
    ) -> RatesOfApp:  # fmt: skip
        """These alone from now on; Refused, naming the field. `first`: the number of the first of them in messages."""
        new = checked(currency, rates, first=first)
        with self._database.write(alone=True) as connection:
            if new == _of(connection, app):
                return new
            kept = json.dumps(
                [[one.currency, str(one.since), f"{one.rate:f}"] for one in new.rates]
            )
            row = {"currency": new.currency, "rates": kept, "changed": now, "by_id": by}
            connection.execute(sa.delete(RATES_OF_APPS).where(RATES_OF_APPS.c.app_id == app))
            connection.execute(sa.insert(RATES_OF_APPS).values(app_id=app, **row))
            record_audit(
                connection, "app.rates", now=now, by=by, app=app, currency=new.currency, rates=len(new.rates)
            )  # fmt: skip
            return new


def converted(rows: Sequence[Mapping[str, Any]], of: RatesOfApp) -> list[dict[str, Any]]:
    """Rows of a `day` and a `currency` whose `cost`, in millionths, is of the app's currency where a rate is valid on
    that day; others as they are."""
    found = []
    for row in rows:
        rate = of.at(row["currency"], row["day"])
        if rate is not None:
            row = {**row, "currency": of.currency, "cost": round(row["cost"] * rate)}
        found.append(dict(row))
    return found


def checked(currency: str, rates: Sequence[Rate], *, first: int = 0) -> RatesOfApp:
    """The same as they are kept, in order; Refused, naming the field."""
    into = _coin(currency, "currency")
    if len(rates) > MOST:
        raise wrong("rates", f"最多 {MOST:,} 条", f"must be {MOST:,} at most")
    found: dict[tuple[str, date], Rate] = {}
    for n, one in enumerate(rates, start=first):
        at = f"rates[{n}]"
        coin = _coin(one.currency, f"{at}.currency")
        if coin == into:
            raise wrong(
                f"{at}.currency", f"{into} 就是报表币种", f"is {into}, which is reported in"
            )
        if not FIRST_DAY <= one.since <= LAST_DAY:
            zh = f"应在 {FIRST_DAY} 与 {LAST_DAY} 之间"
            raise wrong(f"{at}.from", zh, f"must be between {FIRST_DAY} and {LAST_DAY}")
        if (coin, one.since) in found:
            raise wrong(
                at, f"{coin} {one.since} 出现了两次", f"has {coin} from {one.since} a second time"
            )
        found[coin, one.since] = Rate(coin, one.since, _amount(one.rate, f"{at}.rate"))
    return RatesOfApp(into, tuple(found[key] for key in sorted(found)))


def from_file(body: bytes) -> tuple[list[Rate], int]:
    """Rates of a CSV file with the columns COLUMNS, in any order; without a header in this one. And the number of the
    line of the first. Refused by its line."""
    rows = [row for row in sheet.rows(body, MOST_BYTES) if any(map(str.strip, row))]
    titles = [one.strip().lower() for one in rows[0]]
    headed = any(titles[0] in some for some in COLUMNS.values())
    places = [_place(titles, name) for name in COLUMNS] if headed else list(range(len(COLUMNS)))
    first = 1 + headed
    found = [_rate(row, places, f"rates[{n}]") for n, row in enumerate(rows[headed:], start=first)]
    return found, first


def as_file(rates: Sequence[Rate]) -> str:
    """The same as CSV, which can be handed in again."""
    lines = [",".join(COLUMNS), *(f"{one.currency},{one.since},{one.rate:f}" for one in rates)]
    return "\n".join(lines) + "\n"


def _place(titles: Sequence[str], name: str) -> int:
    found = [titles.index(one) for one in COLUMNS[name] if one in titles]
    if not found:
        raise wrong(sheet.FILE, f"缺少列 {name}", f"has no column {name}")
    return found[0]


def _rate(row: Sequence[str], places: Sequence[int], at: str) -> Rate:
    cells = [row[place].strip() if place < len(row) else "" for place in places]
    since = sheet.day(cells[1], f"{at}.from")
    if since is None:
        raise wrong(f"{at}.from", "缺少生效日期", "has no day")
    try:
        return Rate(cells[0], since, Decimal(cells[2]))
    except InvalidOperation:
        raise wrong(
            f"{at}.rate", f"不是数值：{cells[2][:20]}", f"is no number: {cells[2][:20]}"
        ) from None


def _coin(text: str, at: str) -> str:
    found = text.strip().upper()
    if not _CURRENCY(found):
        raise wrong(
            at,
            "应为三个字母的货币代码，如 USD",
            "must be a currency code of three letters, such as USD",
        )
    return found


def _amount(rate: Decimal, at: str) -> Decimal:
    if not rate.is_finite() or not 0 < rate <= LARGEST:
        raise wrong(
            at, f"应大于 0，且不超过 {LARGEST:,}", f"must be above 0 and at most {LARGEST:,}"
        )
    kept = rate.normalize()
    if -int(kept.as_tuple().exponent) > DECIMALS:
        raise wrong(at, f"最多 {DECIMALS} 位小数", f"must have {DECIMALS} decimals at most")
    return kept


def _of(connection: sa.Connection, app: int) -> RatesOfApp:
    row = connection.execute(sa.select(RATES_OF_APPS).where(RATES_OF_APPS.c.app_id == app)).first()
    if row is None:
        return RatesOfApp()
    rates = (
        Rate(coin, date.fromisoformat(day), Decimal(rate))
        for coin, day, rate in json.loads(row.rates)
    )
    return RatesOfApp(row.currency, tuple(rates))
