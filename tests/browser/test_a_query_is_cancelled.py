"""A query that takes long says so and can be cancelled: what was typed stays, and nobody works for it any more."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from playwright.sync_api import Request, expect

from tests.browser.conftest import Opener
from tests.browser.looks import assert_looks_right

pytestmark = pytest.mark.waits

FUNNEL = {
    "kind": "funnel", "steps": [{"event": "page_view"}, {"event": "pay_success"}], "period": "30d",
}  # fmt: skip
TITLES = {"en": ("Cancel query", "Query cancelled"), "zh": ("取消查询", "查询已取消")}


@pytest.mark.parametrize(("device", "language"), [("desk", "en"), ("phone", "zh")])
def test_a_query_that_takes_long_is_cancelled(visit: Opener, device: str, language: str) -> None:
    seen = visit(device, language)
    page, (cancel, cancelled) = seen.page, TITLES[language]
    held, given_up = [], list[Request]()
    page.route("**/funnels/answer?*", lambda route: held.append(route))
    page.on("requestfailed", lambda request: given_up.append(request))
    page.goto(f"{seen.site.address}/a/cafe/funnels?question={quote(json.dumps(FUNNEL))}#answer")
    button = page.get_by_role("button", name=cancel)
    expect(button).to_be_visible(timeout=30_000)
    assert_looks_right(page, "under-way")
    page.locator('[name="s.1.title"]').fill("Paid")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=cancelled)).to_be_focused(timeout=30_000)
    expect(page.locator('[name="s.1.title"]')).to_have_value("Paid")
    assert page.locator("lazy-card").count() == 0
    assert [one.url for one in given_up if "/funnels/answer" in one.url]
    assert_looks_right(page, "cancelled")
    page.unroute("**/funnels/answer?*")
    page.locator("#answer").get_by_role("button").click()
    page.wait_for_selector("#answered [data-state=shown]")
    expect(page.locator("#answered")).to_contain_text("Paid")
    expect(button).to_be_hidden()
