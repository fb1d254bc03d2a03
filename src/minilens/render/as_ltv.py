"""The value of persons: a line for each cohort, newest first, behind all of them together; groups by their size.
Cohorts by days later have the measure shown alone, and above them its curve.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from minilens.measure.events.columns import OTHERS
from minilens.measure.table import Cell, Column, Row, Table
from minilens.render import format, places
from minilens.render.as_chart import as_lines, colour
from minilens.render.as_triangle import SHADES
from minilens.render.drawing import Options
from minilens.render.i18n import translate
from minilens.text import Language

#: Lines that can be told apart, and lines of a page.
MOST_CURVES, MOST_LINES = 8, 500


@dataclass(frozen=True)
class Figure:
    """A cell; `shade` from 0 to SHADES beside the highest of its kind. `place`: which figure it is, to ask for the
    persons behind it; empty where there are none."""

    text: str
    title: str = ""
    shade: int = 0
    place: str = ""


@dataclass(frozen=True)
class Line:
    """A cohort, or all cohorts of a group (`whole`)."""

    heads: tuple[str, ...]
    cells: tuple[Figure, ...]
    whole: bool


@dataclass(frozen=True)
class Ltv:
    """What `_ltv.html` is given. `keys`: titles of the columns that tell lines apart; `heads`: title and definition of
    the others. `currency`: that of the amounts, empty where none is known. `later`: of the measures one is shown.
    """

    keys: tuple[str, ...]
    heads: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    chart: str
    legend: tuple[tuple[int, str], ...]
    currency: str
    later: bool
    cut: str = ""


@dataclass(frozen=True)
class _Drawn:
    table: Table
    options: Options
    language: Language

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.table.columns]

    @property
    def later(self) -> bool:
        """Whether rows are of so many days later."""
        return "days_later" in self.names

    @property
    def groups(self) -> int:
        """How many columns tell groups apart."""
        return sum(name not in ("day", "days_later") for name in self.names[: self.table.keys])

    @property
    def shown(self) -> int:
        """The column of the measure shown."""
        return self.names.index(self.options.measure)

    def blocks(self) -> dict[Row, list[Row]]:
        """Group and first day → its rows; without a day all cohorts, which come first."""
        dated = "day" in self.names
        found: dict[Row, list[Row]] = {}
        for row in self.table.rows:
            day = row[self.groups] if dated else None
            found.setdefault((*row[: self.groups], day), []).append(row)
        groups = list(dict.fromkeys(key[:-1] for key in found))
        return {
            key: found[key]
            for group in groups
            for key in sorted(
                (one for one in found if one[:-1] == group),
                key=lambda one: (one[-1] is None, one[-1] or date.min),
                reverse=True,
            )
        }

    def named(self, group: Row) -> tuple[str, ...]:
        _ = translate(self.language)
        found = []
        for value, column in zip(group, self.table.columns, strict=False):
            told = "" if value is None else str(value)
            told = column.shown(told, self.language) if column.shown and value is not None else told
            found.append(told or (_("(no value)") if value is None else _("(empty)")))
        return tuple(found[:1]) if group and group[0] == OTHERS else tuple(found)


def as_ltv(table: Table, options: Options, language: Language) -> Ltv:
    """The drawing of what persons are worth."""
    drawn, _ = _Drawn(table, options, language), translate(language)
    blocks = drawn.blocks()
    most = max((_number(row[drawn.shown]) for row in table.rows), default=0)
    lines = [_line(drawn, key, rows, most) for key, rows in blocks.items()]
    whole = {key[:-1]: rows for key, rows in blocks.items() if key[-1] is None}
    chart, legend = _curves(drawn, whole) if drawn.later else ("", ())
    keys = [format.title(one, language) for one in table.columns[: drawn.groups]]
    said = _("The first %(shown)s of %(all)s rows are shown here; files have all of them.")
    counts = {"shown": f"{MOST_LINES:,}", "all": f"{len(lines):,}"}
    return Ltv(
        keys=(*keys, _("Cohort")),
        heads=tuple(_heads(drawn)),
        lines=tuple(lines[:MOST_LINES]),
        chart=chart,
        legend=legend,
        currency=_currency(drawn),
        later=drawn.later,
        cut=said % counts if len(lines) > MOST_LINES else "",
    )


def _currency(drawn: _Drawn) -> str:
    at = drawn.names.index("currency")
    return str(drawn.table.rows[0][at] or "") if drawn.table.rows else ""


def _days(drawn: _Drawn) -> list[int]:
    """What the columns of the triangle are."""
    at = drawn.names.index("days_later")
    return list(dict.fromkeys(int(str(row[at])) for row in drawn.table.rows))


def _heads(drawn: _Drawn) -> list[tuple[str, str]]:
    language = drawn.language
    if drawn.later:
        users = drawn.table.columns[drawn.names.index("cohort_users")]
        later = translate(language)("Day %(count)s")
        first = (format.title(users, language), format.definition(users, language))
        return [first, *((later % {"count": n}, "") for n in _days(drawn))]
    return [
        (format.title(one, language), format.definition(one, language)) for one in _measures(drawn)
    ]


def _measures(drawn: _Drawn) -> list[Column]:
    table = drawn.table
    return [one for one in table.columns[table.keys :] if one.name != "currency"]


def _line(drawn: _Drawn, key: Row, rows: list[Row], most: float) -> Line:
    table, language, day = drawn.table, drawn.language, key[-1]
    heads = list(drawn.named(key[:-1]))
    heads += [""] * (drawn.groups - len(heads))
    if isinstance(day, date):
        heads.append(format.bucket(day, drawn.options.grain, language, table.end.year))
    else:
        heads.append(translate(language)("All cohorts"))
    if not drawn.later:
        some = zip(table.columns[table.keys :], rows[0][table.keys :], strict=True)
        cells = tuple(
            Figure(format.exact(cell, one.unit, language), place=_place(drawn, one, rows[0], cell))
            for one, cell in some if one.name != "currency"
        )  # fmt: skip
        return Line(tuple(heads), cells, whole=day is None)
    at = drawn.names.index("cohort_users")
    users = max((int(str(row[at])) for row in rows if row[at] is not None), default=0)
    newest = rows[0]
    size = Figure(
        format.exact(users, "count", language),
        place=_place(drawn, table.columns[at], newest, users if newest[at] is not None else 0),
    )
    return Line(
        tuple(heads), (size, *(_figure(drawn, row, most) for row in rows)), whole=day is None
    )


def _figure(drawn: _Drawn, row: Row, most: float) -> Figure:
    """The measure shown; its title says what it is made of."""
    columns, cell, language = drawn.table.columns, row[drawn.shown], drawn.language
    if cell is None:
        return Figure("")
    told = (
        f"{format.title(one, language)} {format.exact(value, one.unit, language)}"
        for one, value in zip(columns, row, strict=True)
        if one.name in ("cohort_users", "buyers", "orders", "revenue", "refunds")
    )
    shade = round(_number(cell) / most * SHADES) if most > 0 else 0
    unit = columns[drawn.shown].unit
    place = _place(drawn, columns[drawn.shown], row, cell)
    return Figure(format.exact(cell, unit, language), " · ".join(told), max(0, shade), place)


def _place(drawn: _Drawn, column: Column, row: Row, cell: Cell) -> str:
    """Which figure it is, where persons stand behind it."""
    if not cell or not column.has_persons:
        return ""
    return places.place(column.name, places.keys_of(drawn.table, row))


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else 0


def _curves(drawn: _Drawn, whole: dict[Row, list[Row]]) -> tuple[str, tuple[tuple[int, str], ...]]:
    """The measure shown, of all cohorts of each group."""
    days = _days(drawn)
    if len(days) < 2 or not whole:
        return "", ()
    _ = translate(drawn.language)
    lines = [
        (" · ".join(drawn.named(group)) or _("All cohorts"), [row[drawn.shown] for row in rows])
        for group, rows in list(whole.items())[:MOST_CURVES]
    ]
    heads = [_("Day %(count)s") % {"count": n} for n in days]
    made = as_lines(heads, drawn.table.columns[drawn.shown], lines, heads, drawn.language)
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
    return text, tuple((colour(n), name) for n, (name, _cells) in enumerate(lines))
