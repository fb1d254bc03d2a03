"""Which figure of an answer a cell is: its column and the keys of its row, as addresses name it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime

from minilens.measure.table import Cell, Column, Row, Table


def place(measure: str, keys: Mapping[str, Cell], days: tuple[date, date] | None = None) -> str:
    """A figure by its column and the keys of its row. `days`: the first and the last it is of, where these are not
    those that were asked about."""
    named = {name: one.isoformat() if isinstance(one, date) else one for name, one in keys.items()}
    over = [[day.isoformat() for day in days]] if days else []
    return json.dumps([measure, named, *over], ensure_ascii=False, separators=(",", ":"))


def of_cell(
    column: Column, keys: Mapping[str, Cell], cell: Cell, days: tuple[date, date] | None = None
) -> str:
    """The same where the cell counts persons, or what they did; nothing of what is no count, and of nobody."""
    counts = column.has_persons and column.unit == "count"
    return place(column.name, keys, days) if cell and counts else ""


def of_other(table: Table, at: int, row: Row | None, keys: Mapping[str, Cell] | None = None) -> str:
    """The same of a figure of the range beside which a table stands; nothing where that is no range of whole days.
    `keys`: those of the row itself unless given."""
    days = table.compared_start, table.compared_end
    if (
        row is None
        or table.by_hour
        or table.same_hours
        or any(isinstance(one, datetime) for one in days)
    ):
        return ""
    told = keys_of(table, row) if keys is None else keys
    return of_cell(table.columns[at], told, row[at], days) if all(days) else ""  # type: ignore[arg-type]


def of_row(table: Table, row: Row, keys: Mapping[str, Cell] | None = None) -> tuple[str, ...]:
    """Of each measure of a row. `keys`: those of the row itself unless given."""
    told = keys_of(table, row) if keys is None else keys
    measures = zip(table.columns[table.keys :], row[table.keys :], strict=True)
    return tuple(of_cell(column, told, cell) for column, cell in measures)


def keys_of(table: Table, row: Row) -> dict[str, Cell]:
    """What tells a row apart; of a total no period is said."""
    return {
        column.name: key
        for column, key in zip(table.columns, row[: table.keys], strict=False)
        if key is not None or column.unit not in ("day", "moment")
    }
