"""What an owner does with the card: measures, table, periods, menus; by mouse and by keyboard."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.conftest import Opener, Site
from tests.render.read_back import number
from tests.web.cast import answer, nothing

pytestmark = pytest.mark.waits

TREND = "#overview-trend"


def test_another_measure_updates_the_chart_without_rebuilding_it(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/overview")
    page.evaluate("document.querySelector('line-chart canvas').mine = true")
    page.locator("a[data-measure=shares]").click()
    page.wait_for_url("**/a/cafe/overview?measure=shares")
    page.locator("[data-measure=shares][aria-current]").wait_for()
    seen.settled()
    assert page.evaluate("document.querySelector('line-chart canvas').mine") is True
    assert page.locator(".legend .now").inner_text() == "Shares"
    shown = page.evaluate(
        "echarts.getInstanceByDom(document.querySelector('.canvas')).getOption().series[0].data[0]"
    )
    first = page.request.get(page.url.replace("overview?", "overview/trend.json?")).json()
    assert shown == first["rows"][0]["shares"]
    assert seen.complaints == []


def test_back_and_forward(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/overview")
    page.locator("a[data-measure=visits]").click()
    page.wait_for_url("**?measure=visits")
    page.get_by_role("link", name="7 days", exact=True).click()
    page.wait_for_url("**?period=7d&measure=visits")
    seen.settled()
    page.go_back()
    page.wait_for_url("**?measure=visits")
    page.locator(".bar [aria-current]", has_text="30 days").wait_for()
    page.go_back()
    page.wait_for_url("**/a/cafe/overview")
    page.locator("[data-measure=total_users][aria-current]").wait_for()
    page.go_forward()
    page.locator("[data-measure=visits][aria-current]").wait_for()
    assert seen.complaints == []


def test_the_table_holds_what_the_json_holds(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/overview?measure=visitors")
    page.get_by_role("link", name="Table", exact=True).click()
    page.locator(f"{TREND} table").wait_for()
    names = page.locator(f"{TREND} thead [data-measure]").evaluate_all(
        "l => l.map(e => e.dataset.measure)"
    )
    cells = page.locator(f"{TREND} tbody tr").evaluate_all(
        "l => l.map(r => [r.dataset.day, ...[...r.querySelectorAll('.shown, td[class=n]')]"
        ".map(e => e.textContent)])"
    )
    json: Any = page.request.get(page.url.replace("overview?", "overview/trend.json?")).json()
    assert len(cells) == len(json["rows"]) == 30
    for row, want in zip(reversed(cells), json["rows"], strict=True):
        assert row[0] == want["day"]
        for name, text in zip(names, row[1:], strict=True):
            assert number(text) == pytest.approx(want[name], abs=0.5 if "duration" in name else 0)
    page.get_by_role("link", name="Chart", exact=True).click()
    page.locator("line-chart canvas").wait_for()
    assert seen.complaints == []


def test_the_download_is_a_csv(visit: Opener) -> None:
    page = visit("desk", "en").open("/a/cafe/overview?period=7d")
    with page.expect_download() as waiting:
        page.locator(TREND).get_by_role("button", name="Download").click()
        page.locator(TREND).get_by_role("link", name="CSV").click()
    assert re.fullmatch(r"cafe_overview\.trend_.*\.csv", waiting.value.suggested_filename)
    assert waiting.value.path().read_text("utf-8").startswith("\ufeffday,total_users,")


def test_an_own_range(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/overview?measure=visits")
    page.get_by_role("button", name="Custom").click()
    page.locator("#range [name=from]").fill("2026-10-05")
    page.locator("#range [name=to]").fill("2026-10-11")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**from=2026-10-05&to=2026-10-11**")
    page.locator(f"{TREND} footer", has_text="5 Oct – 11 Oct").wait_for()
    assert "measure=visits" in page.url
    assert page.locator("#range").is_hidden()
    assert page.locator(".seg button[aria-current]").inner_text() == "5 Oct – 11 Oct"
    assert seen.complaints == []


def test_the_comparison_is_chosen_from_a_menu(visit: Opener) -> None:
    seen = visit("desk", "zh")
    page = seen.open("/a/cafe/overview?measure=visits")
    button = page.locator("[popovertarget=compare]")
    button.click()
    page.locator("#compare").get_by_role("link", name="不对比").click()
    page.wait_for_url("**?compare=none&measure=visits")
    page.locator(".legend .then").wait_for(state="detached")
    assert "对比" not in page.locator(f"{TREND} footer").inner_text()
    assert "不对比" in button.inner_text()
    button.click()
    page.locator("#compare").get_by_role("link", name="去年同期").click()
    page.locator(".legend .then", has_text="去年同期").wait_for()
    button.click()
    page.locator("#compare [name=compare_from]").fill("2026-01-01")
    page.locator("#compare [name=compare_to]").fill("2026-01-30")
    page.locator("#compare .primary").click()
    page.wait_for_url("**compare_from=2026-01-01&compare_to=2026-01-30**")
    page.locator(f"{TREND} footer", has_text="对比 1月1日 – 1月30日").wait_for()
    assert page.locator("#compare").is_hidden()
    assert "measure=visits" in page.url
    assert seen.complaints == []


def test_definitions_and_the_address_for_programs(visit: Opener) -> None:
    page = visit("phone", "zh").open("/a/cafe/overview")
    page.locator(TREND).get_by_role("button", name="指标口径").click()
    definitions = page.locator("#overview-trend-definitions")
    assert definitions.locator("dd").first.is_visible()
    box = definitions.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 740
    page.keyboard.press("Escape")
    assert definitions.locator("dd").first.is_hidden()
    page.locator(TREND).get_by_role("button", name="API").click()
    shown = page.locator(f"{TREND} .api pre").inner_text()
    assert "/api/v1/apps/cafe/reports/overview.trend" in shown


def test_the_tooltip_says_now_then_and_the_change(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/overview?measure=visitors&from=2026-10-23&to=2026-11-21")
    box = page.locator("line-chart canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] - 20, box["y"] + 100)
    page.locator(".tip").wait_for()
    text = page.locator(".tip").inner_text()
    assert "Sat 21 Nov" in text
    assert "Thu 22 Oct" in text
    assert re.search(r"[▲▼=] ?\d", text)
    assert seen.complaints == []


@pytest.mark.parametrize("place", ["start", "center", "end"])
def test_all_definitions_are_within_the_phone(visit: Opener, place: str) -> None:
    page = visit("phone", "zh").open("/a/cafe/overview")
    button = page.locator(TREND).get_by_role("button", name="指标口径")
    button.evaluate("(e, block) => e.scrollIntoView({ block })", place)
    button.click()
    definitions = page.locator("#overview-trend-definitions")
    box = definitions.bounding_box()
    assert box is not None
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 740
    assert box["height"] >= 200
    definitions.locator("dd").last.scroll_into_view_if_needed()
    last = definitions.locator("dd").last.bounding_box()
    assert last is not None
    assert last["y"] + last["height"] <= box["y"] + box["height"]


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_command_keeps_its_lines_and_scrolls(visit: Opener, size: str) -> None:
    page = visit(size, "en").open("/a/cafe/overview")
    page.locator(TREND).get_by_role("button", name="API").click()
    code = page.locator(f"{TREND} .api pre")
    assert code.evaluate("e => getComputedStyle(e).whiteSpace") == "pre"
    assert code.evaluate("e => e.clientHeight") < 4 * 19.2
    assert code.evaluate("e => e.scrollWidth > e.clientWidth")
    assert code.evaluate("e => e.clientWidth <= innerWidth")
    button = page.locator(f"{TREND} .api copy-button button").bounding_box()
    box = code.bounding_box()
    assert box is not None
    assert button is not None
    inner = box["x"] + code.evaluate("e => e.clientWidth")
    assert inner <= button["x"] or box["y"] + box["height"] <= button["y"]


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_tab_key_reaches_everything(visit: Opener, size: str) -> None:
    page = visit(size, "en").open("/a/cafe/overview")
    reachable = page.evaluate(
        """[...document.querySelectorAll('a[href], button, input:not([type=hidden])')]
            .filter(e => e.checkVisibility({ opacityProperty: false }) && !e.closest('[popover]')).length"""
    )
    seen: set[str] = set()
    for _ in range(reachable + 4):
        page.keyboard.press("Tab")
        seen.add(
            page.evaluate(
                """(e => e === document.body ? '' : (e.mark ??= String(Math.random())))"""
                "(document.activeElement)"
            )
        )
    assert len(seen - {""}) >= reachable
    assert reachable > 20


def test_a_link_followed_by_keyboard_keeps_the_focus(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/overview")
    page.locator("a[data-measure=visits]").focus()
    page.keyboard.press("Enter")
    page.locator("[data-measure=visits][aria-current]").wait_for()
    seen.settled()
    assert page.evaluate("document.activeElement.dataset.measure") == "visits"


def test_a_day_that_is_not_over_looks_again_by_itself(visit: Opener) -> None:
    seen = visit("desk", "en", fresh=True)
    seen.page.clock.install()
    page = seen.open("/a/cafe/overview?period=today")
    with page.expect_request("**/overview/trend?period=today"):
        page.clock.fast_forward(11_000)


def test_the_first_event_is_taught_and_then_seen(visit: Opener, site: Site) -> None:
    site.theatre.answer, site.theatre.through = nothing, 0
    page = visit("phone", "en").open("/a/cafe/overview?period=today")
    assert "curl" in page.locator(".empty pre").first.inner_text()
    assert "wx.request" in page.locator(".empty pre").last.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    site.theatre.through = 1
    page.evaluate(f"document.querySelector('{TREND}').load()")
    page.locator(".empty", has_text="Events are arriving. Latest").wait_for()
    site.theatre.answer = answer
    page.evaluate(f"document.querySelector('{TREND}').load()")
    page.locator(".figures").wait_for()


@pytest.mark.parametrize("moves", [True, False])
def test_lines_move_to_other_figures_unless_somebody_asks_for_less_motion(
    visit: Opener, *, moves: bool
) -> None:
    page = visit("desk", "en", moves=moves).open("/a/cafe/overview")
    option = f"echarts.getInstanceByDom(document.querySelector('{TREND} .canvas')).getOption()"
    assert page.evaluate(f"{option}.animation") is False  # at first they are there at once
    page.evaluate(f"document.querySelector('{TREND} line-chart').draw()")
    assert page.evaluate(f"{option}.animation") is moves
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<i class=bone></i>')")
    turned = "getComputedStyle(document.querySelector('i.bone')).animationName"
    assert (page.evaluate(turned) != "none") is moves
