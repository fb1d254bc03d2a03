"""Checking on a phone: the code works once, and what it opens reads one app and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.period import now
from minilens.web.app import create_app
from minilens.web.auth.guard import COOKIE, NOTHING
from tests.web.cast import Theatre, mark, sign_in
from tests.web.sites import site
from tests.web.test_who_may_what import ROUTES, Route, ask, named

Client = TestClient[Litestar]
EN = {"accept-language": "en"}
VIEW = "/a/cafe/overview?period=7d&filter=province:is:广东"
HOST = {"host": "stats.example.com", "accept-language": "en"}


def code_for(client: Client, view: str = VIEW, app: str = "cafe", **header: str) -> str:
    """The address in the code that the popover shows."""
    form = {"csrf": mark(client, "/account"), "at": view}
    answer = client.post(f"/a/{app}/phone", data=form, headers=HOST | header)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "<svg" in answer.text
    link = re.search(r"http://stats\.example\.com(/phone\?code=[\w-]+)", answer.text)
    assert link
    return link[1]


def opening(phone: Client, link: str, **header: str) -> Any:
    """What the phone's browser does with a code: the page, and its form at once."""
    page = phone.get(link, headers=header)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    mark = re.search(r'name="csrf" value="(\w+)"', page.text)
    code = re.search(r'name="code" value="([^"]*)"', page.text)
    assert mark
    assert code
    return phone.post("/phone", data={"csrf": mark[1], "code": code[1]}, headers=header)


@pytest.fixture
def phone(theatre: Theatre) -> Iterator[Client]:
    """A browser that nobody has signed in with."""
    with (
        site(theatre.console()) as app,
        TestClient(app, raise_server_exceptions=False) as client,
    ):
        client.follow_redirects = False
        yield client


@pytest.fixture
def opened(owner: Client, phone: Client) -> Client:
    """One that opened a code of the owner."""
    assert opening(phone, code_for(owner)).status_code == 303
    return phone


def test_it_opens_the_same_view_and_the_code_is_gone_from_the_address(
    owner: Client, phone: Client, theatre: Theatre
) -> None:
    answer = opening(phone, code_for(owner), **{"user-agent": "iPhone MicroMessenger"})
    assert answer.status_code == 303
    location = answer.headers["location"]
    assert location.startswith("/a/cafe/overview?period=7d")
    assert "code" not in location
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert phone.get(location).status_code == 200
    acts = [one.action for one in theatre.records.audit.entries(apps=(1,), most=2)]
    assert acts == ["phone.open", "phone.create"]


def test_a_code_works_once(owner: Client, phone: Client) -> None:
    link = code_for(owner)
    assert opening(phone, link).status_code == 303
    phone.cookies.clear()
    again = opening(phone, link, **EN)
    assert again.status_code == 403
    assert "has been used or has expired" in again.text
    assert COOKIE not in phone.cookies


def test_looking_at_the_address_does_not_use_the_code_up(owner: Client, phone: Client) -> None:
    link = code_for(owner)
    for _ in range(3):
        assert phone.get(link).status_code == 200
        assert COOKIE not in phone.cookies
    assert opening(phone, link).status_code == 303


def test_a_code_is_void_after_ten_minutes(phone: Client, theatre: Theatre) -> None:
    early = now() - timedelta(minutes=10, seconds=1)
    code = theatre.records.phone_links.create(1, 1, VIEW, now=early)
    assert opening(phone, f"/phone?code={code}").status_code == 403
    assert opening(phone, "/phone").status_code == 403
    assert opening(phone, "/phone?code=" + "x" * 5000).status_code == 403


def test_it_is_signed_out_after_a_day_and_looking_does_not_prolong_it(
    theatre: Theatre,
) -> None:
    records, then = theatre.records, now()
    link = records.phone_links.use(records.phone_links.create(1, 1, VIEW, now=then), now=then)
    assert link
    assert records.sessions.find(link.secret, now=then + timedelta(hours=23))
    assert records.sessions.find(link.secret, now=then + timedelta(hours=25)) is None


def may(route: Route) -> bool:
    """What a phone gets: reports, signing out, and what anybody gets."""
    return route.needs in (NOTHING, "report:read") or route.path in ("/", "/sign-out")


@pytest.fixture(scope="module")
def looking() -> Iterator[Client]:
    """A phone that reads along with the owner, for all routes."""
    theatre = Theatre()
    site = create_app(theatre.console())
    client = TestClient(site, raise_server_exceptions=False)
    client.follow_redirects = False
    client.headers["accept-language"] = "en"
    code = theatre.records.phone_links.create(1, 1, VIEW, now=now())
    assert opening(client, f"/phone?code={code}").status_code == 303
    yield client
    theatre.close()


@pytest.mark.parametrize("route", [route for route in ROUTES if not may(route)], ids=named)
def test_a_phone_gets_nothing_but_reports(looking: Client, route: Route) -> None:
    status, said = ask(looking, route)
    if route.needs.startswith("scope "):
        assert status == 401
    else:
        assert status == 403
        assert "view reports" in said or "phone_only" in said


@pytest.mark.parametrize(
    "route", [r for r in ROUTES if r.needs == "report:read" and r.method == "GET"], ids=named
)
def test_a_phone_reads_that_app_and_no_other(looking: Client, route: Route) -> None:
    assert ask(looking, route)[0] in (200, 303, 404, 422)
    assert ask(looking, route, "shop")[0] == 404
    elsewhere, nowhere = ask(looking, route, "shop")[1], ask(looking, route, "shox")[1]
    own = r"[0-9a-f]{12,64}|sho[px]"
    assert re.sub(own, "", elsewhere) == re.sub(own, "", nowhere)


def test_its_pages_offer_nothing_that_it_may_not(opened: Client) -> None:
    page = opened.get("/a/cafe/overview").text
    for address in ("/a/cafe/settings", "/account", "/apps", "/a/cafe/phone", "/a/shop/"):
        assert f'"{address}' not in page
    assert opened.get("/").headers["location"].startswith("/a/cafe/")


def test_it_is_listed_among_the_devices_and_ended_there(
    owner: Client, opened: Client, theatre: Theatre
) -> None:
    page = owner.get("/account", headers=EN).text
    assert "phone, Xiaoman Coffee only" in page
    number = next(one.id for one in theatre.records.sessions.of(1, now=now()) if one.app == 1)
    form = {"csrf": mark(owner, "/account")}
    owner.post(f"/account/sessions/{number}/end", data=form)
    assert opened.get("/a/cafe/overview").headers["location"].startswith("/sign-in")


def test_signing_out_everywhere_voids_codes_too(owner: Client, phone: Client) -> None:
    link = code_for(owner)
    owner.post("/account/sign-out-everywhere", data={"csrf": mark(owner, "/account")})
    assert opening(phone, link).status_code == 403


def test_it_sees_no_more_than_who_made_it(theatre: Theatre, phone: Client) -> None:
    records, viewer = theatre.records, theatre.number("viewer")
    first, second = (records.phone_links.create(viewer, 1, VIEW, now=now()) for _ in range(2))
    assert opening(phone, f"/phone?code={first}").status_code == 303
    assert phone.get("/a/cafe/overview").status_code == 200
    records.grants.remove(viewer, 1, now=now(), by=None)
    assert phone.get("/a/cafe/overview").status_code == 404
    assert opening(phone, f"/phone?code={second}").status_code == 403


@pytest.mark.parametrize(
    "view",
    ["https://evil.example/", "//evil.example", "/a/shop/overview", "/account", "/a/cafe\\x"],
)
def test_it_leads_nowhere_but_to_this_app(owner: Client, phone: Client, view: str) -> None:
    assert opening(phone, code_for(owner, view)).headers["location"] == "/a/cafe/overview"


def test_whoever_is_signed_in_there_stays_so(
    owner: Client, theatre: Theatre, phone: Client
) -> None:
    sign_in(phone, theatre, "admin")
    before = phone.cookies[COOKIE]
    assert opening(phone, code_for(owner)).status_code == 303
    assert phone.cookies[COOKIE] == before
    assert phone.get("/account").status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000", "0.0.0.0:8000"])
def test_where_no_phone_reaches_it_the_page_says_what_to_set(owner: Client, host: str) -> None:
    form: dict[str, Any] = {"csrf": mark(owner, "/account"), "at": VIEW}
    for header in ({}, {"x-minilens-card": "1"}):
        answer = owner.post("/a/cafe/phone", data=form, headers={"host": host, **EN, **header})
        assert answer.status_code == 200
        assert "Phones can't reach" in answer.text
        assert "MINILENS_PUBLIC_URL" in answer.text
        assert (
            "<svg"
            not in answer.text.partition("<main")[2].replace('class="logo"', "").partition("<h1")[2]
        )


def test_the_public_address_goes_before_that_of_the_browser(theatre: Theatre) -> None:
    console = replace(theatre.console(), public_url="https://stats.example.net")
    with TestClient(create_app(console), base_url="https://inside.example") as client:
        sign_in(client, theatre)
        form = {"csrf": mark(client, "/account"), "at": VIEW}
        page = client.post("/a/cafe/phone", data=form).text
    assert "https://stats.example.net/phone?code=" in page
