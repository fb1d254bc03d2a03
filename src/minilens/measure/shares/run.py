"""Answers questions about shares: rows from the engine, the tree and its figures from these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import cast

from minilens.identity.moves import HAS_MOVED, Moved
from minilens.measure.catalog import BUILT_IN
from minilens.measure.days import run as days
from minilens.measure.days.day_rows import BUILDS
from minilens.measure.events import run as events
from minilens.measure.events.builds import Builds
from minilens.measure.events.query import Counted, EventsQuery, Figure
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.query import Query
from minilens.measure.session import QuerySession, cost
from minilens.measure.shares import sql
from minilens.measure.shares.columns import columns
from minilens.measure.shares.figures import Spread
from minilens.measure.shares.origins import carried
from minilens.measure.shares.query import LOOK_BACK, SharesQuery
from minilens.measure.shares.tree import Opening, Share
from minilens.measure.table import Row, Table
from minilens.reference.events import VISIT
from minilens.text import NOTHING
from minilens.warehouse.engine import Answer, Engine

Visitors = Mapping[date | None, int | None]


def prepare(engine: Engine, query: SharesQuery, as_of: AsOf) -> Prepared:
    """The question with the builds that it stands on."""
    made = engine.query(BUILDS, {"app": query.app})
    builds = hash(tuple((row[0], row[1]) for row in made.rows))
    return Prepared(
        run=lambda: answer(engine, query, as_of, made), heavy=True,
        stands_on=(query, as_of.today, builds, as_of.through), cost=cost([made]),
    )  # fmt: skip


def answer(engine: Engine, query: SharesQuery, as_of: AsOf, made: Answer) -> Table:
    """A row a day, level, page or card; `totals` is of the whole range, in which persons count once."""
    session = QuerySession(engine=engine, answers=[made])
    visitors = _visitors(engine, query, as_of) if query.show == "days" else {}
    rows, totals = spread(session, query, made, visitors).rows()
    keys, measures = columns(query.show, query.by)
    running = query.range.start <= as_of.today <= query.range.end
    return Table(
        columns=(*keys, *measures), rows=tuple(rows), start=query.range.start, end=query.range.end, as_of=as_of.as_of,
        cost=session.cost(), running=running and query.show == "days", total_rows=len(rows), totals=totals,
        keys=len(keys), today=as_of.today,
    )  # fmt: skip


def spread(
    session: QuerySession, query: SharesQuery, made: Answer, visitors: Visitors | None = None
) -> Spread:
    """What was shared and opened."""
    shares, since = _shares(session, query, made), query.range.start
    if query.show != "origins":
        return Spread(query, shares, _openings(session, query, shares, since), visitors or {})
    every = _openings(session, query, shares, since - timedelta(days=LOOK_BACK))
    shares = carried(shares, every)
    told = [replace(one, share=shares[one.share.card]) for one in every if one.day >= since]
    return Spread(query, shares, told, visitors or {})


def _shares(session: QuerySession, query: SharesQuery, made: Answer) -> dict[str, Share]:
    """Card → when it was shared first; those of the days before the range as well."""
    builds, over = Builds(made), query.range
    tail = builds.tail(query.rows, over.end)
    moved = builds.moved(query.rows, session.engine.one, tail=tail)
    statement = sql.statement(query.rows, moved, tail=tail)
    before = over.start - timedelta(days=LOOK_BACK)
    text = sql.shares(statement)
    found: dict[str, Share] = {}
    for person, at, day, card, page, *more in session.ask(
        text, builds.bound(query.rows, before, over.end) | statement.bound.values
    ):
        if card not in found:
            visit, origin = more or (0, "")
            whose, when = int(str(person)), int(str(at))
            found[str(card)] = Share(
                str(card),
                whose,
                when,
                cast("date", day),
                str(page),
                int(str(visit)),
                str(origin or ""),
            )
    return found


def _openings(
    session: QuerySession, query: SharesQuery, shares: Mapping[str, Share], since: date
) -> list[Opening]:
    """By somebody else than the sharer, and after it was shared; cards that are none of these are left out. From the
    day `since` on."""
    moved = Moved(int(str(session.ask(HAS_MOVED, {"app": query.app})[0][0])))
    asked: dict[str, object] = {
        "app": query.app, "traffic": query.traffic, "start": since, "end": query.range.end,
    }  # fmt: skip
    rows = session.ask(sql.openings(moved), asked)
    some: list[tuple[Share, int, int, date, int, int]] = []
    for person, at, day, card, scene, visit in rows:
        share = shares.get(str(card))
        if share is not None and share.person != person and share.at <= at:  # type: ignore[operator]
            who, when = int(str(person)), int(str(at))
            some.append((share, who, when, cast("date", day), int(str(scene)), int(str(visit))))
    first = _first_days(session, query, {one[1] for one in some})
    seen = _seen(rows, shares.values())  # of whom no day was made yet nothing else is known
    return [
        Opening(share, person, at, day, scene, first.get(person, seen[person]) == day, visit)
        for share, person, at, day, scene, visit in some
    ]


def _seen(rows: Iterable[Row], shares: Iterable[Share]) -> dict[int, date]:
    """Person → the first day on which they shared or opened."""
    found: dict[int, date] = {}
    opened = ((int(str(row[0])), row[2]) for row in rows)
    for person, day in (*((one.person, one.day) for one in shares), *opened):
        found[person] = min(day, found.get(person, day))  # type: ignore[type-var, assignment]
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


def _visitors(engine: Engine, query: SharesQuery, as_of: AsOf) -> Visitors:
    """Visitors of each day, and under None of all days together; with conditions, those who saw a page that fits."""
    if query.rows.where.parts:
        return _fitting(engine, query.rows, as_of)
    named = BUILT_IN.measures_named(["visitors"])
    asked = Query(query.app, named, query.range, ("day",), traffic=query.traffic)
    by_day = days.prepare(engine, asked, as_of).run()
    whole = days.prepare(engine, replace(asked, dimensions=()), as_of).run()
    found: dict[date | None, int | None] = {row[0]: row[1] for row in by_day.rows}  # type: ignore[misc]
    found[None] = whole.rows[0][-1]  # type: ignore[assignment]
    return found


def _fitting(engine: Engine, rows: EventsQuery, as_of: AsOf) -> Visitors:
    views, persons = Counted("views", (VISIT,)), Figure("visitors", NOTHING, 0, "persons")
    asked = replace(rows, events=(views,), measures=(persons,), groups=(), grain="day")
    table = events.prepare(engine, asked, as_of).run()
    found: dict[date | None, int | None] = {row[0]: row[-1] for row in table.rows}  # type: ignore[misc]
    found[None] = table.totals[-1] if table.totals else None  # type: ignore[assignment]
    return found
