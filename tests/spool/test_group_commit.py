"""Many requests share one sync, and none is answered before it."""

from __future__ import annotations

import asyncio
import os
import threading
from pathlib import Path

import pytest

from minilens.errors import Busy
from minilens.spool.reader import Segment, read
from minilens.spool.writer import GroupCommit, Writer, frame


class Disk:
    """An fdatasync that waits until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.open = threading.Event()
        self.syncs = 0
        whole = os.fdatasync

        def sync(file: int) -> None:
            assert self.open.wait(30)
            self.syncs += 1
            whole(file)

        monkeypatch.setattr(os, "fdatasync", sync)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def texts(folder: Path) -> list[bytes]:
    """All records of a folder."""
    paths = sorted(folder.glob("*.seg"))
    return [t for path in paths for t in read(Segment(path, 0, 0, closed=True), 1 << 30).texts]


def test_no_answer_before_the_sync_and_one_sync_for_many(tmp_path: Path, disk: Disk) -> None:
    async def run() -> None:
        spool = GroupCommit(Writer(tmp_path / "main", reserve=0))
        waiting = [asyncio.create_task(spool.append(frame(b"%d" % n))) for n in range(100)]
        await asyncio.sleep(0.2)
        assert texts(tmp_path / "main"), "it is written, but not synced"
        assert not any(task.done() for task in waiting)
        disk.open.set()
        await asyncio.gather(*waiting)
        await spool.close()

    asyncio.run(run())
    assert sorted(map(int, texts(tmp_path / "main"))) == list(range(100))
    assert disk.syncs <= 2


def test_when_the_write_fails_everyone_of_the_group_is_told(tmp_path: Path) -> None:
    async def run() -> list[object]:
        spool = GroupCommit(Writer(tmp_path / "main", reserve=1 << 60))
        appends = [spool.append(frame(b"x")) for _ in range(10)]
        answers: list[object] = list(await asyncio.gather(*appends, return_exceptions=True))
        await spool.close()
        return answers

    answers = asyncio.run(run())
    assert len(answers) == 10
    assert all(isinstance(answer, Busy) and answer.retry_after for answer in answers)
    assert not texts(tmp_path / "main")


def test_a_sender_that_goes_away_does_not_disturb_the_others(tmp_path: Path, disk: Disk) -> None:
    async def run() -> None:
        spool = GroupCommit(Writer(tmp_path / "main", reserve=0))
        first, gone, last = (asyncio.create_task(spool.append(frame(b"%d" % n))) for n in range(3))
        await asyncio.sleep(0.05)
        gone.cancel()
        disk.open.set()
        await asyncio.gather(first, last)
        with pytest.raises(asyncio.CancelledError):
            await gone
        await spool.append(frame(b"3"))
        await spool.close()

    asyncio.run(run())
    assert texts(tmp_path / "main") == [b"0", b"1", b"2", b"3"]


def test_closing_waits_for_what_is_under_way(tmp_path: Path, disk: Disk) -> None:
    async def run() -> bool:
        spool = GroupCommit(Writer(tmp_path / "main", reserve=0))
        task = asyncio.create_task(spool.append(frame(b"1")))
        await asyncio.sleep(0.05)
        asyncio.get_running_loop().call_later(0.1, disk.open.set)
        await spool.close()
        await asyncio.sleep(0)
        return task.done() and not task.exception()

    assert asyncio.run(run())
    assert texts(tmp_path / "main") == [b"1"]
