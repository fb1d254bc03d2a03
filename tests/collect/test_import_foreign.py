"""Files that cannot be read are refused with what they are and what to do."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from minilens.collect.flat import files
from minilens.errors import Refused
from tests.collect.test_import_reading import HEADER, NOW, ROW, SECRET, read, refusals

PLAIN = f"{HEADER}\n{ROW}\n"


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, PLAIN)
    return out.getvalue()


def tarred() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        entry = tarfile.TarInfo("events.csv")
        entry.size = len(PLAIN)
        archive.addfile(entry, io.BytesIO(PLAIN.encode()))
    return out.getvalue()


CASES = {
    "workbook": (
        zipped("[Content_Types].xml", "xl/workbook.xml"),
        "Excel workbook; save it as", "Excel 工作簿，请另存为",
    ),
    "old workbook": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "Excel workbook; save it as", "Excel 工作簿，请另存为",
    ),
    "zip": (
        zipped("events.csv"),
        "zip archive; extract it first", "zip 压缩包，请先解压",
    ),
    "tar": (
        tarred(),
        "tar archive; extract it first", "tar 包，请先解压",
    ),
    "zstd": (
        b"\x28\xb5\x2f\xfd" + bytes(20),
        "zstd; extract it first", "zstd 压缩文件，请先解压",
    ),
    "web page": (
        b"\n<html><table>",
        "web page or XML; save it as", "网页或 XML，请另存为",
    ),
    "machine code": (
        b"\x7fELF\x02\x01\x01" + bytes(900),
        "is not a text file", "不是文本文件",
    ),
    "old Mac": (
        PLAIN.replace("\n", "\r").encode(),
        "uses CR line endings", "换行符是 CR",
    ),
    "Chinese header": (
        "事件,用户,时间\n支付,u1,2025-11-01\n".encode(),
        r"\(事件, 用户, 时间\).*--map ts=COLUMN", "--map ts=列名",
    ),
    "near name": (
        b"event_name,user_id,tss\n",
        "use --map ts=tss to choose", "--map ts=tss 指定",
    ),
    "GB18030": (
        "事件,用户\n".encode("gb18030"),
        "--map encoding=gb18030", "--map encoding=gb18030",
    ),
    "two of a name": (
        f"{HEADER},page\n{ROW},x\n".encode(),
        "columns 6 and 10 are both named page", "第 6 列和第 10 列都叫 page",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_the_refusal_says_what_it_is_and_what_to_do(
    tmp_path: Path, case: str, pack: Callable[[bytes], bytes]
) -> None:
    content, en, zh = CASES[case]
    with pytest.raises(Refused, match=en) as error:
        read(tmp_path / "data", pack(content))
    assert zh in error.value.message("zh")
    with pytest.raises(Refused, match=en):
        files.check(tmp_path / "data", mapping={}, kind=None)


def test_a_workbook_as_it_is_written_is_told_by_its_content(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "orders.csv") as book:
        book.add_worksheet().write_row(0, 0, HEADER.split(","))
    with pytest.raises(Refused, match="Excel workbook"):
        files.check(tmp_path / "orders.csv", mapping={}, kind=None)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ('[{"event_name": "share"}]', r"jq -c '\.\[\]'"),
        ('{\n  "event_name": "share"\n}\n', r"jq -c \."),
    ],
)
@pytest.mark.parametrize("name", ["events.json", "events.ndjson"])
def test_json_that_is_not_one_object_a_line(
    tmp_path: Path, name: str, text: str, remedy: str
) -> None:
    with pytest.raises(Refused, match=remedy):
        read(tmp_path / name, text)


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    try:
        with pytest.raises(Refused, match="cannot be opened"):
            files.read(Path(f"/dev/fd/{reading}"), app=1, secret=SECRET, now_ms=NOW)
    finally:
        os.close(reading)
        os.close(writing)


def test_a_time_without_a_zone_or_unit_names_the_setting(tmp_path: Path) -> None:
    rows = [ROW.replace("2025-11-01T10:15:23Z", ts) for ts in ("2025-11-01 18:15:23", "1761992123")]
    found = read(tmp_path / "events.csv", "\n".join([HEADER, *rows]))
    assert refusals(found) == [(2, "bad_time", "ts"), (3, "bad_time", "ts")]
    one, other = (item for item in found if isinstance(item, files.Rejected))
    for said in (one.reason_zh, one.reason_en):
        assert "--map timezone=Asia/Shanghai" in said
        assert "2025-11-01 18:15:23+08:00" in said
    for said in (other.reason_zh, other.reason_en):
        assert "--map time_unit=s" in said
