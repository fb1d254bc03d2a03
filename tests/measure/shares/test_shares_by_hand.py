"""Who brought whom by shared cards, counted by hand."""

from __future__ import annotations

import json
from datetime import date

import pytest

from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.shares.query import Show, shares_of
from minilens.measure.table import Table
from minilens.period import Range
from tests.pipeline import CREATED, LATER, Happening, House, at, days

pytestmark = pytest.mark.side_by_side

WEEK = days("2026-06-01", "2026-06-03")
FIRST = date(2026, 6, 1)


def shared(who: str, card: str, when: str, page: str = "pages/menu") -> Happening:
    return Happening(
        at(f"2026-06-{when}"), "share", who, session=f"{who}-{when[:2]}", page=page,
        props=json.dumps({"share_id": card}),
    )  # fmt: skip


def opened(who: str, card: str, when: str, scene: int = 1007) -> Happening:
    return Happening(
        at(f"2026-06-{when}"), "app_show", who, session=f"{who}-{when[:2]}", scene=scene,
        props=json.dumps({"share_id": card}),
    )  # fmt: skip


def seen(who: str, when: str) -> Happening:
    return Happening(at(f"2026-06-{when}"), device=who, session=f"{who}-{when[:2]}")


def story() -> list[Happening]:
    """A brings B and, in a group, C; C brings D. B opens their own card, A opens C's: no loop. E was there before."""
    return [
        seen("A", "01 08:00"), shared("A", "a1", "01 09:00"), shared("A", "a2", "01 09:30", "pages/goods"),
        opened("B", "a1", "01 10:00"), seen("B", "01 10:00"),
        opened("C", "a1", "01 11:00", 1008), seen("C", "01 11:00"), opened("C", "a1", "01 11:30", 1008),
        shared("B", "b1", "01 12:00"), opened("B", "b1", "01 12:01"),
        shared("C", "c1", "02 09:00"), opened("A", "c1", "02 10:00", 1044), seen("A", "02 10:00"),
        opened("D", "c1", "02 11:00"), seen("D", "02 11:00"),
        opened("E", "c1", "03 11:00", 1044), seen("E", "03 11:00"),
        opened("F", "nobody", "03 12:00"), seen("F", "03 12:00"),
    ]  # fmt: skip


def asked(house: House, show: Show, over: Range = WEEK, top: int = 10) -> Table:
    query = shares_of(house.app.id, over, show, top=top, timezone=house.app.timezone)
    return run(house.pipeline.engine, query, AsOf(LATER, CREATED, house.pipeline.loader.through))


@pytest.fixture(params=["built", "not built"])
def told(house: House, request: pytest.FixtureRequest) -> House:
    house.load([Happening(at("2026-05-20 10:00"), device="E", session="E-0")])
    house.build()
    house.load(story())
    if request.param == "built":
        house.build()
    return house


def test_what_shares_led_to_day_by_day(told: House) -> None:
    table = asked(told, "days")
    assert [one.name for one in table.columns][1:] == [
        "shares", "sharers", "opened_rate", "opens", "openers", "new_users", "new_per_sharer", "k_factor",
    ]  # fmt: skip
    third = pytest.approx(1 / 3)
    found: object = table.rows[0]
    assert found == (FIRST, 3, 2, third, 3, 2, 2, 1.0, pytest.approx(2 / 3))
    assert table.rows[1] == (date(2026, 6, 2), 1, 1, 1.0, 2, 2, 1, 1.0, 0.5)
    assert table.rows[2] == (date(2026, 6, 3), 0, 0, None, 1, 1, 0, None, 0.0)
    assert table.totals == (None, 4, 3, 0.5, 6, 5, 3, 1.0, 0.5)


def test_the_levels_of_the_tree(told: House) -> None:
    table = asked(told, "levels")
    assert table.rows == ((0, 1, 0, 1, None), (1, 2, 2, 1, 2.0), (2, 2, 1, 0, 1.0))
    assert table.totals == (None, 5, 3, 2, 2.0)


def test_pages_that_were_shared(told: House) -> None:
    table = asked(told, "pages")
    found: object = table.rows
    assert found == (
        ("pages/menu", 3, 3, pytest.approx(2 / 3), 6, 5, 3), ("pages/goods", 1, 1, 0.0, 0, 0, 0),
    )  # fmt: skip
    assert asked(told, "pages", top=1).rows == table.rows[:1]


def test_groups_that_took_a_card_up(told: House) -> None:
    table = asked(told, "groups")
    assert table.rows == (("c1", "pages/menu", 2, 2, 0, 1, 0), ("a1", "pages/menu", 2, 1, 1, 1, 2))
    assert table.totals == (None, None, 4, 3, 1, 2, 2)


def test_a_card_of_before_the_range_is_known_and_not_counted(told: House) -> None:
    table = asked(told, "days", days("2026-06-03"))
    assert table.rows == ((date(2026, 6, 3), 0, 0, None, 1, 1, 0, None, 0.0),)


def test_nothing_was_shared(house: House) -> None:
    house.load([seen("A", "01 08:00")])
    house.build()
    assert asked(house, "levels").rows == ()
    assert asked(house, "groups").rows == ()
    assert asked(house, "days").rows[0] == (FIRST, 0, 0, None, 0, 0, 0, None, 0.0)
