"""What an owner does with the Overview: sort and search a list, filter, follow a tile, save the chart."""

from __future__ import annotations

import contextlib
import re
import struct
from dataclasses import replace

import pytest
from playwright.sync_api import Error, Route

from minilens.measure.query import Query
from minilens.measure.table import Table
from minilens.reports.report import Report
from minilens.web.console import App
from tests.browser.conftest import Opener, Site
from tests.web.cast import answer

pytestmark = pytest.mark.waits

PAGES = "#overview-pages"


def searched(report: Report, query: Query, app: App) -> Table:
    """The cast does not search: rows that do not hold the text are left out here."""
    table = answer(report, query, app)
    if not query.search:
        return table
    kept = tuple(row for row in table.rows if query.search in str(row[0]))
    return replace(table, rows=kept, total_rows=len(kept), compared=())


def names(visit_page: object) -> list[str]:
    found = visit_page.locator(f"{PAGES} tr.value bdi").all_inner_texts()  # type: ignore[attr-defined]
    return [str(name) for name in found]


def test_a_heading_sorts_its_list_alone(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/overview?period=7d")
    seen.through()
    page.evaluate("window.mine = true")
    first = names(page)
    head = page.locator(f"{PAGES} thead").get_by_role("link", name="Visitors")
    head.click()
    page.wait_for_url("**?period=7d&pages.sort=visitors")
    page.locator(f"{PAGES} th[aria-sort=descending]", has_text="Visitors").wait_for()
    head.click()
    page.locator(f"{PAGES} th[aria-sort=ascending]", has_text="Visitors").wait_for()
    assert names(page) != first
    assert (
        page.locator("#overview-entries th[aria-sort=descending]", has_text="Entries").count() == 1
    )
    assert page.evaluate("window.mine") is True
    page.reload()
    seen.through()
    page.locator(f"{PAGES} th[aria-sort=ascending]", has_text="Visitors").wait_for()
    assert seen.complaints == []


def test_headings_turn_the_order_also_before_the_list_has_come(visit: Opener) -> None:
    """Each click counts: while the page of the one before is on its way, and while its card is."""
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/overview?period=7d")
    seen.through()
    head = page.locator(f"{PAGES} thead").get_by_role("link", name="Visitors")
    held: list[Route] = []
    late = re.compile(r"/overview/pages\?.*sort|/overview\?.*asc.*measure=")
    page.route(late, lambda route: held.append(route))
    head.click()
    page.wait_for_url("**?period=7d&pages.sort=visitors")
    head.click()  # the list is still that of before
    page.wait_for_url("**&pages.sort=visitors&pages.order=asc")
    page.locator("#overview-trend [data-measure=shares]").click()  # this page does not come
    head.click()
    page.wait_for_url("**&pages.sort=visitors&measure=shares")
    page.unroute_all()
    for route in held:
        with contextlib.suppress(Error):  # what was given up on the way
            route.continue_()
    page.locator(f"{PAGES} th[aria-sort=descending]", has_text="Visitors").wait_for()
    seen.settled()
    assert seen.complaints == []


def test_all_pages_stand_first_and_the_rest_comes_on_demand(visit: Opener) -> None:
    seen = visit("desk", "zh")
    page = seen.open("/a/cafe/overview")
    seen.through()
    assert page.locator(f"{PAGES} tbody tr").first.locator("bdi").inner_text() == "全部页面"
    assert len(names(page)) == 10
    page.locator(PAGES).get_by_role("link", name="显示其他 2 项的合计").click()
    page.locator(f"{PAGES} tr.rest", has_text="其余").wait_for()
    page.locator(PAGES).get_by_role("link", name="显示全部 12 项").click()
    page.locator(f"{PAGES} tr.value").nth(11).wait_for()
    page.locator(PAGES).get_by_role("link", name="只显示前 10 项").click()
    page.locator(f"{PAGES} tr.value").nth(10).wait_for(state="detached")


def test_search_finds_while_one_types(visit: Opener, site: Site) -> None:
    site.theatre.answer = searched
    seen = visit("desk", "en")
    page = seen.open("/a/cafe/overview?measure=shares")
    seen.through()
    box = page.locator(PAGES).get_by_role("searchbox")
    box.press_sequentially("menu", delay=20)
    page.wait_for_url("**?measure=shares&pages.search=menu")
    page.locator(f"{PAGES} tr.value").nth(1).wait_for(state="detached")
    assert names(page) == ["pages/menu/menu"]
    assert page.evaluate("document.activeElement.type") == "search"
    box.fill("nowhere")
    page.get_by_text("No results for “nowhere”.").wait_for()
    box.fill("")
    page.locator(f"{PAGES} tr.value").nth(9).wait_for()
    page.wait_for_url("**/overview?measure=shares")
    assert seen.complaints == []


def test_a_filter_is_added_said_and_removed(visit: Opener) -> None:
    seen = visit("desk", "zh")
    page = seen.open("/a/cafe/overview?measure=visits")
    page.get_by_role("button", name="筛选").click()
    editor = page.locator("#filter")
    editor.get_by_role("checkbox").nth(1).wait_for()
    editor.get_by_label("条件").select_option(label="不是")
    editor.get_by_role("checkbox").nth(1).check()
    editor.get_by_role("button", name="添加筛选").click()
    page.wait_for_url("**filter=page:is_not:pages/menu/menu**")
    page.locator(".chip", has_text="页面路径 不是 pages/menu/menu").wait_for()
    assert editor.is_hidden()
    assert "measure=visits" in page.url
    seen.settled()
    page.get_by_role("button", name="筛选", exact=True).click()
    editor.get_by_role("checkbox").nth(1).wait_for()
    assert editor.locator("input[type=checkbox]:checked").count() == 0  # ready for another one
    page.keyboard.press("Escape")
    page.get_by_role("link", name="移除筛选：页面路径 不是 pages/menu/menu").click()
    page.wait_for_url("**/overview?measure=visits")
    page.locator(".chip:not(#way-back)").wait_for(state="detached")
    assert seen.complaints == []


def test_a_filter_is_changed_by_its_chip(visit: Opener) -> None:
    seen = visit("desk", "en")
    page = seen.open(
        "/a/cafe/overview?filter=page:is:pages/menu/menu|page:is:pages/mine&filter=scene:is:1047"
    )
    page.get_by_role("button", name="Page is pages/menu/menu", exact=True).click()
    editor = page.locator("#filter")
    checked = editor.locator("input[type=checkbox]:checked")
    assert checked.get_attribute("value") == "pages/menu/menu"
    editor.get_by_label("Condition").select_option(label="is not")
    editor.get_by_role("button", name="Apply").click()
    page.locator(".chip", has_text="Page is not pages/menu/menu").wait_for()
    assert (
        "filter=page:is_not:pages/menu/menu%7Cpage:is:pages/mine&filter=scene:is:1047" in page.url
    )
    page.get_by_role("button", name="Filter", exact=True).click()
    editor.get_by_role("button", name="Add filter").wait_for()
    assert checked.count() == 0  # another one is added, none is changed
    assert seen.complaints == []


def test_the_editor_offers_what_the_field_allows(visit: Opener) -> None:
    page = visit("phone", "en").open("/a/cafe/overview")
    page.get_by_role("button", name="Filter").click()
    editor = page.locator("#filter")
    editor.get_by_label("Field").select_option(label="New or returning")
    offered = editor.locator("[name=filter_operator] option:not([hidden])").all_inner_texts()
    assert offered == ["is"]
    editor.get_by_label("Field").select_option(label="Campaign")
    editor.get_by_label("Condition").select_option(label="is known")
    assert editor.get_by_label("Value", exact=True).is_hidden()
    editor.get_by_role("button", name="Add filter").click()
    page.locator(".chip", has_text="Campaign is known").wait_for()


def test_a_wrong_filter_says_why_and_stays_to_be_mended(visit: Opener) -> None:
    page = visit("desk", "en").open("/a/cafe/overview")
    page.get_by_role("button", name="Filter").click()
    editor = page.locator("#filter")
    editor.get_by_label("Field").select_option(label="Scene")
    editor.get_by_label("Value", exact=True).fill("a code")
    editor.get_by_role("button", name="Add filter").click()
    editor.get_by_role("alert").filter(has_text="a code").wait_for()
    assert "filter" not in page.url
    assert editor.get_by_label("Value", exact=True).input_value() == "a code"
    editor.get_by_label("Value", exact=True).fill("1047")
    editor.get_by_role("button", name="Add filter").click()
    page.locator(".chip", has_text="1047 Mini program code").wait_for()
    assert page.locator("[role=alert]:visible").count() == 0


def test_a_tile_leads_to_its_line(visit: Opener) -> None:
    seen = visit("desk", "zh")
    page = seen.open("/a/cafe/overview?period=7d")
    page.locator(".tile", has_text="分享次数").click()
    page.wait_for_url("**?period=7d&measure=shares#overview-trend")
    page.locator("[data-measure=shares][aria-current]").wait_for()
    assert seen.complaints == []


def test_another_version_is_chosen_on_the_head_line(visit: Opener) -> None:
    page = visit("desk", "zh").open("/a/cafe/overview")
    page.get_by_role("button", name="仅统计正式版").click()
    page.locator("#traffic").get_by_role("link", name="仅统计体验版").click()
    page.wait_for_url("**?traffic=trial")
    page.get_by_role("button", name="仅统计体验版").wait_for()


def test_the_chart_is_saved_as_a_picture(visit: Opener) -> None:
    seen = visit("desk", "zh", "dark")
    page = seen.open("/a/cafe/overview?measure=visits")
    page.locator("#overview-trend").get_by_role("button", name="下载").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="图片").click()
    name = waiting.value.suggested_filename
    assert re.fullmatch(r"cafe_overview\.trend_visits_[\d-]{10}_[\d-]{10}\.png", name)
    picture = waiting.value.path().read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", picture[16:24])
    box = page.locator("line-chart").bounding_box()
    assert box is not None
    assert (width, height) == (round(box["width"] + 48) * 2, round(box["height"] + 138) * 2)
    assert len(picture) > 20_000
    assert seen.complaints == []


def test_a_link_is_copied_with_the_language_where_one_says_so(visit: Opener) -> None:
    page = visit("desk", "en").open("/a/cafe/overview?period=7d&lang=en")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for name, wanted in (("Copy link opens", "period=7d"), ("Copy link in this", "lang=en")):
        page.locator("[popovertarget=share]").click()
        page.locator("#share").get_by_role("button", name=re.compile(name)).click()
        page.locator("#share").get_by_text("Copied").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.split("?")[1].endswith(wanted)
        page.locator("#share").wait_for(state="hidden")


def test_every_page_is_reached_on_the_phone(visit: Opener) -> None:
    page = visit("phone", "zh").open("/a/cafe/overview")
    bar = page.locator(".rail .tab:visible")
    assert bar.all_inner_texts()[-1] == "更多"
    assert bar.count() == 7
    bar.last.click()
    sheet = page.locator("#more")
    there = [*bar.all_inner_texts()[:-1], *sheet.locator("nav .tab span").all_inner_texts()]
    expected = page.locator(".rail .tab:not(.phone, .own .tab) > span").all_text_contents()
    assert there == expected
    assert len(there) == 16
    for box in (
        sheet.locator(".tab").nth(n).bounding_box() for n in range(sheet.locator(".tab").count())
    ):
        assert box is not None
        assert box["height"] >= 40
    page.keyboard.press("Escape")
    assert sheet.is_hidden()
    page.locator(".rail").get_by_role("link", name="实时统计").click()
    page.wait_for_url("**/a/cafe/live**")


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_share_says_how_it_moved_at_every_width(visit: Opener, size: str) -> None:
    """On a phone in a short word, whole for those who hear it and where one points."""
    seen = visit(size, "zh")
    seen.open("/a/cafe/overview")
    page = seen.through()
    moved = page.locator("#overview-entries tbody tr:nth-child(2) td.shared small")
    whole = moved.locator(".all").inner_text()
    assert whole.endswith("个百分点")
    assert moved.get_attribute("title") == whole
    assert moved.locator(".few").is_visible() is (size == "phone")
    assert moved.locator(".few").get_attribute("aria-hidden") == "true"
    page.locator("#overview-entries").scroll_into_view_if_needed()
    assert page.evaluate(
        """[...document.querySelectorAll('.list small')].every((e) =>
            e.getBoundingClientRect().height < 20 && e.scrollWidth <= e.closest('td').clientWidth)"""
    )
    wide = "(e) => e.scrollWidth - e.clientWidth"
    assert page.locator("#overview-entries .scroll").evaluate(wide) <= 0
    assert page.locator("#overview-pages .scroll").evaluate(wide) <= 0
