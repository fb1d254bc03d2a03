"""Answers questions about shares: rows from the engine, the tree and its figures from these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from minilens.identity.moves import HAS_MOVED, Moved
from minilens.measure.catalog import BUILT_IN
from minilens.measure.days import run as days
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.query import Query
from minilens.measure.session import QuerySession
from minilens.measure.shares import sql
from minilens.measure.shares.columns import columns
from minilens.measure.shares.figures import Spread
from minilens.measure.shares.query import LOOK_BACK, SharesQuery
from minilens.measure.shares.tree import Opening, Share
from minilens.measure.table import Cost, Row, Table
from minilens.warehouse.engine import Engine


def prepare(engine: Engine, query: SharesQuery, as_of: AsOf) -> Prepared:
    """The question; it stands on the last load."""
    return Prepared(
        run=lambda: answer(engine, query, as_of), heavy=True, stands_on=(query, as_of.today, as_of.through),
        cost=Cost(0, 0, 0),
    )  # fmt: skip


def answer(engine: Engine, query: SharesQuery, as_of: AsOf) -> Table:
    """A row a day, level, page or card; `totals` is of the whole range, in which persons count once."""
    session = QuerySession(engine=engine)
    found = _rows(session, query)
    shares = _shares(found)
    openings = _openings(session, query, found, shares)
    visitors = _visitors(engine, query, as_of) if query.show == "days" else {}
    rows, totals = Spread(query, shares, openings, visitors).rows()
    keys, measures = columns(query.show)
    running = query.range.start <= as_of.today <= query.range.end
    return Table(
        columns=(*keys, *measures), rows=tuple(rows), start=query.range.start, end=query.range.end, as_of=as_of.as_of,
        cost=session.cost(), running=running and query.show == "days", total_rows=len(rows), totals=totals,
        keys=len(keys), today=as_of.today,
    )  # fmt: skip


def _rows(session: QuerySession, query: SharesQuery) -> list[Row]:
    """Person, moment, day, shared, card, page, scene; oldest first, at the same moment what was shared first."""
    moved = Moved(int(str(session.ask(HAS_MOVED, {"app": query.app})[0][0])))
    asked: dict[str, object] = {
        "app": query.app, "traffic": query.traffic, "start": query.range.start, "end": query.range.end,
        "before": query.range.start - timedelta(days=LOOK_BACK),
    }  # fmt: skip
    return session.ask(sql.rows(moved), asked)


def _shares(rows: Iterable[Row]) -> dict[str, Share]:
    """Card → when it was shared first."""
    found: dict[str, Share] = {}
    for person, at, day, shared, card, page, _ in rows:
        if shared and card not in found:
            found[str(card)] = Share(str(card), int(str(person)), int(str(at)), day, str(page))  # type: ignore[arg-type]
    return found


def _openings(
    session: QuerySession, query: SharesQuery, rows: list[Row], shares: Mapping[str, Share]
) -> list[Opening]:
    """By somebody else than the sharer, and after it was shared; cards that nobody is known to have shared are left
    out."""
    some: list[tuple[Share, int, int, date, int]] = []
    for person, at, day, shared, card, _, scene in rows:
        share = None if shared else shares.get(str(card))
        if share is not None and share.person != person and share.at <= at:  # type: ignore[operator]
            some.append((share, int(str(person)), int(str(at)), day, int(str(scene))))  # type: ignore[arg-type]
    first = _first_days(session, query, {one[1] for one in some})
    seen = _seen(rows)  # of whom no day was made yet nothing else is known
    return [
        Opening(share, person, at, day, scene, first.get(person, seen[person]) == day)
        for share, person, at, day, scene in some
    ]


def _seen(rows: Iterable[Row]) -> dict[int, date]:
    """Person → the first day on which they shared or opened."""
    found: dict[int, date] = {}
    for person, _, day, *_ in rows:
        found.setdefault(int(str(person)), day)  # type: ignore[arg-type]
    return found


def _first_days(session: QuerySession, query: SharesQuery, persons: set[int]) -> dict[int, date]:
    """Person → day of the first visit ever; of whom no day was made yet there is none."""
    if not persons:
        return {}
    asked: dict[str, object] = {"app": query.app}
    text = sql.FIRST_DAYS
    if len(persons) <= sql.FEW:
        asked["persons"], text = sorted(persons), sql.FIRST_DAYS_OF
    rows = session.ask(text, asked)
    return {int(str(person)): day for person, day in rows}  # type: ignore[misc]


def _visitors(engine: Engine, query: SharesQuery, as_of: AsOf) -> dict[date | None, int | None]:
    """Visitors of each day, and under None of all days together."""
    asked = Query(
        query.app,
        BUILT_IN.measures_named(["visitors"]),
        query.range,
        ("day",),
        traffic=query.traffic,
    )
    by_day = days.prepare(engine, asked, as_of).run()
    whole = days.prepare(
        engine, Query(query.app, asked.measures, query.range, (), traffic=query.traffic), as_of
    ).run()
    found: dict[date | None, int | None] = {row[0]: row[1] for row in by_day.rows}  # type: ignore[misc]
    found[None] = whole.rows[0][-1]  # type: ignore[assignment]
    return found
