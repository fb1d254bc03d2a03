"""Values that an app has named: in files, the value stays as it is and its name stands beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from minilens.measure.table import Cell, Column, Row, Table
from minilens.text import LANGUAGES, NOTHING, Language, Text

#: What stands above the names of a column, in either language.
_TITLES = {"zh": ("{}（名称）", "{} (Chinese name)"), "en": ("{}（英文名）", "{} (name)")}
#: The same where the column says itself what stands there.
_OWN_TITLES = {"zh": ("{}", "{} (Chinese)"), "en": ("{}（英文）", "{}")}


def with_names(table: Table, languages: Sequence[Language] = LANGUAGES) -> Table:
    """The same table with a column of names, in each of these languages, behind every column that has some.

    A value without a name has an empty cell there.
    """
    if not any(column.called for column in table.columns):
        return table

    def row(cells: Row) -> Row:
        pairs = zip(table.columns, cells, strict=True)
        return tuple(part for column, cell in pairs for part in _cells(column, cell, languages))

    columns = tuple(part for column in table.columns for part in _columns(column, languages))
    return replace(
        table,
        columns=columns,
        rows=tuple(map(row, table.rows)),
        totals=row(table.totals) if table.totals else None,
        other=row(table.other) if table.other else None,
        keys=table.keys + len(columns) - len(table.columns),
    )


def _columns(column: Column, languages: Sequence[Language]) -> list[Column]:
    if not column.called:
        return [column]
    title, titles = column.title, _TITLES
    if column.called_title.zh:
        title, titles = column.called_title, _OWN_TITLES
    return [
        replace(column, shown=None, called={}, called_title=NOTHING),
        *(
            Column(
                f"{column.name}.{one}",
                Text(titles[one][0].format(title.zh), titles[one][1].format(title.en)),
                "text",
            )
            for one in languages
        ),
    ]


def _cells(column: Column, cell: Cell, languages: Sequence[Language]) -> list[Cell]:
    if not column.called:
        return [cell]
    name = column.called.get(str(cell))
    return [cell, *(name.of(one) if name else None for one in languages)]
