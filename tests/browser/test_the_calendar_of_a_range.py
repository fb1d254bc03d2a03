"""Any days are chosen from a calendar, by pointer and by keyboard; the fields say the same and can be typed into."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from minilens.period import today
from tests.browser.conftest import Opener
from tests.web.cast import CAFE

pytestmark = pytest.mark.waits


def calendar(page: Page) -> Locator:
    """The form of a range, opened, at November 2020."""
    page.get_by_role("button", name="Custom").click()
    form = page.locator("#range")
    form.get_by_label("From", exact=True).fill("2020-11-02")
    form.get_by_label("To", exact=True).fill("2020-11-02")
    return form


def ends(form: Locator) -> tuple[str, str]:
    return form.get_by_label("From", exact=True).input_value(), form.get_by_label(
        "To", exact=True
    ).input_value()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_two_days_make_a_range(visit: Opener, size: str) -> None:
    seen = visit(size, "en")
    page = seen.open("/a/cafe/overview")
    form = calendar(page)
    expect(form.locator("range-calendar")).to_contain_text("November 2020")
    form.locator("[value='2020-11-20']").click()
    assert ends(form) == ("2020-11-20", "2020-11-20")
    form.get_by_role("button", name="Previous month").click()
    form.locator("[value='2020-10-30']").click()
    assert ends(form) == ("2020-10-30", "2020-11-20")
    expect(form.locator("[aria-pressed=true]")).to_have_count(1)
    expect(form.get_by_role("button", name="Friday, October 30, 2020")).to_be_focused()
    form.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**from=2020-10-30&to=2020-11-20**")
    assert seen.complaints == []


def test_by_keyboard(visit: Opener) -> None:
    form = calendar(visit("desk", "en").open("/a/cafe/overview"))
    form.locator("[value='2020-11-02']").focus()
    for key in ("ArrowRight", "Enter", "ArrowDown", "PageDown", "ArrowUp", "Enter"):
        form.page.keyboard.press(key)
    assert ends(form) == ("2020-11-03", "2020-12-03")
    form.page.keyboard.press("Escape")
    expect(form).to_be_hidden()


def test_days_to_come_cannot_be_chosen(visit: Opener) -> None:
    page = visit("desk", "zh").open("/a/cafe/overview?period=today")
    page.locator("[popovertarget=range]").click()
    day = today(CAFE.timezone)
    expect(page.locator(f"#range button[value='{day}']")).to_be_enabled()
    later = page.locator(f"#range button[value='{day + timedelta(days=1)}']")
    assert later.count() == 0 or later.is_disabled()
