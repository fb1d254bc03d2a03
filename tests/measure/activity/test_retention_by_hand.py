"""Retention between events: the worked examples, before a build, after it, and where half came after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from minilens.measure.activity.query import Mode
from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.operand import RECORDED, Property
from minilens.measure.events.query import Condition, Conditions, Counted
from minilens.serve.completed import completed
from tests.measure.activity.asking import (
    ANY,
    BACK,
    FIRST,
    START,
    answer,
    back,
    cells,
    happened,
    returns,
)
from tests.pipeline import Happening, House, days

pytestmark = pytest.mark.side_by_side
#: Four who start on the first of June; R3 returns on the same day, too.
FOUR = "R1: s0 b1. R2: s0 b3. R3: s0 b0.1 b1 b3. R4: s0"
AS_OF = date(2026, 6, 5)


def in_every_state(house: House, story: list[Happening], check: Callable[[], None]) -> None:
    story = sorted(story, key=lambda one: one.ts)  # what came late for a day waits for its build
    half = len(story) // 2
    house.load(story[:half])
    house.build()
    house.load(story[half:])
    check()
    house.build()
    check()


def test_the_example(house: House) -> None:
    def check() -> None:
        asked = returns(house, START, BACK, cells=cells("0", "1", "2", "3", "4"))
        assert back(house, asked, AS_OF) == [1, 2, 0, 2, 0]
        assert back(house, asked, date(2026, 6, 4)) == [1, 2, 0, 2, None]
        assert back(house, replace(asked, mode="on_or_after"), AS_OF)[:4] == [3, 3, 2, 2]
        assert back(house, replace(asked, mode="on_or_before"), AS_OF)[:4] == [1, 2, 2, 3]
        bracket = replace(asked, cells=cells("0", "1-3", "4-7"), brackets=True)
        assert back(house, bracket, AS_OF) == [1, 3, 0]

    in_every_state(house, happened(FOUR), check)


def test_rows_say_how_many_how_much_and_from_when(house: House) -> None:
    house.load(happened(FOUR))
    table = answer(house, returns(house, START, BACK, cells=cells("1", "4")), AS_OF)
    assert [one.name for one in table.columns] == [
        "day", "days_later", "cohort_users", "retained_users", "retention_rate", "final_from",
    ]  # fmt: skip
    assert table.rows == (
        (FIRST, 1, 4, 2, 0.5, date(2026, 6, 3)),
        (FIRST, 4, 4, 0, 0.0, date(2026, 6, 6)),
        (None, 1, 4, 2, 0.5, None),
        (None, 4, 0, None, None, None),
    )


def test_the_mean_weighs_only_what_is_over(house: House) -> None:
    """Two of four and one of six: three of ten, not the mean of the shares."""
    first = "A: s0 b1. B: s0 b1. C: s0. D: s0"
    second = "E: s1 b2. F: s1. G: s1. H: s1. I: s1. J: s1"
    house.load(happened(f"{first}. {second}"))
    asked = returns(house, START, BACK, over=days("2026-06-01", "2026-06-02"), cells=cells("1"))
    assert answer(house, asked).rows[-1][1:5] == (1, 10, 3, 0.3)
    assert answer(house, asked, date(2026, 6, 3)).rows[-1][1:5] == (
        1,
        4,
        2,
        0.5,
    )  # a day is running
    curve = answer(house, replace(asked, show="curve"))
    assert curve.rows == ((1, 10, 3, 0.3),)


def test_who_starts(house: House) -> None:
    house.load(happened("A: s-3 s0 b1. B: s0 s1 b2. C: s1 b2"))
    two = days("2026-06-01", "2026-06-02")
    asked = returns(house, START, BACK, over=two, cells=cells("1"))

    def sizes(entry: Any) -> list[Any]:
        table = answer(house, replace(asked, entry=entry))
        return [row[2:4] for row in table.rows if row[0]]

    assert sizes("first") == [(1, 0), (1, 1)]
    assert sizes("first_in_range") == [(2, 1), (1, 1)]
    assert sizes("each") == [(2, 1), (2, 2)]


def test_the_first_event_must_be_one_that_is_asked_for(house: House) -> None:
    """The first of those asked for is another thing than the first ever, if that is asked for."""
    house.load(happened("A: s-1=1 s0=9 b1. B: s0=9 b1. C: s0=1 s0.1=9"))
    large = Conditions(every=True, parts=(Condition(Property("amount"), "gt", (5.0,)),))
    start = replace(START, where=large)
    asked = returns(house, start, BACK, cells=cells("1"))
    assert answer(house, asked).rows[0][2:4] == (3, 2)
    unfiltered = returns(house, start, BACK, START, cells=cells("1"), entry="first_event")
    assert answer(house, unfiltered).rows[0][2:4] == (1, 1)


def test_one_event_is_start_and_return(house: House) -> None:
    """The start's own period has the whole cohort, which is no share."""
    house.load(happened("A: s0 s0.1 s2. B: s0. C: s0 s1 s2"))
    asked = returns(house, START, entry="each")
    assert back(house, asked) == [3, 1, 2, 0]
    assert back(house, replace(asked, mode="on_or_after")) == [3, 2, 2, 0]
    assert back(house, replace(asked, mode="on_or_before")) == [3, 1, 2, 2]
    assert [row[4] for row in answer(house, asked).rows if row[0]] == [None, 1 / 3, 2 / 3, 0.0]


def test_nobody_comes_back_where_nothing_happens_later(house: House) -> None:
    house.load(happened("A: s0. B: s0"))
    modes: tuple[Mode, ...] = ("on", "on_or_after", "on_or_before")
    for mode in modes:
        assert back(house, returns(house, START, entry="each", mode=mode)) == [2, 0, 0, 0]
        assert back(house, returns(house, START, BACK, mode=mode)) == [0, 0, 0, 0]


def test_the_return_comes_behind_the_start(house: House) -> None:
    """On the day itself; one row is not both."""
    house.load(happened("A: b0 s0.1. B: s0 b0.1. C: b0 s0.1 b0.2"))
    assert back(house, returns(house, START, BACK, cells=cells("0")))[0] == 2
    either = Counted("b", ("add_favorite", "pay_success"))
    assert back(house, returns(house, START, either, cells=cells("0")))[0] == 2


def test_what_returns_come_to(house: House) -> None:
    house.load(happened("A: s0 b0.1=5 b1=10 b1.1=2.5. B: b0=100 s0.1 b1=1. C: s0"))
    amount = Property("amount")
    asked = returns(house, START, BACK, amount=amount, cells=cells("0", "1", "2"))
    found = [row[2:8] for row in answer(house, asked).rows if row[0]]
    assert found == [
        (3, 1, 1 / 3, 5, 5 / 3, 5), (3, 2, 2 / 3, 13.5, 4.5, 6.75), (3, 0, 0.0, 0, 0, None),
    ]  # fmt: skip
    to_date = answer(house, replace(asked, mode="on_or_before"))
    assert [row[5] for row in to_date.rows if row[0]] == [5, 18.5, 18.5]


def test_returns_in_a_currency_without_a_rate_come_to_nothing_and_are_said(house: House) -> None:
    """R1 pays 5 yuan a day later and 7 dollars the day after."""
    story = happened("R1: s0 b1 b2. R2: s0")
    story[1] = replace(story[1], value="5", currency="CNY")
    story[2] = replace(story[2], value="7", currency="USD")
    house.load(story)
    asked = returns(house, START, BACK, cells=cells("0-7"), brackets=True, amount=RECORDED["value"])
    table = answer(house, completed(asked, house.pipeline.records), AS_OF)  # type: ignore[arg-type]
    value = [one.name for one in table.columns].index("value")
    assert table.rows[0][value] == 5
    assert table.notes[-1].en == ("Amounts are in CNY; left out for want of a rate: USD (1 event)")


def test_so_many_returns_make_one(house: House) -> None:
    house.load(happened("A: s0 b0.1 b0.2 b1. B: b0 s0.1 b0.2 b1 b1.1"))
    asked = returns(house, START, BACK, cells=cells("0", "1"), at_least=2)
    assert back(house, asked) == [1, 1]


def test_groups_are_those_of_the_start(house: House) -> None:
    house.load(
        happened(
            "A: s0@Beijing b1@Shanghai. B: s0@Beijing s1@Shanghai b2. C: s0@Shanghai. D: s1 b2"
        )
    )
    asked = returns(
        house, START, BACK, over=days("2026-06-01", "2026-06-02"), cells=cells("1"), entry="each",
        groups=(DIMENSIONS["city"],),
    )  # fmt: skip
    table = answer(house, asked)
    found = {(row[0], row[1]): row[3:5] for row in table.rows}
    second = date(2026, 6, 2)
    assert found == {
        ("Beijing", FIRST): (2, 1), ("Beijing", second): (1, 1), ("Beijing", None): (3, 2),
        ("Shanghai", FIRST): (1, 0), ("Shanghai", second): (0, 0), ("Shanghai", None): (1, 0),
        ("", FIRST): (0, 0), ("", second): (1, 1), ("", None): (1, 1),
    }  # fmt: skip
    assert table.total_rows == 3
    one = answer(house, replace(asked, rows=replace(asked.rows, top=1)))
    assert {row[0] for row in one.rows} == {"Beijing", "(rest)"}


def test_weeks_and_months_of_the_app(house: House) -> None:
    """The first of June is a Monday; a week later is the eighth, a month later is July."""
    house.load(happened("A: s0 b6. B: s3 b7. C: s6.5 b36"))
    three = days("2026-06-03")
    weekly = returns(house, START, BACK, over=three, unit="week", cells=cells("0", "1", "5"))
    assert back(house, weekly) == [1, 1, 1]
    monthly = returns(house, START, BACK, over=three, unit="month", cells=cells("0", "1"))
    assert back(house, monthly) == [2, 1]


def test_any_activity_is_what_people_do(house: House) -> None:
    house.load(happened("A: v0 t1. B: v0 v1. C: v0 b2"))
    assert back(house, returns(house, ANY)) == [3, 1, 1, 0]


def test_an_app_without_events(house: House) -> None:
    assert back(house, returns(house, START, BACK)) == [0, 0, 0, 0]
