"""Whatever is told and seen: every order stands in one group, and all figures are those of a plain count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minilens.measure.payments.query import GROUPS, Group
from minilens.period import Range
from tests.examples import at_length
from tests.measure.payments.story import TOLD, Told, ask, load
from tests.pipeline import House, at

START, END = date(2026, 6, 1), date(2026, 6, 3)
MIDNIGHT = at("2026-06-01 00:00")
HOUR = 3_600_000
#: Around the borders of days, and far away.
TIMES = st.one_of(
    st.sampled_from([0, -1, 24 * HOUR, 24 * HOUR - 1, 72 * HOUR, 72 * HOUR - 1, 80 * HOUR, -24 * HOUR]),
    st.integers(-8, 12).map(lambda n: n * 13 * HOUR),
)  # fmt: skip
EVENTS = st.lists(
    st.builds(
        lambda via, order, moment, amount, coin, name, by: Told(
            via, order, MIDNIGHT + moment, amount, coin, name, by=by
        ),
        st.sampled_from(["tracker", "server", "server", "import"]),
        st.sampled_from(["A", "B", "C", "D", "E", ""]),
        TIMES,
        st.sampled_from(["10", "10.00", "12.5", "0.0001", ""]),
        st.sampled_from(["CNY", "CNY", "", "USD"]),
        st.sampled_from(["pay_success", "pay_success", "order_paid", "refund_success"]),
        st.sampled_from(["property", "target"]),
    ),
    min_size=1,
    max_size=40,
)


class Order:
    """One of them, counted plainly."""

    def __init__(self, events: list[Told], zone: ZoneInfo) -> None:
        inside = [one for one in events if _days(one, zone) >= -7]
        near = [one for one in inside if _days(one, zone) <= 9]  # 7 days behind the last
        self.told = _sorted(one for one in near if one.via != "tracker" and one.name in TOLD)
        self.seen = _sorted(
            one for one in near if one.via == "tracker" and one.name == "pay_success"
        )
        refunds = [one for one in inside if one.via != "tracker" and one.name == "refund_success"]
        self.refunds = len(refunds)
        paid = self.told or self.seen
        self.first = paid[0] if paid else None
        if self.first is not None:
            self.day = datetime.fromtimestamp(self.first.at / 1000, UTC).astimezone(zone).date()
            self.coin = self.first.coin or "CNY"
            self.back = sum(
                (_amount(one) or Decimal(0) for one in refunds if (one.coin or "CNY") == self.coin),
                Decimal(0),
            )

    @property
    def groups(self) -> list[Group]:
        found: list[Group] = []
        if not self.told:
            found.append("tracker_only")
        elif not self.seen:
            found.append("server_only")
        else:
            one, other = self.told[0], self.seen[0]
            amounts = _amount(one), _amount(other)
            same = None in amounts or amounts[0] == amounts[1]
            coins = one.coin or "CNY", other.coin or "CNY"
            found.append("matched" if same and coins[0] == coins[1] else "differing")
        if len(self.told) > 1 or len(self.seen) > 1:
            found.append("double")
        return [*found, "refunded"] if self.refunds else found


def _sorted(some: object) -> list[Told]:
    return sorted(some, key=lambda one: (one.at, one.id))  # type: ignore[call-overload,no-any-return]


def _days(one: Told, zone: ZoneInfo) -> int:
    return (datetime.fromtimestamp(one.at / 1000, UTC).astimezone(zone).date() - START).days


def _amount(one: Told) -> Decimal | None:
    return Decimal(one.amount) if one.amount else None


@settings(
    max_examples=200 if at_length() else 4, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(EVENTS)
@pytest.mark.hypothesis
def test_all_figures(new_app: Callable[..., House], events: list[Told]) -> None:
    house = new_app()
    zone, over = ZoneInfo(house.app.timezone), Range(START, END)
    load(house, events)
    named: dict[str, list[Told]] = defaultdict(list)
    for one in events:
        named[one.order].append(one)
    every = {name: Order(some, zone) for name, some in named.items() if name}
    orders = {
        name: one
        for name, one in every.items()
        if one.first is not None and START <= one.day <= END
    }

    assert_groups(house, over, orders)
    assert_days(house, over, orders)
    for group in GROUPS:
        listed = ask(house, over, "orders", group)
        wanted = {name: one.coin for name, one in orders.items() if group in one.groups}
        assert {row[0]: row[2] for row in listed.rows} == wanted


def assert_groups(house: House, over: Range, orders: dict[str, Order]) -> None:
    """Orders and amounts of each group and currency."""
    sums: dict[tuple[str, str], list[Decimal]] = {}
    for order in orders.values():
        assert order.first is not None
        for group in order.groups:
            found = sums.setdefault((group, order.coin), [Decimal(0)] * 4)
            found[0] += 1
            found[1] += _amount(order.first) or 0
            if order.seen and (order.seen[0].coin or "CNY") == order.coin:
                found[2] += _amount(order.seen[0]) or 0
            found[3] += order.back
    table = ask(house, over)
    assert {row[:2]: [Decimal(str(cell)) for cell in row[2:]] for row in table.rows} == sums
    assert table.totals is None or table.totals[2] == len(orders)


def assert_days(house: House, over: Range, orders: dict[str, Order]) -> None:
    """Orders of each day."""
    for n, row in enumerate(ask(house, over, "days").rows):
        day = START + timedelta(days=n)
        today = [one for one in orders.values() if one.day == day]
        told = [one for one in today if one.told]
        missing = sum(not one.seen for one in told)
        assert row == (
            day, missing / len(told) if told else None, len(told), len(told) - missing, missing,
            sum("differing" in one.groups for one in today), len(today) - len(told),
            sum("double" in one.groups for one in today), sum("refunded" in one.groups for one in today),
        )  # fmt: skip
