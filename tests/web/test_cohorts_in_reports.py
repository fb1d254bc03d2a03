"""Cohorts among the filters of reports: in every report, by API, command and page; small ones only for who may see
persons."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from litestar.testing import TestClient

from minilens.load.pipeline import Pipeline
from minilens.period import now
from minilens.reports import REPORTS
from minilens.reports.cohorts import Definition
from minilens.serve import cohorts as served
from minilens.serve.cohorts import Cohorts
from minilens.serve.wiring import cohorts_of, console, questions, report
from minilens.settings import Settings
from minilens.text import Text
from tests.pipeline import Happening, House, at
from tests.web.cast import press
from tests.web.sites import site

pytestmark = pytest.mark.waits
DAY = "2026-11-01"
WHO = [f"w{n:02}" for n in range(12)]


@dataclass
class Place:
    """The site of an app, somebody signed in for each role, a token of a program that may only read."""

    house: House
    clients: dict[str, Any]
    cohorts: Cohorts
    reader: str
    executor: Any

    def get(self, path: str, role: str = "analyst", **asked: str) -> Any:
        return self.clients[role].get(f"/a/{self.house.app.name}/{path}", params=asked)

    def api(self, name: str, *filters: str, **asked: str) -> Any:
        address = f"/api/v1/apps/{self.house.app.name}/reports/{name}"
        pairs = [*asked.items(), *(("filter", one) for one in filters)]
        headers = {"Authorization": f"Bearer {self.reader}"}
        return self.clients["viewer"].get(address, params=pairs, headers=headers)


@pytest.fixture(scope="module")
def place(pipeline: Pipeline, settings: Settings, new_app: Callable[..., House]) -> Iterator[Place]:
    """What all look at."""
    with opened(pipeline, settings, new_app()) as one:
        yield one


@pytest.fixture
def own_place(
    pipeline: Pipeline, settings: Settings, new_app: Callable[..., House]
) -> Iterator[Place]:
    """For whoever adds to it."""
    with opened(pipeline, settings, new_app()) as one:
        yield one


@contextmanager
def opened(pipeline: Pipeline, settings: Settings, house: House) -> Iterator[Place]:
    """Twelve people of one page each; the first eleven in `many`, the first two in `few`, of whom one scans."""
    house.load(
        [
            Happening(
                at(f"{DAY} 10:{n:02}"), device=who, session=who, page=f"pages/{who}", scene=1047 if n == 1 else 1001
            )
            for n, who in enumerate(WHO)
        ]
    )  # fmt: skip
    house.build()
    executor = questions(pipeline, settings)
    made = cohorts_of(pipeline, executor)
    for zh, en, some in (("多", "many", WHO[:11]), ("少", "few", WHO[:2])):
        made.create(house.app.id, Text(zh, en), [f"device={one}" for one in some], False, None)
    token = pipeline.records.tokens.create(house.app.id, ("report:read",), now=now())
    with site(console(pipeline, settings, executor)) as app, ExitStack() as stack:
        clients = {}
        for role in ("viewer", "analyst"):
            one = pipeline.records.accounts.create(
                f"{role}-{house.app.name}@example.org", role, now=now()
            )
            pipeline.records.grants.set(one.id, house.app.id, role, now=now(), by=None)
            code = pipeline.records.sign_ins.create(now=now(), account=one.id)
            clients[role] = stack.enter_context(TestClient(app))
            assert press(clients[role], f"/sign-in?code={code}").status_code == 303
        yield Place(house, clients, made, token, executor)


def visitors(found: Any) -> list[object]:
    assert found.status_code == 200, found.text
    return [row["visitors"] for row in found.json()["rows"]]


def test_by_api_in_and_not_in_and_beside_others(place: Place) -> None:
    """By hand."""
    day = {"from": DAY, "to": DAY}
    for filters, right in (
        ((), 12),
        (("cohort:is:many",), 11),
        (("cohort:is:多",), 11),
        (("cohort:is_not:many",), 1),
        (("cohort:is:many", "page:is:pages/w01,pages/w11"), 1),
        (("cohort:is_not:many|page:is:pages/w01,pages/w02",), 3),
        (("cohort:is:many", "scene:is_not:1047"), 10),
    ):
        assert visitors(place.api("overview.trend", *filters, **day)) == [right], filters


def test_every_report_that_takes_filters_takes_cohorts(place: Place) -> None:
    taken = [name for name, one in REPORTS.items() if one.kind.takes("filter")]
    assert len(taken) > 20
    for name in taken:
        one = REPORTS[name]
        days = one.kind.takes("from") and not name.startswith("live.")
        asked = {"from": DAY, "to": DAY} if days else {}
        asked |= {"page": "pages/w01"} if name.startswith("page.") else {}
        for by in one.groupings or ("",):
            more = {"by": by} if by else {}
            found = place.api(name, "cohort:is:many", **asked, **more)
            assert found.status_code == 200, (name, by, found.text)


def test_by_command(place: Place, pipeline: Pipeline) -> None:
    """Whoever runs the server sees small ones, too."""
    given = [("name", "overview.trend"), ("app", place.house.app.name), ("from", DAY), ("to", DAY)]
    more = [("format", "json"), ("filter", "cohort:is:few")]
    found = json.loads(report(pipeline, place.executor, [*given, *more]))
    assert [row["visitors"] for row in found["rows"]] == [2]


@pytest.mark.parametrize("operator", ["is", "is_not"])
def test_a_small_one_is_for_whoever_may_see_persons(place: Place, operator: str) -> None:
    asked = {"from": DAY, "to": DAY, "filter": f"cohort:{operator}:few"}
    refused = place.api("overview.trend", asked["filter"], **{"from": DAY, "to": DAY}, lang="en")
    assert refused.status_code == 403
    assert f"fewer than {served.LEAST_SEEN} users" in refused.json()["message"]
    pages = {role: place.get("overview", role, **asked) for role in ("viewer", "analyst")}
    assert {role: page.status_code for role, page in pages.items()} == dict.fromkeys(pages, 200)
    card = "overview/trend"
    assert place.get(card, "analyst", **asked).status_code == 200
    assert place.get(card, "viewer", **asked).status_code == 403
    question = {
        "kind": "events", "events": [{"event": "page_view"}], "measures": [{"aggregate": "persons"}],
        "from": DAY, "to": DAY, "where": {"cohort": "few", "operator": operator},
    }  # fmt: skip
    asked = {"question": json.dumps(question)}
    assert place.get("events/ask/answer", "analyst", **asked).status_code == 200
    assert place.get("events/ask/answer", "viewer", **asked).status_code == 403


def test_a_stream_of_a_small_one_is_refused(place: Place) -> None:
    assert place.get("stream", "viewer", filter="cohort:is:few").status_code == 403


def test_one_that_is_not_there_is_named(place: Place) -> None:
    found = place.api("overview.trend", "cohort:is:meny", lang="en")
    assert (found.status_code, found.json()["field"]) == (422, "cohort")
    assert "many" in found.json()["message"]


def numbers(place: Place) -> dict[str, str]:
    """Name in English → the number of the cohort."""
    every = place.cohorts.of(place.house.app.id)
    return {one.saved.name.en: str(one.saved.id) for one in every}


def test_the_bar_offers_them(place: Place) -> None:
    page, number = place.get("overview", lang="en").text, numbers(place)
    assert '<option value="cohort" data-kind="cohort">Cohort</option>' in page
    assert place.get("values/cohort", lang="en").json() == [
        {"value": number["few"], "title": "few", "visits": "2"},
        {"value": number["many"], "title": "many", "visits": "11"},
    ]
    (one,) = place.get("values/cohort", lang="zh", search="MAN").json()
    assert one == {"value": number["many"], "title": "多", "visits": "11"}


def test_a_filter_stays_the_same_whatever_the_cohort_is_called(own_place: Place) -> None:
    """Pages keep its number; what is read there, in files and in refusals is its name of now."""
    place, day = own_place, {"from": DAY, "to": DAY}
    (many, few) = (numbers(place)[one] for one in ("many", "few"))
    for filter in ("cohort:is:many", "cohort:is:多", f"cohort:is:{many}"):
        page = place.get("overview", lang="en", filter=filter).text
        assert "Cohort is many" in page
        assert f"filter=cohort%3Ais%3A{many}" in page or f"filter=cohort:is:{many}" in page
    place.cohorts.change(place.house.app.id, int(many), name=Text("大", "large"))
    place.cohorts.change(place.house.app.id, int(few), name=Text("多", "many"))
    assert visitors(place.api("overview.trend", f"cohort:is:{many}", **day)) == [11]
    assert visitors(place.api("overview.trend", "cohort:is:large", **day)) == [11]
    page = place.get("overview", lang="en", filter=f"cohort:is:{many}").text
    assert "Cohort is large" in page
    refused = place.api("overview.trend", f"cohort:is:{few}", **day, lang="en")
    assert "The cohort many has" in refused.json()["message"]


def test_a_cohort_of_others_stays_the_same(own_place: Place) -> None:
    place, app = own_place, own_place.house.app.id
    both = place.cohorts.create(
        app, Text("并", "both"), Definition(any=[Definition(cohort="many"), Definition(cohort="少")]), True, None
    )  # fmt: skip
    place.cohorts.change(app, int(numbers(place)["many"]), name=Text("大", "large"))
    place.cohorts.change(app, int(numbers(place)["few"]), name=Text("many", "many"))
    assert place.cohorts.refresh(app, both.saved.id).size == 11


def test_a_merged_person_counts_once_before_their_days_are_made_again(
    own_place: Place,
) -> None:
    """The tail and the days both ask who somebody is now."""
    place, house = own_place, own_place.house
    with_identity = ("c_memberid", "both")
    house.load(
        [
            Happening(at(f"{DAY} 12:0{n}"), device=who, session=f"{who}2", page="pages/a", identity=with_identity)
            for n, who in enumerate(WHO[10:12])
        ]
    )  # fmt: skip
    assert visitors(place.api("overview.trend", "cohort:is:many", **{"from": DAY, "to": DAY})) == [
        11
    ]
    house.build()
    asked = {"from": DAY, "to": DAY}
    assert visitors(place.api("overview.trend", "cohort:is:many", **asked)) == [11]
    assert visitors(place.api("overview.trend", **asked)) == [11]
    assert visitors(place.api("overview.trend", "cohort:is_not:many", **asked)) == [0]
