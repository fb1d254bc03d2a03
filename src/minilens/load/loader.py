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
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path

from minilens.errors import CannotStart, EngineFailed, ShardAway
from minilens.identity.persons import PersonNumbers, Seen, Settled
from minilens.load import insert, merges, sections
from minilens.load.blocks import Rules, besides, blocks, judge, rules_of
from minilens.load.classify import ids_block
from minilens.load.confirm import Unconfirmed, confirm
from minilens.load.imported import IMPORT
from minilens.load.parity_watch import ParityWatch
from minilens.load.pending import Counter, Pending
from minilens.load.property_names import PropertyNames
from minilens.load.readable import readable_block
from minilens.load.repair import load_again
from minilens.load.replay import rewind_all, take_out
from minilens.load.sections import EachServer, Section, Turn
from minilens.load.stage import Numbered, prepare, stage, stage_records, still_there, unreadable
from minilens.load.unreadable import keep_unreadable
from minilens.period import now_ms
from minilens.records.store import Records
from minilens.spool.reader import (
    Chunk,
    Folder,
    MarksMoved,
    ReceiverSpool,
    Segment,
    looked_at,
    paths,
    read,
)
from minilens.warehouse.engine import Engine

log = logging.getLogger(__name__)

CHUNK_BYTES = 16 << 20
#: A folder of this host by its path, so that one whose marks cannot be read fails when it is opened; or one elsewhere.
Place = Path | Folder
#: Of the time that looking for the days of merged persons takes at most while more waits.
SHARE_OF_RESTATING = 0.1
#: The days of a section, and those around that it may have changed.
Touched = tuple[list[insert.Day], list[tuple[int, date]]]
#: Seconds between two looks for changed types of identities.
TYPES_EVERY = 1.0


@dataclass
class Loader:
    """Loads chunk by chunk; `step` says whether there was one."""

    engine: Engine
    records: Records
    spool: Path
    pending: Pending
    counter: Counter
    secret: bytes = b""
    chunk_bytes: int = CHUNK_BYTES
    through: int = 0  # every load up to this one is in the table whole
    loaded_at: float = 0.0
    others: Callable[[], Sequence[Folder]] = lambda: ()  # of receivers on other hosts
    number: Callable[[], int | None] = lambda: (
        None
    )  # of the lease, where the loader is elected; raises where it is lost
    room: Callable[[], None] = lambda: None  # raises where the disk has no room for work
    gap: int = 0  # numbers of persons that are left out
    fault: Callable[[str], None] = lambda point: None  # tests interrupt here
    _numbers: PersonNumbers = field(init=False)
    names: PropertyNames = field(init=False)
    _moved: Settled = field(init=False, default_factory=Settled)
    _parity: ParityWatch = field(init=False)
    _types: merges.TypesOf = field(init=False, default=merges.built_in)
    _types_after: float = field(init=False, default=0.0)
    _renumbered: int = field(init=False, default=0)
    _restate_after: float = field(init=False, default=0.0)
    _servers: EachServer[Engine] = field(init=False)
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
        self._open_servers()
        self._parity = ParityWatch(self.engine)
        self._numbers, self.names = self._fresh(), PropertyNames(self.engine)
        self.through = self.counter.value

    def _open_servers(self) -> None:
        """Those that load: the one that is asked, and of a cluster one of each shard that answers now."""
        servers = self.engine.through_each_shard()
        for one in servers:
            prepare(one)
        self._servers = EachServer(servers)
        if self._servers.sections > 1:
            self.chunk_bytes = sections.SECTION_BYTES

    def _apply_types(self, *, now: bool = False) -> None:
        """Before anything is loaded by them: what owners set of identity types since."""
        if not now and time.monotonic() < self._types_after:
            return
        for app, kind in self.records.identity_types.waiting():
            types = rules_of(self.records).types_of
            merges.apply_types(self.engine, self.pending, self.counter, app, kind, types)
            self.records.identity_types.applied(app, kind)
            self._types = self._numbers.types = types  # whoever looks next looks by them
        for app, number, kind in self.records.kept_numbers.waiting():
            types = rules_of(self.records).types_of
            merges.decide_again(self.engine, self.pending, self.counter, app, number, kind, types)
            self.records.kept_numbers.applied(app, number)
            self._types = self._numbers.types = types
        self._apply_blocked()
        self._types_after = time.monotonic() + TYPES_EVERY

    def _apply_blocked(self) -> None:
        """Values that are nobody's since the last look, or may be somebody's again: of these alone."""
        for app, values in self.records.blocked_identities.waiting().items():
            types = rules_of(self.records).types_of
            merges.apply_blocked(self.engine, self.pending, self.counter, app, values, types)
            self.records.blocked_identities.applied(app, values)
            self._types = self._numbers.types = types  # whoever looks next looks by them

    def _fresh(self) -> PersonNumbers:
        self._renumbered = self.counter.renumbered
        return PersonNumbers(self.engine, self.counter.next, self._types, self.gap)

    def close(self) -> None:
        """Let another loader be elected."""
        self._servers.close()
        os.close(self._lock)

    def step(self) -> bool:
        """Load the next chunk of every folder; False when nothing waited. One that fails keeps no other back."""
        worked, failed = self.each(self.places())
        for error in failed.values():
            raise error
        return bool(worked)

    def places(self) -> list[Place]:
        """Every folder that is loaded: of this host by their paths, and of others."""
        return [*paths(self.spool), *self.others()]

    def each(self, some: Sequence[Place]) -> tuple[dict[Place, float], dict[Place, Exception]]:
        """Load the next chunk of each of these folders: seconds of each that had one, and those that failed."""
        worked, failed = dict[Place, float](), dict[Place, Exception]()
        self.engine.seal.check()
        self.number()
        self.room()
        self._apply_types()
        for path in some:
            began = time.monotonic()
            try:
                if self._next(self.opened(path)):
                    worked[path] = time.monotonic() - began
            except Exception as error:  # whatever it is
                failed[path] = error
        self._settle_again()
        if self._moved.moved:
            self._restate(rest=not self.waiting())
        return worked, failed

    def _settle_again(self) -> None:
        """Decide anew about those of whom the map does not say what their links say."""
        for one in self._parity.look(self._types):
            self._numbers = self._fresh()
            seen = [Seen(one.app, node, "") for node in one.nodes]
            self._moved.add(self._numbers.settle(seen, {}, at=now_ms()))

    def drain(self) -> None:
        """Load until nothing waits but what fails; the first failure is raised then."""
        works, failed = True, dict[Place, Exception]()
        while works:
            some = [place for place in self.places() if place not in failed]
            worked, found = self.each(some)
            works = bool(worked)
            failed |= found
        for error in failed.values():
            raise error

    def waiting(self) -> int:
        """Bytes received and not loaded, on other hosts as far as is known."""
        return sum(folder.waiting() for folder in (*looked_at(self.spool), *self.others()))

    def opened(self, place: Place) -> Folder:
        """The folder of a place, with the number of the lease."""
        return ReceiverSpool(place, number=self.number()) if isinstance(place, Path) else place

    def _next(self, folder: Folder) -> bool:
        """Load the next chunk of one folder. A segment that the disk does not give up keeps no other back."""
        unread: OSError | None = None
        most = self.chunk_bytes * self._servers.sections
        for segment in folder.pending():
            try:
                chunk = read(segment, most, folder.intended(segment.id))
            except OSError as error:
                unread = unread or error
                continue
            if chunk.end != segment.loaded:
                return self._loaded(folder, segment, chunk)
        if unread:
            raise unread
        return False

    def _loaded(self, folder: Folder, segment: Segment, chunk: Chunk) -> bool:
        """True; False where somebody else changed the marks meanwhile, and it is to be looked at anew."""
        try:
            self._load(folder, segment, chunk)
        except MarksMoved as moved:
            log.warning("marks were changed meanwhile", extra={"segment": str(moved)})
            return False
        return True

    def _load(self, folder: Folder, segment: Segment, chunk: Chunk) -> None:
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
        folder.intend(segment, chunk.end)
        if chunk.texts:
            try:
                some = sections.divided(chunk, segment.generation, self.chunk_bytes)
                self._insert(some, again=again)
            except BaseException as error:
                self._forget()
                if isinstance(error, Unconfirmed):
                    load_again(
                        self.engine, self.pending, self.counter, folder, segment,
                        lambda: rewind_all(self.spool, others=self.others()),
                    )  # fmt: skip
                raise
        self.loaded_at = now_ms() / 1000
        folder.mark(segment, chunk.end, chunk.first + chunk.lines, self.loaded_at)

    def _forget(self) -> None:
        """After a failure: numbers not written down are free again."""
        self._numbers = self._fresh()
        self.names.forget()

    def _insert(self, some: Sequence[Section], *, again: bool) -> None:
        """Load the sections of a chunk: beside each other where there are servers for that, else one by one."""
        away = False
        if self._servers.sections > 1 and sections.beside_each_other(some):
            try:
                self._insert_beside(some, again=again)
                return
            except Exception as error:  # whatever it is: one by one it is met again, and dealt with
                log.warning("sections are loaded one by one", extra={"reason": str(error)})
                self._forget()
                self.number()  # who lost the lease loads nothing one by one either
                again, away = True, isinstance(error, ShardAway)
        for one in some:
            self._insert_one(one.chunk, one.token, again=again)
        if away:  # of a shard with replicas another answers
            before = self._servers
            self._open_servers()
            before.close()

    def _insert_one(self, chunk: Chunk, token: str, *, again: bool) -> None:
        """All inserts of one section, in the order that makes doing it again harmless."""
        engine, load = self.engine, self.counter.next()
        rules = self._rules()
        assign, admit = partial(self._assign, engine, token), partial(self.names.admit, token)
        staged = stage(engine, chunk)
        try:
            made = blocks(engine, chunk.segment, load, rules, assign, admit)
        except EngineFailed as error:
            if not unreadable(error):
                raise
            log.error("a chunk that the warehouse refuses", extra={"reason": str(error)})
            staged = stage(engine, chunk, lambda: blocks(engine, chunk.segment, load, rules))
            self._numbers = self._fresh()
            made = blocks(engine, chunk.segment, load, rules, assign, admit)
        keep_unreadable(engine, staged.bad, chunk.segment, token)
        self._write(engine, made, token)
        still_there(engine, staged.rows)
        confirm(engine, chunk.segment, load, staged.bad, again=again)
        self.came_in(load)

    def _insert_beside(self, some: Sequence[Section], *, again: bool) -> None:
        """The same of several. None counts before all are in: no load up to `through` may be missing."""
        rules, loads = self._rules(), [self.counter.next() for _ in some]

        def work(engine: Engine, n: int, turn: Turn) -> Touched:
            chunk, token, load = some[n].chunk, some[n].token, loads[n]
            staged = stage(engine, chunk)
            with turn.taken():
                judge(engine, chunk.segment, rules, lambda: self._assign(engine, token))
                crowded = self.names.admit(token, engine)
                self._write(engine, [("ids", ids_block(engine))], token)
            events = readable_block(engine, chunk.segment, load, rules.zones, crowded)
            keep_unreadable(engine, staged.bad, chunk.segment, token)
            self._write(engine, besides(engine, chunk.segment, load, events), token)
            still_there(engine, staged.rows)
            confirm(engine, chunk.segment, load, staged.bad, again=again)
            return insert.touched(engine), insert.touched_neighbours(engine)

        for load, touched in zip(loads, self._servers.in_turn(len(some), work), strict=True):
            self.through = max(self.through, load)
            self._tell(load, *touched)

    def _write(self, engine: Engine, made: Sequence[tuple[str, bytes]], token: str) -> None:
        for table, block in made:
            self.number()  # not one block more than it may
            engine.insert(table, block, token=token)
            self.fault(table)

    def again(
        self, segment: str, records: list[Numbered], load: int, *, judged: Callable[[Rules], object], all_in: bool
    ) -> bytes:  # fmt: skip
        """Stage and judge records of before once more, as they came in that segment; those that count, as rows of
        `events`. `judged` is called between the two; `all_in`: whatever is declared. While nothing is loaded.
        """
        rules = self._rules()
        rules = replace(rules, strict=()) if all_in else rules
        token = f"left:{load}"

        def assign() -> None:
            judged(rules)
            self._assign(self.engine, token)

        try:
            stage_records(self.engine, records)
            made = blocks(
                self.engine, segment, load, rules, assign, lambda: self.names.admit(token)
            )
        except BaseException:
            self._forget()
            raise
        return dict(made)["events"]

    def came_in(self, load: int) -> None:
        """Events that were staged count now."""
        self.through = max(self.through, load)
        self._tell(load, insert.touched(self.engine), insert.touched_neighbours(self.engine))

    def _rules(self) -> Rules:
        """What holds now; nothing is loaded by older types of identities."""
        self._apply_types(now=True)
        rules = rules_of(self.records, self.secret)
        self._types = self._numbers.types = rules.types_of
        return rules

    def _assign(self, engine: Engine, token: str) -> None:
        """Give the judged events their persons."""
        self.fault("judged")
        self.number()
        if self._renumbered != self.counter.renumbered:
            self._numbers = self._fresh()
        settled = insert.assign_persons(engine, self._numbers, token, now_ms())
        self._moved.add(settled)
        self._parity.note(settled)
        self.fault("assigned")

    def _tell(
        self, load: int, days: Sequence[insert.Day], around: Sequence[tuple[int, date]]
    ) -> None:
        """Say which days have to be made again."""
        moment = time.monotonic()
        for app, day, events, imported in days:
            self.pending.add(app, day, load, events, moment, IMPORT if imported else "events")
        for app, day in around:
            self.pending.add(app, day, load, 0, moment, cause="neighbour")

    def _restate(self, *, rest: bool) -> None:
        """Have the days of identities that moved made again. Looking for them takes a while where events are many:
        at most a part of the time goes into it while more waits; `rest`: nothing does."""
        if not self._moved.moved or not (rest or time.monotonic() >= self._restate_after):
            return
        began = time.monotonic()
        merges.restate(self.engine, self.pending, self.counter, self._moved)
        self._moved = Settled()
        ended = time.monotonic()
        self._restate_after = ended + (ended - began) / SHARE_OF_RESTATING
