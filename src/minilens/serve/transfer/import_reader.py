"""Reads a file for import in a process of its own, so that reading and loading share no interpreter.

The process is begun first of all, while the engine is still being opened. It writes nothing to the spool
before it is told that somebody will load it: an import that is refused leaves nothing behind.
"""

from __future__ import annotations

import csv
import gc
import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

from minilens.collect.flat import files
from minilens.collect.flat.files import Rejected
from minilens.collect.flat.mapping import Unfit
from minilens.errors import CannotStart, MinilensError, Refused
from minilens.period import now_ms
from minilens.reference import places
from minilens.reference.places import Lookup, Place
from minilens.settings import Settings
from minilens.spool.record import encode
from minilens.spool.writer import Writer, frame

WRITE_BYTES = 2 << 20
#: Held in memory at most while the engine is being opened.
MOST_HELD = 64 << 20


@dataclass(frozen=True)
class Wanted:
    """What is to be read, and into which folder of the spool."""

    settings: Settings
    app: int
    path: Path
    folder: Path
    kind: str | None
    fields: dict[str, str]
    identity: str
    blocked: frozenset[int] = frozenset()

    @property
    def rejects(self) -> Path:
        """The file for the lines that do not go in."""
        return self.path.with_name(self.path.name + ".rejected.csv")


@dataclass(frozen=True)
class Ended:
    """How it ended. What came before a failure was written and counts."""

    events: int
    rejected: int
    first: Rejected | None = None
    failed: tuple[str, str, str, str] | None = None  # code or nothing, field, zh, en

    def error(self) -> MinilensError | None:
        """What ended the reading early, in both languages as it was said."""
        if self.failed is None:
            return None
        code, field, zh, en = self.failed
        if not code:
            return CannotStart(en, zh)
        error = Unfit("", zh, en, code)
        error.field = field
        return error


class Rejects:
    """The file beside the imported one, with the lines that did not go in; made at the first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self.first: Rejected | None = None
        self._open = ExitStack()
        self._write: Callable[[tuple[object, ...]], object] | None = None

    def add(self, one: Rejected) -> None:
        """Write one line with its number and reason."""
        try:
            if self._write is None:
                file = self._open.enter_context(self.path.open("w", newline="", encoding="utf-8"))
                self._write = csv.writer(file).writerow
                self._write(("line", "code", "field", "reason", "原因", "text"))
                self.first = replace(one, text="")
            self._write((one.line, one.code, one.field, one.reason_en, one.reason_zh, one.text))
        except OSError as error:
            raise self._unwritable(one, error) from error
        self.count += 1

    def _unwritable(self, one: Rejected, error: OSError) -> CannotStart:
        """Rejected lines are not lost in silence: reading ends, and this is said."""
        return CannotStart(
            f"Line {one.line} was rejected ({one.reason_en}), and {self.path} for such lines cannot be "
            f"written: {error.strerror}. Copy the file into a folder that can be written, and import it there.",
            f"第 {one.line} 行被拒收（{one.reason_zh}），而记录这些行的 {self.path} 无法写入："
            f"{error.strerror}。请把文件复制到可写的目录后再导入。",
        )

    def close(self) -> None:
        """Close the file where there is one."""
        self._open.close()


class Reader:
    """The process that reads, seen from the command."""

    def __init__(self, wanted: Wanted) -> None:
        # a copy of this process has all modules already; elsewhere than on Linux copies are not safe
        context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(
            target=_work, args=(wanted, theirs, self._ours), daemon=True
        )
        self._process.start()
        theirs.close()

    def read(self, tell: Callable[[float], None]) -> Ended:
        """Let it write to the spool; `tell` is given the share of the file that was read."""
        try:
            self._ours.send(True)
            while not isinstance(said := self._ours.recv(), Ended):
                tell(said)
        except (EOFError, OSError):
            self._process.join()
            raise MinilensError(
                f"The process that reads the file ended ({self._process.exitcode}). "
                "Import the file again: what went in already is not counted twice."
            ) from None
        return said

    def close(self) -> None:
        """End it, if it has not ended."""
        self._process.terminate()
        self._process.join()
        self._ours.close()


class _Spool:
    """Batches on their way to the spool, in large pieces; at first they wait for leave to write."""

    def __init__(self, wanted: Wanted, command: Connection) -> None:
        self._wanted = wanted
        self._command = command
        self._asked = False
        self._writer: Writer | None = None
        self._held: list[bytes] = []
        self._size = 0

    def add(self, record: bytes) -> bool:
        """Take a record; True where those held were written."""
        self._held.append(record)
        self._size += len(record)
        if self._size < WRITE_BYTES:
            return False
        if self._writer is None and self._size < MOST_HELD and not self._command.poll():
            return False
        self.flush()
        return True

    def ask(self) -> None:
        """Return when the command is there to listen, and somebody will load what is written."""
        if not self._asked:
            self._command.recv()
            self._asked = True

    def wait(self) -> None:
        """Return when something may be written."""
        if self._writer is None:
            self.ask()
            reserve = self._wanted.settings.reserve_mb << 20
            self._writer = Writer(self._wanted.folder, reserve=reserve)

    def flush(self) -> None:
        """Write what is held."""
        self.wait()
        if self._held and self._writer is not None:
            self._writer.write(b"".join(self._held))
        self._held, self._size = [], 0

    def close(self) -> None:
        """Let the folder go."""
        if self._writer is not None:
            self._writer.close()


def _work(wanted: Wanted, command: Connection, other_end: Connection) -> None:
    """The process: read all, say how far it is, then how it ended."""
    other_end.close()  # or the end of the command would not be noticed
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the command hears it, and ends this process
    gc.freeze()
    rejects, spool, events = Rejects(wanted.rejects), _Spool(wanted, command), 0
    failed = None
    try:
        try:
            for count, share in _written(wanted, spool, rejects):
                events += count
                command.send(share)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            raise
        except Exception as error:
            failed = _failure(wanted, error)
        finally:
            spool.close()
            rejects.close()
        spool.ask()  # the command speaks first: else it would find nobody, and not what was said
        command.send(Ended(events, rejects.count, rejects.first, failed))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        sys.exit(1)  # the command is gone: what was written is loaded by whoever comes next


def _failure(wanted: Wanted, error: Exception) -> tuple[str, str, str, str]:
    """What ended the reading, in both languages; all that can be said of what nobody foresaw."""
    if isinstance(error, Refused):
        return error.code, error.field, error.message("zh"), error.message("en")
    if isinstance(error, MinilensError):
        return "", "", error.message("zh"), error.message("en")
    why = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return (
        "",
        "",
        f"读取 {wanted.path} 时出错：{why}。此前读入的有效；再次导入不会重复计数。",
        f"Reading {wanted.path} failed: {why}. What was read before counts; importing it again adds nothing twice.",
    )


def _written(wanted: Wanted, spool: _Spool, rejects: Rejects) -> Iterator[tuple[int, float]]:
    """Write the file's batches to the spool; (events, share of the file) after each piece."""
    events = 0
    failed: Exception | None = None
    with _Places(wanted.settings.cache) as lookup:
        reading = files.read(
            wanted.path,
            app=wanted.app,
            secret=wanted.settings.secret,
            now_ms=now_ms(),
            mapping=wanted.fields or None,
            identity=wanted.identity,
            blocked=wanted.blocked,
            kind=wanted.kind,
            place=lookup.place,
        )
        try:
            for item in reading:
                if isinstance(item, Rejected):
                    spool.wait()
                    rejects.add(item)
                    continue
                events += len(item.events)
                if spool.add(frame(encode(item))):
                    yield events, reading.bytes_read / max(reading.bytes_total, 1)
                    events = 0
        except Exception as error:
            failed = error
    spool.flush()  # what came before a failure counts all the same
    yield events, 1.0
    if failed:
        raise failed


class _Places:
    """The places of addresses, opened at the first: only logs have any."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._lookup: Lookup | None = None

    def place(self, address: str) -> Place:
        """The place of an address."""
        if self._lookup is None:
            self._lookup = places.open(self._cache)
        return self._lookup.place(address)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._lookup is not None:
            self._lookup.close()
