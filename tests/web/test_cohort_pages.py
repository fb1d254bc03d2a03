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
    number = re.search(r'/persons/cohorts/(\d+)"><b><bdi>首日付款', listed)[1]  # type: ignore[index]
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
        ({"of": "did", "d_zh": "A", "event": "pay_success", "least": "2", "period": "all"}, "A"),
        ({"of": "list", "named": "B", "identities": "device=a\ndevice=nobody"}, "B"),
        (
            {
                "of": "profile",
                "p_zh": "P",
                "property": "level",
                "operator": "is_known",
                "value": "",
            },
            "P",
        ),
    ):
        form = marks(analyst.get(here).text)
        found = analyst.post(here, data={**form, **typed}, follow_redirects=True)
        assert found.status_code == 200
        assert f"<b><bdi>{said}</bdi></b>" in found.text
    page = analyst.get(here).text
    parts = re.search(r'<nav class="seg".*?</nav>', page, re.DOTALL)
    assert parts is not None
    assert re.findall(r'href="([^"]*)" aria-current', parts[0]) == [here]
    form = marks(page)
    wrong = analyst.post(
        here, data={**form, "of": "did", "d_zh": "C", "event": "pay_success", "least": "no"}
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


def number(page: str, name: str) -> str:
    """Of a cohort that a page lists."""
    found = re.search(rf'/persons/cohorts/(\d+)"><b><bdi>{name}<', page)
    assert found is not None, name
    return found[1]


def test_sets_of_others_by_form(site_of: Any) -> None:
    """Who paid, of them who has something in the cart, and who has not; by hand."""
    clients, at = site_of
    analyst, here = clients["analyst"], f"{at}/persons/cohorts"

    def send(**typed: str) -> Any:
        form = marks(analyst.get(here).text)
        return analyst.post(f"{here}?lang=en", data={**form, **typed}, follow_redirects=True)

    for name, event in (("Paid", "pay_success"), ("Carted", "add_to_cart")):
        assert send(of="did", d_zh=name, event=event, least="1", period="all").status_code == 200
    page = analyst.get(here).text
    paid, carted = (f"in.{number(page, name)}" for name in ("Paid", "Carted"))
    outside = carted.replace("in.", "out.")
    for name, picked, right in (
        ("Either", {paid: "1", carted: "1", "how": "any"}, "3 users"),
        ("Both", {paid: "1", carted: "1", "how": "all"}, "1 user"),
        ("Only paid", {paid: "1", outside: "1"}, "2 users"),
    ):
        assert send(of="sets", s_zh=name, **picked).status_code == 200
        one = analyst.get(f"{here}/{number(analyst.get(here).text, name)}?lang=en").text
        assert right in one, name
    listed = unescape(analyst.get(f"{here}?lang=en").text)
    assert "“Paid” and not in (“Carted”)" in listed
    assert "pay_success at least 1 time, all time" in listed
    wrong = send(of="sets", s_zh="None")
    assert wrong.status_code == 422
    assert 'id="w-in"' in wrong.text
    again = send(of="sets", s_zh="Both", **{paid: "1", "live": "1"})
    assert again.status_code == 409
    assert f'name="{paid}" value="1" checked' in again.text


def test_whom_nobody_knows_is_said_line_by_line(site_of: Any) -> None:
    clients, at = site_of
    analyst, here = clients["analyst"], f"{at}/persons/cohorts"
    form = marks(analyst.get(here).text)
    typed = {"of": "list", "named": "Lines", "identities": "device\na\n\nlost<i>"}
    found = analyst.post(f"{here}?lang=en", data={**form, **typed})
    assert found.status_code == 200
    assert 'Line 4 <bdi class="mono">device=lost&lt;i&gt;</bdi>' in found.text
    form = marks(found.text)
    bad = analyst.post(
        f"{here}?lang=en",
        data={**form, "of": "list", "named": "Bad", "identities": "p1\nwho?"},
    )
    assert bad.status_code == 422
    assert 'id="w-identities"' in bad.text
    assert "who?" in bad.text


def test_renamed_frozen_and_taken_along(site_of: Any) -> None:
    clients, at = site_of
    analyst, here = clients["analyst"], f"{at}/persons/cohorts"
    form = marks(analyst.get(here).text)
    typed = {"of": "did", "d_zh": "Old", "event": "pay_success, share", "least": "1", "most": "9"}
    analyst.post(here, data={**form, **typed, "period": "all", "live": "1"})
    one = number(analyst.get(here).text, "Old")
    file = analyst.get(f"{here}/{one}/csv")
    assert (file.status_code, file.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert file.text.splitlines()[0] == "person"
    assert len(file.text.splitlines()) == 4
    page = analyst.get(f"{here}/{one}", headers={"accept-language": "en"}).text
    assert "Size over time" in page
    assert f'href="{here}/{one}/sizes"' in page
    sizes = analyst.get(f"{here}/{one}/sizes").text.splitlines()
    assert (len(sizes), sizes[0], sizes[1][-2:]) == (2, "day,size", ",3")
    form = marks(analyst.get(here).text)
    changed = analyst.post(
        f"{here}/{one}/change?lang=en",
        data={**form, "zh": "新", "en": "New"},
        follow_redirects=True,
    )
    assert changed.status_code == 200
    listed = analyst.get(f"{here}?lang=en").text
    assert number(listed, "New") == one
    form = marks(listed)
    taken = analyst.post(
        f"{here}/{one}/change?lang=en", data={**form, "zh": "7", "en": "", "live": "1"}
    )
    assert taken.status_code == 422
    person = file.text.splitlines()[1]
    page = analyst.get(f"{at}/persons/{person}?lang=en").text
    assert f'href="{here}/{one}"' in page
    for path in ("csv",):
        assert clients["viewer"].get(f"{here}/{one}/{path}").status_code == 403
    assert clients["viewer"].post(f"{here}/{one}/change", data=marks(listed)).status_code == 403
