"""A slow or failed card says so and offers retry; the page stands."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest

from minilens.errors import Busy, EngineFailed, ShardAway
from minilens.measure.query import Query
from minilens.measure.table import Table
from minilens.render.format import bucket
from minilens.reports.report import Report
from minilens.text import Language
from minilens.web.console import App
from tests.browser.conftest import Opener, Site
from tests.web.cast import answer

pytestmark = pytest.mark.waits

TREND = "#overview-trend"


def fails(report: Report, query: Query, app: App) -> Table:
    raise EngineFailed("down")


def test_retry_brings_the_figures(visit: Opener, site: Site) -> None:
    site.theatre.answer = fails
    page = visit("desk", "en").open("/a/cafe/overview")
    page.get_by_role("heading", name="Couldn't load data").first.wait_for()
    assert page.locator(".bar").is_visible()
    site.theatre.answer = answer
    page.locator(TREND).get_by_role("button", name="Try again").click()
    page.locator("line-chart canvas").wait_for()


def test_a_shard_that_is_away_is_named_until_it_is_back(visit: Opener, site: Site) -> None:
    def away(report: Report, query: Query, app: App) -> Table:
        if report.name == "overview.trend" and query.range.days == 7:
            raise ShardAway(("分片 2（ch-2:8123）", "Shard 2 (ch-2:8123)"), "no connection")
        return answer(report, query, app)

    page = visit("phone", "zh").open("/a/cafe/overview")
    site.theatre.answer = away
    page.get_by_role("link", name="近 7 天").click()
    card = page.locator(TREND)
    card.get_by_text("分片 2（ch-2:8123）没有响应").wait_for()
    assert card.locator("line-chart").count() == 0, "figures of another time are not left standing"
    assert page.locator("[data-state=failed]").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    site.theatre.answer = answer
    card.locator("line-chart canvas").wait_for()  # nobody has pressed anything


def test_figures_from_before_stay_and_are_marked(visit: Opener, site: Site) -> None:
    page = visit("desk", "en").open("/a/cafe/overview?period=today")
    site.theatre.answer = fails
    page.evaluate(f"document.querySelector('{TREND}').load()")
    stale = page.locator(TREND).get_by_text("Couldn't refresh. Showing earlier data.")
    stale.wait_for()
    assert page.locator(".figures").is_visible()
    site.theatre.answer = answer
    page.locator(TREND).get_by_role("button", name="Try again").click()
    stale.wait_for(state="hidden")


def test_a_card_that_is_not_answered_claims_nothing(visit: Opener) -> None:
    page = visit("desk", "en").open("/a/cafe/overview?period=today")
    page.route("**/overview/trend*", lambda route: route.abort())
    page.get_by_role("link", name="7 days").click()
    failed = page.locator(f"{TREND} [data-state=failed]")
    failed.get_by_text("The server didn't respond.").wait_for()
    assert failed.get_by_role("heading", name="Trend").is_visible()
    assert "received" not in failed.inner_text()


def test_other_figures_than_asked_for_do_not_stay(visit: Opener, site: Site) -> None:
    page = visit("desk", "en").open("/a/cafe/overview")
    site.theatre.answer = fails
    page.get_by_role("link", name="7 days").click()
    page.locator(TREND).get_by_role("heading", name="Couldn't load data").wait_for()
    assert page.locator("line-chart").count() == 0


def test_a_server_that_is_gone(visit: Opener) -> None:
    page = visit("desk", "en").open("/a/cafe/overview?period=today")
    page.context.set_offline(True)
    page.evaluate(f"document.querySelector('{TREND}').load()")
    stale = page.locator(TREND).get_by_text("Couldn't refresh. Showing earlier data.")
    stale.wait_for()
    page.context.set_offline(False)
    page.locator(TREND).get_by_role("button", name="Try again").click()
    stale.wait_for(state="hidden")


@pytest.mark.parametrize("compare", ["previous", "none"])
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_while_it_counts_there_are_skeletons_of_the_same_height(
    visit: Opener, site: Site, size: str, compare: str
) -> None:
    go = threading.Event()

    def slow(report: Report, query: Query, app: App) -> Table:
        go.wait(60)
        return answer(report, query, app)

    site.theatre.answer = slow
    seen = visit(size, "en")
    page = seen.page
    page.goto(f"{site.address}/a/cafe/overview?compare={compare}")
    heights = "[...document.querySelectorAll('lazy-card')].map((card) => card.offsetHeight)"
    before = page.evaluate(heights)
    assert page.locator(".bones").count() == 4
    go.set()
    after = seen.through().evaluate(heights)
    assert after == pytest.approx(before, abs=12)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_head_of_a_card_is_one_line_on_every_date(visit: Opener, language: Language) -> None:
    page = visit("phone", language).open("/a/cafe/overview")
    days = [bucket(date(2026, 1, 1) + timedelta(n), "day", language, 2026) for n in range(365)]
    wrapped = page.evaluate(
        """(days) => {
            const head = document.querySelector('.card-tiles > header'), said = head.querySelector('p.faint')
            const line = head.querySelector('.tools').offsetHeight
            return days.filter((day) => { said.textContent = day; return head.offsetHeight > line })
        }""",
        days,
    )
    assert wrapped == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("path", "card"),
    [
        ("/a/cafe/overview", "overview-trend"),
        ("/a/cafe/live", "live-visits"),
        ("/a/cafe/live?compare=week&page=pages/menu/menu", "live-visits"),
    ],
)
def test_nothing_moves_while_the_page_comes(
    visit: Opener, path: str, card: str, language: str
) -> None:
    for size in ("desk", "phone"):
        page = visit(size, language).open(path, card)
        moved = page.evaluate(
            """() => new Promise((told) => {
                let sum = 0; const which = [];
                new PerformanceObserver((list) => { for (const e of list.getEntries()) { sum += e.value;
                        which.push(...e.sources.map((s) => s.node?.id || s.node?.className || s.node?.nodeName)) } })
                    .observe({ type: "layout-shift", buffered: true });
                setTimeout(() => told([sum, which]), 300) })"""
        )
        assert moved[0] < 0.01, (size, moved)


def test_a_card_that_waits_for_its_turn_says_so_and_asks_again(visit: Opener, site: Site) -> None:
    def full(report: Report, query: Query, app: App) -> Table:
        raise Busy("queued", 1, ahead=3)

    site.theatre.answer = full
    page = visit("desk", "zh").open("/a/cafe/overview")
    assert "3" in page.locator(f"{TREND} [data-state=queued]").inner_text()
    assert page.locator(f"{TREND} [data-retry]").count() == 0
    site.theatre.answer = answer
    page.locator(f"{TREND} line-chart canvas").wait_for()


def test_a_newer_choice_wins_over_an_older_answer(visit: Opener, site: Site) -> None:
    page = visit("desk", "en").open("/a/cafe/overview")
    go = threading.Event()

    def slow_for_a_week(report: Report, query: Query, app: App) -> Table:
        if query.range.days == 7:
            go.wait(60)
        return answer(report, query, app)

    site.theatre.answer = slow_for_a_week
    page.get_by_role("link", name="7 days").click()
    page.wait_for_url("**?period=7d")
    page.get_by_role("link", name="90 days").click()
    page.wait_for_url("**?period=90d")
    page.wait_for_selector(f"{TREND}[aria-busy]", state="detached")
    go.set()
    page.wait_for_timeout(200)
    points = "echarts.getInstanceByDom(document.querySelector('.canvas')).getOption().xAxis[0].data"
    assert len(page.evaluate(points)) == 90


def test_signed_out_meanwhile_leads_to_the_door(visit: Opener) -> None:
    page = visit("desk", "en").open("/a/cafe/overview")
    page.context.clear_cookies()
    page.locator("a[data-measure=visits]").click()
    page.wait_for_url("**/sign-in?next=*measure*visits")
    page.get_by_label("Password").wait_for()
