"""At both widths, in both languages and themes: no complaint, no sideways scroll."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Opener

pytestmark = pytest.mark.serial

PATHS = [
    "/a/cafe/overview",
    "/a/cafe/overview?measure=duration_per_visitor&view=table&period=7d",
    "/a/cafe/overview?period=today",
    "/a/cafe/overview?from=2026-01-01&to=2026-11-22&grain=week",
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_pages(visit: Opener, size: str, language: str, theme: str) -> None:
    seen = visit(size, language, theme)
    for path in PATHS:
        seen.open(path)
        page = seen.through()
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, path
        assert page.locator("[data-state=shown]").count() == 4
    assert seen.complaints == []


def test_targets_on_the_phone_reach_40_px(visit: Opener) -> None:
    seen = visit("phone")
    seen.open("/a/cafe/overview?filter=province:is:广东")
    page = seen.through()
    small = page.evaluate(
        """[...document.querySelectorAll('a, button')]
            .filter(e => e.checkVisibility() && !e.closest('[popover]') && !e.matches('.skip'))
            .map(e => [e.outerHTML.slice(0, 80), (e.closest('.tile') ?? e).getBoundingClientRect()])
            .filter(([, box]) => box.height < 39.5 || box.width < 32)
            .map(([html]) => html)"""
    )
    assert [html for html in small if 'class="hint"' not in html] == []
    area = page.evaluate(
        "getComputedStyle(document.querySelector('.hint'), '::after').height.replace('px', '')"
    )
    assert float(area) >= 40


def test_dark_is_dark_and_the_switch_is_remembered(visit: Opener) -> None:
    page = visit("desk", "en", "light").open("/a/cafe/overview")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    switch = page.locator(".rail theme-switch button")
    assert switch.inner_text() == "Theme: system"
    switch.click()
    assert switch.inner_text() == "Theme: light"
    assert page.evaluate(ground) == light
    switch.click()
    assert switch.inner_text() == "Theme: dark"
    dark = page.evaluate(ground)
    assert dark != light
    page.reload()
    assert page.evaluate(ground) == dark
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert switch.inner_text() == "Theme: dark"


def test_a_sheet_of_paper_holds_the_card_only(visit: Opener) -> None:
    seen = visit("desk", "zh", "dark")
    page = seen.open("/a/cafe/overview")
    drawn = (
        "echarts.getInstanceByDom(document.querySelector('.canvas')).getOption().series[0].color"
    )
    assert page.evaluate(drawn) == "#2cc27a"
    page.emulate_media(media="print")
    for _ in range(40):
        if page.evaluate(drawn) == "#07a05a":
            break
        page.wait_for_timeout(50)
    assert page.evaluate(drawn) == "#07a05a"
    page.emulate_media(media="screen", color_scheme="dark")
    seen.open("/a/cafe/overview?view=table&filter=province:is:广东")
    page.emulate_media(media="print")
    assert not page.locator(".rail").is_visible()
    assert not page.locator(".bar .ranges").is_visible()
    assert page.locator(".chip", has_text="省份 是 广东").is_visible()
    assert not page.locator(".tools").first.is_visible()
    assert page.locator("tbody tr").last.is_visible()
    ink = page.evaluate("getComputedStyle(document.querySelector('td')).color")
    assert ink == "rgb(0, 0, 0)"
