"""Times, what came next, what goes with going on, comparisons, an optional step, and why a user is counted: looked at
wide and on a phone, and reached by keyboard alone."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener
from tests.browser.everywhere import everywhere
from tests.browser.looks import assert_looks_right
from tests.browser.test_funnels import FUNNEL, address, asked

pytestmark = pytest.mark.waits

PLAIN = {"kind": "funnel", "steps": FUNNEL["steps"], "period": "30d"}
PROVINCE = {"groups": [{"field": "province"}]}
STEPS = [
    {"event": "page_view"},
    {"event": "add_to_cart", "optional": True},
    {"event": "pay_success"},
]
WAYS = {
    "optional": {**PLAIN, "steps": STEPS}, "times": {**PLAIN, "show": "times"},
    "next": {**PLAIN, "show": "next", "step": 1}, "drivers": {**PLAIN, "show": "drivers"},
    "values": {**PLAIN, "show": "drivers", **PROVINCE}, "groups": {**PLAIN, "show": "compare", **PROVINCE},
    "periods": {**PLAIN, "show": "compare", "compared": "previous"},
}  # fmt: skip


@everywhere
def test_every_look(visit: Opener, size: str, language: str, theme: str) -> None:
    seen = visit(size, language, theme)
    page = seen.page
    for name, question in WAYS.items():
        page.goto(seen.site.address + address(question) + "#answer")
        page.wait_for_selector("#answered [data-state=shown]")
        assert_looks_right(page, name)
    told = quote(address(PLAIN).partition("question=")[2], safe="%")
    page.goto(f"{seen.site.address}/a/cafe/persons/why?person=p12&question={told}")
    expect(page.locator(".passed li.done")).to_have_count(2)
    assert_looks_right(page, "why")
    assert seen.complaints == []


def test_each_step_stands_once_beside_an_optional_one(visit: Opener) -> None:
    seen = visit("phone", "zh")
    page = seen.page
    page.goto(seen.site.address + address(WAYS["optional"]) + "#answer")
    page.wait_for_selector("#answered [data-state=shown]")
    titles = page.locator(".funnel .step bdi").all_inner_texts()
    assert titles == ["页面访问", "加入购物车", "支付成功"]
    assert [page.locator(".funnel li").nth(n).locator(".of-group").count() for n in range(3)] == [
        2,
        1,
        2,
    ]


def test_what_is_shown_is_chosen_by_keyboard(visit: Opener) -> None:
    """What came next after a step, then which values go with going on: the form shows what each has a use for."""
    seen = visit("desk", "en")
    page = seen.page
    page.goto(seen.site.address + address(PLAIN))
    page.wait_for_selector("#answered [data-state=shown]")
    page.get_by_label("Shown as", exact=True).focus()
    page.keyboard.type("What those")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Of step", exact=True)).to_be_focused()
    page.keyboard.type("Step 2")
    run(page)
    assert (asked(page)["show"], asked(page)["step"]) == ("next", 2)
    expect(page.locator("#answered")).to_contain_text("Select coupon")  # by its name
    page.get_by_label("Shown as", exact=True).focus()
    page.keyboard.type("What goes")
    page.get_by_role("button", name="+ Field", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[name='g.0.on']")
    page.locator("[name='g.0.on']").focus()
    page.keyboard.type("Province")
    run(page)
    assert (asked(page)["show"], asked(page)["groups"]) == ("drivers", [{"field": "province"}])
    expect(page.locator("#answered")).to_contain_text("Rate of others")
    assert seen.complaints == []


def run(page: Page) -> None:
    """Enter in a field presses the button."""
    before = page.url
    page.get_by_label("Event Step 1", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != before)
    page.wait_for_selector("#answered [data-state=shown]")


def test_a_user_is_asked_about_by_keyboard(visit: Opener) -> None:
    """Below the answer; nobody found is said at the field, a user's page says which rule decided."""
    seen = visit("phone", "en")
    page = seen.page
    page.goto(seen.site.address + address(PLAIN) + "#answer")
    page.wait_for_selector("#answered [data-state=shown]")
    page.locator(".ask-why [name=type]").focus()
    page.keyboard.type("User number")
    page.keyboard.press("Tab")
    page.keyboard.type("p99")
    page.keyboard.press("Enter")
    expect(page.locator("[name=value]")).to_have_attribute("aria-invalid", "true")
    page.locator("[name=type]").focus()
    page.keyboard.type("User number")
    page.locator("[name=value]").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("p12")
    page.keyboard.press("Enter")
    page.wait_for_url("**person=p12*")
    expect(page.locator(".verdict")).to_have_text("Got to step 2 of 4")
    expect(page.locator("section.why")).to_contain_text("the window is 7 days.")
    expect(page.get_by_role("table")).to_contain_text("could be step")
