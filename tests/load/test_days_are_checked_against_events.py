"""What days say is checked against their events, and what differs is made again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from minilens.load import merges
from minilens.load.pending import Pending
from minilens.load.reconcile import Difference, make_again, of_app
from tests.pipeline import Happening, House, at, build_together, days, load_together

#: What deletes looks at every part.
pytestmark = [pytest.mark.waits, pytest.mark.usefixtures("emptied")]

WEEK = days("2026-11-16", "2026-11-18")
TUESDAY = WEEK.start.replace(day=17)


#: Three days: sessions over midnight, two people on one phone, shares, trial visits, no session ids.
HAPPENED = (
    Happening(at("2026-11-16 23:50"), session="a"),
    Happening(at("2026-11-17 00:10"), session="a"),
    Happening(at("2026-11-17 09:00"), session="b"),
    Happening(at("2026-11-17 09:01"), "share", session="b"),
    Happening(at("2026-11-17 09:05"), session="b", identity=("c_memberid", "li")),
    Happening(at("2026-11-17 10:00"), session="c", device="other", traffic="trial"),
    Happening(at("2026-11-18 10:00"), device="third"),
)


@pytest.fixture(scope="module")
def weeks(
    emptied: None, new_app: Callable[..., House], request: pytest.FixtureRequest
) -> Iterator[House]:
    """An app for each test of this file that asks for one, loaded and made together."""
    asking = [
        item
        for item in request.session.items
        if item.path == request.path and "week" in getattr(item, "fixturenames", ())
    ]
    houses = [new_app() for _ in asking]
    load_together(dict.fromkeys(range(len(houses)), HAPPENED), houses)
    build_together(houses)
    return iter(houses)


@pytest.fixture
def week(weeks: Iterator[House]) -> House:
    """An app in which three days were made."""
    return next(weeks)


def found(house: House) -> list[Difference]:
    return of_app(house.pipeline.engine, house.pipeline.pending, house.app.id)


def harm(house: House, sql: str) -> None:
    if sql.startswith("INSERT"):
        house.pipeline.engine.run(sql, {"app": house.app.id, "day": TUESDAY})
    else:
        house.change(sql, day=TUESDAY)


def test_sound_days_do_not_differ(week: House) -> None:
    assert found(week) == []
    pipeline = week.pipeline
    merges.merge(
        pipeline.engine, pipeline.pending, pipeline.counter, week.app.id,
        gone=week.person("device", "other"), into=week.person("device", "phone"), cause="push",
    )  # fmt: skip
    week.load([Happening(at("2026-11-17 12:00"), session="d")])
    assert found(week) == []
    week.build()
    assert found(week) == []


TABLES = ("sessions", "day_page_views", "day_visitors", "actions", "days")
ON_THE_DAY = "app = {app:UInt32} AND day = {day:Date}"


@pytest.mark.parametrize(
    "done",
    [
        *(f"INSERT INTO {table} SELECT * FROM {table} WHERE {ON_THE_DAY}" for table in TABLES),
        *(f"DELETE FROM {table} WHERE {ON_THE_DAY}" for table in TABLES),
        f"DELETE FROM sessions WHERE {ON_THE_DAY} AND traffic = 'trial'",
        f"DELETE FROM days WHERE {ON_THE_DAY} AND dimension = '' AND traffic = 'release'",
    ],
    ids=[
        "sessions twice", "visits twice", "visitors twice", "actions twice", "days twice", "no sessions", "no visits",
        "no visitors", "no actions", "no days", "a session less", "no sum",
    ],
)  # fmt: skip
def test_a_day_that_differs_is_found_and_heals(week: House, done: str) -> None:
    before = week.figures(WEEK)
    harm(week, done)
    assert found(week) == [Difference(week.app.id, TUESDAY, lost=False)]
    pipeline = week.pipeline
    make_again(pipeline.engine, pipeline.pending, pipeline.counter, found(week))
    assert found(week) == [], "it waits"
    week.build()
    assert found(week) == []
    assert week.figures(WEEK) == before


def test_a_session_that_is_missing_everywhere_is_found(week: House) -> None:
    one = f"{ON_THE_DAY} AND traffic = 'trial'"
    harm(week, f"DELETE FROM sessions WHERE {one}")
    harm(week, f"ALTER TABLE days UPDATE launches = 0 WHERE {one}")
    assert found(week) == [Difference(week.app.id, TUESDAY, lost=False)]


def test_a_day_whose_events_are_gone_keeps_what_it_said(week: House) -> None:
    before = week.figures(WEEK)
    newest = f"(SELECT max(session) FROM {week.pipeline.engine.whole('events')} WHERE {ON_THE_DAY})"
    harm(week, f"DELETE FROM events WHERE {ON_THE_DAY} AND session = {newest}")
    assert found(week) == [Difference(week.app.id, TUESDAY, lost=True)]
    pending = Pending()
    make_again(week.pipeline.engine, pending, week.pipeline.counter, found(week))
    assert pending.all() == {}
    harm(week, f"DELETE FROM events WHERE {ON_THE_DAY}")
    assert found(week) == [], "expired"
    assert week.figures(WEEK) == before
