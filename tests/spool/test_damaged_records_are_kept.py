"""A record that the disk has spoiled is counted, and its segment is kept instead of swept."""

from __future__ import annotations

from pathlib import Path

from minilens.serve.status import damaged
from minilens.spool.reader import DAMAGED, ReceiverSpool, read
from minilens.spool.writer import Writer, frame


def test_it_is_counted_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "receiver"
    writer = Writer(path, reserve=0)
    writer.write(frame(b"one") + frame(b"two") + frame(b"three"))
    writer.close()
    folder = ReceiverSpool(path)
    (segment,) = folder.segments()
    text = segment.path.read_bytes()
    segment.path.write_bytes(text.replace(b"two", b"twx"))
    chunk = read(segment, 1 << 20)
    assert (chunk.texts, chunk.damaged) == ([b"one", b"three"], 1)
    for _ in range(2):  # a chunk that is done again is the same damage
        folder.note_damaged(segment, chunk.start, chunk.end, chunk.damaged)
    folder.mark(segment, chunk.end, 3, moment=1.0)
    assert folder.sweep() == 1
    assert ReceiverSpool(path).segments() == []
    assert damaged(tmp_path) == 1
    assert (path / DAMAGED / segment.path.name).read_bytes() == segment_text(text)


def segment_text(text: bytes) -> bytes:
    """What was on the disk."""
    return text.replace(b"two", b"twx")
