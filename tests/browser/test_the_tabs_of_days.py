"""Traffic, Sources, Audience and Data quality: at both widths, in both languages and themes, and as they are used."""

from __future__ import annotations

import re

import pytest

from minilens.reports import tabs
from tests.browser.conftest import Opener
from tests.browser.everywhere import ENDS, at_both_ends, everywhere
from tests.browser.looks import violations, wider
from tests.examples import at_length

pytestmark = pytest.mark.waits

#: Address of a tab → its first card, and how many there are.
TABS = {
    f"/a/cafe/{tab.name}": (tab.main.replace(".", "-"), len(tab.cards))
    for tab in tabs.TABS
    if tab.name in ("traffic", "sources", "audience", "quality")
}


@everywhere
def test_every_tab(visit: Opener, size: str, language: str, theme: str) -> None:
    seen = visit(size, language, theme)
    for path, (card, count) in TABS.items():
        page = seen.open(path, card)
        seen.through()
        assert page.locator("[data-state=shown]").count() == count
        wide = wider(page)
        assert wide <= 0, path
        if (size, language, theme) in ENDS or at_length():
            assert violations(page) == []
    assert seen.complaints == []


def test_lists_of_people_begin_with_few_rows_on_a_phone(visit: Opener) -> None:
    page = visit("phone", "en").open("/a/cafe/audience", "audience-provinces")
    brands = page.locator("#audience-brands")
    brands.scroll_into_view_if_needed()
    brands.locator(".few").wait_for()
    rows = brands.locator("tbody tr:visible")
    assert rows.count() == 6  # with the whole
    brands.get_by_label("Show 10 rows").check()
    assert rows.count() == 11


def test_rows_are_told_apart_otherwise(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/sources", "sources-trend")
    seen.through()
    page.locator("#sources-list").get_by_role("link", name="Source group").click()
    page.wait_for_url("**/a/cafe/sources?list.by=scene_group")
    chosen = page.locator("#sources-list [aria-current=true]", has_text="Source group")
    chosen.wait_for()
    page.go_back()
    page.locator(
        "#sources-list .seg [aria-current=true]", has_text=re.compile("^Source$")
    ).wait_for()


def test_whose_return_it_is(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/traffic?period=7d", "traffic-trend")
    seen.through()
    page.locator("#traffic-retention").get_by_role("link", name="Active users").click()
    page.wait_for_url("**/a/cafe/traffic?period=7d&retention.users=active")
    page.locator("#traffic-retention [aria-current=true]", has_text="Active users").wait_for()


@at_both_ends
def test_buckets_over_time_and_curves_of_retention(
    visit: Opener, size: str, language: str, theme: str
) -> None:
    """Lines in place of bars and of the triangle; on a phone the triangle is no longer than on a desk."""
    seen = visit(size, language, theme)
    page = seen.open("/a/cafe/traffic?durations.over_time=1&retention.show=curve", "traffic-trend")
    seen.through()
    for card in ("traffic-durations", "traffic-retention"):
        assert page.locator(f"#{card} line-chart canvas").count() == 1
    assert page.locator("#traffic-sources svg.ring").is_visible()
    assert page.locator("#traffic-sources table").is_visible()
    assert violations(page) == []
    table = "Table" if language == "en" else "表格"
    page.locator("#traffic-durations").get_by_role("link", name=table).click()
    page.locator("#traffic-durations tr[data-day] a").first.wait_for()
    assert page.locator("#traffic-durations line-chart").count() == 0
    page = seen.open("/a/cafe/traffic?retention.cohort=week&period=90d", "traffic-trend")
    seen.through()
    box = page.locator("#traffic-retention .scroll").bounding_box()
    assert box
    assert box["height"] <= 560
    assert wider(page) <= 0
    assert seen.complaints == []


def test_an_axis_of_shares_says_per_cent_below_one_per_cent(visit: Opener) -> None:
    seen = visit("desk")
    seen.open("/a/cafe/traffic?retention.show=curve", "traffic-trend")
    page = seen.through()
    said = page.evaluate(
        """[0, 0.0005, 0.005, 0.02].map(echarts.getInstanceByDom(document.querySelector(
            '#traffic-retention .canvas')).getOption().yAxis[0].axisLabel.formatter)"""
    )
    assert said == ["0", "0.05%", "0.5%", "2%"]
