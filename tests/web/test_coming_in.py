"""The first owner, and those who are invited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.period import now
from tests.web.cast import CAFE, PASSWORD, Theatre, mark, sign_in
from tests.web.sites import site

Client = TestClient[Litestar]
EN = {"accept-language": "en"}
ME = {"email": "Me@Example.org", "name": "Me", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def empty() -> Iterator[Theatre]:
    made = Theatre(with_people=False)
    yield made
    made.close()


@pytest.fixture
def first(empty: Theatre) -> Iterator[Client]:
    with (
        site(empty.console()) as app,
        TestClient(app, raise_server_exceptions=False) as client,
    ):
        yield client


def test_the_link_of_the_first_start_makes_the_owner_once(first: Client, empty: Theatre) -> None:
    code = empty.records.sign_ins.create(now=now())
    address = f"/sign-in?code={code}"
    for _ in range(2):  # looking does not use it up: a chat's preview looks too
        assert "Create owner account" in first.get(address, headers=EN).text
    form = {**ME, "csrf": mark(first, address), "code": code}
    answer = first.post("/owner", data=form, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert first.get("/a/cafe/overview").status_code == 200
    owner = empty.records.accounts.first_owner()
    assert owner
    assert (owner.email, owner.grants) == ("me@example.org", {None: "owner"})
    first.cookies.clear()
    assert first.get(address).status_code == 401
    form = {**ME, "email": "you@example.org", "csrf": mark(first), "code": code}
    assert first.post("/owner", data=form).status_code == 403
    assert len(empty.records.accounts.all()) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "nowhere"}, "email"),
        ({"email": "a b@c"}, "email"),
        ({"email": "@"}, "email"),
        ({"email": "a\u0000@b"}, "email"),
        ({"email": "x" * 65 + "@y.z"}, "email"),
        ({"name": " "}, "name"),
        ({"password": "short", "again": "short"}, "password"),
        ({"again": "other"}, "again"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    first: Client, empty: Theatre, change: dict[str, str], field: str
) -> None:
    code = empty.records.sign_ins.create(now=now())
    form = {**ME, **change, "csrf": mark(first, f"/sign-in?code={code}"), "code": code}
    answer = first.post("/owner", data=form, headers=EN)
    assert answer.status_code == 422
    assert f'id="w-{field}"' in answer.text
    assert PASSWORD not in answer.text
    assert empty.records.sign_ins.makes_owner(code, now=now())  # to be tried again
    assert empty.records.accounts.all() == []


@pytest.mark.parametrize("code", ["", "made-up"])
def test_without_the_link_nobody_becomes_owner(first: Client, empty: Theatre, code: str) -> None:
    answer = first.post("/owner", data={**ME, "csrf": mark(first), "code": code})
    assert answer.status_code == 403
    assert empty.records.accounts.all() == []


def invite(theatre: Theatre, email: str, role: str = "analyst", by: str = "owner") -> str:
    """The address of an invitation to the café."""
    number = theatre.number(by)
    code = theatre.records.invitations.create(email, CAFE.id, role, now=now(), by=number)
    return f"/invitation?code={code}"


def accept(client: Client, address: str, **fields: str) -> tuple[int, str]:
    """Status, and where it leads or what it says."""
    page = "/account" if "minilens_session" in client.cookies else "/sign-in"
    form = {"csrf": mark(client, page), "code": address.partition("=")[2], **fields}
    answer = client.post("/invitation", data=form, headers=EN, follow_redirects=False)
    return answer.status_code, answer.headers.get("location") or answer.text


NEW = {"name": "New", "password": PASSWORD, "again": PASSWORD}


def test_someone_new_sets_name_and_password_and_is_in(stranger: Client, theatre: Theatre) -> None:
    address = invite(theatre, "New@example.org")
    page = stranger.get(address, headers=EN).text
    assert "Xiaoman Coffee as Analyst" in page
    assert 'value="new@example.org"' in page
    assert accept(stranger, address, **NEW) == (303, "/a/cafe")
    assert stranger.get("/a/cafe/overview").status_code == 200
    assert stranger.get("/a/shop/overview").status_code == 404
    assert accept(stranger, address, **NEW)[0] == 403
    assert stranger.get(address).status_code == 403


def test_the_address_in_the_form_does_not_matter(stranger: Client, theatre: Theatre) -> None:
    accept(stranger, invite(theatre, "new@example.org"), email="owner@example.org", **NEW)
    person = theatre.records.accounts.find("new@example.org")
    assert person
    assert person.grants == {CAFE.id: "analyst"}


def test_someone_who_is_there_signs_in_and_accepts(stranger: Client, theatre: Theatre) -> None:
    address = invite(theatre, "neighbour@example.org")
    assert "Sign in with that address" in stranger.get(address, headers=EN).text
    status, location = accept(stranger, address, **NEW)
    assert (status, location[:14]) == (303, "/sign-in?next=")
    sign_in(stranger, theatre, "neighbour")
    assert "Accept invitation" in stranger.get(address, headers=EN).text
    assert accept(stranger, address) == (303, "/a/cafe")
    assert theatre.records.accounts.check_password("neighbour@example.org", PASSWORD)


def test_an_invitation_of_someone_else_is_refused(stranger: Client, theatre: Theatre) -> None:
    address = invite(theatre, "neighbour@example.org", role="admin")
    sign_in(stranger, theatre, "viewer")
    assert accept(stranger, address)[0] == 403
    assert theatre.records.accounts.get(theatre.number("viewer")).grants == {CAFE.id: "viewer"}
    assert theatre.records.invitations.find(address.partition("=")[2], now=now())


@pytest.mark.parametrize("what", ["expired", "cancelled", "made up", "its maker was disabled", ""])
def test_an_invitation_that_does_not_stand_is_refused(
    stranger: Client, theatre: Theatre, what: str
) -> None:
    records = theatre.records
    code, maker = what, theatre.number("admin")
    if what == "expired":
        week_ago = now() - timedelta(days=7)
        code = records.invitations.create(
            "new@example.org", CAFE.id, "viewer", now=week_ago, by=maker
        )
    elif what not in ("", "made up"):
        code = records.invitations.create("new@example.org", CAFE.id, "viewer", now=now(), by=maker)
    if what == "cancelled":
        waiting = records.invitations.of(CAFE.id, now=now())[0]
        records.invitations.cancel(CAFE.id, waiting.id, now=now(), by=maker)
    elif what == "its maker was disabled":
        records.accounts.disable(maker, now=now(), by=None)
    assert stranger.get("/invitation", params={"code": code}).status_code == 403
    assert accept(stranger, f"/invitation?code={code}", **NEW)[0] == 403
    assert records.accounts.find("new@example.org") is None
