"""The stream of the newest events, over a running server."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.serve.server import Server, key_of, server
from tests.web.cast import press

pytestmark = pytest.mark.waits


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with server(tmp_path_factory.mktemp("live") / "data") as one:
        yield one


@pytest.fixture(scope="module")
def owner(shop: Server) -> Iterator[httpx.Client]:
    """Someone who has signed in."""
    code = shop.inside("sign-in")["code"]
    with httpx.Client(base_url=shop.url, timeout=30) as client:
        assert press(client, f"/sign-in?code={code}").status_code == 303
        yield client


def send(one: Server, page: str, env: str = "release") -> None:
    """One visit of a new phone."""
    now = time.time_ns() // 1_000_000
    event = {"id": str(uuid.uuid4()), "n": "page_view", "t": now, "s": "s1", "p": page}
    body = {
        "v": 1, "k": key_of(one), "sent": now, "d": str(uuid.uuid4()), "ctx": {"env": env}, "ev": [event],
    }  # fmt: skip
    assert httpx.post(f"{one.url}/v1/collect", json=body, timeout=20).json()["accepted"] == 1


class Listening(threading.Thread):
    """A page that listens in a thread of its own, until it is closed."""

    def __init__(self, owner: httpx.Client, address: str = "/a/shop/stream") -> None:
        super().__init__(daemon=True)
        self._owner, self._address = owner, address
        self.pages: list[str] = []
        self.ids: list[int] = []
        self.answered = threading.Event()
        self.closing = False
        self.start()
        assert self.answered.wait(20)

    def run(self) -> None:
        with self._owner.stream("GET", self._address) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            for line in answer.iter_lines():
                if line.startswith("data: "):
                    self.pages += [one["page"] for one in json.loads(line[6:])]
                    self.answered.set()
                elif line.startswith("id: "):
                    self.ids.append(int(line[4:]))
                if self.closing:
                    return

    def sees(self, page: str, seconds: float = 15) -> bool:
        """Whether it comes to see an event of that page."""
        end = time.monotonic() + seconds
        while page not in self.pages and time.monotonic() < end:
            time.sleep(0.05)
        return page in self.pages


def connections(one: Server) -> int:
    """How many requests the engine has open."""
    sockets = Path("/proc/net/unix").read_text().splitlines()
    return sum(line.endswith(str(one.data / "engine.sock")) for line in sockets) - 1


def test_an_event_is_seen_within_seconds(shop: Server, owner: httpx.Client) -> None:
    open_before = connections(shop)
    page = Listening(owner)
    send(shop, "pages/first")
    assert page.sees("pages/first")
    other = Listening(owner, f"/a/shop/stream?after={page.ids[-1]}")
    assert other.pages == []
    third = Listening(owner)
    assert third.pages == ["pages/first"]
    send(shop, "pages/trial", env="trial")
    send(shop, "pages/second")
    assert all(one.sees("pages/second") for one in (page, other, third))
    assert "pages/trial" not in page.pages
    assert connections(shop) >= 3
    for one in (page, other, third):
        one.closing = True
    send(shop, "pages/last")  # they close where something arrives
    end = time.monotonic() + 60
    while connections(shop) > max(open_before, 1) and time.monotonic() < end:
        time.sleep(0.1)
    assert connections(shop) <= max(open_before, 1)


def test_who_has_signed_in_lets_nobody_else_in(shop: Server, owner: httpx.Client) -> None:
    assert owner.get("/a/shop/live/visits.json").status_code == 200
    for path in ("/a/shop/stream", "/a/shop/live/visits.json", "/a/shop/overview/trend.json"):
        answer = httpx.get(f"{shop.url}{path}", timeout=20)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in"), path
        assert "set-cookie" not in answer.headers


def test_a_stop_does_not_wait_for_those_who_listen(tmp_path: Path) -> None:
    with server(tmp_path / "data") as one:
        code = one.inside("sign-in")["code"]
        with httpx.Client(base_url=one.url, timeout=30) as client:
            press(client, f"/sign-in?code={code}")
            page = Listening(client)
            one.stop()
            page.join(60)
            assert not page.is_alive()
        # what was still under way at the end of its patience would be cut off, and said
        assert "timeout graceful shutdown exceeded" not in one.log.read_text()
