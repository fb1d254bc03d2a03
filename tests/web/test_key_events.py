"""The page of key events: its figures by hand, the same in every form, and its drafts with one click."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import timedelta
from typing import Any

import pytest

from minilens.period import now, today
from minilens.records.page_types import read
from minilens.reference.ready_events import READY_EVENTS
from minilens.reports.ready import READY
from tests.pipeline import Happening, at
from tests.web.cast import mark
from tests.web.store_site import Site, site

__all__ = ["site"]


@pytest.fixture
def shop(site: Site) -> Site:
    """Three visitors; two add to the cart, one of them twice, one of these pays; loads and faults of two versions."""
    noon = at(f"{today('Asia/Shanghai') - timedelta(days=2)} 12:00")
    told = [
        ("a", "page_view", "1.0", ""), ("b", "page_view", "1.0", ""), ("c", "page_view", "2.0", ""),
        ("a", "add_to_cart", "1.0", ""), ("a", "add_to_cart", "1.0", ""), ("b", "add_to_cart", "1.0", ""),
        ("a", "start_checkout", "1.0", ""), ("a", "pay_success", "1.0", ""), ("a", "refund_request", "1.0", ""),
        ("a", "page_load_time", "1.0", '{"ms": 100}'), ("b", "page_load_time", "1.0", '{"ms": 300}'),
        ("c", "page_load_time", "2.0", '{"ms": 50}'), ("c", "page_load_time", "2.0", '{"ms": 700000}'),
        ("b", "api_error", "1.0", ""), ("b", "payment_retry", "1.0", ""),
    ]  # fmt: skip
    site.house.load(
        [
            Happening(noon + n, name, device=device, app_version=version, props=props, page="pages/goods/1")
            for n, (device, name, version, props) in enumerate(told)
        ]
    )  # fmt: skip
    site.house.build()
    patterns = read({"product": ["pages/goods/*"]})
    site.house.pipeline.records.page_types.set(site.house.app.id, patterns, now=now())
    return site


def table(site: Site, name: str, language: str = "en") -> dict[str, list[str]]:
    address = f"/a/{site.house.app.name}/events/key/{name}?period=7d"
    answer = site.client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200, answer.text
    rows = re.findall(
        r"<tr[^>]*><th scope=\"row\".*?<bdi>(.*?)</bdi>.*?</tr>", answer.text, re.DOTALL
    )
    cells = re.findall(r"<tr[^>]*><th scope=\"row\".*?</th>(.*?)</tr>", answer.text, re.DOTALL)
    figures = [re.findall(r"<span>(.*?)</span>", html.unescape(one)) for one in cells]
    return dict(zip(map(html.unescape, rows), figures, strict=True))


def test_the_figures_by_hand(shop: Site) -> None:
    actions = table(shop, "key_actions")
    # the fourth visitor, b of the site's own story, is the same device
    assert actions["Add to cart"] == ["3", "2", "66.67%"]
    assert actions["Start checkout"] == ["1", "1", "50.00%"]
    assert actions["Select coupon"] == ["0", "0", "0.00%"]
    assert actions["Payment success"] == ["1", "1", "100.00%"]
    service = table(shop, "operations")
    assert service["Refund request"] == ["1", "1", "100.00%"]
    assert service["Return approved"][:2] == ["0", "0"]
    speed = table(shop, "performance")
    old = speed["1.0"]
    assert old[:5] == ["2", "2", "200", "250", "290"]
    assert old[5:7] == ["1", "1"]
    assert speed["2.0"][:5] == ["1", "1", "50", "50", "50"]
    assert speed["All"][1] == "3"
    pages = table(shop, "page_types")
    assert pages["Product"][:2] == ["3", "3"]
    assert "商品页" in table(shop, "page_types", "zh")


def test_every_form_says_the_same(shop: Site) -> None:
    app = shop.house.app.name
    token = shop.house.pipeline.records.tokens.create(
        shop.house.app.id, ("report:read",), now=now()
    )
    header = {"authorization": f"Bearer {token}"}
    for name, ready in READY.items():
        api = f"/api/v1/apps/{app}/reports/question.{name}?period=7d"
        told = shop.client.get(api, headers=header | {"accept-language": "en"}).json()
        assert told["question"]["period"] == "7d", told
        names = [one["name"] for one in told["columns"]]
        text = shop.client.get(f"/a/{app}/events/key/{name}.csv?period=7d").text
        rows = list(csv.reader(io.StringIO(text)))
        assert rows[0] == names
        assert set(ready.titles) <= set(names)
        assert shop.client.get(f"/a/{app}/events/key/{name}.xlsx?period=7d").status_code == 200
        card = html.unescape(shop.client.get(f"/a/{app}/events/key/{name}?period=7d").text)
        found = re.search(r'href="(/a/[^"]*/events/ask\?[^"]+)"', card)
        assert found
        builder = shop.client.get(found[1], headers={"accept-language": "en"})
        assert builder.status_code == 200
        assert not re.search(
            r'aria-invalid="true"|class="(warn|wrong)"[^>]* role="alert"', builder.text
        )
    assert shop.client.get(f"/a/{app}/events/key/nothing").status_code == 404
    assert shop.client.get(f"/a/{app}/events/key?period=8d").status_code == 422


def test_drafts_with_one_click(site: Site) -> None:
    address = f"/a/{site.house.app.name}/events/key"
    events = site.house.pipeline.records.events

    def send(**form: str) -> Any:
        form["csrf"] = mark(site.client, "/account")
        return site.client.post(f"{address}/drafts", data=form, follow_redirects=False)

    assert send(event="api_error").status_code == 303
    assert [one.one.name for one in events.of(site.house.app.id)] == ["api_error"]
    page = site.client.get(address, headers={"accept-language": "en"}).text
    assert f"Make all {len(READY_EVENTS) - 1} drafts" in page
    assert send().status_code == 303
    assert {one.one.name for one in events.of(site.house.app.id)} == set(READY_EVENTS)
    page = site.client.get(address, headers={"accept-language": "zh"}).text
    assert "生成草稿" not in page
    token = site.house.pipeline.records.tokens.create(site.house.app.id, ("admin",), now=now())
    made = site.client.post(
        f"/api/v1/apps/{site.house.app.name}/ready-events", json={},
        headers={"authorization": f"Bearer {token}"},
    )  # fmt: skip
    assert made.json()["events"] == []
