"""What a form must say: the figures of the table, exactly or as they are rounded for people."""

from __future__ import annotations

from datetime import timedelta

import pytest

from minilens.measure.measures import MEASURES
from minilens.measure.table import Row, Table
from minilens.period import months_before
from minilens.reports.report import Report
from tests.render.read_back import Figures, Read, Rows, Tiles

#: How far a figure written for people may be from the one that is meant.
ROUNDED = {"seconds": 0.5, "ratio": 0.00005, "depth": 0.005, "number": 0.005}


def figures(table: Table, row: Row) -> Figures:
    """A row by the names of its measures."""
    found: Figures = dict(zip([c.name for c in table.columns[1:]], row[1:], strict=True))  # type: ignore[arg-type]
    return found


def rows(table: Table, found: tuple[Row, ...]) -> Rows:
    """All of them."""
    return [figures(table, row) for row in found]


def expected(table: Table) -> Read:
    """All that a form may say of it."""
    return Read(
        rows(table, table.rows),
        rows(table, table.compared),
        figures(table, table.other) if table.other else None,
        figures(table, table.totals) if table.totals else None,
        [str(row[0]) for row in table.rows],
    )


def tiles(table: Table) -> Tiles:
    """Yesterday, and the day, week and month before it."""
    by_day = {str(row[0]): figures(table, row) for row in table.rows}
    unknown: Figures = dict.fromkeys(c.name for c in table.columns[1:])
    day = table.end
    others = (day - timedelta(days=1), day - timedelta(days=7), months_before(day, 1))
    return Tiles(by_day[str(day)], [by_day.get(str(other), unknown) for other in others])


def same(got: Rows, want: Rows, *, rounded: bool = False) -> None:
    """Equal; where they are written for people, but for the last digit."""
    assert len(got) == len(want)
    for g, w in zip(got, want, strict=True):
        assert g.keys() == w.keys()
        for name, value in w.items():
            near = ROUNDED.get(MEASURES[name].unit, 0) if rounded else 1e-12
            close = None if value is None else pytest.approx(value, abs=near * 1.001, rel=0)
            assert g[name] == close, name


def same_reading(got: Read, want: Read, *, rounded: bool = False) -> None:
    """Rows, compared rows, rest and whole."""
    same(got.now, want.now, rounded=rounded)
    same(got.then, want.then, rounded=rounded)
    for g, w in ((got.rest, want.rest), (got.total, want.total)):
        assert (g is None) == (w is None)
        if g is not None and w is not None:
            same([g], [w], rounded=rounded)


def same_tiles(got: Tiles, want: Tiles) -> None:
    """Yesterday and the three days."""
    same([got.now, *got.beside], [want.now, *want.beside], rounded=True)


def switch(report: Report) -> str:
    """The argument that says which measure a card shows."""
    if report.kind.drawing == "series":
        return "sort"
    return "show" if report.kind.takes("show") else "measure"


def kept(report: Report, table: Table) -> bool:
    """Whether a chart is drawn: of several periods, not of one."""
    return report.kind.drawing == "line" and len(table.rows) > 1
