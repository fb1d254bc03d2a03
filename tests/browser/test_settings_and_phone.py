"""Settings in a real browser: looked at by axe, used once from invitation to removal, and on a phone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from minilens.collect import test_codes
from minilens.period import now, now_ms
from tests.browser.conftest import Opener, Visit
from tests.browser.everywhere import everywhere
from tests.browser.looks import assert_looks_right, violations

pytestmark = pytest.mark.waits

HERE = "/a/cafe/settings"
PAGES = [
    "/apps",
    "/audit",
    "/people",
    "/a/cafe/persons",
    "/a/cafe/persons/p12",
    HERE,
    *(
        f"{HERE}/{p}"
        for p in (
            "tracker",
            "identities",
            "identities?list=merges",
            "identities/type?name=mobile",
            "members",
            "tokens",
            "payments",
            "audit",
        )
    ),
]


def under_another_name(route: Route, address: str) -> None:
    """Let the request through as if the browser had come by that address."""
    headers = {**route.request.all_headers(), "host": address.removeprefix("http://")}
    headers = {name: value for name, value in headers.items() if not name.startswith(":")}
    body = route.request.post_data_buffer
    answer = httpx.post(route.request.url, headers=headers, content=body)
    route.fulfill(status=answer.status_code, body=answer.text, content_type="text/html")


def plain(seen: Visit, path: str) -> Page:
    """A page without cards."""
    seen.page.goto(seen.site.address + path)
    return seen.page


@everywhere
def test_every_page(visit: Opener, size: str, language: str, theme: str) -> None:
    seen = visit(size, language, theme)
    records = seen.site.theatre.records
    records.keys.create(1, now=now(), by=1)
    records.invitations.create(
        "someone.with.a.long.name@department.example.com", 1, "analyst", now=now(), by=1
    )
    records.apps.change(
        1, zh="小满咖啡", en="Xiaoman Coffee", appid="wx0123456789abcdef", now=now()
    )
    code = test_codes.create(b"a secret of the tests only", 1, now_ms()).text
    for path in (*PAGES, f"{HERE}/tracker/test?page=pages/index/index&code={code}"):
        page = plain(seen, path)
        if path.endswith("members"):
            page.locator(".sure summary").nth(1).click()
        assert_looks_right(page, path)
    assert seen.complaints == []


def test_someone_is_invited_sees_one_app_and_is_removed(visit: Opener, browser: Browser) -> None:
    seen = visit("desk", "en")
    page = plain(seen, "/a/cafe/overview")
    page.locator(".rail").get_by_role("link", name="Settings").click()
    page.get_by_role("link", name="Members").click()
    page.get_by_label("E-mail address").fill("li@example.com")
    page.get_by_label("Role", exact=True).select_option("analyst")
    page.get_by_role("button", name="Create invitation link").click()
    link = page.locator(".once pre").inner_text()
    assert link.startswith(seen.site.address)

    context = browser.new_context(locale="en-GB", viewport={"width": 360, "height": 740})
    theirs = context.new_page()
    theirs.goto(link)
    theirs.get_by_label("Name").fill("Li Lei")
    theirs.get_by_label("Password", exact=True).fill("correct horse")
    theirs.get_by_label("Confirm password").fill("correct horse")
    theirs.get_by_role("button", name="Accept").click()
    theirs.wait_for_url("**/a/cafe/dashboard")
    assert theirs.goto(f"{seen.site.address}/a/shop/overview").status == 404  # type: ignore[union-attr]
    theirs.goto(f"{seen.site.address}/a/cafe/overview")
    theirs.get_by_role("button", name="More").click()
    theirs.locator(".sheet").get_by_role("link", name="Settings").click()
    expect(theirs.locator("main")).to_contain_text("Analyst")
    expect(theirs.locator("main form")).to_have_count(0)

    page.goto(f"{seen.site.address}{HERE}/members")
    row = page.locator(".members li", has_text="Li Lei")
    row.get_by_label("Remove member Li Lei").click()
    row.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("Member removed.")
    assert theirs.goto(f"{seen.site.address}/a/cafe/overview").status == 404  # type: ignore[union-attr]
    context.close()


def test_a_token_is_made_without_a_script(visit: Opener, browser: Browser) -> None:
    seen = visit("desk", "en")
    state = seen.page.context.storage_state()
    context = browser.new_context(java_script_enabled=False, storage_state=state, locale="en-GB")
    page = context.new_page()
    page.goto(f"{seen.site.address}{HERE}/tokens")
    page.get_by_label("Purpose").fill("BI")
    page.get_by_role("button", name="Create token").click()
    assert re.fullmatch(r"mt_[\w-]{32}", page.locator(".once pre").inner_text())
    page.get_by_label("Revoke BI").click()
    page.get_by_role("button", name="Revoke token").click()
    expect(page.locator("li", has_text="BI")).to_contain_text("revoked")
    context.close()


def test_the_keyboard_opens_and_answers_a_question(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = plain(seen, HERE)
    page.get_by_label("Archive app").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Archive Xiaoman Coffee"


def made_for_one_hand(phone: Page) -> None:
    """Today stands first and large; what is chosen is in the lower part, large enough for a thumb, over the pages."""
    today = phone.locator("#today")
    expect(today.locator("h2")).to_have_text("Today so far")
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    assert today.locator(".fig").first.evaluate(size) >= 30
    ids = phone.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
    assert sorted(ids) == sorted(set(ids))
    for name in ("7 days", "Filter"):
        box = phone.locator(".ranges").get_by_text(name, exact=True).bounding_box()
        assert box is not None
        assert box["y"] > 500
        tall = phone.locator(".ranges").get_by_text(name, exact=True)
        assert tall.evaluate("e => e.closest('a, button').getBoundingClientRect().height") >= 44
    strip, rail = (phone.locator(one).bounding_box() for one in (".ranges", ".rail"))
    assert strip is not None
    assert rail is not None
    assert abs(strip["y"] + strip["height"] - rail["y"]) <= 2
    phone.locator(".ranges").get_by_text("Yesterday", exact=True).click()
    phone.wait_for_url("**/overview?period=yesterday**")
    expect(today.locator("h2")).to_have_text("Today so far")
    phone.wait_for_selector("#overview-trend [data-state=shown]")
    phone.get_by_role("button", name="Filter").click()
    box = phone.locator(".menu:popover-open").bounding_box()
    assert box is not None
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 740
    phone.keyboard.press("Escape")
    # what is being fetched is paler until it is there
    phone.wait_for_selector("lazy-card[aria-busy], .htmx-request", state="detached")
    assert violations(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") == 360


def test_a_code_is_shown_for_the_present_view_and_opens_it(visit: Opener, browser: Browser) -> None:
    seen = visit("desk", "en")
    outside = seen.site.address.replace("127.0.0.1", "minilens.test")
    page = seen.open("/a/cafe/overview?period=7d")
    page.get_by_role("button", name="View on phone").click()
    expect(page.locator("#phone")).to_contain_text("Phones can't reach")
    page.keyboard.press("Escape")
    expect(page.locator("#phone .code")).to_be_empty()
    assert seen.complaints == []

    # where a phone can reach it: the same server under another name
    records = seen.site.theatre.records
    page.route("**/a/cafe/phone", lambda route: under_another_name(route, outside))
    page.get_by_role("button", name="View on phone").click()
    page.locator("#phone svg").wait_for()
    assert violations(page) == []
    page.locator("#phone summary").click()
    link = page.locator("#phone pre").inner_text()
    assert link.startswith(f"{outside}/phone?code=")

    context = browser.new_context(locale="en-GB", viewport={"width": 360, "height": 740})
    phone = context.new_page()
    phone.goto(link.replace(outside, seen.site.address))
    phone.wait_for_url("**/a/cafe/**")
    assert phone.url == f"{seen.site.address}/a/cafe/overview?period=7d"
    phone.wait_for_selector("#overview-trend [data-state=shown]")
    expect(phone.get_by_role("button", name="View on phone")).to_have_count(0)
    made_for_one_hand(phone)
    assert phone.goto(f"{seen.site.address}{HERE}").status == 403  # type: ignore[union-attr]
    assert [one.app for one in records.sessions.of(1, now=now())].count(1) == 1
    context.close()


def test_someone_is_barred_and_let_in_again_by_the_keyboard(visit: Opener) -> None:
    seen = visit("phone", "en")
    page = plain(seen, "/people")
    page.get_by_label("Disable Viewer").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("status").get_by_text("Account disabled.").wait_for()
    page.get_by_role("button", name="Enable Viewer").press("Enter")
    page.get_by_role("status").get_by_text("Account enabled.").wait_for()
    assert page.get_by_label("Disable Viewer").is_visible()
    assert seen.complaints == []


def test_a_chosen_app_json_fills_the_field_with_what_is_kept(visit: Opener, tmp_path: Path) -> None:
    seen = visit("desk", "en")
    whole = {
        "pages": ["pages/a", "pages/b"],
        "window": {"x": "y" * 100_000},
        "tabBar": {"list": []},
    }
    (tmp_path / "app.json").write_text(json.dumps(whole))
    page = plain(seen, HERE)
    page.get_by_label("Choose app.json").set_input_files(tmp_path / "app.json")
    field = page.get_by_label("Contents of app.json")
    expect(field).to_have_value(re.compile("pages/b"))
    assert json.loads(field.input_value()) == {"pages": whole["pages"], "tabBar": {"list": []}}
    page.get_by_role("button", name="Save pages").click()
    expect(page.get_by_text("Pages saved.")).to_be_visible()
    kept = seen.site.theatre.records.app_pages.find(1)
    assert kept
    assert [one.path for one in kept.pages] == ["pages/a", "pages/b"]
    (tmp_path / "app.json").write_text('{"pages": [,]}')
    page.get_by_label("Choose app.json").set_input_files(tmp_path / "app.json")
    expect(field).to_have_value('{"pages": [,]}')
    page.get_by_role("button", name="Save pages").click()
    expect(page.get_by_text("app.json: is not valid JSON at line 1, column 12")).to_be_visible()
