"""Records of closed segments are written anew in the bytes that they had; open ones are left alone."""

from __future__ import annotations

from pathlib import Path

from minilens.spool.reader import ReceiverSpool, read
from minilens.spool.rewriting import rewrite_closed
from minilens.spool.writer import Writer, frame

RECORDS = [b'{"a":"secret","b":1}', b'{"a":"other"}', b'{"c":"secret secret"}']


def change(text: str) -> str:
    return text.replace("secret", "")


def test_places_and_checksums_hold(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "main", reserve=0)
    writer.write(b"".join(map(frame, RECORDS)))
    (segment,) = (tmp_path / "main").glob("*.seg")
    with open(segment, "ab") as file:
        file.write(b'00000000 {"a":"secret"}\n12345678 {"a":"secr')
    size = segment.stat().st_size
    assert rewrite_closed(tmp_path, change, 0) == 0  # somebody writes to it
    assert b"secret" in segment.read_bytes()
    writer.close()
    assert rewrite_closed(tmp_path, change, 0) == 3
    assert b"secret" not in segment.read_bytes()
    assert segment.stat().st_size == size
    (found,) = ReceiverSpool(tmp_path / "main").segments()
    chunk = read(found, 1 << 20)
    assert [text.strip() for text in chunk.texts] == [
        b'{"a":"","b":1}',
        b'{"a":"other"}',
        b'{"c":" "}',
    ]
    assert chunk.damaged == 2


def test_what_a_running_receiver_began_is_left(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "main", reserve=0, segment_bytes=1)
    writer.write(frame(RECORDS[0]))
    writer.write(frame(RECORDS[0]))
    first, second = sorted((tmp_path / "main").glob("*.seg"))
    begun = int(second.stem.replace("-", "")[:12], 16)
    assert rewrite_closed(tmp_path, change, begun) == 1
    assert b"secret" not in first.read_bytes()
    assert b"secret" in second.read_bytes()
    writer.close()
