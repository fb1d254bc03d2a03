"""Which values of a property go with going on from a step: by hand, by brute force, of events and of persons."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.operand import Profile
from minilens.measure.funnels import after
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.period import Range
from tests.examples import at_length, costly
from tests.measure.funnels.asking import DAY, LATE, PAY, SKU, VIEW, answer, funnel, happened
from tests.measure.funnels.oracle import Brute
from tests.measure.funnels.test_funnels_against_brute_force import funnels
from tests.measure.histories import History
from tests.measure.persons.test_against_brute_force import loaded
from tests.measure.tails import with_newest
from tests.pipeline import LATER, Happening, House, at

Houses = Callable[..., House]


def crowd(letter: str, count: int, events: str) -> str:
    return ". ".join(f"{letter}{n}: {events}" for n in range(count))


@pytest.fixture
def house(new_app: Houses) -> House:
    """60 of 90 with A went on, 40 of 310 with others; of B there are too few."""
    found = new_app()
    found.load(happened(". ".join([
        crowd("A", 60, "vA0 p10"), crowd("B", 30, "vA0"), crowd("C", 40, "vC0 p10"), crowd("D", 250, "vC0"),
        crowd("E", 20, "vB0"),
    ])))  # fmt: skip
    return found


def expected(on: int, off: int, all_on: int, all_off: int) -> tuple[float, float, float, float]:
    some, others = on + off, all_on + all_off - on - off
    phi = (on * (all_off - off) - off * (all_on - on)) / (some * others * all_on * all_off) ** 0.5
    rate, other = on / some, (all_on - on) / others
    return rate, other, rate / other, phi


def test_values_of_the_event(house: House) -> None:
    query = funnel(house, VIEW, PAY, show="drivers", step=1, groups=(SKU,), grouped=1, at=1)
    table = answer(house, query)
    assert [column.name for column in table.columns] == [
        "property.sku", "had", "share", "rate_with", "rate_without", "lift", "correlation",
    ]  # fmt: skip
    rows: Any = table.rows
    assert [row[:3] for row in rows] == [("A", 90, 0.225), ("C", 290, 0.725), ("B", 20, 0.05)]
    assert rows[0][3:] == pytest.approx(expected(60, 30, 100, 300))
    assert rows[1][3:] == pytest.approx(expected(40, 250, 100, 300))
    assert rows[2][3:] == (None, None, None, None)
    assert len(answer(house, replace(query, rows=replace(query.rows, top=1))).rows) == 1


def test_values_of_persons(house: House) -> None:
    """The newest value counts, whenever it was said; whoever has none is a row of its own."""
    said = [
        *(("A", n, {"level": "gold"}) for n in range(60)), *(("B", n, {"level": "gold"}) for n in range(30)),
        *(("C", n, {"level": "plain"}) for n in range(40)),
    ]  # fmt: skip
    house.load([
        Happening(at(f"{DAY} 23:00"), "profile_set", device=f"{letter}{n}", profile=json.dumps(told))
        for letter, n, told in said
    ])  # fmt: skip
    house.build()
    rows: Any = answer(
        house,
        funnel(
            house, VIEW, PAY, show="drivers", step=1, groups=(Profile("level"),), grouped=1, at=1
        ),
    ).rows
    assert sorted(((row[0], row[1]) for row in rows), key=str) == [
        ("gold", 90),
        ("plain", 40),
        (None, 270),
    ]
    gold = next(row for row in rows if row[0] == "gold")
    assert gold[3:] == pytest.approx(expected(60, 30, 100, 300))


@costly(2, 30)
@given(told=with_newest(), data=st.data())
def test_against_brute_force(
    new_app: Houses, told: tuple[History, date], data: st.DataObject
) -> None:
    """Of random funnels, with a few instead of thirty, so that there is something to say."""
    house, oracle, whole = loaded(new_app, told, data)
    for _ in range(12 if at_length() else 6):
        drawn = data.draw(funnels().filter(lambda one: not one.held))
        step = data.draw(st.integers(1, drawn.steps - 1))
        last = max(whole.start, whole.end - timedelta(days=data.draw(st.integers(0, 2))))
        rows = replace(
            drawn.rows, app=house.app.id, range=Range(whole.start, last), timezone=str(oracle.zone),
            groups=(DIMENSIONS["province"],),
        )  # fmt: skip
        query = replace(drawn, rows=rows, show="drivers", step=step, grouped=1, at=step)
        as_of = AsOf(LATER, LATE, house.pipeline.loader.through)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(after, "LEAST", 1)
            table = run(house.pipeline.engine, query, as_of)
        assert {row[0]: (row[1], row[3]) for row in table.rows} == counted(
            query, Brute(query, oracle, LATE)
        )


def counted(query: FunnelQuery, brute: Brute) -> dict[Any, tuple[int, float | None]]:
    """Value → how many got to the step with it, and the share of them who went on; unknown where all have it."""
    had: Counter[str] = Counter()
    on: Counter[str] = Counter()
    for one in brute.counted():
        if one.found.level < query.step or (one.found.level == query.step and one.still):
            continue
        value = brute.group(one)
        had[value] += 1
        on[value] += one.found.level > query.step
    return {
        value: (count, on[value] / count if count < had.total() else None)
        for value, count in had.items()
    }
