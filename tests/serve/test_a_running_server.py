"""One server, used as an owner, a phone and a hostile neighbour would."""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.serve.server import MINILENS, Server, key_of, server_to_kill

pytestmark = pytest.mark.waits


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with server_to_kill(tmp_path_factory.mktemp("shop") / "data") as one:
        yield one


def send(one: Server, key: str, visits: int, url: str = "") -> httpx.Response:
    """A batch of visits of a new phone."""
    now, session = time.time_ns() // 1_000_000, str(uuid.uuid4())
    events = [
        {"id": str(uuid.uuid4()), "n": "page_view", "t": now, "s": session, "p": "pages/home"}
        for _ in range(visits)
    ]
    body = {"v": 1, "k": key, "sent": now, "d": str(uuid.uuid4()), "ev": events}
    return httpx.post(f"{url or one.url}/v1/collect", json=body, timeout=20)


def visits_today(one: Server) -> int:
    """Visits of today, from the command line."""
    out = one.command(
        "report", "overview.trend", "--app", "shop", "--period", "today", "--format", "csv"
    )
    names, row = (line.split(",") for line in out.splitlines()[:2])
    return int(row[names.index("visits")])


@functools.cache
def token_of(one: Server) -> str:
    """What reads the reports of the app."""
    return one.command("tokens", "create", "shop", "--scope", "report:read").strip()


def visits_by_api(one: Server) -> int:
    """The same from outside, without a process for each question."""
    address = f"{one.url}/api/v1/apps/shop/reports/overview.trend?period=today"
    answer = httpx.get(address, headers={"Authorization": f"Bearer {token_of(one)}"}, timeout=20)
    return int(answer.json()["rows"][0]["visits"])


def until(count: int, one: Server, seconds: float = 20) -> None:
    """Return when today has that many visits."""
    end = time.monotonic() + seconds
    while (seen := visits_by_api(one)) != count:
        assert time.monotonic() < end, f"{seen} visits, not {count}"
        time.sleep(0.2)


def test_an_event_is_seen_in_every_form(shop: Server) -> None:
    before = visits_today(shop)
    assert send(shop, key_of(shop), 3).json()["accepted"] == 3
    until(before + 3, shop)
    assert visits_today(shop) == before + 3


def test_the_inside_is_not_reachable_from_outside(shop: Server) -> None:
    for path in ("/-/ping", "/-/sign-in", "//-/sign-in", "/%2d/sign-in", "/x/..//-/ping"):
        answer = httpx.get(shop.url + path)
        assert answer.status_code in (401, 404), path
        assert "code=" not in answer.text
    assert (shop.data / "engine.sock").stat().st_mode & 0o777 == 0o600
    assert (shop.data / "secret").stat().st_mode & 0o077 == 0


def test_a_second_server_on_the_folder_says_why_not(shop: Server) -> None:
    other = {**shop.environment, "MINILENS_PORT": "0"}
    done = subprocess.run(
        [MINILENS, "serve"], env=other, capture_output=True, text=True, timeout=60
    )
    assert done.returncode != 0
    assert "Another server is using" in done.stderr
    assert visits_today(shop) >= 0


def test_an_import_while_the_server_runs(shop: Server, tmp_path: Path) -> None:
    file = tmp_path / "past.csv"
    head = "event_name,user_id,session_id,source,campaign,page,value,currency,ts\n"
    rows = [f"page_view,u{n},-,-,-,home,-,-,2026-02-03T0{n}:00:00Z\n" for n in range(9)]
    file.write_text(head + "".join(rows) + "page_view,u1,-,-,-,home,-,-,never\n")
    said = shop.command("import", str(file), "--app", "archive")
    assert "9 events read, 1 line rejected" in said
    beside = (tmp_path / "past.csv.rejected.csv").read_text()
    assert "bad_time" in beside
    assert beside.splitlines()[1].startswith("11,")
    asked = (
        "report",
        "overview.trend",
        "--app",
        "archive",
        "--from",
        "2026-02-03",
        "--format",
        "csv",
    )
    first = shop.command(*asked)
    assert first.splitlines()[1].startswith("2026-02-03,9,9,9,9,9,0,0")
    shop.command("import", str(file), "--app", "archive")
    assert shop.command(*asked) == first


def test_while_the_engine_stands_still_events_are_taken(shop: Server) -> None:
    key, before = key_of(shop), visits_by_api(shop)
    engine = shop.child("engine")
    os.kill(engine, signal.SIGSTOP)
    try:
        for _ in range(20):
            assert send(shop, key, 10).status_code == 200
    finally:
        os.kill(engine, signal.SIGCONT)
    until(before + 200, shop)


def test_while_the_engine_is_dead_the_console_says_so_and_events_are_taken(shop: Server) -> None:
    key, before = key_of(shop), visits_by_api(shop)
    os.kill(shop.child("engine"), signal.SIGKILL)
    assert send(shop, key, 10).status_code == 200
    answer = httpx.get(f"{shop.url}/healthz", headers={"Accept-Language": "zh"})
    if answer.status_code == 503:
        assert answer.json()["code"] == "starting"
        assert answer.headers["retry-after"]
    shop.wait()
    until(before + 10, shop)


def test_two_receivers_feed_one_loader(shop: Server) -> None:
    before, key = visits_by_api(shop), key_of(shop)
    import socket
    import sys

    listener = socket.create_server(("127.0.0.1", 0))
    environment = {
        **shop.environment,
        "MINILENS_RECEIVER": "second",
        "MINILENS_LISTENER": str(listener.fileno()),
    }
    second = subprocess.Popen(
        [sys.executable, "-m", "minilens.serve.frontdoor.receiver"],
        env=environment,
        pass_fds=[listener.fileno()],
    )
    try:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        assert send(shop, key, 7, url).status_code == 200
        assert send(shop, key, 5).status_code == 200
        until(before + 12, shop)
    finally:
        second.terminate()
        second.wait(20)
        listener.close()


def test_a_stop_drains(tmp_path: Path) -> None:
    with server_to_kill(tmp_path / "data") as one:
        key = key_of(one)
        for _ in range(30):
            assert send(one, key, 50).status_code == 200
        one.stop()
        loaded, days = one.rows(
            "SELECT count() FROM events",
            "SELECT sum(visits) FROM days WHERE dimension = '' AND (day, build) IN "
            "(SELECT day, max(build) FROM builds GROUP BY day)",
        )
        assert loaded == [[1500]]
        assert days == [[1500]]
        assert not (one.data / "engine.sock").exists()


def test_no_room_is_said_and_goes_by_itself(tmp_path: Path) -> None:
    disk = os.statvfs(tmp_path)
    more = str(2 * disk.f_blocks * disk.f_frsize >> 20)
    with server_to_kill(tmp_path / "data", MINILENS_RESERVE_MB=more) as one:
        answer = send(one, key_of(one), 1)
        assert (answer.status_code, answer.json()["code"]) == (503, "no_room")
        assert int(answer.headers["retry-after"]) > 0
