"""A server whose warehouse is a cluster, while a shard is dead or stands still: before its start, and after."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
import pytest

from minilens.serve import engine_failure
from minilens.warehouse.engine import Engine
from tests.serve.hosts import wait_until
from tests.serve.server import Server, key_of
from tests.serve.test_an_engine_that_cannot_open import answers, collected, launch
from tests.serve.test_kills import SUMS, Phone, hold
from tests.warehouse.clickhouse_node import Nodes, running

pytestmark = [pytest.mark.long, pytest.mark.serial]
TREND = "/api/v1/apps/shop/reports/overview.trend?period=today"


@contextmanager
def dead(nodes: Nodes, n: int) -> Iterator[None]:
    nodes.kill(n)
    yield
    nodes.start_all()


def asleep(nodes: Nodes, n: int) -> AbstractContextManager[None]:
    return nodes.asleep(n)


Harm = Callable[[Nodes, int], AbstractContextManager[None]]


def test_it_says_which_and_is_right_again(tmp_path: Path) -> None:
    with running(tmp_path / "nodes", 2) as nodes:
        warehouse = nodes.named("minilens")
        one = Server(tmp_path / "data", MINILENS_WAREHOUSE=warehouse)
        one.inside_this_process("apps", "create", "shop")
        one.inside_this_process("owner", "owner@example.org")
        try:
            starts_as_soon_as_it_is_back(one, nodes)
            phones = says_which(one, nodes)
        finally:
            one.stop()
        nodes.start_all()
        engine = Engine(warehouse)
        hold([[list(row) for row in engine.rows(sql)] for sql in SUMS], phones)
        engine.close()


def starts_as_soon_as_it_is_back(one: Server, nodes: Nodes) -> None:
    """Started without a shard it receives, says which one is missing, and opens when that is back."""
    one.start_as_people_do()
    one.stop()
    for harm in (dead, asleep):
        with harm(nodes, 1):
            launch(one)
            wait_until(lambda: engine_failure.read(one.data) is not None)
            assert collected(one, 1)  # by the same id each time: it counts once
            found = httpx.get(f"{one.url}/readyz", timeout=10).json()
            assert found["reasons"] == ["engine_cannot_open"]
            assert httpx.get(f"{one.url}/readyz/receive", timeout=10).json() == {"ready": True}
            said = httpx.get(f"{one.url}/api/v1/apps", headers={"accept-language": "en"})
            assert "Shard 2 (127.0.0.1:" in said.json()["message"]
            assert "isn't responding" in said.json()["message"]
        wait_until(lambda: answers(one))
        one.stop()


def says_which(one: Server, nodes: Nodes) -> list[Phone]:
    """While events come in: which shard is away, soon, and the figures again after it; what was acknowledged."""
    one.start_as_people_do()
    token = one.command("tokens", "create", "shop", "--scope", "report:read").strip()
    heads = {"authorization": f"Bearer {token}", "accept-language": "en"}
    stop = threading.Event()
    phones = [Phone(one.url, key_of(one), stop) for _ in range(2)]
    threads = [threading.Thread(target=phone.run) for phone in phones]
    for thread in threads:
        thread.start()

    def asked() -> httpx.Response:
        return httpx.get(one.url + TREND, headers=heads, timeout=60)

    try:
        wait_until(lambda: asked().status_code == 200)
        for harm in (dead, asleep):
            for n in (0, 1):
                with harm(nodes, n):
                    answer = asked()  # how soon, `bench --only shards` measures
                    assert (answer.status_code, answer.json()["code"]) == (503, "shard_away")
                    assert f"Shard {n + 1} (" in answer.json()["message"]
                    assert httpx.get(f"{one.url}/sign-in", timeout=10).status_code == 200
                    time.sleep(3)
                wait_until(lambda: asked().status_code == 200)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    one.settle()
    return phones
