"""Codes that came beside links that were made: nobody's, over, never opened."""

from __future__ import annotations

from datetime import date

from litestar import Litestar
from litestar.testing import TestClient

from minilens.period import now
from minilens.records.link_content import NewLink
from minilens.web.campaigns.seen import Stray, compared
from tests.web.cast import Theatre

TODAY = date(2026, 11, 25)


def test_each_is_in_its_list(theatre: Theatre) -> None:
    links = theatre.records.links
    used, ended, past, unused = (
        links.create(1, [NewLink(campaign=name, page="a", expires=day)], now=now())[0]
        for name, day in (("used", None), ("ended", None), ("past", date(2026, 11, 24)), ("unused", None))
    )  # fmt: skip
    links.end(1, ended.code, now=now(), by=None)
    (theirs,) = links.create(2, [NewLink(campaign="theirs", page="a")], now=now())
    came = {used.code: 3, ended.code: 2, past.code: 5, theirs.code: 1, "poster-7": 4}
    found = compared(came, theatre.records, 1, TODAY)
    assert found.strays == [
        Stray("poster-7", 4, mistyped=False),
        Stray(theirs.code, 1, mistyped=True),
    ]
    assert [(link.campaign, n) for link, n in found.late] == [("past", 5), ("ended", 2)]
    assert [link.code for link in found.unused] == [unused.code]


def test_the_page_shows_them(theatre: Theatre, owner: TestClient[Litestar]) -> None:
    theatre.records.links.create(1, [NewLink(campaign="Spring", page="a")], now=now())
    page = owner.get("/a/cafe/links/codes", headers={"accept-language": "en"})
    assert page.status_code == 200
    assert "Codes that nobody made" in page.text
    assert "Spring" in page.text
