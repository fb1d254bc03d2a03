"""Amounts in several currencies, converted by the day of their event: sums beside a count by brute force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.events.operand import RECORDED
from minilens.measure.events.query import Counted, EventsQuery, Figure
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.period import Range
from minilens.records.rates import Rate
from minilens.serve.completed import completed
from minilens.text import NOTHING
from tests.examples import costly
from tests.pipeline import LATER, Happening, House, at

NOW = datetime(2026, 11, 25, tzinfo=UTC)
AS_OF = AsOf(LATER, NOW, 1 << 62)
FIRST = date(2026, 11, 18)
OVER = Range(FIRST, FIRST + timedelta(days=3))
COINS = ("CNY", "", "USD", "EUR", "JPY")
PAID = st.tuples(
    st.integers(0, 3), st.sampled_from(COINS), st.integers(-(10**6), 10**9).map(lambda n: Decimal(n) / 10_000)
)  # fmt: skip
RATE = st.tuples(
    st.sampled_from(("USD", "EUR")), st.integers(-5, 4), st.integers(1, 10**8).map(lambda n: Decimal(n) / 10**6)
)  # fmt: skip


def asked(app: int) -> EventsQuery:
    """What was paid on each day, as any question about events asks it, and how often."""
    figures = (
        Figure("paid", NOTHING, 0, "sum", RECORDED["value"]), Figure("times", NOTHING, 0, "total"),
        Figure("most", NOTHING, 0, "max", RECORDED["value"]),
    )  # fmt: skip
    return EventsQuery(app, (Counted("a", ("pay_success",)),), figures, OVER)


@costly(3, 60)
@given(
    paid=st.lists(PAID, min_size=1, max_size=12),
    rates=st.lists(RATE, max_size=5, unique_by=lambda one: one[:2]),
)
def test_sums_are_those_of_a_count(
    new_app: Callable[..., House], paid: list[tuple[int, str, Decimal]], rates: list[tuple[str, int, Decimal]]
) -> None:  # fmt: skip
    house = new_app("Asia/Shanghai")
    records, app = house.pipeline.records, house.app.id
    kept = [Rate(coin, FIRST + timedelta(days=n), rate) for coin, n, rate in rates]
    records.rates.set(app, "CNY", kept, now=NOW)
    house.load([
        Happening(at(f"{FIRST + timedelta(days=day)} 12:00") + n, "pay_success", value=f"{value:f}", currency=coin)
        for n, (day, coin, value) in enumerate(paid)
    ])  # fmt: skip
    house.build()
    query = completed(asked(app), records)
    table = run(house.pipeline.engine, query, AS_OF)
    right: dict[date, list[float]] = defaultdict(list)
    left: dict[str, int] = defaultdict(int)
    for n, coin, value in paid:
        day = FIRST + timedelta(days=n)
        valid = [(since, rate) for one, since, rate in ((r.currency, r.since, r.rate) for r in kept)
                 if one == coin and since <= day]  # fmt: skip
        if coin in ("CNY", ""):
            right[day].append(float(value))
        elif valid:
            right[day].append(float(value) * float(max(valid)[1]))
        else:
            left[coin] += 1
    for day in OVER:
        (row,) = (row for row in table.rows if row[0] == day)
        own, (_, total, times, most) = right[day], row
        assert total == sum(round(one * 1_000_000) for one in own) / 1_000_000
        assert (times, most) == (
            sum(n == (day - FIRST).days for n, _, _ in paid),
            max(own, default=None),
        )
    note = table.notes[-1].en
    assert all(f"{coin} ({count} event" in note for coin, count in left.items())
    assert ("left out" in note) == bool(left)


def test_without_rates_currencies_are_never_added_together(new_app: Callable[..., House]) -> None:
    """Of 10 yuan, 3 in no currency, 7 dollars and 100 yen the yuan count; in an app of dollars the dollars do."""
    house = new_app("Asia/Shanghai")
    records, app = house.pipeline.records, house.app.id
    sums = (("10", "CNY"), ("3", ""), ("7", "USD"), ("100", "JPY"))
    house.load([
        Happening(at("2026-11-18 12:00") + n, "pay_success", value=value, currency=coin)
        for n, (value, coin) in enumerate(sums)
    ])  # fmt: skip
    house.build()

    def told() -> tuple[tuple[object, ...], str]:
        table = run(house.pipeline.engine, completed(asked(app), records), AS_OF)
        return table.rows[0][1:], table.notes[-1].en

    left = "left out for want of a rate"
    assert told() == ((13, 4, 10), f"Amounts are in CNY; {left}: JPY (1 event), USD (1 event)")
    records.rates.set(app, "USD", [], now=NOW)
    assert told() == ((10, 4, 7), f"Amounts are in USD; {left}: CNY (1 event), JPY (1 event)")
