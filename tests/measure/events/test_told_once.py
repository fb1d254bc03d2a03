"""Payments that tracker and server both tell count once: beside a count by brute force, by hand in campaigns and for
whoever stands behind a figure, and in apps where servers tell nothing as they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.operand import RECORDED
from minilens.measure.events.query import Counted, EventsQuery, Figure
from minilens.measure.persons.query import PersonsQuery, Place
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.table import Table
from minilens.period import Range
from minilens.serve.completed import completed
from minilens.text import NOTHING
from tests.examples import costly
from tests.pipeline import LATER, Happening, House, at

NOW = datetime(2026, 11, 25, tzinfo=UTC)
AS_OF = AsOf(LATER, NOW, 1 << 62)
FIRST = date(2026, 11, 10)
OVER = Range(FIRST, FIRST + timedelta(days=3))
KEYS = ("order_id", "out_trade_no", "transaction_id", "other_no")
WEEK = 7 * 86_400_000


@dataclass(frozen=True)
class Paid:
    """`hour`: behind the first day; `number`: 0 is none; `key`: what the number is called."""

    server: bool
    hour: int
    number: int
    key: str = "order_id"
    campaign: str = ""
    value: int = 10

    @property
    def at(self) -> int:
        return at(f"{FIRST} 00:30") + self.hour * 3_600_000

    def happening(self, n: int) -> Happening:
        props = json.dumps({self.key: f"A{self.number}"}) if self.number else ""
        return Happening(
            self.at, "pay_success", f"d{n}", session="" if self.server else f"s{n}", seq=0 if self.server else n + 1,
            props=props, value=str(self.value), campaign=self.campaign,
        )  # fmt: skip


def told_again(one: Paid, every: list[Paid]) -> bool:
    """Whether a server tells what the tracker does."""
    named = one.number and one.key != "other_no"
    return bool(one.server and named) and any(
        not other.server and other.number == one.number and other.key != "other_no" and abs(other.at - one.at) <= WEEK
        for other in every
    )  # fmt: skip


def asked(app: int, **more: object) -> EventsQuery:
    figures = (
        Figure("times", NOTHING, 0, "total"),
        Figure("paid", NOTHING, 0, "sum", RECORDED["value"]),
    )
    query = EventsQuery(
        app, (Counted("a", ("pay_success",)),), figures, OVER, timezone="Asia/Shanghai"
    )
    return replace(query, **more)  # type: ignore[arg-type]


def answer(house: House, query: object) -> Table:
    return run(house.pipeline.engine, completed(query, house.pipeline.records), AS_OF)  # type: ignore[arg-type]


def tells(house: House) -> None:
    """A server may send events."""
    house.pipeline.records.tokens.create(house.app.id, ("events:write",), now=NOW)


@pytest.fixture
def shop(new_app: Callable[..., House]) -> House:
    return new_app("Asia/Shanghai")


PAID = st.builds(
    Paid, st.booleans(), st.integers(-200, 300), st.integers(0, 3), st.sampled_from(KEYS), st.just(""),
    st.integers(1, 99),
)  # fmt: skip


@costly(3, 60)
@given(some=st.lists(PAID, min_size=1, max_size=14), part=st.integers(0, 14))
def test_as_a_count_has_them(new_app: Callable[..., House], some: list[Paid], part: int) -> None:
    house = new_app("Asia/Shanghai")
    tells(house)
    rows = sorted((one.happening(n) for n, one in enumerate(some)), key=lambda one: one.ts)
    if rows[:part]:
        house.load(rows[:part])
        house.build()
    if rows[part:]:
        house.load(rows[part:])
    table = answer(house, asked(house.app.id))
    kept = [one for one in some if not told_again(one, some)]
    for day, times, paid in table.rows:
        own = [one.value for one in kept if FIRST + timedelta(days=one.hour // 24) == day]
        assert (times, paid) == (len(own), sum(own)), day


STORY = [
    Paid(False, 10, 1, campaign="spring", value=20), Paid(True, 9, 1, value=20),
    Paid(False, 11, 2, "out_trade_no", campaign="spring"), Paid(True, 11, 2),
    Paid(True, 12, 3, value=5), Paid(True, 13, 0, value=3), Paid(False, 13, 0, value=3),
]  # fmt: skip


def test_money_stands_where_the_launch_was_and_persons_are_those_of_the_tracker(
    shop: House,
) -> None:
    shop.load([one.happening(n) for n, one in enumerate(STORY)])
    shop.build()
    query = asked(shop.app.id, grain="whole", groups=(DIMENSIONS["campaign"],))
    both = {row[0]: row[1:] for row in answer(shop, query).rows}
    assert both == {"spring": (2, 30), "": (5, 41)}, "nobody but the tracker tells"
    tells(shop)
    assert {row[0]: row[1:] for row in answer(shop, query).rows} == {"spring": (2, 30), "": (3, 11)}
    behind = PersonsQuery(asked(shop.app.id, grain="whole"), Place("times"))
    assert answer(shop, behind).total_rows == 5
    by_phone = asked(shop.app.id, grain="whole", groups=(DIMENSIONS["brand"],))
    assert [row[1:] for row in answer(shop, by_phone).rows] == [(5, 41)], "read from the events"
