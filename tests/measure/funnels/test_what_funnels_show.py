"""What a funnel shows besides: with and without a step, times, groups and periods compared, what comes after a step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.columns import OTHERS
from minilens.measure.events.query import Condition, Conditions, Counted
from minilens.measure.funnels.attempts import every
from minilens.measure.funnels.without import rows_without
from tests.measure.funnels.asking import (
    CART,
    DAY,
    MINUTE,
    PAY,
    REMOVE,
    VIEW,
    answer,
    funnel,
    happened,
)
from tests.measure.funnels.rows import Said, rows_of, search
from tests.measure.funnels.test_attempts_against_brute_force import (
    STEPS,
    STORY,
    WINDOW,
    begun,
    told,
)
from tests.pipeline import Happening, House, at, days

pytestmark = [pytest.mark.hypothesis, pytest.mark.side_by_side]
CITY = DIMENSIONS["city"]
ANY, SELECT = Counted("any", ()), Counted("s", ("select_coupon",))


def in_every_state(house: House, story: list[Happening], check: Callable[[], None]) -> None:
    house.load(story[: len(story) // 2])
    house.build()
    house.load(story[len(story) // 2 :])
    check()
    house.build()
    check()


def test_with_and_without_a_step(house: House) -> None:
    """P2 leaves the cart out, P4 is ended by what is excluded behind it, in both."""
    story = happened("P1: v0 c10 p20. P2: v0 p30. P3: v0 c5. P4: v0 r2 p9. P5: c0 p1")

    def check() -> None:
        query = funnel(house, VIEW, CART, PAY, excluded=(REMOVE,), gaps=(0b01,), optional=(2,))
        table = answer(house, query)
        assert [row[:4] for row in table.rows] == [
            ("with", 1, "add_favorite", 4), ("with", 2, "add_to_cart", 2), ("with", 3, "pay_success", 1),
            ("without", 1, "add_favorite", 4), ("without", 2, "pay_success", 2),
        ]  # fmt: skip
        assert table.keys == 3

    in_every_state(house, story, check)


@given(STORY, WINDOW)
def test_rows_without_a_step(some: list[Said], window: int) -> None:
    """As if the step had never been asked for, what is excluded in either gap beside it ending attempts in theirs."""
    made = every(rows_without(rows_of(some, window), 2), STEPS - 1, "ordered")
    fewer = [
        replace(
            one,
            fits=tuple({0: 0, 2: 1}[step] for step in one.fits if step != 1),
            ends=tuple({0 for gap in one.ends if gap in (0, 1)}),
        )
        for one in some
    ]
    found = [search(fewer, entry, STEPS - 1, window) for entry in begun(fewer)]
    assert sorted(told(made, some, window), key=lambda one: one.entry) == found


def test_how_long_it_took(house: House) -> None:
    """From the cart to the payment 10, 15 and 15 minutes; through all of it 20, 25 and 45."""
    house.load(happened("P1: v0 c10 p20. P2: v0 c10 p25. P3: v0 c30 p45. P4: v0 c1"))
    of_step = answer(house, funnel(house, VIEW, CART, PAY, show="times", step=3))
    found: Any = [row for row in of_step.rows if row[2]]
    assert found == [(300, 900, 1, 1 / 3, 1 / 3), (900, 1800, 2, 2 / 3, 1)]
    whole: Any = answer(house, funnel(house, VIEW, CART, PAY, show="times")).rows
    assert [row for row in whole if row[2]] == [
        (900, 1800, 2, 2 / 3, 2 / 3),
        (1800, 3600, 1, 1 / 3, 1),
    ]
    assert sum(row[2] for row in whole) == 3
    assert answer(house, funnel(house, PAY, VIEW, show="times")).rows == ()


def crowd(who: str, count: int, events: str) -> str:
    return ". ".join(f"{who}{n}: {events}" for n in range(count))


def test_groups_that_differ(house: House) -> None:
    """20 of 40 against 10 of 60 (p of the exact test 0.0008…); of five nothing is said."""
    house.load(happened(". ".join([
        crowd("A", 20, "v0@Beijing p5"), crowd("B", 20, "v0@Beijing"), crowd("C", 10, "v0@Shanghai p5"),
        crowd("D", 45, "v0@Shanghai"), crowd("E", 5, "v0@Wuhan"),
    ])))  # fmt: skip
    query = funnel(house, VIEW, PAY, groups=(CITY,), grouped=1, show="compare")
    rows: Any = answer(house, query).rows
    by_city = {row[0]: row[1:] for row in rows}
    beijing, shanghai, wuhan = (by_city[name] for name in ("Beijing", "Shanghai", "Wuhan"))
    assert beijing[:5] == (40, 20, 0.5, 10 / 60, pytest.approx(1 / 3))
    assert beijing[-1] == "likely_higher"
    assert beijing[5] < 1 / 3 < beijing[6]
    assert shanghai[:4] == (55, 10, 10 / 55, 20 / 45)
    assert shanghai[-1] == "likely_lower"
    assert shanghai[-2] >= shanghai[-2] >= beijing[-2]
    assert wuhan == (5, 0, 0, 30 / 95, None, None, None, None, "too_few")


def test_periods_that_differ(house: House) -> None:
    before = "2026-11-18"
    house.load(happened(". ".join([crowd("A", 20, "v0 p5"), crowd("B", 20, "v0")])))
    house.load(happened(". ".join([crowd("C", 10, "v0 p5"), crowd("D", 30, "v0")]), before))
    query = funnel(house, VIEW, PAY, show="compare", beside=days(before, before))
    rows: Any = answer(house, query).rows
    assert rows[0][:6] == ("this", 40, 20, 0.5, 0.25, 0.25)
    assert rows[0][-1] == "likely_higher"
    assert rows[1] == ("before", 40, 10, 0.25, None, None, None, None, None, None)
    same = answer(house, replace(query, beside=query.rows.range)).rows[0]
    assert same[-1] == "no_difference"


def test_those_who_may_still_convert_are_not_compared(house: House) -> None:
    house.load(
        happened(". ".join([crowd("A", 40, "v0 p5"), crowd("B", 40, "v50"), crowd("C", 40, "v0")]))
    )
    query = funnel(house, VIEW, PAY, show="compare", beside=days("2026-11-18", "2026-11-18"))
    moment = answer(house, query).as_of.replace(year=2026, month=11, day=19, hour=3, minute=30)
    assert answer(house, query, moment).rows[0][1:3] == (80, 40)


def test_what_those_who_dropped_did_next(house: House) -> None:
    """Of the five who stop at the first step two share, one sees a page, one only taps, one does nothing in time."""
    story = happened(
        "P1: v0 c10. P2: v0 share5 s6. P3: v0 share5. P4: v0 tap3. P5: v0 share70. P6: share1"
    )
    seen = Happening(
        at(f"{DAY} 10:00") + MINUTE, "page_view", device="P7", session="P71", page="pages/home"
    )
    first = Happening(at(f"{DAY} 10:00"), "add_favorite", device="P7", session="P71")

    def check() -> None:
        query = funnel(house, VIEW, CART, show="next", step=1)
        rows: Any = answer(house, query).rows
        assert rows == (
            ("share", None, 2, 0.4), ("page_view", "pages/home", 1, 0.2), ("(nothing)", None, 2, 0.4),
        )  # fmt: skip
        few: Any = answer(house, replace(query, rows=replace(query.rows, top=1))).rows
        assert few == (
            ("share", None, 2, 0.4),
            ("(rest)", None, 1, 0.2),
            ("(nothing)", None, 2, 0.4),
        )

    in_every_state(house, [*story, first, seen], check)


def test_what_goes_with_going_on(house: House) -> None:
    """60 of 100 who went on and 60 of 300 who dropped did it: the example of the rules. What 10 did is too rare."""
    house.load(happened(". ".join([
        crowd("A", 60, "v0 share5 p10"), crowd("B", 40, "v0 p10"), crowd("C", 60, "v0 share5"),
        crowd("D", 230, "v0"), crowd("E", 10, "v0 s3"),
        # later than going on takes, and before the step: neither counts
        crowd("F", 60, "v0 share11"), crowd("G", 0, ""),
    ])))  # fmt: skip
    query = funnel(house, VIEW, PAY, show="drivers", step=1)
    rows: Any = answer(house, query).rows
    share, coupon = rows
    assert share[:3] == ("share", None, 120)
    assert share[3:6] == (0.5, pytest.approx(40 / 340), pytest.approx(0.5 / (40 / 340)))
    on, off = 100, 360
    phi = (60 * (off - 60) - 60 * (on - 60)) / (120 * 340 * on * off) ** 0.5
    assert share[6] == pytest.approx(phi)
    assert coupon == ("select_coupon", None, 10, None, None, None, None)


def test_with_and_without_two_steps(house: House) -> None:
    """Every way of leaving them out is a funnel of its own: P1 does all, P2 only the one, P3 the other, P4 none."""
    story = happened("P1: v0 c5 s7 p20. P2: v0 c5 p30. P3: v0 s5 p9. P4: v0 p9. P5: v0 s3 c5 p9")

    def check() -> None:
        query = funnel(house, VIEW, CART, SELECT, PAY, optional=(2, 3))
        found: dict[Any, list[Any]] = {}
        for row in answer(house, query).rows:
            found.setdefault(row[0], []).append(row[3])
        assert found == {
            "with": [5, 3, 1, 1], "without 2": [5, 3, 3], "without 3": [5, 3, 3], "without 2, 3": [5, 5],
        }  # fmt: skip
        for steps in ((2,), (3,), (2, 3)):  # as if they had never been asked for
            kept = [
                one for n, one in enumerate((VIEW, CART, SELECT, PAY), start=1) if n not in steps
            ]
            plain = answer(house, funnel(house, *kept)).column("persons")
            assert found[f"without {', '.join(map(str, steps))}"] == plain

    in_every_state(house, story, check)


def test_whatever_people_do_is_a_step(house: House) -> None:
    """P3's tap is none; P4's own first step is the second row; a condition narrows it to one city."""
    story = happened("P1: v0. P2: v0 c5. P3: v0 tap3. P4: v0 v5@Shanghai. P5: c0 p4@Shanghai")

    def check() -> None:
        assert answer(house, funnel(house, VIEW, ANY)).column("persons") == [4, 2]
        assert answer(house, funnel(house, ANY, PAY)).column("persons") == [5, 1]
        there = replace(ANY, where=Conditions(True, (Condition(CITY, "is", ("Shanghai",)),)))
        assert answer(house, funnel(house, ANY, there)).column("persons") == [5, 2]

    in_every_state(house, story, check)


def test_a_trend_of_groups(house: House) -> None:
    """Each day of each group, the largest group first, and of all others together; days of groups sum to the whole."""
    first = happened("P1: v0@A c5. P2: v0@A. P3: v0@B c5. P4: v0@C")
    second = happened("P5: v0@B c5", "2026-11-20")

    def check() -> None:
        query = funnel(
            house, VIEW, CART, groups=(CITY,), grouped=1, show="trend", top=1,
            range=days(DAY, "2026-11-20"),
        )  # fmt: skip
        table = answer(house, query)
        one, two = date(2026, 11, 19), date(2026, 11, 20)
        assert [row[:4] for row in table.rows] == [
            ("A", one, 2, 1), ("A", two, 0, 0), (OTHERS, one, 2, 1), (OTHERS, two, 1, 1),
        ]  # fmt: skip
        assert table.totals is not None
        assert (table.keys, table.total_rows, table.totals[2:4]) == (2, 3, (5, 3))
        early = answer(house, query, today=one)
        assert early.rows[1][2:] == (None,) * 6

    in_every_state(house, [*first, *second], check)
