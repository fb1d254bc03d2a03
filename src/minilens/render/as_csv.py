"""A table of numbers as CSV: names of measures above, bare figures below.

    day,launches,previous_day,previous_launches
    2026-11-01,48475,2026-10-31,45210

Where rows are weeks or months, `days` says how many of its `of_days` are in the range.
Unknown is an empty cell. A text that a spreadsheet would take for a formula, or for the end of a cell
with a formula behind it, gets an apostrophe before that. Where rows are values of a field, those compared
are of the same values, which are not named twice; the others together are the last row, named `(rest)`,
if they were asked for. Values that the app has named have their names beside them: `property.size`, `property.size.zh`,
`property.size.en`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date

from minilens.measure.table import Cell, Row, Table
from minilens.render.value_names import with_names

#: What begins a formula or a command, in the narrow and the wide form that Chinese keyboards write.
_SIGNS = r"[=+\-@|＝＋－＠｜﹢﹣﹦﹫]"
#: At the start, blanks that a spreadsheet takes away before it; also behind a sign that ends a cell elsewhere.
FORMULA = re.compile(rf"[;；\s\ufeff\u200b]*{_SIGNS}|[\t\r\n]")
#: Within a text, behind what ends a cell in other countries (semicolon, tab) or in torn lines.
FORMULA_WITHIN = re.compile(rf"([;；\t\r\n][\s\"]*)(?={_SIGNS})")
NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
REST = "(rest)"


def as_csv(table: Table, *, named: bool = True) -> str:
    """The rows, and beside each the row it is compared with. `named`: with the columns of names, which come and go as
    an app names values."""
    table = with_names(table) if named else table
    names = [column.name for column in table.columns]
    if table.compared_start:
        names += [f"previous_{column.name}" for column in table.columns[named_twice(table) :]]
    names += ["days", "of_days"] if table.held else []
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(map(cell, names))
    for n, row in enumerate(beside(table)):
        counted = table.held[n : n + 1] or ((None, None),)
        writer.writerow(map(cell, (*row, *(counted[0] if table.held else ()))))
    if table.other:
        last = (REST, *table.other[1:])
        writer.writerow(map(cell, (*last, *[None] * (len(names) - len(last)))))
    return out.getvalue()


def named_twice(table: Table) -> int:
    """The place of the first column that the other range has of its own."""
    return 1 if table.columns[0].unit == "text" else 0


def beside(table: Table) -> Iterator[Row]:
    """Each row followed by the cells it is compared with, empty where one of the two is missing."""
    nothing: Row = (None,) * len(table.columns)
    for n in range(max(len(table.rows), len(table.compared))):
        now = table.rows[n] if n < len(table.rows) else nothing
        then = table.compared[n] if n < len(table.compared) else nothing
        yield (*now, *then[named_twice(table) :]) if table.compared_start else now


def cell(value: Cell) -> str:
    """One cell; harmless in a spreadsheet."""
    if value is None:
        return ""
    if isinstance(value, str):
        if NUMBER.fullmatch(value):
            return value
        within = FORMULA_WITHIN.sub(r"\1'", value)
        return f"'{within}" if FORMULA.match(value) else within
    return value.isoformat() if isinstance(value, date) else str(value)
