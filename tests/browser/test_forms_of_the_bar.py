"""Forms of the bar that cannot be meant stay open, keep what was written and offer a way out."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Opener

pytestmark = pytest.mark.waits


def test_a_range_the_wrong_way_round_is_turned_by_a_button(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/overview")
    page.get_by_role("button", name="Custom").click()
    form = page.locator("#range")
    form.get_by_label("From", exact=True).fill("2026-11-09")
    form.get_by_label("To", exact=True).fill("2026-11-02")
    form.get_by_role("button", name="Show").click()
    form.get_by_role("alert").wait_for()
    assert form.get_by_label("From", exact=True).input_value() == "2026-11-09"
    assert "from=" not in page.url
    form.get_by_role("link", name="Swap the dates").click()
    page.wait_for_url("**from=2026-11-02**")
    seen.settled()
    assert "to=2026-11-09" in page.url
    assert form.is_hidden()


def test_an_empty_field_keeps_the_form_open(visit: Opener) -> None:
    page = visit("phone", "zh").open("/a/cafe/overview")
    page.get_by_role("button", name="自定义").click()
    form = page.locator("#range")
    form.get_by_label("开始").fill("")
    form.get_by_role("button", name="查看").click()
    assert form.is_visible()
    assert page.evaluate("document.activeElement.validity.valueMissing") is True


def test_by_plain_http_a_link_is_copied_all_the_same(visit: Opener) -> None:
    seen = visit("desk", "en", fresh=True)
    seen.page.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined })"
    )
    page = seen.open("/a/cafe/overview?period=7d")
    page.locator("[popovertarget=share]").click()
    page.locator("#share button").first.click()
    page.locator("#share").get_by_text("Copied").wait_for()
    page.locator("#share").wait_for(state="hidden")
    seen.through()
    search = page.locator("#overview-pages").get_by_role("searchbox")
    search.focus()
    page.keyboard.press("Control+V")
    assert search.input_value() == page.url.partition("&pages.search")[0]


def test_where_nothing_can_be_copied_it_is_said(visit: Opener) -> None:
    seen = visit("desk", "en", fresh=True)
    seen.page.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined });"
        "document.execCommand = () => false"
    )
    page = seen.open("/a/cafe/overview?period=7d")
    page.locator("[popovertarget=share]").click()
    page.locator("#share button").first.click()
    page.locator("#share").get_by_text("Copy it manually").wait_for()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_no_control_of_the_bar_lies_under_another(visit: Opener, size: str) -> None:
    days = "from=2025-11-02&to=2026-11-21&compare_from=2024-11-02&compare_to=2025-11-21&grain=week"
    page = visit(size, "en").open(f"/a/cafe/overview?{days}")
    for width in (1024, 1240, 1280, 1440) if size == "desk" else (360,):
        page.set_viewport_size({"width": width, "height": 900})
        strip = page.locator(".strip").bounding_box()
        button = page.locator("[popovertarget=filter]").bounding_box()
        assert strip
        assert button
        assert strip["x"] + strip["width"] <= button["x"] + 4
        assert button["x"] + button["width"] <= width


def test_nothing_of_the_bar_is_cut_on_a_small_desk(visit: Opener) -> None:
    """English at 1280 and 1024 pixels: what does not fit stands in a row of its own."""
    page = visit("desk", "en").open("/a/cafe/overview")
    for width, path in ((1280, "overview"), (1280, "live"), (1024, "live")):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(page.url.replace(page.url.rsplit("/", 1)[1], path))
        strip, there = page.locator(".strip"), page.get_by_role("button", name="comparison")
        button = there if path == "live" else page.get_by_role("button", name="Previous period")
        box, outer = button.bounding_box(), strip.bounding_box()
        assert box
        assert outer
        assert box["x"] + box["width"] <= outer["x"] + outer["width"] + 1, (width, path)
