"""What a day holds, in cases small enough to count on fingers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from minilens.load.pending import mark
from minilens.measure.table import Cell
from tests.pipeline import Happening, House, at, days

pytestmark = pytest.mark.side_by_side
Rows = list[tuple[object, ...]]
HALF_HOUR = 30 * 60 * 1000


def sessions(house: House) -> Rows:
    """Day, entry, exit, visits, depth and duration of each session, by day and entry."""
    return house.rows(
        "SELECT toString(day), entry, exit, visits, depth, duration FROM sessions WHERE app = {app:UInt32} "
        "AND (day, build) IN (SELECT day, max(build) FROM builds WHERE app = {app:UInt32} GROUP BY day) "
        "ORDER BY ALL"
    )


def launches(house: House, start: str, end: str) -> list[Cell]:
    return house.ask(days(start, end)).column("launches")


def test_exactly_half_an_hour_is_one_session_and_a_thousandth_more_is_two(house: House) -> None:
    noon = at("2026-11-16 12:00")
    house.load([Happening(noon), Happening(noon + HALF_HOUR)])
    house.load([Happening(noon, device="other"), Happening(noon + HALF_HOUR + 1, device="other")])
    house.build()
    assert launches(house, "2026-11-16", "2026-11-16") == [3]


def test_a_session_across_midnight_is_of_the_day_it_began(house: House) -> None:
    house.load(
        [
            Happening(at("2026-11-16 23:50"), session="s", page="a"),
            Happening(
                at("2026-11-16 23:55"), "page_leave", session="s", page="a", duration=300_000
            ),
            Happening(at("2026-11-17 00:05"), session="s", page="b"),
            Happening(at("2026-11-17 00:06"), "page_leave", session="s", page="b", duration=60_000),
        ]
    )
    house.build()
    assert sessions(house) == [("2026-11-16", "a", "b", 2, 2, 360_000)]
    table = house.ask(days("2026-11-16", "2026-11-17"))
    assert table.column("launches") == [1, 0]
    assert table.column("visits") == [1, 1]
    assert table.column("visitors") == [1, 1]
    assert table.column("duration_per_launch") == [360.0, None]


def test_nameless_visits_across_midnight_are_one_session(house: House) -> None:
    house.load([Happening(at("2026-11-17 00:10"), page="b")])
    house.build()
    assert launches(house, "2026-11-16", "2026-11-17") == [0, 1]
    house.load([Happening(at("2026-11-16 23:50"), page="a")])
    house.build()
    assert launches(house, "2026-11-16", "2026-11-17") == [1, 0]
    assert sessions(house) == [("2026-11-16", "a", "b", 2, 2, None)]


def test_a_whole_day_of_silence_begins_it_anew(house: House) -> None:
    house.load(
        [
            Happening(at("2026-11-16 12:00"), session="s"),
            Happening(at("2026-11-18 00:00"), session="s"),
        ]
    )
    house.build()
    assert launches(house, "2026-11-16", "2026-11-18") == [1, 0, 1]


def test_a_whole_day_of_silence_begins_it_anew_before_the_day_is_made(house: House) -> None:
    house.load([Happening(at("2026-11-16 12:00"), session="s")])
    house.build()
    house.load([Happening(at("2026-11-17 12:00"), session="t"), Happening(at("2026-11-19 12:00"), session="t"),
                Happening(at("2026-11-18 12:00"), session="s")])  # fmt: skip
    assert launches(house, "2026-11-16", "2026-11-19") == [1, 1, 1, 1]
    house.build()
    assert launches(house, "2026-11-16", "2026-11-19") == [1, 1, 1, 1]


def test_a_launch_without_a_page_takes_no_page_from_later(house: House) -> None:
    house.load(
        [
            Happening(at("2026-11-16 12:00"), "app_launch", session="s", page="x"),
            Happening(at("2026-11-18 12:00"), session="s", page="late"),
        ]
    )
    house.build()
    assert sessions(house)[0] == ("2026-11-16", "", "", 0, 0, None)


def test_unknown_duration_is_not_nought(house: House) -> None:
    house.load([Happening(at("2026-11-16 12:00"), session="s")])
    house.load(
        [
            Happening(at("2026-11-17 12:00"), session="t"),
            Happening(at("2026-11-17 12:00"), "page_leave", session="t", duration=0),
        ]
    )
    house.build()
    assert house.ask(days("2026-11-16", "2026-11-17")).column("duration_per_launch") == [None, 0.0]


def test_a_page_leave_or_a_share_alone_is_no_launch(house: House) -> None:
    noon = at("2026-11-16 12:00")
    house.load(
        [
            Happening(noon, "page_leave", session="s", duration=9),
            Happening(noon, "share", session="s"),
        ]
    )
    house.build()
    row = house.figures(days("2026-11-16"))[0]
    assert row[1:] == (0, 0, 0, 0, 0, 1, 1, None, None, None, 0.009, 0.009)


def test_a_late_event_moves_the_first_day(house: House) -> None:
    house.load([Happening(at("2026-11-18 12:00"))])
    house.build()
    assert house.ask(days("2026-11-16", "2026-11-18")).column("new_users") == [0, 0, 1]
    house.load([Happening(at("2026-11-16 12:00"))])
    house.build()
    table = house.ask(days("2026-11-16", "2026-11-18"))
    assert table.column("new_users") == [1, 0, 0]
    assert table.column("total_users") == [1, 1, 1]


def test_trial_visits_make_nobody_old(house: House) -> None:
    house.load(
        [Happening(at("2026-11-16 12:00"), traffic="trial"), Happening(at("2026-11-17 12:00"))]
    )
    house.build()
    assert house.ask(days("2026-11-16", "2026-11-17")).column("new_users") == [0, 1]
    trial = house.ask(days("2026-11-16", "2026-11-17"), traffic="trial")
    assert trial.column("visits") == [1, 0]
    assert trial.column("new_users") == [0, 0]


def test_a_retry_counts_once(house: House) -> None:
    one = Happening(at("2026-11-16 12:00"))
    house.load([one, one])
    house.load([one])
    house.build()
    assert house.ask(days("2026-11-16")).column("visits") == [1]


def test_a_week_is_deduplicated_as_a_whole(house: House) -> None:
    house.load([Happening(at(f"2026-11-{n} 12:00"), session=f"s{n}") for n in (16, 17, 22, 23)])
    house.build()
    week = house.ask(days("2026-11-16", "2026-11-23"), "week")
    assert week.column("visitors") == [1, 1]
    assert week.column("visits") == [3, 1]
    assert week.column("new_users") == [1, 0]


def test_days_after_today_are_unknown_and_empty_ones_nought(house: House) -> None:
    house.load([Happening(at("2026-11-16 12:00"))])
    house.build()
    today = days("2026-11-17").start
    table = house.ask(days("2026-11-16", "2026-11-18"), today=today)
    assert table.column("visits") == [1, 0, None]
    assert table.column("total_users") == [1, 1, None]
    assert table.running


@pytest.mark.parametrize(
    ("zone", "moments", "expected"),
    [
        ("Asia/Shanghai", ("2026-10-31T15:59:59.999+00:00", "2026-10-31T16:00:00+00:00"), [1, 1]),
        # 25 hours: the hour from one to two comes twice
        (
            "America/New_York",
            ("2026-11-01T04:00:00+00:00", "2026-11-02T04:59:59.999+00:00"),
            [0, 2],
        ),
        (
            "America/New_York",
            ("2026-11-01T03:59:59.999+00:00", "2026-11-01T04:00:00+00:00"),
            [1, 1],
        ),
    ],
)
def test_a_day_is_the_apps_own(
    new_app: Callable[..., House], zone: str, moments: tuple[str, str], expected: list[int]
) -> None:
    house = new_app(zone)
    house.load([Happening(at(moment)) for moment in moments])
    house.build()
    assert house.ask(days("2026-10-31", "2026-11-01")).column("visits") == expected


def test_exit_rate_of_a_page(house: House) -> None:
    """Ten sessions: pay is seen eight times and is the last page of two of them: 25 %."""
    some = []
    for n in range(8):
        begin = at("2026-11-16 12:00") + n * 60_000
        pages = ("home", "pay") if n < 2 else ("pay", "done")
        some += [Happening(begin + k, session=f"s{n}", page=page) for k, page in enumerate(pages)]
    some += [Happening(at("2026-11-16 15:00"), session=f"b{n}", page="home") for n in range(2)]
    house.load(some)
    house.build()
    assert house.rows(
        "SELECT value, visits, entries, exits, bounces FROM days WHERE app = {app:UInt32} "
        "AND dimension = 'page' ORDER BY value"
    ) == [("done", 6, 0, 6, 0), ("home", 4, 4, 2, 2), ("pay", 8, 6, 2, 0)]


def test_making_days_again_changes_nothing(house: House) -> None:
    house.load(
        [Happening(at("2026-11-16 12:00") + n * 50_000_000, device=f"d{n % 3}") for n in range(9)]
    )
    house.build()
    month = days("2026-11-01", "2026-11-30")
    before = house.figures(month)
    pipeline = house.pipeline
    mark(
        pipeline.engine,
        pipeline.pending,
        pipeline.counter,
        house.app.id,
        list(days("2026-11-16", "2026-11-20")),
        "again",
    )
    house.build()
    assert house.figures(month) == before


def test_how_deep_launches_go(house: House) -> None:
    """Different pages of a launch, over all launches; what came after the build is not known yet."""
    nine = at("2026-11-16 09:00")

    def seen(session: str, page: str, second: int) -> Happening:
        return Happening(nine + second * 1000, session=session, page=page)

    house.load(
        [seen("a", "home", 0), seen("a", "cart", 1), seen("a", "home", 2), seen("b", "home", 9)]
    )
    house.build()
    assert house.ask(days("2026-11-16", "2026-11-17")).column("visit_depth") == [1.5, None]
    house.load([seen("c", "home", 20), seen("c", "cart", 21)])
    assert house.ask(days("2026-11-16")).column("visit_depth") == [1.5]
    house.build()
    assert house.ask(days("2026-11-16")).column("visit_depth") == [5 / 3]


def test_tomorrow_is_not_made_for_what_came_shortly_before_midnight(house: House) -> None:
    """It would be the newest day, and what comes today until the next build would count nowhere."""
    house.load([Happening(at("2026-11-16 23:45"))])
    house.build()
    assert house.rows("SELECT DISTINCT toString(day) FROM builds WHERE app = {app:UInt32}") == [
        ("2026-11-16",)
    ]
    house.load([Happening(at("2026-11-16 23:50"), device="other")])
    assert [row[3:5] for row in house.figures(days("2026-11-16"))] == [(2, 2)]
    house.load([Happening(at("2026-11-17 00:05"))])
    house.build()
    rows = house.figures(days("2026-11-16", "2026-11-17"))
    assert [row[3:5] for row in rows] == [(2, 2), (1, 1)], "visits, visitors"
    assert [row[2] for row in rows] == [2, 0], "one session, of the day on which it began"
