"""An owner with a phone, without the guide: from the start page of an app to a review that comes each Friday."""

from __future__ import annotations

import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect

from minilens import settings
from minilens.period import now
from minilens.records.channel_content import ChannelContent
from minilens.records.store import Records
from minilens.records.subscriptions import Schedule
from tests.browser.looks import assert_looks_right
from tests.browser.owner import PATIENCE, owner_at
from tests.browser.windows import SIZES
from tests.serve.server import Server

pytestmark = pytest.mark.waits

APP, OTHER = "friday", "rituals"
#: The secret of a webhook, which is shown once.
SECRET = ".once pre"


@dataclass
class Group:
    """Where messages arrive: each with its headers, as it came."""

    address: str
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture(scope="module")
def group() -> Iterator[Group]:
    found = Group("")

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.came.append((dict(self.headers.items()), body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Door) as door:
        found.address = f"http://127.0.0.1:{door.server_port}/team"
        thread = threading.Thread(target=door.serve_forever, daemon=True)
        thread.start()
        yield found
        door.shutdown()
        thread.join(60)


@pytest.fixture
def page(browser: Browser, running: Server) -> Iterator[Page]:
    running.inside_this_process("apps", "create", APP, "--en", "Hillside Books")
    with owner_at(browser, running, "phone", "en-GB", "dark", touch=True) as made:
        yield made


@pytest.fixture
def desk(browser: Browser, running: Server) -> Iterator[Page]:
    """Of another app, which has a schedule and the usual alarms."""
    running.inside_this_process("apps", "create", OTHER, "--zh", "山下书店")
    running.inside_this_process("alarms", "usual", OTHER)
    held = settings.load(running.environment)
    records = Records(held.records_dsn)
    app = records.apps.named(OTHER).id
    content = ChannelContent("webhook", "团队群", "zh", "https://example.com/hook")
    to = records.channels.create(app, content, held.secret, now=now())[0].id
    records.subscriptions.create(app, to, "review.month", Schedule("month"), now=now(), by=None)
    records.database.close()
    with owner_at(browser, running, "desk", "zh-CN", touch=True) as made:
        yield made


def channel_added(one: Server, page: Page, group: Group) -> str:
    """From the checklist of the start page to a channel, and a test that arrives; its secret."""
    page.goto(f"{one.url}/a/{APP}/")
    page.get_by_role("link", name="Hold a Friday review").tap()
    page.get_by_role("link", name="Send it by itself").tap()
    page.wait_for_url("**/messages?*")
    assert_looks_right(page, "no channel yet")
    page.get_by_role("main").get_by_role("link", name="Channels").last.tap()
    page.get_by_role("navigation", name="Add a channel").get_by_role("link", name="Webhook").tap()
    page.get_by_label("Channel name").fill("Team")
    page.get_by_label("Webhook address").fill(group.address)
    page.get_by_role("button", name="Add", exact=True).tap()
    secret = page.locator(SECRET).first.inner_text().strip()
    assert_looks_right(page, "a channel")
    page.get_by_role("button", name="Send a test: Team").tap()
    expect(page.get_by_role("status").filter(has_text="Test sent.")).to_be_visible(timeout=PATIENCE)
    assert len(group.came) == 1
    return secret


def review_scheduled(one: Server, page: Page) -> None:
    """From the page of the review, looked at first; nothing is sent by looking."""
    page.goto(f"{one.url}/a/{APP}/reviews")
    page.get_by_role("link", name="Send it by itself").tap()
    form = page.get_by_role("region", name="Schedule a message")
    chosen = [form.get_by_label(name, exact=True) for name in ("What is sent", "How often", "At")]
    assert [one.input_value() for one in chosen] == ["review.week", "week", "16:00"]
    page.get_by_role("button", name="Look at it first").tap()
    expect(page.locator(".sent-message")).to_contain_text("Friday review")
    assert_looks_right(page, "what would be sent")
    page.go_back()
    page.get_by_role("button", name="Schedule").tap()
    expect(page.locator("main")).to_contain_text("Every Friday at 16:00")


def test_from_the_start_page_to_a_message_on_friday(
    running: Server, page: Page, group: Group
) -> None:
    secret = channel_added(running, page, group)
    review_scheduled(running, page)
    page.get_by_role("button", name="Send now").first.tap()
    for _ in range(600):
        if len(group.came) > 1:
            break
        page.wait_for_timeout(100)
    headers, body = group.came[1]
    assert json.loads(body)["title"].startswith("Hillside Books")
    signed = headers["X-Minilens-Timestamp"].encode() + b"." + body
    tag = hmac.new(secret.encode(), signed, "sha256").hexdigest()
    assert headers["X-Minilens-Signature"] == f"v1={tag}"
    page.goto(f"{running.url}/a/{APP}/messages/sends")
    page.get_by_role("link", name="Friday review").first.tap()
    expect(page.locator(".sent-message")).to_contain_text("Hillside Books")
    page.goto(f"{running.url}/a/{APP}/reviews/checklist")
    done = page.get_by_role("listitem").filter(has_text="Hold a Friday review")
    expect(done).to_contain_text("done")


#: Pages of what comes to people, below the address of the app.
PAGES = (
    "messages", "messages/channels?add=feishu", "messages/sends", "alarms", "alarms/rules", "dashboard/kpis",
    "settings/feeds", "reviews/monthly", "reviews/checklist",
)  # fmt: skip


def test_pages_at_a_desk_on_a_phone_and_by_keyboard(running: Server, desk: Page) -> None:
    """Axe finds nothing serious, nothing is wider than the window; each page is loaded once and then made narrow and
    dark. A rule is changed and removed by keys alone."""
    for path in PAGES:
        desk.set_viewport_size({"width": SIZES["desk"][0], "height": SIZES["desk"][1]})
        desk.emulate_media(color_scheme="light")
        desk.goto(f"{running.url}/a/{OTHER}/{path}")
        assert_looks_right(desk, path)
        desk.set_viewport_size({"width": SIZES["phone"][0], "height": SIZES["phone"][1]})
        desk.emulate_media(color_scheme="dark")
        assert_looks_right(desk, f"{path} narrow")
    rule_by_keyboard(running, desk)


def rule_by_keyboard(running: Server, desk: Page) -> None:
    """The first of the usual ones gets another name, and is removed."""
    desk.goto(f"{running.url}/a/{OTHER}/alarms/rules")
    keys = desk.keyboard
    desk.locator("details.edit > summary").first.focus()
    keys.press("Enter")
    keys.press("Tab")
    assert desk.evaluate("document.activeElement.name") == "zh"
    keys.press("ControlOrMeta+a")
    keys.type("断数")
    keys.press("Enter")
    expect(desk.get_by_role("status").filter(has_text="已保存")).to_be_visible(timeout=PATIENCE)
    rules = desk.get_by_role("region", name="规则", exact=True).get_by_role("listitem")
    expect(rules.first).to_contain_text("断数")
    rules.first.locator("summary.bad").focus()
    keys.press("Enter")
    keys.press("Tab")
    keys.press("Enter")
    expect(desk.get_by_role("status").filter(has_text="已移除")).to_be_visible(timeout=PATIENCE)
    expect(desk.locator("main")).not_to_contain_text("断数")
