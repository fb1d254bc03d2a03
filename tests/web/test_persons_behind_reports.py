"""The persons behind figures of reports: every card opens them, the API takes a report and its parameters."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from html import unescape
from typing import Any

import pytest
from litestar.testing import TestClient

from minilens import reports
from minilens.load.pipeline import Pipeline
from minilens.period import now
from minilens.serve.wiring import console, questions
from minilens.settings import Settings
from tests.pipeline import Happening, House, at
from tests.web.cast import press
from tests.web.sites import site

DAY, NEXT = "2026-11-02", "2026-11-03"
#: Three visit on the first day, one of them twice and from two scenes; one comes back on the next and shares.
STORY = [
    Happening(at(f"{DAY} 09:00"), device="a", session="a1", page="pages/home", scene=1001),
    Happening(at(f"{DAY} 09:01"), device="a", session="a1", page="pages/menu", scene=1001),
    Happening(at(f"{DAY} 20:00"), device="a", session="a2", page="pages/home", scene=1047),
    Happening(at(f"{DAY} 10:00"), device="b", session="b1", page="pages/menu", scene=1047),
    Happening(at(f"{DAY} 11:00"), device="c", session="c1", page="pages/home", scene=1001),
    Happening(at(f"{NEXT} 09:00"), device="b", session="b2", page="pages/menu", scene=1001),
    Happening(
        at(f"{NEXT} 09:01"), "share", device="b", session="b2", page="pages/menu", scene=1001
    ),
]
OVER = {"from": DAY, "to": NEXT}


@pytest.fixture(scope="module")
def site_of(
    pipeline: Pipeline, settings: Settings, new_app: Callable[..., House]
) -> Iterator[tuple[dict[str, Any], House, str]]:
    """Somebody signed in for each role, the app, a token that may see persons."""
    house = new_app()
    house.load(STORY)
    house.build()
    token = pipeline.records.tokens.create(house.app.id, ("admin",), now=now())
    made_site = site(console(pipeline, settings, questions(pipeline, settings)))
    with made_site as app, ExitStack() as stack:
        clients = {"program": stack.enter_context(TestClient(app))}
        for role in ("viewer", "analyst"):
            made = pipeline.records.accounts.create(
                f"{role}-{house.app.name}@example.org", role, now=now()
            )
            pipeline.records.grants.set(made.id, house.app.id, role, now=now(), by=None)
            code = pipeline.records.sign_ins.create(now=now(), account=made.id)
            client = stack.enter_context(TestClient(app))
            assert press(client, f"/sign-in?code={code}").status_code == 303
            clients[role] = client
        yield clients, house, str(token)


def asked(site_of: Any, lang: str = "en", **body: Any) -> Any:
    clients, house, token = site_of
    return clients["program"].post(
        f"/api/v1/apps/{house.app.name}/ask/persons?lang={lang}", content=json.dumps(body),
        headers={"Authorization": f"Bearer {token}"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("report", "measure", "row", "devices"),
    [
        ("overview.trend", "visits", {"day": DAY}, "abc"),
        ("overview.trend", "launches", {"day": NEXT}, "b"),
        ("overview.trend", "new_users", {}, "abc"),
        ("overview.trend", "total_users", {"day": NEXT}, "abc"),
        ("overview.trend", "sharers", {"day": NEXT}, "b"),
        ("overview.trend", "sharers", {"day": DAY}, ""),
        ("overview.pages", "visitors", {"page": "pages/home"}, "ac"),
        ("overview.entries", "entries", {"page": "pages/menu"}, "b"),
        ("sources.scenes", "visitors", {"scene": "1047"}, "ab"),
        ("sources.first", "new_users", {"first_scene_source": ""}, ""),
        ("traffic.retention", "cohort_users", {"day": DAY}, "abc"),
        ("traffic.retention", "retained_users", {"day": DAY, "days_later": 1}, "b"),
        ("traffic.depths", "launch_users", {"launch_depth": "2"}, "a"),
        ("audience.systems", "visitors", {"os": None}, "abc"),
    ],
)
def test_by_hand(
    site_of: Any, report: str, measure: str, row: dict[str, Any], devices: str
) -> None:
    found = asked(site_of, report=report, parameters=OVER, measure=measure, row=row)
    assert found.status_code == 200, found.text
    house = site_of[1]
    right = sorted(house.person("device", one) for one in devices)
    assert [one["person"] for one in found.json()["persons"]] == [f"p{one}" for one in right]
    assert found.json()["count"] == len(devices)


def test_parameters_are_those_of_the_address(site_of: Any) -> None:
    over = OVER | {"filter": ["scene:is:1047", "page:is:pages/menu"]}
    found = asked(site_of, report="overview.trend", parameters=over, measure="visitors").json()
    assert [one["person"] for one in found["persons"]] == [f"p{site_of[1].person('device', 'b')}"]
    assert found["persons"][0]["times"] is None


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"report": "overview.trend", "measure": "entries"}, 422, "measure"),
        ({"report": "overview.trend", "row": {"page": "x"}}, 422, "row"),
        (
            {"report": "overview.trend", "parameters": OVER, "row": {"day": "2020-01-01"}},
            422,
            "row.day",
        ),
        ({"report": "overview.trend", "parameters": {"period": "soon"}}, 422, "period"),
        ({"report": "quality.reasons", "measure": "quarantined_events"}, 422, "report"),
        ({"report": "overview.nothing"}, 404, "report"),
        ({}, 422, "question"),
    ],
)
def test_what_is_wrong_is_named(
    site_of: Any, lang: str, body: dict[str, Any], status: int, field: str | None
) -> None:
    found = asked(site_of, lang=lang, **body)
    assert (found.status_code, found.json().get("field")) == (status, field), found.text


def figures(page: str) -> list[tuple[str, str]]:
    """What figures say, and which they are."""
    found = re.findall(r'<button class="persons"[^>]* value="([^"]*)"[^>]*>([^<]*)</button>', page)
    return [(text, unescape(value)) for value, text in found]


def fields(page: str) -> dict[str, str]:
    """What they are of."""
    form = re.search(r'<form id="[^"]*-behind".*?</form>', page, re.DOTALL)
    assert form
    return {
        name: unescape(value)
        for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form[0])
    }


#: Reports whose figures nobody stands behind, by what they are.
OF_NOBODY = tuple(
    name
    for name, one in reports.REPORTS.items()
    if "visits" not in one.measures and name.startswith("quality.")
)


@pytest.mark.parametrize("name", sorted(reports.REPORTS))
def test_every_card_opens_the_persons_of_its_figures(site_of: Any, name: str) -> None:
    clients, house, _ = site_of
    report = reports.find(name)
    over = "" if name.startswith("live.") else f"from={DAY}&to={NEXT}&"
    address = f"/a/{house.app.name}/{name.replace('.', '/')}?{over}lang=en"
    if report.kind.takes("view"):
        address += "&view=table"
    card = clients["analyst"].get(address)
    assert card.status_code == 200
    found = figures(card.text)
    if name.startswith(OF_NOBODY):
        assert not found
    for text, place in found[:8]:
        page = clients["analyst"].get(
            f"/a/{house.app.name}/persons/behind",
            params={**fields(card.text), "at": place, "lang": "en"},
        )
        assert page.status_code == 200, (place, page.text[-500:])
        listed = re.search(r"<b>(\d+) users?</b>", page.text)
        assert listed, place
        measure = json.loads(place)[0]
        count = int(text.replace(",", "")) if text.replace(",", "").isdigit() else None
        if count is not None:
            assert 0 < int(listed[1]) <= count, (place, text, listed[1])
            if measure.endswith(("users", "visitors", "sharers", "online")):
                assert int(listed[1]) == count, (place, text)
    assert not figures(clients["viewer"].get(address).text)


def test_figures_of_the_other_range_open_their_persons(site_of: Any) -> None:
    """Beside the second day stands the first, of whom more came."""
    clients, house, _ = site_of
    address = f"/a/{house.app.name}/overview/trend?from={NEXT}&to={NEXT}&grain=day&measure=visitors&lang=en"
    for view in ("", "&view=table"):
        card = clients["analyst"].get(f"{address}&compare=previous{view}").text
        beside = [(text, place) for text, place in figures(card) if json.loads(place)[2:]]
        assert beside, view
        visitors = [one for one in beside if json.loads(one[1])[0] == "visitors"]
        for text, place in visitors:
            asked_of = {**fields(card), "at": place, "lang": "en"}
            page = clients["analyst"].get(f"/a/{house.app.name}/persons/behind", params=asked_of)
            assert (text, "<b>3 users</b>" in page.text) == ("3", True)
    wrong = clients["analyst"].get(
        f"/a/{house.app.name}/persons/behind",
        params={**fields(card), "at": f'["visitors",{{}},["{DAY}"]]', "lang": "en"},
    )
    assert wrong.status_code == 422


def test_a_figure_of_a_report_becomes_a_cohort_and_a_file(site_of: Any) -> None:
    clients, house, _ = site_of
    analyst, at_ = clients["analyst"], f"/a/{house.app.name}"
    card = analyst.get(f"{at_}/overview/pages?from={DAY}&to={NEXT}").text
    of = {**fields(card), "at": '["visitors",{"page":"pages/home"}]', "lang": "en"}
    page = analyst.get(f"{at_}/persons/behind", params=of).text
    assert "Page: pages/home" in page
    marks = dict(reversed(re.findall(r'name="(csrf|form)" value="([^"]*)"', page)))
    made = analyst.post(
        f"{at_}/persons/behind", data={**of, **marks, "zh": "首页来客"}, follow_redirects=True
    )
    assert made.status_code == 200
    assert "首页来客" in made.text
    cohorts = analyst.get(f"{at_}/persons/cohorts?lang=en").text
    assert "2 users" in cohorts
    text = analyst.get(f"{at_}/persons/behind.csv", params=of)
    right = sorted(house.person("device", one) for one in "ac")
    assert [line.partition(",")[0] for line in text.text.splitlines()[1:]] == [
        f"p{one}" for one in right
    ]
    assert clients["viewer"].get(f"{at_}/persons/behind", params=of).status_code in (403, 404)
