"""Questions about funnels are read from JSON, and what is wrong is named by its path."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.errors import Refused
from minilens.measure.events.operand import Property
from minilens.measure.funnels.query import FunnelQuery, Window
from minilens.reports.funnels_reader import read
from minilens.reports.question import decoded, encoded
from minilens.reports.questions.funnel import FunnelQuestion
from minilens.reports.request import AppContext

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
CONTEXT = AppContext("Asia/Shanghai", NOW)
STEPS = [{"event": "page_view"}, {"event": "add_to_cart"}, {"event": "pay_success"}]


def asked(**more: Any) -> FunnelQuery:
    body = {"kind": "funnel", "steps": STEPS} | more
    question = decoded(msgspec.json.encode(body), FunnelQuestion)
    assert decoded(encoded(question)) == question
    return read(question, CONTEXT, 7)


def steps(n: int, **more: Any) -> list[dict[str, Any]]:
    """The three steps, of which one has more."""
    return [one | (more if place == n else {}) for place, one in enumerate(STEPS)]


def test_what_is_meant_where_nothing_is_said() -> None:
    query = asked()
    assert (query.app, query.steps, query.titles) == (
        7,
        3,
        ("page_view", "add_to_cart", "pay_success"),
    )
    assert query.window == Window(7 * 86_400_000)
    assert (query.order, query.first, query.counts, query.mode, query.at, query.show) == (
        "ordered", False, "persons", "entry", "entry", "steps",
    )  # fmt: skip
    assert (query.within, query.gaps, query.grouped, query.held) == ((), (), 0, ())
    assert (query.rows.range.start, query.rows.range.end) == (
        date(2026, 11, 15),
        date(2026, 11, 21),
    )


def test_everything_that_can_be_said() -> None:
    query = asked(
        steps=steps(1, within="30m", event=["add_to_cart", "share"], title="Cart"), window="3d", natural_days=True,
        entry="first", counts="attempts", excluded=[{"event": "refund_request", "after": 2}, {"event": "share"}],
        hold=[{"property": "sku"}, {"properties": ["a", "b", "b"]}], groups=[{"field": "province"}], attributed=3,
        where={"field": "scene", "operator": "is", "values": ["1047"]}, period="30d", traffic="trial", top=5,
        rest=False,
    )  # fmt: skip
    assert query.titles == ("page_view", "Cart", "pay_success")
    assert query.window == Window(days=3)
    assert query.within == (None, 1_800_000, None)
    assert [one.events for one in query.rows.events] == [
        ("page_view",), ("add_to_cart", "share"), ("pay_success",), ("refund_request",), ("share",),
    ]  # fmt: skip
    assert query.gaps == (0b10, 0b11)
    assert query.grouped == 1
    assert query.rows.groups[1:] == (Property("sku"), Property("a"), Property("b"))
    assert query.held == ((1, 2), (1, 3), (1, 3))
    assert (query.first, query.counts, query.at) == (True, "attempts", 3)
    assert (query.rows.top, query.rows.include_other, query.rows.traffic) == (5, False, "trial")


def test_what_is_shown_besides() -> None:
    query = asked(steps=steps(1, optional=True))
    assert (query.optional, query.show) == ((2,), "steps")
    by_day = asked(show="trend", groups=[{"field": "province"}])
    assert (by_day.grouped, by_day.show) == (1, "trend")
    assert asked(steps=steps(1, event="*")).rows.events[1].events == ()
    assert (asked(show="times").step, asked(show="times", step=3).step) == (0, 3)
    assert (asked(show="next").step, asked(show="drivers", step=2).step) == (1, 2)
    beside = asked(show="compare", compared="previous").beside
    assert beside
    assert (beside.start, beside.end) == (date(2026, 11, 8), date(2026, 11, 14))
    by_province = asked(show="compare", groups=[{"field": "province"}])
    assert (by_province.beside, by_province.grouped) == (None, 1)


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"steps": steps(0, optional=True)}, "not_taken_by", "steps[0].optional"),
        ({"steps": steps(2, optional=True)}, "not_taken_by", "steps[2].optional"),
        ({"steps": [STEPS[0], *[{"event": "share", "optional": True}] * 4, STEPS[2]]}, "too_many", "steps[4].optional"),
        ({"steps": steps(1, optional=True), "order": "any"}, "not_taken_by", "steps[1].optional"),
        ({"steps": steps(1, optional=True), "show": "trend"}, "not_taken_by", "steps[1].optional"),
        ({"steps": steps(1, optional=True), "attributed": 2}, "not_taken_by", "steps[1].optional"),
        ({"step": 2}, "not_taken_by", "step"),
        ({"show": "times", "step": 1}, "bad_number", "step"),
        ({"show": "next", "step": 3}, "bad_number", "step"),
        ({"show": "drivers", "order": "any"}, "not_taken_by", "order"),
        ({"show": "drivers", "groups": [{"property": "sku"}, {"field": "province"}]}, "too_many", "groups"),
        ({"show": "next", "mode": "open"}, "not_taken_by", "show"),
        ({"show": "compare"}, "missing", "compared"),
        ({"show": "compare", "compared": "previous", "groups": [{"field": "province"}]}, "either_or", "compared"),
        ({"compared": "previous"}, "not_taken_by", "compared"),
        ({"show": "compare", "compared": "ever"}, "wrong_type", "compared"),
        ({"steps": STEPS[:1]}, "too_few", "steps"),
        ({"steps": STEPS[:1] * 11}, "too_many", "steps"),
        ({"steps": steps(1, event=[])}, "missing", "steps[1].event"),
        ({"steps": steps(2, event=" ")}, "missing", "steps[2].event"),
        ({"steps": steps(2, where={"field": "nowhere", "operator": "is", "values": ["1"]})},
         "unknown_field", "steps[2].where.field"),
        ({"steps": steps(0, within="1m")}, "not_taken_by", "steps[0].within"),
        ({"steps": steps(1, within="soon")}, "bad_window", "steps[1].within"),
        ({"steps": steps(1, within="1m"), "order": "any"}, "not_taken_by", "steps[1].within"),
        ({"window": "7"}, "bad_window", "window"),
        ({"window": "367d"}, "bad_window", "window"),
        ({"window": "-1d"}, "bad_window", "window"),
        ({"window": "12h", "natural_days": True}, "bad_window", "window"),
        ({"window": "0d", "natural_days": True}, "bad_window", "window"),
        ({"order": "backwards"}, "wrong_type", "order"),
        ({"excluded": [{"event": "share", "after": 3}]}, "bad_number", "excluded[0].after"),
        ({"excluded": [{"event": "share"}], "order": "strict"}, "not_taken_by", "excluded"),
        ({"excluded": [{"event": "share"}] * 11}, "too_many", "excluded"),
        ({"hold": [{}]}, "missing", "hold[0].property"),
        ({"hold": [{"property": "a", "properties": ["a", "b", "c"]}]}, "either_or", "hold[0].properties"),
        ({"hold": [{"properties": ["a", "b"]}]}, "one_a_step", "hold[0].properties"),
        ({"hold": [{"property": "a'b"}]}, "bad_property", "hold[0].property"),
        ({"hold": [{"property": "a"}] * 4}, "too_many", "hold"),
        ({"attributed": 4}, "bad_number", "attributed"),
        ({"attributed": "each", "counts": "attempts"}, "not_taken_by", "attributed"),
        ({"attributed": "each", "show": "compare", "groups": [{"field": "province"}]}, "not_taken_by", "attributed"),
        ({"steps": steps(1, optional=True), "attributed": "each"}, "not_taken_by", "steps[1].optional"),
        ({"ended": "left_out"}, "missing", "excluded"),
        ({"mode": "open", "order": "any"}, "not_taken_by", "order"),
        ({"mode": "open", "groups": [{"field": "province"}]}, "not_taken_by", "groups"),
        ({"show": "each_day", "groups": [{"field": "province"}]}, "not_taken_by", "groups"),
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


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@pytest.mark.hypothesis
@given(st.sampled_from(sorted(FunnelQuestion.__struct_fields__)), JSON)
def test_junk_is_refused_and_nothing_else(name: str, junk: Any) -> None:
    name = {"start": "from", "end": "to"}.get(name, name)
    with suppress(Refused):
        asked(**{name: junk})
