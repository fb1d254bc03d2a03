"""Programs with the tracker on phones of the host, a real server, its API: the figures are what the phones know."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.serve.server import Server, key_of, server

pytestmark = pytest.mark.waits

TRACKER = Path(__file__).parents[2] / "tracker"
PATIENCE = 60.0


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if not shutil.which("node") or not (TRACKER / "node_modules").exists():
        pytest.skip("node and the packages of tracker/ are not here: npm ci in tracker/")
    with server(tmp_path_factory.mktemp("phones") / "data") as one:
        yield one


def test_the_figures_of_the_api_are_those_of_the_phones(shop: Server) -> None:
    done = subprocess.run(
        ["node", "test/endtoend.mjs", shop.url, key_of(shop)],
        cwd=TRACKER, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    ledger = json.loads(done.stdout)
    token = shop.command("tokens", "create", "shop", "--scope", "report:read").strip()

    def rows(report: str) -> list[dict[str, Any]]:
        address = f"{shop.url}/api/v1/apps/shop/reports/{report}"
        answer = httpx.get(address, headers={"Authorization": f"Bearer {token}"}, timeout=20)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["rows"])

    until = time.monotonic() + PATIENCE
    wanted = {
        "launches": ledger["launches"], "visits": ledger["visits"], "visitors": ledger["persons"],
        "new_users": ledger["persons"], "shares": ledger["shares"], "sharers": ledger["sharers"],
    }  # fmt: skip
    seconds = ledger["milliseconds"] / 1000 / ledger["launches"]
    duration = pytest.approx(seconds, rel=0.1)
    while True:
        (today,) = rows("traffic.trend?period=today")
        same = {name: today[name] for name in wanted} == wanted
        # durations come with the build, the last of them with the last one
        if (same and today["duration_per_launch"] == duration) or time.monotonic() > until:
            break
        time.sleep(0.2)
    assert {name: today[name] for name in wanted} == wanted
    assert today["duration_per_launch"] == duration
    pages = {row["page"]: row["visits"] for row in rows("overview.pages?period=today")}
    assert pages == ledger["pages"]
    entries = {row["page"]: row["entries"] for row in rows("overview.entries?period=today")}
    assert {page: n for page, n in entries.items() if n} == ledger["entries"]
    scenes = {str(row["scene"]): row["launches"] for row in rows("sources.scenes?period=today")}
    assert scenes == ledger["scenes"]
    what_an_ad_said(shop)


def what_an_ad_said(shop: Server) -> None:
    """It is known of the launch that it led to, and of no other."""
    said = [one["props"] for one in exported(shop) if one["event_name"] == "app_launch"]
    ad = {
        "source1": "mall",
        "weixinadinfo": "7.click0.0.1",
        "ad_id": "7",
        "gdt_vid": "click0",
        "cq": "ch-7",
    }
    assert [props for props in said if props] == [ad], (
        "what an ad said is known of the launch it led to"
    )


def exported(shop: Server) -> list[dict[str, Any]]:
    """Every event as it is kept."""
    file = shop.data.parent / "all.ndjson"
    shop.command("export", "--app", "shop", "-o", str(file))
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
