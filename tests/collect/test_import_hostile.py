"""Damaged and strange files: what can be kept is kept, and the reason is told."""

from __future__ import annotations

import gzip
import tracemalloc
from pathlib import Path

import pytest

from minilens.collect.flat import files
from minilens.errors import Refused
from minilens.spool.record import Batch
from tests.collect.test_import_reading import HEADER, NOW, ROW, SECRET, events, read, refusals


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.csv"


def keep(reading: files.Reading, into: list[Batch | files.Rejected]) -> None:
    for item in reading:
        into.append(item)


def test_a_byte_order_mark_is_no_part_of_the_header(path: Path) -> None:
    assert len(events(read(path, "\ufeff" + f"{HEADER}\n{ROW}"))) == 1


def test_gb18030_is_recognised_and_read_when_told(path: Path) -> None:
    content = f"{HEADER}\n{ROW.replace('checkout', '结算页')}\n".encode("gb18030")
    with pytest.raises(Refused, match="GB18030") as error:
        read(path, content)
    assert "另存为 UTF-8" in error.value.message("zh")
    assert events(read(path, content, mapping={"encoding": "gb18030"}))[0].page == "结算页"


def test_one_line_of_broken_bytes_is_refused_alone(path: Path) -> None:
    rows = [ROW.replace("checkout", page).encode() for page in ("首页", "结算", "商品")]
    broken = ROW.encode().replace(b"checkout", b"\xff\xfe")
    found = read(path, b"\n".join([HEADER.encode(), *rows, broken, *rows]))
    assert refusals(found) == [(5, "bad_shape", "line")]
    assert len(events(found)) == 6
    (refusal,) = [one for one in found if isinstance(one, files.Rejected)]
    refusal.text.encode()


def test_a_nul_byte_outside_of_quotes_costs_its_line(path: Path) -> None:
    found = read(path, "\n".join([HEADER, ROW, ROW.replace("a1", "a\0"), ROW]))
    assert refusals(found) == [(3, "bad_shape", "line")]
    assert len(events(found)) == 2


def test_an_endless_line_costs_itself_and_little_memory(path: Path) -> None:
    with gzip.open(path, "wb", compresslevel=1) as out:
        out.write(f"{HEADER}\n{ROW}\n".encode())
        for _ in range(100):
            out.write(b"x" * 1_000_000)
        out.write(f"\n{ROW}\n".encode())
    tracemalloc.start()
    found = list(files.read(path, app=1, secret=SECRET, now_ms=NOW))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refusals(found) == [(3, "too_long", "line")]
    assert len(events(found)) == 2
    assert peak < 20_000_000


def test_a_cut_off_gzip_file_gives_its_whole_lines_and_then_says_so(path: Path) -> None:
    rows = [ROW.replace("a1", f"user-{n * 7919 % 10007}") for n in range(5000)]
    whole = gzip.compress("\n".join([HEADER, *rows]).encode())
    path.write_bytes(whole[: len(whole) // 2])
    found: list[Batch | files.Rejected] = []
    with pytest.raises(Refused, match=r"is incomplete.*line \d+") as error:
        keep(files.read(path, app=1, secret=SECRET, now_ms=NOW), found)
    kept = len(events(found))
    assert error.value.code == "bad_gzip"
    assert 1000 < kept < 4000
    assert refusals(found) == []
    assert f"line {kept + 1} " in error.value.message("en")


def test_damaged_gzip_is_told(path: Path) -> None:
    whole = bytearray(gzip.compress(f"{HEADER}\n{ROW}\n".encode() * 50, mtime=0))
    whole[len(whole) // 2] ^= 0xFF
    with pytest.raises(Refused) as error:
        read(path, bytes(whole))
    assert error.value.code == "bad_gzip"


def test_gzip_members_one_after_another_are_one_file(path: Path) -> None:
    parts = [f"{HEADER}\n{ROW[:30]}", f"{ROW[30:]}\n{ROW}\n"]
    assert len(events(read(path, b"".join(gzip.compress(p.encode(), mtime=0) for p in parts)))) == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (gzip.compress(b"", mtime=0), "empty"),
        (b"\n\n", "empty"),
        (f"{ROW}\n{ROW}\n".encode(), "is not a header"),
        (b"event_name,user_id\nshare,a1\n", "ts"),
        (b"event_name,ts\nshare,2025-11-01T10:15:23Z\n", "user_id"),
        (f"{HEADER},page\n{ROW},x\n".encode(), "are both named page"),
        (b'"event_name,user_id\n', "unclosed quote"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(
    path: Path, content: bytes, reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        read(path, content)


def test_a_header_alone_is_a_file_without_events(path: Path) -> None:
    assert read(path, HEADER + "\n") == []


def test_blank_lines_are_no_events(path: Path) -> None:
    found = read(path, f"\n{HEADER}\n\n{ROW}\n   \n\n")
    assert (len(events(found)), refusals(found)) == (1, [])
