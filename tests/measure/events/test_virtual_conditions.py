"""Virtual events whose filters are about a launch or a person: what they count, by hand and by brute force."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.errors import Refused
from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.of_app import of_pages, with_page_types
from minilens.measure.events.operand import RECORDED, SESSION
from minilens.measure.events.query import Counted, EventsQuery
from minilens.measure.virtual.preview import Asked, preview
from minilens.measure.virtual.questions import with_virtual
from minilens.records import virtual_content
from minilens.records.virtual_content import Meaning, matches
from minilens.reference.page_types import in_order, type_of
from minilens.reports.virtual import asks, read
from tests.examples import costly
from tests.measure.events.test_against_brute_force import sent
from tests.measure.events.test_by_hand import DAY, NEXT, answer, asked, figure
from tests.measure.filtered_oracle import SAYS, Filtered
from tests.measure.histories import History, histories
from tests.measure.oracle import Oracle
from tests.measure.test_filters_against_brute_force import TEXTS, scattered
from tests.pipeline import Happening, House, around, at, days

Houses = Callable[..., House]
PATTERNS = in_order([("pages/goods/*", "product"), ("pages/index", "home")])
#: a has a launch of two pages and is gold; b is new on the first day and has one page; c comes back on the next day.
STORY = [
    Happening(at("2026-11-01 09:00"), device="c", session="c0"),
    Happening(at(f"{DAY} 09:00"), device="a", session="a1", page="pages/index", os="iOS", brand="Apple"),
    Happening(at(f"{DAY} 09:01"), device="a", session="a1", page="pages/goods/1", os="iOS", brand="Apple"),
    Happening(at(f"{DAY} 09:02"), "click", device="a", session="a1", page="pages/goods/1", os="iOS", brand="Apple"),
    Happening(at(f"{DAY} 10:00"), device="b", session="b1", page="pages/index", os="Android"),
    Happening(at(f"{DAY} 10:01"), "click", device="b", session="b1", page="pages/index", os="Android"),
    Happening(at(f"{DAY} 11:00"), "click", device="d", page="pages/me"),
    Happening(at(f"{NEXT} 09:00"), device="c", session="c1", page="pages/index", scene=1047),
    Happening(at(f"{NEXT} 09:01"), "click", device="c", session="c1", page="pages/index", scene=1047),
    Happening(at(f"{DAY} 08:00"), "user", device="a", profile='{"level":"Gold","gender":"女"}'),
]  # fmt: skip


def taps(*filters: dict[str, Any]) -> Meaning:
    return read({"conditions": [{"event": "click", "filters": list(filters)}]})


def counted(house: House, meaning: Meaning, **more: Any) -> tuple[object, ...]:
    names = ("total", "persons")
    query = asked(house, *map(figure, names), events=(Counted("a", ("taps",)),), **more)  # type: ignore[arg-type]
    meant = with_virtual(query, {"taps": meaning}, asks)
    return answer(house, with_page_types(meant, lambda: PATTERNS)).rows[0]


CASES: list[tuple[dict[str, Any], tuple[int, int]]] = [
    ({"field": "newness", "operator": "is", "values": ["new"]}, (2, 2)),
    ({"field": "newness", "operator": "is", "values": ["returning"]}, (2, 2)),
    ({"field": "os", "operator": "is", "values": ["iOS"]}, (1, 1)),
    ({"field": "os", "operator": "contains", "values": ["ANDR"]}, (1, 1)),
    ({"field": "os", "operator": "is_unknown"}, (2, 2)),
    ({"field": "brand", "operator": "is_not", "values": ["Apple"]}, (3, 3)),
    ({"field": "scene_source", "operator": "is", "values": [SAYS["scene_source"](STORY[-2], False)]}, (1, 1)),
    ({"field": "page_type", "operator": "is", "values": ["home", "product"]}, (3, 3)),
    ({"field": "page_type", "operator": "is_not", "values": ["home"]}, (2, 2)),
    ({"field": "page_type", "operator": "is_unknown"}, (1, 1)),
    ({"field": "gender", "operator": "is", "values": ["female"]}, (1, 1)),
    ({"field": "profile.level", "operator": "is", "values": ["Gold"]}, (1, 1)),
    ({"field": "profile.level", "operator": "contains_not", "values": ["gold"]}, (3, 3)),
    ({"field": "session.visits", "operator": "gte", "values": ["2"]}, (1, 1)),
    ({"field": "session.entry", "operator": "is", "values": ["pages/index"]}, (3, 3)),
    ({"field": "session.visits", "operator": "is_unknown"}, (1, 1)),
]  # fmt: skip


@pytest.fixture(scope="module")
def told(new_app: Houses) -> House:
    house: House = new_app()
    house.load(STORY)
    house.build()
    return house


@pytest.mark.parametrize(("given", "right"), CASES, ids=lambda one: str(one)[:60])
def test_by_hand_and_in_the_preview(
    told: House, given: dict[str, Any], right: tuple[int, int]
) -> None:
    meaning = taps(given)
    assert counted(told, meaning) == right
    end = days(DAY, NEXT).end
    moment = datetime(2026, 11, 20, 12, tzinfo=UTC)
    seen = preview(
        told.pipeline.engine,
        Asked(told.app.id, meaning, {"all": taps()}, end, moment, lambda f: of_pages(asks(f), lambda: PATTERNS)),
    )  # fmt: skip
    assert (seen.matches, seen.persons) == right
    assert (seen.conditions[0].matches, len(seen.samples)) == (right[0], right[0])
    assert seen.shared == {"all": right[0]}


def test_beside_conditions_of_the_event_and_of_the_question(told: House) -> None:
    both = taps(
        CASES[0][0], {"field": "page", "operator": "starts_with", "values": ["pages/goods"]}
    )
    assert counted(told, both) == (1, 1)
    inner = Meaning((*taps(CASES[2][0]).conditions, *taps(CASES[3][0]).conditions))
    outer = read({"conditions": [{"event": "phones", "filters": [CASES[0][0]]}]})
    query = asked(told, figure("total"), events=(Counted("a", ("outer", "page_view")),))
    found = with_virtual(query, {"outer": outer, "phones": inner}, asks)
    assert answer(told, found).rows[0] == (2 + 4,)


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"field": "newness", "operator": "is", "values": ["old"]}, "values"),
        ({"field": "newness", "operator": "contains", "values": ["new"]}, "operator"),
        ({"field": "os", "operator": "gt", "values": ["5"]}, "operator"),
        ({"field": "session.visits", "operator": "contains", "values": ["5"]}, "operator"),
        ({"field": "session.visits", "operator": "gt", "values": ["5", "6"]}, "values"),
        ({"field": "session.visit", "operator": "gt", "values": ["5"]}, "field"),
        ({"field": "page_type", "operator": "is", "values": ["pdp"]}, "values"),
        ({"field": "profile.a'b", "operator": "is", "values": ["x"]}, "field"),
        ({"field": "osx", "operator": "is", "values": ["x"]}, "field"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_says_where(given: dict[str, Any], place: str) -> None:
    with pytest.raises(Refused) as refused:
        taps(given)
    assert refused.value.field == f"conditions[0].filters[0].{place}"


def test_every_field_of_questions_can_be_named() -> None:
    """Those that are a column of events as they came keep their own way."""
    named = {*virtual_content.DIMENSIONS, *virtual_content.COLUMNS}
    assert {*DIMENSIONS, "page_type"} <= named
    assert {f"session.{name}" for name in SESSION} == set(virtual_content.SESSION)
    assert {*RECORDED} - named == {"duration"}


OF_TEXT = sorted(name for name in TEXTS if name in virtual_content.DIMENSIONS)


@st.composite
def filters(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(
        st.sampled_from([*OF_TEXT, "newness", "page_type", "scene_source", "page", "props.n"])
    )
    if name == "newness":
        return {
            "field": name,
            "operator": "is",
            "values": [draw(st.sampled_from(["new", "returning"]))],
        }
    if name == "page_type":
        operator = draw(st.sampled_from(["is", "is_not"]))
        return {
            "field": name,
            "operator": operator,
            "values": [draw(st.sampled_from(["home", "product"]))],
        }
    if name == "scene_source":
        return {"field": name, "operator": draw(st.sampled_from(["is_known", "is_unknown"]))}
    values = [str(one) for one in TEXTS.get(name, ("1", "pages/index", "pages")) if one] or ["x"]
    operator = draw(st.sampled_from(["is", "is_not", "contains", "contains_not", "starts_with"]))
    return {"field": name, "operator": operator, "values": [draw(st.sampled_from(values))]}


@st.composite
def meanings(draw: st.DrawFn) -> Meaning:
    names = st.sampled_from(["page_view", "share", "pay_success"])
    each = st.builds(
        lambda name, some: {"event": name, "filters": some}, names, st.lists(filters(), max_size=2)
    )
    return read({"conditions": draw(st.lists(each, min_size=1, max_size=3))})


@costly(2, 40)
@given(history=histories().map(scattered).map(sent), data=st.data())
def test_against_brute_force(new_app: Houses, history: History, data: st.DataObject) -> None:
    house = new_app(history.zone)
    house.load(history.arrived)
    house.build()
    oracle = Oracle(history.arrived, history.zone)
    filtered = Filtered(oracle, lambda h, new: True)
    over = around(history.arrived, history.zone)

    def said(h: Happening) -> dict[str, Any]:
        new = filtered.is_new(oracle.person[h.id], oracle.day(h), h.traffic)
        own: dict[str, Any] = {name: of(h, new) or None for name, of in SAYS.items()}
        own |= {"page_type": type_of(h.page, PATTERNS) or None, "scene": h.scene, "page": h.page}
        return own | {"name": h.name, "props": json.loads(h.props or "{}")}

    events = [(h, said(h)) for h in oracle.events if h.traffic == "release"]
    for _ in range(8):
        meaning = data.draw(meanings())
        right = [h for h, one in events if matches(meaning, one, {})]
        query: EventsQuery = replace(
            asked(house, figure("total"), figure("persons"), events=(Counted("a", ("v",)),)),
            range=over, timezone=history.zone,
        )  # fmt: skip
        meant = with_page_types(with_virtual(query, {"v": meaning}, asks), lambda: PATTERNS)
        persons = {oracle.person[h.id] for h in right}
        assert answer(house, meant).rows[0] == (len(right), len(persons)), meaning
