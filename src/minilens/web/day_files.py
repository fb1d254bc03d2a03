"""Files of figures by day in forms: looked at before they count, their columns chosen, mistakes told by row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from minilens.errors import Refused
from minilens.records import column_file
from minilens.records.column_file import Columns, Sheet
from minilens.records.day_rows import DayChange, Figures
from minilens.records.sheet import FILE
from minilens.text import Language
from minilens.web.admin.forms import LONGEST, worded

#: Bytes of a form: a Chinese character takes nine. Lines with mistakes that are shown, and days that are.
BYTES, MISTAKES, DAYS = 3 * column_file.MOST_BYTES, 20, 62
_PLACE = re.compile(r"\w+\[(\d+)\]\.?(\w*)").fullmatch
#: Titles of what is no column.
_OTHERS = {"unit": ("单位", "Unit"), FILE: ("表格", "The sheet")}


@dataclass(frozen=True)
class Look:
    """A file as it was looked at.

    `titles`: of its columns; `columns`: our field → that of its column. `mistakes` are sentences about its lines,
    the first of `wrong_lines`; `days` is what it would change, with what they come to before and after; the others are
    `unchanged`.
    """

    titles: list[str]
    columns: Mapping[str, str]
    lines: int = 0
    totals: int = 0
    rows: int = 0
    wrong_lines: int = 0
    mistakes: tuple[str, ...] = ()
    days: tuple[tuple[DayChange, str, str], ...] = ()
    more_days: int = 0
    unchanged: int = 0

    @property
    def fits(self) -> bool:
        """Whether it can be put."""
        return bool(self.rows) and not self.wrong_lines


def looked(
    found: Sheet[Any], titles: list[str], changes: Sequence[DayChange], mistakes: Iterable[str],
    figures: Callable[[Figures], str],
) -> Look:  # fmt: skip
    """What a file holds and what it would change."""
    some = [one for one in changes if one.state != "unchanged"]
    return Look(
        titles, found.columns, found.lines, found.totals, len(found.rows), len(found.problems), tuple(mistakes),
        tuple((one, figures(one.before), figures(one.after)) for one in some[:DAYS]), max(len(some) - DAYS, 0),
        len(changes) - len(some),
    )  # fmt: skip


def mistakes(found: Sheet[Any], columns: Columns, language: Language) -> list[str]:
    """Sentences about its first wrong lines."""
    return [told(one, columns, found.columns, language) for one in found.problems[:MISTAKES]]


def told(error: Refused, columns: Columns, named: Mapping[str, str], language: Language) -> str:
    """A refusal of a file: by row and column, as the spreadsheet calls them. `named`: field → title of its column."""
    zh, place = language == "zh", _PLACE(error.field)
    row, name = (place[1], place[2]) if place else ("", error.field)
    column = named.get(name) or title_of(name, columns, language)
    sentence = worded(error, column).message(language)
    if error.code == "missing" and name in columns and not place:
        sentence = (
            f"没有“{column}”列，请在下方选择"
            if zh
            else f"No column for “{column}”: choose it below"
        )
    if not row:
        return sentence[:LONGEST]
    which = f"，{column}" if zh else f", {column}"
    at = f"第 {row} 行" if zh else f"Row {row}"
    which = which if column and column not in sentence else ""
    return f"{at}{which}{'：' if zh else ': '}{sentence}"[:LONGEST]


def title_of(name: str, columns: Columns, language: Language) -> str:
    """What a field is called."""
    if name not in columns:
        return _OTHERS.get(name, ("", ""))[language != "zh"]
    return columns[name][0] if language == "zh" else name.replace("_", " ").capitalize()


def fields(columns: Columns, language: Language) -> list[tuple[str, str]]:
    """Fields with what they are called."""
    return [(name, title_of(name, columns, language)) for name in columns]


def choices(look: Look | None) -> list[tuple[str, str]]:
    """The columns of a file to choose from."""
    return [(one, one) for one in dict.fromkeys(look.titles if look else ()) if one]


def chosen(data: Mapping[str, str], columns: Columns) -> dict[str, str]:
    """Field → the title that a form says for it."""
    said = {name[4:]: title for name, title in data.items() if name.startswith("col_")}
    return {name: title for name, title in said.items() if name in columns}


def remembered(found: Sheet[Any], titles: Sequence[str], columns: Columns) -> dict[str, str]:
    """Field → title for the next file; a column that the file has and nobody wants is remembered as well."""
    return {**dict.fromkeys(column_file.columns_of(columns, titles), ""), **found.columns}


def counted(changes: Iterable[DayChange]) -> dict[str, int]:
    """How many days are of which state, as the address of the page says it."""
    states: list[str] = [one.state for one in changes]
    counts = {"added": "added", "replaced": "replaced", "same": "unchanged"}
    return {name: states.count(state) for name, state in counts.items()}


def counts_said(query: Mapping[str, str]) -> dict[str, str]:
    """The same as an address says it; 0 for anything else."""
    counts = {name: query.get(name, "") for name in ("added", "replaced", "same")}
    return {name: text if text.isdecimal() else "0" for name, text in counts.items()}
