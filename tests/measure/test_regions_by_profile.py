"""Where people are: by what the owner said last, else by the address of the visit; and how many of each there are."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.load.merges import merge
from minilens.measure.days.run import prepare
from minilens.measure.prepared import AsOf
from minilens.render.as_list import as_list
from minilens.reports import find
from tests import by_name
from tests.examples import costly
from tests.measure.histories import History, histories
from tests.measure.oracle import Oracle
from tests.measure.test_audience import asked, seen
from tests.measure.test_filters_against_brute_force import (
    CENTURY,
    all_made,
    ask,
    every_plan,
    from_events,
    scattered,
)
from tests.measure.test_gender_and_age import people, told
from tests.pipeline import CREATED, LATER, Happening, House, around, days

pytestmark = pytest.mark.side_by_side
OVER = days("2026-11-20", "2026-11-21")
#: a and c say it; b says nothing that is a province; e came from two.
STORY = [
    seen("2026-11-20 09:00", "a", province="广东", city="深圳"),
    seen("2026-11-20 10:00", "b", province="广东", city="广州"),
    seen("2026-11-20 11:00", "c"), seen("2026-11-20 12:00", "d"),
    seen("2026-11-20 13:00", "e", province="北京", city="北京"),
    seen("2026-11-20 14:00", "e", province="广东", city="广州"),
    told("2026-11-20 09:01", "a", '{"province":"上海市","city":"上海市"}'),
    told("2026-11-20 10:01", "b", '{"province":"somewhere"}'),
    told("2026-11-20 11:01", "c", '{"province":"Inner Mongolia"}'),
]  # fmt: skip


def test_by_hand(house: House) -> None:
    house.load(STORY)
    house.build()
    assert people(house, "provinces") == {"广东": 2, "上海": 1, "内蒙古": 1, "北京": 1, "": 1}
    assert people(house, "cities") == {"广州": 2, "上海": 1, "北京": 1, "": 2}
    table = asked(house, "audience.provinces")
    assert (table.totals, table.told, table.looked_up, table.unknown) == (
        (None, 5, None), (None, 2, 0.4), (None, 2, 0.4), (None, 1, 0.2),
    )  # fmt: skip
    report = find("audience.provinces")
    note = as_list(table, "visitors", "en", report.told_by).note
    assert note.endswith("By profile: 2; by address: 2. Unknown: 1 of 5 people.")
    here = ((by_name.condition("person_province", "is", ("广东",)),),)
    query = by_name.query(house.app.id, ("visits", "launches"), OVER, filters=here)
    assert ask(house, query).rows[0][1:] == (2, 2)
    with every_plan(from_events):
        visits = replace(query, measures=query.measures[:1], cutoff=CENTURY)
        assert ask(house, visits).rows[0][1:] == (2,)


def test_cities_are_understood_in_english(house: House) -> None:
    """But for a name that two cities have, and for what no city of China is called."""
    said = (
        "Hangzhou",
        "杭州市",
        "XI'AN",
        "Ürümqi",
        "Urumqi",
        "Wong Tai Sin",
        "Suzhou",
        "Suzhou (Anhui)",
        "Springfield",
    )
    for n, city in enumerate(said):
        profile = json.dumps({"city": city}, ensure_ascii=False)
        house.load([seen("2026-11-20 09:00", f"p{n}"), told("2026-11-20 09:01", f"p{n}", profile)])
    house.build()
    assert people(house, "cities") == {
        "杭州": 2, "西安": 1, "乌鲁木齐": 2, "黄大仙": 1, "Suzhou": 1, "宿州": 1, "Springfield": 1,
    }  # fmt: skip
    here = ((by_name.condition("person_city", "contains", ("Hang",)),),)
    query = by_name.query(house.app.id, ("visits",), OVER, filters=here)
    assert ask(house, query).rows[0][1:] == (2,)


def test_the_newest_by_the_end_of_the_period_of_whoever_it_is_now(house: House) -> None:
    house.load([
        seen("2026-11-20 09:00", "a"), told("2026-11-20 09:01", "a", '{"province":"广东"}'),
        told("2026-11-21 09:01", "b", '{"province":"广西壮族自治区"}'), seen("2026-11-21 09:00", "b"),
    ])  # fmt: skip
    house.build()
    assert people(house, "provinces") == {"广东": 1, "广西": 1}
    assert people(house, "provinces", to="2026-11-20") == {"广东": 1}
    doors = (house.pipeline.engine, house.pipeline.pending, house.pipeline.counter, house.app.id)
    gone, into = house.person("device", "a"), house.person("device", "b")
    merge(*doors, gone=gone, into=into, cause="push")
    house.build()
    assert people(house, "provinces") == {"广西": 1}
    query = by_name.query(house.app.id, ("visits",), OVER, ("person_province",))
    with every_plan(from_events):
        assert [row[:2] for row in ask(house, replace(query, cutoff=CENTURY)).rows] == [("广西", 2)]


def test_where_nobody_says_it_days_tell(house: House) -> None:
    house.load([one for one in STORY if not one.profile])
    house.build()
    query = by_name.query(house.app.id, ("visitors",), OVER, ("person_province",))
    ready = prepare(house.pipeline.engine, query, AsOf(LATER, CREATED, 0))
    assert not ready.heavy
    found = ready.run()
    assert {row[0]: row[1] for row in found.rows} == people(house, "provinces")
    assert found.columns[0].name == "person_province"
    assert found.told is None


Houses = Callable[..., House]
SAID = {"广东省": "广东", "beijing": "北京", "Hong-Kong": "香港", "?": "", "": ""}


@costly(2, 100)
@given(history=histories().map(scattered), data=st.data())
def test_against_a_count(new_app: Houses, history: History, data: st.DataObject) -> None:
    """Late events, duplicates, midnight, either zone and merged persons are those of every history."""
    devices = sorted({h.device for h in history.arrived})
    first = min(h.ts for h in history.arrived)
    chosen = data.draw(
        st.lists(st.tuples(st.sampled_from(devices), st.sampled_from(sorted(SAID))), max_size=6)
    )
    profiles = tuple(
        Happening(first + n, "profile_set", device=device, profile=f'{{"province":"{said}"}}')
        for n, (device, said) in enumerate(chosen)
    )
    history = History(history.zone, (*history.chunks, *((profiles,) if profiles else ())))
    house = all_made(new_app, history)
    oracle = Oracle(history.arrived, history.zone)
    said = {oracle.person[h.id]: SAID[chosen[n][1]] for n, h in enumerate(profiles)}
    visits: dict[str, int] = defaultdict(int)
    visitors: dict[str, set[int]] = defaultdict(set)
    for h in oracle.events:
        if h.name == "page_view" and h.traffic == "release":
            person = oracle.person[h.id]
            where = said.get(person) or h.province
            visits[where] += 1
            visitors[where].add(person)
    query = by_name.query(
        house.app.id, ("visits", "visitors"), around(history.arrived, history.zone), ("person_province",), top=1000
    )  # fmt: skip
    expected = {where: (visits[where], len(visitors[where])) for where in visits}
    assert {row[0]: row[1:] for row in ask(house, query).rows} == expected
    with every_plan(from_events):
        found = ask(house, replace(query, cutoff=CENTURY))
    assert {row[0]: row[1:] for row in found.rows} == expected
