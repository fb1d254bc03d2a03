"""The door, the first owner, an invitation and the account, as a browser shows them and people use them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from minilens.period import now
from tests.browser.conftest import Opener, Visit
from tests.browser.looks import violations, wider
from tests.web.cast import CAFE, PASSWORD

pytestmark = pytest.mark.waits

SMALL = """[...document.querySelectorAll('a, button, input:not([type=hidden]), select, summary')]
    .filter(e => e.checkVisibility() && !e.matches('.skip, .faint a') && e.getBoundingClientRect().height < 39.5)
    .map(e => e.outerHTML.slice(0, 80))"""


def looked_at(seen: Visit, *, phone: bool) -> None:
    """Nothing serious, nothing sideways, nothing too small for a thumb."""
    page = seen.page
    assert violations(page) == []
    assert wider(page) <= 0
    assert not phone or page.evaluate(SMALL) == []


def out(seen: Visit) -> Page:
    """The same browser, signed out."""
    seen.page.context.clear_cookies()
    return seen.page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_pages(visit: Opener, size: str, language: str, theme: str) -> None:
    seen = visit(size, language, theme)
    records, site, phone = seen.site.theatre.records, seen.site.address, size == "phone"
    invited = records.invitations.create("new@example.org", CAFE.id, "analyst", now=now(), by=1)
    seen.page.goto(f"{site}/account?done=saved")
    looked_at(seen, phone=phone)
    page = out(seen)
    page.goto(f"{site}/sign-in")
    page.locator("summary").click()
    looked_at(seen, phone=phone)
    page.goto(f"{site}/invitation?code={invited}")
    looked_at(seen, phone=phone)
    page.goto(f"{site}/sign-in?code={seen.site.theatre.code()}")
    looked_at(seen, phone=phone)
    assert seen.complaints == []


def test_a_wrong_password_then_the_right_one_leads_back(visit: Opener) -> None:
    page = out(seen := visit("desk", "en"))
    page.goto(f"{seen.site.address}/a/cafe/overview?period=7d")
    for password in ("wrong", PASSWORD):
        page.get_by_label("E-mail address").fill("Viewer@example.org")
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in", exact=True).click()
        if password == "wrong":
            assert "Wrong e-mail" in page.get_by_role("alert").inner_text()
    page.wait_for_url("**/a/cafe/overview?period=7d")
    assert not page.get_by_role("link", name="Hillside").count()


def test_an_invited_person_comes_in_and_signs_out(visit: Opener) -> None:
    page = out(seen := visit("phone", "en"))
    records = seen.site.theatre.records
    code = records.invitations.create("new@example.org", CAFE.id, "viewer", now=now(), by=1)
    page.goto(f"{seen.site.address}/invitation?code={code}")
    page.get_by_label("Name").fill("New")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Confirm password").fill("something else")
    page.get_by_role("button", name="Accept").click()
    wrong = page.locator("[aria-invalid]")
    assert wrong.get_attribute("name") == "again"
    assert page.get_by_label("Name").input_value() == "New"
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    wrong.fill(PASSWORD)
    page.get_by_role("button", name="Accept").click()
    page.wait_for_url("**/a/cafe/dashboard")
    page.goto(f"{seen.site.address}/account")
    page.get_by_role("button", name="Sign out", exact=True).first.click()
    page.wait_for_url("**/sign-in")


def test_signing_out_from_the_rail_of_a_page_that_was_morphed(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/overview")
    page.get_by_role("link", name="7 days").click()
    seen.settled()
    page.locator(".rail").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    page.goto(f"{seen.site.address}/account")
    assert "/sign-in?next=" in page.url
