"""Days of several apps made in one build are what they are when each is made by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from minilens.load.merges import merge
from minilens.load.portions import MOST_DAYS, MOST_EVENTS, SMALL, portion
from tests.pipeline import Happening, House, at, days

WEEK = days("2026-03-01", "2026-03-07")
DAY = date(2026, 3, 1)


def nameless(house: House) -> None:
    house.load(
        [
            Happening(at("2026-03-02 23:50"), device="a"),
            Happening(at("2026-03-03 00:05"), device="a"),
        ]
    )
    house.load([Happening(at("2026-03-02 12:00"), device="b", scene=1047)])


def joined(house: House) -> None:
    house.load([Happening(at("2026-03-02 10:00"), device="a", session="1")])
    house.load([Happening(at("2026-03-03 10:00"), device="b", session="1", page="pages/b")])
    house.build()
    pipeline = house.pipeline
    gone, into = house.person("device", "a"), house.person("device", "b")
    merge(
        pipeline.engine,
        pipeline.pending,
        pipeline.counter,
        house.app.id,
        gone=gone,
        into=into,
        cause="push",
    )


def late(house: House) -> None:
    house.load([Happening(at("2026-03-03 10:00"), device="a", session="1")])
    house.build()
    house.load([Happening(at("2026-03-02 10:00"), device="a", session="2", traffic="trial")])
    house.load([Happening(at("2026-03-01 10:00"), device="a", session="1")])


def test_their_figures_are_those_of_each_by_itself(new_app: Callable[..., House]) -> None:
    ways = (nameless, joined, late)
    alone, together = [new_app() for _ in ways], [new_app() for _ in ways]
    for way, one, other in zip(ways, alone, together, strict=True):
        for house in (one, other):
            way(house)
        one.build()
    while waiting := {h.app.id: days for h in together if (days := h.waiting())}:
        together[0].pipeline.builder.make_all(waiting)
    # of the second, persons became one: its days are made for these alone, in a build of their own
    first, _, last = (
        set(h.rows("SELECT build FROM builds WHERE app = {app:UInt32}")) for h in together
    )
    assert first & last, "one build made days of both"
    for one, other in zip(alone, together, strict=True):
        assert other.figures(WEEK) == one.figures(WEEK)
        assert other.figures(WEEK, traffic="trial") == one.figures(WEEK, traffic="trial")
        for table, own in OWN.items():
            assert rows(other, table, own) == rows(one, table, own), table


#: Table → columns in which the same history of another app differs.
OWN = {
    "sessions": "app, build, session",
    "day_page_views": "app, build",
    "day_visitors": "app, build",
    "day_values": "app, build",
    "actions": "app, build, session, arrival",
    "first_touches": "app, version",
}


def rows(house: House, table: str, own: str) -> list[str]:
    """Rows of the builds that hold."""
    told = f"* EXCEPT ({own})"
    if table == "day_values":  # a set is no value that can be read
        sets = [f"arraySort(bitmapToArray({name}))" for name in ("visitors", "new_users")]
        told = f"* EXCEPT ({own}, visitors, new_users), {', '.join(sets)}"
    sql = f"SELECT {told} FROM {table} WHERE app = {{app:UInt32}}"
    if table == "first_touches":
        sql += " ORDER BY version DESC LIMIT 1 BY person"
    else:
        sql += " AND (day, build) IN (SELECT day, max(build) FROM builds WHERE app = {app:UInt32} GROUP BY day)"
    return sorted(map(repr, house.rows(sql)))


def test_small_apps_go_together_and_a_large_one_by_itself() -> None:
    due = {app: [DAY] for app in (1, 2, 3)}
    events = {(1, DAY): 10, (2, DAY): SMALL + 1, (3, DAY): 20}
    assert portion(due, events, {}) == {1: [DAY], 3: [DAY]}
    assert portion(due, events, {1: 5.0, 2: 4.0, 3: 5.0}) == {2: [DAY]}, (
        "whose turn was longest ago"
    )
    assert portion(due, events, {1: 4.0, 2: 5.0, 3: 6.0}) == {1: [DAY], 3: [DAY]}


def test_a_build_is_bounded_by_days_and_events() -> None:
    many = [DAY + timedelta(days=n) for n in range(MOST_DAYS + 10)]
    assert portion({1: many, 2: [DAY]}, {}, {}) == {1: many[:MOST_DAYS]}
    full = {(1, day): MOST_EVENTS // 2 for day in many}
    assert portion({1: many}, full, {}) == {1: many[:2]}
    assert portion({1: many}, {(1, DAY): MOST_EVENTS + 1}, {}) == {1: many[:1]}, "one day at least"
    apps = {app: [DAY] for app in range(1, MOST_DAYS + 10)}
    assert len(portion(apps, {}, {})) == MOST_DAYS
