"""A full disk: nothing is acknowledged that is not kept, and receiving resumes by itself."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from minilens.errors import Busy
from minilens.spool import writer as writing
from minilens.spool.reader import ReceiverSpool, Segment, read
from minilens.spool.writer import AGAIN_AFTER, Writer, frame


def texts(folder: Path) -> list[bytes]:
    """All whole records of a folder, oldest first."""
    found = []
    for path in sorted(folder.glob("*.seg")):
        found += read(Segment(path, 0, 0, closed=True), 1 << 30).texts
    return found


class Clock:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(writing, "time", made)
    return made


def test_less_room_than_the_reserve_asks_to_come_again(tmp_path: Path, clock: Clock) -> None:
    spool = Writer(tmp_path / "main", reserve=0)
    spool.write(frame(b"1"))
    spool.reserve = 1 << 60
    clock.sleep(1.1)
    with pytest.raises(Busy) as error:
        spool.write(frame(b"2"))
    assert (error.value.code, error.value.status, error.value.retry_after) == ("no_room", 503, 15)
    spool.reserve = 0
    spool.write(frame(b"3"))
    spool.close()
    assert texts(tmp_path / "main") == [b"1", b"3"]


@pytest.mark.parametrize("failing", ["write", "fdatasync"])
def test_a_write_that_fails_half_way_leaves_nothing(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    spool = Writer(tmp_path / "main", reserve=0)
    spool.write(frame(b"before"))
    whole = os.write
    calls: list[int] = []

    def half(file: int, data: memoryview) -> int:
        if calls:
            raise OSError(errno.ENOSPC, "No space left on device")
        calls.append(1)
        return whole(file, data[: len(data) // 2])

    def broken(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as full:
        full.setattr(os, failing, half if failing == "write" else broken)
        with pytest.raises(Busy):
            spool.write(frame(b"lost") * 100)
    (segment,) = (tmp_path / "main").glob("*.seg")
    assert segment.read_bytes() == frame(b"before")
    with pytest.raises(Busy):  # not tried again at once
        spool.write(frame(b"early"))
    clock.sleep(AGAIN_AFTER)
    spool.write(frame(b"after"))
    spool.close()
    assert texts(tmp_path / "main") == [b"before", b"after"]


def test_what_is_cut_off_is_never_written_over(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A loader may have read the record already: one that stood in its place would be passed over."""
    folder = tmp_path / "main"
    spool = Writer(folder, reserve=0)
    spool.write(frame(b"first"))
    seen = []

    def loaded_then_broken(_: int) -> None:
        (segment,) = ReceiverSpool(folder).pending()
        seen.append((segment, read(segment, 1 << 20)))
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fdatasync", loaded_then_broken)
        with pytest.raises(Busy):
            spool.write(frame(b"never acknowledged"))
    ((segment, chunk),) = seen
    assert chunk.texts == [b"first", b"never acknowledged"]
    ReceiverSpool(folder).mark(segment, chunk.end, chunk.lines, 0.0)
    clock.sleep(AGAIN_AFTER)
    spool.write(frame(b"acknowledged"))
    left = [
        text for segment in ReceiverSpool(folder).pending() for text in read(segment, 1 << 20).texts
    ]
    spool.close()
    assert left == [b"acknowledged"]


def test_a_segment_that_cannot_be_begun(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Writer(tmp_path / "main", reserve=0)

    def broken(_: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as full:
        full.setattr(writing, "sync_folder", broken)
        with pytest.raises(Busy):
            spool.write(frame(b"1"))
    clock.sleep(AGAIN_AFTER)
    spool.write(frame(b"2"))
    spool.close()
    assert texts(tmp_path / "main") == [b"2"]


BOUNDED = """
import resource, signal, sys
from pathlib import Path
from minilens.errors import Busy
from minilens.spool.writer import Writer, frame
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
spool = Writer(Path(sys.argv[1]), reserve=0)
kept = 0
try:
    while True:
        spool.write(frame(b"x" * 91))
        kept += 1
except Busy:
    print(kept)
"""


def test_the_system_itself_stops_a_write_half_way(tmp_path: Path) -> None:
    assert hasattr(resource, "RLIMIT_FSIZE")
    call = [sys.executable, "-c", BOUNDED, str(tmp_path / "main")]
    said = subprocess.run(call, capture_output=True, text=True, timeout=60, check=False)
    assert said.stdout.strip() == "9", said.stderr
    (segment,) = (tmp_path / "main").glob("*.seg")
    assert segment.read_bytes() == frame(b"x" * 91) * 9
