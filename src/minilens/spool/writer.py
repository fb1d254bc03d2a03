"""The synced log between receiving and loading. What is acknowledged is in here, on disk.

    spool/<receiver>/lock                 held while the receiver lives: one writer a folder
    spool/<receiver>/<uuid7>.seg          segments, oldest first by name
    spool/<receiver>/marks.json           written by the loader alone: how far each is loaded

A record is one line: CRC-32 of the text in hex, a space, the text, a line feed. The text is JSON
and has no line feed of its own, so after a damaged record reading goes on at the next line. A
writer never appends to a segment that it did not begin, nor to one in which a write failed: a torn
last record stays the last.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import re
import secrets
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from minilens.errors import Busy, CannotStart
from minilens.period import now_ms

log = logging.getLogger(__name__)

SEGMENT_BYTES = 64 << 20
#: A segment is complete after so long (milliseconds), however little is in it: what has to be taken out of it can be.
SEGMENT_LASTS = 3_600_000
RETRY_AFTER = 15
AGAIN_AFTER = 1.0


def frame(text: bytes) -> bytes:
    """One record as it stands in a segment."""
    return b"%08x %s\n" % (zlib.crc32(text), text)


def uuid7(milliseconds: int) -> str:
    """A time-ordered UUID."""
    tail = secrets.randbits(74)
    number = milliseconds << 80 | 0x7 << 76 | (tail >> 62) << 64 | 0b10 << 62
    number |= tail & (1 << 62) - 1
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class Writer:
    """Appends records to the newest segment and syncs them. One at a time in a folder."""

    def __init__(self, folder: Path, *, reserve: int, segment_bytes: int = SEGMENT_BYTES) -> None:
        self.folder = folder
        self.reserve = reserve
        self.segment_bytes = segment_bytes
        try:
            folder.mkdir(parents=True, exist_ok=True)
            sync_folder(folder.parent)
            self._lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise CannotStart(
                f"{folder} cannot be written: {error.strerror}",
                f"{folder} 无法写入：{error.strerror}",
            ) from error
        self._hold()
        self._file = -1
        self._size = 0
        self._newest = max((made_at(path) for path in folder.glob("*.seg")), default=0)
        self._room_until = 0.0
        self._failed_until = 0.0

    def write(self, records: bytes) -> None:
        """Append framed records and sync. Busy, with nothing kept, when there is no room."""
        self._check_room()
        old = now_ms() - self._newest >= SEGMENT_LASTS
        if self._file < 0 or self._size >= self.segment_bytes or old:
            self._begin()
        try:
            view = memoryview(records)
            while view:
                view = view[os.write(self._file, view) :]
            os.fdatasync(self._file)
        except OSError as error:
            self._take_back()
            raise self._failed(error) from error
        self._size += len(records)

    def has_room(self) -> bool:
        """Whether records would be taken now, as far as the disk goes."""
        try:
            self._check_room()
        except (Busy, OSError):
            return False
        return True

    def close(self) -> None:
        """Let the folder go."""
        self._leave()
        os.close(self._lock)

    def _hold(self) -> None:
        """Take the folder. A loader that looks whether it is held holds it for a moment itself."""
        for wait in (0.05, 0.1, 0.2, 0.4, 0.0):
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except OSError:
                time.sleep(wait)
        os.close(self._lock)
        raise CannotStart(
            f"Another receiver is writing to {self.folder}. Stop it, or choose another data folder.",
            f"另一个接收进程正在写入 {self.folder}。请先停止它，或另选数据目录。",
        )

    def _begin(self) -> None:
        """A new segment. Its name sorts after every other, also where the clock was set back."""
        self._leave()
        self._newest = max(now_ms(), self._newest + 1)
        path = self.folder / f"{uuid7(self._newest)}.seg"
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
            sync_folder(self.folder)
        except OSError as error:
            self._leave()
            raise self._failed(error) from error
        self._size = 0

    def _leave(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _take_back(self) -> None:
        """Cut what was written and never acknowledged, and leave the segment.

        Not one byte is added to it again: a loader may have read what is cut, and would pass over
        whatever took its place. After a sync that failed the kernel may have dropped pages as well.
        """
        with contextlib.suppress(OSError):
            os.ftruncate(self._file, self._size)
            os.fsync(self._file)
        self._leave()

    def _failed(self, error: OSError) -> Busy:
        """What to answer, and for a second to come: each try leaves an empty segment behind."""
        log.warning("spool cannot be written", extra={"reason": error.strerror})
        self._room_until = 0.0
        self._failed_until = time.monotonic() + AGAIN_AFTER
        return Busy("no_room", RETRY_AFTER)

    def _check_room(self) -> None:
        """Refuse while free space would not cover the reserve; asked of the disk once a second."""
        now = time.monotonic()
        if now < self._failed_until:
            raise Busy("no_room", RETRY_AFTER)
        if now < self._room_until:
            return
        disk = os.statvfs(self.folder)
        if disk.f_bavail * disk.f_frsize < self.reserve:
            raise Busy("no_room", RETRY_AFTER)
        self._room_until = now + 1.0


def made_at(segment: Path) -> int:
    """Milliseconds in the name of a segment."""
    digits = segment.stem.replace("-", "")[:12]
    return int(digits, 16) if re.fullmatch("[0-9a-f]{12}", digits) else 0


class GroupCommit:
    """Lets many requests share one sync: what arrives while the disk is busy goes together."""

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

    def has_room(self) -> bool:
        """Whether records would be taken now, as far as the disk goes."""
        return self._writer.has_room()

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


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
