"""Whatever befalls a server under load: what was acknowledged is counted once, within a minute of the cause's end.

By itself, and in the figures of reports, which are held against a count by brute force after each round.
"""

from __future__ import annotations

import base64
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.serve.harms import Harm, Scene, possible, small_disk
from tests.serve.postgres_server import postgres_server
from tests.serve.senders import Seen, Senders, as_reported, by_brute_force
from tests.serve.server import key_of, server_to_kill

SENDERS = 3
#: Seconds. It takes a few; how many is printed, and on a busy machine more than the minute that is promised.
AT_LAST = 180.0
Choice = Callable[[random.Random, list[Harm]], list[Harm]]
DISK_MB, RESERVE_MB = 640, 32


@dataclass
class Sweep:
    """All rounds on one server."""

    scene: Scene
    key: str
    seen: list[Seen] = field(default_factory=list)
    slowest: float = 0.0

    def round(self, harm: Harm) -> float:
        """Harm while phones send; seconds from the end of the cause until reports say what must be said."""
        with Senders(self.scene.server.url, self.key, SENDERS) as senders:
            self.scene.rest(0.2, 0.8)
            with harm(self.scene):
                pass
            gone = time.monotonic()
        self.seen += senders.seen()
        expected = by_brute_force(self.seen)
        found: object = "no answer"
        while time.monotonic() < gone + AT_LAST:
            try:
                found = as_reported(self._report)
            except (httpx.HTTPError, KeyError, ValueError) as error:
                found = repr(error)
            if found == expected:
                took = time.monotonic() - gone
                self.slowest = max(self.slowest, took)
                return took
            time.sleep(0.1)
        raise AssertionError(f"{harm.__name__}: reported {found}, true is {expected}\n{self.log()}")

    def log(self) -> str:
        """The last lines of the server's log."""
        return self.scene.server.log.read_text()[-6000:]

    def _report(self, **options: str) -> bytes:
        asked = {"name": "overview.trend", "app": "shop", "format": "json", **options}
        return base64.b64decode(self.scene.server.inside("report", **asked)["base64"])

    def reconcile(self) -> None:
        """Stop the server and hold every id against the table; the other app's events against its ledger."""
        one = self.scene.server
        one.stop()
        ids, ledger, odd = one.rows(
            "SELECT toString(id) FROM events WHERE app = 1",
            "SELECT sum(accepted), sum(loaded), sum(duplicate), sum(quarantined) FROM ledger WHERE app = 1",
            "SELECT (SELECT count() FROM events WHERE app = 2), (SELECT count() FROM quarantine WHERE app = 2)",
        )
        found = [row[0] for row in ids]
        assert len(found) == len(set(found)), "an event is there twice"
        assert set(found) == {event.id for event in self.seen}
        accepted, loaded, duplicate, quarantined = ledger[0]
        assert accepted == loaded + duplicate + quarantined
        assert (loaded, quarantined) == (len(found), 0)
        assert sum(odd[0]) == self.scene.odd_accepted


@contextmanager
def swept(folder: Path, seed: int, *, with_postgres: bool, pace: float) -> Iterator[Sweep]:
    """A server to be harmed."""
    data = folder / "data"
    with small_disk(data, DISK_MB) as small, postgres_server() as postgres:
        store = postgres if with_postgres else None
        environment = {"MINILENS_RESERVE_MB": str(RESERVE_MB)}
        if store:
            environment["MINILENS_RECORDS"] = store.dsn
        with server_to_kill(data, **environment) as one:
            one.inside_this_process("apps", "create", "odd")
            dice = random.Random(seed)
            yield Sweep(Scene(one, store, small, key_of(one, "odd"), dice, pace), key_of(one))


def sweep(
    folder: Path, seed: int, chosen: Choice, *, with_postgres: bool, pace: float = 1.0
) -> None:
    """One round for each of the harms that are chosen from those possible here; the figures are printed."""
    print(f"seed {seed}")  # noqa: T201 - the figures of a sweep
    with swept(folder, seed, with_postgres=with_postgres, pace=pace) as one:
        rounds = chosen(one.scene.dice, possible(one.scene))
        for number, harm in enumerate(rounds):
            took = one.round(harm)
            print(f"{number:3} {took:5.1f} s  {harm.__name__}", flush=True)  # noqa: T201 - the figures of a sweep
        one.reconcile()
        print(f"{len(rounds)} rounds, {len(one.seen)} events, slowest {one.slowest:.1f} s")  # noqa: T201 - the figures of a sweep


@pytest.mark.serial
def test_some_harms(tmp_path: Path) -> None:
    def some(dice: random.Random, harms: list[Harm]) -> list[Harm]:
        return dice.sample(harms, k=min(6, len(harms)))

    sweep(tmp_path, time.time_ns() % 10**6, some, with_postgres=True, pace=0.4)


@pytest.mark.long
def test_each_harm_once(tmp_path: Path) -> None:
    sweep(tmp_path, time.time_ns() % 10**6, lambda _, harms: harms, with_postgres=True, pace=0.4)


@pytest.mark.long
@pytest.mark.parametrize("with_postgres", [False, True], ids=["sqlite", "postgres"])
def test_many_harms_at_random(tmp_path: Path, *, with_postgres: bool) -> None:
    sweep(
        tmp_path,
        time.time_ns() % 10**6,
        lambda dice, harms: dice.choices(harms, k=25),
        with_postgres=with_postgres,
    )
