"""A form that is sent twice acts once; what is shown once is; no address of a form leads nowhere."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.web.app import ROUTES
from minilens.web.form_addresses import PAGES
from tests.web.cast import Theatre, sign_in
from tests.web.sites import site

Client = TestClient[Litestar]
EN = {"accept-language": "en"}
TOKENS = "/a/cafe/settings/tokens"
TOKEN = r"mt_[\w-]+"


def hidden(client: Client, page: str) -> dict[str, str]:
    """What every form of a page carries."""
    text = client.get(page).text
    found = {name: re.search(rf'name="{name}" value="(\w+)"', text) for name in ("csrf", "form")}
    return {name: match[1] for name, match in found.items() if match}


def send(client: Client, path: str, form: dict[str, Any]) -> Any:
    return client.post(path, data=form, headers=EN, follow_redirects=False)


def test_the_same_form_sent_twice_makes_one_token(owner: Client, theatre: Theatre) -> None:
    before = len(theatre.records.tokens.of(1))
    form = {**hidden(owner, TOKENS), "name": "BI", "scope": "report:read", "days": ""}
    first, second = send(owner, TOKENS, form), send(owner, TOKENS, form)
    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    assert len(theatre.records.tokens.of(1)) == before + 1
    assert re.search(TOKEN, owner.get(second.headers["location"]).text)
    other = send(owner, TOKENS, {**form, "name": "another one"})
    assert other.headers["location"] != first.headers["location"]
    assert len(theatre.records.tokens.of(1)) == before + 2
    send(owner, TOKENS, {**form, **hidden(owner, TOKENS)})
    assert len(theatre.records.tokens.of(1)) == before + 3


def test_a_double_click_makes_one_app(owner: Client, theatre: Theatre) -> None:
    form = {**hidden(owner, "/apps"), "app": "bakery", "timezone": "Asia/Shanghai"}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: send(owner, "/apps", form), range(4)))
    assert {one.headers.get("location") for one in answers} == {
        "/a/bakery/settings/tracker?done=created"
    }


def test_a_form_that_was_refused_may_be_sent_again(owner: Client, theatre: Theatre) -> None:
    form = {**hidden(owner, TOKENS), "name": "", "scope": "report:read", "days": ""}
    assert [send(owner, TOKENS, form).status_code for _ in range(2)] == [422, 422]
    assert send(owner, TOKENS, {**form, "name": "BI"}).status_code == 303


def test_signing_in_twice_with_one_form_signs_in(stranger: Client) -> None:
    form = {
        **hidden(stranger, "/sign-in"), "email": "viewer@example.org", "password": "long enough to be one",
    }  # fmt: skip
    cookies = dict(stranger.cookies)
    first = send(stranger, "/sign-in", form)
    stranger.cookies.clear()
    stranger.cookies.update(cookies)
    second = send(stranger, "/sign-in", form)
    assert first.headers.get("set-cookie") == second.headers.get("set-cookie")
    assert first.status_code == second.status_code


def test_a_secret_is_shown_by_the_first_look_of_that_browser_alone(
    owner: Client, theatre: Theatre
) -> None:
    form = {**hidden(owner, TOKENS), "name": "BI", "scope": "report:read", "days": ""}
    onward = send(owner, TOKENS, form).headers["location"]
    with site(theatre.console()) as app, TestClient(app) as other:
        app.state["once"] = owner.app.state["once"]
        sign_in(other, theatre)
        assert not re.search(TOKEN, other.get(onward, headers=EN).text)
    shown = owner.get(onward, headers=EN)
    assert re.search(TOKEN, shown.text)
    assert shown.headers["cache-control"] == "no-store"
    again = owner.get(onward, headers=EN).text
    assert not re.search(TOKEN, again)
    assert "was shown only once" in again


def test_each_address_of_a_form_leads_to_its_page(owner: Client) -> None:
    forms = {path for one in ROUTES if "POST" in one.http_methods for path in one.paths}  # type: ignore[union-attr]
    pages = {path for one in ROUTES if "GET" in one.http_methods for path in one.paths}  # type: ignore[union-attr]
    assert {path for path in forms if not path.startswith("/api/")} <= pages
    assert set(PAGES) <= forms


@pytest.mark.parametrize("path", ["/account/password", "/a/cafe/settings/tracker/rotate"])
def test_a_page_loaded_again_after_a_refusal_is_there(owner: Client, path: str) -> None:
    refused = send(owner, path, hidden(owner, "/account"))
    assert refused.status_code == 422
    again = owner.get(f"{path}?lang=zh")
    assert again.status_code == 200
    assert again.url.path == path.rpartition("/")[0]
    assert 'lang="zh-CN"' in again.text
