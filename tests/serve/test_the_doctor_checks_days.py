"""`minilens doctor` checks days against their events, and those that differ heal, with a server and without one."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.backup.folders import figures, kept_folder, run
from tests.serve.server import Server

HARM = """
import sys
from minilens.warehouse.engine import Engine
engine = Engine(f"chdb://{sys.argv[1]}/warehouse")
for table in ("sessions", "day_page_views", "days"):
    engine.run(f"INSERT INTO {table} SELECT * FROM {table} WHERE day = '2026-11-10'")
engine.close()
"""


@pytest.fixture(scope="module")
def harmed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """A folder in which one day stands twice, and the figures of before."""
    data = kept_folder(tmp_path_factory.mktemp("harmed"))
    before = figures(data)
    subprocess.run([sys.executable, "-c", HARM, str(data)], check=True, timeout=60)
    return data, before


@pytest.fixture
def doubled(harmed: tuple[Path, Any], tmp_path: Path) -> tuple[Path, Any]:
    """A copy of it."""
    data, before = harmed
    return shutil.copytree(data, tmp_path / "data", symlinks=True), before


def reported(one: Server) -> Any:
    """The same figures of a running server, without a process for each look."""
    asked = {
        "name": "overview.trend",
        "app": "shop",
        "format": "json",
        "from": "2026-11-01",
        "to": "2026-11-14",
    }
    return json.loads(base64.b64decode(one.inside("report", **asked)["base64"]))["rows"]


def differing(said: str) -> str:
    """What the doctor says of days that differ."""
    found = json.loads(said)["findings"]
    return " ".join(one["what"] for one in found if one["code"] == "days_differ")


@pytest.mark.waits
def test_in_a_stopped_folder_they_heal_when_it_is_opened(doubled: tuple[Path, Any]) -> None:
    data, before = doubled
    assert "shop 2026-11-10" in differing(run(data, "doctor", "--format", "json").stdout)
    assert figures(data) == before


@pytest.mark.waits
def test_a_running_server_makes_them_again(doubled: tuple[Path, Any]) -> None:
    data, before = doubled
    one = Server(data)
    one.start()
    try:
        assert "shop 2026-11-10" in differing(run(data, "doctor", "--format", "json").stdout)
        until = time.monotonic() + 60
        while reported(one) != before and time.monotonic() < until:
            time.sleep(0.2)
        assert figures(data) == before
        said = run(data, "doctor", "--format", "json").stdout
        assert json.loads(said)["inside"]["checked"] == {
            "again": [],
            "lost": [],
            "skipped": [],
            "parted": {},
        }
    finally:
        one.stop()
