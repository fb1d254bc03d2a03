"""A link lets in once, a password as often as one likes; without either, pages lead to the door."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.period import now
from minilens.web.account.sign_in import device_name, local
from minilens.web.auth.guard import COOKIE
from tests.web.cast import PASSWORD, Theatre, mark, press, sign_in

Client = TestClient[Litestar]
EN = {"accept-language": "en"}


def with_password(client: Client, email: str, password: str, onward: str = "/") -> tuple[int, str]:
    """Status, and where it leads or what the page says."""
    form = {"csrf": mark(client), "email": email, "password": password, "next": onward}
    answer = client.post("/sign-in", data=form, headers=EN, follow_redirects=False)
    return answer.status_code, answer.headers.get("location") or answer.text


def test_a_page_leads_to_the_door_and_back(stranger: Client, theatre: Theatre) -> None:
    answer = stranger.get("/a/cafe/overview?period=7d", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fa%2Fcafe%2Foverview%3Fperiod%3D7d"
    form = {"csrf": mark(stranger), "code": theatre.code(), "next": "/a/cafe/overview?period=7d"}
    into = stranger.post("/sign-in", data=form, follow_redirects=False)
    assert (into.status_code, into.headers["location"]) == (303, "/a/cafe/overview?period=7d")
    assert stranger.get("/a/cafe/overview").status_code == 200


def test_with_password(stranger: Client) -> None:
    onward = "/a/cafe/live"
    assert with_password(stranger, "viewer@example.org", PASSWORD, onward) == (303, onward)
    assert stranger.get(onward).status_code == 200


@pytest.mark.parametrize(
    "email", ["VIEWER@Example.ORG", "  viewer@example.org ", "viewer＠example．org"]
)
def test_an_address_is_the_same_however_it_is_typed(stranger: Client, email: str) -> None:
    assert with_password(stranger, email, PASSWORD)[0] == 303


def test_unknown_wrong_and_disabled_are_answered_alike(stranger: Client, theatre: Theatre) -> None:
    theatre.records.accounts.disable(theatre.number("analyst"), now=now(), by=None)
    answers = [
        with_password(stranger, "analyst@example.org", PASSWORD),
        with_password(stranger, "viewer@example.org", "wrong"),
        with_password(stranger, "nobody@example.org", "wrong"),
    ]
    assert {status for status, _ in answers} == {401}
    own = r'\w+@example.org|name="form" value="\w+"'  # what was typed, and the number of the page
    texts = {re.sub(own, "@", text) for _, text in answers}
    assert len(texts) == 1
    assert "Wrong e-mail address or password" in texts.pop()


@pytest.mark.parametrize("password", ["", "x" * 10_240, "密" * 3000, "\0", PASSWORD + " "])
def test_strange_passwords_are_just_wrong(stranger: Client, password: str) -> None:
    assert with_password(stranger, "viewer@example.org", password)[0] == 401


@pytest.mark.parametrize("email", ["", "x" * 9000, "' OR 1=1 --", "\0@\0", "🙂@例え.テスト"])
def test_strange_addresses_are_just_wrong(stranger: Client, email: str) -> None:
    assert with_password(stranger, email, PASSWORD)[0] == 401


def test_after_some_attempts_one_has_to_wait(stranger: Client) -> None:
    form = {"csrf": mark(stranger), "email": "Viewer@example.org ", "password": "wrong"}
    for _ in range(5):
        assert stranger.post("/sign-in", data=form).status_code == 401
    form["email"] = "viewer@example.org"
    answer = stranger.post("/sign-in", data={**form, "password": PASSWORD}, headers=EN)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "1"
    assert "try again in 1 seconds" in answer.text
    assert 'value="viewer@example.org"' in answer.text
    form["email"] = "nobody@example.org"  # others are not kept waiting
    assert stranger.post("/sign-in", data=form).status_code == 401


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    stranger: Client, theatre: Theatre
) -> None:
    answer = press(stranger, f"/sign-in?code={theatre.code()}")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie  # plain http on one's own machine
    behind = {"x-forwarded-proto": "https"}
    answer = press(stranger, f"/sign-in?code={theatre.code()}", **behind)
    assert "Secure" in answer.headers["set-cookie"]


def test_the_cookie_is_set_again_when_the_session_lasts_longer(
    stranger: Client, theatre: Theatre
) -> None:
    before = now() - timedelta(days=29)
    secret = theatre.records.sessions.create(theatre.number("viewer"), now=before)
    stranger.cookies.set(COOKIE, secret)
    answer = stranger.get("/account")
    assert f"{COOKIE}={secret}; " in answer.headers["set-cookie"]
    assert "Max-Age=2592000" in answer.headers["set-cookie"]
    assert "set-cookie" not in stranger.get("/account").headers


def test_a_link_is_good_once(stranger: Client, theatre: Theatre) -> None:
    code = theatre.code()
    for method in (stranger.get, stranger.get, stranger.head):  # a chat's preview looks first
        looked = method(f"/sign-in?code={code}")
        assert COOKIE not in looked.cookies
    assert press(stranger, f"/sign-in?code={code}").status_code == 303
    stranger.cookies.clear()
    answer = stranger.get(f"/sign-in?code={code}", headers=EN)
    assert answer.status_code == 401
    assert "invalid, has been used or has expired" in answer.text
    assert COOKIE not in answer.cookies


def test_a_link_that_ran_out_and_one_of_a_disabled_person(
    stranger: Client, theatre: Theatre
) -> None:
    late = theatre.records.sign_ins.create(
        now=now() - timedelta(hours=12), account=theatre.number("owner")
    )
    of_nobody = theatre.code("viewer")
    theatre.records.accounts.disable(theatre.number("viewer"), now=now(), by=None)
    for code in (late, of_nobody):
        assert stranger.get(f"/sign-in?code={code}").status_code == 401


@pytest.mark.parametrize("cookie", ["", "owner", "x" * 4000, "%00", "a.b.c"])
def test_a_made_up_cookie_opens_nothing(stranger: Client, cookie: str) -> None:
    stranger.cookies.set(COOKIE, cookie)
    assert stranger.get("/a/cafe/overview", follow_redirects=False).status_code == 303


def test_a_changed_cookie_opens_nothing(owner: Client) -> None:
    secret = owner.cookies[COOKIE]
    owner.cookies.clear()
    other = "A" if secret[-1] != "A" else "B"
    owner.cookies.set(COOKIE, secret[:-1] + other)
    assert owner.get("/account", follow_redirects=False).status_code == 303


def test_signing_in_again_makes_a_new_session_and_ends_the_one_before(
    owner: Client, theatre: Theatre
) -> None:
    before = owner.cookies[COOKIE]
    sign_in(owner, theatre)
    assert owner.cookies[COOKIE] != before
    assert theatre.records.sessions.find(before, now=now()) is None
    assert len(theatre.records.sessions.of(theatre.number("owner"), now=now())) == 1


def test_signing_out_ends_the_session(owner: Client, theatre: Theatre) -> None:
    secret = owner.cookies[COOKIE]
    form = {"csrf": mark(owner, "/account")}
    answer = owner.post("/sign-out", data=form, follow_redirects=False)
    assert answer.headers["location"] == "/sign-in"
    assert owner.get("/a/cafe/overview", follow_redirects=False).status_code == 303
    owner.cookies.set(COOKIE, secret)  # a copy of the cookie is worth nothing
    assert owner.get("/a/cafe/overview", follow_redirects=False).status_code == 303


def test_a_disabled_person_is_out_at_once(owner: Client, theatre: Theatre) -> None:
    other = theatre.records.accounts.create("second@example.org", "Second", now=now())
    theatre.records.grants.set(other.id, None, "owner", now=now(), by=None)
    theatre.records.accounts.disable(theatre.number("owner"), now=now(), by=None)
    assert owner.get("/a/cafe/overview", follow_redirects=False).status_code == 303


def test_one_who_is_signed_in_is_not_asked_again(owner: Client) -> None:
    answer = owner.get("/sign-in?next=/a/cafe/overview", follow_redirects=False)
    assert answer.headers["location"] == "/a/cafe/overview"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil", "", None]
)
def test_nobody_is_sent_elsewhere(elsewhere: str | None) -> None:
    assert local(elsewhere) == "/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_nobody_is_sent_elsewhere_with_a_password(stranger: Client, elsewhere: str) -> None:
    assert with_password(stranger, "viewer@example.org", PASSWORD, elsewhere) == (303, "/")


def test_a_card_without_a_session_is_refused(stranger: Client) -> None:
    answer = stranger.get("/a/cafe/overview/trend", headers={"X-Minilens-Card": "1"})
    assert answer.status_code == 401
    assert 'data-state="failed"' in answer.text


@pytest.mark.parametrize("form", ["json", "csv"])
def test_figures_without_a_session_are_refused_as_a_problem(stranger: Client, form: str) -> None:
    answer = stranger.get(f"/a/nobody/overview/trend.{form}", headers=EN)
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["code"] == "not_signed_in"
    assert answer.json()["message"] == "Sign in first"


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("(Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        ("(iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Safari/604", "Safari · iPhone"),
        ("(Linux; Android 15) Chrome/130.0 Safari/537 MicroMessenger/8.0", "WeChat · Android"),
        ("curl/8.5", ""),
    ],
)
def test_devices_are_named_shortly(agent: str, device: str) -> None:
    assert device_name(f"Mozilla/5.0 {agent}") == device
