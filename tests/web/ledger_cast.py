"""The ledger by formula: of a thousand events a period some are duplicates, some in quarantine, some refused."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from minilens.measure.ledger.names import LISTED
from minilens.measure.ledger.query import LedgerListQuery, LedgerQuery, SamplesQuery
from minilens.measure.ledger.samples import COLUMNS
from minilens.measure.measures import DAY, MOMENT
from minilens.measure.table import Cell, Cost, Row, Table
from minilens.period import Range, now
from minilens.web.console import App

FIGURES: dict[str, Cell] = {
    "received_events": 1000, "counted_events": 950, "duplicate_events": 30, "quarantined_events": 15,
    "refused_events": 5, "not_counted_events": 20, "lost_events": 2, "unaccounted_events": 0, "sent_events": 950,
    "late_events": 38, "late_share": 0.04, "day_late_events": 3, "day_events": 960, "added_events": 12,
    "added_share": 0.0125, "restated_after": 9_000,
}  # fmt: skip
VALUES = {
    "reason": ("undeclared", "missing", "=cmd|' /C calc'!A0"),
    "event": ("secret_sauce", "add_to_wish"),
    "undeclared": ("add_to_cart",),
    "key": ("tracker:1", "server:3", "import"),
    "tracker": ("1.4.0", ""),
    "restated": ("2026-11-19", "2026-11-20"),
}


def ledger(query: LedgerQuery | LedgerListQuery, app: App) -> Table:
    """A row for each period, or for each value."""
    rows: tuple[Row, ...]
    if isinstance(query, LedgerListQuery):
        column = LISTED[query.apart].column
        rows = tuple((value, *_cells(query)) for value in VALUES[query.apart])
        rows = rows[query.offset : query.offset + query.top]
    else:
        column = MOMENT if query.grain == "hour" else DAY
        rows = _periods(query, query.range, app)
    other = (
        _periods(query, query.compare, app)
        if query.compare and isinstance(query, LedgerQuery)
        else rows
    )
    return Table(
        columns=(column, *(one.column() for one in query.measures)),
        rows=rows,
        compared=other if query.compare else (),
        compared_start=query.compare.start if query.compare else None,
        compared_end=query.compare.end if query.compare else None,
        start=query.range.start,
        end=query.range.end,
        as_of=now() - timedelta(seconds=2),
        cost=Cost(2_124, 96_000, 3.1),
        totals=None if isinstance(query, LedgerQuery) else ("", *_cells(query)),
        total_rows=len(rows),
    )


def _periods(query: LedgerQuery, over: Range, app: App) -> tuple[Row, ...]:
    if query.grain == "hour":
        zone = ZoneInfo(app.timezone)
        return tuple((hour.astimezone(zone), *_cells(query)) for hour in over.hours(app.timezone))
    return tuple((day, *_cells(query)) for day in over.buckets(query.grain))


def _cells(query: LedgerQuery | LedgerListQuery) -> Row:
    return tuple(FIGURES[one.name] for one in query.measures)


def samples(query: SamplesQuery, app: App) -> Table:
    """Two events, one of which the engine could not read."""
    moment = now() - timedelta(hours=3)
    rows: tuple[Row, ...] = (
        (
            "undeclared",
            "secret_sauce",
            moment,
            "",
            '{"name":"secret_sauce","props":{"size":"large"}}',
            12,
        ),
        ("unreadable", "order", moment, "Cannot parse JSON", '{"name":"order","props":"{"}', 1),
    )
    return Table(
        columns=(*COLUMNS, *(one.column() for one in query.measures)),
        rows=rows,
        start=query.range.start,
        end=query.range.end,
        as_of=now() - timedelta(seconds=2),
        cost=Cost(2_124, 96_000, 3.1),
        total_rows=len(rows),
        keys=len(COLUMNS),
    )
