"""The worked examples through the engine: before a build, after it, and where half came after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.query import Condition, Conditions, Counted
from minilens.measure.funnels.query import At, Window
from minilens.measure.funnels.rows import Order
from tests.measure.funnels.asking import (
    CART,
    DAY,
    MINUTE,
    PAY,
    REMOVE,
    SKU,
    VIEW,
    answer,
    funnel,
    happened,
    reached,
)
from tests.pipeline import Happening, House, at, days

pytestmark = pytest.mark.side_by_side
ORDER = "P1: v0 c10 p20. P2: v0 p5 c10 share15. P3: c0 v5 p9. P4: v0 share3 c7 v9 p30. P5: c0"


def in_every_state(house: House, story: list[Happening], check: Callable[[], None]) -> None:
    half = len(story) // 2
    house.load(story[:half])
    house.build()
    house.load(story[half:])
    check()
    house.build()
    check()


def test_1_order(house: House) -> None:
    def check() -> None:
        for order, found in {"ordered": [4, 3, 2], "strict": [4, 1, 1], "any": [5, 4, 4]}.items():
            kind: Order = order  # type: ignore[assignment]
            assert reached(house, funnel(house, VIEW, CART, PAY, order=kind)) == found

    in_every_state(house, happened(ORDER), check)


def test_rates_times_and_what_was_lost(house: House) -> None:
    house.load(happened(ORDER))
    table = answer(house, funnel(house, VIEW, CART, PAY))
    found: object = table.rows
    assert found == (
        (1, "add_favorite", 4, 1, None, 1, 0, None, None, None),
        (2, "add_to_cart", 3, 0.75, 0.75, 1, 0, 600, 540, 600),
        (3, "pay_success", 2, 0.5, pytest.approx(2 / 3), None, None, 990, 990, 1302),
    )
    assert table.totals == (None, None, 2, 0.5, None, 2, 0, 1500, 1500, 1740)
    assert [c.name for c in table.columns] == [
        "step", "event", "persons", "from_first", "from_before", "dropped", "may_still",
        "median_time", "mean_time", "p90_time",
    ]  # fmt: skip


def test_2_the_edge_of_the_window_and_the_entry(house: House) -> None:
    def rows(who: str, *minutes_and: tuple[str, int]) -> list[Happening]:
        return [
            Happening(at(f"{DAY} 10:00") + ms, name, device=who, session=f"{who}1")
            for name, ms in minutes_and
        ]

    w, view, pay = 30 * MINUTE, "add_favorite", "pay_success"
    house.load(
        rows("A", (view, 0), (pay, w)) + rows("B", (view, 0), (pay, w + 1))
        + rows("C", (view, 0), (view, 20 * MINUTE), (pay, 45 * MINUTE))
        + rows("D", (view, 0), (view, w), (pay, 2 * w))
    )  # fmt: skip
    asked = funnel(house, VIEW, PAY, window=Window(w))
    assert reached(house, asked) == [4, 3]
    assert reached(house, replace(asked, first=True)) == [4, 1]
    assert reached(house, replace(asked, within=(None, 15 * MINUTE))) == [4, 0]
    assert reached(house, replace(asked, within=(None, 25 * MINUTE))) == [4, 1]


def test_5_the_sequence_decides_in_one_millisecond(house: House) -> None:
    def pair(who: str, *some: tuple[str, int]) -> list[Happening]:
        return [
            Happening(at(f"{DAY} 10:00"), name, device=who, session=f"{who}1", seq=seq)
            for name, seq in some
        ]

    view, pay = "add_favorite", "pay_success"
    story = (
        pair("T1", (pay, 4), (view, 5)) + pair("T2", (view, 4), (pay, 5))
        + pair("T3", (pay, 0), (view, 7)) + pair("T4", (pay, 0), (view, 0))
    )  # fmt: skip
    in_every_state(house, story, lambda: _is(reached(house, funnel(house, VIEW, PAY)), [4, 2]))


def _is(found: object, asked: object) -> None:
    assert found == asked


def test_6_exclusion(house: House) -> None:
    house.load(
        happened("X1: v0 c5 r7 p9. X2: v0 r3 c5 p9. X3: v0 c5 r7 v10 c12 p20. X4: v0 c5 r7 c9 p12")
    )
    asked = funnel(house, VIEW, CART, PAY, excluded=(REMOVE,), gaps=(0b10,))
    assert reached(house, asked) == [4, 4, 2]
    assert reached(house, replace(asked, first=True)) == [4, 4, 1]
    assert reached(house, replace(asked, gaps=(0b11,))) == [4, 3, 1]
    assert reached(house, funnel(house, VIEW, CART, PAY)) == [4, 4, 4]


def test_7_a_property_that_is_held(house: House) -> None:
    house.load(happened("Y1: vA0 vB2 cB4 pB6. Y2: vA0 cA4 pB6. Y3: v0 cA4 pA6. Y4: vA0 c2 cA4 pA6"))
    asked = funnel(house, VIEW, CART, PAY, groups=(SKU,), held=((0,),) * 3)
    assert reached(house, asked) == [3, 3, 2]
    assert reached(house, replace(asked, first=True)) == [3, 2, 1]
    assert reached(house, funnel(house, VIEW, CART, PAY)) == [4, 4, 4]
    as_item = [
        Happening(at(f"{DAY} 10:30"), "pay_success", device=who, session="z", props=f'{{"item": "{item}"}}')
        for who, item in (("Y2", "A"), ("Y3", "B"))
    ]  # fmt: skip
    house.load(as_item)
    from minilens.measure.events.operand import Property

    named = funnel(house, VIEW, CART, PAY, groups=(SKU, Property("item")), held=((0,), (0,), (1,)))
    assert reached(house, named) == [3, 3, 1]


@pytest.mark.parametrize(
    ("attributed", "found"),
    [
        ("entry", {"北京": [2, 1], "上海": [1, 0], "": [1, 1]}),
        ("last", {"北京": [2, 1], "上海": [2, 1]}),
        (2, {"北京": [1, 1], "上海": [1, 1], "(not reached)": [2, 0]}),
    ],
)
def test_8_grouping(house: House, attributed: At, found: dict[str, list[int]]) -> None:
    house.load(happened("Z1: v0@北京 v5@上海 p9@上海. Z2: v0@上海. Z3: v0 p5@北京. Z4: v0@北京"))
    asked = funnel(house, VIEW, PAY, groups=(DIMENSIONS["city"],), grouped=1, at=attributed)
    told: dict[str, list[object]] = {}
    for city, _, _, persons, *_ in answer(house, asked).rows:
        told.setdefault(str(city), []).append(persons)
    assert told == found
    shown = answer(house, asked).columns[0].shown
    assert shown is not None
    assert [shown("(not reached)", one) for one in ("zh", "en")] == ["未到达", "Not reached"]
    whole = answer(house, asked).totals
    assert whole is not None
    assert whole[3] == 2


def test_groups_that_are_not_shown_are_together(house: House) -> None:
    house.load(happened("A: v0@北京 p1. B: v0@北京. C: v0@上海 p3. D: v0@广州. E: v0@深圳 p2"))
    asked = funnel(house, VIEW, PAY, groups=(DIMENSIONS["city"],), grouped=1, top=1)
    table = answer(house, asked)
    assert [row[:4] for row in table.rows] == [
        ("北京", 1, "add_favorite", 2), ("北京", 2, "pay_success", 1),
        ("(rest)", 1, "add_favorite", 3), ("(rest)", 2, "pay_success", 2),
    ]  # fmt: skip
    assert table.total_rows == 4


def test_9_range_trend_and_who_may_still(house: House) -> None:
    def row(who: str, name: str, when: str) -> Happening:
        return Happening(at(f"2026-05-{when}"), name, device=who, session=f"{who}{when}")

    view, pay = "add_favorite", "pay_success"
    house.load(
        [row("D1", view, "01 10:00"), row("D1", pay, "02 09:00"), row("D2", view, "01 10:00"),
         row("D2", view, "03 12:00"), row("D2", pay, "04 08:00"), row("D3", view, "03 20:00"),
         row("D4", view, "02 08:00"), row("D6", view, "03 23:00"), row("D6", pay, "04 22:00"),
         Happening(at("2026-04-30 23:00"), view, device="D5", session="d5"), row("D5", pay, "01 01:00")]
    )  # fmt: skip
    as_of = datetime(2026, 5, 4, 16, tzinfo=UTC)  # midnight in Shanghai
    asked = funnel(
        house, VIEW, PAY, window=Window(48 * 60 * MINUTE), range=days("2026-05-01", "2026-05-03")
    )

    def steps(*, first: bool) -> list[tuple[object, ...]]:
        return [row[2:] for row in answer(house, replace(asked, first=first), as_of).rows]

    assert [one[0] for one in steps(first=False)] == [5, 3]
    assert steps(first=False)[0][3:5] == (1, 1)
    assert [one[0] for one in steps(first=True)] == [5, 2]
    assert steps(first=True)[0][3:5] == (2, 1)
    trend = answer(house, replace(asked, show="trend"), as_of)
    assert [row[:3] for row in trend.rows] == [
        (date(2026, 5, 1), 1, 1), (date(2026, 5, 2), 1, 0), (date(2026, 5, 3), 3, 2),
    ]  # fmt: skip
    assert trend.totals is not None
    assert trend.totals[1:3] == (5, 3)
    first = answer(house, replace(asked, show="trend", first=True), as_of)
    assert [row[1:3] for row in first.rows] == [(2, 1), (1, 0), (2, 1)]
    each = answer(house, replace(asked, show="each_day"), as_of)
    assert [row[1:3] for row in each.rows] == [(2, 1), (1, 0), (3, 2)]
    closed = answer(house, replace(asked, mode="closed"), as_of)
    assert closed.column("persons") == [5, 1]


def test_10_units(house: House) -> None:
    house.load(happened("U1: v0 p5 v10 p12. U3: v0 v2 v4 p6. U2: v0"))
    late = [
        Happening(at(f"{DAY} 11:40"), "add_favorite", device="U1", session="b"),
        Happening(at(f"{DAY} 10:20"), "pay_success", device="U2", session="d"),
    ]
    house.load(late)
    asked = funnel(house, VIEW, PAY, window=Window(30 * MINUTE))
    assert reached(house, asked) == [3, 3]
    assert reached(house, replace(asked, counts="sessions")) == [4, 2]
    assert reached(house, replace(asked, counts="attempts")) == [5, 4]
    opened = answer(house, replace(asked, mode="open"))
    assert opened.column("events") == [7, 4]
    assert opened.column("persons") == [3, 3]
    assert opened.column("from_first") == [1, 1]


def test_days_of_the_calendar(house: House) -> None:
    house.load(
        [Happening(at(f"{DAY} 23:50"), "add_favorite", device="A", session="a"),
         Happening(at("2026-11-20 23:59"), "pay_success", device="A", session="b"),
         Happening(at(f"{DAY} 00:10"), "add_favorite", device="B", session="c"),
         Happening(at("2026-11-21 00:00"), "pay_success", device="B", session="d")]
    )  # fmt: skip
    assert reached(house, funnel(house, VIEW, PAY, window=Window(days=1))) == [2, 0]
    assert reached(house, funnel(house, VIEW, PAY, window=Window(days=2))) == [2, 1]
    assert reached(house, funnel(house, VIEW, PAY, window=Window(days=3))) == [2, 2]


def test_conditions_of_steps_and_of_all(house: House) -> None:
    house.load(happened("A: vA0 pA1. B: vB0 pA1. C: vA0 pB1"))
    of_a = Conditions(True, (Condition(SKU, "is", ("A",)),))
    view = Counted("a", ("add_favorite",), of_a)
    assert reached(house, funnel(house, view, PAY)) == [2, 2]
    assert reached(house, funnel(house, view, Counted("b", ("pay_success",), of_a))) == [2, 1]
    assert reached(house, funnel(house, VIEW, PAY, where=of_a)) == [2, 1]


def test_one_of_several_events(house: House) -> None:
    house.load(happened("A: v0 c1. B: c0 p1. C: p0"))
    either = Counted("a", ("add_favorite", "add_to_cart"))
    assert reached(house, funnel(house, either, Counted("b", ("add_to_cart", "pay_success")))) == [
        2,
        2,
    ]


def test_a_person_that_is_merged_in_the_middle(house: House) -> None:
    story = happened("A: v0. B: p20")
    house.load(story)
    assert reached(house, funnel(house, VIEW, PAY)) == [1, 0]
    house.load(
        [Happening(at(f"{DAY} 10:30"), "share", device=who, session=f"{who}1", identity=("c_memberid", "m1"))
         for who in "AB"]
    )  # fmt: skip
    assert reached(house, funnel(house, VIEW, PAY)) == [1, 1]
    house.build()
    assert reached(house, funnel(house, VIEW, PAY)) == [1, 1]


def test_a_strict_funnel_sees_what_people_do_between(house: House) -> None:
    """A tap that no step names is nothing; a visit is."""
    house.load(happened("A: v0 tap1 c2. B: v0 c2"))
    asked = funnel(house, VIEW, CART, order="strict")
    assert reached(house, asked) == [2, 2]
    house.load([Happening(at(f"{DAY} 10:01"), "page_view", device="B", session="B1")])
    assert reached(house, asked) == [2, 1]
    tapped = funnel(house, VIEW, Counted("t", ("click",)), order="strict")
    assert reached(house, tapped) == [2, 1]


def test_nothing_at_all(house: House) -> None:
    table = answer(house, funnel(house, VIEW, PAY))
    assert table.rows == (
        (1, "add_favorite", 0, None, None, 0, 0, None, None, None),
        (2, "pay_success", 0, None, None, None, None, None, None, None),
    )
    grouped = funnel(house, VIEW, PAY, groups=(DIMENSIONS["city"],), grouped=1)
    assert answer(house, grouped).rows == ()
    for show in ("trend", "each_day"):
        found = answer(house, funnel(house, VIEW, PAY, show=show))
        assert found.rows == ((date(2026, 11, 19), 0, 0, None, 0, 0, None),)
    held = funnel(house, VIEW, PAY, groups=(SKU,), held=((0,),) * 2)
    assert reached(house, held) == [0, 0]
    assert reached(house, funnel(house, VIEW, PAY, order="any", window=Window(0))) == [0, 0]
