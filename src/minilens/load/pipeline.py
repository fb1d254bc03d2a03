"""The whole of loading as one thing with a lifetime: opened by the engine process, or by a command.

Whoever opens it has the embedded engine's folder for itself.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from minilens.data_folder import began
from minilens.load import joined_before, merges, stored_secrets
from minilens.load.blocks import rules_of
from minilens.load.build import Builder
from minilens.load.by_folder import ByFolder
from minilens.load.erasure import Eraser
from minilens.load.healing import Healing
from minilens.load.loader import LAST_NUMBER, Loader
from minilens.load.pause import Pause
from minilens.load.pending import Counter, Pending, recover
from minilens.load.quarantine import Quarantine
from minilens.load.room import Room
from minilens.load.worker import Failures, Worker
from minilens.period import now_ms
from minilens.records.erasure_list import adopt
from minilens.records.store import Records
from minilens.settings import Settings
from minilens.spool.reader import Folder, folders, looked_at
from minilens.warehouse.engine import Engine
from minilens.warehouse.migrate import migrate


@dataclass
class Pipeline:
    """Engine, records, loader and builder, wired together."""

    engine: Engine
    records: Records
    spool: Path
    pending: Pending
    counter: Counter
    loader: Loader
    builder: Builder
    loading: Pause = field(default_factory=Pause)
    building: Pause = field(default_factory=Pause)
    tidying: Pause = field(default_factory=Pause)
    failures: Failures = field(default_factory=Failures)
    secret: bytes = b""
    quarantine: Quarantine = field(init=False)
    _clean: dict[str, set[str]] = field(default_factory=dict)
    _erasing: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.quarantine = Quarantine(self.loader, self.loading.held)

    def drain(self) -> None:
        """Load and make everything that waits, in this thread."""
        with self.loading.step():
            self.loader.drain()
        with self.building.step():
            self.builder.drain()

    @contextmanager
    def still(self) -> Iterator[None]:
        """Nothing is loaded, made or swept. The loader, which is the quickest to stop, stops last."""
        with self.tidying.held(), self.building.held(), self.loading.held():
            yield

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """The same for whoever sweeps: a task."""
        with self.building.held(), self.loading.held():
            yield

    @property
    def eraser(self) -> Eraser:
        """Erases persons, while nothing is loaded or made."""
        return Eraser(
            self.engine, self.records, self.pending, self.counter, self.received, self.secret, self.still, self._clean,
            self._erasing,
        )  # fmt: skip

    def received(self) -> Iterator[Folder]:
        """Every folder of what was received; those of other hosts as they are now."""
        yield from folders(self.spool)
        yield from self.loader.others()

    def left(self, receiver: str) -> tuple[int, int]:
        """Bytes of a receiver's folder not loaded, and days not made. Looked at in the order of the work."""
        waiting = sum(
            f.waiting()
            for f in (*looked_at(self.spool), *self.loader.others())
            if f.name == receiver
        )
        days = len(self.pending.all())
        return waiting, days + self.builder.making

    def as_of(self) -> float:
        """Seconds since 1970 up to which everything received is counted."""
        return now_ms() / 1000 if not self.loader.waiting() else self.loader.loaded_at

    def close(self) -> None:
        """Close all; the folder is free again."""
        self.loader.close()
        self.engine.close()
        self.records.database.close()


def open_pipeline(settings: Settings) -> Pipeline:
    """Open everything, bring the schemas up to date, and find what a kill left to be done."""
    records = Records(settings.records_dsn)
    records.database.migrate()
    engine = Engine(settings.warehouse_dsn, memory_mb=settings.memory_mb)
    migrate(engine)
    stored_secrets.remove(engine, settings.spool, began(settings.data))
    pending = Pending()
    recover(engine, pending, time.monotonic())
    counter = Counter(int(engine.one(LAST_NUMBER)))
    secret = settings.secret
    joined_before.keep(engine, records, pending, counter)
    merges.complete(engine, pending, counter, rules_of(records, secret).types_of)
    eraser = Eraser(engine, records, pending, counter, lambda: folders(settings.spool), secret)
    adopt(records.erasures, settings.data)
    eraser.complete()
    loader = Loader(engine, records, settings.spool, pending, counter, secret)
    builder = Builder(engine, pending, counter, lambda: loader.through)
    builder.prepare()
    if engine.embedded:
        room = Room(engine, settings.data, settings.reserve_mb << 19)
        loader.room = builder.room = room.check
    opened = Pipeline(
        engine, records, settings.spool, pending, counter, loader, builder, secret=settings.secret
    )
    opened.quarantine.complete()
    return opened


class Workers:
    """The two threads that load and build while the engine process lives."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.healing = Healing(
            pipeline.engine,
            pipeline.spool,
            pipeline.pending,
            pipeline.counter,
            lambda: pipeline.loader.others(),
        )
        load, build = (
            self.healing.around(ByFolder(pipeline.loader).step),
            self.healing.around(pipeline.builder.step),
        )
        self._workers = (
            Worker("load", load, pipeline.loading, pipeline.failures, idle=0.1),
            Worker("build", build, pipeline.building, pipeline.failures, idle=0.2),
        )

    def start(self) -> None:
        """Begin."""
        for worker in self._workers:
            worker.start()

    def stop(self) -> None:
        """Finish the steps under way."""
        for worker in self._workers:
            worker.stop()
        for worker in self._workers:
            worker.join()

    def state(self) -> dict[str, float | None]:
        """How long each works on its present step, in seconds; None where the thread has ended."""
        return {worker.name: worker.seconds() for worker in self._workers}
