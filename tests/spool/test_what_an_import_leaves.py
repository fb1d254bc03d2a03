"""The folder of a finished import goes away, and one that is not finished stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from minilens.spool.reader import ReceiverSpool
from minilens.spool.writer import Writer, frame


def written(path: Path) -> ReceiverSpool:
    """One segment, let go by its writer."""
    writer = Writer(path, reserve=0)
    writer.write(frame(b"one"))
    writer.close()
    return ReceiverSpool(path)


def load(folder: ReceiverSpool, moment: float) -> None:
    (segment,) = folder.segments()
    folder.mark(segment, segment.size(), 1, moment)


@pytest.mark.parametrize("moment", [0.0, 1e12], ids=["long ago", "to come"])
def test_it_goes_whenever_the_clock_says_it_was_loaded(tmp_path: Path, moment: float) -> None:
    folder = written(tmp_path / "import-1")
    load(folder, moment)
    folder.finish()
    assert list(tmp_path.iterdir()) == []


def test_it_stays_while_something_is_not_loaded(tmp_path: Path) -> None:
    folder = written(tmp_path / "import-1")
    folder.finish()
    assert [segment.loaded for segment in ReceiverSpool(folder.path).segments()] == [0]


def test_it_stays_while_somebody_writes(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "import-1", reserve=0)
    writer.write(frame(b"one"))
    folder = ReceiverSpool(tmp_path / "import-1")
    load(folder, 1.0)
    folder.finish()
    assert folder.path.exists()
    writer.close()
    ReceiverSpool(folder.path).finish()
    assert not folder.path.exists()


def test_without_a_moment_all_that_was_loaded_is_swept(tmp_path: Path) -> None:
    folder = written(tmp_path / "main")
    load(folder, 5.0)
    assert (folder.sweep(5.0), folder.sweep()) == (0, 1)
