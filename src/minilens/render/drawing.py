"""What every drawing of a card is given, besides its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from minilens.measure.measures import Scope
from minilens.measure.table import Column, Table
from minilens.reference.province_map import ProvinceMap
from minilens.render.annotations import Mark
from minilens.reports.report import Report


@dataclass(frozen=True)
class Options:
    """How a card is looked at: the measure that leads, the length of a row, what happened on days.

    `sort`: the measure that rows are sorted by, where they are; `unavailable`: measures without an answer, and what
    they count. `show`: what the cells of a triangle say, or that it is curves. `offset` and `top`: which rows of a
    list these are, the rows before them and how many there can be.
    `province_map`: the shapes of a map.
    """

    measure: str
    grain: str = ""
    sort: str = ""
    marks: Sequence[Mark] = ()
    unavailable: Mapping[str, Scope] = field(default_factory=dict)
    show: str = "rate"
    offset: int = 0
    top: int = 0
    province_map: ProvinceMap | None = None


def ordered(table: Table, report: Report) -> list[Column]:
    """The report's measures that the table holds, in the order of the switch."""
    held = {column.name: column for column in table.columns}
    return [held[name] for name in report.measures if name in held]
