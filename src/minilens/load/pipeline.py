"""The whole of loading as one thing with a lifetime: opened by the engine process, or by a command.

Whoever opens it has the embedded engine's folder for itself.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from minilens.data_folder import began
from minilens.load import joined_before, merges, stored_secrets
from minilens.load.blocks import rules_of
from minilens.load.build import Builder
from minilens.load.by_folder import ByFolder
from minilens.load.election import Election
from minilens.load.erasure import Eraser
from minilens.load.healing import Healing
from minilens.load.loader import Loader
from minilens.load.pause import Pause
from minilens.load.pending import LAST_NUMBER, Counter, Pending, recover
from minilens.load.quarantine import Quarantine
from minilens.load.receivers import Receivers
from minilens.load.room import Room
from minilens.load.worker import Failures, Worker
from minilens.period import now_ms
from minilens.records.erasure_list import adopt
from minilens.records.store import Records
from minilens.settings import Settings
from minilens.spool.fencing import highest
from minilens.spool.places import ELSEWHERE
from minilens.spool.reader import Folder, folders, looked_at, paths
from minilens.spool.signing import key_of
from minilens.warehouse.engine import Engine
from minilens.warehouse.migrate import migrate
from minilens.warehouse.standing import must_hold

#: Whoever takes over from another host, or begins on a server after another process, leaves out so many numbers of
#: loads and builds, and of persons of each app: the server may be at a statement that the other had begun.
GAP = 1000


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
    election: Election | None = None  # None: no other host can load
    receivers: Receivers | None = None  # on other hosts
    moving: bool = False  # loading is held still until the last of a move is copied and compared
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

    @property
    def erasing(self) -> bool:
        """Whether an erasure is under way."""
        return bool(self._erasing)

    def received(self) -> Iterator[Folder]:
        """Every folder of what was received; those of other hosts as they are now."""
        return received_by(self.spool, self.receivers)

    def left(self, receiver: str) -> tuple[int, int]:
        """Bytes of a receiver's folder not loaded, and days not made. Looked at in the order of the work; CannotStart
        where it is on another host that does not answer."""
        if self.receivers:
            self.receivers.look_at(receiver)
        waiting = sum(
            f.waiting()
            for f in (*looked_at(self.spool), *self.loader.others())
            if f.name == receiver
        )
        days = len(self.pending.all())
        return waiting, days + self.builder.making

    def as_of(self) -> float:
        """Seconds since 1970 up to which everything received is counted."""
        here = now_ms() / 1000 if not self.loader.waiting() else self.loader.loaded_at
        return self.receivers.as_of(here) if self.receivers else here

    def close(self) -> None:
        """Close all; the folder is free again, and another host may load."""
        if self.receivers:
            self.receivers.close()
        self.loader.close()
        if self.election:
            self.election.close()
        self.engine.close()
        self.records.database.close()


def open_pipeline(settings: Settings, election: Election | None = None) -> Pipeline:
    """Open everything, bring the schemas up to date, and find what a kill left to be done. `election`: that by which
    this host loads, where others share the records."""
    records = Records(settings.records_dsn)
    records.database.migrate()
    receivers = _receivers(records, settings, election) if election else None
    engine = Engine(settings.warehouse_dsn, memory_mb=settings.memory_mb)
    migrate(engine)
    must_hold(engine)
    stored_secrets.remove(engine, settings.spool, began(settings.data))
    pending = Pending()
    recover(engine, pending, time.monotonic())
    last = int(engine.one(LAST_NUMBER))
    followed = not engine.embedded or bool(election and election.took_over)
    gap = GAP if last and followed else 0
    counter = Counter(last + gap)
    secret = settings.secret
    joined_before.keep(engine, records, pending, counter)
    merges.complete(engine, pending, counter, rules_of(records, secret).types_of)
    received = partial(received_by, settings.spool, receivers)
    eraser = Eraser(engine, records, pending, counter, received, secret)
    adopt(records.erasures, settings.data)
    eraser.complete()
    loader = Loader(engine, records, settings.spool, pending, counter, secret, gap=gap)
    builder = Builder(engine, pending, counter, lambda: loader.through)
    builder.prepare()
    if engine.embedded:
        room = Room(engine, settings.data, settings.reserve_mb << 19)
        loader.room = builder.room = room.check
    opened = Pipeline(
        engine, records, settings.spool, pending, counter, loader, builder, secret=settings.secret
    )
    if election and receivers:
        _elect(opened, election, receivers)
    opened.quarantine.complete()
    return opened


def received_by(spool: Path, receivers: Receivers | None) -> Iterator[Folder]:
    """Every folder of what was received; those of other hosts as they are now."""
    yield from folders(spool)
    yield from receivers.asked() if receivers else ()


def _receivers(records: Records, settings: Settings, election: Election) -> Receivers:
    """Those on other hosts, looked at from now on."""
    if known := max((highest(path) for path in paths(settings.spool)), default=0):
        election.rise_above(known)  # of records that were restored
    found = Receivers(
        records.receivers, settings.receiver, key_of(settings.secret), election.number, election.rise_above,
        copies=settings.data / ELSEWHERE,
    )  # fmt: skip
    found.start()
    return found


def _elect(opened: Pipeline, election: Election, receivers: Receivers) -> None:
    """Nothing is loaded or made but while the lease holds; receivers of other hosts are loaded, too."""
    loader, builder, room = opened.loader, opened.builder, opened.builder.room
    opened.election, loader.number = election, election.number
    opened.receivers, loader.others = receivers, receivers.others

    def check() -> None:
        election.number()
        room()

    builder.room = check


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
