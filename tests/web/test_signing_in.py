"""A code lets in once; without it pages lead to the door and programs are told."""

from __future__ import annotations

import pytest
from itsdangerous import URLSafeTimedSerializer
from litestar import Litestar
from litestar.testing import TestClient

from minilens.web.sign_in import COOKIE, local

Client = TestClient[Litestar]


def test_a_page_leads_a_stranger_to_the_door_and_back(stranger: Client) -> None:
    answer = stranger.get("/a/cafe/overview?period=7d", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fa%2Fcafe%2Foverview%3Fperiod%3D7d"
    into = stranger.post(
        "/sign-in",
        data={"code": "open-sesame", "next": "/a/cafe/overview?period=7d"},
        follow_redirects=False,
    )
    assert (into.status_code, into.headers["location"]) == (303, "/a/cafe/overview?period=7d")
    assert stranger.get("/a/cafe/overview").status_code == 200


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(stranger: Client) -> None:
    answer = stranger.get("/sign-in?code=open-sesame", follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie  # plain http on one's own machine


def test_a_used_up_code_gets_the_form_again(owner: Client) -> None:
    owner.cookies.clear()
    answer = owner.get("/sign-in?code=open-sesame", headers={"accept-language": "en"})
    assert answer.status_code == 401
    assert "unknown, used up or too old" in answer.text
    assert COOKIE not in answer.cookies


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "owner",
        # The value carries the second it was made in; two workers must agree on the test's name.
        pytest.param(
            URLSafeTimedSerializer(b"another secret", salt="minilens session").dumps("owner"),
            id="signed with another secret",
        ),
    ],
)
def test_a_forged_cookie_is_a_stranger(stranger: Client, cookie: str) -> None:
    stranger.cookies.set(COOKIE, cookie)
    assert stranger.get("/a/cafe/overview", follow_redirects=False).status_code == 303


def test_signing_out_forgets(owner: Client) -> None:
    assert owner.get("/a/cafe/overview").status_code == 200
    assert owner.post("/sign-out", follow_redirects=False).headers["location"] == "/sign-in"
    assert owner.get("/a/cafe/overview", follow_redirects=False).status_code == 303


def test_a_signed_in_owner_is_not_asked_again(owner: Client) -> None:
    answer = owner.get("/sign-in?next=/a/cafe/overview", follow_redirects=False)
    assert answer.headers["location"] == "/a/cafe/overview"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil", "", None]
)
def test_nobody_is_sent_elsewhere(elsewhere: str | None) -> None:
    assert local(elsewhere) == "/"


def test_a_card_without_a_session_is_refused(stranger: Client) -> None:
    answer = stranger.get("/a/cafe/overview/trend", headers={"X-Minilens-Card": "1"})
    assert answer.status_code == 401
    assert 'data-state="failed"' in answer.text


@pytest.mark.parametrize("form", ["json", "csv"])
def test_figures_without_a_session_are_refused_as_a_problem(stranger: Client, form: str) -> None:
    answer = stranger.get(f"/a/nobody/overview/trend.{form}", headers={"accept-language": "en"})
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["code"] == "not_signed_in"
    assert answer.json()["message"] == "Sign in first"
