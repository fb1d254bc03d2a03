"""Annotations in a browser: written on the chart, read there, taken away; their words do not meet."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from minilens.period import now, today
from tests.browser.conftest import Opener
from tests.web.cast import CAFE

pytestmark = pytest.mark.waits

DOTS = """echarts.getInstanceByDom(document.querySelector('#overview-trend .canvas')).getOption().series
    .filter((one) => one.id === "marks").flatMap((one) => one.data.map((dot) => dot.name))"""
#: The places of the words that are shown, as the page has set them.
PLACES = """(() => { const chart = document.querySelector('#overview-trend line-chart').chart;
    return chart.getOption().series.find((one) => one.id === "marks").data
        .filter((dot) => dot.label.show !== false)
        .map((dot) => { const [x, y] = chart.convertToPixel({ seriesId: "marks" }, dot.value);
            const [dx, dy] = dot.label.offset, wide = dot.label.width;
            return [x + dx - wide / 2, x + dx + wide / 2, y + dy, chart.getWidth()] }) })()"""


def await_dots(page: Page, words: list[str]) -> None:
    """Until the chart has these; a page under our policy runs no text of a test in its loops."""
    while (
        page.evaluate(
            f"window.echarts && document.querySelector('#overview-trend canvas') ? {DOTS} : null"
        )
        != words
    ):
        page.wait_for_timeout(100)


def form(page: Page) -> None:
    page.get_by_role("button", name="Annotate").click()


def test_one_is_added_by_keyboard_read_and_removed(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/overview?measure=visits&period=7d")
    assert page.evaluate(DOTS) == []
    form(page)
    page.locator("#overview-trend-annotate [name=text]").fill("Release 2.1")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_selector("#overview-trend line-chart canvas")
    assert page.url.endswith("/a/cafe/overview?measure=visits&period=7d")
    assert page.evaluate(DOTS) == ["Release 2.1"]
    page.locator("[data-view=table]").first.click()
    expect(page.locator("#overview-trend tbody tr").first).to_contain_text("Release 2.1")
    form(page)
    page.get_by_role("button", name="Remove annotation: Release 2.1").click()
    expect(page.locator("#overview-trend .mark")).to_have_count(0)
    assert seen.complaints == []


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_words_do_not_meet_and_stay_within_the_chart(visit: Opener, size: str) -> None:
    seen = visit(size, "zh")
    day = today(CAFE.timezone)
    for n in (1, 2, 3, 10, 11, 12, 13, 30):
        text = f"第 {n} 天之前发生了一件值得记住的事情"
        seen.site.theatre.records.annotations.create(
            CAFE.id, day - timedelta(days=n), text, now=now()
        )
    page = seen.open("/a/cafe/overview?measure=visits")
    places = page.evaluate(PLACES)
    assert len(places) >= 3
    for left, right, _, width in places:
        assert left >= -2
        assert right <= width + 2
    for n, (left, right, y, _) in enumerate(places):
        for other_left, other_right, other_y, _ in places[:n]:
            assert right <= other_left or other_right <= left or abs(y - other_y) >= 16
    assert seen.complaints == []


def test_a_card_that_looks_again_keeps_them(visit: Opener) -> None:
    seen = visit("desk", "zh")
    seen.site.theatre.records.annotations.create(CAFE.id, today(CAFE.timezone), "停机", now=now())
    page = seen.open("/a/cafe/overview?period=30d&measure=visits")
    page.get_by_role("link", name="今天").click()
    page.wait_for_url("**period=today**")
    await_dots(page, ["停机"])
    page.get_by_role("link", name="最近 30 天").click()
    await_dots(page, [])
