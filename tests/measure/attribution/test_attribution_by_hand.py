"""Credit counted by hand: each model, edges of the window, refunds, what is told twice, where nothing is known."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from minilens.measure.attribution.touch import FIELDS
from minilens.measure.dimensions import DIMENSIONS
from minilens.records.rates import Rate
from minilens.serve.completed import completed
from tests.measure.attribution.asking import (
    AD,
    DAY,
    DAY_OF,
    HOUR,
    MINUTE,
    OWN,
    SCAN,
    SEARCH,
    answer,
    asked,
    credit,
    paid,
    touch,
)
from tests.pipeline import Happening, House, at, days

pytestmark = pytest.mark.side_by_side
NOON = at(f"{DAY_OF} 04:00")
#: Three launches of campaigns, one by nobody, and the payment.
WAY = [
    touch(NOON - 3 * HOUR, "search"), touch(NOON - 2 * HOUR, "poster"), touch(NOON - HOUR, "search"),
    touch(NOON - MINUTE), paid(NOON, 100),
]  # fmt: skip


def in_every_state(house: House, story: list[Happening], check: Callable[[], None]) -> None:
    """Before a build, after it, and where half came after it."""
    half = len(story) // 2
    house.load(story[:half])
    house.build()
    house.load(story[half:])
    check()
    house.build()
    check()


def test_each_model(house: House) -> None:
    def check() -> None:
        table = answer(house, asked(house))
        assert credit(table, "first") == {"search": 1}
        assert credit(table, "last") == {"": 1}
        assert credit(table, "last_non_direct") == {"search": 1}
        assert credit(table, "linear") == {"search": 0.5, "poster": 0.25, "": 0.25}
        assert credit(table, "position") == {"search": 0.5, "poster": 0.1, "": 0.4}
        assert table.column("touched") == [1, 1, 1]
        assert table.totals == (None, *[1] * 7, 1)

    in_every_state(house, WAY, check)


def test_two_touches_share_a_position_and_one_has_all(house: House) -> None:
    house.load(
        [
            touch(NOON - HOUR, "a"),
            touch(NOON - MINUTE, "b"),
            paid(NOON),
            touch(NOON, "c", "B"),
            paid(NOON, who="B"),
        ]
    )
    assert credit(answer(house, asked(house)), "position") == {"a": 0.5, "b": 0.5, "c": 1}


def test_time_decay_halves_with_each_half_life(house: House) -> None:
    house.load(
        [
            touch(NOON - 15 * DAY, "a"),
            touch(NOON - 8 * DAY, "b"),
            touch(NOON - DAY, "c"),
            paid(NOON),
        ]
    )
    found = credit(answer(house, asked(house)), "time_decay")
    assert found == {"a": 0.142857, "b": 0.285714, "c": 0.571429}
    assert credit(answer(house, asked(house, half_life=365 * DAY)), "time_decay")["a"] == 0.328911


def test_a_touch_in_the_window_to_the_millisecond(house: House) -> None:
    house.load([
        touch(NOON - HOUR, "at the edge"), paid(NOON),
        touch(NOON - HOUR - 1, "before it", "B"), paid(NOON, who="B"),
        touch(NOON, "with it", "C"), paid(NOON, who="C"),
        touch(NOON + 1, "after it", "D"), paid(NOON, who="D"),
    ])  # fmt: skip
    table = answer(house, asked(house, window=HOUR))
    assert credit(table, "linear") == {"at the edge": 1, "with it": 1, "(no touch)": 2}
    assert table.totals == (None, *[4] * 7, 4)


def test_touches_of_one_moment_stand_in_one_order(house: House) -> None:
    told = [touch(NOON - HOUR, name) for name in ("b", "a", "c")]
    house.load([*told, paid(NOON)])
    table = answer(house, asked(house))
    first, last = credit(table, "first"), credit(table, "last")
    assert len(first) == len(last) == 1
    assert first != last
    house.build()
    again = answer(house, asked(house))
    assert (credit(again, "first"), credit(again, "last")) == (first, last)


def test_others_beside_somebody_with_touches_of_one_moment(house: House) -> None:
    """The first person has two touches in one moment, the others have none such."""
    twice = [touch(NOON - 2 * HOUR, "early", "P0", session=f"{n}") for n in range(2)]
    house.load([
        *twice, *[touch(NOON - HOUR, f"late {n % 2}", f"P{n}") for n in range(6)],
        *[paid(NOON, who=f"P{n}") for n in range(6)],
    ])  # fmt: skip
    house.build()
    table = answer(house, asked(house))
    assert credit(table, "last") == {"late 0": 3, "late 1": 3}
    assert credit(table, "first") == {"early": 1, "late 0": 2, "late 1": 3}


def test_what_a_touch_is(house: House) -> None:
    house.load([
        touch(NOON - 5 * HOUR, scene=AD), touch(NOON - 4 * HOUR, "c", scene=SCAN), touch(NOON - 3 * HOUR, "c"),
        touch(NOON - 2 * HOUR, scene=SEARCH), touch(NOON - HOUR, scene=OWN), paid(NOON),
    ])  # fmt: skip
    query = asked(house, by=(FIELDS["touch"],))
    table = answer(house, query)
    assert credit(table, "linear") == dict.fromkeys(
        ("ad", "scan", "tagged", "launch", "direct"), 0.2
    )
    assert credit(table, "last_non_direct") == {"launch": 1}
    sourced = answer(house, replace(query, touches="sourced"))
    assert credit(sourced, "linear") == dict.fromkeys(("ad", "scan", "tagged", "launch"), 0.25)
    shown = table.columns[0].shown
    assert shown
    assert [shown(one, "en") for one in ("ad", "(no touch)")] == ["Ad click", "No touch"]


def test_last_non_direct_is_the_last_one_where_all_are_direct(house: House) -> None:
    house.load([touch(NOON - HOUR, scene=OWN), touch(NOON - MINUTE, scene=1089), paid(NOON)])
    table = answer(house, asked(house, by=(DIMENSIONS["scene"],)))
    assert credit(table, "last_non_direct") == {"1089": 1}


def test_values_are_handed_out_to_the_millionth(house: House) -> None:
    house.load(
        [touch(NOON - n * HOUR, name) for n, name in enumerate("abc", start=1)]
        + [paid(NOON, 0.1), paid(NOON, 199.99)]
    )
    table = answer(house, asked(house, counts="value"))
    given = credit(table, "linear")
    assert sum(round(one * 1_000_000) for one in given.values()) == 200_090_000
    assert table.totals
    assert table.totals[1:] == (*[200.09] * 7, 2)
    assert all(math.isclose(one, 200.09 / 3, abs_tol=2e-6) for one in given.values())


def test_a_person_counts_at_the_first_conversion(house: House) -> None:
    house.load([touch(NOON - HOUR, "a"), paid(NOON), touch(NOON + 1, "b"), paid(NOON + 2)])
    assert credit(answer(house, asked(house, counts="persons")), "last") == {"a": 1}
    assert credit(answer(house, asked(house)), "last") == {"a": 1, "b": 1}


def test_a_refund_takes_its_credit_back_on_its_own_day(house: House) -> None:
    story = [
        touch(NOON - HOUR, "a"), paid(NOON, 100, order="1"),
        touch(NOON + HOUR, "b"), paid(NOON + 2 * HOUR, 50, order="2"),
        paid(NOON + DAY, 30, name="refund_request", order="1"),
    ]  # fmt: skip
    over = days(DAY_OF, "2026-11-20")

    def check() -> None:
        query = asked(
            house,
            range=over,
            key="order",
            counts="value",
            refunds=True,
            grain="day",
            models=("last",),
        )
        rows = [(row[0], str(row[1]), *row[2:]) for row in answer(house, query).rows]
        assert rows == [
            ("a", "2026-11-19", 100, 2), ("a", "2026-11-20", -30, 0),
            ("b", "2026-11-19", 50, 1), ("b", "2026-11-20", 0, 0),
        ]  # fmt: skip
        later = replace(
            query, rows=replace(query.rows, range=days("2026-11-20", "2026-11-20"), grain="whole")
        )
        table = answer(house, later)
        assert table.rows == (("a", -30, 0),)
        assert table.totals == (None, -30, 0)

    in_every_state(house, story, check)


def test_a_refund_without_a_key_is_of_the_last_conversion_of_its_person(house: House) -> None:
    house.load([
        touch(NOON - HOUR, "a"), paid(NOON), touch(NOON + HOUR, "b"), paid(NOON + 2 * HOUR),
        paid(NOON + 3 * HOUR, name="refund_request"), paid(NOON + 4 * HOUR, name="refund_request"),
        paid(NOON, name="refund_request", who="stranger"),
    ])  # fmt: skip
    table = answer(house, asked(house, refunds=True))
    assert credit(table, "last") == {"a": 1, "(unmatched)": -1}
    assert table.totals == (None, *[0] * 7, 2)


def test_what_is_told_twice_counts_once(house: House) -> None:
    house.load([
        touch(NOON - HOUR, "a"), paid(NOON, 10, order="1"), touch(NOON + 1, "b"), paid(NOON + HOUR, 10, order="1"),
        paid(NOON + HOUR, 10, order="1", who="server"), paid(NOON, 5), paid(NOON, 5),
    ])  # fmt: skip
    table = answer(house, asked(house, key="order", counts="value"))
    assert credit(table, "last") == {"a": 20}
    assert credit(answer(house, asked(house, counts="value")), "last") == {
        "a": 20,
        "b": 10,
        "(no touch)": 10,
    }


def test_a_conversion_told_again_the_day_after_is_none(house: House) -> None:
    house.load([touch(NOON - HOUR, "a"), paid(NOON, order="1"), paid(NOON + DAY, order="1")])
    house.build()
    over = days("2026-11-20", "2026-11-20")
    assert answer(house, asked(house, range=over, key="order")).rows == ()
    assert credit(answer(house, asked(house, range=over)), "last") == {"a": 1}


def test_only_conversions_that_follow_another_event(house: House) -> None:
    cart = "add_to_cart"
    house.load([
        touch(NOON - HOUR, "a"), paid(NOON - 10 * MINUTE, name=cart), paid(NOON),
        touch(NOON - HOUR, "b", "B"), paid(NOON - 10 * MINUTE - 1, name=cart, who="B"), paid(NOON, who="B"),
        touch(NOON - HOUR, "c", "C"), paid(NOON, who="C"), paid(NOON + 1, name=cart, who="C"),
    ])  # fmt: skip
    assert credit(answer(house, asked(house, within=10 * MINUTE)), "last") == {"a": 1}


def test_the_touches_before_a_sign_in_are_of_the_person(house: House) -> None:
    lee = ("wechat-unionid", "lee")
    house.load([touch(NOON - HOUR, "a", "phone")])
    house.build()
    house.load(
        [
            touch(NOON - MINUTE, "b", "tablet", identity=lee),
            touch(NOON - 2, "c", "phone", identity=lee),
        ]
    )
    house.load([replace(paid(NOON, who="tablet"), identity=lee)])
    for _ in range(2):
        assert credit(answer(house, asked(house)), "linear") == {
            "a": 0.333333,
            "b": 0.333333,
            "c": 0.333334,
        }
        house.build()


def test_several_values_together_and_the_rest(house: House) -> None:
    house.load([
        touch(NOON - HOUR, "a", placement="x"), touch(NOON - MINUTE, "a", placement="y"), paid(NOON),
        touch(NOON - MINUTE, "b", "B", placement="y"), paid(NOON, who="B"),
    ])  # fmt: skip
    query = asked(
        house, by=(DIMENSIONS["campaign"], DIMENSIONS["placement"]), models=("linear",), top=1
    )
    table = answer(house, query)
    assert table.rows == (("b", "y", 1, 1),)
    assert table.other == (None, None, 1, 2)
    assert table.total_rows == 3


def test_what_touched_the_same_conversions(house: House) -> None:
    house.load([
        touch(NOON - HOUR, "a"), touch(NOON - MINUTE, "b"), paid(NOON, 10),
        touch(NOON - HOUR, "a", "B"), paid(NOON, 5, who="B"),
    ])  # fmt: skip
    table = answer(house, asked(house, show="overlap", counts="value"))
    assert table.rows == (("a", "(alone)", 1, 0.5, 5), ("a", "b", 1, 0.5, 10), ("b", "a", 1, 1, 10))
    assert table.totals == (None, None, 2, None, 15)


def test_the_ways_that_led_to_conversions(house: House) -> None:
    house.load([
        touch(NOON - 2 * DAY, "a"), touch(NOON - DAY, "b"), touch(NOON - HOUR, "b"), paid(NOON),
        touch(NOON - DAY, "a", "B"), touch(NOON - HOUR, "b", "B"), paid(NOON, who="B"), paid(NOON, who="C"),
    ])  # fmt: skip
    table = answer(house, asked(house, show="ways"))
    assert table.rows == (("a → b", 2, 2 / 3, 2.5, 129_600), ("(no touch)", 1, 1 / 3, 0, None))
    assert answer(house, asked(house, show="ways", top=1)).other == (None, 1, 1 / 3, None, None)


def test_data_driven_gives_to_what_raises_the_rate(house: House) -> None:
    """Of four with a and b one converted, of two with a none, of one with b one: r(b) is 1, r(a, b) 0.25."""
    story = []
    for n in range(4):
        story += [touch(NOON - HOUR, "a", f"{n}"), touch(NOON - MINUTE, "b", f"{n}")]
    story += [
        paid(NOON, who="0"),
        touch(NOON, "a", "4"),
        touch(NOON, "a", "5"),
        touch(NOON - 1, "b", "6"),
        paid(NOON, who="6"),
    ]
    house.load(story)
    house.build()
    table = answer(house, asked(house))
    # of a and b: b is worth (1 + 0.25) / 2, a (0 - 0.75) / 2, which is nothing
    assert credit(table, "data_driven") == {"b": 2}


def test_data_driven_shares_where_nothing_tells_groups_apart(house: House) -> None:
    house.load([touch(NOON - HOUR, "a"), touch(NOON - MINUTE, "b"), paid(NOON)])
    assert credit(answer(house, asked(house)), "data_driven") == {"a": 0.5, "b": 0.5}


def test_nothing_happened(house: House) -> None:
    for show in ("models", "overlap", "ways"):
        table = answer(house, asked(house, show=show))
        assert table.rows == ()
        assert table.totals


def test_values_in_other_currencies_are_converted_or_left_out(house: House) -> None:
    """An order of 10 dollars at 7, its refund of 2 at 6.5 the day after; one in pounds has no rate."""
    rates = [
        Rate("USD", date(2026, 11, 1), Decimal(7)),
        Rate("USD", date(2026, 11, 20), Decimal("6.5")),
    ]
    house.pipeline.records.rates.set(
        house.app.id, "CNY", rates, now=datetime(2026, 11, 1, tzinfo=UTC)
    )
    back = paid(NOON + DAY, 2, name="refund_request")
    house.load([
        touch(NOON - HOUR, "a"), replace(paid(NOON, 10), currency="USD"), replace(back, currency="USD"),
        replace(paid(NOON + 2 * DAY, 3), currency="GBP"), paid(NOON, 5),
    ])  # fmt: skip
    query = asked(
        house, range=days(DAY_OF, "2026-11-21"), counts="value", refunds=True, models=("last",)
    )
    table = answer(house, completed(query, house.pipeline.records))  # type: ignore[arg-type]
    assert credit(table, "last") == {"a": 62}
    assert table.notes[-1].en == (
        "Amounts are in CNY; USD converted at the rate of each event's day; left out for want of a rate: GBP (1 event)"
    )
    house.pipeline.records.rates.set(house.app.id, "CNY", [], now=datetime(2026, 11, 1, tzinfo=UTC))
    table = answer(house, completed(query, house.pipeline.records))  # type: ignore[arg-type]
    assert credit(table, "last") == {"a": 5}, "without rates none are added to others"
    assert table.notes[-1].en == (
        "Amounts are in CNY; left out for want of a rate: GBP (1 event), USD (2 events)"
    )
