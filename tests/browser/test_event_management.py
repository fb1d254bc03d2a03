"""Event management in a real browser: three actions by keyboard alone; every page looked at by axe, and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from minilens.period import now
from minilens.records.event_content import read
from minilens.records.field_values import ValueName
from tests.browser.conftest import Opener, Visit
from tests.browser.everywhere import everywhere
from tests.browser.looks import assert_looks_right

pytestmark = pytest.mark.waits

HERE = "/a/cafe/events/manage"
#: How many tables have rows below their edge.
BELOW = """[...document.querySelectorAll('.scroll')]
    .filter((one) => one.scrollHeight > one.clientHeight + 1).length"""
ROW = {"field": "sku", "value": "list[].sku"}
PICK = {
    "trigger": "click",
    "action": "start",
    "page": "pages/menu/menu",
    "element": ".tea",
    "data": [ROW],
}
PAID = {"trigger": "click", "action": "report", "page": "pages/pay/done", "element": "#order"}
TEA = {
    "actions": [
        PICK,
        {"trigger": "enterPage", "action": "collect", "page": "pages/item/item"},
        PAID,
    ],
    "fields": [{"name": "sku", "zh": "商品编号", "type": "text", "note": "与订单系统一致"}],
    "note": "从菜单到下单",
}


def made(seen: Visit) -> None:
    """Two events, one of them published and changed since."""
    events = seen.site.theatre.records.events
    events.create(1, "tea_order", "点茶下单", read(TEA), now=now(), by=1)
    events.publish(1, 1, revision=1, now=now(), by=1)
    events.save(1, 1, read(TEA | {"note": "另一个备注"}), revision=2, now=now(), by=2)
    events.create(1, "paid", "已付款", read({"way": "api"}), now=now(), by=1)
    named = tuple(ValueName(f"sku-{n}", f"第{n}号茶", f"Tea number {n}") for n in range(9))
    seen.site.theatre.records.field_values.set(1, "sku", named, now=now())


def pressed(page: Page, name: str) -> None:
    """A button, by keyboard; until its answer stands."""
    page.get_by_role("button", name=name, exact=True).last.focus()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("Enter")
    page.wait_for_selector("form[aria-busy]", state="detached")


def typed(page: Page, label: str, text: str, nth: int = 0) -> None:
    page.get_by_label(label, exact=True).nth(nth).focus()
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def test_three_actions_by_keyboard_alone(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.page
    page.goto(seen.site.address + "/a/cafe/events")
    page.get_by_role("link", name="New event").focus()
    page.keyboard.press("Enter")
    page.get_by_label("English name").focus()
    page.keyboard.type("tea_order")
    page.keyboard.press("Tab")
    page.keyboard.type("点茶")
    page.get_by_label("Trigger").focus()
    page.keyboard.type("launch")
    assert not page.get_by_label("Element").is_visible()
    pressed(page, "+ Add an action")
    expect(page.get_by_label("Trigger").nth(1)).to_be_focused()
    typed(page, "Element", "#order", 1)
    pressed(page, "+ Add an action")
    page.keyboard.type("enter")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_label("Move action 2 up")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_label("Move action 1 down")).to_be_visible()
    expect(page.get_by_label("Trigger").first).to_have_value("enterPage")
    pressed(page, "+ Add a field of action 1")
    page.keyboard.type("sku")
    page.keyboard.press("Tab")
    page.keyboard.type("$QUERY.sku")
    page.keyboard.press("Enter")  # only looks
    expect(page.locator("fieldset.checked")).to_contain_text("once published")
    typed(page, "Chinese name sku", "商品")
    page.keyboard.press("Tab")
    page.keyboard.type("text")
    pressed(page, "Save and publish")
    page.wait_for_url("**/events/manage?done=published")
    kept = seen.site.theatre.records.events.find(1, "tea_order")
    assert [one["trigger"] for one in kept.one.draft.actions] == ["enterPage", "launch", "click"]
    assert kept.published == kept.one.draft
    assert seen.complaints == []


@everywhere
def test_every_page(visit: Opener, size: str, language: str, theme: str) -> None:
    seen = visit(size, language, theme)
    made(seen)
    where = (
        "",
        "/new",
        "/1",
        "/1/versions?version=1&with=draft",
        "/2",
        "/../fields",
        "/../fields/sku",
    )
    for path in where:
        seen.page.goto(seen.site.address + HERE + path)
        assert seen.page.evaluate(BELOW) == 0, path
        assert_looks_right(seen.page, path)
    assert seen.complaints == []
