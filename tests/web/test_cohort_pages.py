"""Cohorts and the persons behind a figure by pages: opened from an answer, saved, listed, removed, by whoever may."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from html import unescape
from typing import Any

import pytest
from litestar.testing import TestClient

from minilens.load.pipeline import Pipeline
from minilens.period import now
from minilens.serve.wiring import console, questions
from minilens.settings import Settings
from tests.measure.events.test_by_hand import DAY, NEXT, STORY
from tests.pipeline import House
from tests.web.cast import press
from tests.web.sites import site

PAID = {
    "kind": "events", "events": [{"event": "pay_success"}], "measures": [{"aggregate": "persons"}],
    "from": DAY, "to": NEXT,
}  # fmt: skip


@pytest.fixture(scope="module")
def site_of(
    pipeline: Pipeline, settings: Settings, new_app: Callable[..., House]
) -> Iterator[tuple[dict[str, Any], str]]:
    """Somebody signed in for each role, and the address of the app."""
    house = new_app()
    house.load(STORY)
    house.build()
    made_site = site(console(pipeline, settings, questions(pipeline, settings)))
    with made_site as app, ExitStack() as stack:
        clients = {}
        for role in ("viewer", "analyst"):
            made = pipeline.records.accounts.create(
                f"{role}-{house.app.name}@example.org", role, now=now()
            )
            pipeline.records.grants.set(made.id, house.app.id, role, now=now(), by=None)
            code = pipeline.records.sign_ins.create(now=now(), account=made.id)
            client = stack.enter_context(TestClient(app))
            assert press(client, f"/sign-in?code={code}").status_code == 303
            clients[role] = client
        yield clients, f"/a/{house.app.name}"


def marks(page: str) -> dict[str, str]:
    """What a form of the page sends besides what is typed."""
    found = re.findall(r'name="(csrf|form)" value="([^"]*)"', page)
    return dict(reversed(found))


def test_a_figure_leads_to_its_persons_and_they_to_a_cohort(site_of: Any) -> None:
    clients, at = site_of
    analyst = clients["analyst"]
    card = analyst.get(f"{at}/events/ask/answer", params={"question": json.dumps(PAID)}).text
    places = [unescape(one) for one in re.findall(r'name="at" value="([^"]*)"', card)]
    assert set(places) == {'["m1",{}]', f'["m1",{{"day":"{DAY}"}}]', f'["m1",{{"day":"{NEXT}"}}]'}
    asked = {"question": json.dumps(PAID), "at": f'["m1",{{"day":"{DAY}"}}]', "lang": "en"}
    page = analyst.get(f"{at}/persons/behind", params=asked).text
    assert "3 users" in page
    assert len(set(re.findall(rf'href="{at}/persons/(p\d+)"', page))) == 3
    made = analyst.post(
        f"{at}/persons/behind",
        data={**asked, **marks(page), "zh": "首日付款"},
        follow_redirects=True,
    )
    assert made.status_code == 200
    listed = analyst.get(f"{at}/persons/cohorts?lang=en").text
    assert "首日付款" in listed
    assert "3 users" in listed
    number = re.search(r'/persons/cohorts/(\d+)"><b>首日付款', listed)[1]  # type: ignore[index]
    one = analyst.get(f"{at}/persons/cohorts/{number}?lang=en").text
    assert len(set(re.findall(rf'href="{at}/persons/(p\d+)"', one))) == 3
    gone = analyst.post(
        f"{at}/persons/cohorts/{number}/remove", data=marks(listed), follow_redirects=True
    )
    assert "首日付款" not in gone.text


def test_one_by_what_users_did_and_one_of_a_list(site_of: Any) -> None:
    clients, at = site_of
    analyst = clients["analyst"]
    here = f"{at}/persons/cohorts"
    for typed, said in (
        ({"of": "did", "zh": "A", "event": "pay_success", "least": "2", "period": "all"}, "A"),
        ({"of": "list", "named": "B", "identities": "device=a\ndevice=nobody"}, "B"),
    ):
        form = marks(analyst.get(here).text)
        found = analyst.post(here, data={**form, **typed}, follow_redirects=True)
        assert found.status_code == 200
        assert f"<b>{said}</b>" in found.text
    page = analyst.get(here).text
    parts = re.search(r'<nav class="seg".*?</nav>', page, re.DOTALL)
    assert parts is not None
    assert re.findall(r'href="([^"]*)" aria-current', parts[0]) == [here]
    form = marks(page)
    wrong = analyst.post(
        here, data={**form, "of": "did", "zh": "C", "event": "pay_success", "least": "no"}
    )
    assert wrong.status_code == 422
    assert 'id="w-least"' in wrong.text


def test_a_viewer_sees_no_persons(site_of: Any) -> None:
    clients, at = site_of
    viewer = clients["viewer"]
    card = viewer.get(f"{at}/events/ask/answer", params={"question": json.dumps(PAID)})
    assert card.status_code == 200
    assert 'name="at"' not in card.text
    for path in ("persons/cohorts", "persons/cohorts/1", "persons/behind"):
        assert viewer.get(f"{at}/{path}").status_code == 403
