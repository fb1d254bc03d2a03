"""The synced log between receiving and loading. What is acknowledged is in here, on disk.

    spool/<receiver>/lock                 held while the receiver lives: one writer a folder
    spool/<receiver>/<uuid7>.seg          segments, oldest first by name
    spool/<receiver>/marks.json           written by the loader alone: how far each is loaded

A record is one line: CRC-32 of the text in hex, a space, the text, a line feed. The text is JSON and
has no line feed of its own, so after a damaged record reading goes on at the next line. A writer never
appends to a segment that it did not begin: a torn last record stays the last.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import secrets
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from minilens.errors import Busy, CannotStart

SEGMENT_BYTES = 64 << 20
RETRY_AFTER = 15


def frame(text: bytes) -> bytes:
    """One record as it stands in a segment."""
    return b"%08x %s\n" % (zlib.crc32(text), text)


def uuid7(milliseconds: int) -> str:
    """A time-ordered UUID."""
    tail = secrets.randbits(74)
    number = (milliseconds << 80) | 0x7 << 76 | (tail >> 62) << 64 | 0b10 << 62 | tail & (1 << 62) - 1
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class Writer:
    """Appends records to the newest segment and syncs them. One at a time in a folder."""

    def __init__(self, folder: Path, *, reserve: int, segment_bytes: int = SEGMENT_BYTES) -> None:
        self.folder = folder
        self.reserve = reserve
        self.segment_bytes = segment_bytes
        folder.mkdir(parents=True, exist_ok=True)
        _sync_folder(folder.parent)
        self._lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise CannotStart(
                f"Another receiver writes to {folder}. Stop it, or choose another data folder."
            ) from None
        self._file = -1
        self._size = 0
        self._room_until = 0.0

    def write(self, records: bytes) -> None:
        """Append framed records and sync. Busy, with nothing kept, when there is no room."""
        self._check_room()
        if self._file < 0 or self._size >= self.segment_bytes:
            self._begin()
        try:
            view = memoryview(records)
            while view:
                view = view[os.write(self._file, view) :]
            os.fdatasync(self._file)
        except OSError as error:
            self._take_back()
            self._room_until = 0.0
            raise Busy("no_room", RETRY_AFTER) from error
        self._size += len(records)

    def close(self) -> None:
        """Let the folder go."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        os.close(self._lock)

    def _begin(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        path = self.folder / f"{uuid7(time.time_ns() // 1_000_000)}.seg"
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
            _sync_folder(self.folder)
        except OSError as error:
            raise Busy("no_room", RETRY_AFTER) from error
        self._size = 0

    def _take_back(self) -> None:
        """Cut what was written and never acknowledged; where even that fails, begin anew."""
        try:
            os.ftruncate(self._file, self._size)
            os.fsync(self._file)
        except OSError:
            os.close(self._file)
            self._file = -1

    def _check_room(self) -> None:
        """Refuse while free space would not cover the reserve; asked of the disk once a second."""
        now = time.monotonic()
        if now < self._room_until:
            return
        disk = os.statvfs(self.folder)
        if disk.f_bavail * disk.f_frsize < self.reserve:
            raise Busy("no_room", RETRY_AFTER)
        self._room_until = now + 1.0


class GroupCommit:
    """Lets many requests share one sync: whatever arrives while the disk is busy goes in the next write."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self._thread = ThreadPoolExecutor(1, "spool")
        self._running: asyncio.Task[None] | None = None

    async def append(self, record: bytes) -> None:
        """Return when the record is on disk; Busy when it is not and will not be."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((record, done))
        if self._running is None:
            self._running = asyncio.create_task(self._drain())
        await done

    async def _drain(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            group, self._waiting = self._waiting, []
            error: Exception | None = None
            try:
                block = b"".join([record for record, _ in group])
                await loop.run_in_executor(self._thread, self._writer.write, block)
            except Exception as failed:
                error = failed
            for _, done in group:
                if not done.done():
                    done.set_exception(error) if error else done.set_result(None)
        self._running = None

    async def close(self) -> None:
        """Wait for what is under way, then let the folder go."""
        if self._running:
            await self._running
        self._thread.shutdown()
        self._writer.close()


@dataclass(frozen=True)
class Segment:
    """One segment file, and how far it is loaded (bytes and records)."""

    path: Path
    loaded: int
    records: int
    closed: bool  # nothing more will be written to it

    @property
    def id(self) -> str:
        return self.path.stem


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


def read(segment: Segment, most_bytes: int, end: int = 0) -> Chunk:
    """The next whole records, up to byte `end` where a chunk was begun before.

    In a closed segment a torn last record is passed over and counted.
    """
    if end > segment.loaded:
        most_bytes = end - segment.loaded
    with open(segment.path, "rb") as file:
        file.seek(segment.loaded)
        data = file.read(most_bytes)
        if data and b"\n" not in data:  # one record larger than the chunk
            data += file.readline()
        at_end = not file.read(1)
    cut = data.rfind(b"\n") + 1
    torn = segment.closed and at_end and cut < len(data)
    texts, damaged = [], int(torn)
    lines = data[:cut].split(b"\n")[:-1]
    for line in lines:
        text = line[9:]
        if line[:8] == b"%08x" % zlib.crc32(text) and text:
            texts.append(text)
        else:
            damaged += 1
    end = segment.loaded + (len(data) if torn else cut)
    return Chunk(segment.path.stem, segment.loaded, end, segment.records, texts, len(lines), damaged)


class Folder:
    """The loader's side of one receiver's folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._marks: dict[str, list[float]] = {}
        if (path / "marks.json").exists():
            self._marks = json.loads((path / "marks.json").read_text())

    def segments(self) -> list[Segment]:
        """All segments, oldest first."""
        paths = sorted(self.path.glob("*.seg"))
        alive = self.written()
        found = []
        for n, path in enumerate(paths):
            loaded, records, _, _ = self._marks.get(path.stem, [0, 0, 0, 0])
            closed = n < len(paths) - 1 or not alive
            found.append(Segment(path, int(loaded), int(records), closed))
        return found

    def pending(self) -> Iterator[Segment]:
        """Segments with bytes that are not loaded."""
        for segment in self.segments():
            if segment.path.stat().st_size > segment.loaded:
                yield segment

    def waiting(self) -> int:
        """Bytes not loaded yet."""
        return sum(s.path.stat().st_size - s.loaded for s in self.pending())

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

    def intended(self, segment: str) -> int:
        """The end of the chunk that was begun and perhaps not finished; 0 where there is none."""
        return int(self._marks.get(segment, [0, 0, 0, 0])[3])

    def intend(self, segment: str, end: int) -> None:
        """Say durably how far the chunk to be loaded reaches: doing it again must be the same chunk."""
        loaded, records, moment, intended = self._marks.get(segment, [0, 0, 0, 0])
        if intended != end:
            self._marks[segment] = [loaded, records, moment, end]
            self._save()

    def mark(self, segment: str, loaded: int, records: int, moment: float) -> None:
        """Say durably how far a segment is loaded. Only after the inserts succeeded."""
        self._marks[segment] = [loaded, records, moment, 0]
        self._save()

    def rewind(self, segment: str) -> None:
        """Have a segment loaded again from its beginning."""
        self._marks.pop(segment, None)
        self._save()

    def sweep(self, older_than: float) -> int:
        """Delete closed segments that were loaded whole before `older_than`; how many."""
        gone = 0
        for segment in self.segments():
            moment = self._marks.get(segment.id, [0, 0, 0, 0])[2]
            whole = segment.path.stat().st_size <= segment.loaded
            if segment.closed and whole and moment < older_than:
                segment.path.unlink()
                self._marks.pop(segment.id, None)
                gone += 1
        if gone:
            self._save()
        return gone

    def _save(self) -> None:
        temporary = self.path / "marks.json.new"
        with open(temporary, "w") as file:
            json.dump(self._marks, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, self.path / "marks.json")
        _sync_folder(self.path)


def folders(spool: Path) -> list[Folder]:
    """Every receiver's folder, and every import's."""
    return [Folder(path) for path in sorted(spool.iterdir()) if path.is_dir()] if spool.exists() else []


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
