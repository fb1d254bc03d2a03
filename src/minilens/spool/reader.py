"""The loader's side of the spool: what is received and not loaded, and the marks that say so."""

from __future__ import annotations

import fcntl
import json
import math
import os
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from minilens.errors import CannotStart
from minilens.spool.writer import sync_folder


@dataclass(frozen=True)
class Segment:
    """One segment file, and how far it is loaded (bytes and records)."""

    path: Path
    loaded: int
    records: int
    closed: bool  # nothing more will be written to it
    generation: int = 0  # how often it was sent back to its beginning
    clear: bool = False  # what it brought before has to be taken out first

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
    return Chunk(
        segment.path.stem, segment.loaded, end, segment.records, texts, len(lines), damaged
    )


@dataclass
class Mark:
    """How far a segment is loaded, and to where the chunk reaches that was begun."""

    loaded: int = 0
    records: int = 0
    moment: float = 0.0
    intended: int = 0
    generation: int = 0
    clear: bool = False


class Folder:
    """The loader's side of one receiver's folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._marks: dict[str, Mark] = {}
        marks = path / "marks.json"
        if marks.exists():
            try:
                found = json.loads(marks.read_text())
                self._marks = {segment: Mark(**mark) for segment, mark in found.items()}
            except (ValueError, TypeError, AttributeError) as error:
                raise CannotStart(
                    f"{marks} does not tell how far the spool is loaded ({error}); restore a backup",
                    f"{marks} 无法读出接收队列已入库到哪里（{error}）；请用备份恢复",
                ) from error

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

    def mark_of(self, segment: str) -> Mark:
        """The mark as it is written down."""
        return self._mark(segment)

    def intended(self, segment: str) -> int:
        """The end of the chunk that was begun and perhaps not finished; 0 where there is none."""
        return self._mark(segment).intended

    def intend(self, segment: str, end: int) -> None:
        """Say durably how far the chunk to be loaded reaches: doing it again must be the same chunk."""
        mark = self._mark(segment)
        if mark.intended != end:
            mark.intended = end
            self._save()

    def mark(self, segment: str, loaded: int, records: int, moment: float) -> None:
        """Say durably how far a segment is loaded. Only after the inserts succeeded."""
        mark = self._mark(segment)
        mark.loaded, mark.records, mark.moment, mark.intended = loaded, records, moment, 0
        self._save()

    def rewind(self, segment: str) -> None:
        """Have a segment loaded again from its beginning, after what it brought is taken out."""
        generation = self._mark(segment).generation + 1
        self._marks[segment] = Mark(generation=generation, clear=True)
        self._save()

    def cleared(self, segment: str) -> None:
        """What the segment brought before has been taken out."""
        self._mark(segment).clear = False
        self._save()

    def sweep(self, older_than: float = math.inf) -> int:
        """Delete closed segments that were loaded whole, before `older_than` where it is said; how many."""
        gone = 0
        for segment in self.segments():
            moment = self._mark(segment.id).moment
            whole = segment.path.stat().st_size <= segment.loaded
            if segment.closed and whole and moment < older_than:
                segment.path.unlink()
                self._marks.pop(segment.id, None)
                gone += 1
        if gone:
            self._save()
        return gone

    def finish(self) -> None:
        """Remove what an import left, and its folder, as far as it is loaded and nobody writes to it."""
        self.sweep()
        if self.written() or any(self.path.glob("*.seg")):
            return
        for name in ("marks.json", "lock"):
            (self.path / name).unlink(missing_ok=True)
        self.path.rmdir()

    def _mark(self, segment: str) -> Mark:
        return self._marks.setdefault(segment, Mark())

    def _save(self) -> None:
        temporary = self.path / "marks.json.new"
        with open(temporary, "w") as file:
            json.dump({segment: asdict(mark) for segment, mark in self._marks.items()}, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, self.path / "marks.json")
        sync_folder(self.path)


def folders(spool: Path) -> list[Folder]:
    """Every receiver's folder, and every import's."""
    return (
        [Folder(path) for path in sorted(spool.iterdir()) if path.is_dir()]
        if spool.exists()
        else []
    )
