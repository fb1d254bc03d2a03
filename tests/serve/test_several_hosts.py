"""Two receivers, one loader, a PostgreSQL: what any of them acknowledged is loaded once, and the console is on each."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterator

import httpx
import pytest

from tests.serve.hosts import Hosts, hosts
from tests.serve.server import Server

pytestmark = pytest.mark.waits


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosts]:
    with hosts(tmp_path_factory.mktemp("hosts")) as found:
        yield found


def send(several: Hosts, one: Server, count: int = 10) -> int:
    """Events that a host acknowledged."""
    now = time.time_ns() // 1_000_000
    events = [
        {"id": str(uuid.uuid4()), "n": "page_view", "t": now - 100 + n, "s": "s", "p": f"pages/{n}"}
        for n in range(count)
    ]
    batch = {"v": 1, "k": several.key, "sent": now, "d": str(uuid.uuid4()), "ev": events}
    answer = httpx.post(f"{one.url}/v1/collect", json=batch, timeout=30)
    assert answer.json()["accepted"] == count
    return count


def loaded(several: Hosts) -> int:
    """Events that the loader has loaded, by its own figures."""
    text = several.loader.inside("metrics")["text"]
    found = re.search(r"^minilens_events_loaded_total (\S+)", text, re.M)
    return int(float(found[1])) if found else 0


def test_what_any_host_took_is_loaded_once(several: Hosts) -> None:
    before = loaded(several)
    count = sum(send(several, one) for one in several.every for _ in range(5))
    several.settle()
    assert loaded(several) - before == count
    send(several, several.receivers[0])
    several.settle()
    assert loaded(several) - before == count + 10


def test_the_console_is_on_every_host(several: Hosts) -> None:
    code = several.loader.inside("sign-in")["code"]
    east = several.receivers[0]
    with httpx.Client(base_url=east.url, timeout=30, headers={"accept-language": "en"}) as browser:
        assert browser.get("/", follow_redirects=True).url.path == "/sign-in"
        browser.get("/sign-in", params={"code": code})
        token = re.search(
            r'name="csrf"[^>]*value="([^"]+)"', browser.get(f"/sign-in?code={code}").text
        )
        form = {"code": code} | ({"csrf": token[1]} if token else {})
        answer = browser.post("/sign-in", data=form)
        assert answer.status_code in (200, 303), answer.text
    west = httpx.get(f"{several.receivers[1].url}/sign-in", headers={"accept-language": "en"})
    assert west.status_code == 200
    assert "</html>" in west.text


def test_nobody_may_say_on_whose_behalf_a_request_comes(several: Hosts) -> None:
    forged = {"minilens-passed-on": "Minilens-Peer 1:2:3", "x-forwarded-for": "10.9.8.7"}
    answer = httpx.get(f"{several.loader.url}/sign-in", headers=forged)
    assert answer.status_code == 200
    command = httpx.get(f"{several.receivers[0].url}/-/ping")
    assert command.status_code == 404


def test_a_host_that_only_receives_is_ready_and_loads_nothing(several: Hosts) -> None:
    east = several.receivers[0]
    assert httpx.get(f"{east.url}/readyz").json() == {"ready": True}
    assert not (east.data / "warehouse").exists()
    (done,) = east.commands(["replay"])
    assert done[0] != 0
    assert "MINILENS_ROLES" in done[2]


def test_figures_of_each_receiver_are_told(several: Hosts) -> None:
    several.wait_until(lambda: 'receiver="west"' in several.loader.inside("metrics")["text"])
    text = several.loader.inside("metrics")["text"]
    for name in ("seen_seconds", "waiting_bytes", "behind_seconds", "disk_free_bytes"):
        for receiver in ("east", "west"):
            assert f'minilens_receiver_{name}{{receiver="{receiver}"}}' in text


def test_one_that_is_down_keeps_no_other_back_and_comes_back_elsewhere(several: Hosts) -> None:
    several.settle()
    east, west = several.receivers
    before = loaded(several)
    west.stop()
    count = send(several, east) + send(several, several.loader)
    several.wait_until(lambda: loaded(several) - before == count)
    moved = Server(
        west.data, **{k: v for k, v in west.environment.items() if k.startswith("MINILENS_")}
    )
    moved.environment["MINILENS_PORT"] = str(moved.port)
    several.receivers[1] = several.every[2] = moved
    moved.start()
    try:
        count += send(several, moved)
        several.wait_until(lambda: loaded(several) - before == count)
    finally:
        moved.stop()
        west.start()
        several.receivers[1] = several.every[2] = west
        several.settle()
