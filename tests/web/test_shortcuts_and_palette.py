"""The keys of each page are different keys, and the palette knows every page, report, measure and app one may see."""

from __future__ import annotations

import html
import re

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens import reports
from minilens.reports.tabs import TABS
from tests.web.cast import Theatre

Client = TestClient[Litestar]
TABS_SHOWN = [tab.name for tab in TABS if tab.cards]


def keys(client: Client, path: str) -> list[tuple[str, str]]:
    """Key and address of each row."""
    dialog = client.get(path).text.partition('id="keys"')[2].partition("</dialog>")[0]
    rows = re.findall(r'<(?:a href="([^"]*)"|button) data-key="([^"]+)"', dialog)
    return [(html.unescape(key), html.unescape(href)) for href, key in rows]


@pytest.mark.parametrize("path", [*TABS_SHOWN, "live?period=7d", "overview?period=all", "settings"])
def test_no_key_stands_twice_and_every_address_answers(owner: Client, path: str) -> None:
    found = keys(owner, f"/a/cafe/{path}")
    assert len({key.lower() for key, _ in found}) == len(found) >= 8
    page = f"/a/cafe/{path.partition('?')[0]}"
    for _, href in found:
        if href:
            there = page + href if href.startswith("?") else href
            assert owner.get(there, follow_redirects=False).status_code == 200, href


def test_every_preset_and_page_has_a_key(owner: Client) -> None:
    hrefs = dict(keys(owner, "/a/cafe/traffic?filter=newness:is:new"))
    assert {
        "t",
        "y",
        "w",
        "m",
        "q",
        "i",
        "o",
        "n",
        "b",
        "d",
        "a",
        "x",
        "Escape",
        "ArrowLeft",
    } <= set(hrefs)
    assert hrefs["1"] == "/a/cafe/overview?filter=newness:is:new"
    assert hrefs[","] == "/a/cafe/settings"
    assert hrefs["Escape"] == "?"
    assert hrefs["x"] == "?compare=none&filter=newness:is:new"
    assert "compare" not in dict(keys(owner, "/a/cafe/traffic?compare=none"))["x"]


def test_a_search_of_a_list_is_cleared_and_its_order_stays(owner: Client) -> None:
    hrefs = dict(keys(owner, "/a/cafe/overview?pages.search=menu&pages.sort=visitors"))
    assert hrefs["Escape"] == "?pages.sort=visitors"


@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.long)])
def test_the_palette_finds_by_names_in_both_languages(owner: Client, language: str) -> None:
    found = owner.get("/a/cafe/palette", params={"lang": language}).json()

    def titled(*words: str) -> list[str]:
        return [one["href"] for one in found if all(word in one["found"] for word in words)]

    for words in (("留存",), ("retention", "traffic")):
        assert "/a/cafe/traffic#traffic-retention" in titled(*words)
    for words in (("分享人数",), ("sharers",)):
        assert titled(*words)[0] == "/a/cafe/overview?measure=sharers#overview-trend"
    for words in (("山野",), ("hillside",), ("shop",)):
        assert titled(*words) == ["/a/shop/dashboard"]
    reported = {one["href"].partition("#")[2] for one in found}
    for tab in TABS:
        for name in tab.cards:
            assert reports.find(name).name.replace(".", "-") in reported
    for one in found:
        path = one["href"].partition("#")[0]
        assert owner.get(path, follow_redirects=False).status_code in (200, 302, 303), path


def test_the_palette_shows_nobody_what_they_may_not_see(theatre: Theatre) -> None:
    client = theatre.client("viewer")
    hrefs = [one["href"] for one in client.get("/a/cafe/palette").json()]
    assert not [one for one in hrefs if "shop" in one or "audit" in one or "tokens" in one]
    assert client.get("/a/shop/palette").status_code == 404
