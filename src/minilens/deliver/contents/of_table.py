"""The answer of a report as a part of a message: figures, a list or a chart, as its rows are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from minilens.deliver.contents.content import Answered, Asking
from minilens.measure.table import Cell, Column, Row, Table
from minilens.render import format
from minilens.render.as_list import named
from minilens.render.as_listing import listed
from minilens.render.as_tiles import Beside, as_tiles
from minilens.render.heading import days, title
from minilens.render.i18n import translate
from minilens.render.message import MOST_FIGURES, MOST_ROWS, Figure, Listing, Section, Tone
from minilens.render.panels import Course, Panel, Rank, Ranks
from minilens.reports.request import ListRows, ReportRequest
from minilens.text import Language

#: Columns of a list, and points of a chart, that a phone has room for.
MOST_COLUMNS, MOST_POINTS = 4, 92
_TONES: dict[format.Meaning, Tone] = {"better": "good", "worse": "bad"}


def section(answered: Answered, asking: Asking, language: Language) -> Section:
    """Its figures are the cells of the table as the page writes them."""
    state, table = answered.request, answered.table
    head = title(state.report, language, table)
    told = [days(table, state.report, language), *(note.of(language) for note in table.notes)]
    if not table.rows:
        told.append(translate(language)("There is nothing to tell about these days."))
    drawn = [_of_report(one, head) for one in panels(state, table, language)]
    figures = _figures(state, table, language)
    alt = "; ".join(
        [f"{head}, {told[0]}", *(f"{one.title} {one.value} {one.change}" for one in figures[:1])]
    )
    return Section(
        head, tuple(told), figures, asking.draw(drawn, alt, language), _listing(state, table, language),
        asking.page(answered.page) if answered.page else "",
    )  # fmt: skip


def _of_report(panel: Panel, head: str) -> Panel:
    """With the title of the report: a picture is passed on without its message."""
    return panel if head == panel.title else replace(panel, title=f"{head} · {panel.title}")


def figure(
    column: Column, now: Cell, then: Cell, language: Language, against: str = "%(change)s", note: str = ""
) -> Figure:  # fmt: skip
    """A cell beside another one; no change where there is none to be said. `against`: in words what it is beside."""
    moved, said = format.change(now, then, column, language), changed(column, now, then, language)
    return Figure(
        format.title(column, language), format.short(now, column.unit, language),
        against % {"change": said} if said else "", _TONES.get(moved.meaning, ""), note,
    )  # fmt: skip


def changed(column: Column, now: Cell, then: Cell, language: Language) -> str:
    """▲ 3.2%; empty where that is unknown."""
    moved = format.change(now, then, column, language)
    return "" if moved.meaning == "unknown" else moved.text


def _in_time(table: Table) -> bool:
    return table.keys == 1 and table.columns[0].unit in ("day", "moment")


def _figures(state: ReportRequest, table: Table, language: Language) -> tuple[Figure, ...]:
    if state.report.kind.drawing == "tiles":
        return tuple(
            Figure(
                one.title, one.short, _beside(one.changes[0]), _TONES.get(one.changes[0].change.meaning, ""),
                _beside(one.changes[1]),
            )
            for one in as_tiles(table, language)
        )[:MOST_FIGURES]  # fmt: skip
    found = _row(table)
    if found is None:
        return ()
    now, then, several = found
    note = _point(now[0], state, language) if several else ""
    columns = list(enumerate(table.columns))[table.keys :]
    columns.sort(key=lambda one: one[1].name != state.shown)  # the one that is drawn leads
    return tuple(
        figure(column, now[n], then[n] if then else None, language, note=note)
        for n, column in columns[:MOST_FIGURES]
    )


def _beside(one: Beside) -> str:
    """▲ 3.2% Day before; empty where that is unknown."""
    return "" if one.change.meaning == "unknown" else f"{one.change.text} {one.word}"


def _row(table: Table) -> tuple[Row, Row | None, bool] | None:
    """The one that figures are of, and the one it stands beside: a single one, the day whose hours the rows are, or the
    last that is known (True: one of several). None where rows are no periods."""
    if table.keys == 0 and table.rows:
        return table.rows[0], table.compared[0] if table.compared else None, False
    if not _in_time(table) or not table.rows:
        return None
    if table.totals is not None and table.by_hour:
        return table.totals, table.compared_total, False
    known = [n for n, row in enumerate(table.rows) if any(cell is not None for cell in row[1:])]
    if not known:
        return None
    n = known[-1]
    beside = table.compared[n] if n < len(table.compared) and table.comparable(n) else None
    return table.rows[n], beside, len(table.rows) > 1


def _point(at: Cell, state: ReportRequest, language: Language) -> str:
    return format.bucket(at, state.bucket, language, at.year) if isinstance(at, date) else ""


def panels(state: ReportRequest, table: Table, language: Language) -> list[Panel]:
    """One chart of the measure that is shown, where rows are periods, values or steps."""
    measure = _lead(state, table)
    if state.report.kind.drawing == "tiles" or len(table.rows) < 2 or measure is None:
        return []
    column = table.columns[measure]
    if _in_time(table):
        return [_course(state, table, measure, language)] if len(table.rows) <= MOST_POINTS else []
    steps = table.columns[0].name == "step" and table.keys == 2
    if table.keys != 1 and not steps:
        return []
    name = table.keys - 1
    rows = tuple(
        Rank(
            named(table.columns[name], row[name], language), number(row[measure]) or 0,
            " · ".join(_told(table, row, (measure, measure + 1) if steps else (measure,), language)),
        )
        for row in table.rows[:MOST_ROWS]
    )  # fmt: skip
    return [Ranks(format.title(column, language), rows, steps)]


def _told(table: Table, row: Row, some: tuple[int, ...], language: Language) -> list[str]:
    return [format.exact(row[n], table.columns[n].unit, language) for n in some]


def _course(state: ReportRequest, table: Table, measure: int, language: Language) -> Course:
    column, clock = table.columns[measure], table.by_hour and table.start == table.end
    days = [row[0] for row in table.rows if isinstance(row[0], date)]
    return Course(
        format.title(column, language),
        tuple(format.tick(day, state.bucket, clock=clock) for day in days),
        tuple(number(row[measure]) for row in table.rows), column.unit,
        called=format.span(table.start, table.end, language, table.end.year),
        then=tuple(number(row[measure]) for row in table.compared),
        then_called=_then(table, language), running=table.running,
    )  # fmt: skip


def _then(table: Table, language: Language) -> str:
    start, end = table.compared_start, table.compared_end
    return format.span(start, end, language, table.end.year) if start and end else ""


def _lead(state: ReportRequest, table: Table) -> int | None:
    """The place of the measure that is shown, or that rows are sorted by, or of the first number."""
    names = [one.name for one in table.columns]
    wanted = (state.sort if isinstance(state, ListRows) else "", state.measure, state.shown)
    measures = range(table.keys, len(names))
    found = next((names.index(one) for one in wanted if one in names[table.keys :]), None)
    if found is not None:
        return found
    numbers = ("count", "number", "ratio", "seconds", "depth")
    return next((n for n in measures if table.columns[n].unit in numbers), None)


def _listing(state: ReportRequest, table: Table, language: Language) -> Listing | None:
    """The first rows, where they are neither periods nor one alone."""
    if state.report.kind.drawing == "tiles" or _in_time(table) or table.keys == 0 or not table.rows:
        return None
    lead = _lead(state, table)
    keys = list(range(table.keys))[:MOST_COLUMNS]
    others = [n for n in range(table.keys, len(table.columns)) if n != lead]
    shown = [*keys, *([lead] if lead is not None else []), *others][
        : max(MOST_COLUMNS, len(keys) + 1)
    ]
    if table.columns[0].name == "step":
        table, shown = _with_steps(table), shown[1:]
    return listed(table, table.rows, shown, language, table.total_rows)


def _with_steps(table: Table) -> Table:
    """Of a funnel: the events with the numbers of their steps."""
    rows = tuple((row[0], f"{row[0]} {row[1]}", *row[2:]) for row in table.rows)
    step = replace(table.columns[0], unit="text")
    return replace(
        table, columns=(step, replace(step, name="event"), *table.columns[2:]), rows=rows
    )


def number(cell: Cell) -> float | None:
    """None where it is none."""
    return float(cell) if isinstance(cell, int | float) else None
