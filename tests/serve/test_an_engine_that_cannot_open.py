"""Receiving goes on without the engine; why it cannot open is said everywhere, and it is tried again by itself."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from minilens.serve import engine_failure, predecessors
from tests.serve.server import MINILENS, Server, key_of

pytestmark = [pytest.mark.waits]


def until(look: Callable[[], bool], seconds: float = 180) -> None:
    """Wait for it."""
    end = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.1)


def emptied(data: Path) -> tuple[Path, bytes]:
    """The description of a table, as a full disk leaves it."""
    (file,) = [
        path for path in (data / "warehouse").rglob("events.sql") if path.resolve().stat().st_size
    ][:1]
    held = file.read_bytes()
    file.write_bytes(b"")
    return file, held


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that has been used, with its server stopped."""
    one = Server(tmp_path_factory.mktemp("used") / "data")
    one.inside_this_process("apps", "create", "shop")
    one.inside_this_process("owner", "owner@example.org")
    one.start()
    one.stop()
    return one.data


@pytest.fixture
def shop(used: Path, tmp_path: Path) -> Iterator[Server]:
    """A copy of that folder, with no server on it; a test may leave one."""
    one = Server(shutil.copytree(used, tmp_path / "data", symlinks=True))
    yield one
    one.stop()


def launch(one: Server) -> None:
    """Start without waiting for the engine."""
    with open(one.log, "ab") as log:
        one.process = subprocess.Popen(
            [MINILENS, "serve"], env=one.environment, stdout=log, stderr=log
        )


def collected(one: Server, number: int) -> bool:
    """Whether one event is acknowledged."""
    body = {
        "v": 1, "k": key_of(one), "d": "phone-1",
        "ev": [{"id": f"e-{number}", "n": "page_view", "t": int(time.time() * 1000), "s": "s", "p": "pages/a"}],
    }  # fmt: skip
    try:
        answer = httpx.post(f"{one.url}/v1/collect", json=body, timeout=20)
    except httpx.HTTPError:
        return False
    return answer.status_code == 200 and answer.json()["accepted"] == 1


def answers(one: Server) -> bool:
    """Whether the engine answers."""
    try:
        return httpx.get(f"{one.url}/sign-in", timeout=20).status_code == 200
    except httpx.HTTPError:
        return False


def test_a_damaged_file_stops_no_receiving_and_is_named(shop: Server) -> None:
    file, held = emptied(shop.data)
    launch(shop)
    try:
        until(lambda: collected(shop, 1))
        until(lambda: engine_failure.read(shop.data) is not None)
        found = httpx.get(f"{shop.url}/readyz").json()
        assert found["reasons"] == ["engine_cannot_open"]
        # to start it again would only stop its receiving
        assert httpx.get(f"{shop.url}/healthz").json() == {"ok": True}
        for language, words in (("zh", "事件照常接收"), ("en", "Events are still being received")):
            asked = {"accept-language": language}
            said = httpx.get(f"{shop.url}/api/v1/apps", headers=asked)
            assert (said.status_code, said.json()["code"]) == (503, "engine_closed")
            assert words in said.json()["message"]
            assert str(file) in said.json()["message"], "the damaged file is named"
            page = httpx.get(f"{shop.url}/", headers={**asked, "accept": "text/html"})
            assert (page.status_code, page.headers["content-type"]) == (
                503,
                "text/html; charset=utf-8",
            )
            assert words in page.text
        assert collected(shop, 2)
        assert shop.process is not None
        assert shop.process.poll() is None
        file.write_bytes(held)
        until(lambda: answers(shop))
        assert engine_failure.read(shop.data) is None
    finally:
        shop.stop()
    assert shop.rows("SELECT count() FROM events") == [[[2]]]
    assert "Traceback" not in shop.log.read_text()


def test_an_emptied_table_of_the_loader_is_no_matter(shop: Server) -> None:
    (folder,) = {path.parent for path in (shop.data / "warehouse").glob("store/*/*/events.sql")}
    (folder / "incoming.sql").write_bytes(b"")
    (folder / "_tmp_replace_1.sql").write_bytes(b"")
    shop.start()
    shop.stop()
    assert "cannot" not in shop.log.read_text()


def test_a_start_at_once_after_a_kill_waits_for_those_who_end(shop: Server) -> None:
    shop.start_as_people_do()
    assert collected(shop, 1)
    assert shop.process is not None
    old = json.loads((shop.data / predecessors.NAME).read_text())
    shop.process.kill()
    shop.process.wait(30)
    launch(shop)
    try:
        # The processes of the killed server answer until they have ended: what any of them
        # acknowledges counts, and asking again with the same id counts once.
        until(lambda: collected(shop, 2))
        until(lambda: not any(Path(f"/proc/{number}").exists() for number in old))
        until(lambda: collected(shop, 3) and answers(shop))
        assert shop.process.poll() is None
    finally:
        shop.stop()
    assert shop.rows("SELECT count() FROM events") == [[[3]]]


def test_who_does_not_end_is_killed_and_numbers_of_others_are_left_alone(tmp_path: Path) -> None:
    script = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    environment = {**os.environ, "MINILENS_DATA": str(tmp_path)}
    words = [sys.executable, "-c", script, "minilens.serve.engine"]
    stuck = subprocess.Popen(words, env=environment)
    other = subprocess.Popen(words, env={**environment, "MINILENS_DATA": "/elsewhere"})
    try:
        until(lambda: predecessors._works_on(stuck.pid, tmp_path))
        predecessors.remember(tmp_path, [stuck.pid, other.pid])
        predecessors.wait_for(tmp_path, patience=0.2)
        assert stuck.wait(60) == -signal.SIGKILL
        assert other.poll() is None
        assert list(tmp_path.iterdir()) == []
    finally:
        for one in (stuck, other):
            one.kill()
            one.wait()


@pytest.mark.parametrize("text", ["", "{", "[1e9]", '{"a": 1}', '["x", null]'])
def test_whatever_the_file_of_numbers_says(tmp_path: Path, text: str) -> None:
    (tmp_path / predecessors.NAME).write_text(text)
    predecessors.wait_for(tmp_path, patience=0.2)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_where_the_socket_should_be_is_named_and_no_loop(shop: Server) -> None:
    place = shop.data / "engine.sock"
    place.mkdir()
    launch(shop)
    try:
        until(lambda: engine_failure.read(shop.data) is not None)
        failure = engine_failure.read(shop.data)
        assert failure is not None
        assert str(place) in failure.reason("zh")
        assert collected(shop, 1)
        place.rmdir()
        until(lambda: answers(shop))
    finally:
        shop.stop()
    assert "Traceback" not in shop.log.read_text()
