"""Rates between currencies: kept in order as a whole, found by day, read from files; what is wrong is named."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from minilens.errors import Refused
from minilens.records.rates import Rate, RatesOfApp, as_file, converted, from_file
from minilens.records.store import Records

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ONE, TWO = date(2026, 1, 1), date(2026, 2, 1)


def rate(currency: str = "USD", since: date = ONE, of: str = "7.05") -> Rate:
    return Rate(currency, since, Decimal(of))


def test_these_alone_hold_from_now_on(records: Records) -> None:
    app, other = (
        records.apps.create(name, timezone="Asia/Shanghai", now=NOW).id for name in ("cafe", "shop")
    )
    assert records.rates.of(app) == RatesOfApp("CNY", ())
    set_ = records.rates.set(app, " cny", [rate("usd", TWO, "7.10"), rate()], now=NOW)
    assert set_ == records.rates.of(app)
    assert as_file(set_.rates) == "currency,from,rate\nUSD,2026-01-01,7.05\nUSD,2026-02-01,7.1\n"
    days = (date(2025, 12, 31), ONE, date(2026, 1, 31), TWO)
    assert [set_.at("USD", day) for day in days] == [
        None,
        Decimal("7.05"),
        Decimal("7.05"),
        Decimal("7.1"),
    ]
    assert (set_.at("CNY", TWO), records.rates.of(other).rates) == (None, ())
    assert records.rates.set(app, "USD", [], now=NOW) == records.rates.of(app) == RatesOfApp("USD")
    assert [entry.action for entry in records.audit.entries(action="app.rates")] == [
        "app.rates"
    ] * 2


def test_costs_are_converted_by_their_day() -> None:
    of = RatesOfApp("CNY", (rate(), rate("USD", TWO, "7.1")))
    rows = [
        {"day": day, "currency": currency, "cost": 3_000_001, "campaign": "a"}
        for day, currency in ((ONE, "USD"), (TWO, "USD"), (date(2025, 1, 1), "USD"), (ONE, "CNY"))
    ]
    assert [(row["currency"], row["cost"]) for row in converted(rows, of)] == [
        ("CNY", 21_150_007), ("CNY", 21_300_007), ("USD", 3_000_001), ("CNY", 3_000_001),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "USD,2026-01-01,7.05\n\nEUR,2026/1/1,8\n",
        "currency,from,rate\nUSD,2026-01-01,7.05\nEUR,2026-01-01,8",
        "汇率,币种,生效日期\n7.05,USD,2026-01-01\n8,EUR,2026-01-01",
    ],
)
def test_files_with_and_without_a_header(text: str) -> None:
    found, _ = from_file(text.encode("gbk"))
    assert found == [rate(), rate("EUR", ONE, "8")]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("USD,,7", "rates[1].from"), ("USD,2026-13-01,7", "rates[1].from"), ("USD,2026-01-01,x", "rates[1].rate"),
        ("currency,from,rate\nUSD,2026-01-01,0", "rates[2].rate"), ("USD,2026-01-01,NaN", "rates[1].rate"),
        ("USD,2026-01-01,0.12345678901", "rates[1].rate"), ("dollar,2026-01-01,7", "rates[1].currency"),
        ("CNY,2026-01-01,1", "rates[1].currency"), ("USD,2026-01-01,7\nusd,2026-01-01,8", "rates[2]"),
        ("currency,rate\nUSD,7", "file"), ("USD,1999-01-01,7", "rates[1].from"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(records: Records, text: str, field: str) -> None:
    app = records.apps.create("cafe", timezone="Asia/Shanghai", now=NOW).id

    def hand_in() -> None:
        given, first = from_file(text.encode())
        records.rates.set(app, "CNY", given, now=NOW, first=first)

    with pytest.raises(Refused) as refused:
        hand_in()
    assert refused.value.field == field
    with pytest.raises(Refused) as refused:
        records.rates.set(app, "yuan", [], now=NOW)
    assert refused.value.field == "currency"
