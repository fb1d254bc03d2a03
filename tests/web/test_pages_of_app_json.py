"""The pages of an app.json on the settings page: kept, refused beside the form, suggested before anybody was there."""

from __future__ import annotations

import json
from typing import Any

from litestar import Litestar
from litestar.testing import TestClient

from minilens.period import now
from tests.web.cast import PAGES, Theatre, mark, sign_in
from tests.web.sites import site

Client = TestClient[Litestar]
HERE = "/a/cafe/settings"
EN = {"accept-language": "en"}
GIVEN = {
    "pages": ["pages/index/index", "pages/new/one"],
    "tabBar": {"list": [{"pagePath": "pages/new/one", "text": "新品"}]},
}


def send(client: Client, text: str) -> Any:
    form = {"csrf": mark(client, "/account"), "text": text}
    return client.post(f"{HERE}/pages", data=form, headers=EN, follow_redirects=False)


def test_they_are_kept_and_shown(owner: Client, theatre: Theatre) -> None:
    assert "With your app.json" in owner.get(HERE, headers=EN).text
    answer = send(owner, json.dumps(GIVEN))
    assert answer.headers["location"] == f"{HERE}?done=pages"
    page = owner.get(answer.headers["location"], headers=EN).text
    assert "Pages saved." in page
    assert "2 pages" in page
    assert "新品" in page
    options = owner.get(f"{HERE}/tracker", headers=EN).text
    assert '<option value="pages/new/one">' in options  # to be opened in test mode
    assert theatre.records.audit.entries(action="app.pages")[0].account == 1


def test_what_is_wrong_is_said_and_what_was_pasted_stays(owner: Client, theatre: Theatre) -> None:
    for text, said in (
        ('{"pages": ["<b>"', "app.json: is not valid JSON at line 1"),
        ('{"pages": ["a", 7]}', "pages[1]: must be text"),
        ("", "app.json: is not valid JSON"),
        (
            "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
            "app.json: is not valid",
        ),
    ):
        answer = send(owner, text)
        assert answer.status_code == 422
        assert said in answer.text
        assert "<b>" not in answer.text.partition("<textarea")[2].partition("</textarea>")[0]
    assert "&lt;b&gt;" in send(owner, '{"pages": ["<b>"').text
    assert theatre.records.app_pages.find(1) is None


def test_a_form_of_megabytes_is_refused(owner: Client) -> None:
    assert send(owner, "x" * (100 << 10)).status_code == 413


def test_only_who_defines_events_hands_them_in(theatre: Theatre) -> None:
    with site(theatre.console()) as app, TestClient(app, raise_server_exceptions=False) as client:
        sign_in(client, theatre, "viewer")
        assert send(client, json.dumps(GIVEN)).status_code == 403
        assert "<textarea" not in client.get(HERE).text


def test_pages_that_nobody_has_visited_are_suggested_after_the_others(
    owner: Client, theatre: Theatre
) -> None:
    theatre.records.app_pages.set(1, json.dumps(GIVEN).encode(), now=now())
    every = owner.get("/a/cafe/values/page").json()
    assert [one["value"] for one in every[: len(PAGES)]] == list(PAGES)
    assert [one for one in every if one["visits"] == "0"] == [
        {"value": "pages/new/one", "title": "pages/new/one", "visits": "0"}
    ]
    found = owner.get("/a/cafe/values/page?search=NEW/").json()
    assert "pages/new/one" in [one["value"] for one in found]
    assert "pages/new/one" not in [one["value"] for one in owner.get("/a/cafe/values/scene").json()]
