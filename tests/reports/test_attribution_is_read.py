"""Questions about attribution are read from JSON, and what is wrong is named by its path."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.errors import Refused
from minilens.measure.attribution.query import DAY, MODELS, AttributionQuery
from minilens.measure.events.operand import RECORDED, Property
from minilens.reports.attribution_reader import read
from minilens.reports.kinds.attribution import request
from minilens.reports.question import decoded, encoded
from minilens.reports.questions.attribution import AttributionQuestion
from minilens.reports.request import AppContext
from tests.reports.test_funnels_are_read import JSON

CONTEXT = AppContext("Asia/Shanghai", datetime(2026, 11, 22, 4, tzinfo=UTC))
PAID: dict[str, Any] = {"event": "pay_success"}


def asked(**more: Any) -> AttributionQuery:
    told = {"kind": "attribution", "conversion": PAID} | more
    question = decoded(msgspec.json.encode(told), AttributionQuestion)
    assert decoded(encoded(question)) == question
    return read(question, CONTEXT, 7)


def test_what_is_meant_where_nothing_is_said() -> None:
    query = asked()
    assert (query.app, query.counts, query.touches, query.show) == (7, "events", "all", "models")
    assert [one.events for one in query.rows.events] == [("pay_success",)]
    assert ([one.name for one in query.by], query.models) == (["campaign"], MODELS)
    assert (query.window, query.half_life, query.within, query.refunds) == (
        30 * DAY,
        7 * DAY,
        0,
        False,
    )
    assert (query.rows.grain, query.rows.top, query.rows.include_other) == ("whole", 10, True)
    assert (query.rows.range.start, query.rows.range.end) == (
        date(2026, 10, 23),
        date(2026, 11, 21),
    )


def test_everything_that_can_be_said() -> None:
    query = asked(
        conversion={"event": ["pay_success", "renewal"], "where": {"property": "s", "operator": "is", "values": ["x"]}},
        counts="value", value={"property": "amount"}, key={"property": "order_id"},
        refund={"event": "refund_request", "value": {"field": "value"}},
        before={"event": "add_to_cart", "window": "2h"},
        by=["campaign", "touch", "utm_content"], models=["linear", "data_driven"], touches="sourced", window="7d",
        half_life="12h", where={"field": "province", "operator": "is", "values": ["广东"]}, grain="week", period="90d",
        traffic="trial", top=3, rest=False,
    )  # fmt: skip
    assert [one.events for one in query.rows.events] == [
        ("pay_success", "renewal"), ("refund_request",), ("add_to_cart",),
    ]  # fmt: skip
    assert [one.operand for one in query.rows.figures] == [Property("amount"), RECORDED["value"]]
    assert [one.of for one in query.rows.figures] == [0, 1]
    assert (query.rows.groups, query.keyed, query.refunds) == ((Property("order_id"),), True, True)
    assert [one.name for one in query.by] == ["campaign", "touch", "utm_content"]
    assert (query.window, query.half_life, query.within) == (7 * DAY, DAY // 2, 2 * 3_600_000)
    assert (query.rows.grain, query.rows.traffic, query.rows.top, query.rows.include_other) == (
        "week",
        "trial",
        3,
        False,
    )


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"conversion": {"event": ""}}, "missing", "conversion.event"),
        ({"counts": "value"}, "missing", "value"),
        ({"value": {"property": "amount"}}, "not_taken_by", "value"),
        ({"counts": "value", "value": {"field": "currency"}}, "not_a_number", "value.field"),
        ({"counts": "persons", "refund": PAID}, "not_taken_by", "refund"),
        ({"refund": PAID | {"value": {"property": "a"}}}, "not_taken_by", "refund.value"),
        ({"by": ["page"]}, "unknown_field", "by[0]"),
        ({"by": ["campaing"]}, "unknown_field", "by[0]"),
        ({"by": ["scene", "scene"]}, "twice", "by[1]"),
        ({"by": ["scene", "link", "source", "city"]}, "too_many", "by"),
        ({"show": "ways", "by": ["scene", "link"]}, "too_many", "by"),
        ({"show": "overlap", "grain": "day"}, "not_taken_by", "grain"),
        ({"show": "ways", "models": ["last"]}, "not_taken_by", "models"),
        ({"models": ["last", "last"]}, "twice", "models[1]"),
        ({"models": ["lasts"]}, "wrong_type", "models[0]"),
        ({"window": "0d"}, "bad_window", "window"),
        ({"window": "2y"}, "bad_window", "window"),
        ({"half_life": "soon"}, "bad_window", "half_life"),
        ({"before": PAID | {"window": "400d"}}, "bad_window", "before.window"),
        ({"key": {"field": "province"}}, "unknown_choice", "key.field"),
        ({"key": {}}, "missing", "key.property"),
        ({"window": "7d", "windows": "7d"}, "wrong_type", "windows"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(more: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        asked(**more)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_a_slip_of_the_pen_has_a_hint() -> None:
    with pytest.raises(Refused) as refused:
        asked(by=["campaing"])
    assert refused.value.facts["hint"] == "campaign"


@given(told=st.dictionaries(st.sampled_from(sorted(AttributionQuestion.__struct_fields__)), JSON))
def test_nothing_that_is_sent_breaks_the_reader(told: dict[str, Any]) -> None:
    body = msgspec.json.encode({"conversion": PAID} | told | {"kind": "attribution"})
    with suppress(Refused):
        request(decoded(body, AttributionQuestion), CONTEXT)
