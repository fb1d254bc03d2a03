"""What code reports without a definition: let in from quarantine, and its values named, by keyboard alone."""

from __future__ import annotations

import csv
import re
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from minilens import settings
from minilens.period import now
from minilens.records.store import Records
from minilens.web.auth.guard import COOKIE
from tests.browser.test_event_management import pressed, typed
from tests.serve.server import Server, server
from tests.tracker.test_a_plan_changes_what_phones_send import TRACKER, Phone

pytestmark = pytest.mark.waits


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if not shutil.which("node") or not (TRACKER / "node_modules").exists():
        pytest.skip("node and the packages of tracker/ are not here: npm ci in tracker/")
    with server(tmp_path_factory.mktemp("let_in") / "data") as one:
        yield one


@pytest.fixture
def page(browser: Browser, shop: Server) -> Iterator[Page]:
    """A page of an owner."""
    records = Records(settings.load(shop.environment).records_dsn)
    who = records.accounts.create(f"{uuid.uuid4().hex}@example.org", "Ola", now=now()).id
    records.grants.set(who, None, "owner", now=now(), by=None)
    secret = records.sessions.create(who, now=now())
    records.database.close()
    context = browser.new_context(locale="en-GB")
    context.add_cookies([{"name": COOKIE, "value": secret, "url": shop.url}])
    yield context.new_page()
    context.close()


def mugs(shop: Server, file: Path) -> int:
    """How many of them count."""
    shop.settle()
    shop.command("export", "--app", "shop", "--output", str(file))
    with file.open(encoding="utf-8", newline="") as lines:
        return sum(row["event_name"] == "mug" for row in csv.DictReader(lines))


def test_events_are_let_in_and_values_named(shop: Server, page: Page, tmp_path: Path) -> None:
    phone = Phone(shop)
    phone.does("open")
    for size in ("s", "l"):
        phone.does(f'track ["mug", {{"size": "{size}"}}]')
    phone.until("tap", "click")
    assert phone.process.stdin
    phone.process.stdin.close()
    assert mugs(shop, tmp_path / "before.csv") == 0

    page.goto(f"{shop.url}/a/shop/events/quarantine")
    page.get_by_role("link", name="View mug").focus()
    page.keyboard.press("Enter")
    typed(page, "Chinese name", "一缸")
    typed(page, "Chinese name of size", "杯型")
    pressed(page, "Define and let in")
    page.wait_for_url("**/quarantine?done=released**")
    expect(page.get_by_role("status").first).to_contain_text("2 events “mug” were let in")
    assert mugs(shop, tmp_path / "after.csv") == 2

    page.goto(f"{shop.url}/a/shop/events/fields")
    page.get_by_role("link", name="Names of the values of size").focus()
    page.keyboard.press("Enter")
    typed(page, "Value, row 1", "s")
    page.keyboard.press("Tab")
    page.keyboard.type("小杯")
    page.keyboard.press("Tab")
    page.keyboard.type("Small")
    pressed(page, "+ Add a row")
    page.keyboard.type("l")
    page.keyboard.press("Tab")
    page.keyboard.type("大杯")
    pressed(page, "Save")
    page.wait_for_url("**/events/fields?done=named")
    said = page.get_by_role("row", name=re.compile("^size"))
    expect(said).to_contain_text("s (Small)")
    expect(said).to_contain_text("l (大杯)")
