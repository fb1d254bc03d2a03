"""Launches in buckets, in their order: bars with counts and shares, or each bucket as a line over time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from minilens.measure.table import Cell, Column, Row, Table
from minilens.render import format, places
from minilens.render.as_chart import colour
from minilens.render.as_line import why
from minilens.render.as_list import Line, listed, number
from minilens.render.as_series import Period, chart, periods, values
from minilens.render.drawing import Options
from minilens.render.i18n import translate
from minilens.text import Language


@dataclass(frozen=True)
class Buckets:
    """What `_buckets.html` is given. `heads`: title and definition of each column; `chart`: the lines, '' where bars
    are shown, `legend` their names with the number of their colour, `periods` the same as a table. `why`: why there
    is nothing to show.
    """

    field: str
    heads: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    total: Line | None
    chart: str
    periods: tuple[Period, ...]
    legend: tuple[tuple[int, str], ...]
    summary: str
    why: str


def as_buckets(table: Table, options: Options, language: Language) -> Buckets:
    """Bars of the shares; with periods as a second key, lines of the measure that is shown."""
    field, measures = table.columns[0], table.columns[table.keys :]
    over_time = table.keys > 1
    legend = tuple((colour(n), named(field, key, language)) for n, key in enumerate(values(table)))
    return Buckets(
        field=format.title(field, language),
        heads=tuple((format.title(c, language), format.definition(c, language)) for c in measures),
        lines=() if over_time else bars(table, language),
        total=whole(table, language),
        chart=chart(table, options, language, named) if over_time else "",
        periods=periods(table, options, language) if over_time else (),
        legend=legend if over_time else (),
        summary=" · ".join(name for _, name in legend),
        why=why("sessions", language) if options.unavailable else "",
    )


def bars(table: Table, language: Language) -> tuple[Line, ...]:
    """A line for each bucket; the longest bar is the largest share of launches."""
    columns = table.columns[1:]
    at = next(n for n, one in enumerate(table.columns) if one.name == "launch_share")
    longest = max((number(row[at]) for row in table.rows), default=0)
    then: dict[Cell, Row] = {row[0]: row for row in table.compared}
    lines = [
        listed(
            row, then.get(row[0]), columns, language, title=named(table.columns[0], row[0], language),
            bar=round(number(row[at]) / longest * 100, 1) if longest else 0,
        )
        for row in table.rows
    ]  # fmt: skip
    return tuple(
        replace(line, places=places.of_row(table, row))
        for line, row in zip(lines, table.rows, strict=True)
    )


def whole(table: Table, language: Language) -> Line | None:
    """All launches together, first."""
    if not table.totals:
        return None
    title = translate(language)("All")
    made = listed(table.totals, None, table.columns[1:], language, title=title, bar=0)
    return replace(made, places=places.of_row(table, table.totals, {}))


def named(field: Column, key: Cell, language: Language) -> str:
    """The bucket as people read it; what is not known has a name as well."""
    return field.shown(str(key), language) if field.shown else str(key)
