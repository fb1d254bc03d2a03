"""The loader, the sweeper and a replay write one file of marks: none takes back what another wrote."""

from __future__ import annotations

import os
from pathlib import Path

from minilens.spool.reader import ReceiverSpool
from minilens.spool.writer import Writer, frame


def written(path: Path) -> Path:
    """One segment that its writer has closed, and one that is being written."""
    for text in (b"one", b"two"):
        writer = Writer(path, reserve=0)
        writer.write(frame(text))
        writer.close()
    return path


def test_sweeping_does_not_take_back_how_far_is_loaded(tmp_path: Path) -> None:
    path = written(tmp_path / "receiver")
    loader, sweeper = ReceiverSpool(path), ReceiverSpool(path)
    first, second = loader.segments()
    loader.mark(first, first.size(), 1, moment=1.0)
    loader.mark(second, 5, 1, moment=2.0)
    assert sweeper.sweep(older_than=1.5) == 1
    assert [segment.loaded for segment in ReceiverSpool(path).segments()] == [5]


def test_a_segment_sent_back_while_it_is_loaded_stays_sent_back(tmp_path: Path) -> None:
    path = written(tmp_path / "receiver")
    loader = ReceiverSpool(path)
    segment = loader.segments()[0]
    loader.intend(segment, segment.size())
    ReceiverSpool(path).rewind(segment.id)
    loader.mark(segment, segment.size(), 1, moment=1.0)
    again = ReceiverSpool(path).segments()[0]
    assert (again.loaded, again.generation, again.clear) == (0, 1, True)


def test_a_folder_that_is_swept_while_it_is_looked_at_is_empty(tmp_path: Path) -> None:
    path = written(tmp_path / "import-1")
    folder = ReceiverSpool(path)
    segments = folder.segments()
    for name in os.listdir(path):
        (path / name).unlink()
    path.rmdir()
    assert [segment.size() for segment in segments] == [0, 0]
    assert (folder.segments(), folder.waiting(), list(folder.pending())) == ([], 0, [])
    assert ReceiverSpool(path).segments() == []
    folder.finish()
