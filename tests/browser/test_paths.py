"""Paths in a real browser: nodes opened and closed by keyboard and by hand; looks and axe, wide and on a phone."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener
from tests.browser.everywhere import everywhere
from tests.browser.looks import assert_looks_right

pytestmark = pytest.mark.waits

HERE = "/a/cafe/paths"
WAY: dict[str, Any] = {
    "kind": "paths", "anchor": {"page": "pages/home/index"},
    "chosen": [{"page": "pages/menu/list"}, {"event": "add_to_cart"}], "events": [{"event": "add_to_cart"}],
}  # fmt: skip


def address(question: dict[str, Any]) -> str:
    return f"{HERE}?question={quote(json.dumps(question))}"


def chosen(page: Page) -> list[dict[str, str]]:
    """The opened nodes of the question in the address."""
    asked = json.loads(parse_qs(urlsplit(page.url).query)["question"][0])
    found: list[dict[str, str]] = asked.get("chosen", [])
    return found


def columns(page: Page, count: int) -> None:
    expect(page.locator(".ways .column")).to_have_count(count)


def test_nodes_are_opened_and_closed_by_keyboard(visit: Opener) -> None:
    """The address follows; the way back closes them; the focus stays where it was; the way is offered as a funnel."""
    seen = visit("desk", "en")
    page = seen.page
    page.goto(seen.site.address + HERE)
    columns(page, 2)
    node = page.locator(".column").nth(1).get_by_role("link", name="pages/menu/list")
    node.focus()
    page.keyboard.press("Enter")
    columns(page, 3)
    assert chosen(page) == [{"page": "pages/menu/list"}]
    expect(node).to_be_focused()
    expect(node).to_have_attribute("aria-current", "true")
    page.locator(".column").nth(2).get_by_role("link", name="add_to_cart").focus()
    page.keyboard.press("Enter")
    columns(page, 4)
    assert chosen(page)[1:] == [{"event": "add_to_cart"}]
    page.go_back()
    columns(page, 3)
    assert len(chosen(page)) == 1
    page.locator(".column").nth(1).locator("a[aria-current]").click()
    columns(page, 2)
    assert chosen(page) == []
    page.goto(seen.site.address + address(WAY))
    columns(page, 4)
    page.get_by_role("link", name="in this order", exact=True).click()
    page.wait_for_url("**/funnels?**")
    page.wait_for_selector("#answered [data-state=shown]")
    assert page.locator(".funnel li").count() == 3
    assert seen.complaints == []


def test_the_form_begins_elsewhere(visit: Opener) -> None:
    """By keys alone; what has no use is hidden; what was opened before is closed."""
    seen = visit("desk", "en")
    page = seen.page
    page.goto(seen.site.address + address(WAY))
    columns(page, 4)
    page.get_by_label("Where paths begin", exact=True).focus()
    page.keyboard.type("Before")
    page.get_by_label("Page or event", exact=True).fill("pages/order/detail")
    assert not page.get_by_label("Gap at most", exact=True).is_visible()
    page.get_by_label("Counted", exact=True).focus()
    page.keyboard.type("Each person")
    assert page.get_by_label("Gap at most", exact=True).is_visible()
    page.get_by_label("Page or event", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**before**")
    columns(page, 2)
    assert chosen(page) == []
    page.get_by_role("link", name="Flow chart", exact=True).click()
    page.wait_for_selector("svg.flow")
    assert page.locator("svg.flow path").count() > 10
    assert page.locator(".figures-of table").is_visible()
    assert seen.complaints == []


LOOKS = {
    "start": HERE, "way": address(WAY), "back": address({**WAY, "direction": "before", "chosen": []}),
    "flow": address({**WAY, "chosen": [], "show": "links", "top": 4}),
    "wrong": address({**WAY, "gap": "long"}),
}  # fmt: skip


@everywhere
def test_every_look(visit: Opener, size: str, language: str, theme: str) -> None:
    seen = visit(size, language, theme)
    page = seen.page
    for name, path in LOOKS.items():
        page.goto(seen.site.address + path)
        if name != "wrong":
            page.wait_for_selector("#answered [data-state=shown]")
        assert_looks_right(page, name)
    seen.complaints[:] = [one for one in seen.complaints if "422" not in one]
    assert seen.complaints == []
