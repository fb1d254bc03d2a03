"""Rows by day in a CSV file as consoles and spreadsheets write it: any titles, separators, total lines.

Which column is which field is said, or told by the titles that such files usually have.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from minilens.errors import Refused
from minilens.records import sheet
from minilens.records.day_rows import MOST
from minilens.records.json_text import wrong
from minilens.records.sheet import FILE, FIRST

MOST_BYTES = 16 << 20
#: Field → its name in Chinese, then titles that files give its column; compared without blanks, units and case.
Columns = Mapping[str, tuple[str, ...]]
#: Field → what stands there in a line.
Cells = Mapping[str, str]
NOTHING = ("", "-", "--", "—", "——", "/", "n/a")
_TOTALS = ("合计", "总计", "小计", "汇总", "total", "totals", "sum", "grandtotal", "subtotal")
_NUMBER = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?").fullmatch
#: What a title says in brackets, such as a unit.
BRACKETS = re.compile(r"[(（\[【]\s*(\w+)\s*[)）\]】]")
_CHINESE_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日?").match
_COMPACT_DAY = re.compile(r"\d{8}").fullmatch
R = TypeVar("R")


@dataclass(frozen=True)
class Sheet(Generic[R]):
    """A file as it was read. `rows`: those that are one row to us added up (`lines` before that). `totals`: so many
    lines of totals are left out. `problems`: what is wrong, line by line; where there are any, nothing should be put.
    `columns`: field → the title of its column."""

    rows: list[R]
    lines: int
    totals: int
    problems: list[Refused]
    columns: dict[str, str]

    def whole(self) -> Sheet[R]:
        """The same; Refused for the first line that is wrong."""
        if self.problems:
            raise self.problems[0]
        return self


@dataclass(frozen=True)
class Form(Generic[R]):
    """How the lines of a kind of file are read. `make` makes a row, naming what is wrong behind a place such as
    `costs[7].`; rows of the same `key` are added up by `added`."""

    name: str
    make: Callable[[Cells, str], R]
    key: Callable[[R], object]
    added: Callable[[R, R], R]


@dataclass(frozen=True)
class Opened:
    """A file whose columns are known: field → place and title."""

    rows: list[list[str]]
    at: dict[str, int]
    columns: dict[str, str]


def opened(
    body: bytes, columns: Columns, said: Mapping[str, str], required: Sequence[str]
) -> Opened:
    """The rows of a file; Refused where it is none at all or a required column is missing."""
    rows = sheet.rows(body, MOST_BYTES)
    if len(rows) > MOST + 1:
        raise Refused("too_many", FILE, limit=MOST)
    named = [title.strip() for title in rows[0]]
    at = columns_of(columns, named, said)
    for name in required:
        if name not in at:
            raise Refused("missing", name)
    return Opened(rows, at, {name: named[place] for name, place in at.items()})


def read(file: Opened, form: Form[R]) -> Sheet[R]:
    """Its rows. What is wrong with single lines is told as `costs[7].cost` of the seventh row of the sheet."""
    reading = _Reading(form, file.at)
    for number, row in enumerate(file.rows[1:], FIRST):
        if any(map(str.strip, row)):
            reading.line(number, row)
    if not reading.found and not reading.problems:
        raise wrong(FILE, "没有数据行", "has no rows")
    rows = list(reading.found.values())
    return Sheet(rows, reading.lines, reading.totals, reading.problems, file.columns)


def titles(body: bytes) -> list[str]:
    """The titles of its columns; Refused where it is no file of rows."""
    return [title.strip() for title in sheet.rows(body, MOST_BYTES)[0]]


def fitting(said: Mapping[str, str], titles: Sequence[str]) -> dict[str, str]:
    """What is remembered, without the columns that this file has not: they are found by their usual titles."""
    return {name: title for name, title in said.items() if not title or title in titles}


def columns_of(
    columns: Columns, titles: Sequence[str], said: Mapping[str, str] | None = None
) -> dict[str, int]:
    """Field → the place of its column: as it is said (empty: it has none), else by its usual titles."""
    simple = [plain(title) for title in titles]
    found: dict[str, int] = {}
    for name, names in columns.items():
        title = (said or {}).get(name)
        if title:
            if title not in titles:
                zh = f"没有名为“{title[:40]}”的列"
                raise wrong(FILE, zh, f"has no column named {title[:40]}")
            found[name] = titles.index(title)
        elif title is None:
            usual = (name.replace("_", ""), *names)
            place = next((simple.index(one) for one in usual if one in simple), None)
            found |= {} if place is None or place in found.values() else {name: place}
    return found


def plain(title: str) -> str:
    """A title as it is compared."""
    text = BRACKETS.sub("", unicodedata.normalize("NFKC", title).lower())
    return re.sub(r"[\s_\-]", "", text)


@dataclass
class _Reading(Generic[R]):
    form: Form[R]
    at: dict[str, int]
    found: dict[object, R] = field(default_factory=dict)
    seen: dict[tuple[str, ...], int] = field(default_factory=dict)
    problems: list[Refused] = field(default_factory=list)
    lines: int = 0
    totals: int = 0

    def line(self, number: int, row: list[str]) -> None:
        """One that is not empty."""
        cells = {name: row[at].strip() if at < len(row) else "" for name, at in self.at.items()}
        if _is_total(cells, row):
            self.totals += 1
            return
        self.lines += 1
        place = f"{self.form.name}[{number}]"
        try:
            again = self.seen.setdefault(tuple(map(str.strip, row)), number)
            if again != number:
                raise wrong(place, f"与第 {again} 行完全相同", f"is the same as row {again}")
            one = self.form.make(cells, f"{place}.")
        except Refused as error:
            self.problems.append(error)
            return
        key = self.form.key(one)
        held = self.found.get(key)
        self.found[key] = one if held is None else self.form.added(held, one)


def _is_total(cells: Cells, row: Sequence[str]) -> bool:
    told = next((cell for cell in map(plain, row) if cell), "")
    day = cells.get("day", "")
    return plain(day) in _TOTALS or (not day and told.rstrip(":") in _TOTALS)


def name(text: str) -> str:
    """A name; empty where the cell says that there is none."""
    return "" if text in NOTHING else sheet.unescaped(text)


def day(text: str, at: str) -> date:
    """A day, whatever time stands behind it; a range of days is none."""
    if not text:
        raise Refused("missing", at)
    if within := _CHINESE_DAY(text):
        text = "-".join(within.groups())
    elif _COMPACT_DAY(text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    head, _, rest = text.replace("T", " ").partition(" ")
    if rest and not re.fullmatch(r"\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?", rest.strip()):
        raise Refused("bad_date", at, got=text[:20])
    found = sheet.day(head, at) if len(head) <= 10 else None
    if found is None:
        raise Refused("bad_date", at, got=text[:20])
    return found


def number(text: str, at: str) -> Decimal | None:
    """Thousands by commas, money with its sign; None where the cell says that there is nothing."""
    simple = unicodedata.normalize("NFKC", text).strip().lstrip("¥$").strip()
    if simple.lower() in NOTHING:
        return None
    if not _NUMBER(simple) or len(simple) > 40:
        raise Refused("bad_value", at, got=text[:40])
    return Decimal(simple.replace(",", ""))


def count(text: str, at: str) -> int | None:
    """A whole number; None where the cell says that there is nothing."""
    found = number(text, at)
    if found is None:
        return None
    if found != int(found):
        raise Refused("bad_value", at, got=text[:40])
    return int(found)


def both(one: int | None, other: int | None) -> int | None:
    """Two counts together; what neither knows is not known."""
    return None if one is None and other is None else (one or 0) + (other or 0)
