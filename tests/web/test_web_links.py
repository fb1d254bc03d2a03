"""Web links lead to the address that was given, with the link's tags and code, and nowhere else."""

from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.period import now
from minilens.records.link_content import NewLink
from minilens.records.store import Link
from tests.web.cast import Theatre

Client = TestClient[Litestar]


def made(theatre: Theatre, web: str, query: str = "") -> Link:
    one = NewLink(campaign="Spring", page="pages/a", query=query, web=web)
    return theatre.records.links.create(1, [one], now=now())[0]


def led(client: Client, address: str) -> str:
    answer = client.get(address, follow_redirects=False)
    assert answer.status_code == 302
    assert answer.headers["cache-control"] == "no-store"
    return str(answer.headers["location"])


@pytest.mark.parametrize(
    ("web", "query", "onward"),
    [
        ("https://a.example", "", "https://a.example?lc={}"),
        ("https://a.example/x?b=1#top", "utm_source=wx&table=7", "https://a.example/x?b=1&utm_source=wx&lc={}#top"),
        ("https://a.example/?utm_source=own", "utm_source=wx", "https://a.example/?utm_source=own&lc={}"),
        ("http://a.example/桌", "utm_term=%E6%A1%8C", "http://a.example/%E6%A1%8C?utm_term=%E6%A1%8C&lc={}"),
    ],
)  # fmt: skip
def test_tags_and_the_code_go_along(
    theatre: Theatre, stranger: Client, web: str, query: str, onward: str
) -> None:
    one = made(theatre, web, query)
    assert led(stranger, f"/l/{one.code}") == onward.format(one.code)


def test_nobody_is_led_to_an_address_of_their_own(theatre: Theatre, stranger: Client) -> None:
    one = made(theatre, "https://a.example")
    for asked in ("?url=https://evil.example", "?web=//evil.example", "?lc=x#https://evil.example"):
        assert led(stranger, f"/l/{one.code}{asked}").startswith("https://a.example?lc=")
    for path in ("//evil.example", f"{one.code}x", "2222222222", made(theatre, "").code):
        assert stranger.get(f"/l/{path}", follow_redirects=False).status_code in (404, 422)


def test_a_link_that_is_over_still_leads(theatre: Theatre, stranger: Client) -> None:
    one = made(theatre, "https://a.example")
    theatre.records.links.end(1, one.code, now=now(), by=None)
    assert led(stranger, f"/l/{one.code}").startswith("https://a.example")
