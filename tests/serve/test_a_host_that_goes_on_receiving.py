"""A host that receives and loads, whose ClickHouse server is away: who sends events to it goes on doing so."""

from __future__ import annotations

import socket
import time
import uuid
from pathlib import Path

import httpx

from minilens.serve import engine_failure
from tests import prepared
from tests.serve.hosts import tail, wait_until
from tests.serve.server import Server, key_of


def test_without_its_warehouse_it_can_be_sent_to(tmp_path: Path) -> None:
    with socket.socket() as closed:  # bound, so that nobody else listens there
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        one = Server(
            tmp_path / "data",
            MINILENS_WAREHOUSE=f"clickhouse://default:@127.0.0.1:{port}/minilens?cluster=two",
        )
        one.inside_this_process("apps", "create", "shop")
        code = "from tests.serve.forked import serve; serve()"
        one.process = prepared.start(code, (), one.environment, one.log)
        try:
            wait_until(lambda: engine_failure.read(one.data) is not None, told=lambda: tail(one))
            whole = httpx.get(f"{one.url}/readyz", timeout=30)
            assert (whole.status_code, whole.json()["reasons"]) == (503, ["engine_cannot_open"])
            ready = httpx.get(f"{one.url}/readyz/receive", timeout=30)
            assert (ready.status_code, ready.json()) == (200, {"ready": True})
            assert ready.headers["cache-control"] == "no-store"
            moment = time.time_ns() // 1_000_000
            event = {"id": str(uuid.uuid4()), "n": "page_view", "t": moment, "s": "s", "p": "p"}
            batch = {"v": 1, "k": key_of(one), "sent": moment, "d": "phone", "ev": [event]}
            answer = httpx.post(f"{one.url}/v1/collect", json=batch, timeout=30)
            assert (answer.status_code, answer.json()["accepted"]) == (200, 1)
        finally:
            one.stop()
