"""The whole of loading as one thing with a lifetime: opened by the engine process, or by a command.

Whoever opens it has the embedded engine's folder for itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from minilens.load import build, loader
from minilens.load.build import Builder
from minilens.load.gate import Gate, Turns
from minilens.load.loader import LAST_NUMBER, Loader
from minilens.load.pending import Counter, Pending, recover
from minilens.period import now_ms
from minilens.records.store import Records
from minilens.settings import Settings
from minilens.spool.reader import folders
from minilens.warehouse.engine import Engine
from minilens.warehouse.migrate import migrate


@dataclass
class Works:
    """Engine, records, loader and builder, wired together."""

    engine: Engine
    records: Records
    spool: Path
    pending: Pending
    counter: Counter
    loader: Loader
    builder: Builder
    loading: Gate = field(default_factory=Gate)
    building: Gate = field(default_factory=Gate)
    tidying: Gate = field(default_factory=Gate)

    def settle(self) -> None:
        """Load and make everything that waits, in this thread."""
        with self.loading.passing():
            self.loader.drain()
        with self.building.passing():
            self.builder.drain()

    @contextmanager
    def still(self) -> Iterator[None]:
        """Nothing is loaded, made or swept. The loader, which is the quickest to stop, stops last."""
        with self.tidying.held(), self.building.held(), self.loading.held():
            yield

    def left(self, receiver: str) -> tuple[int, int]:
        """Bytes of a receiver's folder not loaded, and days not made. Looked at in the order of the work."""
        waiting = sum(f.waiting() for f in folders(self.spool) if f.path.name == receiver)
        days = len(self.pending.all())
        return waiting, days + self.builder.making

    def as_of(self) -> float:
        """Seconds since 1970 up to which everything received is counted."""
        return now_ms() / 1000 if not self.loader.waiting() else self.loader.loaded_at

    def close(self) -> None:
        """Close all; the folder is free again."""
        self.loader.close()
        self.engine.close()
        self.records.close()


def open_works(settings: Settings) -> Works:
    """Open everything, bring the schemas up to date, and find what a kill left to be done."""
    records = Records(settings.records_dsn)
    records.migrate()
    engine = Engine(settings.warehouse_dsn, memory_mb=settings.memory_mb)
    migrate(engine)
    pending = Pending()
    recover(engine, pending, time.monotonic())
    counter = Counter(int(engine.one(LAST_NUMBER)))
    works_loader = Loader(engine, records, settings.spool, pending, counter)
    builder = Builder(engine, pending, counter, lambda: works_loader.through)
    return Works(engine, records, settings.spool, pending, counter, works_loader, builder)


class Hands:
    """The two threads that load and build while the engine process lives."""

    def __init__(self, works: Works) -> None:
        self._stop = threading.Event()
        self._turns = {
            "load": Turns(works.loading, self._stop),
            "build": Turns(works.building, self._stop),
        }
        self._threads = [
            threading.Thread(target=self._load, args=(works,), name="load"),
            threading.Thread(target=self._build, args=(works,), name="build"),
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish the step under way, then what waits: a stopped server owes nothing."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def state(self) -> dict[str, float | None]:
        """How long each works on its present step, in seconds; None where the thread has died."""
        return {
            thread.name: self._turns[thread.name].seconds() if thread.is_alive() else None
            for thread in self._threads
        }

    def _load(self, works: Works) -> None:
        turns = self._turns["load"]
        try:
            loader.run_until(works.loader, turns.over, turns.sleep)
        finally:
            turns.rest()

    def _build(self, works: Works) -> None:
        turns = self._turns["build"]
        try:
            build.run_until(works.builder, turns.over, turns.sleep)
        finally:
            turns.rest()
