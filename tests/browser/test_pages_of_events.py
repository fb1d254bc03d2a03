"""Virtual events, quarantine, page types, key events in a real browser: by keyboard alone, by axe, and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from minilens.period import now
from minilens.records.page_types import read as read_types
from minilens.reference.ready_events import READY_EVENTS
from minilens.reports.virtual import read
from tests.browser.conftest import Opener
from tests.browser.everywhere import everywhere
from tests.browser.looks import assert_looks_right
from tests.browser.test_event_management import pressed, typed

pytestmark = pytest.mark.waits

HERE = "/a/cafe/events"
BUY = {
    "conditions": [
        {"event": "click", "pages": "exact", "page": "pages/tea", "element": {"handler": "onBuy"}},
        {"event": "click", "filters": [{"field": "newness", "operator": "is", "values": ["new"]}]},
    ]
}
#: The sign beside a title is as small as on every card.
PAGES = (
    "/virtual", "/virtual/new", "/quarantine", "/quarantine/event?event=tea_order&reason=undeclared",
    "/page-types", "/key", "/key?period=7d",
)  # fmt: skip


def test_a_virtual_event_by_keyboard_alone(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.page
    page.goto(f"{seen.site.address}{HERE}/virtual")
    page.get_by_role("link", name="New virtual event").focus()
    page.keyboard.press("Enter")
    typed(page, "Name", "buy_tap")
    typed(page, "Chinese name", "点购买")
    typed(page, "Handler", "onBuy")
    typed(page, "Field", "os")
    typed(page, "Values", "iOS")
    pressed(page, "Add a condition")
    typed(page, "Event", "share", 1)
    pressed(page, "Save")
    page.wait_for_url("**/events/virtual?done=saved")
    kept = seen.site.theatre.records.virtual_events.find(1, "buy_tap")
    first, second = kept.meaning.conditions
    assert (first.element, first.filters[0].values, second.event) == (
        (("handler", "onBuy"),), ("iOS",), "share",
    )  # fmt: skip
    assert seen.complaints == []


def test_page_types_and_drafts_by_keyboard_alone(visit: Opener) -> None:
    seen = visit("desk", "en")
    page, records = seen.page, seen.site.theatre.records
    page.goto(f"{seen.site.address}{HERE}/page-types")
    for label in ("Home", "Category", "Product", "Cart", "Checkout", "Order"):
        typed(page, label, "pages/menu/*" if label == "Product" else " ")
    pressed(page, "Preview")
    expect(page.get_by_role("row", name="pages/menu/menu").first).to_contain_text("Product")
    pressed(page, "Save")
    page.wait_for_url("**/events/page-types?done=saved")
    assert records.page_types.of(1).patterns == {"product": ("pages/menu/*",)}
    page.get_by_role("link", name="Key events").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name=f"Make all {len(READY_EVENTS)} drafts").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/events/key?done=drafts")
    assert {one.one.name for one in records.events.of(1)} == set(READY_EVENTS)
    assert seen.complaints == []


@everywhere
def test_every_page(visit: Opener, size: str, language: str, theme: str) -> None:
    seen = visit(size, language, theme)
    records = seen.site.theatre.records
    records.virtual_events.create(1, "buy", read(BUY), zh="购买", en="Buy", now=now())
    records.page_types.set(1, read_types({"product": ["pages/menu/*"]}), now=now())
    for path in PAGES:
        seen.page.goto(seen.site.address + HERE + path)
        if path.startswith("/key"):
            seen.page.wait_for_selector("#performance [data-state=shown]")
        assert_looks_right(seen.page, path)
    assert seen.complaints == []
