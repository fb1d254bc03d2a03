"""Rows that are parts of a whole: a ring of the first measure, and beside it their list."""

from __future__ import annotations

from dataclasses import dataclass

from minilens.measure.table import Table
from minilens.render import format
from minilens.render.as_list import Line, Listed, as_list, number
from minilens.text import Language

#: The circle is a hundred long; so much of it stays free between two slices.
AROUND, GAP = 100.0, 0.6
#: The colour of what has no row of its own.
REST = 8


@dataclass(frozen=True)
class Slice:
    """One part: how long its arc is and where it begins, both of a hundred; `colour` from 1 to 8.

    `value`: what a click on it filters by, as one on its row does; None of the others together.
    """

    title: str
    text: str
    colour: int
    length: float
    start: float
    value: str | None


@dataclass(frozen=True)
class Ring:
    """What `_ring.html` is given: the slices, the list with the same rows, and what stands in the middle."""

    slices: tuple[Slice, ...]
    list: Listed
    lines: tuple[tuple[int, Line], ...]
    middle: str
    named: str


def as_ring(table: Table, sort: str, language: Language) -> Ring:
    """The ring of the first measure: launches, each of which has one source. People may have several."""
    listed, column = as_list(table, sort, language), table.columns[1]
    rows = [*zip(listed.lines, table.rows, strict=True)]
    rows += [(listed.rest, table.other)] if listed.rest and table.other else []
    coloured = [
        (REST if line is listed.rest else n % (REST - 1) + 1, line)
        for n, (line, _) in enumerate(rows)
    ]
    whole = sum(number(row[1]) for _, row in rows)
    slices: list[Slice] = []
    passed = 0.0
    for (colour, line), (_, row) in zip(coloured, rows, strict=True):
        length = number(row[1]) / whole * AROUND if whole else 0.0
        text = " · ".join(line.cells[:2])
        slices.append(
            Slice(
                line.title,
                text,
                colour,
                round(max(0.0, length - GAP), 3),
                round(passed, 3),
                line.value,
            )
        )
        passed += length
    total = table.totals[1] if table.totals else round(whole)
    return Ring(
        tuple(one for one in slices if one.length),
        listed,
        tuple(coloured),
        format.short(total, column.unit, language),
        format.title(column, language),
    )
