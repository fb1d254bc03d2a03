"""The Live tab in a browser: pages by a click, steps, hours, and the newest events as they arrive."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.browser.looks import wider

pytestmark = pytest.mark.waits

VISITS = "live-visits"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_it_looks_right(visit: Opener, size: str, language: str, theme: str) -> None:
    seen = visit(size, language, theme)
    for path in (
        "/a/cafe/live",
        "/a/cafe/live?period=today&compare=previous&page=pages/menu/menu&view=table",
    ):
        seen.open(path, VISITS)
        page = seen.through()
        wide = wider(page)
        assert wide <= 0, path
        assert page.locator("[data-state=shown]").count() == 3
        page.locator(".events li").first.wait_for()
    assert seen.complaints == []


def test_targets_on_the_phone_reach_40_px(visit: Opener) -> None:
    seen = visit("phone")
    seen.open("/a/cafe/live?page=pages/menu/menu", VISITS)
    page = seen.through()
    small = page.evaluate(
        """[...document.querySelectorAll('live-stream button, .ranges a, .ranges button, .chip a')]
            .filter(e => e.checkVisibility() && !e.closest('[popover]') && !e.matches('.hint'))
            .map(e => [e.outerHTML.slice(0, 80), e])
            .filter(([, e]) => e.getBoundingClientRect().height < 39.5)
            .map(([html]) => html)"""
    )
    assert small == []


def test_a_click_on_a_page_shows_its_line(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/live?period=1h&step=5", VISITS)
    page.get_by_role("link", name="pages/goods/detail").click()
    page.wait_for_url(re.compile(r"page=pages(/|%2F)goods(/|%2F)detail"))
    expect(page.locator(f"#{VISITS} .chip")).to_contain_text("pages/goods/detail")
    expect(page.locator("#live-pages [aria-current=true]")).to_have_text("pages/goods/detail")
    page.get_by_role("link", name="All pages").first.click()
    page.wait_for_url("**/a/cafe/live?period=1h&step=5")
    expect(page.locator(f"#{VISITS} .chip")).to_have_count(0)
    assert seen.complaints == []


def test_any_two_moments_by_keyboard(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/live", VISITS)
    page.get_by_role("button", name="Custom").focus()
    page.keyboard.press("Enter")
    page.locator("#range [name=from]").fill("2026-03-01T10:00")
    page.locator("#range [name=to]").fill("2026-03-01T16:00")
    page.keyboard.press("Enter")
    page.wait_for_url("**from=2026-03-01T10**")
    expect(page.locator(f"#{VISITS} footer")).to_contain_text("1 Mar 10:00 – 16:00")
    page.get_by_role("link", name="10 min").click()
    page.wait_for_url("**step=10**")
    assert seen.complaints == []


def test_another_environment(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/live", VISITS)
    page.locator(".events li").first.wait_for()
    page.get_by_role("button", name="Environment").click()
    page.get_by_role("link", name="Trial version only").click()
    page.wait_for_url("**traffic=trial")
    expect(page.locator(".events li")).to_have_count(0)
    expect(page.locator("live-stream .nothing")).to_be_visible()
    assert seen.complaints == []


def test_newest_events_arrive_on_top_and_wait_while_one_reads(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/live", VISITS)
    lines = page.locator(".events li")
    expect(lines).to_have_count(3)
    assert page.locator("live-stream .word").inner_text() == "Events appear here as they arrive"
    seen.site.theatre.through = 5
    expect(lines).to_have_count(5)
    page.locator(".events").hover()
    seen.site.theatre.through = 7
    expect(page.locator("live-stream .word")).to_contain_text("2 new")
    assert lines.count() == 5
    page.mouse.move(5, 5)
    expect(lines).to_have_count(7)
    page.get_by_role("button", name="Pause").click()
    seen.site.theatre.through = 90
    expect(page.locator("live-stream .word")).to_contain_text("50 new")
    page.get_by_role("button", name="Pause").click()
    expect(lines).to_have_count(50)
    assert seen.complaints == []


def test_a_lost_connection_is_said_and_found_again(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/live", VISITS)
    expect(page.locator(".events li")).to_have_count(3)
    page.context.set_offline(True)
    page.evaluate("document.querySelector('live-stream').source.dispatchEvent(new Event('error'))")
    expect(page.locator("live-stream .word")).to_contain_text("Connection lost")
    page.context.set_offline(False)
    seen.site.theatre.through = 4
    expect(page.locator(".events li")).to_have_count(4)
    expect(page.locator("live-stream .word")).to_have_text("Events appear here as they arrive")


def test_a_page_that_is_left_stops_listening(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/live", VISITS)
    page.locator(".events li").first.wait_for()
    assert seen.site.streams.listeners == 1
    page.get_by_role("link", name="Overview").click()
    page.wait_for_url("**/a/cafe/overview")
    for _ in range(50):
        if not seen.site.streams.listeners:
            break
        page.wait_for_timeout(100)
    assert (seen.site.streams.listeners, seen.site.streams.pollers) == (0, 0)
    assert seen.complaints == []
