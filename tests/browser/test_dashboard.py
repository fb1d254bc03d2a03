"""The dashboard and its KPIs: at both widths, in both languages and themes; set by keyboard, and by a thumb."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Opener
from tests.browser.everywhere import everywhere
from tests.browser.looks import assert_looks_right

pytestmark = pytest.mark.waits


@everywhere
def test_set_and_looked_at(visit: Opener, size: str, language: str, theme: str) -> None:
    seen = visit(size, language, theme)
    page, here = seen.page, f"{seen.site.address}/a/cafe/dashboard"
    page.goto(here)
    page.locator(".no-kpis .primary").click()
    page.wait_for_url("**/dashboard/kpis")
    page.locator("#f-new-zh").fill("访客")
    page.locator("#f-new-en").fill("Visitors")
    page.locator("#f-new-target").fill("much")
    page.keyboard.press("Enter")
    page.wait_for_selector("#w-new-target")
    assert_looks_right(page, "kpis refused")
    assert page.locator("#f-new-zh").input_value() == "访客"
    page.locator("#f-new-what").select_option("visits")
    page.locator("#f-new-target").fill("12,000")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kpis?done=made")
    page.locator("details summary").first.click()
    assert_looks_right(page, "kpis")
    page.goto(here)
    page.wait_for_selector(".card-kpi[data-state=shown]")
    page.wait_for_selector(".card-of-stages[data-state=shown]")
    assert_looks_right(seen.through(), "dashboard")
    assert page.locator(".card-kpi h2").inner_text() == ("访客" if language == "zh" else "Visitors")
    assert [one for one in seen.complaints if "422" not in one] == []  # the form that was refused
