"""How the site is reached from outside, where that was said: it counts for cookies and for links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.web.cast import PASSWORD, Theatre, mark, press, sign_in
from tests.web.sites import site

Client = TestClient[Litestar]


@pytest.fixture
def public(theatre: Theatre) -> Iterator[Client]:
    console = replace(theatre.console(), public_url="https://stats.example.com")
    with site(console) as app, TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_cookies_are_for_https_whatever_the_proxy_says(public: Client, theatre: Theatre) -> None:
    plain = {"x-forwarded-proto": "http"}
    public.base_url = "https://testserver.local"
    answer = press(public, f"/sign-in?code={theatre.code()}", **plain)
    assert "Secure" in answer.headers["set-cookie"]


def test_a_card_names_the_public_address_of_its_call(public: Client, theatre: Theatre) -> None:
    public.base_url = "https://testserver.local"  # else the cookie for https would stay at home
    sign_in(public, theatre)
    card = public.get("/a/shop/overview/trend", headers={"x-minilens-card": "1"})
    assert card.status_code == 200
    assert "https://stats.example.com/api/v1/apps/shop/reports/overview.trend" in card.text
    assert "testserver" not in card.text


FORM = {"email": "viewer@example.org", "password": PASSWORD}


@pytest.mark.parametrize("origin", ["http://10.0.0.5:8000", None])
def test_who_came_by_plain_http_is_told_which_address_to_open(
    public: Client, theatre: Theatre, origin: str | None
) -> None:
    """The cookie for https does not come back, and no reloading would help."""
    code = theatre.code("viewer")
    headers = {"accept-language": "en"} | ({"origin": origin} if origin else {})
    for form in (FORM, {"code": code}):
        answer = public.post("/sign-in", data={**form, "csrf": mark(public)}, headers=headers)
        assert answer.status_code == 403
        assert "Open https://stats.example.com" in answer.text
        assert "page has expired" not in answer.text
    public.base_url = "https://testserver.local"
    assert press(public, f"/sign-in?code={code}").status_code == 303  # it was not used up


def test_a_form_without_its_cookie_by_https_is_just_too_old(public: Client) -> None:
    headers = {"origin": "https://stats.example.com", "accept-language": "en"}
    answer = public.post("/sign-in", data={**FORM, "csrf": mark(public)}, headers=headers)
    assert (answer.status_code, "page has expired" in answer.text) == (403, True)


def test_behind_a_proxy_that_is_not_named_https_goes_on(public: Client) -> None:
    """It seems to come by http; the cookie shows that it did not."""
    public.base_url = "https://testserver.local"
    form = {**FORM, "csrf": mark(public)}
    answer = public.post(
        "/sign-in", data=form, headers={"x-forwarded-proto": "http"}, follow_redirects=False
    )
    assert answer.status_code == 303
