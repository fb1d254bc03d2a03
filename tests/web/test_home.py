"""The home page of a member: their pinned cards, and what becomes of those that cannot be shown any more."""

from __future__ import annotations

import html
import re

from litestar import Litestar
from litestar.testing import TestClient

from tests.web.cast import CAFE, Theatre, mark

Client = TestClient[Litestar]
HOME = "/a/cafe/home"


def client_of(theatre: Theatre, who: str) -> Client:
    return theatre.client(who)


def send(client: Client, path: str = "/a/cafe/pins", **fields: str) -> int:
    form = {"csrf": mark(client, "/account"), **fields}
    return client.post(path, data=form, follow_redirects=False).status_code


def cards(client: Client) -> list[str]:
    found = re.findall(r'<lazy-card [^>]*src="([^"]*)"', client.get(HOME).text)
    return [html.unescape(one) for one in found]


def test_a_card_is_pinned_as_it_is_looked_at(owner: Client) -> None:
    card = html.unescape(owner.get("/a/cafe/overview/trend?period=7d&measure=shares").text)
    form = re.search(
        r'name="report" value="([^"]+)"><input type="hidden" name="query" value="([^"]*)"', card
    )
    assert form
    assert send(owner, report=form[1], query=form[2]) == 303
    assert cards(owner) == ["/a/cafe/overview/trend?period=7d&measure=shares"]
    assert owner.get(cards(owner)[0]).status_code == 200
    page = html.unescape(owner.get(HOME).text)
    assert 'href="/a/cafe/overview?period=7d&measure=shares"' in page


def test_they_are_arranged_and_taken_away(owner: Client, theatre: Theatre) -> None:
    for report in ("overview.trend", "traffic.pages", "sources.list"):
        assert send(owner, report=report, query="") == 303
    pins = theatre.records.pins.of(CAFE.id, theatre.number("owner"))
    assert send(owner, f"/a/cafe/pins/{pins[2].id}", do="up") == 303
    assert send(owner, f"/a/cafe/pins/{pins[0].id}", do="remove") == 303
    assert cards(owner) == ["/a/cafe/sources/list", "/a/cafe/traffic/pages"]
    assert send(owner, f"/a/cafe/pins/{pins[0].id}", do="up") == 404


def test_everybody_has_their_own(theatre: Theatre) -> None:
    viewer, admin = client_of(theatre, "viewer"), client_of(theatre, "admin")
    assert send(viewer, report="live.visits", query="?period=1h") == 303
    (pin,) = theatre.records.pins.of(CAFE.id, theatre.number("viewer"))
    assert cards(viewer) == ["/a/cafe/live/visits?period=1h"]
    assert cards(admin) == []
    assert send(admin, f"/a/cafe/pins/{pin.id}", do="remove") == 404
    assert send(client_of(theatre, "neighbour"), report="live.visits", query="") == 404


def test_what_cannot_be_meant_is_left_out_and_what_is_gone_is_not_shown(
    owner: Client, theatre: Theatre
) -> None:
    assert send(owner, report="gone.trend", query="") == 404
    pins, who = theatre.records.pins, theatre.number("owner")
    pins.add(CAFE.id, who, "gone.trend", "")
    pins.add(CAFE.id, who, "overview.trend", "?period=7d&filter=gone:is:x&measure=gone")
    pins.add(CAFE.id, who, "overview.pages", '"><script>alert(1)</script>')
    assert cards(owner) == ["/a/cafe/overview/trend?period=7d", "/a/cafe/overview/pages"]
    assert "<script>alert" not in owner.get(HOME).text


def test_the_place_of_a_card_waits_and_can_be_cancelled_and_asked_again(
    owner: Client, theatre: Theatre
) -> None:
    assert send(owner, report="overview.trend", query="?period=7d") == 303
    (pin,) = theatre.records.pins.of(CAFE.id, theatre.number("owner"))
    at = f"/a/cafe/home/{pin.id}"
    page = owner.get(HOME, headers={"accept-language": "en"}).text
    assert 'data-patience="600000"' in page
    assert f'hx-get="{at}?cancelled=1" hx-target="#pin-{pin.id}"' in page
    cancelled = owner.get(f"{at}?cancelled=1", headers={"accept-language": "zh"}).text
    assert "查询已取消" in cancelled
    assert "lazy-card" not in cancelled
    assert 'src="/a/cafe/overview/trend?period=7d"' in owner.get(at).text
    assert owner.get("/a/cafe/home/999").status_code == 404
    assert client_of(theatre, "admin").get(at).status_code == 404
