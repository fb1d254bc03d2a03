"""From the form to the figures: events defined in a browser, fetched by a program on its phone, done there, counted."""

from __future__ import annotations

import csv
import json
import shutil
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from minilens import settings
from minilens.period import now
from minilens.records.event_content import read
from minilens.records.plan_rules import TRIGGERS
from minilens.records.store import Records
from minilens.web.auth.guard import COOKIE
from tests.serve.server import Server, server
from tests.tracker.test_a_plan_changes_what_phones_send import LOOKS, TRACKER, Phone

pytestmark = pytest.mark.waits

HOME, DETAIL, MINE = "pages/home/index", "pages/detail/index", "pages/mine/index"
#: Trigger → the page and element that it is defined for.
WHERE = {
    "click": (HOME, "#g1"), "enterPage": (MINE, ""), "leavePage": (HOME, ""), "pageLoad": (DETAIL, ""),
    "pageUnload": (DETAIL, ""), "pullDownRefresh": (HOME, ""), "switchTab": (MINE, ""),
}  # fmt: skip
#: Field → its source, its type, what a tap on the first of the goods sends; None: only that something was sent.
VALUES: dict[str, tuple[str, str, object]] = {
    "literal": ('"tea"', "text", "tea"),
    "variable": ("title", "text", "首页"),
    "item": ("goods[].name", "text", "龙井"),
    "place": ("goods[].$INDEX", "number", 0),
    "dataset": ("$DATASET.sku", "number", 1),
    "app": ("$APP.discount", "number", 0.9),
    "flag": ("$APP.started", "boolean", True),
    "query": ("$QUERY.x", "text", "7"),
    "here": ("$CURRENT_PAGE", "text", HOME),
    "last": ("$LAST_PAGE", "text", ""),
    "on_page": ("$PAGE_TIME", "number", None),
    "in_app": ("$APP_TIME", "number", None),
    "detail": ("$DETAIL.x", "number", None),
    "deep": ("menu.price", "number", 9.5),
}
#: The same of a tap on a cell of a list in a list, which is found by its class and where it lies.
CELL: dict[str, tuple[str, str, object]] = {
    "inner": ("rows[].cells[].n", "number", 4),
    "row": ("rows[].$INDEX", "number", 1),
    "mark": ("$MARK.row", "text", "2"),
    "shelf": ("$MARK.shelf", "text", "spring"),
}
LAYOUT = {
    ".row": [{"left": 500, "top": y, "right": 600, "bottom": y + 100} for y in (0, 100)],
    ".row .cell": [
        {"left": x, "top": y, "right": x + 50, "bottom": y + 100}
        for y in (0, 100)
        for x in (500, 550)
    ],
}
#: What the phone does, from its start on.
WALK = (
    f"layout {json.dumps(LAYOUT)}", 'phone ["tap", "#cell", {"x": 560, "y": 150}]',
    'phone ["tap", "#g1"]', 'phone ["tap", "#buy"]', 'phone ["route", "navigateBack", {}]',
    'page ["onPullDownRefresh"]', 'page ["onShareAppMessage", {"from": "menu"}]',
    'phone ["hide"]', 'phone ["show"]', f'phone ["route", "switchTab", {{"url": "/{MINE}"}}]',
)  # fmt: skip


MOMENTS = [
    {"trigger": trigger, "page": WHERE.get(trigger, ("", ""))[0], "element": WHERE.get(trigger, ("", ""))[1],
     "data": {"which": f'"{trigger}"'}}
    for trigger in TRIGGERS
]  # fmt: skip
STEPS = [
    {"trigger": "click", "action": "start", "page": HOME, "element": "#g1", "data": {"sku": "$DATASET.sku"}},
    {"trigger": "enterPage", "action": "collect", "page": DETAIL, "data": {"price": "price"}},
    {"trigger": "click", "action": "report", "page": DETAIL, "element": "#buy", "data": {"cups": "cups"}},
]  # fmt: skip
TAPS = [
    {
        "trigger": "click",
        "element": "@onGoods",
        "data": {name: one[0] for name, one in VALUES.items()},
    }
]
CELLS = [
    {
        "trigger": "click",
        "element": ".row .cell",
        "data": {name: one[0] for name, one in CELL.items()},
    }
]
#: How often each moment comes in the walk; the launch was before.
ONCE = {
    "click": 1, "enterPage": 1, "leavePage": 3, "pageLoad": 1, "pageUnload": 1, "background": 1, "foreground": 1,
    "pullDownRefresh": 1, "share": 1, "switchTab": 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if not shutil.which("node") or not (TRACKER / "node_modules").exists():
        pytest.skip("node and the packages of tracker/ are not here: npm ci in tracker/")
    with server(tmp_path_factory.mktemp("defined") / "data") as one:
        yield one


@pytest.fixture
def page(browser: Browser, shop: Server) -> Iterator[Page]:
    """A page of somebody who may define events."""
    records = Records(settings.load(shop.environment).records_dsn)
    who = records.accounts.create(f"{uuid.uuid4().hex}@example.org", "Ola", now=now()).id
    records.grants.set(who, None, "owner", now=now(), by=None)
    secret = records.sessions.create(who, now=now())
    records.database.close()
    context = browser.new_context(locale="en-GB")
    context.add_cookies([{"name": COOKIE, "value": secret, "url": shop.url}])
    yield context.new_page()
    context.close()


@pytest.fixture
def phone(shop: Server) -> Iterator[Phone]:
    made = Phone(shop)
    yield made
    assert made.process.stdin
    made.process.stdin.close()
    assert made.process.wait(30) == 0


def press(page: Page, name: str, *, last: bool = True) -> None:
    """A button of the editor, until its answer stands."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        found = page.get_by_role("button", name=name, exact=True)
        (found.last if last else found.first).click()
    page.wait_for_selector("form[aria-busy]", state="detached")


def define(
    page: Page,
    shop: Server,
    name: str,
    zh: str,
    actions: list[dict[str, Any]],
    types: dict[str, str],
) -> None:
    """Fill in the form, up to its last step."""
    page.goto(f"{shop.url}/a/shop/events/manage/new")
    page.get_by_label("English name", exact=True).fill(name)
    page.get_by_label("Chinese name", exact=True).fill(zh)
    for number, action in enumerate(actions):
        if number:
            press(page, "+ Add an action")
        at = page.locator("fieldset.action").nth(number)
        at.get_by_label("Trigger").select_option(action["trigger"])
        at.get_by_label("Reporting").select_option(action.get("action", "once"))
        if "from" in action:
            at.get_by_label("Shared by").select_option(action["from"])
        for label in ("Page", "Element"):
            if action.get(label.lower()):
                at.get_by_label(label, exact=True).fill(action[label.lower()])
        for row, (field, value) in enumerate(action.get("data", {}).items()):
            press(page, f"+ Add a field of action {number + 1}")
            page.locator(f'[name="a{number}.d{row}.field"]').fill(field)
            page.locator(f'[name="a{number}.d{row}.value"]').fill(value)
    press(page, "Check fields")
    for field in page.locator("fieldset.checked").all():
        own = field.locator("legend code").inner_text()
        if not field.get_by_label(f"Chinese name {own}").is_editable():
            continue  # another event has defined it
        field.get_by_label(f"Chinese name {own}").fill(f"字段 {own}")
        field.get_by_label(f"Type {own}").select_option(types[own])


def try_out(page: Page, phone: Phone) -> None:
    """Save and test: the phone in test mode has the draft; what it sends stands beside it, field by field."""
    press(page, "Save and test")
    page.wait_for_url("**/tracker/test?*")
    code = parse_qs(urlsplit(page.url).query)["code"][0]
    phone.does(f"open ml_test={code}&x=7")
    phone.until("tap", "tapped")
    as_defined = page.locator(".expected").get_by_text("as defined")
    expect(as_defined).to_have_count(len(VALUES), timeout=20_000)
    page.get_by_role("link", name="Back to the event").click()


def as_read(sent: dict[str, Any]) -> None:
    """Every source gave what stands there."""
    known = {name: one[2] for name, one in VALUES.items() if one[2] is not None}
    assert {name: sent[name] for name in known} == known
    assert all(isinstance(sent[name], int) for name in VALUES if name not in known)


def newest(shop: Server) -> str:
    """The revision of the plan that is published."""
    plans = json.loads(shop.command("plan", "list", "--app", "shop", "--format", "json"))
    return str(plans[0]["revision"])


def walked(
    phone: Phone, revision: str, walk: tuple[str, ...] = WALK
) -> dict[str, list[dict[str, Any]]]:
    """What was sent by event, from an ordinary start with what is published, to the end of the walk."""
    for _ in range(LOOKS):
        if phone.does("restart x=7")["rev"] == revision:
            break
    phone.does("restart x=7")
    sent = [event for deed in walk for event in phone.does(deed)["events"]]
    for _ in range(LOOKS):
        if any(one["n"] == "end" for one in sent):
            break
        sent += phone.does('track ["end", {}]')["events"]
    found: dict[str, list[dict[str, Any]]] = {}
    for one in sent:
        found.setdefault(one["n"], []).append(one)
    return found


def all_defined(shop: Server, page: Page, phone: Phone) -> None:
    """All moments once, three steps, every source of a tap, which is tried out, and a list in a list; published."""
    define(page, shop, "moments", "各种时机", MOMENTS, {"which": "text"})
    press(page, "Save and publish")
    define(
        page,
        shop,
        "tea_order",
        "点茶下单",
        STEPS,
        dict.fromkeys(("sku", "price", "cups"), "number"),
    )
    press(page, "Save and publish")
    define(page, shop, "tapped", "点商品", TAPS, {name: one[1] for name, one in VALUES.items()})
    try_out(page, phone)
    press(page, "Save and publish")
    page.wait_for_url("**/manage?done=published")
    define(page, shop, "cell", "点格子", CELLS, {name: one[1] for name, one in CELL.items()})
    press(page, "Save and publish")
    page.wait_for_url("**/manage?done=published")


def test_every_trigger_every_source_once_and_step_by_step(
    shop: Server, page: Page, phone: Phone, tmp_path: Path
) -> None:
    all_defined(shop, page, phone)
    sent = walked(phone, newest(shop))
    times = Counter(one["pr"]["which"] for one in sent["moments"])
    assert times == ONCE
    (order,) = sent["tea_order"]
    assert order["pr"] == {"sku": 1, "price": 88, "cups": 2}
    assert order["r"].endswith("@1")
    (tap,) = (one["pr"] for one in sent["tapped"])
    as_read(tap)
    (cell,) = (one["pr"] for one in sent["cell"])
    assert cell == {name: one[2] for name, one in CELL.items()}

    rows = exported(shop, tmp_path / "events.csv")
    counted = Counter(row["event_name"] for row in rows)
    assert (counted["tea_order"], counted["tapped"]) == (1, 1)
    moments = [" ".join(row.values()) for row in rows if row["event_name"] == "moments"]
    # the launch was before the walk, and counts like the others
    assert not [one for one in TRIGGERS if not any(f'"{one}"' in text for text in moments)]
    page.goto(f"{shop.url}/a/shop/events/fields")
    said = page.locator("tr", has=page.get_by_role("rowheader", name="item", exact=True))
    expect(said).to_contain_text("龙井")
    expect(said).to_contain_text("100%")


def exported(shop: Server, file: Path) -> list[dict[str, str]]:
    """The events that count; what the phone sent in test mode is apart."""
    shop.settle()
    shop.command("export", "--app", "shop", "--output", str(file))
    with file.open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if "preview" not in row.values()]


def test_a_large_definition_in_chinese_is_sent_whole(
    shop: Server, phone: Phone, tmp_path: Path
) -> None:
    """Twenty actions and fifty fields: saved, published, fetched, done on the phone, counted."""
    fields = [f"field_{n:02}" for n in range(50)]
    data = [{"field": name, "value": f'"值·{name}"'} for name in fields]
    others = [
        {
            "trigger": "enterPage",
            "action": "once",
            "page": f"pages/其他{n}/index",
            "data": data[n : n + 25],
        }
        for n in range(19)
    ]
    tap = {"trigger": "click", "action": "once", "element": "@onGoods", "data": data}
    said = [
        {"name": name, "zh": f"第{name[-2:]}个字段", "type": "text", "note": "备注"}
        for name in fields
    ]
    records = Records(settings.load(shop.environment).records_dsn)
    app, moment = records.apps.named("shop").id, now()
    content = read({"note": "很大的事件", "actions": [*others, tap], "fields": said})
    kept = records.events.create(app, "large", "很大的事件", content, now=moment)
    plan = records.events.publish(app, "large", revision=kept.one.revision, now=moment)
    records.database.close()
    assert plan
    for _ in range(LOOKS):
        if phone.does("restart")["rev"] == str(plan.revision):
            break
    assert phone.until("tap", "large")["pr"] == {name: f"值·{name}" for name in fields}
    counted = Counter(row["event_name"] for row in exported(shop, tmp_path / "events.csv"))
    assert counted["large"] >= 1
