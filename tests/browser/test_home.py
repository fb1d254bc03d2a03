"""A card is pinned from where it stands, moved by keyboard on one's own page, and leads to its page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import Opener, Site
from tests.browser.looks import violations, wider

pytestmark = pytest.mark.waits


def pin(page: Page, card: str) -> None:
    page.locator(card).scroll_into_view_if_needed()
    page.locator(f"{card} [data-state]").wait_for()
    page.locator(card).get_by_role("button", name="Download").click()
    with page.expect_navigation():
        page.locator(card).get_by_role("button", name="Pin to my home").click()
    page.wait_for_url("**/a/cafe/home")


@pytest.mark.parametrize(("size", "theme"), [("desk", "light"), ("phone", "dark")])
def test_cards_are_pinned_moved_and_lead_to_their_page(
    visit: Opener, site: Site, size: str, theme: str
) -> None:
    seen = visit(size, "en", theme)
    page = seen.open("/a/cafe/overview?period=7d&measure=shares")
    pin(page, "#overview-trend")
    seen.open("/a/cafe/overview?period=7d")
    pin(page, "#overview-pages")
    seen.through()
    expect(page.locator("lazy-card")).to_have_count(2)
    assert wider(page) <= 0
    first, second = (page.locator("lazy-card").nth(n).bounding_box() for n in (0, 1))
    assert first is not None
    assert second is not None
    assert (abs(first["y"] - second["y"]) < 2) == (
        size == "desk"
    )  # side by side where there is room
    assert violations(page) == []
    with page.expect_navigation():
        page.get_by_role("button", name="Move up: Top pages").press("Enter")
    assert page.locator("lazy-card").first.get_attribute("id") == "overview-pages"
    seen.through()
    page.locator("#overview-trend [data-measure=visits]").click()
    page.wait_for_url("**/overview?period=7d&measure=visits")
    page.go_back()
    page.wait_for_url("**/home")
    seen.through()
    cell = page.locator("#overview-pages tr.value td").first
    cell.click(position={"x": 3, "y": 3})  # beside the figure, which opens its users
    page.wait_for_url("**/overview?filter=page**")
    page.goto(f"{site.address}/a/cafe/home")
    with page.expect_navigation():
        page.get_by_role("button", name="Unpin: Trend").click()
    expect(page.locator("lazy-card")).to_have_count(1)
    assert seen.complaints == []


def test_a_card_that_takes_long_says_so_and_can_be_cancelled(visit: Opener) -> None:
    seen = visit("phone", "en")
    page = seen.open("/a/cafe/overview?period=7d&measure=visitors")
    pin(page, "#overview-trend")
    held, given_up = [], list[Request]()
    page.route("**/overview/trend?*", lambda route: held.append(route))
    page.on("requestfailed", lambda request: given_up.append(request))
    page.reload()
    cancel = page.get_by_role("button", name="Cancel query")
    expect(cancel).to_be_visible(timeout=30_000)
    assert violations(page) == []
    assert wider(page) <= 0
    cancel.press("Enter")
    again = page.get_by_role("button", name="Run query")
    expect(again).to_be_focused(timeout=30_000)
    assert page.locator("lazy-card").count() == 0
    assert [one.url for one in given_up if "/overview/trend" in one.url]
    assert violations(page) == []
    page.unroute("**/overview/trend?*")
    again.press("Enter")
    page.wait_for_selector("#overview-trend [data-state=shown]")
    expect(cancel).to_be_hidden()
