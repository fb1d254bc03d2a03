"""A folder that cannot be loaded waits alone: receivers and imports beside it are counted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from minilens.errors import CannotStart
from minilens.load.by_folder import ByFolder
from minilens.load.pause import Pause
from minilens.load.pipeline import Pipeline
from minilens.load.worker import Failures, Worker
from minilens.serve import status, tasks
from minilens.settings import Settings
from minilens.spool.writer import Writer, frame
from tests.pipeline import Happening, House, at

MORNING = at("2026-03-02 09:00")
COUNT = "SELECT count() FROM events WHERE app = {app:UInt32}"


@pytest.fixture
def broken(pipeline: Pipeline) -> Iterator[Path]:
    """A folder that comes before all others, with a folder where its marks should be."""
    path = pipeline.spool / "import-0"
    writer = Writer(path, reserve=0)
    writer.write(frame(b"{}"))
    writer.close()
    (path / "marks.json").mkdir()
    yield path
    for file in path.iterdir():
        file.rmdir() if file.is_dir() else file.unlink()
    path.rmdir()


def test_the_others_are_loaded_and_the_reason_is_raised(
    pipeline: Pipeline, house: House, broken: Path
) -> None:
    house.receive([Happening(MORNING)])
    for load in (pipeline.loader.step, pipeline.loader.drain):
        with pytest.raises(CannotStart, match=str(broken)):
            load()
    assert house.rows(COUNT) == [(1,)]


def test_the_thread_goes_on_with_the_others_and_says_what_fails(
    pipeline: Pipeline, house: House, broken: Path
) -> None:
    failures = Failures()
    worker = Worker("load", ByFolder(pipeline.loader).step, Pause(), failures, idle=0.01)
    worker.start()
    try:
        until(lambda: failures.all() != [])
        for number in range(1, 6):
            house.receive([Happening(MORNING + number, device=f"d{number}")])
            until(partial(counted, house, number))
        (failure,) = failures.all()
        assert (failure.name, str(broken) in failure.reason) == ("load", True)
        assert failure.times < 10, "it is tried later and later"
        (broken / "marks.json").rmdir()
        until(lambda: failures.all() == [])
    finally:
        worker.stop()
        worker.join()


def test_figures_of_the_spool_are_told_all_the_same(pipeline: Pipeline, broken: Path) -> None:
    assert pipeline.left(broken.name)[0] == len(frame(b"{}"))
    assert status.waiting(pipeline.spool).bytes >= len(frame(b"{}"))
    assert status.damaged(pipeline.spool) == 0


def test_what_others_left_is_swept(pipeline: Pipeline, settings: Settings, broken: Path) -> None:
    writer = Writer(pipeline.spool / "import-1", reserve=0)
    writer.close()
    with pytest.raises(CannotStart, match=str(broken)):
        tasks.sweep_spool(pipeline, settings)
    assert broken.exists()
    assert not writer.folder.exists()


def test_a_segment_that_cannot_be_read_keeps_no_later_one_back(
    pipeline: Pipeline, house: House
) -> None:
    odd = pipeline.spool / "tests" / "00000000-0000-7000-8000-000000000000.seg"
    odd.mkdir()
    try:
        house.receive([Happening(MORNING)])
        pipeline.loader.step()
        assert house.rows(COUNT) == [(1,)]
        with pytest.raises(IsADirectoryError):
            pipeline.loader.step()
        assert status.waiting_events(pipeline.spool) == 0
    finally:
        odd.rmdir()


def counted(house: House, number: int) -> bool:
    """Whether the app has so many events."""
    return house.rows(COUNT) == [(number,)]


def until(look: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for it."""
    end = threading.Event()
    limit = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < limit, "it did not come"
        end.wait(0.02)
