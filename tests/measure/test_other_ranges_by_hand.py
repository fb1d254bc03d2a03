"""What a range stands beside: other days, the same hours of another day, the same values of a field."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from minilens.errors import Refused
from minilens.measure.days.run import answer
from minilens.measure.query import Query
from minilens.measure.table import Table
from minilens.period import Range, compared_with
from tests import by_name
from tests.pipeline import CREATED, OF_TREND, Happening, House, at, days

pytestmark = pytest.mark.side_by_side
TODAY = date(2026, 11, 20)


def ask(house: House, query: Query) -> Table:
    return answer(house.pipeline.engine, query, today=TODAY, as_of=CREATED)


@pytest.mark.parametrize(
    ("over", "kind", "other"),
    [
        (("2026-11-20", "2026-11-20"), "previous", ("2026-11-19", "2026-11-19")),
        (("2026-11-14", "2026-11-20"), "previous", ("2026-11-07", "2026-11-13")),
        (("2026-11-20", "2026-11-20"), "week", ("2026-11-13", "2026-11-13")),
        (("2026-03-31", "2026-03-31"), "month", ("2026-02-28", "2026-02-28")),
        (("2024-03-30", "2024-03-30"), "month", ("2024-02-29", "2024-02-29")),
        (("2026-01-15", "2026-01-15"), "month", ("2025-12-15", "2025-12-15")),
        (("2026-10-22", "2026-11-20"), "month", ("2026-09-22", "2026-10-21")),
        (("2026-03-01", "2026-03-31"), "month", ("2026-02-01", "2026-02-28")),
        (("2026-02-01", "2026-03-31"), "month", ("2026-01-01", "2026-02-28")),
        (("2028-02-29", "2028-02-29"), "year", ("2027-02-28", "2027-02-28")),
        (("2028-02-01", "2028-02-29"), "year", ("2027-02-01", "2027-02-28")),
    ],
)
def test_the_other_range(over: tuple[str, str], kind: str, other: tuple[str, str]) -> None:
    assert compared_with(days(*over), kind) == days(*other)


def test_an_unknown_comparison_is_refused_with_a_hint() -> None:
    with pytest.raises(Refused, match="did you mean week"):
        compared_with(days("2026-11-20"), "weeks")


#: Three people yesterday: one who had been there before, one new before ten o'clock and one new after it.
DAYS = [
    Happening(at("2026-11-18 09:00"), device="a", session="a0"),
    Happening(at("2026-11-19 09:00"), device="d", session="d1"),
    Happening(at("2026-11-19 09:59"), device="a", session="a1"),
    Happening(at("2026-11-19 09:59:30"), "page_leave", device="a", session="a1", duration=30_000),
    Happening(at("2026-11-19 09:59:59"), "share", device="a", session="a1"),
    Happening(at("2026-11-19 10:00"), device="b", session="b1"),
    Happening(at("2026-11-19 10:01"), device="a", session="a1", page="pages/cart"),
    Happening(at("2026-11-20 08:00"), device="c", session="c1"),
]


def test_today_stands_beside_the_same_hours(house: House) -> None:
    house.load(DAYS)
    house.build()
    today, yesterday = Range(TODAY, TODAY), days("2026-11-19")
    query = by_name.query(house.app.id, OF_TREND[:9], today, compare=yesterday)
    whole = ask(house, query)
    assert whole.compared == ((date(2026, 11, 19), 3, 3, 4, 3, 2, 1, 1, 30.0, 30.0),)
    assert not whole.same_hours
    ten = datetime(2026, 11, 19, 2, 0, tzinfo=UTC)  # ten o'clock in Shanghai
    cut = ask(house, replace(query, cutoff=ten))
    assert cut.same_hours
    assert cut.rows == whole.rows == ((TODAY, 4, 1, 1, 1, 1, 0, 0, None, None),)
    assert cut.compared == ((date(2026, 11, 19), 2, 2, 2, 2, 1, 1, 1, 30.0, 30.0),)


def test_days_of_a_running_week_are_whole_but_for_the_last(house: House) -> None:
    house.load(DAYS)
    house.build()
    measures = ("total_users", "launches", "visits", "visitors", "new_users", "shares", "sharers")
    before = days("2026-11-18").start
    query = by_name.query(
        house.app.id, measures, Range(before + timedelta(days=1), TODAY),
        compare=Range(before, TODAY - timedelta(days=1)),
    )  # fmt: skip
    whole = ask(house, query)
    cut = ask(house, replace(query, cutoff=datetime(2026, 11, 19, 2, 0, tzinfo=UTC)))
    assert cut.rows == whole.rows
    assert cut.compared[0] == whole.compared[0]
    assert (whole.compared[1][3], cut.compared[1][3]) == (4, 2)


def test_a_list_stands_beside_the_same_pages(house: House) -> None:
    house.load(DAYS)
    house.build()
    query = by_name.query(
        house.app.id, ("visits", "visitors", "visit_share"), days("2026-11-19"), dimensions=("page",),
        compare=days("2026-11-18"),
    )  # fmt: skip
    table = ask(house, query)
    assert table.rows == (("pages/index", 3, 3, 3 / 4), ("pages/cart", 1, 1, 1 / 4))
    assert table.compared == (("pages/index", 1, 1, 1.0), ("pages/cart", 0, 0, 0.0))
    assert table.totals == (None, 4, 3, None)


def test_a_list_of_today_stands_beside_the_same_hours(house: House) -> None:
    house.load(DAYS)
    house.build()
    query = by_name.query(
        house.app.id, ("visits", "visitors"), Range(TODAY, TODAY), dimensions=("page",), compare=days("2026-11-19"),
        cutoff=datetime(2026, 11, 19, 2, 0, tzinfo=UTC),
    )  # fmt: skip
    table = ask(house, query)
    assert table.same_hours
    assert table.rows == (("pages/index", 1, 1),)
    assert table.compared == (("pages/index", 2, 2),)
    assert not ask(house, replace(query, cutoff=None)).same_hours


def test_a_session_is_entered_and_left_on_the_pages_that_are_picked(house: House) -> None:
    house.load(DAYS)
    house.build()
    cart = ((by_name.condition("page", "contains", ("cart",)),),)
    query = by_name.query(
        house.app.id, ("visits", "entries", "exits", "exit_rate", "bounce_rate"), days("2026-11-19"),
        dimensions=("page",), filters=cart,
    )  # fmt: skip
    assert ask(house, query).rows == (("pages/cart", 1, 0, 1, 1.0, None),)
    scene = ((by_name.condition("scene", "is", ("1001",)),),)
    both = replace(query, filters=(*cart, *scene))
    assert ask(house, both).rows == (("pages/cart", 1, 0, 1, 1.0, None),)


def test_ascending_and_by_another_measure(house: House) -> None:
    house.load(DAYS)
    house.build()
    query = by_name.query(
        house.app.id,
        ("visits", "entries"),
        days("2026-11-19"),
        dimensions=("page",),
        sort="entries",
    )
    assert [row[0] for row in ask(house, query).rows] == ["pages/index", "pages/cart"]
    up = replace(query, ascending=True)
    assert [row[0] for row in ask(house, up).rows] == ["pages/cart", "pages/index"]


def test_what_came_late_on_another_day_is_not_in_the_list_of_today(house: House) -> None:
    house.load(DAYS[:-1])
    house.build()
    house.load(  # nothing of this is built: a late event of yesterday, and today's
        [
            Happening(at("2026-11-19 23:00"), device="e", session="e1", page="pages/late"),
            Happening(at("2026-11-19 23:00"), device="e", session="e1"),
            DAYS[-1],
        ]
    )
    names = ("visits", "visitors", "visit_share")
    today = by_name.query(house.app.id, names, Range(TODAY, TODAY), dimensions=("page",))
    table = ask(house, today)
    assert table.rows == (("pages/index", 1, 1, 1.0),)
    assert (table.totals, table.total_rows) == ((None, 1, 1, None), 1)
    both = ask(house, replace(today, range=days("2026-11-19", "2026-11-20"), top=2))
    assert both.rows == (("pages/index", 5, 5, 5 / 7), ("pages/cart", 1, 1, 1 / 7))
    assert (both.totals, both.total_rows) == ((None, 7, 5, None), 3)
    house.build()
    assert ask(house, today).rows == table.rows


def test_what_is_unknown_of_every_page_is_unknown_and_not_nobody(house: House) -> None:
    house.load(DAYS)
    house.build()
    names = ("visits", "duration_per_visitor", "visitors")
    query = by_name.query(house.app.id, names, days("2026-11-19"), dimensions=("page",))
    table = ask(house, query)
    assert table.rows == (("pages/index", 3, None, 3), ("pages/cart", 1, None, 1))
    assert ask(house, replace(query, measures=by_name.measured(*names[:2]))).rows == (
        ("pages/index", 3, None),
        ("pages/cart", 1, None),
    )
