"""The receiver as a process of its own, over a socket."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from minilens.period import now
from minilens.records.store import Records
from tests.collect.receiving import event, spooled


@dataclass
class Process:
    """A running receiver."""

    child: subprocess.Popen[bytes]
    port: int
    key: str
    spool: Path

    def body(self) -> bytes:
        """A batch in order."""
        return json.dumps({"v": 1, "k": self.key, "d": "phone", "ev": [event()]}).encode()

    def url(self, path: str) -> str:
        """An address of this receiver."""
        return f"http://127.0.0.1:{self.port}{path}"


def start(data: Path, listener: socket.socket) -> subprocess.Popen[bytes]:
    """Start a receiver as its supervisor does."""
    listener.set_inheritable(True)
    env = os.environ | {
        "MINILENS_DATA": str(data),
        "MINILENS_LISTENER": str(listener.fileno()),
        "MINILENS_RESERVE_MB": "1",
    }
    command = [sys.executable, "-m", "minilens.serve.frontdoor.receiver"]
    return subprocess.Popen(command, env=env, pass_fds=[listener.fileno()], stderr=subprocess.PIPE)


@pytest.fixture
def process(tmp_path: Path, empty: Path) -> Iterator[Process]:
    (tmp_path / "records.sqlite").write_bytes(empty.read_bytes())
    records = Records(f"sqlite:///{tmp_path}/records.sqlite")
    app = records.apps.create("coffee", timezone="Asia/Shanghai", now=now())
    with socket.create_server(("127.0.0.1", 0)) as listener:
        child = start(tmp_path, listener)
        port = listener.getsockname()[1]
        key = records.keys.of(app.id)[0].key
        records.database.close()
        yield Process(child, port, key, tmp_path / "spool" / "main")
        child.kill()
        child.communicate()


def test_it_takes_events_without_an_engine_and_keeps_them_through_a_kill(process: Process) -> None:
    with httpx.Client(timeout=60) as client:
        for _ in range(20):
            answer = client.post(process.url("/v1/collect"), content=process.body())
            assert answer.json()["accepted"] == 1
        page = client.get(process.url("/"))
        assert (page.status_code, page.json()["code"]) == (503, "starting")
        assert page.headers["retry-after"] == "2"
        head = client.head(process.url("/v1/collect"))
        assert (head.status_code, head.headers["allow"], head.content) == (405, "POST", b"")
    process.child.send_signal(signal.SIGKILL)
    process.child.wait(30)
    assert sum(len(batch.events) for batch in spooled(process.spool)) == 20


def test_a_sender_that_goes_away_leaves_it_well(process: Process) -> None:
    body = process.body()
    for sent in (b"", b"POST /v1/coll", b"POST /v1/collect HTTP/1.1\r\nHost: x\r\nContent-Length: 500"
                 b"\r\n\r\n" + body[:20]):  # fmt: skip
        with socket.create_connection(("127.0.0.1", process.port), 60) as connection:
            connection.sendall(sent)
    answer = httpx.post(process.url("/v1/collect"), content=body, timeout=60)
    assert answer.json()["accepted"] == 1
    assert len(spooled(process.spool)) == 1


def test_told_to_stop_it_leaves_and_lets_the_folder_go(process: Process) -> None:
    assert httpx.post(process.url("/v1/collect"), content=process.body(), timeout=60).is_success
    process.child.terminate()
    process.child.wait(60)
    assert len(spooled(process.spool)) == 1


def test_a_second_one_on_the_same_folder_says_why_not(process: Process, tmp_path: Path) -> None:
    answer = httpx.get(process.url("/readyz"), timeout=60)
    assert (answer.status_code, answer.json()["reasons"]) == (503, ["engine_does_not_answer"])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        second = start(tmp_path, listener)
        _, said = second.communicate(timeout=60)
    assert second.returncode == 3
    assert "Another receiver is writing to" in json.loads(said.splitlines()[-1])["message"]
