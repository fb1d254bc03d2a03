"""The builder of attribution: what the form says is asked; refusals stand at their fields."""

from __future__ import annotations

import html
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from minilens.reports.question import decoded, encoded
from minilens.reports.questions.attribution import AttributionQuestion
from minilens.web.attribution.page import BUILDER
from tests.measure.attribution.asking import DAY_OF, HOUR, MINUTE, paid, touch
from tests.pipeline import at
from tests.web.store_site import Site, site
from tests.web.test_activity_builders import ask
from tests.web.test_event_analysis import WHERE, sent

__all__ = ["site"]

NOON = at(f"{DAY_OF} 04:00")
#: As a browser sends it.
FORM = {
    "c.0.event": "pay_success, renewal", "c.0.w.join": "all", "c.1.event": "refund_request", "c.1.w.join": "all",
    "c.2.event": "add_to_cart", "c.2.w.join": "all", "v.0.on": "property.amount", "v.0.other": "", "counts": "value",
    "key": "order_id", "g.0.by": "campaign", "g.1.by": "touch", "m.last": "1", "m.linear": "1", "touches": "sourced",
    "window": "14", "unit": "d", "half_life": "12", "half_unit": "h", "before": "2", "before_unit": "h",
    "show": "models", "w.join": "all", "period": "custom", "from": DAY_OF, "to": "", "grain": "day",
    "traffic": "release", "top": "5", "rest": "",
}  # fmt: skip
QUESTION = {
    "kind": "attribution", "conversion": {"event": ["pay_success", "renewal"]}, "counts": "value",
    "value": {"property": "amount"}, "key": {"property": "order_id"}, "refund": {"event": "refund_request"},
    "before": {"event": "add_to_cart", "window": "2h"}, "by": ["campaign", "touch"], "models": ["last", "linear"],
    "touches": "sourced", "window": "14d", "half_life": "12h", "grain": "day", "from": DAY_OF, "top": 5, "rest": False,
}  # fmt: skip

#: What has to be said.
BARE = {
    "c.0.event": "pay_success",
    "g.0.by": "campaign",
    "window": "7",
    "period": "custom",
    "from": DAY_OF,
    "to": DAY_OF,
}


def test_the_form_says_a_question_and_shows_one() -> None:
    asked = BUILDER.question_of(BUILDER.typed(FORM), {})
    assert json.loads(encoded(asked)) == QUESTION
    assert BUILDER.question_of(BUILDER.tree_of(asked), {}) == asked


EVENT = some.fixed_dictionaries(
    {"event": some.sampled_from(["a", ["a", "b"]])}, optional={"where": WHERE}
)
QUESTIONS = some.fixed_dictionaries(
    {"kind": some.just("attribution"), "conversion": EVENT},
    optional={
        "before": EVENT, "counts": some.just("persons"), "touches": some.just("sourced"),
        "key": some.sampled_from([{"property": "o"}, {"field": "target_id"}]),
        "by": some.sampled_from([["campaign"], ["scene", "network"]]),
        "models": some.sampled_from([["last"], ["first", "data_driven"]]), "window": some.sampled_from(["3h", "7d"]),
        "half_life": some.just("2d"), "where": WHERE, "grain": some.just("week"), "traffic": some.just("trial"),
        "period": some.sampled_from(["7d", "all"]), "top": some.integers(11, 99), "rest": some.just(False),
    },
)  # fmt: skip


@given(told=QUESTIONS)
def test_every_question_is_what_its_form_says(told: dict[str, Any]) -> None:
    question = decoded(json.dumps(told), AttributionQuestion)
    tree = BUILDER.tree_of(question)
    again = BUILDER.question_of(tree, {})
    assert BUILDER.question_of(BUILDER.tree_of(again), {}) == again
    assert BUILDER.typed(sent(tree)) == tree
    if "where" not in json.dumps(told):  # conditions may be said in other words
        assert again == msgspec.structs.replace(
            question, by=question.by or ["campaign"], period=question.period or "30d"
        )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"c.0.event": ""}, "c.0.event"), ({"window": "0"}, "window"), ({"window": "x"}, "window"),
        ({"v.0.on": "field.city"}, "v.0.on"), ({"half_life": "9999"}, "half_life"), ({"before": "-"}, "before"),
        ({"top": "0"}, "top"), ({"from": ""}, "from"), ({"g.0.by": "page"}, "g.0.by"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(
    site: Site, changes: dict[str, str], field: str
) -> None:
    for lang in ("en", "zh"):
        answer = ask(site, "attribution", FORM | changes, lang)
        assert answer.status_code == 422
        found = re.search(rf'id="w-{re.escape(field)}" role="alert">([^<]+)<', answer.text)
        assert found is not None, re.findall(r'role="alert"[^>]*>([^<]+)', answer.text)


def test_it_is_asked_and_answered(site: Site) -> None:
    """The card has the figures of the API, and the form stands beside it."""
    site.house.load([touch(NOON - HOUR, "spring"), touch(NOON - MINUTE, "poster"), paid(NOON, 100)])
    site.house.build()
    for show, said in (
        ("models", "Linear"),
        ("ways", "spring → poster"),
        ("overlap", "Also touched by"),
    ):
        done = ask(site, "attribution", BARE | {"show": show})
        onward = done.headers.get("X-Minilens-Location") or done.headers["location"]
        shown = html.unescape(site.client.get(onward, headers={"accept-language": "en"}).text)
        assert 'name="c.0.event" value="pay_success"' in shown
        query = urlencode({"question": parse_qs(urlsplit(onward).query)["question"][0]})
        here = f"/a/{site.house.app.name}/attribution/answer"
        for lang in ("en", "zh"):
            card = site.client.get(f"{here}?{query}", headers={"accept-language": lang})
            assert card.status_code == 200, card.text
            assert lang == "zh" or said in html.unescape(card.text)
        assert site.client.get(f"{here}.json?{query}").json()["rows"]
        assert site.client.get(f"{here}.xlsx?{query}").content[:2] == b"PK"
