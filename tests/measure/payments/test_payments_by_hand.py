"""Payments of servers beside those of the tracker, counted by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from minilens.identity.actor import actor
from minilens.spool.record import Batch, Event
from tests.measure.payments.story import Told, ask, load, refund, send
from tests.pipeline import House, at, days

WEEK = days("2026-06-01", "2026-06-03")


def story() -> list[Told]:
    """A and B are told and seen, B with another amount; C is missed; D was never paid; E is paid twice, F sent twice;
    A is refunded in two parts. G is paid at the end of the last day, and seen on the next one. H has no number."""
    return [
        Told("server", "A", at("2026-06-01 10:00")), Told("tracker", "A", at("2026-06-01 10:00"), by="target"),
        refund("A", at("2026-06-02 10:00"), "3"), refund("A", at("2026-07-20 10:00"), "2.5"),
        refund("A", at("2026-06-02 10:00"), "1", "USD"),
        Told("server", "B", at("2026-06-01 11:00"), "20", name="order_paid"),
        Told("tracker", "B", at("2026-06-01 11:01"), "19.99"),
        Told("import", "C", at("2026-06-02 09:00"), "7.5", who="wang"),
        Told("tracker", "D", at("2026-06-02 12:00"), "5", ""),
        Told("server", "E", at("2026-06-02 13:00"), "8"), Told("server", "E", at("2026-06-02 14:00"), "8"),
        Told("tracker", "E", at("2026-06-02 13:00"), "8"),
        Told("server", "F", at("2026-06-02 15:00"), "100", "USD"),
        Told("tracker", "F", at("2026-06-02 15:00"), "100", "USD"),
        Told("tracker", "F", at("2026-06-02 15:05"), "100", "USD"),
        Told("server", "G", at("2026-06-03 23:59:59.999"), "4"), Told("tracker", "G", at("2026-06-04 00:00:01"), "4"),
        Told("server", "", at("2026-06-02 16:00")),
        Told("server", "past", at("2026-05-31 23:59:59.999")), Told("tracker", "past", at("2026-06-01 00:00")),
        refund("nobody", at("2026-06-02 10:00")), refund("C", at("2026-06-02 09:30"), via="tracker"),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def told(request: pytest.FixtureRequest) -> House:
    house: House = request.getfixturevalue("new_app")()
    load(house, story())
    house.build()
    return house


def test_groups_of_orders(told: House) -> None:
    table = ask(told, WEEK)
    assert table.rows == (
        ("matched", "CNY", 3, 22.0, 22.0, 5.5),
        ("matched", "USD", 1, 100.0, 100.0, 0.0),
        ("differing", "CNY", 1, 20.0, 19.99, 0.0),
        ("server_only", "CNY", 1, 7.5, 0.0, 0.0),
        ("tracker_only", "CNY", 1, 5.0, 5.0, 0.0),
        ("double", "CNY", 1, 8.0, 8.0, 0.0),
        ("double", "USD", 1, 100.0, 100.0, 0.0),
        ("refunded", "CNY", 1, 10.0, 10.0, 5.5),
    )
    assert table.totals == (None, None, 7, None, None, None)
    (note,) = table.notes
    assert note.en.startswith("Left out: 1 payment event without an order number")


def test_amounts_of_one_currency_come_to_something_together(told: House) -> None:
    assert ask(told, days("2026-06-01")).totals == (None, None, 2, 30.0, 29.99, 5.5)


def test_days_with_the_share_that_the_tracker_missed(told: House) -> None:
    table = ask(told, WEEK, "days")
    found: object = table.rows
    assert found == (
        (date(2026, 6, 1), 0.0, 2, 2, 0, 1, 0, 0, 1),
        (date(2026, 6, 2), pytest.approx(1 / 3), 3, 2, 1, 0, 1, 2, 0),
        (date(2026, 6, 3), 0.0, 1, 1, 0, 0, 0, 0, 0),
    )
    whole: object = table.totals
    assert whole == (None, pytest.approx(1 / 6), 6, 5, 1, 1, 1, 2, 1)
    assert [row[0] for row in ask(told, days("2026-06-04")).rows] == []


def test_the_orders_of_a_group(told: House) -> None:
    (missing,) = ask(told, WEEK, "orders", "server_only").rows
    moment = datetime(2026, 6, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    whose = f"p{told.person('c_memberid', 'wang')}"
    assert missing == (
        "C", "server_only", "CNY", whose, 7.5, 1, None, None, 0, 0.0, moment,
    )  # fmt: skip
    (differing,) = ask(told, WEEK, "orders", "differing").rows
    assert differing[:1] + differing[4:10] == ("B", 20.0, 1, 19.99, "CNY", 1, 0.0)
    double = ask(told, WEEK, "orders", "double")
    assert [(row[0], row[1], row[5], row[8]) for row in double.rows] == [
        ("F", "matched", 1, 2), ("E", "matched", 2, 1),
    ]  # fmt: skip
    newest = ask(told, WEEK, "orders", "matched", top=2)
    assert [row[0] for row in newest.rows] == ["G", "F"]
    assert newest.total_rows == 4


def test_a_merged_person_stands_behind_their_orders(new_app: Callable[..., House]) -> None:
    house, moment = new_app(), at("2026-06-01 10:00")
    union = actor(house.app.id, "wechat-unionid", "U")
    both = Event(0, str(uuid4()), "page_view", moment, union, "wechat-unionid")
    send(house, Batch(moment + 1000, house.app.id, "server", received=1, events=[both]))
    load(house, [Told("server", "A", moment)])
    before = [row[3] for row in ask(house, days("2026-06-01"), "orders").rows]
    li = ("c_memberid", actor(house.app.id, "c_memberid", "li"))
    named = replace(both, id=str(uuid4()), w=1)
    send(
        house, Batch(moment + 2000, house.app.id, "server", received=1, who=[[li]], events=[named])
    )
    (whose,) = [row[3] for row in ask(house, days("2026-06-01"), "orders").rows]
    assert (
        whose == f"p{house.person('c_memberid', 'li')}" == f"p{house.person('wechat-unionid', 'U')}"
    )
    assert [whose] != before
