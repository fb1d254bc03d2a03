"""What a file for import is where it is none we read: told by its first bytes, with the way out.

Also how text is encoded: a mark at its beginning says so, and what has none is UTF-8 or is refused.
"""

from __future__ import annotations

import codecs

from minilens.collect.flat.mapping import Unfit

_UNPACK = "，请先解压，再导入其中的文件", "; extract it first and import the file inside"
_SAVE = (
    "，请另存为“CSV UTF-8（逗号分隔）”再导入",
    "; save it as “CSV UTF-8 (comma delimited)” and import that",
)
_WORKBOOK = "这是 Excel 工作簿" + _SAVE[0], "is an Excel workbook" + _SAVE[1]
_SHEET = "这是 OpenDocument 表格" + _SAVE[0], "is an OpenDocument spreadsheet" + _SAVE[1]
_MAGIC = {
    b"PK\x03\x04": ("这是 zip 压缩包" + _UNPACK[0], "is a zip archive" + _UNPACK[1]),
    b"PK\x05\x06": ("这是空的 zip 压缩包", "is an empty zip archive"),
    b"\xd0\xcf\x11\xe0": _WORKBOOK,
    b"\x1f\x8b": ("被 gzip 压缩了两次" + _UNPACK[0], "is compressed with gzip twice" + _UNPACK[1]),
    b"\x28\xb5\x2f\xfd": (
        "这是 zstd 压缩文件" + _UNPACK[0],
        "is compressed with zstd" + _UNPACK[1],
    ),
    b"BZh": ("这是 bzip2 压缩文件" + _UNPACK[0], "is compressed with bzip2" + _UNPACK[1]),
    b"\xfd7zXZ": ("这是 xz 压缩文件" + _UNPACK[0], "is compressed with xz" + _UNPACK[1]),
    b"7z\xbc\xaf\x27\x1c": ("这是 7z 压缩包" + _UNPACK[0], "is a 7z archive" + _UNPACK[1]),
    b"Rar!\x1a\x07": ("这是 rar 压缩包" + _UNPACK[0], "is a rar archive" + _UNPACK[1]),
    b"PAR1": (
        "内容是 Parquet；请解压后再导入",
        "contains Parquet; extract it and import the Parquet file",
    ),
    b"SQLite format 3": (
        "这是 SQLite 数据库，请先把其中的表导出为 CSV",
        "is an SQLite database; export the table as CSV first",
    ),
    b"%PDF": ("这是 PDF，不是数据文件", "is a PDF, not a data file"),
}
#: The first entry of a zip file that is an office document.
_OFFICE = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/")
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16: its mark begins with the same two bytes
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def check_magic(head: bytes, name: str) -> None:
    """Refuses what its first bytes show to be no text."""
    for magic, (zh, en) in _MAGIC.items():
        if head.startswith(magic):
            if magic == b"PK\x03\x04":
                zh, en = _within_zip(head, name) or (zh, en)
            raise Unfit(name, zh, en)
    if head[257:262] == b"ustar":
        raise Unfit(name, "这是 tar 包" + _UNPACK[0], "is a tar archive" + _UNPACK[1])


def _within_zip(head: bytes, name: str) -> tuple[str, str] | None:
    if b"opendocument" in head[:120] or name.lower().endswith(".ods"):
        return _SHEET
    if head[30:].startswith(_OFFICE) or name.lower().endswith((".xlsx", ".xlsm", ".xlsb")):
        return _WORKBOOK
    return None


def encoding_of(head: bytes, name: str) -> str:
    """The encoding of a text that begins so; Refused where it is neither marked nor UTF-8."""
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return encoding
    _check_nul(head, name)
    if not head.isascii():
        _check_unicode(head, name)
    return "utf-8-sig"


def _check_nul(head: bytes, name: str) -> None:
    """Every other byte of UTF-16 is NUL where the text is ASCII; a field of ours may hold a few."""
    start = head[:1024]
    even, odd = start[::2], start[1::2]
    for encoding, empty, full in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if empty.count(0) * 2 > len(empty) and full.count(0) * 10 < len(full):
            raise Unfit(
                name,
                f"可能是不带字节顺序标记的 UTF-16；请另存为 UTF-8，或加上 --map encoding={encoding}",
                f"looks like UTF-16 without a byte-order mark; save it as UTF-8, or add --map encoding={encoding}",
            )
    if start.count(0) * 4 > len(start):
        raise Unfit(name, "不是文本文件", "is not a text file")


def _check_unicode(head: bytes, name: str) -> None:
    """Refuses a file most of whose lines beyond ASCII are not UTF-8, and says what it may be."""
    lines = head.split(b"\n")
    beyond = [line for line in (lines[:-1] or lines) if not line.isascii()]
    wrong = [line for line in beyond if not _decodes(line, "utf-8")]
    if len(wrong) * 2 <= len(beyond):
        return
    if all(_decodes(line, "gb18030") for line in wrong):
        raise Unfit(
            name,
            "编码不是 UTF-8，可能是 GB18030（GBK）；请另存为 UTF-8，或加上 --map encoding=gb18030",
            "is not UTF-8, but looks like GB18030 (GBK); save it as UTF-8, "
            "or add --map encoding=gb18030",
        )
    raise Unfit(
        name,
        "编码不是 UTF-8；请另存为 UTF-8，或用 --map encoding=… 指定编码",
        "is not UTF-8; save it as UTF-8, or specify the encoding with --map encoding=…",
    )


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def check_text(first: str, name: str, *, csv: bool) -> None:
    """Refuses text that is no table and no lines of objects, by its beginning."""
    start = first[:4096].lstrip()
    if start.startswith("<"):
        raise Unfit(name, "这是网页或 XML" + _SAVE[0], "is a web page or XML" + _SAVE[1])
    if "\n" not in first and first.count("\r") > 1:
        raise Unfit(
            name,
            "换行符是 CR（旧版 Mac 格式）；请以 LF 或 CRLF 换行另存",
            "uses CR line endings (classic Mac); save it with LF or CRLF",
        )
    if csv:
        return
    if start.startswith("["):
        raise Unfit(
            name,
            "这是一个 JSON 数组；请改成每行一个对象，例如用 jq -c '.[]'",
            "is a single JSON array; write one object per line, for example with jq -c '.[]'",
        )
    if start.partition("\n")[0].strip() == "{":
        raise Unfit(
            name,
            "JSON 对象跨了多行；请改成每行一个对象，例如用 jq -c .",
            "has JSON objects spanning several lines; write one per line, for example with jq -c .",
        )
