"""All apps beside each other; new ones; archived ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.errors import EngineFailed
from minilens.measure.query import Query
from minilens.measure.table import Table
from minilens.period import now
from minilens.reports.report import Report
from minilens.web.console import App
from tests.web.cast import Theatre, answer, mark, sign_in
from tests.web.sites import site

Client = TestClient[Litestar]
EN = {"accept-language": "en"}
NEW = {"app": "tea", "zh": "茶", "en": "", "appid": "", "timezone": "Asia/Shanghai"}


@pytest.fixture
def viewer(theatre: Theatre) -> Iterator[Client]:
    with (
        site(theatre.console()) as app,
        TestClient(app, raise_server_exceptions=False) as client,
    ):
        sign_in(client, theatre, "viewer")
        yield client


def send(client: Client, path: str, **form: Any) -> Any:
    """A form of our own."""
    form["csrf"] = mark(client, "/account")
    return client.post(path, data=form, headers=EN, follow_redirects=False)


def test_each_sees_ones_own(owner: Client, viewer: Client) -> None:
    assert owner.get("/apps", headers=EN).text.count("<table") == 2
    page = viewer.get("/apps", headers=EN).text
    assert page.count("<table") == 1
    assert "Hillside" not in page
    assert "New app" not in page
    assert viewer.get("/a/cafe/brief").status_code == 200
    assert viewer.get("/a/shop/brief").status_code == 404


def test_the_page_asks_nothing(owner: Client, theatre: Theatre) -> None:
    def asked(report: Report, query: Query, app: App) -> Table:
        raise AssertionError(app)

    theatre.answer = asked
    page = owner.get("/apps", headers=EN)
    assert page.status_code == 200
    assert "Xiaoman Coffee" in page.text
    assert re.findall(r' src="(/a/\w+/brief)"', page.text) == ["/a/cafe/brief", "/a/shop/brief"]


def test_the_figures_are_those_of_the_overview(owner: Client, theatre: Theatre) -> None:
    asked: list[Query] = []

    def watched(report: Report, query: Query, app: App) -> Table:
        asked.append(query)
        return answer(report, query, app)

    theatre.answer = watched
    part = owner.get("/a/cafe/brief", headers=EN).text
    days = owner.get("/a/cafe/overview/trend.json?period=yesterday&measure=visits").json()
    assert f'title="{days["rows"][0]["visits"]:,}"' in part
    yesterday, today = asked[0], asked[1]
    assert [one.name for one in yesterday.measures] == ["visits", "visitors", "new_users"]
    assert yesterday.cutoff is None
    assert yesterday.compare is not None
    assert yesterday.compare.end < yesterday.range.start
    assert today.cutoff is not None  # beside the same hours


def test_one_that_cannot_be_read_says_so_and_leaves_the_others(
    owner: Client, theatre: Theatre
) -> None:
    def half(report: Report, query: Query, app: App) -> Table:
        if app.name == "shop":
            raise EngineFailed("down")
        return answer(report, query, app)

    theatre.answer = half
    card = EN | {"X-Minilens-Card": "1"}
    failed = owner.get("/a/shop/brief", headers=card)
    assert failed.status_code == 503
    assert "data-retry" in failed.text
    assert owner.get("/a/cafe/brief", headers=card).text.count("<td class") == 6


def test_a_new_app_leads_to_its_key(owner: Client, theatre: Theatre) -> None:
    made = send(owner, "/apps", **NEW)
    assert made.headers["location"] == "/a/tea/settings/tracker?done=created"
    found = theatre.records.apps.named("tea")
    assert (found.zh, found.en) == ("茶", "tea")
    assert theatre.records.audit.entries(action="app.create")[0].account == 1


@pytest.mark.parametrize(
    ("changed", "field", "status"),
    [
        ({"app": "Tea House"}, "app", 422),
        ({"app": "<script>"}, "app", 422),
        ({"app": "x" * 10_000}, "app", 422),
        ({"app": "cafe"}, "app", 409),
        ({"timezone": "Mars/Olympus"}, "timezone", 422),
        ({"timezone": "../../etc/passwd"}, "timezone", 422),
        ({"zh": "x" * 10_000}, "zh", 422),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    owner: Client, theatre: Theatre, changed: dict[str, str], field: str, status: int
) -> None:
    refused = send(owner, "/apps", **(NEW | changed))
    assert refused.status_code == status
    assert f'id="w-{field}"' in refused.text
    assert '<script>"' not in refused.text
    assert [app.name for app in theatre.records.apps.all(archived=True)] == ["cafe", "shop"]


def test_only_owners_of_all_make_and_restore(viewer: Client, theatre: Theatre) -> None:
    assert send(viewer, "/apps", **NEW).status_code == 403
    theatre.records.apps.archive(1, now=now())
    assert send(viewer, "/apps/restore", app="cafe").status_code == 404
    assert send(viewer, "/apps/restore", app="nothing").status_code == 404
    assert theatre.records.apps.named("cafe", archived=True).archived
