"""A user is found by the keyboard, looked at and parted; a type is moved once one has been told what that does."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.browser.looks import violations, wider

pytestmark = pytest.mark.waits


def test_a_user_is_found_and_a_merge_undone(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/overview")
    page.keyboard.press("u")
    page.wait_for_url("**/a/cafe/persons")
    page.get_by_label("Type").select_option("wechat-unionid")
    page.get_by_label("Value").fill("somebody else")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="No user found")).to_be_visible()
    page.get_by_label("Value").fill("o6_li")
    page.keyboard.press("Enter")
    page.wait_for_url("**/a/cafe/persons/p12?found=*")
    expect(page.locator("[aria-current=true]", has_text="your search")).to_be_visible()
    page.get_by_label("Event").select_option("own_event")
    page.get_by_role("button", name="Show").press("Enter")
    expect(page.locator(".timeline li")).to_have_count(1)
    page.get_by_label("Undo merge 5021").press("Enter")
    page.get_by_label("Reason").first.fill("two sisters")
    page.get_by_role("button", name="Undo merge").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Merge undone.")
    with page.expect_download() as file:
        page.get_by_role("button", name="Export").click()
    assert file.value.suggested_filename == "cafe_p12.zip"
    assert [do for do, *_ in seen.site.theatre.persons.done] == ["undo"]
    assert [one for one in seen.complaints if "404" not in one] == []


@pytest.mark.parametrize(("size", "theme"), [("desk", "light"), ("phone", "dark")])
def test_a_type_is_moved_by_keyboard(visit: Opener, size: str, theme: str) -> None:
    seen = visit(size, "en", theme)
    page = seen.page
    page.goto(f"{seen.site.address}/a/cafe/settings/identities")
    page.get_by_label("Move up: Member ID").press("Enter")
    expect(page.get_by_role("heading", name="Save this change?")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("also in the past: 3")
    assert wider(page) <= 0
    assert violations(page) == []
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    order = page.locator("ol.rows b").all_inner_texts()
    assert order[:4] == ["Mobile number", "UnionID", "Member ID", "OpenID"]
    page.get_by_role("textbox", name="Value").fill("null")
    page.get_by_role("button", name="Block…").press("Enter")
    expect(page.locator(".wrong")).to_contain_text("doesn't identify anyone")
