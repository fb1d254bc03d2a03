"""Measures over time as a card draws them: a line or its table, and of a single period the bare figures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from minilens.measure.measures import Scope
from minilens.measure.table import Cell, Column, Table
from minilens.measure.table import Row as Cells
from minilens.render import format, places, zoom
from minilens.render.annotations import Mark, by_point
from minilens.render.as_chart import as_chart
from minilens.render.drawing import Options, ordered
from minilens.render.i18n import translate
from minilens.reports.report import Report
from minilens.text import Language

#: Names of lines with their points: which figure one is, and what it says.
Points = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True)
class Figure:
    """A figure by itself, short and whole, beside the one before. `place` and `then_place`: which figures these are,
    empty where nobody stands behind one.
    """

    title: str
    chosen: bool
    short: str
    exact: str
    then: str
    change: format.Change | None
    place: str = ""
    then_place: str = ""


@dataclass(frozen=True)
class Row:
    """A row of the table: its period, the measure shown, then and change, the other measures.

    `lead`: a weekday that stands before the day, in a column of its own. `marks`: what happened in it.
    `cut`: how many of its days are counted, where the range cuts it. `total`: the day whose hours the others are.
    `zoom`: what a link to its days alone sets in the address, where they are not all there is.
    `place`, `then_place` and `places`: which figures `shown`, `then` and `rest` are; empty where nobody stands behind
    one.
    """

    lead: str
    head: str
    day: str
    shown: str
    then: str
    change: format.Change | None
    rest: tuple[str, ...]
    running: bool
    marks: tuple[str, ...]
    cut: str = ""
    total: bool = False
    zoom: str = ""
    place: str = ""
    then_place: str = ""
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """What `_line.html` is given. `chart` is empty where one period alone makes no line; its `figures` stand then.

    `summary` says the line in a sentence; `why` why the shown measure cannot be counted under the filters;
    `others` are the titles of the measures beside the one shown.
    """

    chart: str
    summary: str
    figures: tuple[Figure, ...]
    rows: tuple[Row, ...]
    others: tuple[tuple[str, str], ...]
    why: str

    @property
    def unanswered(self) -> bool:
        """The shown measure is unknown in every period."""
        return all(row.shown == format.UNKNOWN for row in self.rows)

    @property
    def points(self) -> Points:
        """The points of the line that somebody stands behind, the newest first; it has no name."""
        found = tuple(
            (row.place, f"{row.lead} {row.head}".strip() + f" · {row.shown}")
            for row in self.rows
            if row.place and not row.total
        )
        return (("", found),) if self.chart and found else ()

    @property
    def cut(self) -> bool:
        """Some period is not whole in the range."""
        return any(row.cut for row in self.rows)

    @property
    def marked(self) -> tuple[str, ...]:
        """What happened in all of it."""
        return tuple(text for row in self.rows for text in row.marks)


def as_line(table: Table, report: Report, options: Options, language: Language) -> Line:
    """The drawing of a report over time. One period alone is no line: it is shown as figures."""
    measure, marks, single = options.measure, options.marks, is_single(table)
    return Line(
        chart="" if single else drawing(table, measure, options.grain, language, marks),
        summary=summary(table, measure, language),
        figures=figures(table, report, measure, language) if single or table.totals else (),
        rows=rows(table, measure, options.grain, language, marks),
        others=tuple(
            (c.name, format.title(c, language)) for c in ordered(table, report) if c.name != measure
        ),
        why=why(options.unavailable[measure], language) if measure in options.unavailable else "",
    )


def is_single(table: Table) -> bool:
    """One period, beside one at most."""
    return len(table.rows) == 1 and len(table.compared) <= 1


def why(scope: Scope, language: Language) -> str:
    """Why filters leave a measure of a trend without an answer."""
    _ = translate(language)
    if scope == "everyone":
        return _(
            "This measure counts everyone who has ever visited, but filters apply to single visits."
        )
    return _("This measure counts launches, and one launch spans several pages.")


def drawing(
    table: Table, measure: str, grain: str, language: Language, marks: Sequence[Mark]
) -> str:
    """The chart as <line-chart> takes it."""
    chart = as_chart(table, measure, grain, language, marks)
    return json.dumps(chart, ensure_ascii=False, separators=(",", ":"))


def summary(table: Table, measure: str, language: Language) -> str:
    """One sentence in place of the picture, for those who do not see it."""
    column = next(c for c in table.columns if c.name == measure)
    title = format.title(column, language)
    known = [cell for cell in table.column(measure) if isinstance(cell, (int, float))]
    if not known:
        return title
    least, most = (format.exact(f(known), column.unit, language) for f in (min, max))
    last = format.exact(known[-1], column.unit, language)
    _ = translate(language)
    sentence = _(
        "%(name)s: low %(least)s, high %(most)s, latest %(last)s. See the table for all figures."
    )
    return sentence % {"name": title, "least": least, "most": most, "last": last}


def figures(table: Table, report: Report, measure: str, language: Language) -> tuple[Figure, ...]:
    """The figures of the only row, or of the day whose hours the rows are."""
    return tuple(figure(table, column, measure, language) for column in ordered(table, report))


def figure(table: Table, column: Column, measure: str, language: Language) -> Figure:
    """One of them."""
    at = [c.name for c in table.columns].index(column.name)
    now = (table.totals or table.rows[0])[at]
    other = table.compared_total or (table.compared[0] if table.compared else None)
    then: Cell = other[at] if other else None
    return Figure(
        title=format.title(column, language),
        chosen=column.name == measure,
        short=format.short(now, column.unit, language),
        exact=format.exact(now, column.unit, language),
        then=format.exact(then, column.unit, language) if table.compared else "",
        change=format.change(now, then, column, language) if table.compared else None,
        place=places.of_cell(column, {}, now),
        then_place=places.of_other(table, at, other, {}),
    )


def rows(
    table: Table, measure: str, grain: str, language: Language, marks: Sequence[Mark]
) -> tuple[Row, ...]:
    """All rows, the newest first; the shown measure leads and is compared."""
    marked = by_point(marks, table, grain, language)
    names = [column.name for column in table.columns]
    at = names.index(measure)
    shown = table.columns[at]
    others = [
        n
        for n, c in enumerate(table.columns)
        if n != at and c.unit not in ("day", "moment", "text")
    ]
    made: list[Row] = []
    spans = zoom.ends(table, grain)
    for n, row in enumerate(table.rows):
        beside = table.compared[n] if n < len(table.compared) else None
        then = beside[at] if beside else None
        first = row[0] if isinstance(row[0], date) else table.start
        named = format.bucket(first, grain, language, table.end.year)
        lead = format.leading(first, grain, language)
        made.append(
            Row(
                lead=lead,
                head=named.removeprefix(f"{lead} "),
                day=first.isoformat(),
                shown=format.exact(row[at], shown.unit, language),
                then=format.exact(then, shown.unit, language) if table.compared else "",
                change=moved(table, n, (row[at], then), shown, language),
                rest=tuple(format.exact(row[m], table.columns[m].unit, language) for m in others),
                running=n == table.current_row,
                marks=tuple(marked.get(n, ())),
                cut=format.days_held(table.cut[n], language) if n in table.cut else "",
                zoom=zoom.setting(spans[n]) if spans else "",
                then_place=places.of_other(table, at, beside),
                **_places(table, row, at, others, places.keys_of(table, row)),
            )
        )
    return (*whole(table, at, others, language), *reversed(made))


def _places(
    table: Table, row: Cells, at: int, others: Sequence[int], keys: Mapping[str, Cell]
) -> dict[str, Any]:
    """Which figures a row has."""
    of = [places.of_cell(table.columns[n], keys, row[n]) for n in (at, *others)]
    return {"place": of[0], "places": tuple(of[1:])}


def moved(
    table: Table, n: int, cells: tuple[Cell, Cell], column: Column, language: Language
) -> format.Change | None:
    """The change in a row; none where nothing is compared, unknown where it says nothing yet."""
    if not table.compared:
        return None
    return format.change(cells[0], cells[1] if table.comparable(n) else None, column, language)


def whole(table: Table, at: int, others: Sequence[int], language: Language) -> tuple[Row, ...]:
    """The row of the day whose hours the others are."""
    if table.totals is None or not table.by_hour:
        return ()
    _ = translate(language)
    column, now = table.columns[at], table.totals[at]
    then = table.compared_total[at] if table.compared_total else None
    texts = (format.exact(table.totals[m], table.columns[m].unit, language) for m in others)
    row = Row(
        lead="",
        head=_("Today so far") if table.running else _("Whole day"),
        day=table.start.isoformat(),
        shown=format.exact(now, column.unit, language),
        then=format.exact(then, column.unit, language) if table.compared else "",
        change=format.change(now, then, column, language) if table.compared else None,
        rest=tuple(texts),
        running=False,
        marks=(),
        total=True,
        **_places(table, table.totals, at, others, {}),
    )
    return (row,)
