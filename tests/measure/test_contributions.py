"""What a change is made of: by hand, exact whatever the numbers, and values as a brute-force count has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.by_values import by_values
from minilens.measure.catalog import BUILT_IN
from minilens.measure.contributions import Change, Contribution, Part, Parts, change
from minilens.measure.funnels.moved import most_moved, steps_moved
from minilens.measure.funnels.significance import Rate, exact
from minilens.measure.query import Query
from minilens.measure.single_value import OfReports, Quotient
from minilens.period import Range
from tests.examples import costly, examples
from tests.measure.events.test_against_brute_force import Houses
from tests.measure.filtered_oracle import SAYS, Filtered
from tests.measure.funnels.asking import CART, PAY, VIEW, answer, funnel
from tests.measure.histories import History, histories
from tests.measure.oracle import Oracle, counted
from tests.measure.test_filters_against_brute_force import all_made, scattered
from tests.measure.test_single_values import BOTH, STORY, asker, of_events
from tests.pipeline import Happening, House, around, at, days

BY = ("scene_source", "page", "campaign", "province", "app_version", "newness")


def sums(**values: int) -> Parts:
    return Parts(Part(sum(values.values())), {name: Part(n) for name, n in values.items()})


def ratios(**values: tuple[int, int]) -> Parts:
    over, under = (sum(pair[n] for pair in values.values()) for n in (0, 1))
    return Parts(Part(over, under), {name: Part(*pair) for name, pair in values.items()})


def test_a_sum_by_hand() -> None:
    """Scans 40 → 70, search 50 → 45, ads gone from 10, cards new with 3."""
    found = change(sums(scan=70, search=45, card=3), sums(scan=40, search=50, ad=10))
    assert found == Change(
        118, 100, 18,
        (
            Contribution("scan", 70, 40, 30), Contribution("ad", 0, 10, -10),
            Contribution("search", 45, 50, -5), Contribution("card", 3, 0, 3),
        ),
    )  # fmt: skip


def test_persons_of_several_values_are_said_to_be_left() -> None:
    """Ten persons became twelve; one of the twelve came by both ways, nobody before."""
    now = Parts(Part(12), {"scan": Part(8), "search": Part(5)})
    then = Parts(Part(10), {"scan": Part(6), "search": Part(4)})
    found = change(now, then)
    assert (found.by, [one.by for one in found.parts], found.rest) == (2, [2, 1], -1)


def test_rate_and_mix_by_hand() -> None:
    """Scans convert at 50 % all the time, ads at 10 %, then at 20 %. Of 100 there are 80 scans, then 40: the rate falls
    from 42 to 32 %.

    scan: weight 0.8 → 0.4, mix (0.5 − 0.37) · −0.4 = −0.052. ad: rate (0.2 + 0.6) ÷ 2 · 0.1 = 0.04, mix
    (0.15 − 0.37) · 0.4 = −0.088.
    """
    found = change(ratios(scan=(20, 40), ad=(12, 60)), ratios(scan=(40, 80), ad=(2, 20)))
    assert [found.now, found.then, found.by] == pytest.approx([0.32, 0.42, -0.1])
    told = {one.value: (one.rate, one.mix, one.by) for one in found.parts}
    assert told["scan"] == pytest.approx((0, -0.052, -0.052))
    assert told["ad"] == pytest.approx((0.04, -0.088, -0.048))
    assert [one.value for one in found.parts] == ["scan", "ad"]
    assert found.rest == 0


def test_what_was_not_there_before_is_mix_alone() -> None:
    found = change(ratios(scan=(10, 100), ad=(9, 10)), ratios(scan=(10, 100)))
    told = {one.value: one for one in found.parts}
    assert (told["ad"].then, told["ad"].rate) == (None, 0)
    assert told["ad"].mix == pytest.approx(
        (0.9 - 0) / 1 * 10 / 110 - (19 / 110 + 0.1) / 2 * 10 / 110
    )


def test_nothing_is_said_where_either_is_unknown() -> None:
    assert change(ratios(), ratios(scan=(1, 2))) == Change(None, 0.5, None)
    assert change(sums(), sums()) == Change(0, 0, 0)


@examples(200, 5_000)
@given(st.data())
def test_contributions_add_up_to_the_change(data: st.DataObject) -> None:
    """Of sums exactly; of ratios in exact fractions, the formula written out once more."""
    pair = st.tuples(st.integers(0, 50), st.integers(0, 50))
    sides = [data.draw(st.dictionaries(st.sampled_from("abcde"), pair)) for _ in range(2)]
    now, then = (ratios(**side) for side in sides)
    whole = change(*(sums(**{v: n for v, (n, _) in side.items()}) for side in sides))
    assert whole.rest == 0
    assert sum(one.by for one in whole.parts) == whole.by
    found = change(now, then)
    if found.by is None:
        assert not (now.whole.under and then.whole.under)
        return
    assert found.rest == 0
    assert sum(one.by for one in found.parts) == pytest.approx(found.by)
    for one in found.parts:
        assert (one.by, one.rate) == pytest.approx(by_fractions(one.value, *sides))
        assert one.mix == pytest.approx(one.by - (one.rate or 0))


def by_fractions(value: str, *sides: dict[str, tuple[int, int]]) -> tuple[float, float]:
    """Contribution and rate part of a value."""
    told = []
    for side in sides:
        over, under = (sum(pair[n] for pair in side.values()) for n in (0, 1))
        o, u = side.get(value, (0, 0))
        ratio = Fraction(o, u) if u else None
        told.append((Fraction(o, under), Fraction(u, under), ratio, Fraction(over, under)))
    (c1, w1, r1, all1), (c0, w0, r0, all0) = told
    rate = (w1 + w0) / 2 * (r1 - r0) if r1 is not None and r0 is not None else Fraction(0)
    return float(c1 - c0 - (all1 + all0) / 2 * (w1 - w0)), float(rate)


@pytest.mark.side_by_side
def test_each_kind_of_number_by_its_values(house: House) -> None:
    """On the first day a, b and c look and a and b pay; on the next a looks, and pays again."""
    house.load([replace(one, province="广东" if one.device == "a" else "上海") for one in STORY])
    house.build()
    ask = asker(house)

    def of(source: Any, by: str = "province") -> Parts:
        found = by_values(source, by, BOTH, ask)
        assert found is not None
        return found

    looked = of(of_events(house, "looked"))
    assert looked == Parts(Part(3), {"广东": Part(1), "上海": Part(2)})
    assert of(of_events(house, "each")).values == {"广东": Part(2, 1), "上海": Part(1, 1)}
    assert of(of_events(house, "led")) == Parts(
        Part(2, 3), {"广东": Part(1, 1), "上海": Part(1, 2)}
    )
    assert of(of_events(house, "rate")) == Parts(
        Part(2, 3), {"广东": Part(1, 1), "上海": Part(1, 2)}
    )
    visits = OfReports(Query(house.app.id, (BUILT_IN.measure("visits"),), BOTH))
    assert of(visits) == Parts(Part(3), {"广东": Part(1), "上海": Part(2)})
    depth = of(OfReports(Query(house.app.id, (BUILT_IN.measure("visit_depth"),), BOTH)))
    assert depth.values == {"广东": Part(1, 1), "上海": Part(2, 2)}
    both = of(Quotient(of_events(house, "paid"), visits))
    assert both == Parts(Part(2, 3), {"广东": Part(1, 1), "上海": Part(1, 2)})
    assert by_values(of_events(house, "middle"), "province", BOTH, ask) is None


@pytest.mark.side_by_side
def test_a_week_without_anything(house: House) -> None:
    house.load(STORY)
    house.build()
    source = OfReports(Query(house.app.id, (BUILT_IN.measure("visits"),), BOTH))
    ask, empty = asker(house), Range(date(2026, 1, 5), date(2026, 1, 11))
    now, then = (by_values(source, "province", over, ask) for over in (empty, BOTH))
    assert now is not None
    assert then is not None
    assert change(now, then) == Change(0, 3, -3, (Contribution("", 0, 3, -3),))


@pytest.mark.side_by_side
@costly(2, 100)
@given(history=histories().map(scattered))
def test_values_against_brute_force(new_app: Houses, history: History) -> None:
    """Both halves of a history, by each dimension; late events, merged persons and borders of days among them."""
    house = all_made(new_app, history)
    oracle, whole = Oracle(history.arrived, history.zone), around(history.arrived, history.zone)
    middle = whole.start + (whole.end - whole.start) // 2
    halves = [Range(whole.start, middle), Range(middle, whole.end)]
    for by in BY:
        for measure in ("visits", "visitors", "visit_depth")[: 2 if by == "page" else 3]:
            source = OfReports(Query(house.app.id, (BUILT_IN.measure(measure),), whole))
            parts = [by_values(source, by, over, asker(house)) for over in halves]
            for over, found in zip(halves, parts, strict=True):
                assert found is not None
                for value in {
                    *found.values,
                    *(SAYS[by](h, n) for h in oracle.events for n in (True, False)),
                }:
                    right = brute(oracle, by, value, over, measure)
                    assert _value(found.values.get(value)) == pytest.approx(right), (
                        by,
                        value,
                        measure,
                    )
            told = change(parts[1], parts[0])  # type: ignore[arg-type]
            if measure == "visits":
                assert told.rest == 0
                assert sum(one.by for one in told.parts) == told.by


def _value(part: Part | None) -> float:
    return (part.value if part else None) or 0


def brute(oracle: Oracle, by: str, value: str, over: Range, measure: str) -> float:
    picked = Filtered(oracle, lambda h, new: SAYS[by](h, new) == value)
    part = picked.part(set(over), "release", by_page=by == "page")
    (found,) = counted(part, (measure,))
    return found or 0  # type: ignore[return-value]


def went(day: str, counts: tuple[int, int, int]) -> list[Happening]:
    """So many looked, of them put something into the cart, of them paid."""
    names, some = ("add_favorite", "add_to_cart", "pay_success"), list[Happening]()
    for n, (name, count) in enumerate(zip(names, counts, strict=True)):
        some += [
            Happening(at(f"{day} 10:0{n}"), name, device=f"{day}{m}", session=f"{day}{m}")
            for m in range(count)
        ]
    return some


@pytest.mark.side_by_side
def test_the_step_that_moved_most(house: House) -> None:
    """Into the cart 60 of 100 after 60 of 100; paid 15 of 60 after 45 of 60; and with few nothing is said."""
    house.load([*went("2026-11-18", (100, 60, 45)), *went("2026-11-19", (100, 60, 15))])
    house.load(went("2026-11-20", (20, 10, 5)))
    house.build()
    query, ask = funnel(house, VIEW, CART, PAY), late(house)
    now, then, few = (days(f"2026-11-{n}", f"2026-11-{n}") for n in (19, 18, 20))
    found = steps_moved(query, now, then, ask)
    assert [(one.step, one.title, one.now, one.then) for one in found] == [
        (2, "add_to_cart", Rate(60, 100), Rate(60, 100)), (3, "pay_success", Rate(15, 60), Rate(45, 60)),
    ]  # fmt: skip
    most = most_moved(found)
    assert most == found[1]
    assert most.verdict == "likely_lower"
    assert most.p == pytest.approx(2 * exact(Rate(15, 60), Rate(45, 60)))  # Holm: of two
    assert most_moved(steps_moved(query, few, then, ask)) is None
    assert [one.verdict for one in steps_moved(query, few, then, ask)] == ["too_few", "too_few"]
    assert steps_moved(replace(query, mode="open"), now, then, ask) == ()


def late(house: House) -> Callable[[Any], Any]:
    return lambda query: answer(house, query)
