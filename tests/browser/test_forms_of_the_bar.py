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
    form.get_by_label("From").fill("2026-11-09")
    form.get_by_label("To").fill("2026-11-02")
    form.get_by_role("button", name="Show").click()
    form.get_by_role("alert").wait_for()
    assert form.get_by_label("From").input_value() == "2026-11-09"
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
    form.get_by_role("button").click()
    assert form.is_visible()
    assert page.evaluate("document.activeElement.validity.valueMissing") is True
