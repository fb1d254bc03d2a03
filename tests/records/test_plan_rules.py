"""What is wrong with a plan is said with its place, in both languages; what is taken, trackers take as well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.errors import Refused
from minilens.records import plan_rules
from minilens.records.plan_rules import KINDS, ORIGINS, TRIGGERS, read
from minilens.reference.field_types import TYPES

SCHEMA = json.loads((Path(__file__).parents[2] / "tracker" / "config.schema.json").read_text())
VALID = jsonschema_rs.validator_for(SCHEMA)


def event(**change: Any) -> dict[str, Any]:
    """An event in order, but for this; None takes a field away."""
    return but({"name": "tea", "actions": [action()]}, change)


def action(**change: Any) -> dict[str, Any]:
    row = {"field": "sku", "type": "text", "value": "list[].sku"}
    return but(
        {"trigger": "click", "action": "once", "page": "pages/a", "element": ".tea", "data": [row]}, change
    )  # fmt: skip


def but(whole: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (whole | change).items() if value is not None}


def of(*events: Any, **more: Any) -> dict[str, Any]:
    return {"events": list(events), **more}


def row(field: str, value: Any, **more: Any) -> dict[str, Any]:
    return of(event(actions=[action(data=[{"field": field, "value": value}], **more)]))


FIRST = "events[0]"
#: What is sent, the place that is named, the code, a part of the reason.
WRONG: list[tuple[Any, str, str, str]] = [
    ([], "plan", "bad_shape", "must be an object"),
    ({"evnts": []}, "evnts", "unknown_field", "did you mean events?"),
    ({"events": {}}, "events", "bad_shape", "must be a list"),
    ({"off": True}, "off", "bad_shape", "minilens plan off"),
    ({"sample": 1.5}, "sample", "bad_shape", "a number from 0 to 1"),
    ({"sample": True}, "sample", "bad_shape", "a number"),
    ({"flush": {"size": 0}}, "flush.size", "bad_shape", "a whole number from 1 to 50"),
    ({"flush": {"seconds": "5"}}, "flush.seconds", "bad_shape", "a number"),
    ({"deny": [1]}, "deny[0]", "bad_shape", "must be text"),
    ({"deny": ["x"] * 201}, "deny", "too_many", "200"),
    (of(7), FIRST, "bad_shape", "must be an object"),
    (of(event(name=None)), f"{FIRST}.name", "missing", "required"),
    (of(event(name="Tea")), f"{FIRST}.name", "bad_name", "Invalid event name Tea"),
    (of(event(name="page_view")), f"{FIRST}.name", "bad_shape", "sent by the tracker itself"),
    (of(event(zh="茶" * 33)), f"{FIRST}.zh", "too_long", "32"),
    (of(event(id=0)), f"{FIRST}.id", "bad_shape", "from 1"),
    (of(event(actions=[])), f"{FIRST}.actions", "missing", "required"),
    (of(event(actions=[action(trigger="tap")])), f"{FIRST}.actions[0].trigger", "unknown_choice", "tap"),
    (of(event(actions=[action(trigger="enterpage", element=None)])), f"{FIRST}.actions[0].trigger",
     "unknown_choice", "did you mean enterPage?"),
    (of(event(actions=[action(element=None)])), f"{FIRST}.actions[0].element", "missing", "required"),
    (of(event(actions=[action(element="tea")])), f"{FIRST}.actions[0].element", "bad_shape", "#id, @handler"),
    (of(event(actions=[action(trigger="launch", data=None)])), f"{FIRST}.actions[0].element", "bad_shape",
     "for the trigger click only"),
    (of(event(actions=[action(**{"from": "menu"})])), f"{FIRST}.actions[0].from", "bad_shape", "share only"),
    (of(event(actions=[action(trigger="launch", element=None)])), f"{FIRST}.actions[0].data[0].value", "bad_shape",
     "click only"),
    (of(event(actions=[action(action="report")])), f"{FIRST}.actions", "bad_shape", "has report but no start"),
    (of(event(actions=[action(action="start")])), f"{FIRST}.actions", "bad_shape", "has start but no report"),
    (row("Sku", "a"), f"{FIRST}.actions[0].data[0].field", "bad_name", "Sku"),
    (row("sku", ""), f"{FIRST}.actions[0].data[0].value", "missing", "required"),
    (row("sku", "'a"), f"{FIRST}.actions[0].data[0].value", "bad_shape", "closing quote"),
    (row("sku", "list[0].a"), f"{FIRST}.actions[0].data[0].value", "bad_shape", "list[].name"),
    (row("sku", "$PAGETIME"), f"{FIRST}.actions[0].data[0].value", "unknown_choice", "did you mean $PAGE_TIME?"),
    (row("sku", "$DATASET"), f"{FIRST}.actions[0].data[0].value", "unknown_choice", "$DATASET.x"),
    (of(event(), event()), "events[1].name", "bad_shape", "taken by another event"),
    (of(event(id=3), event(name="b", id=3)), "events[1].id", "bad_shape", "taken by another event"),
    (of(event(), event(name="b", actions=[action(data=[{"field": "sku", "type": "number", "value": "n"}])])),
     "events[1].actions[0].data[0].type", "bad_shape", "sku is text elsewhere"),
]  # fmt: skip


@pytest.mark.parametrize(("plan", "place", "code", "reason"), WRONG)
def test_what_is_wrong_is_named(plan: Any, place: str, code: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read(json.dumps(plan).encode())
    found = refused.value
    assert (found.field, found.code) == (place, code)
    assert reason in found.message("en")
    assert found.message("zh") != found.message("en")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b'{"events": [}', "line 1, column 13"),
        (b"\xff", "not UTF-8"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"sample": NaN}', "NaN: is not a JSON number"),
        (b'{"sample": 1, "sample": 0}', "appears twice"),
        (b"", "line 1, column 1"),
        (b" " * (1 << 20), "exceeds the limit of 64 KB"),
    ],
)
def test_what_is_no_plan_at_all(text: bytes, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        read(text)


SOURCES = st.sampled_from(
    ["price", "goods.price", "list[].name", "list[][].name", "list[].$INDEX", "$DATASET.x", "$MARK.x", "$DETAIL.x",
     "$QUERY.x", "$APP.x", "$PAGE_TIME", "$APP_TIME", "$CURRENT_PAGE", "$LAST_PAGE", '"tea"', "'a[0]'"]
)  # fmt: skip
TEXTS = st.text(max_size=6)


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An object with some of these."""
    return st.fixed_dictionaries({}, optional=fields)


ROWS = some(
    field=st.sampled_from(["sku", "n", "A"]),
    type=st.sampled_from([*TYPES, "x"]),
    value=SOURCES | TEXTS,
)
ACTIONS = some(
    trigger=st.sampled_from(TRIGGERS), action=st.sampled_from(KINDS), page=TEXTS, data=st.lists(ROWS, max_size=2),
    element=st.sampled_from(["#a", "@b", "[data-x=1]", ".c", ".c .d", "e"]), **{"from": st.sampled_from(ORIGINS)},
)  # fmt: skip
EVENTS = some(
    name=st.sampled_from(["a", "b", "c", "9"]), id=st.integers(-1, 3), rev=st.integers(0, 3),
    actions=st.lists(ACTIONS, max_size=3), zh=TEXTS,
)  # fmt: skip
PLANS = some(
    events=st.lists(EVENTS, max_size=2), sample=st.floats(), deny=st.lists(TEXTS, max_size=2), rev=TEXTS,
    flush=some(size=st.integers(-1, 60), seconds=st.floats(allow_nan=False)), more=st.none(),
)  # fmt: skip


@given(PLANS)
def test_whatever_is_taken_fits_the_schema_of_the_tracker(plan: dict[str, Any]) -> None:
    found, wrong = None, None
    try:
        found = read(json.dumps(plan).encode())
    except Refused as refused:
        wrong = refused
    if found is None:
        assert wrong
        assert wrong.field
        assert wrong.message("zh")
        return
    for number, one in enumerate(found.get("events", []), start=1):
        one.setdefault("id", number)
        one.setdefault("rev", 1)
    assert VALID.is_valid({"rev": "1", **found}), list(VALID.iter_errors({"rev": "1", **found}))


SOUND_ACTIONS = st.builds(
    lambda trigger, page, rows: but(
        {"trigger": trigger, "action": "once", "page": page},
        {"element": "#a"} if trigger == "click" else {},
    ) | {"data": [{"field": f"f{n}", "value": v} for n, v in enumerate(rows)]},
    st.sampled_from(TRIGGERS), st.sampled_from(["ANY_PAGE", "pages/a"]),
    st.lists(st.sampled_from(["price", "$QUERY.x", "$PAGE_TIME", '"x"']), max_size=3),
)  # fmt: skip


@given(st.lists(st.lists(SOUND_ACTIONS, min_size=1, max_size=3), max_size=5))
def test_what_is_in_order_is_taken_as_it_is(events: list[list[dict[str, Any]]]) -> None:
    plan = of(*({"name": f"e{n}", "actions": actions} for n, actions in enumerate(events)))
    assert read(json.dumps(plan).encode()) == plan


def test_the_words_are_those_of_the_schema() -> None:
    defs = SCHEMA["$defs"]
    said = defs["action"]["properties"]
    assert tuple(said["trigger"]["enum"]) == TRIGGERS
    assert tuple(said["action"]["enum"]) == KINDS
    assert tuple(said["from"]["enum"]) == ORIGINS
    assert tuple(defs["field"]["properties"]["type"]["enum"]) == TYPES
    assert set(SCHEMA["properties"]) | {"$schema"} == set(plan_rules._PLAN)
    assert set(said) == set(plan_rules._ACTION)
