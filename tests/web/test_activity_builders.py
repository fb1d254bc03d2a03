"""The builders of retention, stickiness and lifecycle: what the form says is asked; refusals stand at their fields."""

from __future__ import annotations

import html
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from minilens.reports.event_names import events
from minilens.reports.question import decoded, encoded
from minilens.web.activity.page import BUILDERS
from tests.measure.activity.asking import DAY, happened
from tests.web.store_site import Site, site
from tests.web.test_event_analysis import WHERE, plain, sent

__all__ = ["site"]

#: As a browser sends it.
FORM = {
    "s.0.which": "event", "s.0.event": "add_favorite, share", "s.0.w.join": "all",
    "s.0.w.p.0.on": "property.amount", "s.0.w.p.0.operator": "gt", "s.0.w.p.0.values": "5",
    "s.1.which": "any", "s.1.event": "", "s.1.w.join": "all",
    "v.0.on": "property.amount", "v.0.other": "", "g.0.on": "field.province", "g.0.other": "",
    "w.join": "all", "w.p.0.on": "field.scene", "w.p.0.operator": "is", "w.p.0.values": "1047",
    "entry": "each", "mode": "on", "periods": "", "brackets": "0, 1-3", "at_least": "2", "show": "curve",
    "period": "custom", "from": DAY, "to": "2026-06-03", "grain": "week", "traffic": "release", "top": "5",
    "rest": "",
}  # fmt: skip
QUESTION = {
    "kind": "retention",
    "first": {
        "event": ["add_favorite", "share"],
        "where": {"all": [{"property": "amount", "operator": "gt", "values": [5]}]},
    },
    "return": {}, "entry": "each", "brackets": ["0", "1-3"], "at_least": 2, "value": {"property": "amount"},
    "groups": [{"field": "province"}],
    "where": {"all": [{"field": "scene", "operator": "is", "values": ["1047"]}]}, "show": "curve",
    "from": DAY, "to": "2026-06-03", "grain": "week", "top": 5, "rest": False,
}  # fmt: skip


def test_the_form_says_a_question_and_shows_one() -> None:
    builder = BUILDERS["retention"]
    asked = builder.question_of(builder.typed(FORM), {})
    assert json.loads(encoded(asked)) == QUESTION
    tree = builder.tree_of(asked)
    assert builder.question_of(tree, {}) == asked
    assert builder.typed(sent(tree)) == tree


EVENT = some.fixed_dictionaries(
    {}, optional={"event": some.sampled_from(["a", ["a", "b"]]), "where": WHERE}
)
SHARED: dict[str, Any] = {
    "where": WHERE, "period": some.sampled_from(["14d", "all"]), "traffic": some.just("trial"),
}  # fmt: skip
GROUPED: dict[str, Any] = {
    "groups": some.just([{"property": "sku"}]), "top": some.integers(11, 99), "rest": some.just(False),
    "at_least": some.integers(2, 9),
}  # fmt: skip
QUESTIONS = some.one_of(
    some.fixed_dictionaries(
        {"kind": some.just("retention"), "first": EVENT},
        optional={
            "return": EVENT, "entry": some.sampled_from(["first_event", "first_in_range", "each"]),
            "periods": some.integers(0, 99), "value": some.just({"field": "value"}), "show": some.just("curve"),
            "mode": some.sampled_from(["on_or_after", "on_or_before"]),
            "grain": some.sampled_from(["week", "month"]), **SHARED, **GROUPED,
        },
    ),
    some.fixed_dictionaries(
        {"kind": some.just("stickiness"), "activity": EVENT},
        optional={
            "per": some.sampled_from(["week", "month"]), "at_most": some.integers(9, 99), **SHARED, **GROUPED,
        },
    ),
    some.fixed_dictionaries(
        {"kind": some.just("stickiness"), "activity": EVENT, "every": some.integers(2, 9)},
        optional={"grain": some.sampled_from(["hour", "month"]), **SHARED, **GROUPED},
    ),
    some.fixed_dictionaries(
        {
            "kind": some.sampled_from(["stickiness", "lifecycle"]), "activity": EVENT, "grain": some.just("week"),
            "week_start": some.just("sunday"),
        },
        optional=SHARED,
    ),
    some.fixed_dictionaries(
        {"kind": some.just("lifecycle"), "activity": EVENT},
        optional={"new_by": some.just("any"), "grain": some.sampled_from(["week", "month"]), **SHARED},
    ),
)  # fmt: skip


@given(QUESTIONS)
def test_a_question_survives_the_form(asked: dict[str, Any]) -> None:
    """Also when the form is sent as a browser sends it."""
    builder = BUILDERS[asked["kind"]]
    tree = builder.tree_of(decoded(json.dumps(asked)))
    assert builder.typed(sent(tree)) == tree
    for one in (asked, *(asked.get(name, {}) for name in ("first", "return", "activity"))):
        if "where" in one:
            one["where"] = plain(one["where"])
    told = json.loads(encoded(builder.question_of(tree, {})))
    assert told == {"period": "30d"} | asked


def ask(site: Site, page: str, fields: dict[str, str], language: str = "en") -> Any:
    at = f"/a/{site.house.app.name}/{page}"
    found = re.search(r'name="csrf" value="([^"]+)"', site.client.get(at).text)
    assert found is not None
    head = {
        "content-type": "application/x-www-form-urlencoded", "accept-language": language, "X-Minilens-Form": "1",
    }  # fmt: skip
    body = urlencode({"csrf": found[1], "do": "ask", **fields})
    return site.client.post(at, content=body, headers=head, follow_redirects=False)


SHORT = {
    "s.0.which": "event", "s.0.event": "add_favorite", "s.1.which": "event", "s.1.event": "pay_success",
    "period": "custom", "from": DAY, "to": DAY,
}  # fmt: skip


def test_it_is_asked_and_answered(site: Site) -> None:
    """The card has the figures of the API; what was asked is remembered; the form stands beside it."""
    site.house.load(happened("R1: s0 b1. R2: s0 b3. R3: s0 b0.1 b1 b3. R4: s0"))
    site.house.build()
    for page, said in (("retention", "2 of 4"), ("stickiness", "4"), ("lifecycle", "New 4")):
        done = ask(site, page, SHORT)
        onward = done.headers.get("X-Minilens-Location") or done.headers["location"]
        shown = html.unescape(site.client.get(onward, headers={"accept-language": "en"}).text)
        assert 'name="s.0.event" value="add_favorite"' in shown
        text = parse_qs(urlsplit(onward).query)["question"][0]
        here = f"/a/{site.house.app.name}/{page}/answer"
        query = urlencode({"question": text})
        for lang in ("en", "zh"):
            card = site.client.get(f"{here}?{query}", headers={"accept-language": lang})
            assert card.status_code == 200, card.text
            if lang == "en":
                assert said in html.unescape(card.text)
            named = events(site.house.pipeline.records, site.house.app.id)["add_favorite"]
            assert named.of(lang) in html.unescape(card.text)
        assert site.client.get(f"{here}.json?{query}").json()["rows"]
        assert site.client.get(f"{here}.xlsx?{query}").content[:2] == b"PK"
    kept = site.house.pipeline.records.questions.asked(site.house.app.id, site.admin)
    assert len(kept) == 3


@pytest.mark.parametrize(
    ("page", "changes", "field"),
    [
        ("retention", {"s.0.event": ""}, "s.0.event"),
        ("retention", {"s.1.which": "event"}, "s.1.event"),
        ("retention", {"brackets": "3-1"}, "brackets"),
        ("retention", {"brackets": "", "periods": "many"}, "periods"),
        ("retention", {"at_least": "0"}, "at_least"),
        ("stickiness", {"at_least": "3", "at_most": "2"}, "at_most"),
        ("retention", {"v.0.on": "field.city"}, "v.0.on"),
        ("retention", {"s.0.w.p.0.values": "much"}, "s.0.w.p.0.values"),
        ("retention", {"g.0.on": "field.nowhere"}, "g.0.on"),
        ("stickiness", {"to": "2026-01-01"}, "from"),
        ("stickiness", {"every": "0"}, "every"),
        ("stickiness", {"every": "2", "per": "week", "grain": "day"}, "every"),
        ("lifecycle", {"s.0.event": ""}, "s.0.event"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    site: Site, page: str, changes: dict[str, str], field: str
) -> None:
    for lang in ("en", "zh"):
        answer = ask(site, page, FORM | changes, lang)
        assert answer.status_code == 422
        found = re.search(rf'id="w-{re.escape(field)}" role="alert">([^<]+)<', answer.text)
        assert found is not None, re.findall(r'role="alert"[^>]*>([^<]+)', answer.text)


def test_a_query_that_is_cancelled_leaves_the_form(site: Site) -> None:
    """What was typed stands there; nothing is asked, and nothing is remembered as asked."""
    for lang, said in (("en", "Query cancelled"), ("zh", "查询已取消")):
        answer = ask(site, "retention", SHORT | {"do": "cancel", "periods": "many"}, lang)
        assert answer.status_code == 200
        assert said in answer.text
        assert "<lazy-card" not in answer.text
        assert 'name="periods" value="many"' in answer.text
