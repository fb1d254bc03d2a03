"""Gender and age are the person's: the newest the owner said by the end of a period, on all visits of that person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.load.merges import merge, undo
from minilens.period import Range
from tests import by_name
from tests.examples import costly
from tests.measure.filtered_oracle import Filtered
from tests.measure.histories import History, histories
from tests.measure.oracle import Oracle
from tests.measure.test_against_brute_force import same
from tests.measure.test_audience import asked, seen
from tests.measure.test_filters_against_brute_force import (
    CENTURY,
    all_made,
    ask,
    every_plan,
    from_events,
    scattered,
)
from tests.pipeline import OF_TREND, Happening, House, around, at, days

pytestmark = pytest.mark.side_by_side
OVER = days("2026-11-20", "2026-11-21")


def told(moment: str, device: str, props: str) -> Happening:
    """A profile event."""
    return Happening(at(moment), "profile_set", device=device, profile=props)


def people(house: House, name: str, **given: str) -> dict[object, object]:
    """Visitors by value."""
    return {row[0]: row[1] for row in asked(house, f"audience.{name}", **given).rows}


def test_by_hand(house: House) -> None:
    house.load(
        [
            seen("2026-11-20 09:00", "a"), seen("2026-11-21 09:00", "b"), seen("2026-11-21 10:00", "c"),
            seen("2026-11-21 11:00", "d"),
            told("2026-11-20 09:01", "a", '{"gender":"女","age":30}'),
            told("2026-11-21 09:01", "b", '{"sex":1,"age":"17"}'),
            told("2026-11-21 10:01", "c", '{"gender":"rather not say","age":170}'),
        ]
    )  # fmt: skip
    house.build()
    assert people(house, "gender") == {"female": 1, "male": 1, "": 2}
    assert people(house, "age") == {"30-39": 1, "0-17": 1, "": 2}
    table = asked(house, "audience.gender", users="new")
    assert (table.totals, table.unknown) == ((None, 4, None), (None, 2, 0.5))


def test_the_newest_by_the_end_of_the_period_also_of_late_events(house: House) -> None:
    house.load([seen("2026-11-20 09:00", "a"), seen("2026-11-21 09:00", "a")])
    house.load(
        [told("2026-11-20 23:59", "a", '{"age":24}'), told("2026-11-21 00:00", "a", '{"age":25}')]
    )
    house.build()
    assert people(house, "age") == {"25-29": 1}
    assert people(house, "age", **{"to": "2026-11-20"}) == {"18-24": 1}
    house.load([told("2026-11-20 10:00", "a", '{"age":60}')])  # came late, was said before
    house.build()
    assert people(house, "age", **{"to": "2026-11-20"}) == {"18-24": 1}
    house.load([told("2026-11-22 10:00", "a", '{"age":60}')])  # after the period
    house.build()
    assert people(house, "age") == {"25-29": 1}


def test_a_person_on_two_phones_is_what_was_said_last(house: House) -> None:
    house.load(
        [
            seen("2026-11-20 09:00", "a"), told("2026-11-20 09:01", "a", '{"gender":"f"}'),
            seen("2026-11-21 09:00", "b"), told("2026-11-21 09:01", "b", '{"gender":"m"}'),
        ]
    )  # fmt: skip
    house.build()
    assert people(house, "gender") == {"female": 1, "male": 1}
    pipeline = house.pipeline
    doors = (pipeline.engine, pipeline.pending, pipeline.counter, house.app.id)
    a, b = house.person("device", "a"), house.person("device", "b")
    number = merge(*doors, gone=a, into=b, cause="push")
    house.build()
    assert people(house, "gender") == {"male": 1}
    male = ((by_name.condition("gender", "is", ("male",)),),)
    by_day = by_name.query(house.app.id, ("visits", "visitors"), OVER, filters=male)
    assert [row[1:] for row in ask(house, by_day).rows] == [(1, 1), (1, 1)]
    with every_plan(from_events):
        rows = ask(house, replace(by_day, cutoff=CENTURY)).rows
    assert [row[1:] for row in rows] == [(1, 1), (1, 1)]
    undo(*doors, version=number)
    house.build()
    assert people(house, "gender") == {"female": 1, "male": 1}


def test_an_empty_period(house: House) -> None:
    table = asked(house, "audience.gender")
    assert (table.rows, table.totals, table.unknown) == ((), (None, 0, None), (None, 0, None))


Houses = Callable[..., House]
SAID = {"female": "female", "M": "male", "2": "female", "?": ""}


@costly(2, 100)
@given(history=histories().map(scattered), data=st.data())
def test_filters_by_gender_against_a_count(
    new_app: Houses, history: History, data: st.DataObject
) -> None:
    """Filter, opposite and unknown: each as it is counted, and together all there is."""
    devices = sorted({h.device for h in history.arrived})
    first = min(h.ts for h in history.arrived)
    chosen = data.draw(
        st.lists(st.tuples(st.sampled_from(devices), st.sampled_from(sorted(SAID))), max_size=6)
    )
    profiles = tuple(
        Happening(first + n, "profile_set", device=device, profile=f'{{"gender":"{said}"}}')
        for n, (device, said) in enumerate(chosen)
    )
    history = History(history.zone, (*history.chunks, *((profiles,) if profiles else ())))
    house = all_made(new_app, history)
    oracle = Oracle(history.arrived, history.zone)
    gender = {oracle.person[h.id]: SAID[chosen[n][1]] for n, h in enumerate(profiles)}
    over = around(history.arrived, history.zone)
    over = replace(over, end=over.end + timedelta(days=1))
    for value in ("female", "male", ""):
        filters = (
            (by_name.condition("gender", *(("is", (value,)) if value else ("is_unknown",))),),
        )
        right = by_gender(oracle, gender, value).figures(
            over.start, over.end, "week", by_page=False
        )
        query = by_name.query(house.app.id, OF_TREND, over, ("week",), filters=filters)
        same(list(ask(house, query).rows), right)
        with every_plan(from_events):
            same(list(ask(house, replace(query, cutoff=CENTURY)).rows), right)
    listed = ask(house, by_name.query(house.app.id, ("visits",), over, ("gender",)))
    assert sum(int(str(row[1])) for row in listed.rows) == (listed.totals or (None, 0))[1]
    who_came(house, oracle, gender, over)


def who_came(house: House, oracle: Oracle, gender: dict[int, str], over: Range) -> None:
    """People alone are read from days, and are those who are counted beside their visits, also of a field's values."""
    people = ("visitors", "new_users")
    city = ((by_name.condition("city", "is_not", ("深圳",)),),)
    new = ((by_name.condition("newness", "is", ("new",)), by_name.condition("page", "is_known")),)
    for filters in (city, new, (*city, *new), ()):
        few, more = (
            ask(house, by_name.query(house.app.id, some, over, ("gender",), filters=filters))
            for some in (people, (*people, "visits"))
        )
        assert {row[0]: row[1:3] for row in few.rows} == {row[0]: row[1:3] for row in more.rows}
        assert few.totals == (more.totals or ())[:3]
    found = {row[0]: row[1] for row in few.rows}
    seen = {
        oracle.person[h.id]
        for h in oracle.events
        if h.name == "page_view" and h.traffic == "release"
    }
    for value in ("female", "male", ""):
        assert found.get(value, 0) == sum(gender.get(person, "") == value for person in seen)


def by_gender(oracle: Oracle, gender: dict[int, str], value: str) -> Filtered:
    """What persons of that gender did."""
    return Filtered(oracle, lambda h, new: gender.get(oracle.person[h.id], "") == value)
