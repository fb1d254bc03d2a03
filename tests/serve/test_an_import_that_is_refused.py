"""An import that is refused says why, by the command itself, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from tests import prepared
from tests.serve.server import Server

pytestmark = pytest.mark.waits

HEAD = "event_name,user_id,session_id,source,campaign,page,value,currency,ts\n"
ROW = "page_view,u1,-,-,-,home,-,-,2026-02-01T00:00:00Z\n"


def refused(one: Server, file: Path, code: int, language: str = "C") -> str:
    """What the command says on standard error."""
    words = ["import", file, "--app", "shop"]
    done = prepared.run(words, {**one.environment, "LC_ALL": language})
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr.strip().splitlines()[-1]


def without_zone(file: Path) -> Path:
    """A file of Parquet: what is wrong with it is seen by the process that reads only."""
    times = pa.array([1_770_000_000_000], pa.timestamp("ms"))
    pq.write_table(pa.table({"event_name": ["share"], "user_id": ["a"], "ts": times}), file)
    return file


def test_a_file_that_is_no_table_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    one = Server(tmp_path / "data")
    file = tmp_path / "orders.xlsx"
    file.write_bytes(b"PK\x03\x04" + bytes(22) + b"\x13\0\0\0[Content_Types].xml")
    assert "is an Excel workbook; save it as" in refused(one, file, 2)
    assert "这是 Excel 工作簿，请另存为" in refused(one, file, 2, "zh_CN.UTF-8")
    assert not (one.data / "records.sqlite").exists()


def test_what_the_reading_process_refuses_is_said_with_and_without_a_server(tmp_path: Path) -> None:
    one = Server(tmp_path / "data")
    one.command("apps", "create", "shop")
    file = without_zone(tmp_path / "orders.parquet")
    said = [refused(one, file, 2), refused(one, file, 2, "zh_CN.UTF-8")]
    one.start()
    try:
        said += [refused(one, file, 2), refused(one, file, 2, "zh_CN.UTF-8")]
    finally:
        one.stop()
    assert said[:2] == said[2:]
    assert "the times have no time zone; specify one, like --map timezone=" in said[0]
    assert "时间没有时区；请用 --map timezone=" in said[1]
    assert not list((one.data / "spool").glob("import-*"))


def test_where_no_line_can_be_read_the_first_reason_is_said(tmp_path: Path) -> None:
    one = Server(tmp_path / "data")
    file = tmp_path / "orders.csv"
    file.write_text(HEAD + ROW.replace("Z", "") * 3)
    said = refused(one, file, 2)
    assert "orders.csv: no line of 3 could be read, see " in said
    assert "line 2: ts: 2026-02-01T00:00:00 has no time zone; " in said
    file.write_text(HEAD + ROW + ROW.replace("Z", ""))
    told = one.command("import", str(file), "--app", "shop")
    assert "1 event read, 1 line rejected, see " in told
    assert "line 3: ts: " in told


def test_where_rejected_lines_cannot_be_written_it_is_said(tmp_path: Path) -> None:
    one = Server(tmp_path / "data")
    file = tmp_path / "orders.csv"
    file.write_text(HEAD + ROW * 2 + ROW.replace("Z", "") + ROW)
    (tmp_path / "orders.csv.rejected.csv").mkdir()
    said = refused(one, file, 3)
    assert "Line 4 was rejected (ts: 2026-02-01T00:00:00 has no time zone;" in said
    assert "orders.csv.rejected.csv for such lines cannot be written: Is a directory" in said
