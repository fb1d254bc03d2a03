"""A table of numbers as JSON: the shape of the report API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from minilens.measure.table import Cell, Cost, Table
from minilens.render import format, heading
from minilens.render.annotations import Mark
from minilens.reports.report import Report
from minilens.text import Language

#: A whole number counts as a number: said twice, no value would be valid under exactly one of them.
Value = float | str | None


class Field(msgspec.Struct, frozen=True, omit_defaults=True):
    """A column: its name in `rows`, its title and definition in the caller's language. `names`: what the app calls
    values of it that are in `rows`."""

    name: str
    title: str
    unit: str
    definition: str
    names: dict[str, str] | None = None


class Compared(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """The same measures over the other range; row n stands beside row n.

    `same_hours`: of its last day only what happened up to the same hour; where rows are hours, of `total`.
    """

    start: str
    end: str
    same_hours: bool
    rows: list[dict[str, Value]]
    total: dict[str, Value] | None = None


class Values(msgspec.Struct, frozen=True):
    """Where rows are values of a field: how many there are, what all come to, those not listed, and where a report
    says it, what has no value; of regions what has one by profile, and what by address.

    Where rows are the hours of one day, `total` is that day: people once.
    """

    found: int
    total: dict[str, Value]
    rest: dict[str, Value] | None
    unknown: dict[str, Value] | None = None
    told: dict[str, Value] | None = None
    looked_up: dict[str, Value] | None = None


class Annotation(msgspec.Struct, frozen=True):
    """What happened on a day of the range: a release, a campaign, an outage."""

    day: str
    text: str


class Cut(msgspec.Struct, frozen=True):
    """A week or month of which not all days are in the range: its row, the days counted, and those it has."""

    row: str
    days: int
    of: int


class Answer(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """One report's answer. `running` says that the last row with figures is a period not over yet."""

    report: str
    title: str
    start: str
    end: str
    grain: str
    as_of: datetime
    running: bool
    cut: list[Cut]
    columns: list[Field]
    rows: list[dict[str, Value]]
    compared: Compared | None
    values: Values | None
    annotations: list[Annotation]
    notes: list[str]
    cost: Cost


def answer(
    table: Table, report: Report, grain: str, language: Language, marks: Sequence[Mark] = ()
) -> Answer:
    """The answer as a typed value, from which the OpenAPI schema is made as well."""
    compared = None
    if table.compared_start and table.compared_end:
        then = [record(table, row) for row in table.compared]
        compared = Compared(
            table.compared_start.isoformat(),
            table.compared_end.isoformat(),
            table.same_hours,
            then,
            record(table, table.compared_total) if table.compared_total else None,
        )
    values = None
    if table.totals is not None:
        beside = (table.other, table.unknown, table.told, table.looked_up)
        some = (record(table, row) if row else None for row in beside)
        values = Values(table.total_rows, record(table, table.totals), *some)
    return Answer(
        report=report.name,
        title=heading.title(report, language),
        start=table.start.isoformat(),
        end=table.end.isoformat(),
        grain=grain,
        as_of=table.as_of,
        running=table.running,
        cut=[Cut(str(period), *days) for period, days in table.cut_periods.items()],
        columns=[described(table, at, language) for at in range(len(table.columns))],
        rows=[record(table, row) for row in table.rows],
        compared=compared,
        values=values,
        annotations=[Annotation(mark.day.isoformat(), mark.text) for mark in marks],
        notes=[note.of(language) for note in table.notes],
        cost=table.cost,
    )


def described(table: Table, at: int, language: Language) -> Field:
    """A column, with the names of its values where the app has named some."""
    column = table.columns[at]
    values = dict.fromkeys(str(row[at]) for row in table.rows) if column.called else {}
    names = {one: column.called[one].of(language) for one in values if one in column.called}
    return Field(
        column.name,
        format.title(column, language),
        column.unit,
        format.definition(column, language),
        names if column.called else None,
    )


def as_json(
    table: Table, report: Report, grain: str, language: Language, marks: Sequence[Mark] = ()
) -> bytes:
    """The answer as bytes."""
    return msgspec.json.encode(answer(table, report, grain, language, marks))


def record(table: Table, row: tuple[Cell, ...]) -> dict[str, Value]:
    """A row by the names of its columns; days as 2026-11-22."""
    return {
        column.name: cell.isoformat() if isinstance(cell, date) else cell
        for column, cell in zip(table.columns, row, strict=True)
    }
