"""Funnels in a real browser: ten steps by keyboard alone; looks and axe, wide and on a phone; saved and pinned."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener
from tests.browser.everywhere import everywhere
from tests.browser.looks import assert_looks_right
from tests.browser.test_event_management import pressed

pytestmark = pytest.mark.waits

HERE = "/a/cafe/funnels"
FUNNEL: dict[str, Any] = {
    "kind": "funnel",
    "steps": [
        {
            "event": "page_view", "title": "浏览商品",
            "where": {"field": "page", "operator": "contains", "values": ["detail"]},
        },
        {"event": "add_to_cart", "within": "30m"}, {"event": ["start_checkout", "select_coupon"]},
        {"event": "pay_success"},
    ],
    "excluded": [{"event": "refund_request", "after": 3}], "hold": [{"property": "sku"}], "period": "30d",
}  # fmt: skip


def address(question: dict[str, Any]) -> str:
    return f"{HERE}?question={quote(json.dumps(question))}"


def asked(page: Page) -> dict[str, Any]:
    """The question in the address."""
    found: dict[str, Any] = json.loads(parse_qs(urlsplit(page.url).query)["question"][0])
    return found


EVENTS = (
    "app_launch", "page_view", "share", "add_favorite", "add_to_cart", "start_checkout", "select_coupon", "pay_success",
    "coupon_redeemed", "ticket_created",
)  # fmt: skip


def steps_filled_in(page: Page) -> None:
    """Ten, of which the last is moved up by keys, so that it stands before the one before it; two have conditions."""
    page.get_by_label("Event Step 1", exact=True).focus()
    page.keyboard.type(EVENTS[0])
    page.get_by_label("Event Step 2", exact=True).focus()
    page.keyboard.type(EVENTS[1])
    for n, name in enumerate(EVENTS[2:], start=3):
        pressed(page, "+ Step")
        expect(page.get_by_label(f"Event Step {n}", exact=True)).to_be_focused()
        page.keyboard.type(name)
    assert not page.get_by_role("button", name="+ Step", exact=True).count()
    page.keyboard.press("Alt+ArrowUp")
    page.wait_for_selector("form[aria-busy]", state="detached")
    expect(page.get_by_label("Event Step 9", exact=True)).to_have_value("ticket_created")
    for step, kind, value in ((2, "Province", "广东, 上海"), (8, "Province", "浙江")):
        pressed(page, f"Add a condition: Conditions of step {step}")
        page.keyboard.type(kind)
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.type(value)


def test_ten_steps_by_keyboard_alone(visit: Opener) -> None:
    """With conditions, an excluded event after a step, a held property, a window; what does not fit is hidden."""
    seen = visit("desk", "en")
    page = seen.page
    page.goto(seen.site.address + HERE)
    steps_filled_in(page)
    pressed(page, "Add an excluded event")
    page.keyboard.type("refund_request")
    page.keyboard.press("Tab")
    page.keyboard.type("Step 8")
    pressed(page, "Add a held property")
    page.keyboard.type("sku")
    page.get_by_label("Conversion window", exact=True).focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("12")
    page.keyboard.press("Tab")
    page.keyboard.type("hours")
    page.get_by_label("Within (optional) Step 5", exact=True).focus()
    page.keyboard.type("20")
    page.keyboard.press("Enter")
    page.wait_for_selector("#answered [data-state=shown]")
    found = asked(page)
    moved = [*EVENTS[:8], EVENTS[9], EVENTS[8]]
    assert [one["event"] for one in found["steps"]] == moved
    province = {"field": "province", "operator": "is"}
    assert found["steps"][1]["where"] == {"all": [{**province, "values": ["广东", "上海"]}]}
    assert found["steps"][7]["where"] == {"all": [{**province, "values": ["浙江"]}]}
    assert (found["window"], found["steps"][4]["within"]) == ("12h", "20m")
    assert found["excluded"] == [{"event": "refund_request", "after": 8}]
    assert found["hold"] == [{"property": "sku"}]
    assert page.locator(".funnel li").count() == 10
    hidden_where_it_has_no_use(page)
    assert seen.complaints == []


def hidden_where_it_has_no_use(page: Page) -> None:
    """The sentence leads to its controls; of open steps there is no order, and what is hidden is not asked."""
    expect(page.locator(".asked-as")).to_contain_text("ended by Refund request, the same sku?")
    page.locator(".asked-as").get_by_role("link", name="within 12 hours").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Conversion window", exact=True)).to_be_focused()
    page.get_by_label("Mode", exact=True).focus()
    page.keyboard.type("Open")
    for name in (
        "Order",
        "Conversion window",
        "Within (optional) Step 5",
        "Property Held property 1",
    ):
        assert not page.get_by_label(name, exact=True).is_visible(), name
    page.get_by_label("Event Step 1", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**open**")
    page.wait_for_selector("#answered [data-state=shown]")
    assert not asked(page).keys() & {"hold", "excluded", "window"}


def test_the_granularity_is_offered_where_rows_are_periods(visit: Opener) -> None:
    """Of a funnel over time, of retention and lifecycle; not of the steps of a funnel."""
    seen = visit("desk", "en")
    page = seen.page
    page.goto(seen.site.address + HERE)
    grain = page.locator("select[name=grain]")
    expect(grain).to_be_hidden()
    page.locator("select[name=show]").select_option("trend")
    expect(grain).to_be_visible()
    for kind in ("retention", "stickiness", "lifecycle"):
        page.goto(f"{seen.site.address}/a/cafe/{kind}")
        expect(grain).to_be_visible()
    assert seen.complaints == []


def test_what_is_wrong_has_the_focus_and_a_stage_begins_anew(visit: Opener) -> None:
    seen = visit("desk", "zh")
    page = seen.page
    page.goto(seen.site.address + address(FUNNEL))
    page.wait_for_selector("#answered [data-state=shown]")
    box = page.get_by_label("转化窗口期", exact=True)
    box.fill("400")
    page.keyboard.press("Enter")
    page.wait_for_selector("form[aria-busy]", state="detached")
    expect(box).to_be_focused()
    expect(page.locator("#w-window")).to_contain_text("366")
    assert page.locator(".funnel li").count() == 4  # the answer stays
    page.get_by_role("link", name="转化", exact=True).click()
    page.wait_for_selector("#answered [data-state=shown]")
    assert [one["event"] for one in asked(page)["steps"]][-1] == "pay_success"
    seen.complaints.clear()  # the refusal itself


WAYS = {
    "empty": HERE, "steps": address(FUNNEL), "groups": address({**FUNNEL, "groups": [{"field": "province"}]}),
    "trend": address({**FUNNEL, "show": "trend"}),
    "open": address({"kind": "funnel", "mode": "open", "steps": FUNNEL["steps"][2:]}),
    "wrong": address({**FUNNEL, "groups": [{"field": "provinze"}]}),
}  # fmt: skip


@everywhere
def test_every_look(visit: Opener, size: str, language: str, theme: str) -> None:
    seen = visit(size, language, theme)
    page = seen.page
    for name, path in WAYS.items():
        page.goto(seen.site.address + path + ("#answer" if "?" in path else ""))
        if name not in ("empty", "wrong"):
            page.wait_for_selector("#answered [data-state=shown]")
        assert_looks_right(page, name)
    seen.complaints[:] = [one for one in seen.complaints if "422" not in one]
    assert seen.complaints == []


@everywhere
def test_a_saved_funnel_and_the_home_page(
    visit: Opener, size: str, language: str, theme: str
) -> None:
    """Saved by its form, pinned from its card; the list, the opened funnel and the home page are looked at."""
    seen = visit(size, language, theme)
    page = seen.page
    page.goto(seen.site.address + address(FUNNEL))
    page.locator(".save summary").click()
    page.locator("#f-zh").fill("下单漏斗")
    page.locator("#f-en").fill("Order funnel")
    page.locator("button[value=save-new]").click()
    page.wait_for_url("**/funnels?saved=1*")
    page.locator("#answered").scroll_into_view_if_needed()
    page.wait_for_selector("#answered [data-state=shown]")
    page.locator("[popovertarget=answered-download]").click()
    page.locator(".pin button").click()
    page.wait_for_url("**/home")
    page.wait_for_selector("#question-1 [data-state=shown]")
    assert page.locator("#question-1 .funnel li").count() == 4
    for path in ("/home", "/events/questions", "/funnels?saved=1"):
        page.goto(f"{seen.site.address}/a/cafe{path}")
        page.wait_for_load_state("networkidle")
        assert_looks_right(page, path)
    assert seen.complaints == []
