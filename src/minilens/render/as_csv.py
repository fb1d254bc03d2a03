"""A table of numbers as CSV: names of measures above, bare figures below.

    day,launches,previous_day,previous_launches
    2026-11-01,48475,2026-10-31,45210

Unknown is an empty cell. A text that a spreadsheet would take for a formula gets an apostrophe
before it.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import date

from minilens.measure.table import Cell, Table

FORMULA = ("=", "+", "-", "@", "\t", "\r")
NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")


def as_csv(table: Table) -> str:
    """The rows, and beside each the row it is compared with."""
    names = [column.name for column in table.columns]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if not table.compared:
        writer.writerow(map(cell, names))
        writer.writerows(map(cell, row) for row in table.rows)
        return out.getvalue()
    nothing: tuple[Cell, ...] = (None,) * len(names)
    writer.writerow(map(cell, [*names, *(f"previous_{name}" for name in names)]))
    for n in range(max(len(table.rows), len(table.compared))):
        now = table.rows[n] if n < len(table.rows) else nothing
        then = table.compared[n] if n < len(table.compared) else nothing
        writer.writerow(map(cell, (*now, *then)))
    return out.getvalue()


def cell(value: Cell) -> str:
    """One cell; harmless in a spreadsheet."""
    if value is None:
        return ""
    if isinstance(value, str):
        risky = value.startswith(FORMULA) and not NUMBER.fullmatch(value)
        return f"'{value}" if risky else value
    return value.isoformat() if isinstance(value, date) else str(value)
