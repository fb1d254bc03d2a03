"""A table of numbers as a card of the console: every text and figure its template writes.

Templates do no arithmetic: what is shown, marked or left out is decided here.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from minilens.errors import Language
from minilens.measure.measures import MEASURES
from minilens.measure.table import Cell, Column, Table
from minilens.render import format
from minilens.render.annotations import Mark, by_point
from minilens.render.as_chart import as_chart
from minilens.render.as_list import Listed, as_list
from minilens.render.as_tiles import Tile, as_tiles
from minilens.render.heading import compared, cost, period, title
from minilens.render.i18n import translate
from minilens.reports.report import Report, View


@dataclass(frozen=True)
class Measure:
    """A measure of the switch, with how it counts."""

    name: str
    title: str
    definition: str
    chosen: bool


@dataclass(frozen=True)
class Figure:
    """A figure by itself, short and whole, beside the one before."""

    title: str
    chosen: bool
    short: str
    exact: str
    then: str
    change: format.Change | None


@dataclass(frozen=True)
class Row:
    """A row of the table: its period, the measure shown, then and change, the other measures.

    `lead`: a weekday that stands before the day, in a column of its own. `marks`: what happened in it.
    `cut`: how many of its days are counted, where the range cuts it. `total`: the day whose hours the others are.
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


@dataclass(frozen=True)
class Card:
    """What `_card.html` and its parts are given. `tiles` or `listed` where the report is drawn so.

    `then` names the other range; `why` says why the shown measure cannot be counted under the filters.
    """

    report: str
    title: str
    drawn: str
    view: View
    measures: tuple[Measure, ...]
    shown: Measure
    empty: bool
    chart: str
    summary: str
    figures: tuple[Figure, ...]
    rows: tuple[Row, ...]
    period: str
    compared: str
    then: str
    cost: str
    running: bool
    age: int
    notes: tuple[str, ...]
    why: str
    tiles: tuple[Tile, ...] = ()
    listed: Listed | None = None

    @property
    def unanswered(self) -> bool:
        """The shown measure is unknown in every period."""
        return self.drawn == "line" and all(row.shown == format.UNKNOWN for row in self.rows)

    @property
    def cut(self) -> bool:
        """Some period is not whole in the range."""
        return any(row.cut for row in self.rows)

    @property
    def marked(self) -> tuple[str, ...]:
        """What happened in all of it."""
        return tuple(text for row in self.rows for text in row.marks)

    @property
    def rest(self) -> tuple[Measure, ...]:
        """The measures beside the one shown."""
        return tuple(m for m in self.measures if not m.chosen)


def as_card(
    table: Table, report: Report, *, measure: str, grain: str, view: View, language: Language,
    now: datetime, sort: str = "", compare: str = "previous", marks: Sequence[Mark] = (),
    uncounted: frozenset[str] = frozenset(),
) -> Card:  # fmt: skip
    """The card of a report. One period alone is no line: it is shown as figures."""
    measures = switch(ordered(table, report), measure, language)
    shown = next(m for m in measures if m.chosen)
    line = report.chart == "line"
    single = line and len(table.rows) == 1 and len(table.compared) <= 1
    return Card(
        report=report.name,
        title=title(report, language, table),
        drawn=report.chart,
        view=view,
        measures=measures,
        shown=shown,
        empty=is_empty(table) and not (report.clock and single),
        chart=drawing(table, measure, grain, language, marks) if line and not single else "",
        summary=summary(table, shown, language) if line else "",
        figures=figures(table, report, measure, language)
        if single or (line and table.totals)
        else (),
        rows=rows(table, measure, grain, language, marks) if line else (),
        period=period(table, report, language),
        compared=compared(table, language),
        then=other_range(table, compare, language),
        cost=cost(table, language),
        running=table.running,
        age=max(0, round((now - table.as_of).total_seconds())),
        notes=tuple(translate(language)(note) for note in table.notes),
        why=why(measure, language) if measure in uncounted else "",
        tiles=as_tiles(table, language) if report.chart == "tiles" else (),
        listed=as_list(table, sort or report.first, language) if report.chart == "list" else None,
    )


def why(measure: str, language: Language) -> str:
    """Why filters leave a measure of a trend without an answer."""
    _ = translate(language)
    if MEASURES[measure].scope == "everyone":
        return _(
            "This measure counts everyone who has ever visited, but filters apply to single visits."
        )
    return _("This measure counts launches, and one launch spans several pages.")


def switch(columns: list[Column], measure: str, language: Language) -> tuple[Measure, ...]:
    """The measures to choose from."""
    return tuple(
        Measure(
            c.name, format.title(c, language), format.definition(c, language), c.name == measure
        )
        for c in columns
    )


def drawing(
    table: Table, measure: str, grain: str, language: Language, marks: Sequence[Mark]
) -> str:
    """The chart as <line-chart> takes it."""
    chart = as_chart(table, measure, grain, language, marks)
    return json.dumps(chart, ensure_ascii=False, separators=(",", ":"))


def ordered(table: Table, report: Report) -> list[Column]:
    """The report's measures that the table holds, in the order of the switch."""
    held = {column.name: column for column in table.columns}
    return [held[name] for name in report.measures if name in held]


def is_empty(table: Table) -> bool:
    """Has nothing been counted in the whole range? Unknown and 0 both mean no."""
    return not any(cell for row in table.rows for cell in row if not isinstance(cell, date))


def summary(table: Table, shown: Measure, language: Language) -> str:
    """One sentence in place of the picture, for those who do not see it."""
    column = next(c for c in table.columns if c.name == shown.name)
    known = [cell for cell in table.column(shown.name) if isinstance(cell, (int, float))]
    if not known:
        return shown.title
    least, most = (format.exact(f(known), column.unit, language) for f in (min, max))
    last = format.exact(known[-1], column.unit, language)
    _ = translate(language)
    sentence = _(
        "%(name)s: low %(least)s, high %(most)s, latest %(last)s. See the table for all figures."
    )
    return sentence % {"name": shown.title, "least": least, "most": most, "last": last}


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
    for n, row in enumerate(table.rows):
        then = table.compared[n][at] if n < len(table.compared) else None
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
            )
        )
    return (*whole(table, at, others, language), *reversed(made))


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
    )
    return (row,)


def other_range(table: Table, compare: str, language: Language) -> str:
    """What the other range is: yesterday, where it is today's."""
    _ = translate(language)
    day, other = table.end, table.compared_end
    if table.running and table.start == day and other and other == day - timedelta(days=1):
        return _("Yesterday")
    return format.comparison(compare, language)
