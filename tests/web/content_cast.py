"""Official Account content by formula: the same every day, three values of each sort."""

from __future__ import annotations

from datetime import timedelta

from minilens.measure.content.query import ContentQuery as ContentQuery
from minilens.measure.content.run import COLUMNS, TOTALS
from minilens.measure.measures import DAY
from minilens.measure.table import Cell, Cost, Row, Table
from minilens.period import Range, now
from minilens.text import NOTHING

FIGURES: dict[str, Cell] = {"completion_rate": 0.455, "to_form": None, "to_form_rate": None}
VALUES = ("m_1", "oa_menu", "=cmd|' /C calc'!A0")


def counted(query: ContentQuery, _app: object = None) -> Table:
    """A row for each period, or for each value."""
    cells: Row = tuple(
        FIGURES.get(one.name, 0.25 if one.unit == "ratio" else 40) for one in query.measures
    )

    def periods(over: Range | None) -> tuple[Row, ...]:
        return tuple((day, *cells) for day in over.buckets(query.grain)) if over else ()

    shown = VALUES[query.offset : query.offset + query.top]
    values: tuple[Row, ...] = tuple((value, *cells) for value in shown)
    other = query.compare
    column = COLUMNS[query.apart] if query.apart else DAY
    assert column.definition is NOTHING
    return Table(
        columns=(column, *(one.column() for one in query.measures)),
        rows=values if query.apart else periods(query.range),
        compared=(values if query.apart else periods(other)) if other else (),
        compared_start=other.start if other else None,
        compared_end=other.end if other else None,
        start=query.range.start,
        end=query.range.end,
        as_of=now() - timedelta(seconds=2),
        cost=Cost(0, 0, 0.3),
        totals=("", *cells) if query.apart else None,
        total_rows=len(VALUES) if query.apart else 0,
        notes=(TOTALS,),
    )
