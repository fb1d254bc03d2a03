"""Yesterday's figures as tiles: the figure, a line of thirty days, and three changes.

The table has a row for each day from a month before yesterday; a tile picks the days it speaks of.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from minilens.measure.table import Cell, Column, Table
from minilens.period import months_before
from minilens.render import format, places
from minilens.render.i18n import translate
from minilens.text import Language

#: The drawing area of the small line.
WIDTH, HEIGHT = 100.0, 26.0
POINTS = 30


@dataclass(frozen=True)
class Beside:
    """One change: against which day, how much, and the figure of that day."""

    word: str
    day: str
    then: str
    change: format.Change


@dataclass(frozen=True)
class Tile:
    """One measure of yesterday. `points` are of an SVG polyline; `line` says them in a sentence. `place`: which figure
    it is, empty where nobody stands behind it.
    """

    name: str
    title: str
    definition: str
    short: str
    exact: str
    points: str
    line: str
    changes: tuple[Beside, ...]
    place: str


def as_tiles(table: Table, language: Language) -> tuple[Tile, ...]:
    """A tile for each measure, of the last day of the table."""
    days = [row[0] for row in table.rows if isinstance(row[0], date)]
    return tuple(
        tile(column, dict(zip(days, table.column(column.name), strict=True)), language)
        for column in table.columns[1:]
    )


def tile(column: Column, cells: dict[date, Cell], language: Language) -> Tile:
    """One measure's tile; a day outside of the table is unknown."""
    _ = translate(language)
    last = max(cells)
    others = (
        (_("Day before"), last - timedelta(days=1)),
        (_("Week before"), last - timedelta(days=7)),
        (_("Month before"), months_before(last, 1)),
    )
    now = cells[last]
    line = [cells[day] for day in sorted(cells)][-POINTS:]
    known = [cell for cell in line if isinstance(cell, (int, float))]
    least, most = (
        (format.exact(f(known), column.unit, language) for f in (min, max)) if known else ("", "")
    )
    return Tile(
        name=column.name,
        title=format.title(column, language),
        definition=format.definition(column, language),
        short=format.short(now, column.unit, language),
        exact=format.exact(now, column.unit, language),
        points=points(line),
        line=_("Last 30 days: %(least)s to %(most)s") % {"least": least, "most": most},
        changes=tuple(
            Beside(
                word=word,
                day=format.day(day, language, last.year),
                then=format.exact(cells.get(day), column.unit, language),
                change=format.change(now, cells.get(day), column, language),
            )
            for word, day in others
        ),
        place=places.of_cell(column, {"day": last}, now),
    )


def points(line: list[Cell]) -> str:
    """`0.0,24.0 3.4,12.1 …`; unknown days are left out."""
    known = [(n, cell) for n, cell in enumerate(line) if isinstance(cell, (int, float))]
    if len(known) < 2:
        return ""
    low, high = min(cell for _, cell in known), max(cell for _, cell in known)
    step, spread = WIDTH / (len(line) - 1), (high - low) or 1
    return " ".join(
        f"{n * step:.1f},{HEIGHT - 2 - (cell - low) / spread * (HEIGHT - 4):.1f}"
        for n, cell in known
    )
