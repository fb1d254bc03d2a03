"""The whole of loading as one thing with a lifetime: opened by the engine process, or by a command.

Whoever opens it has the embedded engine's folder for itself.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path

from minilens.load import build, loader
from minilens.load.build import Builder
from minilens.load.loader import LAST_LOAD, Loader
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

    def settle(self) -> None:
        """Load and make everything that waits, in this thread."""
        self.loader.drain()
        self.builder.drain()

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
    counter = Counter(int(engine.one(LAST_LOAD)))
    works_loader = Loader(engine, records, settings.spool, pending, counter)
    builder = Builder(engine, pending, counter, lambda: works_loader.through)
    return Works(engine, records, settings.spool, pending, counter, works_loader, builder)


class Hands:
    """The two threads that load and build while the engine process lives."""

    def __init__(self, works: Works) -> None:
        self._works = works
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=run, args=(what, self._stop.is_set, self._stop.wait), name=name)
            for run, what, name in (
                (loader.run_until, works.loader, "load"),
                (build.run_until, works.builder, "build"),
            )
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
