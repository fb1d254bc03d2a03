"""Every route of the site, asked by everybody: a route without a rule, or with another rule, fails here.

An app that one was not given answers exactly as one that does not exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from anyio.from_thread import start_blocking_portal
from litestar import Litestar
from litestar.exceptions import ImproperlyConfiguredException
from litestar.routes import HTTPRoute
from litestar.testing import TestClient

from minilens.records.rights import RIGHTS, role_named
from minilens.web.app import create_app
from minilens.web.auth.guard import ACCOUNT, NOTHING, every_route_has_a_rule, rule
from tests.web.cast import CAFE, PEOPLE, TOKENS, Theatre, sign_in

#: what stands in an address where the route has a place to fill; a number is that of nothing
FILLED = {
    "tab": "overview",
    "card": "trend.json",
    "field": "province",
    "grain": "week",
    "day": "2026-11-16",
}
#: a form that was let through, but for its mark
STALE = 1
TOKEN_NAMES = [f"token {name}" for name in TOKENS]
ASKERS = ["nobody", *PEOPLE, *TOKEN_NAMES, "token made up"]


@dataclass(frozen=True)
class Route:
    """A method, a path with places to fill, and what the route says it needs."""

    method: str
    path: str
    needs: str

    def address(self, app: str = "cafe") -> str:
        """The path, filled."""
        filled = {"app": app, **FILLED}
        return re.sub(
            r"\{(\w+):(\w+)\}",
            lambda m: "999" if m[2] == "int" else filled.get(m[1], "x"),
            self.path,
        )


def discovered() -> list[Route]:
    """All that the site answers to."""
    theatre = Theatre()
    app = create_app(theatre.console())
    theatre.close()
    return sorted(
        (
            Route(method, route.path, rule(handler))
            for route in app.routes
            if isinstance(route, HTTPRoute)
            for handler in route.route_handlers
            for method in handler.http_methods
            if method != "OPTIONS"
        ),
        key=lambda route: (route.path, route.method),
    )


ROUTES = discovered()
OF_AN_APP = [route for route in ROUTES if "{app:" in route.path]


def named(route: Route) -> str:
    """Part of the name of a test."""
    return f"{route.method} {route.path}"


@pytest.fixture(scope="module")
def everybody() -> Iterator[dict[str, TestClient[Litestar]]]:
    """A client for each who asks, signed in or with a token."""
    theatre = Theatre()
    site = create_app(theatre.console())
    clients = {}
    with start_blocking_portal() as portal:
        for who in ASKERS:
            client = TestClient(site, raise_server_exceptions=False)
            client.blocking_portal = portal  # else each request begins two threads with a loop
            client.follow_redirects = False
            client.headers["accept-language"] = "en"
            if who in PEOPLE:
                sign_in(client, theatre, who)
            elif who.startswith("token "):
                client.headers["authorization"] = f"Bearer {who.removeprefix('token ')}"
            clients[who] = client
        yield clients
    theatre.close()


def ask(client: TestClient[Litestar], route: Route, app: str = "cafe") -> tuple[int, str]:
    """Status and text. A stream is only begun; a form lacks its mark, so that it changes nothing."""
    address = route.address(app)
    if address.endswith("/stream"):
        address += "?after=wrong"  # let through, it is refused for this: it would never end
    header = {} if route.method == "GET" else {"accept": "application/json"}
    answer = client.request(route.method, address, headers=header)
    return answer.status_code, answer.headers.get("location", "") or answer.text


def expected(route: Route, who: str) -> set[int]:
    """What may be answered; let through is anything but these refusals."""
    through = {200, 302, 303, 304, 404, 422} if route.method == "GET" else {STALE}
    if route.needs == NOTHING:
        return {*through, 401, 403, 404}
    if route.needs.startswith("scope "):
        return of_token(route, who)
    if who not in PEOPLE:
        return {303, 401}  # to the door
    app, role = PEOPLE[who]
    if route.needs == ACCOUNT:
        return through
    if app not in (None, CAFE) and "{app:" in route.path:
        return {404}
    if route.needs == "member":
        return through
    whole_house = "{app:" not in route.path and app is not None
    return through if not whole_house and route.needs in RIGHTS[role_named(role)] else {403}


def of_token(route: Route, who: str) -> set[int]:
    """The same of programs. A cookie is no token."""
    known = TOKENS.get(who.removeprefix("token "))
    if not who.startswith("token ") or known is None or who in ("token expired", "token revoked"):
        return {401}
    if known[0] != CAFE and "{app:" in route.path:
        return {404}
    one = route.path.count("{") > 1  # of something that is not there
    through = {200, 404} if one else {200}
    through = through if route.method == "GET" else {200, 201, 400, 404, 422}
    return through if route.needs.removeprefix("scope ") in known[1] else {403}


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_each_route_lets_through_whom_it_says(
    everybody: dict[str, TestClient[Litestar]], route: Route
) -> None:
    wrong = {}
    for who in ASKERS:
        status, said = ask(everybody[who], route)
        if '"stale_form"' in said:  # past the guard, and stopped by what looks at forms
            status = STALE
        elsewhere = status == 303 and not said.startswith("/sign-in")
        stranger = who not in PEOPLE and route.needs != NOTHING
        if status not in expected(route, who) or (stranger and elsewhere):
            wrong[who] = (status, said[:200])
    assert wrong == {}


@pytest.mark.parametrize("route", OF_AN_APP, ids=named)
@pytest.mark.parametrize("who", ["neighbour", "token neighbour"])
def test_an_app_of_others_is_as_one_that_does_not_exist(
    everybody: dict[str, TestClient[Litestar]], who: str, route: Route
) -> None:
    there, nowhere = (ask(everybody[who], route, app) for app in ("cafe", "cafx"))
    own = r"[0-9a-f]{12,64}|caf[ex]"  # numbers of requests, and the name that was asked for
    assert there[0] == nowhere[0]
    right_door = route.needs.startswith("scope ") == who.startswith("token ")
    assert there[0] in ({404} if right_door else {303, 401})
    assert re.sub(own, "", there[1]) == re.sub(own, "", nowhere[1])


def test_a_hint_names_only_apps_that_one_may_see(
    everybody: dict[str, TestClient[Litestar]],
) -> None:
    near = "/a/cafee/overview/trend.json"
    assert everybody["viewer"].get(near).json()["hint"] == "cafe"
    assert "hint" not in everybody["neighbour"].get(near).json()
    api = "/api/v1/apps/cafee/reports"
    assert everybody["token reader"].get(api).json()["hint"] == "cafe"
    assert "cafe;" not in everybody["token neighbour"].get(api).text


def test_the_start_leads_to_ones_own_app_and_the_menu_lists_no_other(
    everybody: dict[str, TestClient[Litestar]],
) -> None:
    for who, app, other in (("viewer", "cafe", "shop"), ("neighbour", "shop", "cafe")):
        assert everybody[who].get("/").headers["location"].startswith(f"/a/{app}/")
        assert f"/a/{other}/" not in everybody[who].get(f"/a/{app}/overview").text
    assert "/a/shop/" in everybody["owner"].get("/a/cafe/overview").text


def test_a_cookie_opens_no_program_address_and_a_token_no_page(
    everybody: dict[str, TestClient[Litestar]],
) -> None:
    assert everybody["owner"].get("/api/v1/apps/cafe/reports").status_code == 401
    assert everybody["token reader"].get("/a/cafe/overview/trend.json").status_code == 401


def test_a_route_without_a_rule_keeps_the_site_from_starting() -> None:
    from litestar import get

    @get("/forgotten", sync_to_thread=False)
    def forgotten() -> str:
        return "open to all"

    site = Litestar([forgotten], openapi_config=None)
    with pytest.raises(ImproperlyConfiguredException, match="/forgotten"):
        every_route_has_a_rule(site)


def test_the_walk_has_seen_what_matters() -> None:
    assert {"/", "/account", "/invitation", "/a/{app:str}/stream"} <= {r.path for r in ROUTES}
    assert len(OF_AN_APP) > 10
