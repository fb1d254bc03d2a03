"""Answers live questions: the same `Table` as days make, its rows named by moments or by pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from minilens.identity.persons import HAS_REASSIGNED
from minilens.measure.days.day_rows import BUILDS
from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.filters import Filters, bound, known_at_once
from minilens.measure.live import sql
from minilens.measure.live.query import ONLINE, Happened, LiveQuery, Span
from minilens.measure.measures import MEASURES, MOMENT
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.query import Traffic
from minilens.measure.session import QuerySession
from minilens.measure.table import Cell, Column, Cost, Row, Table
from minilens.period import milliseconds
from minilens.warehouse.engine import Engine

#: A question over more days than this reads rows by the million.
LIGHT_DAYS = 3


def prepare(engine: Engine, query: LiveQuery, as_of: AsOf) -> Prepared:
    """Live answers are as young as the events: none is kept."""
    return Prepared(
        run=lambda: answer(engine, query, as_of=as_of.as_of),
        heavy=max(span.length.days for span in query.spans) > LIGHT_DAYS,
        stands_on=None,
        cost=Cost(0, 0, 0),
    )


def answer(engine: Engine, query: LiveQuery, *, as_of: datetime) -> Table:
    """The table of a live question. Buckets after `query.now` are unknown, not 0."""
    for span in query.spans:
        if query.of == "visits":
            span.buckets(query.step)  # refuses more than can be shown
    asking = _Asking(engine=engine, query=query)
    of = {"visits": _visits, "pages": _pages, "online": _online}
    table = of[query.of](asking, query)
    return replace(table, as_of=as_of, cost=asking.cost())


@dataclass(kw_only=True)
class _Asking(QuerySession):
    """A live question: it looks builds up only where it is about newness."""

    query: LiveQuery

    def moved(self) -> bool:
        """Whether it matters that anybody has become another person, and anybody has."""
        if self.query.of != "online" and not sql.is_about_newness(self.query):
            return False
        return bool(self.ask(HAS_REASSIGNED, {"app": self.query.app})[0][0])

    def asked(self) -> dict[str, object]:
        """What the SQL names."""
        builds: Sequence[Row] = ()
        if sql.is_about_newness(self.query):
            builds = self.ask(BUILDS, {"app": self.query.app})
        return sql.parameters(self.query, [(row[0], row[1]) for row in builds])


def _visits(asking: _Asking, query: LiveQuery) -> Table:
    counts: dict[int, int] = {}
    for slot, visits in asking.ask(sql.visits(query, moved=asking.moved()), asking.asked()):
        assert isinstance(slot, int)
        assert isinstance(visits, int)
        counts[slot] = visits
    parts = [_filled(query, span, counts) for span in query.spans]
    table = _table(query, (MOMENT, MEASURES["visits"].column()), parts[0])
    return replace(table, compared=parts[1] if query.compare else ())


def _filled(query: LiveQuery, span: Span, counts: dict[int, int]) -> tuple[Row, ...]:
    """A row for each bucket, also where nothing happened."""
    zone = ZoneInfo(query.timezone)
    origin, slot = sql.slots(query)
    first, many = (milliseconds(span.start) - origin) // slot, query.step * 60_000 // slot
    rows: list[Row] = []
    for n, bucket in enumerate(span.buckets(query.step)):
        begins = first + n * many
        visits = sum(counts.get(at, 0) for at in range(begins, begins + many))
        rows.append((bucket.astimezone(zone), visits if bucket <= query.now else None))
    return tuple(rows)


def _pages(asking: _Asking, query: LiveQuery) -> Table:
    found = asking.ask(sql.pages(query, moved=asking.moved()), asking.asked())
    whole, earlier, count, *searched = _numbers(found[0][4:] if found else (0,) * 4)
    fits = [row for row in found if row[3]][query.offset :]
    listed = [_numbers(row[1:3]) for row in fits]
    rest = searched[0] - sum(now for now, _ in listed)
    names = [row[0] for row in fits]
    columns = (
        DIMENSIONS["page"].column(),
        MEASURES["visits"].column(),
        MEASURES["visit_share"].column(),
    )
    table = _table(
        query,
        columns,
        tuple((name, now, now / whole) for name, (now, _) in zip(names, listed, strict=True)),
    )
    then: tuple[Row, ...] = tuple(
        (name, before, before / earlier if earlier else None)
        for name, (_, before) in zip(names, listed, strict=True)
    )
    return replace(
        table,
        running=False,
        compared=then if query.compare else (),
        same_hours=query.compare is not None and query.counted != query.spans,
        total_rows=count,
        totals=(None, whole, None),
        other=(None, rest, rest / whole) if query.include_other and count > len(listed) else None,
    )


def _numbers(cells: Sequence[Cell]) -> list[int]:
    """Cells that are counts."""
    return [int(str(cell)) for cell in cells]


def _online(asking: _Asking, query: LiveQuery) -> Table:
    found = asking.ask(sql.online(query, moved=asking.moved()), asking.asked())[0][0]
    now = query.now.astimezone(ZoneInfo(query.timezone)).replace(microsecond=0)
    table = _table(query, (MOMENT, MEASURES["online"].column()), ((now, found),))
    return replace(
        table, start=now - ONLINE, end=now, compared_start=None, compared_end=None, running=False
    )


def _table(query: LiveQuery, columns: tuple[Column, ...], rows: tuple[Row, ...]) -> Table:
    """Rows of the span, beside nothing yet."""
    zone, span, other = ZoneInfo(query.timezone), query.span, query.compare
    return Table(
        columns=columns,
        rows=rows,
        start=span.start.astimezone(zone),
        end=span.end.astimezone(zone),
        as_of=query.now,
        cost=Cost(0, 0, 0),
        compared_start=other.start.astimezone(zone) if other else None,
        compared_end=other.end.astimezone(zone) if other else None,
        running=span.start <= query.now < span.end,
    )


def newest(
    engine: Engine,
    app: int,
    traffic: Traffic,
    filters: Filters = (),
    *,
    since: date,
    after: int,
    through: int,
    most: int,
) -> list[Happened]:
    """Events of loads after one and up to another, the last loaded first, of days from one on.

    A phone that had no network sends its events days later. Filters on newness have no part: who is new is
    known when the day is made.
    """
    of_events = known_at_once(filters)
    asked = bound(of_events) | {
        "app": app, "traffic": traffic, "since": since, "after": after, "through": through, "most": most,
    }  # fmt: skip
    rows = engine.query(sql.newest(of_events), asked).rows
    return [Happened(*row) for row in rows]
