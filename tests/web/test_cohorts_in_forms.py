"""Cohorts among the conditions of the builders: offered by name, asked by number, without values."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from minilens.period import now
from minilens.reports.question import encoded
from minilens.text import Text
from minilens.web.events.ask_form import typed
from minilens.web.events.ask_question import question_of
from tests.web.store_site import Site, site
from tests.web.test_event_analysis import FORM

__all__ = ["site"]


def test_a_cohort_has_no_values_and_keeps_its_operator() -> None:
    chosen = {
        "g.0.on": "",
        "w.p.0.on": "cohort.7",
        "w.p.0.operator": "is_not",
        "w.p.0.values": "left over",
    }
    asked: dict[str, Any] = json.loads(encoded(question_of(typed(FORM | chosen))))
    assert asked["where"]["all"][0] == {"cohort": "7", "operator": "is_not"}


def test_those_of_the_app_are_offered_and_one_by_its_name_stays(site: Site) -> None:
    records, app = site.house.pipeline.records, site.house.app
    made = records.cohorts.create(
        app.id, Text("常客", "Regulars"), '{"all":[]}', live=True, now=now(), by=site.admin
    )
    where = {"cohort": "gone", "operator": "is"}
    steps = [{"event": "share"}, {"event": "pay_success"}]
    for page, asked in (
        ("funnels", {"kind": "funnel", "steps": steps, "where": where}),
        ("events/ask", {"kind": "events", "events": steps, "where": where}),
    ):
        query = urlencode({"question": json.dumps(asked)})
        text = site.client.get(
            f"/a/{app.name}/{page}?{query}", headers={"accept-language": "en"}
        ).text
        assert f'<option value="cohort.{made.id}" data-kind="cohort">Regulars</option>' in text
        assert '<option value="cohort.gone" data-kind="cohort" selected>gone</option>' in text
