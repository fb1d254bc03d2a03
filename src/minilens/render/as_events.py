"""An answer about events as a card draws it: figures of the whole, lines where rows are periods, bars where they are
groups, and always the table.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from minilens.measure.events.columns import OTHERS
from minilens.measure.table import Cell, Column, Row, Table
from minilens.render import format
from minilens.render.as_chart import as_lines, colour
from minilens.render.drawing import Options
from minilens.render.i18n import translate
from minilens.text import Language

#: Lines that can be told apart, all others together not among them; groups beside each other, and rows of a page.
MOST_LINES, MOST_GROUPS, MOST_ROWS = 8, 20, 500


@dataclass(frozen=True)
class Figure:
    """A figure of the whole range, short and exact; `change` against the days before, None where nothing is known."""

    title: str
    short: str
    exact: str
    chosen: bool
    change: format.Change | None = None


@dataclass(frozen=True)
class Line:
    """A row of the table. `bar`: its length from 0 to 100 beside the longest, None where none is drawn.

    `kind`: value, total, rest. `running`: its period is not over. `places`: of each cell which figure
    it is, its column and the keys of its row; empty where nobody stands behind it.
    """

    heads: tuple[str, ...]
    cells: tuple[str, ...]
    bar: float | None = None
    kind: str = "value"
    running: bool = False
    cut: str = ""
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Events:
    """What `_events.html` is given. `keys` and `heads`: titles of the columns, those that tell rows apart first.

    `one_measure`: the chart, and where rows are periods of groups the table, are of the measure shown alone.
    `cut`: what of the answer is not on the page.
    """

    figures: tuple[Figure, ...]
    chart: str
    legend: tuple[tuple[int, str], ...]
    summary: str
    keys: tuple[str, ...]
    heads: tuple[tuple[str, bool], ...]
    lines: tuple[Line, ...]
    cut: tuple[str, ...]
    one_measure: bool
    found: int = 0
    shown: int = 0


def as_events(table: Table, options: Options, language: Language) -> Events:
    """The drawing of an answer: its shape is told by the columns that tell its rows apart."""
    timed = _timed(table)
    grouped = table.keys > (1 if timed else 0)
    if timed and grouped:
        return _periods_of_groups(table, options, language)
    return _groups(table, options, language) if grouped else _periods(table, options, language)


def _timed(table: Table) -> bool:
    return table.keys > 0 and table.columns[table.keys - 1].unit in ("day", "moment")


def _at(table: Table, name: str) -> int:
    return [one.name for one in table.columns].index(name)


def _cells(row: Row, table: Table, language: Language) -> tuple[str, ...]:
    pairs = zip(row[table.keys :], table.columns[table.keys :], strict=True)
    return tuple(
        one.shown(cell, language) if one.shown and isinstance(cell, str) else format.exact(cell, one.unit, language)
        for cell, one in pairs
    )  # fmt: skip


def _figures(table: Table, options: Options, language: Language) -> tuple[Figure, ...]:
    """Of the whole range, in which persons count once."""
    whole = table.totals or (table.rows[0] if table.rows and not table.keys else None)
    if whole is None:
        return ()
    before = table.compared_total or (None,) * len(whole)
    return tuple(
        Figure(
            format.title(one, language), format.short(cell, one.unit, language),
            format.exact(cell, one.unit, language), one.name == options.measure, _change(cell, then, one, language),
        )
        for one, cell, then in list(zip(table.columns, whole, before, strict=True))[table.keys :]
    )  # fmt: skip


def _change(now: Cell, then: Cell, column: Column, language: Language) -> format.Change | None:
    found = format.change(now, then, column, language)
    return None if found.meaning == "unknown" else found


def _heads(table: Table, options: Options, language: Language) -> tuple[tuple[str, bool], ...]:
    return tuple(
        (format.title(one, language), one.name == options.measure)
        for one in table.columns[table.keys :]
    )


def _periods(table: Table, options: Options, language: Language) -> Events:
    """Rows are periods, or there is one for the whole range: lines of all measures that share a unit."""
    _ = translate(language)
    column = table.columns[_at(table, options.measure)]
    drawn = [one for one in table.columns[table.keys :] if _alike(one, column)][:MOST_LINES]
    lines = [
        (format.title(one, language), [row[_at(table, one.name)] for row in table.rows])
        for one in drawn
    ]
    single = len(table.rows) < 2
    whose = [_whose(table, one) for one in drawn]
    rows = [
        Line(
            (_period(row[0], table, options, language),) if table.keys else (_("Whole period"),),
            _cells(row, table, language),
            running=n == table.current_row,
            cut=format.days_held(table.cut[n], language) if n in table.cut else "",
            places=_places(table, row),
        )
        for n, row in enumerate(table.rows)
        if not table.running or n <= table.current_row  # others are still to come
    ]
    total = []
    if table.totals:
        cells, places = _cells(table.totals, table, language), _places(table, table.totals)
        total = [Line((_("Whole period"),), cells, kind="total", places=places)]
    shown, cut = _cut(list(reversed(rows)), language)
    return Events(
        figures=_figures(table, options, language),
        chart="" if single else _chart(table, column, lines, options, language, whose),
        legend=() if single or len(lines) < 2 else _legend(lines),
        summary=" · ".join(name for name, _cells_ in lines),
        keys=(_("Time"),),
        heads=_heads(table, options, language),
        lines=(*total, *shown),
        cut=cut,
        one_measure=len(drawn) < len(table.columns) - table.keys,
    )  # fmt: skip


def _whose(table: Table, of: Column) -> list[str]:
    """Which figures the cells of a column are."""
    at = _at(table, of.name)
    return [_place(table, row[: table.keys], of.name, row[at]) for row in table.rows]


def _alike(one: Column, other: Column) -> bool:
    """Whether both have a place on one axis."""
    numbers = ("count", "number")
    return one.unit == other.unit or (one.unit in numbers and other.unit in numbers)


def _groups(table: Table, options: Options, language: Language) -> Events:
    """Rows are groups: bars of the measure shown."""
    _ = translate(language)
    at = _at(table, options.measure)
    longest = max((_number(row[at]) for row in table.rows), default=0)
    rows = [
        Line(
            _named(row[: table.keys], table, language), _cells(row, table, language),
            round(_number(row[at]) / longest * 100, 1) if longest else 0, places=_places(table, row),
        )
        for row in table.rows
    ]  # fmt: skip
    shown, cut = _cut(rows, language)
    empty = ("",) * (table.keys - 1)
    total, rest = (
        [Line((title, *empty), _cells(row, table, language), kind=kind)] if row else []
        for kind, title, row in (("total", _("All"), table.totals), ("rest", _("All others"), table.other))
    )  # fmt: skip
    return Events(
        figures=_figures(table, options, language), chart="", legend=(), summary="",
        keys=tuple(format.title(one, language) for one in table.columns[: table.keys]),
        heads=_heads(table, options, language), lines=(*total, *shown, *rest), cut=cut, one_measure=False,
        found=table.total_rows, shown=len(table.rows),
    )  # fmt: skip


def _periods_of_groups(table: Table, options: Options, language: Language) -> Events:
    """Rows are periods of groups: a line and a column for each group, of the measure shown."""
    keys, at = table.keys - 1, _at(table, options.measure)
    column = table.columns[at]
    of: dict[Row, dict[Cell, Cell]] = {}
    for row in table.rows:
        of.setdefault(row[:keys], {})[row[keys]] = row[at]
    others = (OTHERS,) * keys
    every = [one for one in of if one != others]
    held = [*every[:MOST_GROUPS], *([others] if others in of else [])]
    names = {one: _joined(one, table, language) for one in held}
    lined = [one for one in held if one in every[:MOST_LINES] or one == others]
    lines = [(names[one], list(of[one].values())) for one in lined]
    whose = [
        [_place(table, (*one, first), options.measure, cell) for first, cell in of[one].items()]
        for one in lined
    ]
    _ = translate(language)
    shown, cut = _cut(_periods_beside(table, of, held, options, language), language)
    counts = {"shown": MOST_GROUPS, "all": f"{len(every):,}"}
    more = _("The first %(shown)s of %(all)s groups are shown here; files have all of them.")
    several = len({row[keys] for row in table.rows}) > 1
    return Events(
        figures=_figures(table, options, language),
        chart=_chart(table, column, lines, options, language, whose) if several else "",
        legend=_legend(lines) if several else (),
        summary=" · ".join(name for name, _values in lines),
        keys=(_("Time"),),
        heads=tuple((names[one], False) for one in held),
        lines=tuple(shown),
        cut=(*([more % counts] if len(every) > MOST_GROUPS else []), *cut),
        one_measure=True,
        found=table.total_rows,
        shown=len(every),
    )


def _periods_beside(
    table: Table, of: dict[Row, dict[Cell, Cell]], held: Sequence[Row], options: Options, language: Language
) -> list[Line]:  # fmt: skip
    """Every period with the figures of these groups, the newest first."""
    periods = list(dict.fromkeys(row[table.keys - 1] for row in table.rows))
    unit = table.columns[_at(table, options.measure)].unit
    last = max((n for n, one in enumerate(periods) if _known(one, of)), default=-1)
    cut = table.cut_periods
    rows = [
        Line(
            (_period(one, table, options, language),),
            tuple(format.exact(of[each].get(one), unit, language) for each in held),
            running=table.running and n == last,
            cut=format.days_held(cut[one], language) if one in cut else "",
            places=tuple(
                _place(table, (*each, one), options.measure, of[each].get(one)) for each in held
            ),
        )
        for n, one in enumerate(periods)
        if not table.running or n <= last  # others are still to come
    ]
    return list(reversed(rows))


def _places(table: Table, row: Row) -> tuple[str, ...]:
    """Which figure each cell is."""
    keys = row[: table.keys]
    return tuple(
        _place(table, keys, column.name, cell)
        for column, cell in zip(table.columns[table.keys :], row[table.keys :], strict=True)
    )


def _place(table: Table, keys: Row, measure: str, cell: Cell) -> str:
    """A figure by its column and the keys of its row; of a total no period is said. Nothing for what is no count."""
    of = table.columns[_at(table, measure)]
    if not cell or not (of.unit == "count" or of.has_persons):
        return ""
    named = {
        column.name: key.isoformat() if isinstance(key, date) else key
        for column, key in zip(table.columns, keys, strict=False)
        if key is not None or column.unit not in ("day", "moment")
    }
    return json.dumps([measure, named], ensure_ascii=False, separators=(",", ":"))


def _joined(group: Row, table: Table, language: Language) -> str:
    """The name of a group; all others together have one name however many values tell groups apart."""
    named = _named(group, table, language)
    return named[0] if group[0] == OTHERS else " · ".join(named)


def _known(period: Cell, of: dict[Row, dict[Cell, Cell]]) -> bool:
    return any(cells.get(period) is not None for cells in of.values())


def _named(values: Iterable[Cell], table: Table, language: Language) -> tuple[str, ...]:
    """Values of groups as people read them."""
    _ = translate(language)
    found = []
    for value, column in zip(values, table.columns, strict=False):
        text = "" if value is None else format.exact(value, column.unit, language)
        told = column.shown(text, language) if column.shown and value is not None else text
        found.append(told or (_("(no value)") if value is None else _("(empty)")))
    return tuple(found)


def _period(first: Cell, table: Table, options: Options, language: Language) -> str:
    if not isinstance(first, date):
        return ""
    return format.bucket(first, options.grain, language, table.end.year)


def _number(cell: Cell) -> float:
    return max(0.0, float(cell)) if isinstance(cell, int | float) else 0.0


def _cut(rows: Sequence[Line], language: Language) -> tuple[list[Line], tuple[str, ...]]:
    """As many as a page holds, and that these are not all."""
    if len(rows) <= MOST_ROWS:
        return [*rows], ()
    _ = translate(language)
    counts = {"shown": f"{MOST_ROWS:,}", "all": f"{len(rows):,}"}
    said = _("The first %(shown)s of %(all)s rows are shown here; files have all of them.") % counts
    return [*rows[:MOST_ROWS]], (said,)


def _legend(lines: Sequence[tuple[str, list[Cell]]]) -> tuple[tuple[int, str], ...]:
    return tuple((colour(n), name) for n, (name, _) in enumerate(lines))


def _chart(
    table: Table, column: Column, lines: Sequence[tuple[str, list[Cell]]], options: Options, language: Language,
    whose: Sequence[Sequence[str]],
) -> str:  # fmt: skip
    at = table.keys - 1
    periods = list(dict.fromkeys(row[at] for row in table.rows if isinstance(row[at], date)))
    clock = table.start == table.end
    labels = [
        format.tick(one, options.grain, clock=clock) for one in periods if isinstance(one, date)
    ]
    heads = [
        format.bucket(one, options.grain, language, table.end.year)
        for one in periods
        if isinstance(one, date)
    ]
    made = as_lines(labels, column, lines, heads, language, whose)
    if any(isinstance(cell, int | float) and cell < 0 for _name, cells in lines for cell in cells):
        made["option"]["yAxis"].pop("min")
    return json.dumps(made, ensure_ascii=False, separators=(",", ":"))
