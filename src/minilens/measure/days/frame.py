"""The table of a question about days, whatever its rows are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from minilens.measure.query import Query
from minilens.measure.table import Column, Cost, Row, Table


def framed(
    query: Query, keys: tuple[Column, ...], rows: tuple[Row, ...], as_of: datetime, **more: Any
) -> Table:
    """The rows under their columns, over the days of the question and beside those it is compared with.

    `more`: other fields of the table. What it cost is not known yet.
    """
    other = query.compare
    return Table(
        columns=(*keys, *(one.column() for one in query.measures)),
        rows=rows,
        start=query.range.start,
        end=query.range.end,
        as_of=as_of,
        cost=Cost(0, 0, 0),
        compared_start=other.start if other else None,
        compared_end=other.end if other else None,
        same_hours=query.cutoff is not None and other is not None,
        keys=len(keys),
        **more,
    )
