"""A published plan changes what a program sends, a bad one changes nothing, and the switch stops it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from minilens import settings
from minilens.collect import test_codes as codes
from minilens.period import now_ms
from minilens.records.store import Records
from minilens.spool.test_mode import events_in_test
from tests import prepared
from tests.serve.server import Server, key_of, server

pytestmark = pytest.mark.waits

TRACKER = Path(__file__).parents[2] / "tracker"
#: Looks of a quarter of a second each; a phone asks for a plan that a receipt named five seconds after it asked before.
LOOKS = 120
PICK = {
    "trigger": "click", "action": "once", "page": "pages/home/index", "element": "[data-sku=1]",
    "data": [
        {"field": "sku", "type": "text", "value": "$DATASET.sku"},
        {"field": "name", "type": "text", "value": "goods[].name"},
        {"field": "price", "type": "number", "value": "goods[].price"},
    ],
}  # fmt: skip


class Phone:
    """The program on its phone: a line in, a line out."""

    def __init__(self, one: Server) -> None:
        self.process = subprocess.Popen(
            ["node", "test/obeys.mjs", one.url, key_of(one)],
            cwd=TRACKER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def does(self, deed: str) -> dict[str, Any]:
        """What was acknowledged since it did something before."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{deed}\n")
        self.process.stdin.flush()
        return dict(json.loads(self.process.stdout.readline()))

    def until(self, deed: str, event: str) -> dict[str, Any]:
        """Again and again, until this event was sent."""
        for _ in range(LOOKS):
            for one in self.does(deed)["events"]:
                if one["n"] == event:
                    return dict(one)
        raise AssertionError(f"{event} never came")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if not shutil.which("node") or not (TRACKER / "node_modules").exists():
        pytest.skip("node and the packages of tracker/ are not here: npm ci in tracker/")
    with server(tmp_path_factory.mktemp("plans") / "data") as one:
        yield one


@pytest.fixture
def phone(shop: Server) -> Iterator[Phone]:
    made = Phone(shop)
    yield made
    assert made.process.stdin
    made.process.stdin.close()
    assert made.process.wait(30) == 0


def push(one: Server, folder: Path, plan: object, *more: str) -> subprocess.CompletedProcess[str]:
    """`minilens plan push` with this as its file."""
    file = folder / "plan.json"
    file.write_text(json.dumps(plan))
    words = ("plan", "push", str(file), "--app", "shop", *more)
    return prepared.run(words, one.environment)


def test_from_the_file_to_the_event_and_back(shop: Server, phone: Phone, tmp_path: Path) -> None:
    phone.does("open")
    phone.until("tap", "click")
    plan = {"events": [{"name": "goods_pick", "zh": "选商品", "actions": [PICK]}]}
    dry = push(shop, tmp_path, plan, "--dry-run")
    assert (dry.returncode, "goods_pick" in dry.stdout) == (0, True)
    assert phone.does("restart")["rev"] == "0"
    assert push(shop, tmp_path, plan).returncode == 0

    found = phone.until("tap", "goods_pick")  # told by a receipt, without a new start
    assert found["pr"] == {"sku": 1, "name": "龙井", "price": 88}
    assert found["r"] == "1@1"

    plan["events"][0]["actions"] = [PICK | {"trigger": "tap"}]
    bad = push(shop, tmp_path, plan)
    assert bad.returncode != 0
    assert "events[0].actions[0].trigger" in bad.stderr
    assert phone.does("restart")["rev"] == "1"
    assert phone.until("tap", "goods_pick")["r"] == "1@1"

    shop.command("plan", "off", "--app", "shop")
    for _ in range(LOOKS):
        if phone.does("tap")["rev"] == "2":
            break
    stopped = [phone.does(deed) for deed in ("tap", "tap", "restart", "tap")]
    assert stopped[0]["rev"] == "2"
    # a restart may bring what was captured before and waited
    assert [stopped[n]["events"] for n in (1, 3)] == [[], []]

    shop.command("plan", "on", "--app", "shop")
    for _ in range(LOOKS):  # it asks when it starts
        if phone.does("restart")["rev"] == "3":
            break
    assert phone.until("tap", "goods_pick")["pr"]["sku"] == 1

    shop.command("export", "--app", "shop", "--output", str(tmp_path / "events.csv"))
    rows = (tmp_path / "events.csv").read_text().splitlines()
    assert any(
        "goods_pick" in row for row in rows
    )  # declared with the plan: it is not in quarantine


def test_a_phone_in_test_mode_is_seen_at_once(shop: Server, phone: Phone) -> None:
    held = settings.load(shop.environment)
    records = Records(held.records_dsn)
    code = codes.create(held.secret, records.apps.named("shop").id, now_ms())
    records.database.close()
    phone.does(f"open ml_test={code.text}")
    phone.does('track ["test_only", {"cups": 2}]')
    phone.until("tap", "click")
    came = {one.name: one for one in events_in_test(held.spool, code.name)}
    assert {"app_launch", "page_view", "click", "test_only"} <= set(came)
    assert json.loads(came["test_only"].props) == {"cups": 2}
    # what it has of the plan is not kept; the next start is an ordinary one
    assert phone.does("tap")["rev"] is None
    phone.does("restart")
    phone.does('track ["ordinary", {}]')
    phone.until("tap", "click")
    assert "ordinary" not in {one.name for one in events_in_test(held.spool, code.name)}
