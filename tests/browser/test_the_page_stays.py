"""Without a connection, and where a form is refused, the page stays with what it shows and what was typed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from minilens.period import now, today
from tests.browser.conftest import Opener, Site
from tests.web.cast import CAFE

pytestmark = pytest.mark.waits

TREND = "#overview-trend"


def current(page: Page) -> str:
    """The preset that is marked as chosen."""
    return page.locator(".ranges .seg").first.locator("[aria-current]").inner_text()


def test_a_link_that_is_not_answered_leaves_the_page(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/overview")
    page.route("**/overview?period=7d", lambda route: route.abort())
    page.get_by_role("link", name="7 days", exact=True).click()
    notice = page.get_by_role("alert").filter(has_text="Couldn't reach the server")
    notice.wait_for()
    assert page.url.endswith("/a/cafe/overview")
    assert current(page) == "30 days"
    assert page.locator("line-chart canvas").is_visible()
    assert page.locator("[data-going]").count() == 0
    page.unroute("**/overview?period=7d")
    notice.get_by_role("button", name="Try again").click()
    page.wait_for_url("**?period=7d")
    seen.settled()
    assert current(page) == "7 days"
    assert notice.is_hidden()


def test_back_without_a_connection_dims_what_is_of_another_address(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/overview")
    page.get_by_role("link", name="7 days", exact=True).click()
    page.wait_for_url("**?period=7d")
    seen.settled()
    page.context.set_offline(True)
    page.go_back()
    notice = page.get_by_role("alert").filter(has_text="Couldn't reach the server")
    notice.wait_for()
    page.wait_for_selector("html[data-going]")
    page.context.set_offline(False)
    notice.get_by_role("button", name="Try again").click()
    page.wait_for_selector("html:not([data-going])", state="attached")
    seen.settled()
    assert current(page) == "30 days"
    page.go_forward()
    page.wait_for_url("**?period=7d")


def test_a_plain_link_is_not_followed_offline(visit: Opener) -> None:
    page = visit("desk", "en").open("/a/cafe/overview")
    page.context.set_offline(True)
    page.get_by_role("link", name="Settings").first.click()
    page.get_by_role("alert").filter(has_text="Couldn't reach the server").wait_for()
    assert page.url.endswith("/a/cafe/overview")
    page.get_by_role("button", name="Dismiss").click()
    page.context.set_offline(False)
    page.get_by_role("link", name="Settings").first.click()
    page.wait_for_url("**/settings")


def test_a_choice_shows_at_the_click(visit: Opener) -> None:
    page = visit("desk", "en").open("/a/cafe/overview")
    waiting: list[Route] = []
    page.route("**/overview?*", lambda route: waiting.append(route))
    page.get_by_role("link", name="90 days").click()
    expect(page.get_by_role("link", name="90 days")).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name="7 days", exact=True).click()  # before the answer to the first
    expect(page.get_by_role("link", name="7 days", exact=True)).to_have_attribute(
        "aria-current", "true"
    )
    assert current(page) == "7 days"
    page.locator("a[data-measure=visits]").click()
    assert page.locator(".measures [aria-current]").inner_text() == "Visits"
    assert current(page) == "30 days"


def test_an_annotation_that_is_refused_keeps_its_words(visit: Opener, site: Site) -> None:
    page = visit("desk", "en").open("/a/cafe/overview")
    page.locator(TREND).get_by_role("button", name="Annotate").click()
    form = page.locator("#overview-trend-annotate form.dates")
    words = form.get_by_label("What happened")
    words.evaluate("(e) => e.removeAttribute('maxlength')")
    words.fill("x" * 61)
    form.get_by_role("button", name="Add").click()
    form.get_by_role("alert").wait_for()
    assert words.input_value() == "x" * 61
    assert words.get_attribute("aria-invalid") == "true"
    assert page.evaluate("document.activeElement.name") == "text"
    words.fill("release 2.1")
    page.context.set_offline(True)
    form.get_by_role("button", name="Add").click()
    form.get_by_role("alert").filter(has_text="What you entered is still here").wait_for()
    page.context.set_offline(False)
    with page.expect_navigation():
        form.get_by_role("button", name="Try again").click()
    page.wait_for_selector("line-chart canvas")
    with page.expect_response("**/overview/trend"):
        page.reload()
    (made,) = site.theatre.records.annotations.of(CAFE.id)
    assert made.text == "release 2.1"
    assert made.day == today(CAFE.timezone, now()) - timedelta(days=1)


def test_a_refused_form_is_not_sent_again_by_loading_the_page(visit: Opener, site: Site) -> None:
    seen = visit("desk", "en")
    page = seen.page
    page.goto(f"{site.address}/a/cafe/settings/tokens")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_label("Purpose").fill("BI")
    page.get_by_label("Expires after").fill("4000")
    page.get_by_role("button", name="Create token").click()
    page.get_by_role("alert").wait_for()
    assert page.get_by_label("Purpose").input_value() == "BI"
    assert page.evaluate("document.activeElement.name") == "days"
    assert sent.count("POST") == 1
    page.reload()
    assert sent.count("POST") == 1
    assert page.url.endswith("/settings/tokens")
    page.get_by_label("Purpose").fill("BI")
    page.get_by_role("button", name="Create token").click()
    page.get_by_role("heading", name="Your new token").wait_for()
    assert page.locator(".once pre").inner_text().startswith("mt_")


def test_a_form_without_a_connection_keeps_what_was_typed(visit: Opener, site: Site) -> None:
    seen = visit("phone", "zh")
    page = seen.page
    page.goto(f"{site.address}/account")
    page.get_by_label("姓名").fill("小满")
    page.context.set_offline(True)
    page.get_by_role("button", name="保存").click()
    page.get_by_role("alert").filter(has_text="填写的内容已保留").wait_for()
    assert page.get_by_label("姓名").input_value() == "小满"
    page.context.set_offline(False)
    page.get_by_role("button", name="重试").click()
    page.wait_for_url("**/account?done=saved")
    assert page.get_by_label("姓名").input_value() == "小满"


def test_a_wrong_password_stays_on_the_page_of_signing_in(visit: Opener, site: Site) -> None:
    seen = visit("desk", "en")
    page = seen.page
    page.context.clear_cookies()
    page.goto(f"{site.address}/sign-in?next=/a/cafe/overview")
    page.get_by_label("E-mail address").fill("viewer@example.org")
    page.get_by_label("Password").fill("not the right one")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("alert").wait_for()
    assert page.get_by_label("E-mail address").input_value() == "viewer@example.org"
    page.get_by_label("Password").fill("long enough to be one")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/a/cafe/overview")
