"""Saved views from the bar: what is kept of an address, who may do what, and what no longer leads anywhere."""

from __future__ import annotations

import html
import re

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.period import now
from tests.web.cast import CAFE, Theatre, mark

Client = TestClient[Litestar]
FORM = "/a/cafe/views"


def client_of(theatre: Theatre, who: str) -> Client:
    return theatre.client(who)


def send(client: Client, path: str = FORM, **fields: str) -> tuple[int, str]:
    """Status and where it led, or the code of the refusal."""
    form = {"csrf": mark(client, "/account"), "tab": "overview", "query": "?period=7d", **fields}
    answer = client.post(
        path, data=form, headers={"accept": "application/json"}, follow_redirects=False
    )
    return answer.status_code, answer.headers.get("location") or answer.json()["code"]


def listed(client: Client, page: str = "/a/cafe/overview") -> list[tuple[str, str]]:
    """Address and name of each view in the menu."""
    menu = client.get(page).text.partition('id="views"')[2].partition("</div>")[0]
    return [
        (html.unescape(href), name)
        for href, name in re.findall(r'<li><a href="([^"]*)"[^>]*>([^<]*?) ?(?:<small|</a>)', menu)
    ]


def test_a_view_is_the_address_without_the_language(owner: Client) -> None:
    query = "?period=7d&filter=province:is:广东|scene:is:1047&pages.sort=visitors&lang=en"
    status, there = send(owner, name="新用户", query=query)
    assert status == 303
    assert owner.get(there).status_code == 200
    ((href, name),) = listed(owner)
    assert (href, name) == (there, "新用户")
    assert "lang=" not in href
    assert 'aria-current="true">新用户' in owner.get(href).text
    card = html.unescape(owner.get(href).text)
    assert "/a/cafe/overview/pages?period=7d&filter=" in card


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ('?x="><script>alert(1)</script>', "?x=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"),
        ("//elsewhere.example/", ""),
        ("https://elsewhere.example/?period=7d", ""),
        ("?period=7d#x\r\nSet-Cookie: a=b", None),
    ],
)
def test_an_address_of_others_is_none(owner: Client, query: str, kept: str | None) -> None:
    status, there = send(owner, name="x", query=query)
    assert status == 303
    assert there.startswith("/a/cafe/overview")
    assert "\r" not in there
    page = owner.get(there).text
    assert "<script>alert" not in page
    ((href, _),) = listed(owner)
    assert href.startswith("/a/cafe/overview")


def test_refusals(owner: Client) -> None:
    assert send(owner, name=" ") == (422, "no_value")
    assert send(owner, name="x" * 41)[1] == "too_long"
    assert send(owner, name="x", tab="settings")[0] == 404
    assert send(owner, name="x", tab="../../sign-in")[0] == 404
    assert send(owner, name="x")[0] == 303
    assert send(owner, name="x") == (409, "view_exists")
    without = owner.post(FORM, data={"name": "y", "tab": "overview"})
    assert without.status_code == 403


def test_who_may_do_what(theatre: Theatre) -> None:
    who = {name: client_of(theatre, name) for name in ("admin", "analyst", "viewer", "neighbour")}
    assert send(who["viewer"], name="mine")[0] == 303
    assert send(who["viewer"], name="ours", team="1") == (403, "missing_right")
    assert send(who["analyst"], name="ours", team="1")[0] == 303
    assert send(who["neighbour"], name="x")[0] == 404
    assert [name for _, name in listed(who["viewer"])] == ["mine", "ours"]
    assert [name for _, name in listed(who["admin"])] == ["ours"]
    number = {
        one.name: one.id for one in theatre.records.views.of(CAFE.id, theatre.number("viewer"))
    }
    own, ours = (f"{FORM}/{number[name]}" for name in ("mine", "ours"))
    assert send(who["viewer"], ours, remove="1")[0] == 404
    assert send(who["admin"], own, remove="1")[0] == 404
    assert send(who["admin"], ours, version="1", query="?period=90d")[0] == 303
    assert send(who["analyst"], ours, version="1") == (409, "changed_meanwhile")
    assert send(who["analyst"], ours, version="x") == (422, "bad_number")
    assert send(who["analyst"], ours, remove="1")[0] == 303
    assert listed(who["admin"]) == []


def test_a_page_that_is_no_more_is_not_offered(owner: Client, theatre: Theatre) -> None:
    for name, tab in (("old", "gone"), ("kept", "live")):
        theatre.records.views.create(
            CAFE.id, name, tab, "", team=False, now=now(), by=theatre.number("owner")
        )
    assert listed(owner) == [("/a/cafe/live", "kept")]


def test_a_filter_that_is_no_more_is_told_and_the_page_stands(
    owner: Client, theatre: Theatre
) -> None:
    theatre.records.views.create(
        CAFE.id, "old", "overview", "?filter=gone:is:x", team=False, now=now(), by=theatre.number("owner")
    )  # fmt: skip
    ((href, _),) = listed(owner)
    page = owner.get(href)
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert "lazy-card" in page.text


def test_a_phone_has_none(theatre: Theatre) -> None:
    viewer = client_of(theatre, "viewer")
    form = {"csrf": mark(viewer, "/account"), "at": "/a/cafe/overview"}
    assert viewer.post("/a/cafe/phone", data=form).status_code == 200
    assert 'popovertarget="views"' in viewer.get("/a/cafe/overview").text


def test_the_palette_opens_ones_own_and_the_teams(theatre: Theatre) -> None:
    views = theatre.records.views
    for who, name, team in (
        ("owner", "Weekly", True),
        ("owner", "Mine", False),
        ("viewer", "我的周报", False),
    ):
        views.create(
            1, name, "traffic", "?period=7d", team=team, now=now(), by=theatre.number(who)
        )  # fmt: skip
    found = client_of(theatre, "viewer").get("/a/cafe/palette", params={"lang": "en"}).json()
    saved = {
        one["title"]: (one["note"], one["href"]) for one in found if one["sort"] == "Saved view"
    }
    there = "/a/cafe/traffic?period=7d"
    assert saved == {"Weekly": ("Team", there), "我的周报": ("", there)}
