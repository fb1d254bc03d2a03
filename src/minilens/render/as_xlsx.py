"""A table of numbers as an Excel workbook: figures are numbers, days are dates, texts stay texts.

    趋势
    11月1日 – 11月21日，对比 10月11日 – 10月31日
    小程序：咖啡馆 · 筛选：省份 是 广东 · 版本：仅正式版 · 时区：Asia/Shanghai · 截至：2026-11-22 10:30:00
    日期        打开次数   访问次数 …   日期（对比）  打开次数（对比） …
    2026-11-01  48,475     …

Nothing is written as a formula, whatever it begins with: each cell is given its type.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from minilens.measure.table import Cell, Column, Row, Table, Unit
from minilens.render import format, heading
from minilens.render.as_csv import beside, named_twice
from minilens.render.as_list import named
from minilens.render.as_text import width
from minilens.render.i18n import translate
from minilens.render.value_names import with_names
from minilens.reports.report import Report
from minilens.text import Language

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: dict[Unit, str] = {
    "count": "#,##0",
    "seconds": "#,##0.0",
    "ratio": "0.00%",
    "depth": "0.00",
    "number": "#,##0.######",
    "day": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
    "text": "@",
}
#: The row of the headings; title, days, and what they are of stand above.
HEAD = 3
LONGEST_NAME, LEAST_WIDTH, MOST_WIDTH = 31, 10, 60


def as_xlsx(
    table: Table, report: Report, language: Language, of: heading.Subject | None = None
) -> bytes:
    """The workbook as bytes."""
    import xlsxwriter  # type: ignore[import-untyped]  # only who asks for it pays for it

    table, out = with_names(table, (language,)), io.BytesIO()
    # in memory: no file of ours lies about where another program looks
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    name = heading.title(report, language)
    book.set_properties({"title": name, "created": table.as_of})
    sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", name)[:LONGEST_NAME])
    bold = book.add_format({"bold": True})
    sheet.write_string(0, 0, name, book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, heading.days(table, report, language))
    if of:
        sheet.write_string(2, 0, heading.subject_line(of, table, language))
    columns, titles = headings(table, language)
    for at, text in enumerate(titles):
        side = "left" if columns[at].unit in ("day", "moment", "text") else "right"
        style = {"bold": True, "bottom": 1, "align": side, "text_wrap": True}
        sheet.write_string(HEAD, at, text, book.add_format(style))
    sheet.freeze_panes(HEAD + 1, 1)
    rows = [*readable(table, language), *endings(table, len(columns), language)]
    formats = [book.add_format({"num_format": FORMATS[column.unit]}) for column in columns]
    fill(sheet, rows, formats)
    for at, text in enumerate(titles):
        cells = (format.exact(row[at], columns[at].unit, language) for row in rows)
        widest = max(map(width, (text, *cells))) + 2
        sheet.set_column(at, at, min(max(widest, LEAST_WIDTH), MOST_WIDTH))
    for n, remark in enumerate(heading.remarks(table, language)):
        sheet.write_string(HEAD + len(rows) + 2 + n, 0, remark)
    define(book, table, bold, language)
    book.close()
    return out.getvalue()


def headings(table: Table, language: Language) -> tuple[list[Column], list[str]]:
    """The columns from left to right and what stands above them."""
    _ = translate(language)
    own = list(table.columns)
    titles = [format.title(column, language) for column in own]
    if not table.compared_start:
        return own, titles
    other = own[named_twice(table) :]
    names = (format.title(column, language) for column in other)
    return own + other, titles + [_("%(name)s (comparison)") % {"name": name} for name in names]


def readable(table: Table, language: Language) -> list[Row]:
    """The rows with the compared beside them, values of a field as people read them."""
    first = table.columns[0]
    if first.unit != "text":
        return list(beside(table))
    return [
        (None if row[0] is None else named(first, row[0], language), *row[1:])
        for row in beside(table)
    ]


def endings(table: Table, columns: int, language: Language) -> list[Row]:
    """The rest and the whole, where rows are values of a field or the hours of a day."""
    _ = translate(language)
    ends = [(_("All others"), table.other, None), (_("All"), table.totals, table.compared_total)]
    found: list[Row] = []
    for name, row, then in ends:
        if row:
            both = (name, *row[1:], *(then or ()))
            found.append((*both, *[None] * (columns - len(both))))
    return found


def fill(sheet: Any, rows: Sequence[Row], formats: Sequence[Any]) -> None:
    """Write the rows below the headings."""
    for n, row in enumerate(rows, HEAD + 1):
        for at, cell in enumerate(row):
            put(sheet, n, at, cell, formats[at])


def put(sheet: Any, row: int, at: int, cell: Cell, style: Any) -> None:
    """One cell as what it is; unknown is empty, so that sums and means leave it out."""
    if cell is None:
        sheet.write_blank(row, at, None, style)
    elif isinstance(cell, str):
        sheet.write_string(row, at, cell, style)
    elif isinstance(cell, datetime):
        sheet.write_datetime(row, at, cell.replace(tzinfo=None), style)
    elif isinstance(cell, date):
        sheet.write_datetime(row, at, cell, style)
    else:
        sheet.write_number(row, at, cell, style)


def define(book: Any, table: Table, bold: Any, language: Language) -> None:
    """A second sheet that says how each measure counts."""
    _ = translate(language)
    sheet = book.add_worksheet(_("Definitions")[:LONGEST_NAME])
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    measures = [column for column in table.columns if format.definition(column, language)]
    for n, column in enumerate(measures):
        sheet.write_string(n, 0, format.title(column, language), bold)
        sheet.write_string(n, 1, format.definition(column, language))
