"""Two hosts that can load, one ClickHouse server: when one sleeps or stops the other loads, and nothing is lost."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from minilens.warehouse.engine import Engine
from tests.serve.hosts import host, wait_until
from tests.serve.postgres_server import postgres_server
from tests.serve.server import Server, key_of
from tests.serve.test_kills import SUMS, Phone, hold
from tests.warehouse.clickhouse_node import running

pytestmark = [pytest.mark.long, pytest.mark.serial]


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Server, Server, str]]:
    """Both, of which the first loads, and the address of their warehouse."""
    with ExitStack() as stack:
        postgres = stack.enter_context(postgres_server())
        if postgres is None:
            pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
        nodes = stack.enter_context(running(tmp_path / "nodes", 1))
        dsn = f"{nodes[0]}/default"
        roles = "receive,load,console"
        one, other = (
            host(tmp_path, name, roles, postgres, MINILENS_WAREHOUSE=dsn)
            for name in ("one", "other")
        )
        one.inside_this_process("apps", "create", "shop")
        one.inside_this_process("owner", "owner@example.org")
        for each in (one, other):
            stack.callback(each.stop)
            each.start_as_people_do()
        yield one, other, dsn


def loads(server: Server) -> bool:
    return "\nminilens_loads 1.0" in server.inside("metrics")["text"]


def loaded_of(loader: Server, name: str) -> bool:
    return bool(loader.inside("left", receiver=name) == {"bytes": 0, "days": 0})


def stands_by(server: Server) -> bool:
    return bool(server.inside("ready").get("warnings") == ["stands_by"])


def test_another_loads_when_one_sleeps_stops_or_dies(two: tuple[Server, Server, str]) -> None:
    one, other, dsn = two
    wait_until(lambda: loads(one) and stands_by(other))
    stop, key = threading.Event(), key_of(one)
    phones = [Phone(server.url, key, stop) for server in (one, other) for _ in range(2)]
    threads = [threading.Thread(target=phone.run) for phone in phones]
    for thread in threads:
        thread.start()
    wait_until(lambda: all(phone.acknowledged for phone in phones))
    sleeping = one.child("engine")
    os.kill(sleeping, signal.SIGSTOP)
    wait_until(lambda: loads(other), 300)
    os.kill(sleeping, signal.SIGCONT)  # it goes on where it was, and must write nothing
    wait_until(lambda: stands_by(one))
    assert loads(other)
    other.stop()
    wait_until(lambda: loads(one))
    other.start_as_people_do()
    wait_until(lambda: stands_by(other))
    os.kill(one.child("engine"), signal.SIGKILL)  # started again, it takes its own back
    wait_until(lambda: loads(one) or loads(other))
    stop.set()
    for thread in threads:
        thread.join()
    loader = one if loads(one) else other
    for name in ("one", "other"):
        wait_until(partial(loaded_of, loader, name), 300)
    other.stop()
    one.stop()
    engine = Engine(dsn)
    hold([[list(row) for row in engine.rows(question)] for question in SUMS], phones)
    engine.close()
