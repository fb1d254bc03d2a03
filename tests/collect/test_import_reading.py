"""Reading as a whole: batches, their sums, progress; and what the tests of import share."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from minilens.collect.flat import files
from minilens.errors import Refused
from minilens.spool.record import Batch, Event

NOW = 1_763_780_000_000  # 2025-11-22
SECRET = b"secret"
HEADER = "event_name,user_id,session_id,source,campaign,page,value,currency,ts"
ROW = "pay_success,a1,s-1,wechat_ad,23Q4,checkout,199.00,CNY,2025-11-01T10:15:23Z"


def read(path: Path, content: str | bytes, **options: object) -> list[Batch | files.Rejected]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    settings = {"app": 1, "secret": SECRET, "now_ms": NOW, **options}
    return list(files.read(path, **settings))  # type: ignore[arg-type]


def batches(found: list[Batch | files.Rejected]) -> list[Batch]:
    return [one for one in found if isinstance(one, Batch)]


def events(found: list[Batch | files.Rejected]) -> list[Event]:
    return [event for batch in batches(found) for event in batch.events]


def refusals(found: list[Batch | files.Rejected]) -> list[tuple[int, str, str]]:
    return [(one.line, one.code, one.field) for one in found if isinstance(one, files.Rejected)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.csv"


def test_refused_lines_are_in_the_ledger(path: Path) -> None:
    rows = [ROW, "bad", ROW, "bad", "bad", ROW.replace("199.00", "x"), ROW] * 3
    found = read(path, "\n".join([HEADER, *rows]), batch=4)
    sums = [(b.received, len(b.events), sum(b.refused.values())) for b in batches(found)]
    assert all(received == taken + refused for received, taken, refused in sums)
    assert sum(received for received, _, _ in sums) == 21
    assert sum(b.refused.get("bad_shape", 0) for b in batches(found)) == 9
    assert max(len(b.events) for b in batches(found)) <= 4
    assert [e.i for e in batches(found)[0].events] == list(range(len(batches(found)[0].events)))


def test_unknown_format_is_refused(path: Path) -> None:
    with pytest.raises(Refused, match="did you mean ndjson"):
        read(path, HEADER, kind="ndjsn")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be opened"):
        files.read(tmp_path / "none.csv", app=1, secret=SECRET, now_ms=NOW)


def test_progress_ends_at_the_size_of_the_file(path: Path) -> None:
    path.write_bytes(gzip.compress("\n".join([HEADER, *[ROW] * 2000]).encode()))
    reading = files.read(path, app=1, secret=SECRET, now_ms=NOW)
    assert reading.bytes_total == path.stat().st_size
    list(reading)
    assert reading.bytes_read == reading.bytes_total
