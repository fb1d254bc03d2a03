"""Answers questions to the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from minilens.measure.ledger import sql
from minilens.measure.ledger.names import EVENT, REASON, REASONS
from minilens.measure.ledger.query import LedgerQuery, NotCountedQuery
from minilens.measure.measures import DAY, MOMENT
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.session import QuerySession
from minilens.measure.table import Cost, Row, Table
from minilens.period import Range, floor, midnight
from minilens.warehouse.engine import Engine

#: The columns of `sql.HOURS`, then what is made of them.
_SUMMED = (
    "received_events", "counted_events", "duplicate_events", "quarantined_events", "refused_events", "lost_events",
)  # fmt: skip
Figures = dict[str, int]


def prepare(engine: Engine, query: LedgerQuery | NotCountedQuery, as_of: AsOf) -> Prepared:
    """The question; it stands on the last load, which writes the ledger, and on the hour: with each a row begins."""
    if isinstance(query, LedgerQuery):
        query.range.check(query.grain)
        run = partial(_of_time, engine, query, as_of)
    else:
        run = partial(_of_values, engine, query, as_of)
    hour = as_of.as_of.replace(minute=0, second=0, microsecond=0)
    return Prepared(
        run=run,
        heavy=False,
        stands_on=(query, hour, as_of.through),
        cost=Cost(0, 0, 0),
    )


def _of_time(engine: Engine, query: LedgerQuery, as_of: AsOf) -> Table:
    """Rows: period, measures; oldest first. Periods that have not begun are unknown."""
    session = QuerySession(engine=engine)
    rows = _periods(session, query, query.range, as_of)
    compared = _periods(session, query, query.compare, as_of) if query.compare else ()
    column = MOMENT if query.grain == "hour" else DAY
    within = query.range.end >= as_of.today >= floor(query.range.start, query.grain)
    return Table(
        columns=(column, *(one.column() for one in query.measures)),
        rows=rows,
        compared=compared,
        running=within,
        total_rows=len(rows),
        **_frame(query, as_of),
        cost=session.cost(),
    )


def _periods(
    session: QuerySession, query: LedgerQuery, over: Range, as_of: AsOf
) -> tuple[Row, ...]:
    zone = ZoneInfo(query.timezone)
    found: dict[date, Figures] = {}
    for at, *cells in session.ask(sql.HOURS, _bounds(query, over)):
        moment = datetime.fromtimestamp(int(str(at)), UTC)
        figures = found.setdefault(_period(moment, query, zone), dict.fromkeys(_SUMMED, 0))
        for name, cell in zip(_SUMMED, cells, strict=True):
            figures[name] += int(str(cell))
    now = as_of.as_of
    named: Iterable[tuple[date, date, bool]]
    if query.grain == "hour":
        named = (
            (one.astimezone(zone), one, one <= now or one in found)
            for one in over.hours(query.timezone)
        )
    else:
        named = ((one, one, one <= as_of.today) for one in over.buckets(query.grain))
    nothing = dict.fromkeys(_SUMMED, 0)
    return tuple(
        (
            name,
            *(
                _figure(found.get(key, nothing), one.name) if known else None
                for one in query.measures
            ),
        )
        for name, key, known in named
    )


def _period(moment: datetime, query: LedgerQuery, zone: ZoneInfo) -> date:
    """The row that an hour of receipt belongs to: its moment in UTC where rows are hours."""
    local = moment.astimezone(zone)
    if query.grain == "hour":
        return (local - timedelta(minutes=local.minute)).astimezone(UTC)
    return floor(local.date(), query.grain)


def _figure(figures: Figures, name: str) -> int:
    """A measure of the sums of the ledger."""
    if name != "unaccounted_events":
        return figures[name]
    parts = ("counted_events", "duplicate_events", "quarantined_events", "refused_events")
    return figures["received_events"] - sum(figures[part] for part in parts)


def _of_values(engine: Engine, query: NotCountedQuery, as_of: AsOf) -> Table:
    """Rows: value, measures; those with the most first."""
    session = QuerySession(engine=engine)
    column = REASON if query.apart == "reason" else EVENT
    every = _values(session, query, query.range)
    then = _values(session, query, query.compare) if query.compare else {}
    wanted = query.search.lower()
    called = REASONS.like(wanted) if query.apart == "reason" else ()
    found = [one for one in every if wanted in one.lower() or one in called]
    place = query.measures.index(query.sort)
    sign = 1 if query.ascending else -1
    found.sort(key=lambda value: (sign * every[value][place], value))
    shown = found[query.offset : query.offset + query.top]
    others = [every[value] for value in every if value not in set(shown)]
    nothing = (0,) * len(query.measures)
    return Table(
        columns=(column, *(one.column() for one in query.measures)),
        rows=tuple((value, *every[value]) for value in shown),
        compared=tuple((value, *then.get(value, nothing)) for value in shown)
        if query.compare
        else (),
        running=query.range.start <= as_of.today <= query.range.end,
        total_rows=len(found),
        totals=("", *_summed(every.values(), nothing)) if every else None,
        other=("", *_summed(others, nothing)) if query.include_other and others else None,
        **_frame(query, as_of),
        cost=session.cost(),
    )


def _values(
    session: QuerySession, query: NotCountedQuery, over: Range
) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for value, quarantined, refused in session.ask(sql.values(query.apart), _bounds(query, over)):
        figures = {
            "quarantined_events": int(str(quarantined)),
            "refused_events": int(str(refused)),
        }
        figures["not_counted_events"] = sum(figures.values())
        found[str(value)] = tuple(figures[one.name] for one in query.measures)
    return found


def _summed(rows: Iterable[tuple[int, ...]], nothing: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*rows, strict=True))) or nothing


def _bounds(query: LedgerQuery | NotCountedQuery, over: Range) -> dict[str, object]:
    """From the midnight of the first day to that behind the last, in seconds."""
    start = midnight(over.start, query.timezone)
    end = midnight(over.end + timedelta(days=1), query.timezone)
    return {"app": query.app, "start": int(start.timestamp()), "end": int(end.timestamp())}


def _frame(query: LedgerQuery | NotCountedQuery, as_of: AsOf) -> dict[str, Any]:
    other = query.compare
    return {
        "start": query.range.start,
        "end": query.range.end,
        "as_of": as_of.as_of,
        "compared_start": other.start if other else None,
        "compared_end": other.end if other else None,
        "today": as_of.today,
    }
