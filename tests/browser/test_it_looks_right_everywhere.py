"""At both widths, in both languages and themes: no complaint, no sideways scroll."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.browser.conftest import Opener
from tests.browser.everywhere import everywhere
from tests.browser.looks import wider
from tests.web.cast import CAFE, SHOP

pytestmark = pytest.mark.waits

PATHS = [
    "/a/cafe/overview",
    "/a/cafe/overview?measure=duration_per_visitor&view=table&period=7d",
    "/a/cafe/overview?period=today",
    "/a/cafe/overview?from=2026-01-01&to=2026-11-22&grain=week",
]


@everywhere
def test_pages(visit: Opener, size: str, language: str, theme: str) -> None:
    seen = visit(size, language, theme)
    for path in PATHS:
        seen.open(path)
        page = seen.through()
        wide = wider(page)
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
            .map(e => [e, (e.closest('.tile') ?? e).getBoundingClientRect()])
            .map(([e, box]) => [e, e.matches('button.persons') ? getComputedStyle(e, '::after') : box])
            .filter(([, box]) => parseFloat(box.height) < 39.5 || parseFloat(box.width) < 32)
            .map(([e]) => e.outerHTML.slice(0, 80))"""
    )
    assert [html for html in small if 'class="hint"' not in html] == []
    area = page.evaluate(
        "getComputedStyle(document.querySelector('.hint'), '::after').height.replace('px', '')"
    )
    assert float(area) >= 40


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_bar_is_one_row_on_a_desk(visit: Opener, language: str) -> None:
    seen = visit("desk", language)
    for path, card in (("/a/cafe/overview", "overview-trend"), ("/a/cafe/live", "live-visits")):
        page = seen.open(path, card)
        tops = page.evaluate(
            "[...new Set([...document.querySelectorAll('.bar .pill')].map(e => e.offsetTop))].length"
        )
        assert tops == 1, path
        hidden = page.evaluate(
            "(e => e.scrollWidth - e.clientWidth)(document.querySelector('.bar .strip'))"
        )
        assert hidden <= 0, path
    page = seen.open("/a/cafe/live?from=2026-03-01T10:00&to=2026-03-02T16:00", "live-visits")
    box, frame = (page.locator(s).bounding_box() for s in ("[popovertarget=filter]", ".bar"))
    assert box
    assert frame
    assert frame["height"] < 60
    assert box["x"] + box["width"] < frame["x"] + frame["width"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_tools_of_a_card_stand_beside_its_title(
    visit: Opener, size: str, language: str
) -> None:
    page = visit(size, language).open("/a/cafe/overview")
    middle = "(e => { const b = e.getBoundingClientRect(); return b.top + b.height / 2 })"
    title, tools = (
        page.evaluate(f"{middle}(document.querySelector('#overview-trend {part}'))")
        for part in ("h2", ".tools")
    )
    assert tools == pytest.approx(title, abs=2)


def test_a_long_title_leaves_room_for_the_rest(visit: Opener) -> None:
    for size in ("desk", "phone"):
        seen = visit(size)
        long = replace(CAFE, title_zh="上海市浦东新区小满精品手冲咖啡会员俱乐部旗舰店小程序")
        seen.site.theatre.apps = [long, SHOP]
        page = seen.open("/a/cafe/overview")
        assert wider(page) <= 0
        rows = page.evaluate(
            "[...new Set([...document.querySelectorAll('.bar > .pill')].map(e => e.offsetTop))].length"
        )
        assert rows == 1, size


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


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_bar_of_the_guide_fits_a_phone(visit: Opener, language: str) -> None:
    seen = visit("phone", language)
    seen.page.goto(f"{seen.site.address}/guide/first-look")
    wide = wider(seen.page)
    assert wide <= 0


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_button_of_a_range_is_a_button(visit: Opener, size: str) -> None:
    for path, card in (("/a/cafe/overview", "overview-trend"), ("/a/cafe/live", "live-visits")):
        page = visit(size, "en").open(path, card)
        page.locator("[popovertarget=range]").click()
        button, menu = (page.locator(s).bounding_box() for s in ("#range .primary", "#range"))
        assert button
        assert menu
        assert button["width"] < menu["width"] / 2, path


def test_a_menu_at_the_lower_edge_opens_upwards(visit: Opener) -> None:
    seen = visit("desk", "en")
    seen.open("/a/cafe/overview")
    page = seen.through()
    button = page.locator("[popovertarget=overview-pages-api]")
    button.evaluate("(e) => scrollBy(0, e.getBoundingClientRect().bottom - innerHeight + 20)")
    button.click()
    menu = page.locator("#overview-pages-api").bounding_box()
    assert menu
    assert menu["y"] >= 0
    assert menu["y"] + menu["height"] <= 980


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_parts_of_a_tab_are_seen_whole_on_a_desk(visit: Opener, language: str) -> None:
    seen = visit("desk", language)
    page = seen.page
    page.goto(f"{seen.site.address}/a/cafe/events")
    hidden = "(e => e.scrollWidth - e.clientWidth)(document.querySelector('.bar .strip .seg'))"
    assert page.evaluate(hidden) <= 0
    page.goto(f"{seen.site.address}/a/cafe/settings")
    assert page.evaluate(hidden) <= 0


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_names_of_rows_fill_their_column(visit: Opener, size: str) -> None:
    seen = visit(size)
    for path, card in (
        ("/a/cafe/traffic", "traffic-trend"),
        ("/a/cafe/sources", "sources-list"),
        ("/a/cafe/quality", "quality-ledger"),
    ):
        seen.open(path, card)
        narrow = seen.through().evaluate(
            """[...document.querySelectorAll('.list')].filter(e => e.checkVisibility()).flatMap(list => {
                const head = list.querySelector('thead th').getBoundingClientRect().width
                return [...list.querySelectorAll('tbody th')]
                    .filter(e => e.checkVisibility() && e.getBoundingClientRect().width < head - 1)
                    .map(e => e.textContent.trim()) })"""
        )
        assert narrow == [], path


def test_quotes_in_english_are_no_wider_than_a_letter(visit: Opener) -> None:
    page = visit("desk", "en").open("/a/cafe/overview")
    wide = page.evaluate(
        """(() => { const e = document.body.appendChild(document.createElement('span'))
            e.textContent = '\\u2019\\u201c'
            return e.getBoundingClientRect().width / parseFloat(getComputedStyle(e).fontSize) })()"""
    )
    assert wide < 1.2
