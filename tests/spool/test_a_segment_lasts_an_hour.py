"""A receiver goes on to the next file after an hour, however little came."""

from __future__ import annotations

from pathlib import Path

import pytest

from minilens.spool.writer import SEGMENT_LASTS, Writer, frame


def test_after_an_hour_the_next_one_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1_800_000_000_000]
    monkeypatch.setattr("minilens.spool.writer.now_ms", lambda: clock[0])
    writer = Writer(tmp_path, reserve=0)
    for later, files in (
        (0, 1),
        (SEGMENT_LASTS - 1, 1),
        (1, 2),
        (-SEGMENT_LASTS * 9, 2),
        (SEGMENT_LASTS * 9 - 1, 2),
    ):
        clock[0] += later
        writer.write(frame(b"{}"))
        assert len(list(tmp_path.glob("*.seg"))) == files
    writer.close()
