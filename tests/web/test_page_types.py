"""Page types on their page and by API: looked at, saved, two people told apart; the real store below."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

from minilens.period import now, today
from tests.pipeline import Happening, at
from tests.web.cast import mark
from tests.web.store_site import Site, site

__all__ = ["site"]

APP_JSON = b'{"pages": ["pages/goods/1", "pages/me"]}'


def story(site: Site) -> None:
    noon = at(f"{today('Asia/Shanghai') - timedelta(days=1)} 12:00")
    pages = ["pages/goods/1", "pages/goods/1", "pages/cart/cart", "pages/other", "pages/index"]
    site.house.load([Happening(noon + n, device="p", page=one) for n, one in enumerate(pages)])
    site.house.build()
    site.house.pipeline.records.app_pages.set(site.house.app.id, APP_JSON, now=now())


def of_pages(text: str) -> dict[str, tuple[str, str]]:
    rows = re.findall(
        r"<bdi>([^<]+)</bdi></th><td[^>]*>(?:<span[^>]*>)?([^<]+)(?:</span>)?</td><td[^>]*>([\d,]+)</td>",
        text,
    )
    return {page: (kind, visits) for page, kind, visits in rows}


def test_it_is_looked_at_and_saved(site: Site) -> None:
    story(site)
    address = f"/a/{site.house.app.name}/events/page-types"
    header = {"accept-language": "en"}

    def send(**form: str) -> Any:
        form["csrf"] = mark(site.client, "/account")
        return site.client.post(address, data=form, headers=header, follow_redirects=False)

    offered = html.unescape(site.client.get(address, headers=header).text)
    assert "Nothing was saved yet" in offered
    assert of_pages(offered)["pages/goods/1"] == ("Product", "2")
    typed = {"product": "/pages/goods/*\n\n", "cart": "pages/cart/cart\r\n", "revision": "0"}
    looked = html.unescape(send(**typed, do="preview").text)
    assert of_pages(looked) == {
        "pages/goods/1": ("Product", "2"), "pages/cart/cart": ("Cart", "1"),
        "pages/other": ("no type", "1"), "pages/me": ("no type", "0"), "pages/index": ("no type", "1"),
    }  # fmt: skip
    assert "<dt>Product</dt><dd>1 page · 2 visits</dd>" in looked
    assert site.house.pipeline.records.page_types.of(site.house.app.id).revision == 0
    wrong = send(**typed | {"home": "pages/goods/*"}, do="save")
    assert wrong.status_code == 422
    assert "product[0]" in wrong.text
    assert send(**typed, do="save").status_code == 303
    late = send(**typed | {"home": "pages/index"}, do="save")
    assert (late.status_code, "just changed" in late.text) == (409, True)
    shown = html.unescape(site.client.get(address, headers={"accept-language": "zh"}).text)
    assert of_pages(shown)["pages/goods/1"] == ("商品页", "2")


def test_by_api_the_same(site: Site) -> None:
    story(site)
    address = f"/api/v1/apps/{site.house.app.name}/page-types"
    tokens = site.house.pipeline.records.tokens
    made = {s: tokens.create(site.house.app.id, (s,), now=now()) for s in ("admin", "report:read")}
    header = {name: {"authorization": f"Bearer {token}"} for name, token in made.items()}
    reader = header["report:read"]
    assert site.client.get(address, headers=reader).json()["types"] == {}
    body = {"types": {"product": ["pages/goods/*"]}}
    assert site.client.put(address, json=body, headers=reader).status_code == 403
    tried = site.client.put(address, json=body | {"dry_run": True}, headers=header["admin"]).json()
    assert {"page": "pages/goods/1", "type": "product", "visits": 2} in tried["pages"]
    assert site.client.get(address, headers=reader).json()["revision"] == 0
    set_ = site.client.put(address, json=body | {"revision": 0}, headers=header["admin"]).json()
    assert (set_["types"], set_["revision"]) == (body["types"], 1)
    late = site.client.put(address, json=body | {"revision": 7}, headers=header["admin"])
    assert late.status_code == 409
    wrong = site.client.put(address, json={"types": {"home": ["*"]}}, headers=header["admin"])
    assert (wrong.status_code, wrong.json()["field"]) == (422, "types.home[0]")
