"""Questions about paths are read from JSON, and what is wrong is named by its path."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.errors import Refused
from minilens.measure.paths.query import Grouping, Node, PathsQuery
from minilens.reports.kinds.paths import request
from minilens.reports.paths_reader import read
from minilens.reports.question import decoded, encoded
from minilens.reports.questions.paths import PathsQuestion
from minilens.reports.request import AppContext
from tests.reports.test_funnels_are_read import JSON

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
CONTEXT = AppContext("Asia/Shanghai", NOW)


def asked(**more: Any) -> PathsQuery:
    question = decoded(msgspec.json.encode({"kind": "paths"} | more), PathsQuestion)
    assert decoded(encoded(question)) == question
    return read(question, CONTEXT, 7)


def test_what_is_meant_where_nothing_is_said() -> None:
    query = asked()
    assert (query.app, query.titles, query.grouping) == (7, (), Grouping())
    assert [one.events for one in query.rows.events] == [("page_view",)]
    assert (query.anchor, query.direction, query.chosen, query.counts) == (
        None,
        "after",
        (),
        "sessions",
    )
    assert (query.gap, query.folded, query.show, query.steps, query.top) == (
        1_800_000,
        True,
        "columns",
        5,
        10,
    )
    assert query.rows.range.start == date(2026, 11, 15)
    assert query.rows.range.end == date(2026, 11, 21)


def test_everything_that_can_be_said() -> None:
    query = asked(
        anchor={"event": "paid"}, direction="before", chosen=[{"page": "pages/cart"}, {"event": "share"}],
        pages="folder", patterns=["pages/goods/*"], opened=["pages/me"], repeats="kept", counts="persons", gap="2h",
        events=[{"event": ["pay_success", "pay"], "title": "paid"}, {"event": "add_to_cart"}],
        where={"field": "scene", "operator": "is", "values": ["1047"]}, show="links", steps=3, top=5, period="30d",
        traffic="trial",
    )  # fmt: skip
    assert query.titles == ("paid", "add_to_cart", "share")
    assert [one.events for one in query.rows.events] == [
        ("pay_success", "pay"), ("add_to_cart",), ("share",), ("page_view",),
    ]  # fmt: skip
    assert query.grouping == Grouping("folder", ("pages/goods/*",), ("pages/me",))
    assert (query.anchor, query.chosen) == (
        Node("event", 0),
        (Node("page", "pages/cart"), Node("event", 2)),
    )
    assert (query.direction, query.counts, query.gap, query.folded) == (
        "before",
        "persons",
        7_200_000,
        False,
    )
    assert (query.show, query.steps, query.top, query.rows.traffic) == ("links", 3, 5, "trial")
    assert len(query.rows.where.parts) == 1


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"direction": "before"}, "missing", "anchor"),
        ({"anchor": {}}, "missing", "anchor.page"),
        ({"anchor": {"page": "a", "event": "b"}}, "either_or", "anchor.event"),
        ({"anchor": {"page": "a"}, "pages": "none", "events": [{"event": "share"}]}, "not_taken_by", "anchor.page"),
        ({"pages": "none"}, "missing", "events"),
        ({"pages": "type", "anchor": {"page": "homee"}}, "unknown_choice", "anchor.page"),
        ({"pages": "none", "patterns": ["a"], "events": [{"event": "share"}]}, "not_taken_by", "patterns"),
        ({"patterns": [""]}, "missing", "patterns[0]"),
        ({"opened": ["pages"]}, "not_taken_by", "opened"),
        ({"chosen": [{"page": "a"}] * 10}, "too_many", "chosen"),
        ({"chosen": [{"page": "a"}] * 6, "show": "links"}, "too_many", "chosen"),
        ({"chosen": [{"page": "a"}, {}]}, "missing", "chosen[1].page"),
        ({"events": [{"event": "a"}] * 21}, "too_many", "events"),
        ({"events": [{"event": "a"}, {"event": "a"}]}, "twice", "events[1].title"),
        ({"events": [{"event": ""}]}, "missing", "events[0].event"),
        ({"events": [{"event": "a", "where": {"field": "x", "operator": "is", "values": ["1"]}}]},
         "unknown_field", "events[0].where.field"),
        ({"gap": "0s"}, "bad_gap", "gap"),
        ({"gap": "25h"}, "bad_gap", "gap"),
        ({"gap": "long"}, "bad_gap", "gap"),
        ({"steps": 11}, "wrong_type", "steps"),
        ({"from": "2026-11-20", "to": "2026-11-01"}, "bad_range", "from"),
        ({"unknown": 1}, "wrong_type", "unknown"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(more: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(Refused) as error:
        asked(**more)
    found = (error.value.code, error.value.field)
    assert found == (code, field)
    assert error.value.message("zh") != error.value.message("en")


@pytest.mark.parametrize(
    ("more", "zh", "en"),
    [
        ({}, "由此开始 → …，每次打开计一条", "Beginning → …, one a launch"),
        ({"anchor": {"page": "a"}, "chosen": [{"event": "share"}], "repeats": "kept"},
         "a → share → …，每次打开计一条，连续重复的节点分别计", "a → share → …, one a launch, repeats kept"),
        ({"anchor": {"page": "cart"}, "pages": "type", "direction": "before", "counts": "persons", "gap": "90m"},
         "… → 购物车，每人计一条，间隔不超过 90 分钟", "… → Cart, one a person, no more than 90 minutes apart"),
    ],
)  # fmt: skip
def test_the_way_in_words(more: dict[str, Any], zh: str, en: str) -> None:
    question = decoded(msgspec.json.encode({"kind": "paths"} | more), PathsQuestion)
    made = request(question, CONTEXT)
    assert (made.conditions("zh"), made.conditions("en")) == ([zh], [en])


@pytest.mark.hypothesis
@given(st.sampled_from(sorted(PathsQuestion.__struct_fields__)), JSON)
def test_junk_is_refused_and_nothing_else(name: str, junk: Any) -> None:
    name = {"start": "from", "end": "to"}.get(name, name)
    with suppress(Refused):
        asked(**{name: junk})
