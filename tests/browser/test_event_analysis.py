"""Event analysis in a real browser: a question by keyboard alone; its looks and axe, wide and on a phone."""

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

HERE = "/a/cafe/events/ask"
NESTED: dict[str, Any] = {
    "kind": "events",
    "events": [{"event": "page_view"}, {"event": "share"}],
    "measures": [
        {"aggregate": "total"}, {"aggregate": "sum", "property": "amount", "title": "金额"},
        {"aggregate": "persons", "of": "b"}, {"formula": "m3 / m1", "unit": "ratio", "title": "分享率"},
        {"aggregate": "conversion", "to": "b", "hold": ["sku"]}, {"aggregate": "retention", "day": 1},
    ],
    "groups": [{"field": "province"}, {"property": "sku"}],
    "where": {
        "all": [
            {"field": "province", "operator": "is", "values": ["广东"]},
            {"any": [
                {"property": "sku", "operator": "is_unknown"}, {"session": "depth", "operator": "gt", "values": [2]},
            ]},
        ]
    },
    "period": "30d", "top": 3,
}  # fmt: skip


def address(question: dict[str, Any]) -> str:
    return f"{HERE}?question={quote(json.dumps(question))}"


def asked(page: Page) -> dict[str, Any]:
    """The question in the address."""
    found: dict[str, Any] = json.loads(parse_qs(urlsplit(page.url).query)["question"][0])
    return found


def events_filled_in(page: Page) -> None:
    """Two, of which the second is moved up by keys, and has two measures."""
    page.get_by_label("Event 1", exact=True).focus()
    page.keyboard.type("share")
    pressed(page, "+ Event")
    expect(page.get_by_label("Event 2", exact=True)).to_be_focused()
    page.keyboard.type("page_view")
    page.keyboard.press("Alt+ArrowUp")
    page.wait_for_selector("form[aria-busy]", state="detached")
    expect(page.get_by_label("Event 1", exact=True)).to_have_value("page_view")
    pressed(page, "Add a measure: Event 1")
    page.keyboard.type("persons")


def conditions_filled_in(page: Page) -> None:
    """One, and either of two; then two groups, of which the second has been typed."""
    pressed(page, "Add a condition: Conditions of all events")
    page.keyboard.type("Province")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("广东, 上海")
    pressed(page, "Add a group of conditions: Conditions of all events")
    page.keyboard.type("Pages in")
    page.keyboard.press("Tab")
    page.keyboard.type(">")
    page.keyboard.press("Tab")
    page.keyboard.type("2")
    pressed(page, "Add a condition: Group 2 of Conditions of all events")
    page.keyboard.type("Another event")
    page.keyboard.press("Tab")
    page.keyboard.type("sku")
    page.keyboard.press("Tab")
    page.keyboard.type("is not known")
    assert not page.get_by_label(
        "Values condition 2 of Group 2 of Conditions of all events"
    ).is_visible()
    pressed(page, "+ Field")
    page.keyboard.type("Province")
    pressed(page, "+ Field")
    page.keyboard.type("Another event")
    page.keyboard.press("Tab")
    page.keyboard.type("sku")


def test_a_question_by_keyboard_alone(visit: Opener) -> None:
    """Two events, two groups, conditions within conditions; moved by keys; the way back works."""
    seen = visit("desk", "en")
    page = seen.page
    page.goto(seen.site.address + HERE)
    events_filled_in(page)
    conditions_filled_in(page)
    draft = asked(page)  # what is typed is in the address from the last button on
    assert draft["groups"] == [{"field": "province"}, {}]
    page.keyboard.press("Enter")
    page.wait_for_selector("#answered [data-state=shown]")
    found = asked(page)
    assert [one["event"] for one in found["events"]] == ["page_view", "share"]
    assert [one["aggregate"] for one in found["measures"]] == ["total", "persons", "total"]
    assert found["groups"] == [{"field": "province"}, {"property": "sku"}]
    assert found["where"] == {
        "all": [
            {"field": "province", "operator": "is", "values": ["广东", "上海"]},
            {"any": [
                {"session": "depth", "operator": "gt", "values": [2]}, {"property": "sku", "operator": "is_unknown"},
            ]},
        ]
    }  # fmt: skip
    assert page.locator(".answered tbody tr").count() > 3
    page.get_by_role("link", name="Page view · persons").click()
    page.wait_for_selector("#answered [data-state=shown]")
    expect(page.locator(".measures [aria-current]")).to_have_text("Page view · persons")
    page.go_back()
    page.wait_for_selector("#answered [data-state=shown]")
    assert asked(page) == found
    expect(page.get_by_label("Event 1", exact=True)).to_have_value("page_view")
    assert seen.complaints == []


def test_a_conversion_and_a_ratio_by_keyboard_alone(visit: Opener) -> None:
    """What a figure of one event has no use for is not there; the rest stands once it is chosen, labels and all."""
    seen = visit("desk", "en")
    page = seen.page
    page.goto(seen.site.address + HERE)
    expect(page.get_by_label("Granularity")).to_be_visible()
    page.get_by_label("Event 1", exact=True).focus()
    page.keyboard.type("page_view")
    pressed(page, "+ Event")
    page.keyboard.type("share")
    measure = page.get_by_label("Measure measure m1")
    expect(page.get_by_label("Then measure m1")).to_be_hidden()
    measure.focus()
    page.keyboard.type("conversion")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Field measure m1")).to_be_hidden()
    page.get_by_label("Then measure m1").focus()
    page.keyboard.type("Event 2")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("30")
    page.keyboard.press("Tab")
    page.keyboard.type("minutes")
    pressed(page, "+ Ratio")
    expect(page.get_by_label("Formula 1", exact=True)).to_be_focused()
    expect(page.get_by_label("Formula 1", exact=True)).to_have_value("m2 / m1")
    page.keyboard.press("Enter")  # the address has the question already, as the last button left it
    page.wait_for_selector("#answered [data-state=shown]")
    assert asked(page)["measures"] == [
        {"aggregate": "conversion", "to": "b", "window": "30m"}, {"aggregate": "total", "of": "b"},
        {"formula": "m2 / m1", "unit": "ratio"},
    ]  # fmt: skip
    assert seen.complaints == []


def test_values_are_searched_as_they_are_typed(visit: Opener) -> None:
    """In the list below the field, also of a row that was added; what was typed before stays in its entries."""
    seen = visit("desk", "en")
    page = seen.page
    page.goto(seen.site.address + HERE)
    page.get_by_label("Event 1", exact=True).fill("page_view")
    pressed(page, "Add a condition: Conditions of all events")
    page.keyboard.type("Page type")
    box = page.locator('[name="w.p.0.values"]')
    offered = page.locator('[id="s-w.p.0"] option')
    box.focus()
    expect(offered).to_have_count(6)
    page.keyboard.type("Home, che")
    expect(offered).to_have_count(1)
    expect(offered).to_have_attribute("value", "Home, Checkout")
    assert seen.complaints == []


def test_what_is_wrong_has_the_focus_and_the_answer_stays(visit: Opener) -> None:
    seen = visit("desk", "zh")
    page = seen.page
    page.goto(seen.site.address + address(NESTED))
    page.wait_for_selector("#answered [data-state=shown]")
    page.evaluate("document.querySelector('#answered').mark = 1")
    box = page.get_by_label("公式 1", exact=True)
    box.fill("m9")
    page.keyboard.press("Enter")
    page.wait_for_selector("form[aria-busy]", state="detached")
    expect(box).to_be_focused()
    expect(page.locator("#w-x\\.0\\.formula")).to_contain_text("m9")
    assert page.evaluate("document.querySelector('#answered').mark") == 1
    assert page.locator(".answered tbody tr").count() > 3
    seen.complaints.clear()  # the refusal itself


WAYS = {
    "empty": HERE, "lines-of-groups": address(NESTED), "lines": address({**NESTED, "groups": []}),
    "bars": address({**NESTED, "grain": "whole"}), "figures": address({**NESTED, "grain": "whole", "groups": []}),
    "wrong": address({**NESTED, "groups": [{"field": "provinze"}]}),
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
def test_saved_queries_and_the_home_page(
    visit: Opener, size: str, language: str, theme: str
) -> None:
    """Saved by its form, pinned from its card; the list, the opened query and the home page are looked at."""
    seen = visit(size, language, theme)
    page = seen.page
    page.goto(seen.site.address + address(NESTED))
    page.locator(".save summary").click()
    page.locator("#f-zh").fill("各省分享率")
    page.locator("#f-en").fill("Share rate by province")
    page.locator("button[value=save-new]").click()
    page.wait_for_url("**saved=1*")
    page.locator("#answered").scroll_into_view_if_needed()
    page.wait_for_selector("#answered [data-state=shown]")
    page.locator("[popovertarget=answered-download]").click()
    page.locator(".pin button").click()
    page.wait_for_url("**/home")
    page.wait_for_selector("#question-1 [data-state=shown]")
    for path in ("/home", "/events/questions", "/events/ask?saved=1"):
        page.goto(f"{seen.site.address}/a/cafe{path}")
        page.wait_for_load_state("networkidle")
        assert_looks_right(page, path)
    assert seen.complaints == []
