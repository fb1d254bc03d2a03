"""Retention by formula: of a hundred people of each day one in two comes back the day after, fewer later."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from minilens.measure.measures import DAY, LATER
from minilens.measure.retention.query import RetentionQuery
from minilens.measure.retention.run import COLUMNS
from minilens.measure.table import Cost, Row, Table
from minilens.period import now
from minilens.web.console import App


def returned(query: RetentionQuery, app: App) -> Table:
    """A row for each day and number of days later, then those of all days."""
    moment = now()
    today = moment.astimezone(ZoneInfo(app.timezone)).date()
    rows: list[Row] = []
    for day in query.cohorts.buckets(query.cohort):
        for offset in query.offsets:
            due = query.due(day, offset).start <= today
            back = 100 // (offset + 1) if due else None
            rows.append((day, offset, 100, back, None if back is None else back / 100))
    rows += [(None, offset, 100, 100 // (offset + 1), 1 / (offset + 1)) for offset in query.offsets]
    return Table(
        columns=(DAY, LATER[query.cohort], *(one.column() for one in COLUMNS)),
        rows=tuple(rows),
        start=query.cohorts.start,
        end=query.cohorts.end,
        as_of=moment - timedelta(seconds=2),
        cost=Cost(312_408, 4_100_000, 18.4),
        keys=2,
        today=today,
    )
