"""A sheet of rows in a file, as people save one from Excel or an advertising console: decoded and split."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

from minilens.errors import Refused, TooLarge
from minilens.records.json_text import wrong

#: What a refusal of the whole calls it.
FILE = "file"
#: The number of the first row under the header, as spreadsheets count.
FIRST = 2
_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d")


def rows(body: bytes, most: int) -> list[list[str]]:
    """Header and rows as texts; Refused where it is no CSV or has no header, TooLarge above `most` bytes.

    UTF-8, UTF-16 with its mark, or GBK as Chinese Excel saves it; commas, semicolons or tabs.
    """
    if len(body) > most:
        raise TooLarge("too_large", FILE, what=("文件", "The file"), limit=f"{most >> 20} MiB")
    text = _decoded(body)
    first = text.split("\n", 1)[0]
    sign = max(",;\t", key=first.count)
    try:
        found = list(csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True))
    except csv.Error as error:
        raise wrong(FILE, f"不是合法的 CSV：{error}", f"is not valid CSV: {error}") from None
    if not found or not any(map(str.strip, found[0])):
        raise wrong(FILE, "没有表头", "has no header")
    return found


def unescaped(text: str) -> str:
    """A text that our own files keep from being a formula, as it was."""
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@＝＋－＠" else text


def day(text: str, at: str) -> date | None:
    """A day as spreadsheets write it, whatever time stands behind it; None of nothing, Refused of anything else."""
    for form in _DATES if text else ():
        try:
            return datetime.strptime(text[:10], form).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    if text:
        raise Refused("bad_date", at, got=text[:20])
    return None


def _decoded(body: bytes) -> str:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return body.decode(encoding).replace("\x00", "")
        except UnicodeDecodeError:
            continue
    raise wrong(FILE, "不是 UTF-8 或 GBK 文本", "is neither UTF-8 nor GBK text")
