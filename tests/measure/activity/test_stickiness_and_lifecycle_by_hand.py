"""On how many days persons were active, and who is new, returning, resurrected or dormant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from minilens.measure.activity.query import LifecycleQuery, StickinessQuery, Unit
from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.operand import Property
from minilens.measure.events.query import Condition, Conditions
from tests.measure.activity.asking import ANY, BACK, FIRST, START, answer, happened, rows
from tests.pipeline import House, days

pytestmark = pytest.mark.side_by_side
WEEK = days("2026-06-01", "2026-06-07")


def test_days_on_which_persons_were_active(house: House) -> None:
    house.load(happened("A: s0 s0.1 s1 s2. B: s0 s6. C: s3. D: b0"))
    table = answer(house, StickinessQuery(rows(house, START, over=WEEK)))
    third = pytest.approx(1 / 3)
    found: object = table.rows[:4]
    assert found == (
        (1, 1, third, 3, 1.0), (2, 1, third, 2, pytest.approx(2 / 3)), (3, 1, third, 1, third), (4, 0, 0.0, 0, 0.0),
    )  # fmt: skip
    assert len(table.rows) == 7
    assert [one.name for one in table.columns] == [
        "active_days",
        "persons",
        "share",
        "at_least",
        "at_least_share",
    ]


def test_an_active_day_may_need_several_events(house: House) -> None:
    house.load(happened("A: s0 s0.1 s1. B: s0"))
    table = answer(house, StickinessQuery(rows(house, START, over=WEEK), at_least=2))
    assert table.column("persons") == [1, 0, 0, 0, 0, 0, 0]


def test_of_each_week_by_itself(house: House) -> None:
    house.load(happened("A: s0 s1 s7. B: s8"))
    over = days("2026-06-01", "2026-06-09")
    table = answer(house, StickinessQuery(rows(house, START, over=over), per="week"))
    second = date(2026, 6, 8)
    assert table.keys == 2
    assert {row[:2]: row[2] for row in table.rows if row[2]} == {(FIRST, 2): 1, (second, 1): 2}
    assert len(table.rows) == 7 + 2  # of the second week two days are in the range
    early = answer(house, StickinessQuery(rows(house, START, over=over), per="week"), FIRST)
    assert early.rows[-1] == (second, 2, None, None, None, None)


def test_weeks_and_groups(house: House) -> None:
    house.load(happened("A: s0@Beijing s8@Shanghai. B: s0@Shanghai s0.1@Beijing. C: s8@Shanghai"))
    asked = StickinessQuery(
        rows(house, START, over=days("2026-06-03", "2026-06-10"), groups=(DIMENSIONS["city"],)), "week"
    )  # fmt: skip
    assert [row[:3] for row in answer(house, asked).rows] == [
        ("Shanghai", 1, 2), ("Shanghai", 2, 0), ("Beijing", 1, 0), ("Beijing", 2, 1),
    ]  # fmt: skip


def test_ratios_of_day_week_and_month(house: House) -> None:
    house.load(happened("A: s0 s30. B: s24. C: s1. D: s30"))
    day = days("2026-06-30", "2026-07-01")
    table = answer(
        house, StickinessQuery(rows(house, START, over=day), show="ratio"), date(2026, 6, 30)
    )
    found: object = table.rows
    assert found == (
        (date(2026, 6, 30), 0, 1, 3, 0.0, 0.0, pytest.approx(1 / 3)), (date(2026, 7, 1), *(None,) * 6),
    )  # fmt: skip
    later = answer(house, StickinessQuery(rows(house, START, over=day), show="ratio"))
    second: object = later.rows[1][1:]
    assert second == (2, 3, 4, pytest.approx(2 / 3), 0.5, 0.75)


def lifecycle(house: House, over: Any = WEEK, unit: Unit = "day", **more: Any) -> list[Any]:
    asked = LifecycleQuery(rows(house, START, over=over), unit, **more)
    found = answer(house, asked).rows
    for _, new, returning, back, gone, active in found:
        assert new + returning + back == active  # type: ignore[operator]
        assert gone <= 0  # type: ignore[operator]
    return [row[1:5] for row in found]


def test_who_is_new_returning_back_or_gone(house: House) -> None:
    house.load(happened("A: s0 s1 s3. B: s-1 s0. C: s-5 s1. D: s0"))
    assert lifecycle(house)[:5] == [
        (2, 1, 0, 0), (0, 1, 1, -2), (0, 0, 0, -2), (0, 0, 1, 0), (0, 0, 0, -1),
    ]  # fmt: skip


def test_by_week_and_month(house: House) -> None:
    house.load(happened("A: s0 s1 s7. B: s-1 s9. C: s-20 s6"))
    two = days("2026-06-03", "2026-06-09")
    assert lifecycle(house, two, "week") == [(1, 0, 1, -1), (0, 1, 1, -1)]
    assert lifecycle(house, two, "month") == [(1, 2, 0, 0)]


def test_new_by_that_event_or_by_any(house: House) -> None:
    house.load(happened("A: v-3 s0. B: s0"))
    assert lifecycle(house)[0] == (2, 0, 0, 0)
    asked = LifecycleQuery(rows(house, START, replace(ANY, name="any"), over=WEEK), new_by="any")
    assert answer(house, asked).rows[0][1:] == (1, 0, 1, 0, 2)


def test_conditions_and_what_is_still_to_come(house: House) -> None:
    house.load(happened("A: b0=1 b1=9. B: b0=9"))
    large = Conditions(every=True, parts=(Condition(Property("amount"), "gt", (5.0,)),))
    asked = LifecycleQuery(rows(house, replace(BACK, where=large), over=WEEK))
    table = answer(house, asked, FIRST + timedelta(days=1))
    assert [row[1:] for row in table.rows[:3]] == [(1, 0, 0, 0, 1), (1, 0, 0, -1, 1), (None,) * 5]
    assert table.running


def test_weeks_that_begin_on_sunday(house: House) -> None:
    """1 June is a Monday: A is active on Sunday 7 June and the days around it."""
    house.load(happened("A: s5 s6 s7. B: s6. C: s0"))
    asked = StickinessQuery(rows(house, START, over=days("2026-06-01", "2026-06-13")), "week")
    assert answer(house, asked).column("persons") == [2, 1]  # A is in both weeks
    sunday = replace(asked, week_start="sunday")
    assert sunday.days == days("2026-05-31", "2026-06-13")
    assert answer(house, sunday).column("persons") == [2, 1]
    life = LifecycleQuery(rows(house, START, over=WEEK), "week", week_start="sunday")
    table = answer(house, life)
    assert table.rows == (
        (date(2026, 5, 31), 2, 0, 0, 0, 2), (date(2026, 6, 7), 1, 1, 0, -1, 2),
    )  # fmt: skip
    monday = answer(house, replace(life, week_start="monday"))
    assert monday.rows == ((FIRST, 3, 0, 0, 0, 3),)


def test_periods_of_three_days(house: House) -> None:
    """Days 0–2, 3–5 and the shorter 6: from the first of the range on."""
    house.load(happened("A: s0 s2 s3. B: s2 s6. C: s3 s4 s5 s6. D: s1"))
    asked = StickinessQuery(rows(house, START, over=WEEK), every=3)
    table = answer(house, asked)
    assert table.column("active_days") == [1, 2, 3]
    assert table.column("persons") == [1, 3, 0]
    assert table.columns[0].title.en == "Active periods of 3 days"
    twice = answer(house, replace(asked, at_least=2))  # A in the first, C in the second
    assert twice.column("persons") == [2, 0, 0]
