"""A table of numbers for the terminal: aligned by the width that characters take there."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from minilens.measure.table import Cell, Column, Row, Table
from minilens.render import format
from minilens.render.annotations import Mark
from minilens.render.as_list import named
from minilens.render.as_tiles import as_tiles
from minilens.render.heading import Subject, compared, cost, days, remarks, subject_line, title
from minilens.render.i18n import translate
from minilens.reports.report import Report
from minilens.text import Language


def as_text(
    table: Table,
    report: Report,
    language: Language,
    marks: Sequence[Mark] = (),
    of: Subject | None = None,
) -> str:
    """Title, rows, below them the rows they are compared with, and what has to be known of them."""
    parts = [f"{title(report, language, table)}  {days(table, report, language)}"]
    if of:
        parts.append(subject_line(of, table, language))
    if report.kind.drawing == "tiles":
        parts.append(of_tiles(table, language))
    else:
        parts += of_rows(table, language)
    if marks:
        parts.append("\n".join(f"{mark.day}  {mark.text}" for mark in marks))
    return "\n\n".join([*parts, *remarks(table, language), cost(table, language)]) + "\n"


def of_rows(table: Table, language: Language) -> list[str]:
    """The rows with the rest and the whole, and the same of the other range."""
    _ = translate(language)
    ends = [(_("All others"), table.other), (_("All"), table.totals)]
    ending = [(name, *row[1:]) for name, row in ends if row]
    found = [grid(table, [*readable(table, table.rows, language), *ending], language)]
    if table.total_rows > len(table.rows):
        shown = {"shown": len(table.rows), "found": f"{table.total_rows:,}"}
        found.append(_("Showing %(shown)s of %(found)s values; --top all shows every one.") % shown)
    if table.compared:
        found.append(_("Compared with %(days)s") % {"days": compared(table, language)})
        whole = [(_("All"), *row[1:]) for row in [table.compared_total] if row]
        rows = [*readable(table, table.compared, language), *whole]
        found.append(grid(table, rows, language))
    return found


def readable(table: Table, rows: Sequence[Row], language: Language) -> list[Row]:
    """The rows with their values as people read them; periods stay days."""
    return [
        tuple(
            _told(column, cell, language, first=not at)
            for at, (column, cell) in enumerate(zip(table.columns, row, strict=True))
        )
        for row in rows
    ]


def _told(column: Column, cell: Cell, language: Language, *, first: bool) -> Cell:
    """Of columns behind the first one, only what has a name is called by it."""
    if column.unit != "text" or cell is None or not (first or column.shown):
        return cell
    return named(column, cell, language)


def of_tiles(table: Table, language: Language) -> str:
    """A line for each measure: yesterday, and beside it three other days with the change."""
    tiles = as_tiles(table, language)
    head = ["", format.day(table.end, language, table.end.year)]
    head += [cell for beside in tiles[0].changes for cell in (beside.day, beside.word)]
    lines = [
        [tile.title, tile.exact, *(c for b in tile.changes for c in (b.then, b.change.text))]
        for tile in tiles
    ]
    return aligned([head, *lines], ["left", *["right"] * (len(head) - 1)])


def grid(table: Table, rows: Sequence[Row], language: Language) -> str:
    """Rows under the columns' titles: texts to the left, figures to the right."""
    lines = [[format.title(column, language) for column in table.columns]]
    for row in rows:
        pairs = zip(row, table.columns, strict=True)
        lines.append([format.exact(cell, column.unit, language) for cell, column in pairs])
    texts = ("day", "moment", "text")
    return aligned(lines, ["left" if c.unit in texts else "right" for c in table.columns])


def aligned(lines: Sequence[Sequence[str]], sides: Sequence[str]) -> str:
    """Columns padded to equal width."""
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(map(padded, line, widths, sides)).rstrip() for line in lines)


def padded(text: str, to: int, side: str) -> str:
    """The text filled up with spaces on one side."""
    gap = " " * (to - width(text))
    return text + gap if side == "left" else gap + text


def width(text: str) -> int:
    """Columns of a terminal that the text takes: 概况 takes four."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
