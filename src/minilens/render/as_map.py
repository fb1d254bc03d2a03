"""Provinces as a map, and beside it their list."""

from __future__ import annotations

from dataclasses import dataclass

from minilens.measure.table import Cell, Table
from minilens.reference.places import PROVINCES
from minilens.reference.province_map import ProvinceMap, Shape
from minilens.render import format
from minilens.render.as_list import Listed, number
from minilens.text import Language

#: So many shades; 0 is nobody.
SHADES = 5
#: A name of so many letters is written within a place, a longer one as its code.
SHORT = 4


@dataclass(frozen=True)
class Place:
    """A province: `text` is all that is known of it, `share` what is written within, `value` the row to filter by."""

    value: str
    label: str
    text: str
    share: str
    shade: int
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Drawn:
    """What `_map.html` is given. Without places only the list is shown. `legend`: the least share of each shade."""

    list: Listed
    places: tuple[Place, ...]
    width: float
    height: float
    source: str
    legend: tuple[tuple[int, str], ...]


def as_map(table: Table, listed: Listed, language: Language, shapes: ProvinceMap | None) -> Drawn:
    """The map of the last measure, the share; shades are parts of the largest one."""
    if shapes is None:
        return Drawn(listed, (), 0, 0, "", ())
    known = {row[0]: row for row in table.rows}
    at = len(table.columns) - 1
    most = max((number(row[at]) for name, row in known.items() if name in PROVINCES), default=0.0)
    places = tuple(_place(one, known.get(one.name), most, table, language) for one in shapes.places)
    legend = tuple(
        (shade, format.exact(most * (shade - 1) / SHADES, "ratio", language))
        for shade in range(1, SHADES + 1)
    )
    source = shapes.said().of(language)
    return Drawn(listed, places, shapes.width, shapes.height, source, legend if most else ())


def _place(
    shape: Shape, row: tuple[Cell, ...] | None, most: float, table: Table, language: Language
) -> Place:
    name = shape.name if language == "zh" else PROVINCES.get(shape.name, shape.name)
    cells = row[1:] if row else ()
    said = [
        format.exact(cell, column.unit, language)
        for cell, column in zip(cells, table.columns[1:], strict=False)
    ]
    share = number(row[-1]) if row else 0.0
    shade = min(SHADES, int(share / most * SHADES) + 1) if share and most else 0
    return Place(
        shape.name if row else "",
        name if len(name) <= SHORT or not shape.code else shape.code,
        " · ".join([name, *said]),
        format.short(share, "ratio", language) if share else "",
        shade,
        shape.path,
        *shape.at,
    )
