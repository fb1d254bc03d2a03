"""A form that is not ours, or too large, does nothing."""

from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.web.app import create_app
from minilens.web.auth.csrf import FORM_COOKIE, MOST
from minilens.web.auth.guard import COOKIE
from tests.web.cast import PASSWORD, Theatre, mark, sign_in

Client = TestClient[Litestar]
NAME = {"name": "Another", "language": "", "theme": "system"}


def name_of_owner(theatre: Theatre) -> str:
    return theatre.records.accounts.get(theatre.number("owner")).name


@pytest.mark.parametrize("given", [None, "", "0" * 64, "é" * 64, "x" * 5000])
def test_without_its_mark_a_form_is_refused(
    owner: Client, theatre: Theatre, given: str | None
) -> None:
    form = NAME if given is None else {**NAME, "csrf": given}
    answer = owner.post("/account", data=form, headers={"accept-language": "en"})
    assert answer.status_code == 403
    assert "has expired" in answer.text
    assert name_of_owner(theatre) == "Owner"


def test_with_its_mark_it_is_taken(owner: Client, theatre: Theatre) -> None:
    answer = owner.post("/account", data={**NAME, "csrf": mark(owner, "/account")})
    assert answer.status_code == 200
    assert name_of_owner(theatre) == "Another"


def test_the_mark_may_stand_in_a_header(owner: Client, theatre: Theatre) -> None:
    header = {"x-csrf-token": mark(owner, "/account")}
    assert owner.post("/account", data=NAME, headers=header).status_code == 200
    assert name_of_owner(theatre) == "Another"


def test_the_mark_of_another_session_is_worth_nothing(owner: Client, theatre: Theatre) -> None:
    with TestClient(create_app(theatre.console())) as other:
        sign_in(other, theatre, "viewer")
        theirs = mark(other, "/account")
    assert owner.post("/account", data={**NAME, "csrf": theirs}).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_sent_from_another_site_is_refused_whatever_it_carries(
    owner: Client, theatre: Theatre, site: str
) -> None:
    form = {**NAME, "csrf": mark(owner, "/account")}
    answer = owner.post("/account", data=form, headers={"sec-fetch-site": site})
    assert answer.status_code == 403
    assert name_of_owner(theatre) == "Owner"


def test_signing_in_needs_the_mark_too(stranger: Client) -> None:
    form = {"email": "viewer@example.org", "password": PASSWORD}
    assert stranger.post("/sign-in", data=form).status_code == 403
    good = {**form, "csrf": mark(stranger)}
    stranger.cookies.delete(FORM_COOKIE)
    assert stranger.post("/sign-in", data=good).status_code == 403
    assert COOKIE not in stranger.cookies


def test_a_page_that_is_kept_open_while_another_is_loaded_can_still_be_sent(
    stranger: Client,
) -> None:
    first = mark(stranger)
    assert mark(stranger) == first


@pytest.mark.parametrize("declared", [True, False])
def test_a_large_body_is_refused(owner: Client, *, declared: bool) -> None:
    text = b"csrf=" + mark(owner, "/account").encode() + b"&name=" + b"x" * MOST
    pieces = (text[n : n + 4096] for n in range(0, len(text), 4096))
    header = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
    answer = owner.post("/account", content=text if declared else pieces, headers=header)
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


@pytest.mark.parametrize(
    "kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""]
)
def test_a_body_of_another_kind_is_refused(owner: Client, theatre: Theatre, kind: str) -> None:
    answer = owner.post("/account", content=b'{"name": "x"}', headers={"content-type": kind})
    assert 400 <= answer.status_code < 500
    assert name_of_owner(theatre) == "Owner"


ODD_PART = (
    b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n'
    b"Content-Type: text/plain; charset=nope\r\n\r\n\xff\r\n--x--"
)


@pytest.mark.parametrize("path", ["/sign-in", "/owner", "/invitation", "/phone", "/account"])
def test_a_form_in_parts_is_refused_whatever_they_say(owner: Client, path: str) -> None:
    headers = {
        "content-type": "multipart/form-data; boundary=x",
        "x-csrf-token": mark(owner, "/account"),
    }
    assert owner.post(path, content=ODD_PART, headers=headers).status_code == 403


@pytest.mark.parametrize("header", ["referer", "origin"])
@pytest.mark.parametrize("address", ["http://[", "http://x:99999/a/cafe/", "//", "\u00ff"])
def test_an_odd_address_in_a_header_is_as_none(owner: Client, header: str, address: str) -> None:
    form = {"csrf": mark(owner, "/account"), "day": "2026-01-01", "text": "x"}
    odd = {header.encode(): address.encode("latin-1")}
    answer = owner.post("/a/cafe/annotations", data=form, headers=odd, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/a/cafe/overview")


NEXT = (
    "//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "///evil.example",
    "\t//evil.example", "/a\r\nSet-Cookie: x=1", "/\t/evil.example",
)  # fmt: skip


@pytest.mark.parametrize("onward", NEXT)
def test_nobody_is_sent_elsewhere_after_signing_in(
    owner: Client, theatre: Theatre, onward: str
) -> None:
    form = {"csrf": mark(owner, "/account"), "code": theatre.code(), "next": onward}
    answer = owner.post("/sign-in", data=form, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
