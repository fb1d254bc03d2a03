"""Measures of two events, and ratios, in the builder's form."""

from __future__ import annotations

import json
import re

import pytest

from minilens.period import now
from minilens.reports.question import encoded
from minilens.reports.questions.events import AskedMeasure, EventsQuestion
from minilens.text import Text
from minilens.web.events import ask_form
from minilens.web.events.ask_form import changed, typed
from minilens.web.events.ask_question import question_of, tree_of
from tests.measure.events.test_by_hand import DAY, NEXT, STORY
from tests.web.cast import mark
from tests.web.store_site import Site, site
from tests.web.test_event_analysis import FORM, card

__all__ = ["site"]

#: As a browser sends it: a conversion within twenty minutes with the same sku, and who comes back the next day.
TWO_EVENTS = {
    "e.0.event": "add_to_cart", "e.0.m.0.name": "m1", "e.0.m.0.aggregate": "conversion", "e.0.m.0.on": "property.x",
    "e.0.m.0.then": "2", "e.0.m.0.window": "20", "e.0.m.0.unit": "m", "e.0.m.0.hold": "sku", "e.0.m.0.day": "7",
    "e.1.event": "pay_success", "e.1.m.0.name": "m2", "e.1.m.0.aggregate": "retention", "e.1.m.0.then": "2",
    "e.1.m.0.window": "7", "e.1.m.0.unit": "d", "e.1.m.0.hold": "", "e.1.m.0.day": "1",
    "period": "30d", "grain": "day", "traffic": "release", "order": "desc", "top": "10", "rest": "1",
}  # fmt: skip


def test_measures_of_two_events_in_the_form() -> None:
    asked = question_of(typed(TWO_EVENTS))
    assert json.loads(encoded(asked))["measures"] == [
        {"aggregate": "conversion", "to": "b", "window": "20m", "hold": ["sku"]},
        {"aggregate": "retention", "of": "b", "to": "b", "day": 1},
    ]
    shown = tree_of(asked)
    assert shown["e"][0]["m"][0]["then"] == shown["e"][1]["m"][0]["then"] == "2"
    assert question_of(shown) == asked
    short = EventsQuestion(
        asked.events, [AskedMeasure("conversion", to="b"), AskedMeasure("retention")]
    )
    assert [one["then"] for one in tree_of(short)["e"][0]["m"]] == ["2", "1"]


@pytest.mark.parametrize(
    ("do", "then"), [("up:e.1", "1"), ("down:e.0", "1"), ("drop:e.1", ""), ("drop:e.0", "1")]
)  # fmt: skip
def test_the_other_event_is_kept_wherever_it_goes(do: str, then: str) -> None:
    found, _ = changed(typed(TWO_EVENTS), do)
    assert {one["then"] for event in found["e"] for one in event["m"]} == {then}


def test_a_ratio_is_of_the_last_two_measures() -> None:
    found, focus = changed(typed(FORM), "add:r")
    assert (found["x"][1]["formula"], found["x"][1]["unit"]) == ("m4 / m3", "ratio")
    assert focus == "x.1.formula"
    assert changed(ask_form.first(), "add:r")[0]["x"][0]["formula"] == ""


def test_figures_say_how_they_changed_against_the_days_before(site: Site) -> None:
    """Four pays of three persons, then one; nothing stands beside groups, or beside all days."""
    site.house.load(STORY)
    question = {
        "kind": "events", "events": [{"event": "pay_success"}], "from": NEXT, "to": NEXT,
        "measures": [{"aggregate": "total"}, {"aggregate": "persons"}, {"formula": "m2 / m1", "unit": "ratio"}],
    }  # fmt: skip
    shown = card(site, question).text
    changes = re.findall(r'<p class="was"><span class="\w+">(.*?)</span>', shown)
    assert changes == ["▼ 75.0%", "▼ 66.7%", "▲ 25.0 pp"]
    assert "Payment success · persons ÷ Payment success · total" in shown
    assert 'class="was"' not in card(site, question | {"groups": [{"property": "sku"}]}).text
    assert 'class="was"' not in card(site, question | {"from": DAY, "to": DAY}).text


@pytest.mark.parametrize(("kind", "named"), [("events", "Event analysis"), ("funnel", "Funnels")])
def test_a_pinned_query_leads_to_the_page_that_it_is_of(site: Site, kind: str, named: str) -> None:
    steps = [{"event": "page_view"}, {"event": "pay_success"}]
    question = {"kind": kind, ("steps" if kind == "funnel" else "events"): steps}
    app, records = site.house.app, site.house.pipeline.records
    saved = records.questions.create(
        app.id, Text("常用", "Usual"), json.dumps(question), team=False, now=now(), by=site.admin
    )
    form = {"csrf": mark(site.client, "/account"), "report": f"question.{saved.id}", "query": ""}
    home = site.client.post(
        f"/a/{app.name}/pins", data=form, headers={"accept-language": "en"}
    ).text
    assert re.findall(rf'<a href="[^"]*saved={saved.id}">(.*?)</a>', home) == [named]
