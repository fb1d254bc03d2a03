"""Thirty apps: the page is there at once, and the figures come as one goes down to them."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from minilens.errors import EngineFailed
from minilens.measure.query import Query
from minilens.measure.table import Table
from minilens.reports.report import Report
from minilens.web.console import App
from tests.browser.conftest import Opener, Site
from tests.browser.looks import wider
from tests.web.cast import CAFE, answer

pytestmark = pytest.mark.waits

SHAPE = """() => [...document.querySelectorAll('lazy-card th, .ways')]
    .map((e) => e.getBoundingClientRect()).map((box) => [box.x, box.y, box.height])"""


def many(site: Site) -> None:
    """Thirty apps of one house; one has a name that fills two lines."""
    long = "上海市浦东新区小满精品手冲咖啡会员俱乐部旗舰店小程序"
    site.theatre.apps = [
        replace(CAFE, id=n, name=f"app-{n}", title_zh=long if n == 4 else f"小满 {n} 店")
        for n in range(1, 31)
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_names_come_at_once_and_nothing_moves(
    visit: Opener, site: Site, size: str, language: str
) -> None:
    go = threading.Event()

    def slow(report: Report, query: Query, app: App) -> Table:
        go.wait(60)
        return answer(report, query, app)

    many(site)
    site.theatre.answer = slow
    page = visit(size, language).page
    page.goto(f"{site.address}/apps")
    assert page.locator(".houses h2").count() == 30
    assert page.locator("lazy-card .bones").count() == 30
    before = page.evaluate(SHAPE)
    go.set()
    page.wait_for_selector("#brief-app-1 [data-state=shown]")
    page.wait_for_selector("#brief-app-2 [data-state=shown]")
    assert page.evaluate(SHAPE) == before
    assert wider(page) <= 0


def test_three_at_a_time_and_only_what_is_in_sight(visit: Opener, site: Site) -> None:
    running, most, asked = 0, 0, set()
    lock = threading.Lock()

    def watched(report: Report, query: Query, app: App) -> Table:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
            asked.add(app.name)
        time.sleep(0.02)
        with lock:
            running -= 1
        return answer(report, query, app)

    many(site)
    site.theatre.answer = watched
    seen = visit("desk", "zh")
    seen.page.goto(f"{site.address}/apps")
    seen.page.wait_for_selector("#brief-app-6 [data-state=shown]")
    seen.settled()
    assert "app-30" not in asked
    page = seen.through()
    assert len(asked) == 30
    assert page.locator("[data-state=shown]").count() == 30
    assert most == 3
    assert seen.complaints == []


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_one_that_fails_is_tried_again_by_keyboard(visit: Opener, site: Site, size: str) -> None:
    def half(report: Report, query: Query, app: App) -> Table:
        if app.name == "app-2":
            raise EngineFailed("down")
        return answer(report, query, app)

    many(site)
    site.theatre.answer = half
    page = visit(size, "en").page
    page.goto(f"{site.address}/apps")
    page.wait_for_selector("#brief-app-1 [data-state=shown]")
    again = page.locator("#brief-app-2").get_by_role("button", name="Try again")
    again.wait_for()
    assert wider(page) <= 0
    site.theatre.answer = answer
    again.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#brief-app-2 [data-state=shown]")
