"""Why a person is, or is not, counted: stories of the worked examples, rule by rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from minilens.measure.events.query import Condition, Conditions, Counted
from minilens.measure.funnels.query import FunnelQuery, Window
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.why.query import Explained, ExplainedTable, WhyQuery
from tests.measure.funnels.asking import (
    CART,
    DAY,
    LATE,
    MINUTE,
    PAY,
    REMOVE,
    SKU,
    VIEW,
    funnel,
    happened,
)
from tests.pipeline import LATER, House, at, days

Houses = Callable[..., House]


def person_of(house: House, device: str) -> int:
    """The number of whose device that is."""
    return house.person("device", device)


def why(house: House, query: FunnelQuery, device: str, as_of: datetime = LATE) -> Explained:
    asked = AsOf(LATER, as_of, house.pipeline.loader.through)
    table = run(house.pipeline.engine, WhyQuery(query, person_of(house, device)), asked)
    assert isinstance(table, ExplainedTable)
    return table.explained


def sku(value: str) -> Conditions:
    """Only that one."""
    return Conditions(True, (Condition(SKU, "is", (value,)),))


def told(found: Explained) -> tuple[int, tuple[tuple[str, ...], ...]]:
    """How far, and by which rules no further."""
    best = found.counted
    reasons = best.reasons if best else found.reasons
    return found.level, tuple(one.rules for one in reasons)


@pytest.fixture(scope="module")
def house(new_app: Houses) -> House:
    """Who does what on the day of the stories."""
    found = new_app()
    found.load([
        *happened(
            "A: v0 c5 p20. B: v0 c5 r7 p9. C: v0 c5. D: vA0 cA4 pB6. E: v0 c40 p100. F: v0 share3 c5 p9. G: p9. "
            "H: v0 c5 p90. I: v0 v10 c12 p30. J: vA0 cB4 pA6. K: c0 v5 p9. N: vA0 vB1 cB2"
        ),
        *happened("L: v0 c5 p9", "2026-11-18"),
        *happened("M: v0 c5 p9", "2026-11-20"),
    ])  # fmt: skip
    found.build()
    return found


def minute(house_: Explained, row: int) -> int:
    """Minutes after ten."""
    return (house_.happened[row].at - at(f"{DAY} 10:00")) // MINUTE


@pytest.mark.parametrize(
    ("device", "level", "reasons"),
    [
        ("A", 3, ()), ("B", 3, ()), ("C", 2, ()), ("E", 2, (("window",),)), ("G", 0, ()), ("H", 2, (("window",),)),
        ("L", 0, (("range",),)), ("M", 0, (("range",),)), ("K", 1, ()),
    ],
)  # fmt: skip
def test_the_window_and_the_range(house: House, device: str, level: int, reasons: Any) -> None:
    assert told(why(house, funnel(house, VIEW, CART, PAY), device)) == (level, reasons)


def test_what_would_have_been_the_next_step_is_named(house: House) -> None:
    found = why(house, funnel(house, VIEW, CART, PAY), "E")
    best = found.counted
    assert best is not None
    assert [minute(found, row) for row in best.taken] == [0, 40]
    assert minute(found, best.reasons[0].row) == 100
    assert best.until == at(f"{DAY} 11:00")


def test_an_excluded_event_ends_an_attempt(house: House) -> None:
    found = why(house, funnel(house, VIEW, CART, PAY, excluded=(REMOVE,), gaps=(2,)), "B")
    best = found.counted
    assert best is not None
    assert best.stop is not None
    assert (found.level, minute(found, best.stop), best.reasons) == (2, 7, ())
    assert found.happened[best.stop].ends


def test_held_properties(house: House) -> None:
    query = funnel(house, VIEW, CART, PAY, held=((0,), (0,), (0,)), groups=(SKU,))
    found = why(house, query, "D")
    assert told(found) == (2, (("held",),))
    best = found.counted
    assert best is not None
    shows = found.happened[best.reasons[0].shows[0]]
    assert (found.happened[best.taken[0]].held, shows.held, minute(found, best.reasons[0].row)) == (
        ("A",),
        ("B",),
        6,
    )
    without = why(house, query, "A")
    assert told(without) == (0, (("held",),))
    assert without.happened[without.reasons[0].shows[0]].held == (None,)


def test_filters_of_steps_and_of_all(house: House) -> None:
    of_step = replace(CART, where=sku("A"))
    found = why(house, funnel(house, VIEW, of_step, PAY), "J")
    assert told(found) == (1, (("filter",),))
    best = found.counted
    assert best is not None
    shows = found.happened[best.reasons[0].shows[0]]
    assert (shows.event, shows.steps, shows.could) == ("add_to_cart", (), (2,))
    assert [(one.condition, one.value) for one in shows.unmet] == [(0, "B")]
    assert told(why(house, funnel(house, VIEW, CART, PAY, where=sku("A")), "J")) == (
        1,
        (("filter",),),
    )
    assert told(why(house, funnel(house, VIEW, CART, PAY, where=sku("B")), "J")) == (
        0,
        (("filter",),),
    )


def test_strict_order_names_what_came_between(house: House) -> None:
    found = why(house, funnel(house, VIEW, CART, PAY, order="strict"), "F")
    assert told(found) == (1, (("strict",),))
    best = found.counted
    assert best is not None
    assert found.happened[best.reasons[0].shows[0]].event == "share"


def test_the_window_of_a_step(house: House) -> None:
    query = funnel(house, VIEW, CART, PAY, within=(None, None, 10 * MINUTE))
    assert told(why(house, query, "A")) == (2, (("within",),))


def test_two_rules_at_once_are_told_together(house: House) -> None:
    query = funnel(
        house, VIEW, CART, PAY, within=(None, None, 10 * MINUTE), window=Window(15 * MINUTE)
    )
    assert told(why(house, query, "A")) == (2, (("window", "within"),))


def test_the_first_entry_alone_may_count(house: House) -> None:
    query = funnel(house, VIEW, CART, PAY, window=Window(25 * MINUTE), first=True)
    found = why(house, query, "I")
    assert [(one.level, one.counted) for one in found.attempts] == [(2, True), (3, False)]
    assert why(house, replace(query, first=False), "I").level == 3


def test_the_first_entry_ever(house: House) -> None:
    """L came the day before, so nothing of the day after counts."""
    found = why(
        house, funnel(house, VIEW, CART, range=days(DAY, "2026-11-20"), first=True, ever=True), "M"
    )
    assert (found.level, len(found.attempts)) == (2, 1)
    house.load(happened("L: v5", "2026-11-21"))
    query = funnel(house, VIEW, CART, range=days("2026-11-20", "2026-11-21"), first=True, ever=True)
    later = why(house, query, "L")
    assert (later.level, [one.counted for one in later.attempts]) == (0, [False])


def test_whoever_may_still_go_on(house: House) -> None:
    moment = datetime.fromtimestamp(at(f"{DAY} 10:50") / 1000, UTC)
    found = why(house, funnel(house, VIEW, CART, PAY), "C", moment)
    assert (found.level, found.still, found.attempts[0].still) == (2, True, True)


def test_any_order_and_steps_by_themselves(house: House) -> None:
    assert told(why(house, funnel(house, VIEW, CART, PAY, order="any"), "K")) == (3, ())
    found = why(house, funnel(house, VIEW, CART, PAY, mode="open"), "K")
    assert (found.level, found.each) == (3, (1, 1, 1))


def test_the_group_is_that_of_the_row_that_tells(house: House) -> None:
    query = funnel(house, VIEW, CART, PAY, groups=(SKU,), grouped=1)
    assert why(house, query, "J").group == ("A",)
    assert why(house, replace(query, at=2), "J").group == ("B",)
    assert why(house, replace(query, at=3), "C").group is None


def test_each_value_is_a_funnel_of_its_own(house: House) -> None:
    query = funnel(house, VIEW, CART, PAY, groups=(SKU,), grouped=1, at="each")
    found = why(house, query, "J")
    assert told(found) == (1, (("group",),))
    best = found.counted
    assert best is not None
    assert minute(found, best.reasons[0].shows[0]) == 4
    held = replace(query, held=((0,), (0,), (0,)))
    assert told(why(house, held, "J")) == (1, (("held", "group"),)), "either keeps it back"
    first = why(house, replace(query, first=True), "N")
    assert (first.level, first.group) == (2, ("B",)), "the first entry of each"
    alone = why(house, funnel(house, VIEW, CART, PAY, at="each"), "J")
    assert (alone.level, alone.group) == (3, None), "nothing tells them apart"


def test_an_optional_step(house: House) -> None:
    query = funnel(house, VIEW, Counted("s", ("select_coupon",)), PAY, optional=(2,))
    found = why(house, query, "A")
    assert found.without is not None
    assert (found.level, found.without.level) == (1, 2)


def test_closed_mode_ends_with_the_range(house: House) -> None:
    query = funnel(house, VIEW, CART, PAY, mode="closed", range=days("2026-11-18", "2026-11-18"))
    assert told(why(house, query, "L")) == (3, ())
    assert told(why(house, query, "A")) == (0, (("range",),))


def test_rows_that_no_order_tells_apart_stand_alike(new_app: Houses) -> None:
    """Two of one moment and one place in a launch: whichever was loaded first."""
    view, *carts = happened("A: vA0 cA5 cB5")
    carts = [replace(one, seq=2) for one in carts]
    found = []
    for some in (carts, carts[::-1]):
        house = new_app()
        house.load([view, *some])
        house.build()
        told = why(house, funnel(house, VIEW, CART, PAY, where=sku("A")), "A")
        found.append([(one.steps, [unmet.value for unmet in one.unmet]) for one in told.happened])
    assert found[0] == found[1] == [((1,), []), ((), ["B"]), ((2,), [])]
