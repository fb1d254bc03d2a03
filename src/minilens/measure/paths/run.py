"""Answers questions about paths: rows from the engine, put into their one order, paths and figures from these."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np

from minilens.measure.days.day_rows import BUILDS
from minilens.measure.events.builds import Builds
from minilens.measure.paths import sql
from minilens.measure.paths.figures import table
from minilens.measure.paths.kept_rows import in_order, of_days
from minilens.measure.paths.nodes import Nodes, nodes_of
from minilens.measure.paths.query import LAUNCH_GAP, PathsQuery
from minilens.measure.paths.rows import Columns, of_answer, together
from minilens.measure.paths.walks import How, Rows, Walks, Whole, walks
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.session import cost
from minilens.measure.table import Cost, Table
from minilens.period import Range, midnight, milliseconds
from minilens.reference.page_types import fits
from minilens.warehouse.engine import Answer, Engine


def prepare(engine: Engine, query: PathsQuery, as_of: AsOf) -> Prepared:
    """The question with the builds that it stands on."""
    made = engine.query(BUILDS, {"app": query.app})
    builds = hash(tuple((row[0], row[1]) for row in made.rows))
    minute = as_of.as_of.replace(second=0, microsecond=0)  # by then a path may be over
    return Prepared(
        run=lambda: answer(engine, query, as_of, made),
        heavy=True,
        stands_on=(query, as_of.today, builds, as_of.through, minute),
        cost=cost([made]),
    )


def answer(engine: Engine, query: PathsQuery, as_of: AsOf, made: Answer) -> Table:
    """A row a node of each column, or a row a link. `totals` has how many paths there are."""
    began = time.perf_counter()
    found = walked(engine, query, as_of, made)
    figures = table(query, found.walks, found.nodes, as_of)
    took = (time.perf_counter() - began) * 1000
    read = cost([made])
    return replace(
        figures,
        cost=Cost(read.rows + found.rows_read, read.bytes + found.bytes_read, read.milliseconds + took),
    )  # fmt: skip


@dataclass(frozen=True)
class Walked:
    """All paths, what their nodes are called, and what was read for them. `person`: whose each row is, by the places of
    `walks.entry`; None where nobody asks.
    """

    walks: Walks
    nodes: Nodes
    person: Whole | None
    rows_read: int
    bytes_read: int


def walked(
    engine: Engine, query: PathsQuery, as_of: AsOf, made: Answer, *, of_persons: bool = False,
    person: int = 0,
) -> Walked:  # fmt: skip
    """The paths that a question is about, and with `of_persons` whose they are. `person`: of whom alone, or of whose
    launches; 0 for everybody."""
    every = _fetched(engine, query, made, of_persons=of_persons, person=person)
    engine.go_on()
    rows, nodes = _rows(query, every)
    engine.go_on()
    found = walks(rows, _how(query, nodes, as_of))
    return Walked(found, nodes, rows.person, len(every), every.nbytes)


def _how(query: PathsQuery, nodes: Nodes, as_of: AsOf) -> How:
    of_persons = query.counts == "persons"
    return How(
        anchor=None if query.anchor is None else nodes.number(query.anchor),
        step=1 if query.direction == "after" else -1,
        gap=query.gap if of_persons else 0,
        reach=query.reach if of_persons else 0,
        folded=query.folded,
        anywhere=not of_persons,
        idle=query.gap if of_persons else LAUNCH_GAP,
        now=milliseconds(as_of.as_of),
    )


def _fetched(
    engine: Engine, query: PathsQuery, made: Answer, *, of_persons: bool, person: int
) -> Columns:
    """The rows as columns."""
    builds = Builds(made)
    begin, end = _moments(query)
    days = timedelta(days=query.days_beyond)
    over = Range(query.rows.range.start - days, query.rows.range.end + days)
    tail = builds.tail(query.rows, over.end)
    moved = builds.moved(query.rows, engine.one, tail=tail)
    statement = sql.statement(query, moved, tail=tail)
    text = sql.rows(query, statement, of_persons=of_persons, person=person)
    some = sql.launches(statement, person)
    asked = builds.bound(query.rows, over.start, over.end) | {"from_ms": begin, "to_ms": end}

    def fetch(text: str, more: Mapping[str, object]) -> Any:
        return engine.arrow_of_each(text, asked | dict(more))

    if not of_persons and not person:
        parts = of_days(engine.kept, query, builds, over, fetch)
        if parts is not None:
            parts = [_within(one, begin, end) for one in parts]
            if tail or not parts:
                later = {"current": [], "start": max(over.start, builds.newest)}
                parts.append(of_answer(fetch(text, statement.bound.values | later)))
            return together(parts)
    asked |= statement.bound.values
    if person and query.counts == "sessions":
        # Asked for first: nested in the other question, nodes would look for these among their own rows alone.
        launches = engine.arrow(some, asked)
        asked["launches"] = launches.column("launch").to_pylist()
    return of_answer(engine.arrow_of_each(text, asked))


def _within(rows: Columns, begin: int, end: int) -> Columns:
    """The rows of these moments."""
    if rows.at.min() >= begin and rows.at.max() <= end:
        return rows
    return rows.some((rows.at >= begin) & (rows.at <= end))


def _moments(query: PathsQuery) -> tuple[int, int]:
    """The first and the last millisecond of what may be part of a path."""
    over, zone = query.rows.range, query.rows.timezone
    first = milliseconds(midnight(over.start, zone))
    last = milliseconds(midnight(over.end + timedelta(days=1), zone)) - 1
    if query.counts == "sessions":
        return first - query.reach, last + query.reach
    if query.direction == "before":
        return first - query.reach, last
    return first - query.gap - 1, last + query.reach


def _rows(query: PathsQuery, every: Columns) -> tuple[Rows, Nodes]:
    """The rows in order with the numbers of their nodes, and what these are."""
    every = _without(query, every)
    nodes, node = _nodes(query, every)
    by = in_order(every, node)
    first, last = (
        milliseconds(midnight(day, query.rows.timezone))
        for day in (query.rows.range.start, query.rows.range.end + timedelta(days=1))
    )
    ts = every.at[by]
    person = None if every.person is None else every.person[by]
    return Rows(every.owner[by], ts, (ts >= first) & (ts < last), node[by], person), nodes


def _without(query: PathsQuery, every: Columns) -> Columns:
    """The rows but for pages that are left out."""
    if not query.excluded or not len(every):
        return every
    gone = [any(fits(page, pattern) for pattern in query.excluded) for page in every.pages]
    return every.some(~(np.array(gone, np.bool_)[every.page] & (every.event == 0)))


def _nodes(query: PathsQuery, every: Columns) -> tuple[Nodes, Whole]:
    """All nodes there are, and of each row the number of its own."""
    if not len(every):
        return nodes_of(query, [])[0], np.zeros(0, np.int64)
    names, place = every.pages, every.page
    pages = place[every.event == 0] if query.titles else place
    seen = np.bincount(pages, minlength=len(names)).nonzero()[0].tolist()
    nodes, numbers = nodes_of(query, [names[one] for one in seen])
    of_page = np.zeros(len(names), np.int64)
    of_page[seen] = numbers
    if not query.titles:
        return nodes, of_page[place]
    return nodes, np.where(every.event > 0, every.event.astype(np.int64) - 1, of_page[place])
