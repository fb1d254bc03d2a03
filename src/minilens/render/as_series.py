"""Values over time: a line for each, with its name in the legend."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from minilens.measure.table import Cell, Column, Table
from minilens.render import format, places, zoom
from minilens.render.as_chart import as_lines, colour
from minilens.render.as_line import Points, why
from minilens.render.as_list import named
from minilens.render.drawing import Options
from minilens.text import Language


@dataclass(frozen=True)
class Period:
    """A row of the table: a period with the figure of each value. `zoom`: what a link to its days alone sets.
    `places`: which figures these are; empty where nobody stands behind one.
    """

    head: str
    day: str
    figures: tuple[str, ...]
    running: bool
    zoom: str
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Series:
    """What `_series.html` is given. `legend`: the names of the lines with the number of their colour, and the value
    that each stands for; `periods` the same as a table. `why`: why there is nothing to show.
    """

    chart: str
    periods: tuple[Period, ...]
    legend: tuple[tuple[int, str, str], ...]
    summary: str
    why: str

    @property
    def points(self) -> Points:
        """Each line with its points that somebody stands behind, the newest first."""
        found = (
            (
                name,
                tuple(
                    (one.places[n], f"{one.head} · {one.figures[n]}")
                    for one in self.periods
                    if one.places[n]
                ),
            )
            for n, (_, name, _) in enumerate(self.legend)
        )
        return tuple(one for one in found if one[1])


def as_series(table: Table, options: Options, language: Language) -> Series:
    """The drawing of a table whose rows are told apart by a value and a period."""
    lacking = options.unavailable.get(options.measure)
    legend = tuple(
        (colour(n), named(table.columns[0], value, language), str(value or ""))
        for n, value in enumerate(values(table))
    )
    return Series(
        chart=chart(table, options, language),
        periods=periods(table, options, language),
        legend=legend,
        summary=" · ".join(name for _, name, _ in legend),
        why=why(lacking, language) if lacking else "",
    )


def values(table: Table) -> list[Cell]:
    """The values, each once, in the order of the table."""
    return list(dict.fromkeys(row[0] for row in table.rows))


def periods(table: Table, options: Options, language: Language) -> tuple[Period, ...]:
    """Every period with the figures of all values, the newest first."""
    at = [one.name for one in table.columns].index(options.measure)
    cells: dict[date, list[str]] = {}
    which: dict[date, list[str]] = {}
    last = None
    for row in table.rows:
        if isinstance(row[1], date):
            figure = format.exact(row[at], table.columns[at].unit, language)
            cells.setdefault(row[1], []).append(figure)
            place = places.of_cell(table.columns[at], places.keys_of(table, row), row[at])
            which.setdefault(row[1], []).append(place)
            last = row[1] if row[at] is not None and (not last or row[1] > last) else last
    spans = zoom.of_periods(list(cells), table, options.grain)
    made = [
        Period(
            format.bucket(day, options.grain, language, table.end.year), str(day), tuple(figures),
            table.running and day == last, zoom.setting(spans[n]) if spans else "", tuple(which[day]),
        )
        for n, (day, figures) in enumerate(cells.items())
    ]  # fmt: skip
    return tuple(reversed(made))


def chart(
    table: Table,
    options: Options,
    language: Language,
    name: Callable[[Column, Cell, Language], str] = named,
) -> str:
    """The lines as <line-chart> takes them; `name` says what a value is called."""
    at = [one.name for one in table.columns].index(options.measure)
    periods = list(dict.fromkeys(row[1] for row in table.rows if isinstance(row[1], date)))
    drawn = [
        (
            name(table.columns[0], value, language),
            [row[at] for row in table.rows if row[0] == value],
        )
        for value in values(table)
    ]
    column = table.columns[at]
    whose = [
        [places.of_cell(column, places.keys_of(table, row), row[at]) for row in table.rows if row[0] == value]
        for value in values(table)
    ]  # fmt: skip
    made = as_lines(
        [format.tick(one, options.grain) for one in periods], column, drawn,
        [format.bucket(one, options.grain, language, table.end.year) for one in periods], language, whose,
    )  # fmt: skip
    made["zoom"] = zoom.of_periods(periods, table, options.grain)
    return json.dumps(made, ensure_ascii=False, separators=(",", ":"))
