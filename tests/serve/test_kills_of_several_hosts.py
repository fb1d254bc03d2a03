"""kill -9 of receivers and of the loader at random moments, on several hosts: what was acknowledged is there, once."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from pathlib import Path

import pytest

from tests.serve.hosts import Hosts, hosts
from tests.serve.test_kills import Phone, reconcile


def sweep(several: Hosts, kills: int, seed: int) -> list[Phone]:
    """Kill processes of all hosts at random moments while phones send to each of them."""
    dice, stop = random.Random(seed), threading.Event()
    phones = [Phone(one.url, several.key, stop) for one in several.every for _ in range(2)]
    threads = [threading.Thread(target=phone.run) for phone in phones]
    for thread in threads:
        thread.start()
    victims = [(several.loader, "engine"), *((one, "receiver") for one in several.every)]
    for _ in range(kills):
        time.sleep(dice.uniform(0.2, 4.0))
        one, name = dice.choice(victims + victims[:1] * 2)
        if pid := one.child(name):
            os.kill(pid, signal.SIGKILL)
    time.sleep(1.0)
    stop.set()
    for thread in threads:
        thread.join()
    for one in several.every:
        one.wait()
    return phones


def run(folder: Path, kills: int) -> None:
    """The sweep, then what the phones know against table and ledger."""
    with hosts(folder, to_kill=True) as several:
        phones = sweep(several, kills, seed=int(time.time()))
        several.settle(300)
        for one in several.receivers:
            one.stop()
        reconcile(several.loader, phones)


@pytest.mark.serial
def test_three_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    run(tmp_path, 3)


@pytest.mark.long
def test_fifty_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    run(tmp_path, 50)
