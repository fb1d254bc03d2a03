"""The lifecycle as bars: new, returning and resurrected on top of each other, dormant below; then the table."""

from __future__ import annotations

from dataclasses import dataclass

from minilens.measure.table import Table
from minilens.render import format
from minilens.render.as_events import Line, as_events
from minilens.render.drawing import Options
from minilens.text import Language

#: Height of the drawing, and the part of a period that its bar takes.
HEIGHT, WIDE = 100.0, 0.8
#: From the line upwards; what is dormant hangs below it. The number is that of the colour.
STACKED = (("returning", 1), ("resurrected", 3), ("new", 2))
DORMANT = ("dormant", 4)


@dataclass(frozen=True)
class Bar:
    """One part of a period: where it stands in a drawing as wide as there are periods."""

    x: float
    y: float
    height: float
    colour: int


@dataclass(frozen=True)
class Period:
    """The bars of a period, and what stands there in words."""

    x: float
    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Lifecycle:
    """What `_lifecycle.html` is given. `zero`: how far down the line stands."""

    width: int
    zero: float
    periods: tuple[Period, ...]
    legend: tuple[tuple[int, str], ...]
    keys: tuple[str, ...]
    heads: tuple[tuple[str, bool], ...]
    lines: tuple[Line, ...]


def as_lifecycle(table: Table, options: Options, language: Language) -> Lifecycle:
    """The drawing of a lifecycle."""
    plain = as_events(table, options, language)
    at = {one.name: n for n, one in enumerate(table.columns)}
    known = [row for row in table.rows if row[at["active"]] is not None]
    up = max((_number(row[at["active"]]) for row in known), default=0)
    down = max((-_number(row[at["dormant"]]) for row in known), default=0)
    scale = HEIGHT / ((up + down) or 1)
    zero, periods = round(up * scale, 2), []
    for n, row in enumerate(known):
        x, top, bars = n + (1 - WIDE) / 2, zero, []
        for name, colour in STACKED:
            height = _number(row[at[name]]) * scale
            top -= height
            bars.append(Bar(x, round(top, 2), round(height, 2), colour))
        bars.append(Bar(x, zero, round(-_number(row[at["dormant"]]) * scale, 2), DORMANT[1]))
        words = [format.bucket(row[0], options.grain, language, table.end.year)]  # type: ignore[arg-type]
        words += [
            f"{format.title(one, language)} {format.exact(cell, one.unit, language)}"
            for one, cell in zip(table.columns[1:], row[1:], strict=True)
        ]
        periods.append(Period(n, " · ".join(words), tuple(bars)))
    named = {one.name: format.title(one, language) for one in table.columns}
    return Lifecycle(
        width=max(1, len(known)), zero=zero, periods=tuple(periods),
        legend=tuple((colour, named[name]) for name, colour in (*STACKED, DORMANT)), keys=plain.keys,
        heads=plain.heads, lines=plain.lines,
    )  # fmt: skip


def _number(cell: object) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0
