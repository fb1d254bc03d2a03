"""Questions about events, counted by hand: as built, before that, and in part so."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events import formula
from minilens.measure.events.operand import RECORDED, SESSION, Operand, Profile, Property
from minilens.measure.events.query import (
    Aggregate,
    Condition,
    Conditions,
    Conversion,
    Counted,
    EventsQuery,
    Figure,
    Formula,
    Measured,
    Retained,
)
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.table import Table
from minilens.text import Text
from tests.pipeline import CREATED, LATER, Happening, House, at, days

pytestmark = pytest.mark.side_by_side

DAY, NEXT = "2026-11-19", "2026-11-20"
PAY, CART = Counted("a", ("pay_success",)), Counted("b", ("add_to_cart",))
AMOUNT, SKU = Property("amount"), Property("sku")


def paid(when: str, device: str = "a", name: str = "pay_success", **more: Any) -> Happening:
    """Somebody paid, or did something else; `more`: properties, and what happenings have besides."""
    own = {key: more.pop(key) for key in list(more) if key in Happening.__dataclass_fields__}
    return Happening(
        at(when), name, device=device, session=f"{device}1", props=json.dumps(more), **own
    )


#: On the first day a pays 10 and 20 (a text), b pays 5.5, c pays nothing that is a number; on the next b pays 100.
STORY = [
    Happening(at(f"{DAY} 09:00"), device="a", session="a1"),
    paid(f"{DAY} 10:00", amount=10, sku="x", province="广东"),
    paid(f"{DAY} 10:30", amount="20.00", sku="y", province="广东"),
    paid(f"{DAY} 11:00", "b", amount=5.5, sku="x", vip=True, province="上海"),
    paid(f"{DAY} 11:00", "c", amount="much", province="上海"),
    paid(f"{DAY} 12:00", "c", "add_to_cart", amount=1, sku="", province="上海"),
    paid(f"{DAY} 12:00", "d", amount=1000, traffic="trial"),
    paid(f"{DAY} 12:00", "e", amount=1000, traffic="robot"),
    paid(f"{NEXT} 00:00", "b", amount=100, sku=5, province="上海"),
]  # fmt: skip


def figure(
    aggregate: Aggregate, of: Operand | None = None, event: int = 0, name: str = ""
) -> Figure:
    own = re.sub(r"\W", "_", f"{aggregate}_{of.name}", flags=re.ASCII) if of else aggregate
    return Figure(name or own, Text(aggregate, aggregate), event, aggregate, of)


def asked(
    house: House, *measures: Measured, events: tuple[Counted, ...] = (PAY,), **more: Any
) -> EventsQuery:
    more.setdefault("range", days(DAY, NEXT))
    more.setdefault("grain", "whole")
    return EventsQuery(house.app.id, events, measures, timezone=house.app.timezone, **more)


def answer(house: House, query: EventsQuery, today: date = LATER) -> Table:
    return run(house.pipeline.engine, query, AsOf(today, CREATED, house.pipeline.loader.through))


def row(house: House, *measures: Measured, **more: Any) -> tuple[object, ...]:
    return answer(house, asked(house, *measures, **more)).rows[0]


def every(*parts: Condition | Conditions) -> Conditions:
    return Conditions(True, parts)


NUMBERS: tuple[Aggregate, ...] = ("sum", "mean", "min", "max", "median", "p75", "sum_per_person")


def in_every_state(house: House, check: Callable[[], None]) -> None:
    """Before a build, after it, and where half came after it."""
    house.load(STORY[:5])
    house.build()
    house.load(STORY[5:])
    check()
    house.build()
    check()


def test_aggregates(house: House) -> None:
    def check() -> None:
        assert row(house, figure("total"), figure("persons"), figure("per_person")) == (5, 3, 5 / 3)
        found = row(house, *(figure(one, AMOUNT) for one in NUMBERS))
        assert found == (135.5, 33.875, 5.5, 100, 15, 40, pytest.approx(135.5 / 3))
        assert row(house, figure("distinct", SKU), figure("distinct", AMOUNT)) == (3, 5)
        nothing = row(
            house, figure("sum", SKU), figure("mean", Property("no")), figure("max", Property("no"))
        )
        assert nothing == (5, None, None)

    in_every_state(house, check)


def test_several_events_and_formulas(house: House) -> None:
    house.load(STORY)
    rate = formula.parse("pays / carts * 100 - 1", ("pays", "carts"), "formula")
    measures = (
        figure("total", name="pays"), figure("total", event=1, name="carts"),
        Formula("rate", Text("比", "rate"), "pays / carts * 100 - 1", rate), figure("persons", event=2, name="both"),
    )  # fmt: skip
    events = (PAY, CART, Counted("c", ("pay_success", "add_to_cart")))
    table = answer(house, asked(house, *measures, events=events, grain="day"))
    assert table.rows == (
        (date(2026, 11, 19), 4, 1, 399, 3), (date(2026, 11, 20), 1, 0, None, 1),
    )  # fmt: skip
    assert table.totals == (None, 5, 1, 499, 3)


def test_periods_of_every_length(house: House) -> None:
    house.load(STORY)
    hours = answer(
        house,
        asked(house, figure("total"), figure("sum", AMOUNT), grain="hour"),
        date(2026, 11, 20),
    )
    held = {str(one[0])[:16]: one[1:] for one in hours.rows if one[1]}
    assert held == {
        "2026-11-19 10:00": (2, 30), "2026-11-19 11:00": (2, 5.5), "2026-11-20 00:00": (1, 100),
    }  # fmt: skip
    assert len(hours.rows) == 48
    month = answer(house, asked(house, figure("persons"), grain="month"))
    assert (month.rows, month.held) == (((date(2026, 11, 1), 3),), ((2, 30),))
    week = answer(
        house, asked(house, figure("persons"), grain="week", range=days(DAY, "2026-11-23"))
    )
    assert week.rows == ((date(2026, 11, 16), 3), (date(2026, 11, 23), 0))
    day = answer(
        house,
        asked(house, figure("total"), grain="day", range=days(DAY, "2026-11-23")),
        date(2026, 11, 21),
    )
    assert [one[1] for one in day.rows] == [4, 1, 0, None, None]


def test_groups_and_what_they_leave_out(house: House) -> None:
    house.load(STORY)
    by_sku = asked(
        house, figure("total"), figure("persons"), groups=(SKU,), top=1, include_other=True
    )
    table = answer(house, by_sku)
    assert (table.rows, table.total_rows, table.totals, table.other) == (
        (("x", 2, 2),), 4, (None, 5, 3), (None, 3, 3),
    )  # fmt: skip
    every_group = answer(house, replace(by_sku, top=10))
    assert every_group.rows == (("x", 2, 2), (None, 1, 1), ("5", 1, 1), ("y", 1, 1))
    assert every_group.other is None
    both = answer(house, asked(house, figure("total"), groups=(DIMENSIONS["province"], SKU), top=2))
    assert (both.rows, both.total_rows) == (
        (("上海", None, 1), ("上海", "5", 1)), 5,
    )  # fmt: skip
    timed = answer(house, replace(by_sku, grain="day"))
    assert timed.rows == (
        ("x", date(2026, 11, 19), 2, 2), ("x", date(2026, 11, 20), 0, 0),
        ("(rest)", date(2026, 11, 19), 2, 2), ("(rest)", date(2026, 11, 20), 1, 1),
    )  # fmt: skip
    assert timed.totals == (None, None, 5, 3)


def total(house: House, *parts: Condition | Conditions, **more: Any) -> object:
    return row(house, figure("total"), where=every(*parts), **more)[0]


#: Condition on a property → the events of the first day, of the five of everybody, that it lets through.
PROPS: list[dict[str, object]] = [
    {"p": 5}, {"p": "5"}, {"p": "5.0"}, {"p": 5.5}, {"p": ""}, {"p": None}, {}, {"p": True}, {"p": "true"},
    {"p": "2026-11-19"}, {"p": 1795017600}, {"p": "nan"}, {"p": [1, 2]}, {"p": " 5"}, {"p": "1e3"}, {"p": False},
]  # fmt: skip
HOLDS: dict[tuple[str, tuple[object, ...]], set[int]] = {
    ("is", ("5",)): {0, 1}, ("is", ("",)): {4}, ("is", ("5", "true")): {0, 1, 7, 8}, ("is", ("[1,2]",)): {12},
    ("is_not", ("5", "true")): {2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 14, 15},
    ("contains", ("5",)): {0, 1, 2, 3, 10, 13}, ("contains", ("TRU",)): {7, 8},
    ("starts_with", ("5",)): {0, 1, 2, 3}, ("ends_with", ("5",)): {0, 1, 3, 13},
    ("is_known", ()): set(range(16)) - {5, 6}, ("is_unknown", ()): {5, 6},
    ("is_empty", ()): {4}, ("is_not_empty", ()): set(range(16)) - {4, 5, 6},
    ("eq", (5.0,)): {0, 1, 2}, ("ne", (5.0,)): set(range(3, 16)), ("gt", (5.0,)): {3, 10, 14},
    ("gte", (5.0,)): {0, 1, 2, 3, 10, 14}, ("lt", (5.5,)): {0, 1, 2}, ("lte", (5.5,)): {0, 1, 2, 3},
    ("between", (5.0, 5.5)): {0, 1, 2, 3}, ("eq", (1000.0, 5.5)): {3, 14},
    ("is_true", ()): {7, 8}, ("is_false", ()): {15},
    # midnight of the twentieth in Shanghai; the number is seconds, two hours before
    ("before", (1795104000000,)): {9, 10}, ("from", (1795017600000,)): {9, 10}, ("from", (1795104000000,)): set(),
}  # fmt: skip


def test_every_operator_over_values_of_every_type(house: House) -> None:
    """2026-11-19 00:00 in Shanghai is 1795017600 seconds."""
    assert at("2026-11-19 00:00") == 1795017600000
    story = [
        Happening(at(f"{DAY} 10:00") + n, "pay_success", device=f"d{n}", props=json.dumps(one))
        for n, one in enumerate(PROPS)
    ]
    house.load(story)
    house.build()
    asked_of = [
        replace(PAY, name=f"e{n}", where=every(Condition(Property("p"), operator, values)))  # type: ignore[arg-type]
        for n, (operator, values) in enumerate(HOLDS)
    ]
    measures = tuple(figure("persons", event=n, name=f"m{n}") for n in range(len(asked_of)))
    found = row(house, *measures, events=tuple(asked_of))
    assert dict(zip(HOLDS, found, strict=True)) == {
        said: len(right) for said, right in HOLDS.items()
    }


def test_conditions_of_all_kinds_nested(house: House) -> None:
    house.load(STORY)
    house.load(
        [Happening(at(f"{DAY} 08:00"), "user", device="b", profile='{"level":"gold","age":"30"}')]
    )
    house.build()
    x, dear = Condition(SKU, "is", ("x",)), Condition(AMOUNT, "gt", (50.0,))
    either = Conditions(False, (x, dear))
    assert total(house, either) == 3
    assert total(house, either, groups=()) == 3
    assert total(house, either, Condition(Property("vip"), "is_true")) == 1
    assert total(house, Conditions(False, (every(x, Condition(AMOUNT, "lt", (6.0,))), dear))) == 2
    assert total(house, Condition(Profile("level"), "is", ("gold",))) == 2
    assert total(house, Condition(Profile("level"), "is_not", ("gold",))) == 3
    assert total(house, Condition(Profile("age"), "between", (20.0, 40.0))) == 2
    assert total(house, Condition(SESSION["entry"], "is", ("pages/index",))) == 2
    assert total(house, Condition(SESSION["visits"], "gte", (1.0,))) == 2
    assert total(house, Condition(SESSION["visits"], "is_unknown")) == 3
    assert total(house, Condition(RECORDED["value"], "is_unknown")) == 5
    assert total(house, Condition(DIMENSIONS["newness"], "is", ("new",))) == 2
    assert total(house, Condition(DIMENSIONS["brand"], "is_unknown")) == 5


def test_conditions_of_one_event_alone(house: House) -> None:
    house.load(STORY)
    cheap = replace(PAY, where=every(Condition(AMOUNT, "lt", (15.0,))))
    assert row(house, figure("total"), events=(cheap,)) == (2,)
    assert row(house, figure("total"), figure("total", event=1, name="b"), events=(cheap, PAY)) == (
        2,
        5,
    )


def test_what_actions_do_not_keep(house: House) -> None:
    leaves = [
        replace(paid(f"{DAY} 10:0{n}", name="page_leave"), duration=ms)
        for n, ms in enumerate((1500, 500, None))
    ]
    house.load([*leaves, *STORY])
    house.build()
    leave = (Counted("a", ("page_leave",)),)
    found = row(
        house,
        figure("total"),
        figure("sum", RECORDED["duration"]),
        figure("median", RECORDED["duration"]),
        events=leave,
    )
    assert found == (3, 2, 1)


def test_strange_names_are_only_names(house: House) -> None:
    """Those with a quote, a backslash or a backtick are refused where questions are read."""
    sent = {'c"d': 2, "中 文": 4, "props": 5, "name": 6}
    house.load([Happening(at(f"{DAY} 10:00"), "pay_success", props=json.dumps(sent))])
    house.build()
    names = (
        'c"d',
        "中 文",
        "props",
        "name",
        "x} ; DROP TABLE events",
        "no.such",
        "a%2Eb",
        "{app:UInt32}",
        "^x",
        "x.:Int64",
    )
    found = [figure("sum", Property(name), name=f"m{n}") for n, name in enumerate(names)]
    assert row(house, *found) == (2, 4, 5, 6, 0, 0, 0, 0, 0, 0)


def test_an_app_without_events(house: House) -> None:
    assert row(house, figure("total"), figure("mean", AMOUNT)) == (0, None)
    table = answer(house, asked(house, figure("total"), groups=(SKU,)))
    assert (table.rows, table.total_rows, table.totals) == ((), 0, (None, 0))


#: Four persons view; a pays within the hour, b exactly at its edge (another sku), c a millisecond later, d before. On
#: the next day a views and doesn't pay, b pays after midnight, behind the range.
LED = [
    paid(f"{DAY} 10:00", name="add_favorite", sku="x"), paid(f"{DAY} 10:30", sku="x"),
    paid(f"{DAY} 10:00", "b", "add_favorite", sku="x"), paid(f"{DAY} 11:00", "b", sku="y"),
    paid(f"{DAY} 10:00", "c", "add_favorite", sku="x"),
    replace(paid(f"{DAY} 11:00", "c", sku="x"), ts=at(f"{DAY} 11:00") + 1),
    paid(f"{DAY} 09:00", "d", sku="x"), paid(f"{DAY} 10:00", "d", "add_favorite"),
    paid(f"{NEXT} 23:30", name="add_favorite", sku="x"), paid("2026-11-21 00:30", "b", sku="x"),
    paid(f"{NEXT} 23:45", "b", "add_favorite", sku="x"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("held", "by_day", "whole"),
    [((), [0.5, 0.5], 0.5), ((SKU,), [1 / 3, 0.5], 2 / 3)],
)
def test_conversion(
    house: House, held: tuple[Operand, ...], by_day: list[float], whole: float
) -> None:
    """Of the first day's four two pay in time, of the next day's two one. With the same sku a of three (d has none),
    and b of two; over both days a and b of three.
    """
    house.load(LED)
    led = Conversion("led", Text("", ""), 1, 0, 3_600_000, held)
    total = figure("persons", event=1)
    half = Formula("half", Text("", ""), "led / 2", formula.parse("led / 2", ("led",), ""))
    query = asked(
        house, led, total, half, events=(PAY, Counted("b", ("add_favorite",))), grain="day"
    )
    for build in (False, True):
        if build:
            house.build()
        table = answer(house, query)
        assert table.column("led") == pytest.approx(by_day)
        assert table.column("half") == pytest.approx([one / 2 for one in by_day])
        assert table.totals is not None
        assert table.totals[1] == pytest.approx(whole)
        assert table.totals[2] == 4


def test_coming_back_is_a_conversion(house: House) -> None:
    """Of an event into itself: who came again within a day; another row is needed."""
    house.load([
        paid(f"{DAY} 10:00"), paid(f"{NEXT} 10:00"), paid(f"{DAY} 10:00", "b"),
        replace(paid(f"{NEXT} 10:00", "b"), ts=at(f"{NEXT} 10:00") + 1),
    ])  # fmt: skip
    again = Conversion("again", Text("", ""), 0, 0, 86_400_000)
    assert answer(house, asked(house, again, grain="day")).column("again") == [0.5, 0]
    assert answer(house, asked(house, again, grain="whole")).column("again") == [0.5]


def test_retention_on_a_day(house: House) -> None:
    """Of a, b and c who look at something on the first day a pays a day later and b two days later; of a and d on the
    next day a does, twice. As long as the third day runs nothing is said of the second.
    """
    third = "2026-11-21"
    house.load([
        *(
            paid(f"{DAY} {time}", who, "add_favorite", sku=sku)
            for who, time, sku in (("a", "10:00", "x"), ("a", "11:00", "y"), ("b", "23:59", "x"), ("c", "00:00", "y"))
        ),
        paid(f"{NEXT} 00:00"), paid(f"{NEXT} 09:00", name="add_favorite", sku="x"),
        paid(f"{NEXT} 09:00", "d", "add_favorite", sku="y"), paid(f"{third} 10:00", "b"),
        paid(f"{third} 09:00"), paid(f"{third} 19:00"),
    ])  # fmt: skip
    back, later = Retained("back", Text("", ""), 1, 0, 1), Retained("later", Text("", ""), 1, 0, 2)
    events = (PAY, Counted("b", ("add_favorite",)))
    by_day = asked(house, back, later, events=events, grain="day")
    whole, by_sku = replace(by_day, grain="whole"), replace(by_day, grain="whole", groups=(SKU,))
    for build in (False, True):
        if build:
            house.build()
        table = answer(house, by_day)
        assert table.column("back") == pytest.approx([1 / 3, 1 / 2])
        assert table.column("later") == pytest.approx([2 / 3, 0])
        assert answer(house, whole).rows[0] == pytest.approx((2 / 5, 2 / 5))
        groups = {row[0]: row[1] for row in answer(house, by_sku).rows}
        assert groups == pytest.approx({"x": 2 / 3, "y": 1 / 3, None: None})
        running = date.fromisoformat(third)
        assert answer(house, by_day, running).column("back") == [pytest.approx(1 / 3), None]
        assert list(answer(house, whole, running).rows[0]) == [pytest.approx(1 / 3), None]
