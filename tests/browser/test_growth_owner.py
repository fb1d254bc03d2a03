"""The whole way of a growth owner, in a real browser before a real server: from an app without campaigns to links
in bulk, codes printed and scanned, costs in a file as Chinese Excel saves it, and what is left of the margin."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from tests.browser.looks import assert_looks_right
from tests.browser.owner import PATIENCE, owner_at
from tests.browser.windows import SIZES
from tests.serve.server import Server, key_of

pytestmark = pytest.mark.waits

APP, ZONE, CAMPAIGN = "tea", "Asia/Shanghai", "春茶上新"
DAYS_AGO = 3
ROWS = f"""推广活动,推广位,物料,页面,标签
{CAMPAIGN},地铁,海报,pages/menu/list,线下
{CAMPAIGN},电梯,屏幕,pages/menu/list,线下
"""
#: Of each placement: new users who scan, and how many yuan each of those pays who does.
SCANS = {"门店": (2, ["12.50"]), "地铁": (3, ["30.00", "18.00"]), "电梯": (1, [])}


def day() -> str:
    """The day of the scans, in the app's zone."""
    return str((datetime.now(ZoneInfo(ZONE)) - timedelta(days=DAYS_AGO)).date())


def costs() -> bytes:
    """What the buyer of media has in Excel: yuan with thousands separators, and a line with the total."""
    rows = [
        "日期,推广计划,广告组,消耗(元),曝光次数,点击次数",
        f'{day()},{CAMPAIGN},地铁,"1,020.00","12,345",210',
        f"{day()},{CAMPAIGN},电梯,80.50,900,12",
        '合计,,,"1,100.50","13,245",222',
    ]
    return "\r\n".join(rows).encode("gbk")


@pytest.fixture(scope="module")
def tea(running: Server) -> Server:
    """An app of its own, in which nothing has happened yet."""
    running.inside_this_process("apps", "create", APP, "--timezone", ZONE)
    return running


@pytest.fixture
def page(browser: Browser, tea: Server) -> Iterator[Page]:
    with owner_at(browser, tea, "desk", "zh-CN") as made:
        yield made


def scanned(one: Server, code: str, placement: str) -> None:
    """Phones open the program by a printed code, as the tracker tells it; some pay."""
    began = int(time.time() * 1000) - DAYS_AGO * 86_400_000
    persons, paid = SCANS[placement]
    for n in range(persons):
        device = f"{placement}-{n}"
        session = str(uuid.uuid4())

        def event(
            name: str, after: int, session: str = session, **more: object
        ) -> dict[str, object]:
            base = {"id": str(uuid.uuid4()), "n": name, "t": began + after, "s": session, "o": 0}
            return base | {"p": "pages/menu/list", "q": after} | more

        events = [event("app_launch", 0), event("page_view", 1, ty="page")]
        if n < len(paid):
            events.append(event("pay_success", 2, val=paid[n], cur="CNY"))
        body = {
            "v": 1, "k": key_of(one, APP), "d": device, "sent": int(time.time() * 1000), "ev": events,
            "src": [{"scene": 1047, "path": "pages/menu/list", "query": f"scene={code}"}],
        }  # fmt: skip
        answer = httpx.post(f"{one.url}/v1/collect", json=body, timeout=60).json()
        assert answer["accepted"] == len(events), answer


def codes(page: Page) -> dict[str, str]:
    """Placement → the code that is printed for it."""
    found = {}
    for figure in page.locator("figure.code").all():
        assert figure.locator("svg").count() == 1
        placement = figure.locator("figcaption span").inner_text().partition(" › ")[0]
        found[placement] = figure.locator("code").inner_text()
    return found


def row(page: Page, card: str, name: str) -> Locator:
    """A row of a card, by what stands first in it; cards come when they are in sight."""
    page.locator(f"#{card}").scroll_into_view_if_needed()
    page.locator(f"#{card} [data-state]").wait_for()
    return page.locator(f"#{card} tbody tr").filter(has=page.get_by_role("rowheader", name=name))


def links_made(tea: Server, page: Page) -> None:
    """From the empty page of campaigns to one link by its form, and more of a sheet."""
    page.goto(f"{tea.url}/a/{APP}/campaigns")
    page.get_by_role("link", name="推广链接").first.click()

    # one link by its form
    form = page.locator("form.link-form")
    form.get_by_label("推广活动").fill(CAMPAIGN)
    form.get_by_label("推广位").fill("门店")
    form.get_by_label("物料").fill("桌贴")
    form.get_by_label("落地页").fill("pages/menu/list")
    form.get_by_role("button", name="新建链接").click()
    page.get_by_role("status").wait_for()
    assert_looks_right(page, "one link")
    on_a_phone(page, "one link")

    # more of a sheet
    page.goto(f"{tea.url}/a/{APP}/links")
    page.locator("#f-rows").fill(ROWS)
    page.get_by_role("button", name="批量新建").click()
    page.get_by_role("status").wait_for()


def on_a_phone(page: Page, name: str) -> None:
    """What is on the page also fits a phone, where growth owners mostly are."""
    desk, phone = SIZES["desk"], SIZES["phone"]
    page.set_viewport_size({"width": phone[0], "height": phone[1]})
    assert_looks_right(page, f"{name}, on a phone")
    page.set_viewport_size({"width": desk[0], "height": desk[1]})


def printed_and_scanned(tea: Server, page: Page) -> None:
    """Codes of the printable sheet are opened by phones."""
    page.get_by_role("link", name="打印二维码").click()
    expect(page.locator("figure.code")).to_have_count(3, timeout=PATIENCE)
    printed = codes(page)
    assert_looks_right(page, "sheet")
    on_a_phone(page, "sheet")
    for placement, code in printed.items():
        scanned(tea, code, placement)
    tea.settle()


def costs_imported(tea: Server, page: Page) -> None:
    """What came by the campaign, and a file of what it cost: looked at, then imported."""
    page.goto(f"{tea.url}/a/{APP}/campaigns?period=7d")
    row(page, "campaigns-list", CAMPAIGN).locator("a.own").click()
    page.wait_for_url("**/campaign?**")
    expect(row(page, "campaign-list", "地铁")).to_contain_text("48", timeout=PATIENCE)

    # what it cost
    page.get_by_role("link", name="投放与成本").first.click()
    page.get_by_role("link", name="导入成本").click()
    page.locator("#f-file").set_input_files(
        FilePayload(name="成本.csv", mimeType="text/csv", buffer=costs())
    )
    page.get_by_role("button", name="预览").click()
    page.get_by_text("1,100.50 CNY").first.wait_for()
    assert_looks_right(page, "costs looked at")
    on_a_phone(page, "costs looked at")
    page.get_by_role("button", name="导入", exact=True).click()
    page.get_by_role("status").wait_for()


def told_apart(tea: Server, page: Page) -> None:
    """Cost beside result, and what is left of the margin, by placement."""
    page.goto(f"{tea.url}/a/{APP}/ads?period=7d")
    underground = row(page, "ads-ad_sets", "地铁")
    expect(underground).to_contain_text("1,020.00", timeout=PATIENCE)
    expect(underground).to_contain_text("48", timeout=PATIENCE)
    lift = row(page, "ads-ad_sets", "电梯")
    expect(lift).to_contain_text("80.50", timeout=PATIENCE)

    # and what is left of the margin
    page.goto(f"{tea.url}/a/{APP}/ltv")
    page.locator("input[name=rate]").fill("0.5")
    groups = page.locator("section[aria-labelledby=h-groups]")
    groups.get_by_role("button", name="字段").click()
    groups.locator("select").first.select_option(label="推广位")
    page.get_by_role("button", name="查询", exact=True).click()
    page.locator("#answered [data-state=shown]").wait_for()
    told = page.locator("#answered tr").filter(has_text="全部人群")
    for placement, margin in (("地铁", "-996.00"), ("电梯", "-80.50"), ("门店", "6.25")):
        expect(told.filter(has_text=placement)).to_contain_text(margin, timeout=PATIENCE)


def test_from_an_empty_page_to_the_margin_of_a_placement(tea: Server, page: Page) -> None:
    for step in (links_made, printed_and_scanned, costs_imported, told_apart):
        step(tea, page)
