"""kill -9 of receivers, of the loader and of shards at random moments: what was acknowledged is there, once."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from pathlib import Path

import pytest

from minilens.warehouse.engine import Engine
from tests.serve.hosts import Hosts, hosts
from tests.serve.server import Server
from tests.serve.test_kills import SUMS, Phone, hold, reconcile
from tests.warehouse.clickhouse_node import Nodes, running


def sweep(several: Hosts, kills: int, seed: int, nodes: Nodes | None = None) -> list[Phone]:
    """Kill processes of all hosts, and shards, at random moments while phones send to each host."""
    dice, stop = random.Random(seed), threading.Event()
    phones = [Phone(one.url, several.key, stop) for one in several.every for _ in range(2)]
    threads = [threading.Thread(target=phone.run) for phone in phones]
    for thread in threads:
        thread.start()
    victims = [*several.every, *range(len(nodes or ())), several.loader]
    try:
        for _ in range(kills):
            time.sleep(dice.uniform(0.2, 4.0))
            kill(dice.choice(victims), nodes, dice)
        time.sleep(1.0)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    for one in several.every:
        one.wait()
    return phones


def kill(victim: Server | int, nodes: Nodes | None, dice: random.Random) -> None:
    """A process of a host, which is started again by itself; or a shard, which is away for a while."""
    if isinstance(victim, Server):
        loads = "load" in victim.environment["MINILENS_ROLES"]
        name = dice.choice(("engine", "engine", "receiver")) if loads else "receiver"
        if pid := victim.child(name):
            os.kill(pid, signal.SIGKILL)
    elif nodes:
        nodes.kill(victim)
        time.sleep(dice.uniform(0.0, 3.0))
    if nodes:
        nodes.start_all()


@pytest.mark.serial
def test_three_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    with hosts(tmp_path, to_kill=True) as several:
        phones = sweep(several, 3, seed=int(time.time()))
        several.settle(300)
        for one in several.receivers:
            one.stop()
        reconcile(several.loader, phones)


@pytest.mark.long
def test_fifty_kills_with_two_shards_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    with running(tmp_path / "nodes", 2) as nodes:
        warehouse = nodes.named("minilens")
        with hosts(tmp_path, to_kill=True, warehouse=warehouse) as several:
            phones = sweep(several, 50, seed=int(time.time()), nodes=nodes)
            several.settle(600)
            for one in several.every:
                one.stop()
        nodes.start_all()
        engine = Engine(warehouse)
        hold([[list(row) for row in engine.rows(question)] for question in SUMS], phones)
        engine.close()
