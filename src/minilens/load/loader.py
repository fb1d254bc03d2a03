"""From the spool to the warehouse, exactly once.

A chunk's extent is written down before the first insert and its mark after the last, and every insert
carries the chunk's token: a kill at any point in between is mended by doing the same chunk again.
One loader an installation: whoever holds the spool's lock.
"""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from minilens.errors import CannotStart, EngineFailed
from minilens.identity.persons import PersonNumbers
from minilens.load import insert
from minilens.load.blocks import blocks, rules_of
from minilens.load.confirm import Unconfirmed, confirm
from minilens.load.damage import put_aside
from minilens.load.pending import Counter, Pending, mark
from minilens.load.property_names import PropertyNames
from minilens.load.replay import rewind_all, take_out
from minilens.load.stage import prepare, stage, unreadable
from minilens.load.unreadable import keep_unreadable
from minilens.period import now_ms
from minilens.records.store import Records
from minilens.spool.reader import Chunk, ReceiverSpool, Segment, looked_at, paths, read
from minilens.warehouse.engine import Engine

log = logging.getLogger(__name__)

CHUNK_BYTES = 16 << 20
#: Where numbers of the one sequence are written. Rows of a build that a kill ended are among them: a number
#: that was given to some rows is never given to others.
NUMBERED = (
    ("events", "load"), ("ledger", "load"), ("dirty", "mark"), ("person_map", "version"),
    ("person_moves", "version"), ("persons", "version"),
    ("sessions", "build"), ("day_page_views", "build"), ("actions", "build"), ("profile_values", "build"),
    ("first_touches", "version"), ("days", "build"), ("builds", "build"), ("builds", "through"),
)  # fmt: skip
LAST_NUMBER = f"SELECT greatest({', '.join(f'(SELECT max({name}) FROM {table})' for table, name in NUMBERED)})"


@dataclass
class Loader:
    """Loads chunk by chunk; `step` says whether there was one."""

    engine: Engine
    records: Records
    spool: Path
    pending: Pending
    counter: Counter
    chunk_bytes: int = CHUNK_BYTES
    through: int = 0  # every load up to this one is in the table whole
    loaded_at: float = 0.0
    room: Callable[[], None] = lambda: None  # raises where the disk has no room for work
    fault: Callable[[str], None] = lambda point: None  # tests interrupt here
    _numbers: PersonNumbers = field(init=False)
    names: PropertyNames = field(init=False)
    _lock: int = field(init=False, default=-1)

    def __post_init__(self) -> None:
        self.spool.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self.spool / "loader.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise CannotStart(
                f"Another loader is already using {self.spool}.",
                f"另一个装载程序正在使用 {self.spool}。",
            ) from None
        prepare(self.engine)
        self._numbers, self.names = PersonNumbers(self.engine), PropertyNames(self.engine)
        self.through = self.counter.value

    def close(self) -> None:
        """Let another loader be elected."""
        os.close(self._lock)

    def step(self) -> bool:
        """Load the next chunk of every folder; False when nothing waited. One that fails keeps no other back."""
        worked, failed = self.each(paths(self.spool))
        for error in failed.values():
            raise error
        return bool(worked)

    def each(self, some: Sequence[Path]) -> tuple[dict[Path, float], dict[Path, Exception]]:
        """Load the next chunk of each of these folders: seconds of each that had one, and those that failed."""
        worked, failed = dict[Path, float](), dict[Path, Exception]()
        self.room()
        for path in some:
            began = time.monotonic()
            try:
                if self._next(ReceiverSpool(path)):
                    worked[path] = time.monotonic() - began
            except Exception as error:  # whatever it is
                failed[path] = error
        return worked, failed

    def drain(self) -> None:
        """Load until nothing waits but what fails; the first failure is raised then."""
        works, failed = True, dict[Path, Exception]()
        while works:
            some = [path for path in paths(self.spool) if path not in failed]
            worked, found = self.each(some)
            works = bool(worked)
            failed |= found
        for error in failed.values():
            raise error

    def waiting(self) -> int:
        """Bytes received and not loaded."""
        return sum(folder.waiting() for folder in looked_at(self.spool))

    def _next(self, folder: ReceiverSpool) -> bool:
        """Load the next chunk of one folder. A segment that the disk does not give up keeps no other back."""
        unread: OSError | None = None
        for segment in folder.pending():
            try:
                chunk = read(segment, self.chunk_bytes, folder.intended(segment.id))
            except OSError as error:
                unread = unread or error
                continue
            if chunk.end != segment.loaded:
                self._load(folder, segment, chunk)
                return True
        if unread:
            raise unread
        return False

    def _load(self, folder: ReceiverSpool, segment: Segment, chunk: Chunk) -> None:
        if chunk.damaged:
            log.error(
                "damaged records in the spool",
                extra={"segment": segment.id, "count": chunk.damaged},
            )
            folder.note_damaged(segment, chunk.start, chunk.end, chunk.damaged)
        if segment.clear:
            take_out(self.engine, self.pending, self.counter, segment.id)
            folder.cleared(segment.id)
        again = folder.intended(segment.id) > segment.loaded
        folder.intend(segment.id, chunk.end)
        if chunk.texts:
            try:
                self._insert(chunk, f"{segment.id}:{segment.generation}:{chunk.start}", again=again)
            except BaseException as error:
                self._numbers = PersonNumbers(
                    self.engine
                )  # numbers not written down are free again
                self.names.forget()
                if isinstance(error, Unconfirmed):
                    self._repair(folder, segment)
                raise
        self.loaded_at = now_ms() / 1000
        folder.mark(segment, chunk.end, chunk.first + chunk.lines, self.loaded_at)

    def _repair(self, folder: ReceiverSpool, segment: Segment) -> None:
        """What was written cannot be read: put damaged parts aside, and have their events loaded again.

        A part that was merged holds events of other segments too: then all that are kept are loaded again.
        """
        counted = insert.touched(self.engine)
        touched = [(app, day) for app, day, _ in counted if isinstance(day, date)]
        expected = sum(n for _, _, n in counted)
        gone = put_aside(self.engine, touched)
        if gone > expected:
            rewind_all(self.spool)
            for app in {app for app, _ in touched}:
                days = sorted({day for a, day in touched if a == app})
                mark(self.engine, self.pending, self.counter, app, days, "replay")
        else:
            folder.rewind(segment.id)

    def _insert(self, chunk: Chunk, token: str, *, again: bool) -> None:
        """All inserts of one chunk, in the order that makes doing it again harmless."""
        engine, load = self.engine, self.counter.next()
        rules = rules_of(self.records)

        def assign() -> None:
            self.fault("judged")
            insert.assign_persons(engine, self._numbers, token, now_ms())
            self.fault("assigned")

        def admit() -> list[int]:
            return self.names.admit(token)

        bad = stage(engine, chunk)
        try:
            made = blocks(engine, chunk.segment, load, rules, assign, admit)
        except EngineFailed as error:
            if not unreadable(error):
                raise
            log.error("a chunk that the warehouse refuses", extra={"reason": str(error)})
            bad = stage(engine, chunk, lambda: blocks(engine, chunk.segment, load, rules))
            self._numbers = PersonNumbers(engine)
            made = blocks(engine, chunk.segment, load, rules, assign, admit)
        keep_unreadable(engine, bad, chunk.segment, token)
        for table, block in made:
            engine.insert(table, block, token=token)
            self.fault(table)
        confirm(engine, chunk.segment, load, bad, again=again)
        self.through = load
        self._tell(load)

    def _tell(self, load: int) -> None:
        """Say which days have to be made again."""
        moment = time.monotonic()
        for app, day, events in insert.touched(self.engine):
            assert isinstance(day, date)
            self.pending.add(app, day, load, events, moment)
        for app, day in insert.touched_neighbours(self.engine):
            assert isinstance(day, date)
            self.pending.add(app, day, load, 0, moment, cause="neighbour")
