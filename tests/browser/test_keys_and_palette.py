"""Each key does what its row of the dialog says; keys rest while one types; the palette leads by names."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener, Site
from tests.browser.looks import violations, wider

pytestmark = pytest.mark.waits

SHOWN = "[...document.querySelectorAll('#keys a[data-key]')].map((a) => [a.dataset.key, a.href])"


def press(page: Page, key: str) -> None:
    """At the page, with nothing focused."""
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press(key)


def test_each_key_leads_where_its_row_leads(visit: Opener, site: Site) -> None:
    seen = visit("desk", "zh")
    start = "/a/cafe/overview?period=30d&filter=newness:is:new"
    page = seen.open(start)
    rows: list[list[str]] = page.evaluate(SHOWN)
    assert len(rows) >= 20
    for key, href in rows:
        if page.url != site.address + start:
            page.goto(site.address + start)
        if page.url == href:
            continue
        press(page, key)
        page.wait_for_url(lambda url, to=href: url.rstrip("?") == to.rstrip("?"))  # type: ignore[misc]
    assert seen.complaints == []


def test_periods_before_and_comparison_move_on_the_same_page(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/overview?period=7d")
    page.evaluate("window.mine = true")
    press(page, "ArrowLeft")
    page.wait_for_url("**from=**")
    seen.settled()
    press(page, "ArrowRight")
    page.wait_for_url("**period=7d**")
    seen.settled()
    press(page, "x")
    page.wait_for_url("**compare=none**")
    seen.settled()
    press(page, "x")
    page.wait_for_url(re.compile(r"period=7d$"))
    assert page.evaluate("window.mine") is True
    assert seen.complaints == []


def test_search_escape_and_what_is_typed(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/overview?filter=newness:is:new")
    seen.through()
    press(page, "/")
    box = page.locator("#overview-pages").get_by_role("searchbox")
    expect(box).to_be_focused()
    page.keyboard.type("tx7")
    assert box.input_value() == "tx7"
    page.wait_for_url("**pages.search=tx7**")
    assert "period" not in page.url
    seen.settled()
    press(page, "Escape")
    page.wait_for_url(re.compile(r"/overview\??$"))
    seen.settled()
    composing = "new KeyboardEvent('keydown', {key: 't', isComposing: true, bubbles: true})"
    page.evaluate(f"document.body.dispatchEvent({composing})")
    page.keyboard.press("Alt+t")
    assert "period" not in page.url
    assert seen.complaints == []


@pytest.mark.parametrize(
    ("size", "language", "theme"), [("desk", "zh", "light"), ("phone", "en", "dark")]
)
def test_the_dialog_opens_by_key_and_keys_can_be_turned_off(
    visit: Opener, size: str, language: str, theme: str
) -> None:
    seen = visit(size, language, theme)
    page = seen.open("/a/cafe/overview")
    press(page, "?")
    dialog = page.locator("#keys")
    expect(dialog).to_be_visible()
    assert violations(page) == []
    assert wider(page) <= 0
    page.keyboard.press("t")
    assert "period" not in page.url
    dialog.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    press(page, "t")
    press(page, "?")
    expect(dialog).to_be_hidden()
    assert "period" not in page.url
    assert seen.complaints == []


@pytest.mark.parametrize(
    ("size", "language", "theme"), [("desk", "en", "dark"), ("phone", "zh", "light")]
)
def test_the_palette_leads_by_keyboard(visit: Opener, size: str, language: str, theme: str) -> None:
    seen = visit(size, language, theme)
    page = seen.open("/a/cafe/overview?period=7d&filter=newness:is:new")
    press(page, "Control+k")
    box = page.get_by_role("combobox", name="Go to" if language == "en" else "前往")
    expect(box).to_be_focused()
    box.fill("retention" if language == "en" else "留存")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    assert violations(page) == []
    box.fill("nowhere at all")
    expect(page.locator(".palette [role=status]")).not_to_be_empty()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    press(page, "Control+k")
    box.fill("sharers")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/overview\?period=7d&filter=.*&measure=sharers#overview-trend$"))
    page.wait_for_selector("[data-measure=sharers][aria-current]")
    assert seen.complaints == []
