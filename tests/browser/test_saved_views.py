"""A view is saved from the bar, opened, replaced and taken away, by pointer and keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener, Site
from tests.browser.looks import violations, wider
from tests.web.cast import CAFE

pytestmark = pytest.mark.waits


@pytest.mark.parametrize(("size", "theme"), [("desk", "light"), ("phone", "dark")])
def test_a_view_is_saved_opened_and_removed(
    visit: Opener, site: Site, size: str, theme: str
) -> None:
    seen = visit(size, "en", theme)
    page = seen.open("/a/cafe/overview?period=7d&measure=shares")
    assert wider(page) <= 0
    opener = page.get_by_role("button", name="Saved views")
    opener.click()
    menu = page.locator("#views")
    menu.get_by_label("Save this view as").fill("Shares of a week")
    menu.get_by_label("For the team").check()
    with page.expect_navigation():
        page.keyboard.press("Tab")
        menu.get_by_role("button", name="Save", exact=True).press("Enter")
    page.goto(f"{site.address}/a/cafe/overview")
    page.wait_for_selector("#overview-trend [data-state]")
    opener.click()
    assert violations(page) == []
    menu.get_by_role("link", name=re.compile("Shares of a week")).click()
    page.wait_for_url("**/overview?period=7d&measure=shares")
    seen.settled()
    opener.click()
    with page.expect_navigation():
        menu.get_by_role("button", name="Remove view: Shares of a week").click()
    assert site.theatre.records.views.of(CAFE.id, site.theatre.number("owner")) == []
    assert seen.complaints == []


def test_a_name_that_is_taken_is_told_in_the_menu(visit: Opener) -> None:
    seen = visit("desk", "zh")
    page = seen.open("/a/cafe/overview")
    for n in range(2):
        page.get_by_role("button", name="保存的视图").click()
        field = page.locator("#views").get_by_label("将当前视图保存为")
        field.fill("日常")
        if n == 0:
            with page.expect_navigation():
                page.keyboard.press("Enter")
            page.wait_for_selector("#overview-trend [data-state]")
        else:
            page.keyboard.press("Enter")
    expect(page.locator("#views").get_by_role("alert")).to_contain_text("日常")
    assert field.input_value() == "日常"
