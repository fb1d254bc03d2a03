"""The loader's side of the spool: what is received and not loaded, and the marks that say so."""

from __future__ import annotations

import contextlib
import copy
import fcntl
import json
import math
import os
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from minilens.errors import CannotStart, MinilensError
from minilens.spool import fencing
from minilens.spool.writer import sync_folder


@dataclass(frozen=True)
class Segment:
    """One segment file, and how far it is loaded (bytes and records)."""

    path: Path  # of one that lies on another host the name alone
    loaded: int
    records: int
    closed: bool  # nothing more will be written to it
    generation: int = 0  # how often it was sent back to its beginning
    clear: bool = False  # what it brought before has to be taken out first

    @property
    def id(self) -> str:
        return self.path.stem

    def size(self) -> int:
        """Bytes; 0 where it has been swept meanwhile."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def piece(self, start: int, most: int) -> bytes:
        """Bytes from `start` on, fewer than `most` only where the segment ends."""
        with open(self.path, "rb") as file:
            file.seek(start)
            return file.read(most)


@dataclass(frozen=True)
class Chunk:
    """Whole records of one segment: `texts` between byte `start` and `end`, numbered from `first`."""

    segment: str
    start: int
    end: int
    first: int
    texts: list[bytes]
    lines: int
    damaged: int


#: Bytes that are read at a time, so that a chunk is in memory once; of a record that is larger than the chunk.
PIECE, LONGEST_LINE = 4 << 20, 1 << 16


def read(segment: Segment, most_bytes: int, end: int = 0) -> Chunk:
    """The next whole records, up to byte `end` where a chunk was begun before.

    In a closed segment a torn last record is passed over and counted.
    """
    if end > segment.loaded:
        most_bytes = end - segment.loaded
    texts, lines, size, rest = list[bytes](), 0, 0, b""
    for piece in _pieces(segment, most_bytes):
        size += len(piece)
        *whole, rest = (rest + piece).split(b"\n")
        lines += len(whole)
        texts += filter(None, map(_text, whole))
    torn = segment.closed and rest != b"" and not segment.piece(segment.loaded + size, 1)
    end = segment.loaded + (size if torn else size - len(rest))
    damaged = lines - len(texts) + int(torn)
    return Chunk(segment.path.stem, segment.loaded, end, segment.records, texts, lines, damaged)


def _pieces(segment: Segment, most_bytes: int) -> Iterator[bytes]:
    """The next bytes, so many in all; where these hold no whole record, up to the end of the first."""
    at, until, whole = segment.loaded, segment.loaded + most_bytes, False
    while at < until and (piece := segment.piece(at, min(PIECE, until - at))):
        at, whole = at + len(piece), whole or b"\n" in piece
        yield piece
    most = max(most_bytes, LONGEST_LINE)
    while at > segment.loaded and not whole and (piece := segment.piece(at, most)):
        whole = b"\n" in piece
        piece = piece[: piece.find(b"\n") + 1 or len(piece)]
        at += len(piece)
        yield piece


def _text(line: bytes) -> bytes | None:
    """The record of a line; None where it is not as it was written."""
    text = line[9:]
    return text if text and line[:8] == b"%08x" % zlib.crc32(text) else None


@dataclass
class Mark:
    """How far a segment is loaded, and to where the chunk reaches that was begun."""

    loaded: int = 0
    records: int = 0
    moment: float = 0.0
    intended: int = 0
    generation: int = 0
    clear: bool = False


#: The folder, beside the segments, of those that hold damaged records.
DAMAGED = "damaged"

_CHANGING = threading.RLock()


class MarksMoved(MinilensError):
    """Somebody else loaded from the segment meanwhile, or it was sent back: the marks are to be asked anew."""


class Folder(Protocol):
    """What is received and not loaded, with the marks that say so: of this host, or of another one."""

    @property
    def name(self) -> str:
        """Of the receiver, or of the import."""

    def segments(self) -> list[Segment]: ...
    def pending(self) -> Iterator[Segment]: ...
    def waiting(self) -> int: ...
    def intended(self, segment: str) -> int: ...
    def intend(self, segment: Segment, end: int) -> None: ...
    def mark(self, segment: Segment, loaded: int, records: int, moment: float) -> None: ...
    def note_damaged(self, segment: Segment, start: int, end: int, records: int) -> None: ...
    def damaged(self) -> int: ...
    def rewind(self, segment: str) -> None: ...
    def cleared(self, segment: str) -> None: ...
    def sweep(self, older_than: float = math.inf) -> int: ...
    def finish(self) -> None: ...
    def kept_damaged(self) -> list[Segment]: ...
    def replace(self, segment: Segment, was: bytes, made: bytes) -> None: ...


class ReceiverSpool:
    """The loader's side of one receiver's folder. `number`: of the lease under which marks are changed, where the
    loader is elected."""

    def __init__(
        self, path: Path, marks: dict[str, Mark] | None = None, *, number: int | None = None
    ) -> None:
        self.path = path
        self.number = number
        self._marks = self._read() if marks is None else marks

    @property
    def name(self) -> str:
        """Of the receiver, or of the import."""
        return self.path.name

    def segments(self) -> list[Segment]:
        """All segments, oldest first."""
        paths = sorted(self.path.glob("*.seg"))
        alive = self.written()
        found = []
        for n, path in enumerate(paths):
            mark = self._mark(path.stem)
            closed = n < len(paths) - 1 or not alive
            found.append(
                Segment(path, mark.loaded, mark.records, closed, mark.generation, mark.clear)
            )
        return found

    def pending(self) -> Iterator[Segment]:
        """Segments with bytes that are not loaded."""
        for segment in self.segments():
            if segment.size() > segment.loaded:
                yield segment

    def waiting(self) -> int:
        """Bytes not loaded yet."""
        return sum(max(0, segment.size() - segment.loaded) for segment in self.segments())

    def written(self) -> bool:
        """Whether a receiver holds the folder."""
        try:
            lock = os.open(self.path / "lock", os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return False
        except OSError:
            return True
        finally:
            os.close(lock)

    def mark_of(self, segment: str) -> Mark:
        """The mark as it is written down."""
        return self._mark(segment)

    def intended(self, segment: str) -> int:
        """The end of the chunk that was begun and perhaps not finished; 0 where there is none."""
        return self._mark(segment).intended

    def intend(self, segment: Segment, end: int) -> None:
        """Say durably how far the chunk to be loaded reaches: doing it again must be the same chunk.

        MarksMoved where the segment is not loaded as far as it was, or another chunk was begun.
        """
        with self._changing():
            mark = self._mark(segment.id)
            begun = mark.intended > mark.loaded and mark.intended != end
            if begun or (mark.loaded, mark.generation) != (segment.loaded, segment.generation):
                raise MarksMoved(f"{self.name}: {segment.id}")
            mark.intended = end

    def mark(self, segment: Segment, loaded: int, records: int, moment: float) -> None:
        """Say durably how far a segment is loaded. Only after the inserts succeeded.

        Nothing where it was sent back to its beginning meanwhile: it will be loaded again; nor where somebody else
        has loaded from it.
        """
        with self._changing():
            mark = self._mark(segment.id)
            if (mark.loaded, mark.generation) == (segment.loaded, segment.generation):
                mark.loaded, mark.records, mark.moment, mark.intended = loaded, records, moment, 0

    def note_damaged(self, segment: Segment, start: int, end: int, records: int) -> None:
        """Write down that so many records between two bytes cannot be read; the segment will be kept."""
        kept = self.path / DAMAGED
        kept.mkdir(mode=0o700, exist_ok=True)
        facts = {"segment": segment.id, "start": start, "end": end, "records": records}
        (kept / f"{segment.id}-{start}.json").write_text(json.dumps(facts))

    def damaged(self) -> int:
        """Records that could not be read, whose segments are kept."""
        found = 0
        for file in (self.path / DAMAGED).glob("*.json"):
            with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
                found += int(json.loads(file.read_text())["records"])
        return found

    def _let_go(self, segment: Segment) -> None:
        """Delete a segment; one with damaged records is put beside what is known of them."""
        kept = self.path / DAMAGED
        if any(kept.glob(f"{segment.id}-*.json")):
            segment.path.replace(kept / segment.path.name)
        else:
            segment.path.unlink(missing_ok=True)

    def rewind(self, segment: str) -> None:
        """Have a segment loaded again from its beginning, after what it brought is taken out."""
        with self._changing():
            generation = self._mark(segment).generation + 1
            self._marks[segment] = Mark(generation=generation, clear=True)

    def cleared(self, segment: str) -> None:
        """What the segment brought before has been taken out."""
        with self._changing():
            self._mark(segment).clear = False

    def sweep(self, older_than: float = math.inf) -> int:
        """Delete closed segments that were loaded whole, before `older_than` where it is said; how many."""
        gone = 0
        with self._changing():
            for segment in self.segments():
                moment = self._mark(segment.id).moment
                whole = segment.size() <= segment.loaded
                if segment.closed and whole and moment < older_than:
                    self._let_go(segment)
                    self._marks.pop(segment.id, None)
                    gone += 1
        return gone

    def finish(self) -> None:
        """Remove what an import left, and its folder, as far as it is loaded and nobody writes to it."""
        self.sweep()
        if self.written() or any(self.path.glob("*.seg")):
            return
        for name in ("marks.json", "lock", fencing.LOCK, fencing.FILE):
            (self.path / name).unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # gone already, or it keeps damaged segments
            self.path.rmdir()

    def kept_damaged(self) -> list[Segment]:
        """Segments that are kept because records of them cannot be read; nothing of them will be loaded."""
        return [
            Segment(path, path.stat().st_size, 0, closed=True)
            for path in sorted((self.path / DAMAGED).glob("*.seg"))
        ]

    def replace(self, segment: Segment, was: bytes, made: bytes) -> None:
        """Other bytes in a closed segment, as many as there were; nothing where it holds others than `was`."""
        path = segment.path
        with self._changing():
            if not path.exists() or path.read_bytes() != was:
                return
            new = path.with_suffix(".new")
            with open(new, "wb") as file:
                file.write(made)
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
            sync_folder(path.parent)

    def _mark(self, segment: str) -> Mark:
        return self._marks.setdefault(segment, Mark())

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Around a change: of the marks as they are written down now, written down again where they differ.

        The loader, sweeping and `minilens replay` each hold a `ReceiverSpool` of their own, in one process; the
        receiver has one where its loader is elsewhere.
        """
        with _CHANGING, fencing.held(self.path, self.number):
            self._marks = self._read()
            before = copy.deepcopy(self._marks)
            yield
            if self._marks != before:
                self._save()

    def _read(self) -> dict[str, Mark]:
        marks = self.path / "marks.json"
        try:
            found = json.loads(marks.read_text())
            return {segment: Mark(**mark) for segment, mark in found.items()}
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise CannotStart(
                f"{marks} doesn't say how far the spool has been loaded ({error}); restore a backup",
                f"{marks} 无法读出接收队列已入库到哪里（{error}）；请用备份恢复",
            ) from error

    def _save(self) -> None:
        temporary = self.path / "marks.json.new"
        with open(temporary, "w") as file:
            json.dump({segment: asdict(mark) for segment, mark in self._marks.items()}, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, self.path / "marks.json")
        sync_folder(self.path)


def paths(spool: Path) -> list[Path]:
    """The folder of every receiver, and of every import."""
    return [path for path in sorted(spool.iterdir()) if path.is_dir()] if spool.exists() else []


def folders(spool: Path) -> list[ReceiverSpool]:
    """All of them; CannotStart where the marks of one cannot be read."""
    return [ReceiverSpool(path) for path in paths(spool)]


def looked_at(spool: Path) -> list[ReceiverSpool]:
    """All of them, for those who only look: where marks cannot be read, everything in the folder waits."""
    found = []
    for path in paths(spool):
        try:
            found.append(ReceiverSpool(path))
        except CannotStart:
            found.append(ReceiverSpool(path, {}))
    return found
