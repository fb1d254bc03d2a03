"""Segments: one writer a folder, names in order, damage that costs itself only."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from minilens.errors import CannotStart
from minilens.spool import reader
from minilens.spool import writer as writing
from minilens.spool.reader import ReceiverSpool, Segment, read
from minilens.spool.writer import Writer, frame, uuid7


def whole(path: Path) -> Segment:
    """A segment to which nothing will be added."""
    return Segment(path, 0, 0, closed=True)


def test_a_torn_last_record_is_passed_over_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.seg"
    path.write_bytes(frame(b"one") + frame(b"two")[:-2])
    chunk = read(whole(path), 1 << 20)
    assert (chunk.texts, chunk.damaged) == ([b"one"], 1)
    assert chunk.end == path.stat().st_size


def test_a_record_still_being_written_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "a.seg"
    path.write_bytes(frame(b"one") + frame(b"two")[:-2])
    chunk = read(Segment(path, 0, 0, closed=False), 1 << 20)
    assert (chunk.texts, chunk.damaged, chunk.end) == ([b"one"], 0, len(frame(b"one")))


@pytest.mark.parametrize("place", range(len(frame(b"damaged"))))
def test_a_damaged_record_loses_only_itself(tmp_path: Path, place: int) -> None:
    bad = bytearray(frame(b"damaged"))
    bad[place] ^= 0x01
    path = tmp_path / "a.seg"
    path.write_bytes(frame(b"one") + bytes(bad) + frame(b"two") + frame(b"three"))
    chunk = read(whole(path), 1 << 20)
    if place == 8:  # the blank after the checksum says nothing
        assert chunk.texts == [b"one", b"damaged", b"two", b"three"]
        return
    assert chunk.damaged >= 1
    lost_with_it = place == len(bad) - 1  # its line end: the next record is on the same line
    assert chunk.texts == [b"one", b"three"] if lost_with_it else [b"one", b"two", b"three"]


@pytest.mark.parametrize("closed", [True, False])
def test_a_chunk_is_the_same_in_pieces_of_any_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, closed: bool
) -> None:
    bad = bytearray(frame(b"damaged"))
    bad[3] ^= 0x01
    path = tmp_path / "a.seg"
    path.write_bytes(frame(b"one") + bytes(bad) + frame(b"three") + frame(b"torn")[:-2])
    segment, size = Segment(path, 0, 0, closed=closed), path.stat().st_size
    at_once = [read(segment, most) for most in range(1, size + 2)]
    assert {tuple(one.texts) for one in at_once} == {(b"one",), (b"one", b"three")}
    for some in range(1, size + 2):
        monkeypatch.setattr(reader, "PIECE", some)
        assert [read(segment, most) for most in range(1, size + 2)] == at_once


def test_a_writer_after_a_crash_begins_a_new_segment(tmp_path: Path) -> None:
    first = Writer(tmp_path / "main", reserve=0)
    first.write(frame(b"one"))
    first.close()
    (torn,) = (tmp_path / "main").glob("*.seg")
    torn.write_bytes(frame(b"one") + b"0000")
    second = Writer(tmp_path / "main", reserve=0)
    second.write(frame(b"two"))
    second.close()
    chunks = [read(segment, 1 << 20) for segment in ReceiverSpool(tmp_path / "main").segments()]
    assert [(chunk.texts, chunk.damaged) for chunk in chunks] == [([b"one"], 1), ([b"two"], 0)]


def test_a_full_segment_is_followed_by_another_in_order(tmp_path: Path) -> None:
    spool = Writer(tmp_path / "main", reserve=0, segment_bytes=100)
    for n in range(200):
        spool.write(frame(b"%050d" % n))
    segments = ReceiverSpool(tmp_path / "main").segments()
    spool.close()
    assert len(segments) == 100
    assert [segment.closed for segment in segments] == [True] * 99 + [False]
    texts = [text for segment in segments for text in read(segment, 1 << 20).texts]
    assert texts == [b"%050d" % n for n in range(200)]


def test_a_clock_that_is_set_back_does_not_disturb_the_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n, moment in enumerate((5_000_000, 1_000, 0)):
        monkeypatch.setattr(writing, "now_ms", lambda moment=moment: moment)
        spool = Writer(tmp_path / "main", reserve=0)
        spool.write(frame(b"%d" % n))
        last = ReceiverSpool(tmp_path / "main").segments()[-1]
        assert (last.closed, read(last, 1 << 20).texts) == (False, [b"%d" % n])
        spool.close()


def test_a_second_writer_is_refused_with_a_sentence(tmp_path: Path) -> None:
    spool = Writer(tmp_path / "main", reserve=0)
    with pytest.raises(CannotStart, match=r"Another receiver is writing to .*main\. Stop it, or"):
        Writer(tmp_path / "main", reserve=0)
    spool.close()
    Writer(tmp_path / "main", reserve=0).close()


def test_a_second_process_is_refused_too(tmp_path: Path) -> None:
    spool = Writer(tmp_path / "main", reserve=0)
    code = "import sys; from pathlib import Path; from minilens.spool.writer import Writer; "
    code += "Writer(Path(sys.argv[1]), reserve=0)"
    call = [sys.executable, "-c", code, str(tmp_path / "main")]
    said = subprocess.run(call, capture_output=True, text=True, timeout=60, check=False)
    spool.close()
    assert said.returncode == 1
    assert "Another receiver is writing to" in said.stderr


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotStart, match="cannot be written"):
        Writer(tmp_path / "file" / "main", reserve=0)


def test_ids_of_segments_are_uuids_of_version_7_in_the_order_of_time() -> None:
    ids = [uuid7(moment) for moment in (0, 1, 1 << 40, (1 << 48) - 1)]
    assert ids == sorted(ids)
    assert {text[14] for text in ids} == {"7"}
    assert {text[19] for text in ids} <= set("89ab")


@pytest.mark.parametrize("text", ["", "[]", '{"a": 3}', '{"a": {"no": 1}}', "\x00\x00"])
def test_marks_that_cannot_be_read_are_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "marks.json").write_text(text)
    with pytest.raises(CannotStart, match=r"marks\.json doesn't say how far"):
        ReceiverSpool(tmp_path)
