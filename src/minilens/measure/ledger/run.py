"""Answers questions to the ledger: over time here, by value in `lists`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from minilens.measure.ledger import sql
from minilens.measure.ledger.figures import bounds, built, figure, frame
from minilens.measure.ledger.lists import of_values
from minilens.measure.ledger.names import DELAYS, RECEIPTS
from minilens.measure.ledger.query import LedgerListQuery, LedgerQuery
from minilens.measure.measures import DAY, MOMENT
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.session import QuerySession
from minilens.measure.table import Cost, Row, Table
from minilens.period import Range, floor
from minilens.warehouse.engine import Engine

Figures = dict[str, int]


def prepare(engine: Engine, query: LedgerQuery | LedgerListQuery, as_of: AsOf) -> Prepared:
    """The question; it stands on the last load, which writes the ledger, and on the hour: with each a row begins."""
    if isinstance(query, LedgerQuery):
        query.range.check(query.grain)
        run = partial(_of_time, engine, query, as_of)
    else:
        run = partial(of_values, engine, query, as_of)
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
        **frame(query, as_of),
        cost=session.cost(),
    )


def _periods(
    session: QuerySession, query: LedgerQuery, over: Range, as_of: AsOf
) -> tuple[Row, ...]:
    zone, found = ZoneInfo(query.timezone), dict[date, Figures]()
    for key, sums in _summed(session, query, over, zone):
        figures = found.setdefault(key, dict.fromkeys(sums, 0))
        for name, cell in sums.items():
            figures[name] += cell
    now = as_of.as_of
    named: Iterable[tuple[date, date, bool]]
    if query.grain == "hour":
        named = (
            (one.astimezone(zone), one, one <= now or one in found)
            for one in over.hours(query.timezone)
        )
    else:
        named = ((one, one, one <= as_of.today) for one in over.buckets(query.grain))
    return tuple(
        (
            name,
            *(figure(found.get(key, {}), one.name) if known else None for one in query.measures),
        )
        for name, key, known in named
    )


def _summed(
    session: QuerySession, query: LedgerQuery, over: Range, zone: ZoneInfo
) -> Iterator[tuple[date, Figures]]:
    """The row that some sums belong to, and these."""
    text, names = (sql.RECEIPTS, RECEIPTS) if query.of == "receipts" else (sql.DELAYS, DELAYS)
    asked = bounds(query, over)
    if query.of == "delays":
        asked |= built(session, query.app, over)
    for at, *cells in session.ask(text, asked):
        sums = {name: int(str(cell)) for name, cell in zip(names, cells, strict=True)}
        if isinstance(at, date):
            yield floor(at, query.grain), sums
        else:
            yield _period(datetime.fromtimestamp(int(str(at)), UTC), query, zone), sums


def _period(moment: datetime, query: LedgerQuery, zone: ZoneInfo) -> date:
    """The row that an hour of receipt belongs to: its moment in UTC where rows are hours."""
    local = moment.astimezone(zone)
    if query.grain == "hour":
        return (local - timedelta(minutes=local.minute)).astimezone(UTC)
    return floor(local.date(), query.grain)
