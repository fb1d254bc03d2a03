"""kill -9 at random moments under load: what was acknowledged is there, once."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.serve.server import Server, key_of, server_to_kill

SENDERS = 4
#: All events, the ledger, and the events that are in days.
SUMS = (
    "SELECT toString(id) FROM events",
    "SELECT sum(received), sum(refused), sum(accepted), sum(loaded), sum(duplicate), sum(quarantined) FROM ledger",
    """SELECT sum(visits) FROM days
    WHERE dimension = '' AND (day, build) IN (SELECT day, max(build) FROM builds GROUP BY day)""",
)


@dataclass
class Phone:
    """Sends batches for ever, each until it is acknowledged, as a tracker does."""

    url: str
    key: str
    stop: threading.Event
    acknowledged: list[str] = field(default_factory=list)
    tries: int = 0

    def run(self) -> None:
        """Send until told to stop; what is not acknowledged by then is not counted."""
        device, session = str(uuid.uuid4()), str(uuid.uuid4())
        client = httpx.Client(timeout=10)
        while not self.stop.is_set():
            now = time.time_ns() // 1_000_000
            ids = [str(uuid.uuid4()) for _ in range(10)]
            events = [
                {"id": i, "n": "page_view", "t": now - 10 + n, "s": session, "p": f"pages/{n}"}
                for n, i in enumerate(ids)
            ]
            if self._deliver(
                client, {"v": 1, "k": self.key, "sent": now, "d": device, "ev": events}
            ):
                self.acknowledged += ids
        client.close()

    def _deliver(self, client: httpx.Client, batch: dict[str, object]) -> bool:
        while not self.stop.is_set():
            self.tries += 1
            try:
                answer = client.post(f"{self.url}/v1/collect", json=batch)
                if answer.status_code == 200:
                    assert answer.json()["accepted"] == 10
                    return True
                assert answer.status_code in (429, 503), answer.text
            except httpx.TransportError:
                pass
            time.sleep(0.02)
        return False


def sweep(one: Server, kills: int, seed: int) -> list[Phone]:
    """Kill receiver and engine in turn at random moments while phones send."""
    dice, stop = random.Random(seed), threading.Event()
    phones = [Phone(one.url, key_of(one), stop) for _ in range(SENDERS)]
    threads = [threading.Thread(target=phone.run) for phone in phones]
    for thread in threads:
        thread.start()
    for _ in range(kills):
        time.sleep(dice.uniform(0.2, 4.0))
        victim = one.child(dice.choice(("receiver", "engine", "engine")))
        if victim:
            os.kill(victim, signal.SIGKILL)
    time.sleep(1.0)
    stop.set()
    for thread in threads:
        thread.join()
    one.wait()
    return phones


def reconcile(one: Server, phones: list[Phone]) -> None:
    """Stop the server and hold what the phones know against the table and the ledger."""
    one.stop()
    hold(one.rows(*SUMS), phones)


def hold(rows: list[list[list[Any]]], phones: list[Phone]) -> None:
    """What the phones know against the rows of `SUMS`."""
    events, ledger, left = rows
    ids = [row[0] for row in events]
    acknowledged = [i for phone in phones for i in phone.acknowledged]
    assert len(acknowledged) > 1000
    assert len(ids) == len(set(ids)), "an event is there twice"
    assert set(acknowledged) <= set(ids), "an acknowledged event is lost"
    received, refused, accepted, loaded, duplicate, quarantined = ledger[0]
    assert received == refused + accepted
    assert accepted == loaded + duplicate + quarantined
    assert (refused, quarantined, loaded) == (0, 0, len(ids))
    assert left[0][0] == len(ids), "the days count something else than the events"


@pytest.mark.serial
def test_ten_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    with server_to_kill(tmp_path / "data") as one:
        reconcile(one, sweep(one, kills=10, seed=int(time.time())))


@pytest.mark.long
def test_a_hundred_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    with server_to_kill(tmp_path / "data") as one:
        reconcile(one, sweep(one, kills=100, seed=int(time.time())))
