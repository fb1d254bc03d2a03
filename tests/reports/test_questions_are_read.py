"""Questions in JSON: what is understood, and that whatever is wrong is refused by its path."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.errors import Refused
from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events import formula
from minilens.measure.events.operand import RECORDED, SESSION, Profile, Property
from minilens.measure.events.query import (
    Condition,
    Conditions,
    Conversion,
    Counted,
    Figure,
    Formula,
    Retained,
)
from minilens.period import Range
from minilens.reports.events_reader import read
from minilens.reports.question import decoded, encoded
from minilens.reports.questions.events import EventsQuestion
from minilens.reports.request import AppContext
from minilens.text import Text
from tests.examples import examples

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
CONTEXT = AppContext("Asia/Shanghai", NOW)
PAY = {"event": "pay_success"}
SKU: dict[str, Any] = {"property": "sku", "operator": "is", "values": ["x"]}


def asked(**more: Any) -> dict[str, Any]:
    return {"kind": "events", "events": [PAY], **more}


def understood(question: dict[str, Any]) -> Any:
    return read(decoded(json.dumps(question), EventsQuestion), CONTEXT, 7)


def nested(depth: int) -> dict[str, Any]:
    return {"all": [nested(depth - 1)]} if depth else SKU


EVERYTHING = (
    asked(
        events=[{"event": ["pay_success", "paid"], "where": SKU}, {"event": "page_view", "name": "views"}],
        measures=[
            {"aggregate": "persons", "name": "payers"},
            {"aggregate": "median", "property": "amount"},
            {"aggregate": "sum", "field": "value", "title": "Revenue"},
            {"aggregate": "total", "of": "views"},
            {"formula": "payers / m4 * 100", "unit": "ratio"},
        ],
        groups=[{"field": "province"}, {"property": "sku"}],
        where={"any": [
            {"profile": "level", "operator": "is_not", "values": ["gold"]},
            {"all": [{"session": "visits", "operator": "gte", "values": [2]},
                     {"property": "at", "operator": "before", "values": ["2026-11-20 08:00"]}]},
        ]},
        period="yesterday", grain="whole", traffic="trial", sort="m2", order="asc", top=3, rest=False,
    )
)  # fmt: skip


def test_a_question_with_everything() -> None:
    found = understood(EVERYTHING)
    sku = Conditions(True, (Condition(Property("sku"), "is", ("x",)),))
    assert found.events == (
        Counted("a", ("pay_success", "paid"), sku),
        Counted("views", ("page_view",)),
    )
    figures = [(one.name, one.of, one.aggregate, one.operand) for one in found.figures]
    assert figures == [
        ("payers", 0, "persons", None), ("m2", 0, "median", Property("amount")),
        ("m3", 0, "sum", RECORDED["value"]), ("m4", 1, "total", None),
    ]  # fmt: skip
    rate = found.measures[-1]
    assert isinstance(rate, Formula)
    assert (rate.name, rate.unit, formula.names(rate.node)) == ("m5", "ratio", {"payers", "m4"})
    assert found.groups == (DIMENSIONS["province"], Property("sku"))
    assert found.where == Conditions(False, (
        Condition(Profile("level"), "is_not", ("gold",)),
        Conditions(True, (
            Condition(SESSION["visits"], "gte", (2.0,)), Condition(Property("at"), "before", (1795132800000,)),
        )),
    ))  # fmt: skip
    assert (found.range, found.grain, found.traffic) == (
        Range(date(2026, 11, 21), date(2026, 11, 21)), "whole", "trial",
    )  # fmt: skip
    assert (found.sort, found.ascending, found.top, found.include_other) == ("m2", True, 3, False)


def test_what_is_not_said() -> None:
    found = understood(asked())
    assert [(one.name, one.aggregate) for one in found.measures if isinstance(one, Figure)] == [
        ("m1", "total")
    ]
    assert (found.range.days, found.grain, found.top, found.include_other) == (7, "day", 10, True)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({"operator": "is", "values": [5]}, ("eq", (5.0,))),
        ({"operator": "is_not", "values": [5, 1.5]}, ("ne", (5.0, 1.5))),
        ({"operator": "is", "values": [True]}, ("is_true", ())),
        ({"operator": "is", "values": ["5"]}, ("is", ("5",))),
        ({"operator": "is", "values": [5, "x"]}, ("is", ("5", "x"))),
        ({"operator": "gt", "values": ["1.5"]}, ("gt", (1.5,))),
    ],
)  # fmt: skip
def test_the_type_of_values_says_what_is_compared(
    given: dict[str, Any], meant: tuple[str, tuple[object, ...]]
) -> None:
    (one,) = understood(asked(where={"property": "p", **given})).where.parts
    assert (one.operator, one.values) == meant


def test_a_field_is_asked_as_reports_filter_by_it() -> None:
    (one,) = understood(
        asked(where={"field": "province", "operator": "is", "values": ["Guangdong"]})
    ).where.parts
    assert one == Condition(DIMENSIONS["province"], "is", ("广东",))


def test_a_conversion() -> None:
    """Within seven days unless said otherwise, of the first event."""
    seen = [PAY, {"event": "page_view"}]
    plain = {"aggregate": "conversion", "to": "b"}
    full = {**plain, "of": "b", "to": "a", "window": "30m", "hold": ["sku"], "title": "Bought"}
    first, second = understood(asked(events=seen, measures=[plain, full])).measures
    named = Text("pay_success → page_view · 转化率", "pay_success → page_view · conversion")
    assert first == Conversion("m1", named, 0, 1, 7 * 86_400_000)
    bought = Text("Bought", "Bought")
    assert second == Conversion("m2", bought, 1, 0, 1_800_000, (Property("sku"),))


def test_retention_on_a_day() -> None:
    """A week later unless said otherwise, by the event itself unless another is named."""
    seen = [PAY, {"event": "page_view"}]
    full = {"aggregate": "retention", "of": "b", "to": "a", "day": 1, "title": "Next day"}
    asked_of = asked(events=seen, measures=[{"aggregate": "retention"}, full])
    first, second = understood(asked_of).measures
    named = Text(
        "pay_success → pay_success · 第 7 天留存率", "pay_success → pay_success · day 7 retention"
    )
    assert first == Retained("m1", named, 0, 0, 7)
    assert second == Retained("m2", Text("Next day", "Next day"), 1, 0, 1)


WRONG: list[tuple[Any, str, str]] = [
    ({}, "missing", "kind"),
    ({"kind": "event"}, "unknown_choice", "kind"),
    ({"kind": "events"}, "missing", "events"),
    (asked(events=[]), "missing", "events"),
    (asked(events=[PAY] * 11), "too_many", "events"),
    (asked(events=[{"event": ""}]), "missing", "events[0].event"),
    (asked(events=[{"event": 5}]), "wrong_type", "events[0].event"),
    (asked(events=[PAY, {**PAY, "name": "a"}]), "bad_measure_name", "events[1].name"),
    (asked(evnts=1), "wrong_type", "evnts"),
    (asked(measures=[]), "missing", "measures"),
    (asked(measures=[{"aggregate": "total"}] * 21), "too_many", "measures"),
    (asked(measures=[{"aggregate": "totl"}]), "unknown_choice", "measures[0].aggregate"),
    (asked(measures=[{"aggregate": "total"}, {"aggregate": "sum"}]), "missing", "measures[1].property"),
    (asked(measures=[{"aggregate": "sum", "field": "page"}]), "not_a_number", "measures[0].field"),
    (asked(measures=[{"aggregate": "total", "property": "x"}]), "not_taken_by", "measures[0].property"),
    (asked(measures=[{"aggregate": "total", "of": "b"}]), "unknown_choice", "measures[0].of"),
    (asked(measures=[{"aggregate": "total", "name": "1x"}]), "bad_measure_name", "measures[0].name"),
    (asked(measures=[{"name": "day"}]), "bad_measure_name", "measures[0].name"),
    (asked(measures=[{"name": "province"}], groups=[{"field": "province"}]), "bad_measure_name", "measures[0].name"),
    (asked(measures=[{"formula": "m1"}]), "unknown_measure", "measures[0].formula"),
    (asked(measures=[{}, {"formula": "m1 +"}]), "bad_formula", "measures[1].formula"),
    (asked(measures=[{}, {"formula": "__import__('os')"}]), "bad_formula", "measures[1].formula"),
    (asked(measures=[{}, {"formula": "(" * 50 + "m1"}]), "bad_formula", "measures[1].formula"),
    (asked(measures=[{}, {"formula": "m1" * 200}]), "too_long", "measures[1].formula"),
    (asked(measures=[{"aggregate": "conversion"}]), "missing", "measures[0].to"),
    (asked(measures=[{"aggregate": "conversion", "to": "b"}]), "unknown_choice", "measures[0].to"),
    (asked(measures=[{"aggregate": "conversion", "to": "a", "window": "7"}]), "bad_window", "measures[0].window"),
    (asked(measures=[{"aggregate": "conversion", "to": "a", "hold": ["x"] * 4}]), "too_many", "measures[0].hold"),
    (asked(measures=[{"aggregate": "conversion", "to": "a", "hold": ["a'b"]}]), "bad_property", "measures[0].hold[0]"),
    (asked(measures=[{"aggregate": "conversion", "to": "a", "field": "value"}]), "not_taken_by", "measures[0].field"),
    (asked(measures=[{"aggregate": "retention", "to": "b"}]), "unknown_choice", "measures[0].to"),
    (asked(measures=[{"aggregate": "retention", "day": 0}]), "bad_number", "measures[0].day"),
    (asked(measures=[{"aggregate": "retention", "day": 367}]), "bad_number", "measures[0].day"),
    (asked(measures=[{"aggregate": "retention", "day": "7"}]), "wrong_type", "measures[0].day"),
    (asked(measures=[{"aggregate": "retention", "window": "7d"}]), "not_taken_by", "measures[0].window"),
    (asked(measures=[{"aggregate": "conversion", "to": "a", "day": 7}]), "not_taken_by", "measures[0].day"),
    (asked(measures=[{"aggregate": "total", "day": 7}]), "not_taken_by", "measures[0].day"),
    (asked(measures=[{"aggregate": "total", "window": "7d"}]), "not_taken_by", "measures[0].window"),
    (asked(measures=[{}, {"formula": "m1", "to": "a"}]), "not_taken_by", "measures[1].to"),
    (asked(groups=[{"property": "p"}] * 6), "too_many", "groups"),
    (asked(groups=[{"property": "p"}, {"property": "p"}]), "twice", "groups[1]"),
    (asked(groups=[{}]), "missing", "groups[0].property"),
    (asked(groups=[{"field": "provinc"}]), "unknown_field", "groups[0].field"),
    (asked(groups=[{"field": "page", "property": "p"}]), "either_or", "groups[0].field"),
    (asked(groups=[{"property": "a'b"}]), "bad_property", "groups[0].property"),
    (asked(groups=[{"property": "a\nb"}]), "bad_property", "groups[0].property"),
    (asked(where={**SKU, "operator": "iss"}), "unknown_operator", "where.operator"),
    (asked(where={"property": "p"}), "unknown_operator", "where.operator"),
    (asked(where={"field": "value", "operator": "contains", "values": ["1"]}), "unknown_operator", "where.operator"),
    (asked(where={**SKU, "values": []}), "no_value", "where.values"),
    (asked(where={**SKU, "operator": "is_known"}), "filter_values", "where.values"),
    (asked(where={**SKU, "operator": "gt"}), "bad_value", "where.values"),
    (asked(where={**SKU, "operator": "gt", "values": ["nan"]}), "bad_value", "where.values"),
    (asked(where={**SKU, "operator": "gt", "values": [1, 2]}), "too_many", "where.values"),
    (asked(where={**SKU, "operator": "between", "values": [1]}), "too_few", "where.values"),
    (asked(where={**SKU, "operator": "before", "values": ["soon"]}), "bad_time", "where.values"),
    (asked(where={"all": [SKU], "any": [SKU]}), "either_or", "where"),
    (asked(where={"all": [SKU], "property": "p"}), "either_or", "where"),
    (
        asked(where={"any": [SKU, {"all": [{"field": "x", "operator": "is"}]}]}), "unknown_field",
        "where.any[1].all[0].field",
    ),
    (asked(where=nested(6)), "too_deep", "where.all[0].all[0].all[0].all[0].all[0]"),
    (asked(where={"all": [SKU] * 31}), "too_many", "where.all[30]"),
    (asked(events=[{**PAY, "where": {"all": [SKU] * 30}}], where=SKU), "too_many", "where"),
    (asked(period="7"), "unknown_choice", "period"),
    (asked(**{"from": "2026-13-01"}), "bad_date", "from"),
    (asked(grain="year"), "wrong_type", "grain"),
    (asked(grain="hour", period="90d"), "too_many_buckets", "grain"),
    (asked(sort="m2"), "unknown_choice", "sort"),
    (asked(top=0), "wrong_type", "top"),
    ([], "wrong_type", "body"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "code", "field"), WRONG, ids=lambda one: str(one)[:40])
def test_what_is_wrong_is_refused_by_its_path(question: Any, code: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        understood(question)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert refused.value.message("zh") != refused.value.message("en")


@pytest.mark.parametrize(
    "body", ["", "{", "[" * 10_000, '{"kind": "events"' + " " * 70_000, b"\xff\xfe"]
)
def test_what_is_no_question_at_all(body: str | bytes) -> None:
    with pytest.raises(Refused):
        decoded(body)


JUNK = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(), st.text(max_size=20), st.just(SKU),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(("event", "where", "all", "any", "property", "operator", "values", "formula", "name")),
            inner, max_size=4,
        ),
    ),
    max_leaves=8,
)  # fmt: skip


@examples(60, 3000)
@given(
    field=st.sampled_from(("events", "measures", "groups", "where", "period", "top", "sort")),
    junk=JUNK,
)
def test_junk_is_refused_and_nothing_else(field: str, junk: Any) -> None:
    try:
        found = understood(asked(**{field: junk}))
    except (Refused, msgspec.EncodeError):
        return
    found.check()


TERMS = st.recursive(
    st.sampled_from(("a", "b", "c", "2", "0.5", "-3")),
    lambda inner: st.builds(
        lambda left, sign, right: f"({left} {sign} {right})", inner, st.sampled_from("+-*/"), inner
    ),
    max_leaves=8,
)


@examples(60, 2000)
@given(text=TERMS, a=st.integers(-5, 5), b=st.integers(-5, 5))
def test_a_formula_comes_to_what_python_says(text: str, a: int, b: int) -> None:
    """The tree has the order of Python's own; `c` is unknown."""
    node = formula.parse(text, ("a", "b", "c"), "")
    found = formula.evaluate(node, {"a": a, "b": b, "c": None})
    try:
        right = None if "c" in text else eval(text, {"__builtins__": {}}, {"a": a, "b": b})
    except ZeroDivisionError:
        right = None
    assert found == (None if right is None else pytest.approx(right))


def test_a_question_is_written_as_it_was_read() -> None:
    question = decoded(json.dumps(asked(groups=[{"property": "sku"}], where={"any": [SKU]})))
    assert decoded(encoded(question)) == question
