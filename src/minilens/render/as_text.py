"""A table of numbers for the terminal: aligned by the width that characters take there."""

from __future__ import annotations

import unicodedata

from minilens.errors import Language
from minilens.measure.table import Cell, Table
from minilens.render import words
from minilens.render.language import translate
from minilens.reports.report import Report


def as_text(table: Table, report: Report, language: Language) -> str:
    """Title, rows, and below them the rows they are compared with."""
    _ = translate(language)
    name = report.zh if language == "zh" else report.en
    around = table.end.year
    parts = [f"{name}  {words.span(table.start, table.end, language, around)}"]
    parts.append(grid(table, table.rows, language))
    if table.total:
        ends = [row for row in (table.rest, table.total) if row]
        names = [_("The rest"), _("All")][-len(ends) :]
        named = tuple((name, *row[1:]) for name, row in zip(names, ends, strict=True))
        parts.append(grid(table, named, language))
    if table.compared and table.compared_start and table.compared_end:
        then = words.span(table.compared_start, table.compared_end, language, around)
        parts.append(f"{_('Previous period')}  {then}")
        parts.append(grid(table, table.compared, language))
    if table.same_hours:
        parts.append(_("Of the other day, up to the same hour."))
    if table.running:
        parts.append(_("The last row is not over yet."))
    parts.append(cost(table, language))
    return "\n\n".join(parts) + "\n"


def cost(table: Table, language: Language) -> str:
    """扫描 31 万行 · 18 ms."""
    _ = translate(language)
    rows = _("%(rows)s rows read") % {"rows": words.short(table.cost.rows, "count", language)}
    took = f"{table.cost.milliseconds:.0f} ms"
    parts = [rows, took, _("from cache")] if table.cost.cached else [rows, took]
    return " · ".join(parts)


def grid(table: Table, rows: tuple[tuple[Cell, ...], ...], language: Language) -> str:
    """Columns padded to equal width: texts to the left, figures to the right."""
    lines = [[words.title(column, language) for column in table.columns]]
    for row in rows:
        pairs = zip(row, table.columns, strict=True)
        lines.append([words.exact(cell, column.unit, language) for cell, column in pairs])
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    sides = ["left" if column.unit in ("day", "text") else "right" for column in table.columns]
    return "\n".join("  ".join(map(padded, line, widths, sides)).rstrip() for line in lines)


def padded(text: str, to: int, side: str) -> str:
    """The text filled up with spaces on one side."""
    gap = " " * (to - width(text))
    return text + gap if side == "left" else gap + text


def width(text: str) -> int:
    """Columns of a terminal that the text takes: 概况 takes four."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
