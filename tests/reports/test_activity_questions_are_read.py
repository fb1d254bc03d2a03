"""Questions about retention, stickiness and lifecycle are read from JSON; what is wrong is named by its path."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.errors import Refused
from minilens.measure.activity.query import Cell, LifecycleQuery, ReturnsQuery, StickinessQuery
from minilens.measure.events.operand import Property
from minilens.reports.asking import request
from minilens.reports.kinds.activity import ActivityRequest
from minilens.reports.question import decoded, encoded
from minilens.reports.questions.activity import RetentionQuestion
from minilens.reports.request import AppContext

CONTEXT = AppContext("Asia/Shanghai", datetime(2026, 11, 22, 4, tzinfo=UTC))
VISIT, PAY = {"event": "page_view"}, {"event": "pay_success"}


def read(kind: str, **more: Any) -> ActivityRequest:
    question = decoded(msgspec.json.encode({"kind": kind} | more))
    assert decoded(encoded(question)) == question
    found = request(question, CONTEXT)
    assert isinstance(found, ActivityRequest)
    return found


def returns(**more: Any) -> ReturnsQuery:
    found = read("retention", **more).asked
    assert isinstance(found, ReturnsQuery)
    return found


def test_what_is_meant_where_nothing_is_said() -> None:
    query = returns()
    assert [one.events for one in query.rows.events] == [()]
    assert (query.entry, query.mode, query.unit, query.same, query.at_least) == (
        "first",
        "on",
        "day",
        True,
        1,
    )
    assert query.cells == tuple(Cell(n, n) for n in range(15))
    assert (query.days.start, query.days.end) == (date(2026, 10, 23), date(2026, 11, 21))
    assert len(returns(grain="week").cells) == 9
    assert len(returns(grain="month").cells) == 7


def test_everything_that_can_be_said() -> None:
    where = {"property": "vip", "operator": "is_true"}
    query = returns(
        first={"event": ["page_view", "share"], "where": where}, **{"return": PAY}, entry="first_event",
        brackets=["0", "1-3", "4-7"], at_least=2, value={"property": "amount"}, groups=[{"field": "city"}],
        where={"field": "scene", "operator": "is", "values": ["1047"]}, show="curve", period="90d", grain="week",
        traffic="trial", top=3, rest=False,
    )  # fmt: skip
    assert [one.events for one in query.rows.events] == [
        ("page_view", "share"), ("pay_success",), ("page_view", "share"),
    ]  # fmt: skip
    assert [bool(one.where.parts) for one in query.rows.events] == [True, False, False]
    assert query.cells == (Cell(0, 0), Cell(1, 3), Cell(4, 7))
    assert (query.same, query.value, query.brackets, query.at_least) == (False, True, True, 2)
    assert [(one.of, one.operand) for one in query.rows.figures] == [(1, Property("amount"))]
    assert (query.rows.top, query.rows.include_other, query.rows.traffic) == (3, False, "trial")
    one = returns(
        first=VISIT, **{"return": VISIT}, value={"property": "n"}, mode="on_or_before", periods=3
    )
    assert (one.same, len(one.rows.events), one.rows.figures[0].of, len(one.cells)) == (
        True,
        1,
        0,
        4,
    )


def test_stickiness_and_lifecycle() -> None:
    sticky = read("stickiness", activity=VISIT, per="week", at_least=3).asked
    assert isinstance(sticky, StickinessQuery)
    assert (sticky.per, sticky.at_least, sticky.show) == ("week", 3, "distribution")
    life = read("lifecycle", activity=VISIT, new_by="any", grain="month").asked
    assert isinstance(life, LifecycleQuery)
    assert [one.events for one in life.rows.events] == [("page_view",), ()]


@pytest.mark.parametrize(
    ("kind", "more", "code", "field"),
    [
        ("retention", {"brackets": ["3-1"]}, "bad_bracket", "brackets[0]"),
        ("retention", {"brackets": ["1-3", "3"]}, "bad_bracket", "brackets[1]"),
        ("retention", {"brackets": ["soon"]}, "bad_bracket", "brackets[0]"),
        ("retention", {"brackets": ["0-401"]}, "bad_bracket", "brackets[0]"),
        ("retention", {"brackets": ["1"], "mode": "on_or_after"}, "not_taken_by", "brackets"),
        ("retention", {"brackets": ["1"], "periods": 3}, "either_or", "periods"),
        ("retention", {"brackets": [str(n) for n in range(101)]}, "too_many", "brackets"),
        ("retention", {"periods": 100}, "wrong_type", "periods"),
        ("retention", {"first": {"event": []}}, "missing", "first.event"),
        ("retention", {"return": {"event": " "}}, "missing", "return.event"),
        ("retention", {"first": {"where": {"field": "nowhere", "operator": "is", "values": ["1"]}}},
         "unknown_field", "first.where.field"),
        ("retention", {"value": {}}, "missing", "value.property"),
        ("retention", {"value": {"field": "city"}}, "not_a_number", "value.field"),
        ("retention", {"entry": "last"}, "wrong_type", "entry"),
        ("retention", {"from": "2020-01-01", "to": "2026-11-01"}, "too_many_buckets", "grain"),
        ("retention", {"from": "2026-11-20", "to": "2026-11-01"}, "bad_range", "from"),
        ("retention", {"at_least": 0}, "wrong_type", "at_least"),
        ("stickiness", {"per": "week", "grain": "week"}, "not_taken_by", "per"),
        ("stickiness", {"show": "ratio", "grain": "week"}, "not_taken_by", "grain"),
        ("stickiness", {"show": "ratio", "groups": [{"field": "city"}]}, "not_taken_by", "groups"),
        ("lifecycle", {"groups": [{"field": "city"}]}, "wrong_type", "groups"),
        ("lifecycle", {"new_by": "chance"}, "wrong_type", "new_by"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(kind: str, more: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(Refused) as error:
        read(kind, **more)
    assert (error.value.code, error.value.field) == (code, field)
    assert error.value.message("zh") != error.value.message("en")


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@pytest.mark.hypothesis
@given(st.sampled_from(sorted(RetentionQuestion.__struct_encode_fields__)), JSON)
def test_junk_is_refused_and_nothing_else(name: str, junk: Any) -> None:
    with suppress(Refused):
        read("retention", **{name: junk})
