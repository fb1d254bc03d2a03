"""Today by the hour beside yesterday: few events, counted on fingers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from minilens.errors import Refused
from minilens.measure.days.run import answer
from minilens.measure.query import Query
from minilens.measure.table import Cell, Table
from minilens.period import Range, hours_of
from tests import by_name
from tests.pipeline import OF_TREND, Happening, House, at, days

pytestmark = pytest.mark.side_by_side
Houses = Callable[..., House]
TODAY, YESTERDAY = days("2026-11-20"), days("2026-11-19")
#: From total users to time per launch.
NINE = OF_TREND[:9]
NOW = datetime(2026, 11, 20, 10, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
#: Anna was here before; Ben is new at 23:59:59.999 yesterday, Cleo at 09:59 today, Dan at 10:00 after the build.
BUILT = [
    Happening(at("2026-11-18 09:00"), device="anna", session="a0"),
    Happening(at("2026-11-19 10:05"), device="anna", session="a1"),
    Happening(at("2026-11-19 10:45"), device="anna", session="a1"),
    Happening(at("2026-11-19 23:59:59.999"), device="ben", session="b1"),
    Happening(at("2026-11-20 00:00"), device="ben", session="b1"),
    Happening(at("2026-11-20 09:59"), device="cleo", session="c1"),
    Happening(
        at("2026-11-20 09:59:30"), "page_leave", device="cleo", session="c1", duration=30_000
    ),
]
LATER = [
    Happening(at("2026-11-20 10:00"), device="dan", session="d1", page="pages/cart"),
    Happening(at("2026-11-20 10:01"), device="cleo", session="c1"),
    Happening(at("2026-11-20 10:02"), "share", device="cleo", session="c1"),
    Happening(at("2026-11-20 10:03"), device="cleo", session="c1", traffic="trial"),
]


def ask(house: House, query: Query, now: datetime = NOW) -> Table:
    zone = ZoneInfo(house.app.timezone)
    return answer(house.pipeline.engine, query, today=now.astimezone(zone).date(), as_of=now)


def hour(table: Table, number: int) -> tuple[Cell, ...]:
    return table.rows[number][1:]


@pytest.fixture
def shop(house: House) -> House:
    house.load(BUILT)
    house.build()
    house.load(LATER)
    return house


def question(house: House, over: Range = TODAY, **more: object) -> Query:
    return replace(
        by_name.query(house.app.id, NINE, over, ("hour",), timezone=house.app.timezone),
        **more,  # type: ignore[arg-type]
    )


def test_today_by_the_hour(shop: House) -> None:
    table = ask(shop, question(shop))
    assert len(table.rows) == 24
    # total users, launches, visits, visitors, new users, shares, sharers, time per visitor, time per launch
    assert hour(table, 0) == (2, 0, 1, 1, 0, 0, 0, None, None)  # Ben's launch was yesterday's
    assert hour(table, 5) == (2, 0, 0, 0, 0, 0, 0, None, None)
    assert hour(table, 9) == (3, 1, 1, 1, 1, 0, 0, 30.0, 30.0)
    assert hour(table, 10) == (4, 1, 2, 2, 1, 1, 1, None, None)  # what no build knows yet
    assert hour(table, 11) == (None,) * len(NINE)  # still to come: not 0
    assert (table.running, table.current_row) == (True, 10)
    assert table.totals is not None
    assert table.totals[1:8] == (4, 2, 4, 3, 2, 1, 1)
    shop.build()
    again = ask(shop, question(shop))
    assert again.rows == table.rows
    assert again.totals is not None
    assert again.totals[1:8] == table.totals[1:8]


def test_beside_stand_the_same_hours_of_yesterday(shop: House) -> None:
    until = datetime(2026, 11, 19, 10, 20, tzinfo=NOW.tzinfo)
    table = ask(shop, question(shop, compare=YESTERDAY, cutoff=until))
    assert len(table.compared) == 24
    visits = {f"{row[0]:%d %H}": row[3] for row in table.compared if row[3]}
    assert visits == {"19 10": 2, "19 23": 1}  # hours are whole, also those after the present one
    assert table.compared[23][5] == 1  # Ben, new
    assert table.compared_total is not None
    assert table.compared_total[3] == 1  # and the day is counted up to the same minute
    assert table.same_hours


def test_a_filter_and_the_trial_version(shop: House) -> None:
    cart = question(shop, filters=((by_name.condition("page", "is", ("pages/cart",)),),))
    assert hour(ask(shop, cart), 10) == (None, None, 1, 1, 1, 0, 0, None, None)
    new = question(shop, filters=((by_name.condition("newness", "is", ("returning",)),),))
    assert [row[3] for row in ask(shop, new).rows[:11]] == [1, *[0] * 10]  # Dan waits for the build
    assert hour(ask(shop, question(shop, traffic="trial")), 10)[2] == 1


@pytest.mark.parametrize(
    ("day", "hours", "third"),
    [("2026-03-08", 23, "03:00"), ("2026-11-01", 25, "01:00"), ("2026-11-02", 24, "02:00")],
)
def test_a_day_on_which_the_clock_is_changed(
    new_app: Houses, day: str, hours: int, third: str
) -> None:
    house = new_app("America/New_York")
    zone = ZoneInfo("America/New_York")
    starts = hours_of(date.fromisoformat(day), "America/New_York")
    house.load([Happening(round(h.timestamp() * 1000), device=str(h)) for h in starts])
    table = ask(house, question(house, days(day)), datetime(2027, 1, 1, tzinfo=UTC))
    assert len(table.rows) == hours
    assert {row[3] for row in table.rows} == {1}
    assert f"{table.rows[2][0]:%H:%M}" == third
    assert table.totals is not None
    assert table.totals[3] == hours
    assert [row[0].astimezone(zone) for row in table.rows if isinstance(row[0], datetime)] == [
        start.astimezone(zone) for start in starts
    ]


def test_the_clock_tells_what_stands_beside_what(new_app: Houses) -> None:
    house = new_app("America/New_York")
    short, before = days("2026-03-08"), days("2026-03-07")
    seven = [at(f"2026-03-0{day} 07:30", "America/New_York") for day in (7, 8)]
    house.load([Happening(ts, device=str(ts)) for ts in seven])
    now = datetime(2027, 1, 1, tzinfo=UTC)
    table = ask(house, question(house, short, compare=before), now)
    pairs = [
        (f"{mine[0]:%H}", f"{theirs[0]:%H}", mine[3], theirs[3])
        for mine, theirs in zip(table.rows, table.compared, strict=True)
        if mine[3] or theirs[3]
    ]
    assert pairs == [("07", "07", 1, 1)]
    other = ask(house, question(house, before, compare=short), now)
    assert (f"{other.compared[2][0]:%H}", other.compared[2][3]) == (
        "02",
        None,
    )  # there was no such hour


def test_hours_of_a_zone_that_is_half_an_hour_apart_and_of_one_without_midnight() -> None:
    assert f"{hours_of(date(2026, 11, 20), 'Asia/Kolkata')[0]:%d %H:%M}" == "19 18:30"
    skipped = hours_of(date(2026, 9, 6), "America/Santiago")  # midnight becomes one o'clock
    assert (len(skipped), f"{skipped[0].astimezone(ZoneInfo('America/Santiago')):%d %H}") == (
        23,
        "06 01",
    )


def test_more_hours_than_can_be_shown_are_refused(house: House) -> None:
    with pytest.raises(Refused) as refused:
        ask(house, question(house, days("2026-01-01", "2026-06-30")))
    assert (refused.value.code, refused.value.field) == ("too_many_buckets", "grain")
