"""Figures of another period or filter are never seen as if they were those that the bar says."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route

from minilens.errors import EngineFailed
from minilens.measure.query import Query
from minilens.measure.table import Table
from minilens.reports.report import Report
from minilens.web.console import App
from tests.browser.conftest import Opener, Site
from tests.web.cast import answer

pytestmark = pytest.mark.waits

TREND = "#overview-trend"
#: Cards with figures that are seen as they are: what dims them may be any of their ancestors.
UNDIMMED = """() => [...document.querySelectorAll('lazy-card .card:not(.bones)')].filter((card) => {
    const part = card.querySelector('line-chart, .tiles, table.list, .figures, .scroll');
    let opacity = 1;
    for (let one = part; one; one = one.parentElement) opacity *= getComputedStyle(one).opacity;
    return part && opacity > 0.7;
}).map((card) => card.parentElement.id)"""


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Slow questions are answered when it is opened."""
    opened = threading.Event()
    yield opened
    opened.set()


def held(site: Site, gate: threading.Event) -> None:
    def slow(report: Report, query: Query, app: App) -> Table:
        if query.range.days == 7 or query.filters:
            gate.wait(20)
        return answer(report, query, app)

    site.theatre.answer = slow


def test_while_the_cards_are_counted(visit: Opener, site: Site, gate: threading.Event) -> None:
    seen = visit("desk", "en")
    seen.open("/a/cafe/overview")
    page = seen.through()
    assert len(page.evaluate(UNDIMMED)) == 4
    held(site, gate)
    page.get_by_role("link", name="7 days", exact=True).click()
    page.wait_for_url("**?period=7d")
    page.wait_for_selector(f"{TREND}[aria-busy][data-old]")
    assert page.evaluate(UNDIMMED) == [
        "overview-yesterday"
    ]  # always yesterday, whatever the period
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_selector("#overview-pages[aria-busy]")
    assert page.evaluate(UNDIMMED) == ["overview-yesterday"]
    gate.set()
    seen.through()
    assert len(page.evaluate(UNDIMMED)) == 4
    assert page.locator("[data-old], [data-going]").count() == 0
    assert seen.complaints == []


def test_under_a_new_filter_the_tiles_too(visit: Opener, site: Site, gate: threading.Event) -> None:
    seen = visit("desk", "en")
    seen.open("/a/cafe/overview")
    page = seen.through()
    held(site, gate)
    page.locator("#overview-pages a[data-add]").first.click()
    page.wait_for_url("**filter=*")
    page.wait_for_selector(f"{TREND}[data-old]", state="attached")
    assert page.evaluate(UNDIMMED) == []
    gate.set()


def test_from_the_click_on(visit: Opener) -> None:
    seen = visit("desk", "en")
    seen.open("/a/cafe/overview")
    page = seen.through()
    waiting: list[Route] = []
    page.route("**/overview?period=7d", lambda route: waiting.append(route))
    page.get_by_role("link", name="7 days", exact=True).click()
    page.wait_for_selector("html[data-going]")
    assert page.evaluate(UNDIMMED) == []
    assert float(page.evaluate("getComputedStyle(document.querySelector('.head')).opacity")) < 0.7
    waiting[0].continue_()
    seen.through()
    assert page.locator("html[data-going]").count() == 0
    assert len(page.evaluate(UNDIMMED)) == 4


def test_a_filter_taken_away_leaves_nothing_dimmed(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/overview?filter=province:is:广东")
    page.locator(".chip a").first.click()  # the link itself goes away with the answer
    page.wait_for_url("**/a/cafe/overview")
    seen.through()
    assert page.locator("[data-old], [data-going]").count() == 0


def test_back_to_a_card_that_fails(visit: Opener, site: Site) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/overview")

    def fails(report: Report, query: Query, app: App) -> Table:
        raise EngineFailed("down")

    site.theatre.answer = fails
    page.get_by_role("link", name="7 days", exact=True).click()
    page.locator(TREND).get_by_role("heading", name="Couldn't load data").wait_for()
    shown: Page = seen.through()
    assert shown.evaluate(UNDIMMED) == ["overview-yesterday"]
