"""How long pages were in front, counted on fingers: of the visits of which that is known, on the day of leaving."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from minilens.measure.days.run import answer
from minilens.measure.filters import Filters
from minilens.measure.table import Table
from minilens.period import Range
from tests import by_name
from tests.pipeline import LATER, Happening, House, at, days

pytestmark = pytest.mark.side_by_side
LONG_AFTER = datetime(2030, 1, 1, tzinfo=UTC)
TIMES = ("page_time_per_visit", "page_time_per_visitor", "visits")
DAY, BOTH = days("2026-03-02"), days("2026-03-02", "2026-03-03")
CITY: Filters = ((by_name.condition("city", "is", ("深圳",)),),)
HOME: Filters = ((by_name.condition("page", "is", ("home",)),),)


def look(
    moment: str, page: str, ms: int | None, device: str = "a", *, late: int = 60_000
) -> list[Happening]:
    """A page is opened, and left after a minute; how long it was in front may not be known."""
    seen = Happening(
        at(moment),
        device=device,
        page=page,
        session=f"{device}-{moment}",
        scene=1011 if device == "a" else 1089,
        city="深圳" if device == "a" else "",
    )
    left = replace(seen, ts=seen.ts + late, name="page_leave", duration=ms, id=str(uuid.uuid4()))
    return [seen, left]


def some(house: House) -> None:
    """Two pages of two people: 12 s of two visits of one of them; of one visit nothing is known."""
    house.load([
        *look("2026-03-02 10:00", "home", 4000), *look("2026-03-02 11:00", "home", 8000),
        *look("2026-03-02 12:00", "home", None, "b"), *look("2026-03-02 13:00", "menu", 3000, "b"),
        *look("2026-03-02 14:00", "cart", None),
    ])  # fmt: skip


def ask(house: House, over: Range = DAY, by: str = "page", filters: Filters = ()) -> Table:
    zone = house.app.timezone
    query = by_name.query(house.app.id, TIMES, over, (by,), filters=filters, timezone=zone)
    query = replace(query, sort=query.measures[2])
    return answer(house.pipeline.engine, query, today=LATER, as_of=LONG_AFTER)


def test_by_page_as_built_and_before_that_and_under_filters(house: House) -> None:
    some(house)
    for made in (False, True):
        if made:
            house.build()
        table = ask(house)
        assert table.rows == (("home", 6, 12, 3), ("cart", None, None, 1), ("menu", 3, 3, 1)), made
        assert table.totals == (None, 5, 7.5, 5)
        of_city = ask(house, filters=CITY)
        assert of_city.rows == (("home", 6, 12, 2), ("cart", None, None, 1)), made
        scene = ((by_name.condition("scene", "is", ("1089",)),),)
        assert ask(house, filters=scene).rows == (("home", None, None, 1), ("menu", 3, 3, 1)), made


def test_by_hour_and_by_day_of_one_page(house: House) -> None:
    some(house)
    house.build()
    hours = ask(house, by="hour", filters=HOME).rows
    assert [row[1:] for row in hours[9:14]] == [
        (None, None, 0), (4, 4, 1), (8, 8, 1), (None, None, 1), (None, None, 0),
    ]  # fmt: skip
    assert ask(house, BOTH, "day", HOME).rows[0][1:] == (6, 12, 3)


def test_a_page_that_is_left_after_midnight_has_its_time_on_the_day_after(house: House) -> None:
    house.load(look("2026-03-02 23:59", "home", 90_000, late=120_000))
    house.build()
    assert [row[1:] for row in ask(house, BOTH, "day").rows] == [(None, None, 1), (90, 90, 0)]
    assert ask(house, BOTH).rows == (("home", 90, 90, 1),)
    assert ask(house, days("2026-03-03")).rows == (("home", 90, 90, 0),)


def test_days_from_before_times_were_kept_take_nobody_for_timed(
    new_app: Callable[..., House],
) -> None:
    house = new_app()
    some(house)
    house.build()
    house.change(
        "ALTER TABLE days UPDATE page_duration = 0, timed_visits = 0, page_timed_count = 0, "
        "timed_apart = bitmapBuild(emptyArrayUInt32()) WHERE app = {app:UInt32}"
    )
    assert {row[1:3] for row in ask(house).rows} == {(None, None)}
