"""Who keeps the whole server sees everybody, bars someone, and lets them in again."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.period import now
from tests.web.cast import CAFE, PEOPLE, Theatre, mark, sign_in

Client = TestClient[Litestar]
EN = {"accept-language": "en"}


def lines(page: str) -> dict[str, str]:
    """Name → what the page says of them."""
    listed = page.partition('<ul class="rows">')[2].partition("</ul>")[0]
    return {part.partition("</b>")[0]: part for part in listed.split("<b>")[1:]}


def month() -> str:
    """This month where the console is, as its pages write it."""
    return f"{now().astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m}"


def press(client: Client, person: int, what: str) -> tuple[int, str]:
    """Status, and where it leads or what the page says."""
    form = {"csrf": mark(client, "/people")}
    answer = client.post(f"/people/{person}/{what}", data=form, headers=EN, follow_redirects=False)
    return answer.status_code, answer.headers.get("location", "") or answer.text


@pytest.fixture
def viewer(theatre: Theatre, owner: Client) -> Client:
    """The viewer's own browser, signed in on the same site."""
    client = TestClient(owner.app, raise_server_exceptions=False)
    sign_in(client, theatre, "viewer")
    return client


def test_everybody_is_listed_with_roles_and_the_last_sign_in(
    owner: Client, theatre: Theatre
) -> None:
    theatre.records.grants.set(theatre.number("viewer"), 2, "admin", now=now(), by=None)
    theatre.records.accounts.create("new@example.org", "New One", now=now())
    found = lines(owner.get("/people", headers=EN).text)
    assert list(found) == ["Owner", "Neighbour", "Admin", "Viewer", "Analyst", "New One"]
    assert "all apps · Owner" in found["Owner"]
    assert f"last signed in {month()}" in found["Owner"]
    assert "Xiaoman Coffee · Viewer" in found["Viewer"]
    assert "Hillside Books · Admin" in found["Viewer"]
    assert "never signed in" in found["Viewer"]
    assert "no role" in found["New One"]


def test_someone_is_barred_and_let_in_again(
    owner: Client, viewer: Client, theatre: Theatre
) -> None:
    number = theatre.number("viewer")
    assert viewer.get("/account").status_code == 200
    assert press(owner, number, "disable") == (303, "/people?done=disabled")
    assert viewer.get("/account", follow_redirects=False).status_code == 303
    said = owner.get("/people?done=disabled", headers=EN).text
    assert "Account disabled." in said
    assert f"disabled since {month()}" in lines(said)["Viewer"]
    assert theatre.records.accounts.get(number).grants == {CAFE.id: "viewer"}

    assert press(owner, number, "enable") == (303, "/people?done=enabled")
    sign_in(viewer, theatre, "viewer")
    assert viewer.get("/account").status_code == 200
    deeds = theatre.records.audit.entries(action="person")
    assert [(d.action, d.by, d.target) for d in deeds[:2]] == [
        ("person.enable", "Owner", str(number)),
        ("person.disable", "Owner", str(number)),
    ]


def test_nobody_bars_themselves_from_the_page_and_the_last_owner_not_at_all(
    owner: Client, theatre: Theatre
) -> None:
    number = theatre.number("owner")
    assert f"/people/{number}/disable" not in owner.get("/people").text
    status, said = press(owner, number, "disable")
    assert status == 409
    assert 'role="alert"' in lines(said)["Owner"]
    assert theatre.records.accounts.get(number).disabled is None


def test_a_number_of_nobody_is_nothing(owner: Client) -> None:
    assert press(owner, 999, "disable")[0] == 404
    assert press(owner, 999, "enable")[0] == 404


@pytest.mark.parametrize("who", [name for name in PEOPLE if name != "owner"])
def test_others_are_not_shown_the_way_and_not_let_in(theatre: Theatre, who: str) -> None:
    client = theatre.client(who)
    assert client.get("/people").status_code == 403
    for path in ("/apps", "/account"):
        assert "/people" not in client.get(path).text


@pytest.mark.parametrize("path", ["/apps", "/account"])
def test_the_way_there_is_on_the_pages_of_ones_own(owner: Client, path: str) -> None:
    assert re.search(r'<a class="pill" href="/people">', owner.get(path).text)
