"""Retention between events: a line for each cohort, newest first, behind all of them together; groups by their means.
Above it the curve of all cohorts, of each group.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from minilens.measure.events.columns import OTHERS
from minilens.measure.table import Cell, Row, Table
from minilens.render import format, places
from minilens.render.as_chart import as_lines, colour
from minilens.render.as_triangle import SHADES, later
from minilens.render.drawing import Options
from minilens.render.i18n import translate
from minilens.text import Language

#: Lines that can be told apart, and lines of a page.
MOST_CURVES, MOST_LINES = 8, 500


@dataclass(frozen=True)
class Figure:
    """A cell: the measure shown, the others in its title; `shade` from 0 to SHADES by the share that returned. `place`:
    which figure it is, empty where nobody stands behind it."""

    text: str
    title: str
    shade: int
    running: bool
    place: str = ""


@dataclass(frozen=True)
class Line:
    """A cohort, or all cohorts of a group (`whole`). `place`: which figure its size is."""

    heads: tuple[str, ...]
    size: str
    cells: tuple[Figure, ...]
    whole: bool
    place: str = ""


@dataclass(frozen=True)
class Returns:
    """What `_returns.html` is given. `keys`: titles of the columns before the cells."""

    keys: tuple[str, ...]
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    chart: str
    legend: tuple[tuple[int, str], ...]
    cut: str = ""


@dataclass(frozen=True)
class _Drawn:
    table: Table
    options: Options
    language: Language

    @property
    def dated(self) -> bool:
        """Whether rows have the day of a cohort."""
        return self.table.columns[max(self.table.keys - 2, 0)].name in ("day", "moment")

    @property
    def groups(self) -> int:
        """How many columns tell groups apart."""
        return self.table.keys - 1 - self.dated

    @property
    def cells(self) -> list[Cell]:
        """What the columns of the triangle are."""
        return list(dict.fromkeys(row[self.table.keys - 1] for row in self.table.rows))

    def at(self, name: str) -> int:
        return [one.name for one in self.table.columns].index(name)

    def blocks(self) -> dict[Row, list[Row]]:
        """Group and day → its rows; without a day all cohorts."""
        found: dict[Row, list[Row]] = {}
        for row in self.table.rows:
            day = (row[self.groups],) if self.dated else (None,)
            found.setdefault((*row[: self.groups], *day), []).append(row)
        return found

    def named(self, group: Row) -> tuple[str, ...]:
        _ = translate(self.language)
        found = []
        for value, column in zip(group, self.table.columns, strict=False):
            told = "" if value is None else str(value)
            told = column.shown(told, self.language) if column.shown and value is not None else told
            found.append(told or (_("(no value)") if value is None else _("(empty)")))
        return tuple(found[:1]) if group and group[0] == OTHERS else tuple(found)


def as_returns(table: Table, options: Options, language: Language) -> Returns:
    """The drawing of retention."""
    drawn, _ = _Drawn(table, options, language), translate(language)
    blocks = drawn.blocks()
    whole = {key[:-1]: rows for key, rows in blocks.items() if key[-1] is None}
    lines: list[Line] = []
    for group, rows in whole.items():
        lines.append(_line(drawn, group, None, rows))
        cohorts = [
            (key[-1], some)
            for key, some in blocks.items()
            if key[:-1] == group and key[-1] is not None
        ]
        lines += [_line(drawn, group, day, some) for day, some in reversed(cohorts)]
    chart, legend = _curves(drawn, whole)
    keys = [format.title(one, language) for one in table.columns[: drawn.groups]]
    said = _("The first %(shown)s of %(all)s rows are shown here; files have all of them.")
    counts = {"shown": f"{MOST_LINES:,}", "all": f"{len(lines):,}"}
    return Returns(
        keys=(*keys, *([_("Date")] if drawn.dated else [])),
        heads=tuple(_later(cell, options, language) for cell in drawn.cells),
        lines=tuple(lines[:MOST_LINES]),
        chart=chart,
        legend=legend,
        cut=said % counts if len(lines) > MOST_LINES else "",
    )


def _later(cell: Cell, options: Options, language: Language) -> str:
    return later(cell, options.grain, language)


def _line(drawn: _Drawn, group: Row, day: Cell, rows: list[Row]) -> Line:
    table, language, at = drawn.table, drawn.language, drawn.at("cohort_users")
    every = translate(language)("All cohorts")
    heads = list(drawn.named(group))
    heads += [""] * (drawn.groups - len(heads))
    if isinstance(day, date):
        heads.append(format.bucket(day, drawn.options.grain, language, table.end.year))
        size = format.exact(rows[0][at], "count", language)
    else:
        heads += [every] if drawn.dated or not heads else []
        most = max((people for row in rows if isinstance(people := row[at], int)), default=0)
        size = format.exact(most, "count", language)
    cells = tuple(_figure(drawn, row, whole=day is None) for row in rows)
    if (
        day is None or not rows[0][at]
    ):  # somebody may be in several cohorts: all together are no list
        return Line(tuple(heads), size, cells, whole=day is None)
    of = {name: one for name, one in places.keys_of(table, rows[0]).items() if "later" not in name}
    return Line(tuple(heads), size, cells, whole=False, place=places.place("cohort_users", of))


def _figure(drawn: _Drawn, row: Row, *, whole: bool) -> Figure:
    table, language = drawn.table, drawn.language
    _ = translate(language)
    back, rate = row[drawn.at("retained_users")], row[drawn.at("retention_rate")]
    final = row[drawn.at("final_from")] if drawn.dated else None
    said = (
        _("final from %(day)s") % {"day": _moment(final, table, language)}
        if isinstance(final, date)
        else ""
    )
    if back is None:
        return Figure("", "" if whole else said, 0, running=False)
    shown = table.columns[drawn.at(drawn.options.measure)]
    size = format.exact(row[drawn.at("cohort_users")], "count", language)
    both = _("%(back)s of %(size)s") % {"back": format.exact(back, "count", language), "size": size}
    running = (
        not whole
        and drawn.dated
        and (final is None or (isinstance(final, date) and not _over(final, table)))
    )
    title = f"{both} · {_('in progress')}" if running else both
    shade = round(rate * SHADES) if isinstance(rate, int | float) else 0
    place = "" if whole or not back else places.place("retained_users", places.keys_of(table, row))
    cell = row[drawn.at(drawn.options.measure)]
    if cell is None and back and shown.name == "retention_rate":  # the cohort itself
        return Figure(format.exact(back, "count", language), title, 0, running, place)
    return Figure(format.exact(cell, shown.unit, language), title, shade, running, place)


def _moment(final: date, table: Table, language: Language) -> str:
    if isinstance(final, datetime):
        return format.moment(final)
    return format.day(final, language, table.end.year)


def _over(final: date, table: Table) -> bool:
    """Whether a cell that is final from then on is so."""
    if isinstance(final, datetime):
        return final <= table.as_of
    return table.today is None or final <= table.today


def _curves(drawn: _Drawn, whole: dict[Row, list[Row]]) -> tuple[str, tuple[tuple[int, str], ...]]:
    """The measure shown, of all cohorts of each group."""
    if len(drawn.cells) < 2 or not whole:
        return "", ()
    _, at = translate(drawn.language), drawn.at(drawn.options.measure)
    lines = [
        (" · ".join(drawn.named(group)) or _("All cohorts"), [row[at] for row in rows])
        for group, rows in list(whole.items())[:MOST_CURVES]
    ]
    heads = [_later(cell, drawn.options, drawn.language) for cell in drawn.cells]
    made = as_lines(heads, drawn.table.columns[at], lines, heads, drawn.language)
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
    return text, tuple((colour(n), name) for n, (name, _cells) in enumerate(lines))
