"""One's own account: name, language, password, devices."""

from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.period import now
from minilens.web.app import create_app
from minilens.web.auth.guard import COOKIE
from minilens.web.reader import LANGUAGE_COOKIE
from tests.web.cast import PASSWORD, Theatre, mark, press, sign_in

Client = TestClient[Litestar]
EN = {"accept-language": "en"}
NEW = "another good password"


def change(client: Client, old: str, new: str = NEW, again: str = NEW) -> tuple[int, str]:
    """Status and text after the form of the password."""
    form = {"csrf": mark(client, "/account"), "old": old, "password": new, "again": again}
    answer = client.post("/account/password", data=form, headers=EN)
    return answer.status_code, answer.text


def test_a_language_of_ones_own_goes_before_that_of_the_browser(owner: Client) -> None:
    form = {"csrf": mark(owner, "/account"), "name": "王小明", "language": "zh", "theme": "dark"}
    assert owner.get("/account?lang=en").cookies[LANGUAGE_COOKIE] == "en"
    answer = owner.post("/account", data=form, headers=EN)
    assert answer.status_code == 200
    assert "已保存" in answer.text
    assert 'data-theme="dark"' in answer.text
    assert 'value="王小明"' in answer.text
    assert owner.get("/account?lang=en", headers=EN).headers["content-language"] == "en"


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u202e", "x" * 65])
def test_a_name_that_is_none_is_refused_beside_its_field(owner: Client, name: str) -> None:
    form = {"csrf": mark(owner, "/account"), "name": name, "language": "", "theme": "system"}
    answer = owner.post("/account", data=form)
    assert answer.status_code == 422
    assert ' aria-invalid="true" aria-describedby="w-name"' in answer.text


def test_markup_in_a_name_stays_text(owner: Client) -> None:
    form = {"csrf": mark(owner, "/account"), "name": "<b>me</b>", "language": "", "theme": ""}
    assert "<b>me</b>" not in owner.post("/account", data=form).text


def test_another_password_ends_all_other_sessions(owner: Client, theatre: Theatre) -> None:
    with TestClient(create_app(theatre.console())) as elsewhere:
        sign_in(elsewhere, theatre)
        assert change(owner, PASSWORD)[0] == 200
        assert elsewhere.get("/account", follow_redirects=False).status_code == 303
    assert owner.get("/account", follow_redirects=False).status_code == 200
    assert theatre.records.accounts.check_password("owner@example.org", NEW)
    assert theatre.records.accounts.check_password("owner@example.org", PASSWORD) is None


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("wrong", NEW, NEW, "current password is wrong"),
        (PASSWORD, NEW, NEW + "r", "passwords don&#39;t match"),
        (PASSWORD, "short", "short", "at least 10"),
        (PASSWORD, "x" * 10_240, "x" * 10_240, "at most 256"),
    ],
)
def test_a_change_that_is_wrong_says_why_and_changes_nothing(
    owner: Client, theatre: Theatre, old: str, new: str, again: str, said: str
) -> None:
    status, text = change(owner, old, new, again)
    assert status == 422
    assert said in text
    assert theatre.records.accounts.check_password("owner@example.org", PASSWORD)


def test_the_right_password_forgives_the_wrong_ones_before_it(owner: Client) -> None:
    assert [change(owner, "wrong")[0] for _ in range(4)] == [422] * 4
    assert change(owner, PASSWORD, NEW, "not the same")[0] == 422
    assert [change(owner, "wrong")[0] for _ in range(6)] == [422] * 5 + [429]


def test_guessing_the_present_password_is_slowed_down(owner: Client) -> None:
    for _ in range(5):
        assert change(owner, "wrong")[0] == 422
    assert change(owner, PASSWORD)[0] == 429


def test_a_device_is_signed_out_from_another_but_not_those_of_others(
    owner: Client, theatre: Theatre
) -> None:
    records, me, other = theatre.records, theatre.number("owner"), theatre.number("viewer")
    mine = records.sessions.create(me, now=now(), agent="Safari · iPhone")
    theirs = records.sessions.create(other, now=now())
    assert "Safari · iPhone" in owner.get("/account").text
    for secret in (mine, theirs):
        session = records.sessions.find(secret, now=now())
        assert session
        form = {"csrf": mark(owner, "/account")}
        assert owner.post(f"/account/sessions/{session.id}/end", data=form).status_code == 200
    assert records.sessions.find(mine, now=now()) is None
    assert records.sessions.find(theirs, now=now())


def test_out_everywhere(owner: Client, theatre: Theatre) -> None:
    other = theatre.records.sessions.create(theatre.number("owner"), now=now())
    form = {"csrf": mark(owner, "/account")}
    answer = owner.post("/account/sign-out-everywhere", data=form, follow_redirects=False)
    assert answer.headers["location"] == "/sign-in"
    assert COOKIE not in owner.cookies
    assert theatre.records.sessions.find(other, now=now()) is None


def test_one_without_an_app_is_told_so(owner: Client, theatre: Theatre) -> None:
    alone = theatre.records.accounts.create("alone@example.org", "Alone", now=now())
    press(owner, f"/sign-in?code={theatre.records.sign_ins.create(now=now(), account=alone.id)}")
    answer = owner.get("/", headers=EN)
    assert answer.status_code == 200
    assert "You don't have access to any apps yet" in answer.text
    assert "alone@example.org" in answer.text


def test_one_without_a_password_sets_one(stranger: Client, theatre: Theatre) -> None:
    made = theatre.records.accounts.create("new@example.org", "New", now=now())
    code = theatre.records.sign_ins.create(now=now(), account=made.id)
    press(stranger, f"/sign-in?code={code}")
    page = stranger.get("/account", headers={"accept-language": "en"}).text
    assert "Set password" in page
    assert "Change password" not in page
