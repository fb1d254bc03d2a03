"""The table of a question about days, whatever its rows are."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from minilens.measure.query import Query
from minilens.measure.span import Span
from minilens.measure.table import Column, Cost, Row, Table
from minilens.period import Range


def framed(
    query: Query, keys: tuple[Column, ...], rows: tuple[Row, ...], as_of: datetime, **more: Any
) -> Table:
    """The rows under their columns, over the days of the question and beside those it is compared with.

    `more`: other fields of the table. What it cost is not known yet.
    """
    start, end = _bounds(query, query.moments.span if query.moments else query.range)
    beside = query.moments.compare if query.moments else query.compare
    other = _bounds(query, beside) if beside else (None, None)
    return Table(
        columns=(*keys, *(one.column() for one in query.measures)),
        rows=rows,
        start=start,
        end=end,
        as_of=as_of,
        cost=Cost(0, 0, 0),
        compared_start=other[0],
        compared_end=other[1],
        same_hours=query.cut,
        keys=len(keys),
        **more,
    )


def _bounds(query: Query, over: Range | Span) -> tuple[date, date]:
    """Its first and last day; of a span its moments as the app's clock shows them."""
    if isinstance(over, Range):
        return over.start, over.end
    zone = ZoneInfo(query.timezone)
    return over.start.astimezone(zone), over.end.astimezone(zone)
