"""From a figure to what it is made of, by pointer and by keyboard, and back again in one step."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener
from tests.browser.looks import violations
from tests.web.test_audience_cards import of_provinces

pytestmark = pytest.mark.waits


def drag(page: Page, start: float, end: float, *, drop: bool = True) -> None:
    """Over the chart, from one part of its width to another."""
    page.locator("line-chart").scroll_into_view_if_needed()
    box = page.locator("line-chart canvas").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * start, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * end, y, steps=4)
    if drop:
        page.mouse.up()


@pytest.mark.parametrize(("size", "theme"), [("desk", "light"), ("phone", "dark")])
def test_a_drag_shows_those_days_and_the_chip_leads_back(
    visit: Opener, size: str, theme: str
) -> None:
    seen = visit(size, "en", theme)
    page = seen.open("/a/cafe/overview?period=90d&grain=week&measure=visits")
    drag(page, 0.8, 0.3)
    page.wait_for_url(re.compile(r"measure=visits&from=2026-\d\d-\d\d&to=2026"))
    seen.settled()
    assert "grain" not in page.url
    chip = page.locator("#way-back")
    expect(chip).to_be_visible()
    assert violations(page) == []
    page.locator("#overview-trend a[data-measure=shares]").click()
    page.wait_for_url("**measure=shares**")
    seen.settled()
    expect(chip).to_be_visible()  # what was chosen since stays
    chip.get_by_role("button", name="Undo zoom").click()
    page.wait_for_url("**/overview?measure=shares&period=90d&grain=week")
    seen.settled()
    expect(chip).to_be_hidden()
    assert seen.complaints == []


def test_the_browser_leads_back_as_well(visit: Opener) -> None:
    seen = visit("desk", "zh")
    page = seen.open("/a/cafe/overview")
    drag(page, 0.2, 0.5)
    page.wait_for_url("**from=**")
    seen.settled()
    page.go_back()
    page.wait_for_url("**/overview")
    seen.settled()
    expect(page.locator("#way-back")).to_be_hidden()
    page.go_forward()
    page.wait_for_url("**from=**")
    expect(page.locator("#way-back")).to_be_visible()


def test_a_drag_is_given_up_by_escape_and_a_click_is_none(visit: Opener) -> None:
    page = visit("desk", "en").open("/a/cafe/overview")
    drag(page, 0.2, 0.5, drop=False)
    expect(page.locator(".zoomed")).to_be_visible()
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator(".zoomed")).to_have_count(0)
    drag(page, 0.4, 0.402)
    assert "from=" not in page.url


def test_hours_of_a_day_are_not_zoomed(visit: Opener) -> None:
    page = visit("desk", "en").open("/a/cafe/overview?period=yesterday")
    drag(page, 0.2, 0.5, drop=False)
    expect(page.locator(".zoomed")).to_have_count(0)
    page.mouse.up()
    page.wait_for_timeout(200)  # for what must not happen
    assert page.url.endswith("/overview?period=yesterday")  # a drag is no click


def test_a_day_of_the_table_is_opened_by_keyboard(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/overview?view=table")
    day = page.locator("tr[data-day] th a").first
    wanted = page.locator("tr[data-day]").first.get_attribute("data-day")
    day.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**from={wanted}&to={wanted}")
    seen.settled()
    expect(page.locator("#way-back")).to_be_visible()
    assert seen.complaints == []


def test_the_whole_row_filters_but_not_its_figures_nor_what_is_marked_in_it(visit: Opener) -> None:
    seen = visit("desk", "zh")
    page = seen.open("/a/cafe/overview")
    seen.through()
    row = page.locator("#overview-pages tr.value").first
    cell = row.locator("td").first
    cell.evaluate("(e) => getSelection().selectAllChildren(e)")
    cell.dispatch_event("click")
    assert "filter" not in page.url
    page.evaluate("getSelection().removeAllRanges()")
    cell.click(position={"x": 3, "y": 3})
    page.wait_for_url("**filter=page%3Ais%3A**")
    seen.settled()
    page.locator("#overview-pages tr.value td button.persons").first.click()
    page.wait_for_url("**/persons/behind**")
    page.go_back()
    seen.settled()
    page.locator(".chip a").click()
    page.wait_for_url("**/overview")
    assert seen.complaints == []


@pytest.mark.parametrize(("size", "theme"), [("desk", "light"), ("phone", "dark")])
def test_a_place_of_the_map_is_used_as_its_row(visit: Opener, size: str, theme: str) -> None:
    seen = visit(size, "zh", theme)
    seen.site.theatre.answer = of_provinces
    page = seen.open("/a/cafe/audience?compare=none", "audience-provinces")
    place, row = page.locator("[data-part=上海]"), page.locator(".map tr[data-value=上海]")
    if size == "desk":
        place.hover()
        expect(row).to_have_class(re.compile("pointed"))
    assert violations(page) == []
    first = page.locator("[data-part]").first
    assert page.locator("[data-part][tabindex='0']").count() == 1
    first.focus()
    for _ in range(3):  # round the places that have rows, and on
        page.keyboard.press("ArrowRight")
    expect(first).to_be_focused()
    page.keyboard.press("ArrowRight")
    value = page.evaluate("document.activeElement.dataset.part")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**filter=person_province%3Ais%3A{quote(value)}**")
    page.go_back()
    seen.settled()
    page.locator("[data-part=广东] path").click()
    page.wait_for_url(f"**filter=person_province%3Ais%3A{quote('广东')}**")
    assert seen.complaints == []


def test_a_slice_filters_as_its_row_does(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/traffic", "traffic-sources")
    slices = page.locator("#traffic-sources .ring [data-part]")
    # the middle of its box is the hole of the ring
    slices.first.dispatch_event("click")
    page.wait_for_url("**filter=scene_source**")
    page.go_back()
    page.wait_for_url(re.compile(r"/traffic$"))
    seen.settled()
    slices.first.focus()
    page.keyboard.press("ArrowRight")
    value = slices.nth(1).get_attribute("data-part")
    expect(slices.nth(1)).to_be_focused()
    expect(slices.nth(1)).to_have_accessible_name(re.compile(r" · .*%$"))
    page.keyboard.press("Enter")
    assert value
    page.wait_for_url(f"**filter=scene_source%3Ais%3A{quote(value, safe='')}")


@pytest.mark.parametrize(("size", "language"), [("desk", "en"), ("phone", "zh")])
def test_a_point_of_a_line_opens_its_users_by_keys_and_by_thumb(
    visit: Opener, size: str, language: str
) -> None:
    seen = visit(size, language)
    page = seen.open("/a/cafe/overview?period=7d&measure=visitors")
    seen.through()
    card = page.locator("#overview-trend")
    opens = card.get_by_role(
        "button", name={"en": "View users", "zh": "查看用户"}[language], exact=True
    )
    opens.press("Enter") if size == "desk" else opens.click()
    points = card.locator(".point select")
    expect(points).to_be_visible()
    assert violations(page) == []
    assert points.locator("option").count() == 7
    points.select_option(index=2)
    chosen = json.loads(points.input_value())
    button = card.locator(".point button")
    if size == "phone":
        button.click()
    else:
        points.focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    page.wait_for_url("**/persons/behind**")
    at = parse_qs(urlsplit(page.url).query)["at"]
    assert [json.loads(one) for one in at] == [chosen]
    assert chosen[0] == "visitors"
    assert seen.complaints == []


@pytest.mark.parametrize("by", ["mouse", "finger"])
def test_a_click_on_a_point_of_a_line_opens_its_users(visit: Opener, by: str) -> None:
    """Of a finger the first tap says what the point is, and one on what it says opens them."""
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/overview?period=7d&measure=visitors")
    browser, finger = page.context.browser, by == "finger"
    if finger:
        assert browser
        state, address = page.context.storage_state(), page.url
        held = browser.new_context(has_touch=True, is_mobile=True, storage_state=state)
        page = held.new_page()
        page.goto(address)
    card = page.locator("#overview-trend")
    place = card.locator("line-chart .canvas")
    place.locator("canvas").wait_for()
    wanted = json.loads(card.locator(".point option").first.get_attribute("value") or "")
    box = place.bounding_box()
    assert box
    x, y = box["width"] - 40, box["height"] / 2
    if finger:
        place.tap(position={"x": x, "y": y})
        said = card.locator(".tip .now b")
        expect(said).to_be_visible()
        assert "/overview" in page.url
        said.tap()
    else:
        place.click(position={"x": x, "y": y})
    page.wait_for_url("**/persons/behind**")
    (at,) = parse_qs(urlsplit(page.url).query)["at"]
    assert json.loads(at) == wanted
    if finger:
        page.context.close()
    assert seen.complaints == []
