"""`minilens move` on a running server, while phones send and processes are killed: every event is counted once."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path

import pytest

from minilens.warehouse.engine import Engine
from tests.serve.senders import Senders, as_reported, by_brute_force
from tests.serve.server import Server, key_of, server_to_kill
from tests.warehouse.clickhouse_node import running

pytestmark = [pytest.mark.waits, pytest.mark.long]
SENDERS = 3


def reported(one: Server, **options: str) -> bytes:
    asked = {"name": "overview.trend", "app": "shop", "format": "json", **options}
    return base64.b64decode(one.inside("report", **asked)["base64"])


def test_a_running_server_is_moved(tmp_path: Path) -> None:
    with running(tmp_path / "nodes", 2) as nodes:
        there = nodes.named("moved")
        with server_to_kill(tmp_path / "data") as one:
            key = key_of(one)
            to = {"MINILENS_MOVE_TO": there}
            with Senders(one.url, key, SENDERS) as senders:
                time.sleep(5)
                one.environment |= to
                one.inside("ping")
                one.command("move", "--rehearse")
                one.process.kill()  # type: ignore[union-attr]
                one.process.wait(30)  # type: ignore[union-attr]
                one.start_as_people_do()
                one.command("move")
                told = json.loads((one.data / "move.json").read_text())
                assert told["state"] == "ended"
                # the old one answers, and loads nothing any more
                before = reported(one)
                time.sleep(3)
                assert json.loads(reported(one))["rows"] == json.loads(before)["rows"]
                assert "MINILENS_WAREHOUSE" in one.command("move", "--status")
            one.stop()
            del one.environment["MINILENS_MOVE_TO"]
            one.environment["MINILENS_WAREHOUSE"] = there
            one.start_as_people_do()
            one.settle()
            expected = by_brute_force(senders.seen())
            assert as_reported(lambda **options: reported(one, **options)) == expected
        engine = Engine(there)
        (found,) = engine.rows("SELECT count(), uniqExact(id) FROM events")
        assert tuple(found) == (len(senders.seen()),) * 2
        engine.close()
