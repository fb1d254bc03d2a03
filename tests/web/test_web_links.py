"""Web links lead to the address that was given, with the link's tags and code, and nowhere else."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.errors import CannotStart
from minilens.period import now
from minilens.records.link_content import NewLink
from minilens.records.store import Link
from tests.web.cast import Theatre

Client = TestClient[Litestar]


def made(theatre: Theatre, web: str, query: str = "") -> Link:
    one = NewLink(campaign="Spring", page="pages/a", query=query, web=web)
    return theatre.records.links.create(1, [one], now=now())[0]


def day_of(text: str) -> date:
    return date.fromisoformat(text)


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


def test_opens_are_counted_by_day_but_for_programs(
    theatre: Theatre, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the app's clock: 16:30 of UTC is the next day in Shanghai."""
    one, other = made(theatre, "https://a.example"), made(theatre, "https://b.example")
    phone = {"user-agent": "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50"}
    clock = datetime.fromisoformat("2026-11-15T15:59+00:00")
    monkeypatch.setattr("minilens.web.reader.now", lambda: clock)
    for agent in (phone, phone, {"user-agent": "curl/8.5"}, {"user-agent": "Googlebot/2.1"}):
        assert owner.get(f"/l/{one.code}", headers=agent, follow_redirects=False).status_code == 302
    clock = datetime.fromisoformat("2026-11-15T16:30+00:00")
    owner.get(f"/l/{one.code}", headers=phone, follow_redirects=False)
    owner.get(f"/l/{other.code}", headers=phone, follow_redirects=False)
    token = theatre.records.tokens.create(1, ("report:read",), now=now())
    header = {"authorization": f"Bearer {token}", "accept-language": "en"}
    address = "/api/v1/apps/cafe/links/opens"
    told = owner.get(address, headers=header).json()
    assert (told["from"], told["to"]) == ("2026-10-18", "2026-11-16")
    assert [(each["code"], each["day"], each["opens"]) for each in told["opens"]] == sorted(
        [
            (one.code, "2026-11-15", 2), (one.code, "2026-11-16", 1), (other.code, "2026-11-16", 1),
        ],
        key=lambda row: (row[1], row[0]),
    )  # fmt: skip
    (day,) = owner.get(f"{address}?from=2026-11-15", headers=header).json()["opens"]
    assert day["opens"] == 2
    assert owner.get(f"{address}?from=soon", headers=header).json()["field"] == "from"
    page = owner.get(f"/a/cafe/links/{one.code}", headers=header).text
    rows = re.findall(r'<th scope="row">([^<]+)</th><td class="n">(\d+)</td>', page)
    assert rows[:2] == [("2026-11-16", "1"), ("2026-11-15", "2")]
    assert theatre.records.link_opens.of(2, day_of("2026-11-01"), day_of("2026-11-30")) == []


def test_whoever_opens_a_link_is_led_on_whatever_becomes_of_the_count(
    theatre: Theatre, stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = made(theatre, "https://a.example")

    def busy(*, alone: bool = False) -> None:
        raise CannotStart("busy", "忙")

    monkeypatch.setattr(theatre.records.database, "write", busy)
    assert led(stranger, f"/l/{one.code}").startswith("https://a.example")
