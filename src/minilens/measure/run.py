"""Answers a question: SQL, engine, and the table with its empty buckets filled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from minilens.measure import sql
from minilens.measure.query import Query
from minilens.measure.table import Cell, Cost, Table
from minilens.measure.vocabulary import DAY, measure
from minilens.period import Range, floor
from minilens.warehouse.engine import Engine

Rows = tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Snapshot:
    """Which builds hold, so that all parts of one answer stand on the same."""

    last: int
    newest: date
    through: int


def answer(engine: Engine, query: Query, *, today: date, as_of: datetime) -> Table:
    """The table of a question. `today` is the app's; days after it are unknown, not 0."""
    for name in query.measures:
        measure(name)
    query.range.buckets(query.grain)
    found = engine.rows(sql.SNAPSHOT, {"app": query.app})[0]
    snapshot = Snapshot(int(found[0]), found[1], int(found[2]))
    rows, cost = _measured(engine, query, query.range, snapshot, today)
    compared: Rows = ()
    if query.compare is not None:
        compared, more = _measured(engine, query, query.compare, snapshot, today)
        cost = Cost(
            cost.rows + more.rows, cost.bytes + more.bytes, cost.milliseconds + more.milliseconds
        )
    return Table(
        columns=(DAY, *(measure(name).column() for name in query.measures)),
        rows=rows,
        start=query.range.start,
        end=query.range.end,
        as_of=as_of,
        cost=cost,
        compared=compared,
        compared_start=query.compare.start if query.compare else None,
        compared_end=query.compare.end if query.compare else None,
        running=bool(rows) and query.range.end >= today >= floor(query.range.start, query.grain),
    )


def _measured(
    engine: Engine, query: Query, over: Range, snapshot: Snapshot, today: date
) -> tuple[Rows, Cost]:
    asked: dict[str, object] = {
        "app": query.app,
        "start": over.start,
        "end": over.end,
        "traffic": query.traffic,
        "last": snapshot.last,
        "newest": snapshot.newest,
        "through": snapshot.through,
    }
    tail = over.end >= snapshot.newest and bool(engine.one(sql.HAS_TAIL, asked))
    asked["before"] = 0
    cost = Cost(0, 0, 0.0)
    if "total_users" in query.measures:
        asked["before"], cost = _before(engine, asked, over, snapshot)
    found = engine.query(sql.trend(query, tail=tail), asked)
    cost = Cost(
        cost.rows + found.read_rows,
        cost.bytes + found.read_bytes,
        cost.milliseconds + found.milliseconds,
    )
    have = {row[0]: tuple(row[1:]) for row in found.rows}
    return _filled(query, over, have, int(str(asked["before"])), today), cost


def _before(
    engine: Engine, asked: dict[str, object], over: Range, snapshot: Snapshot
) -> tuple[int, Cost]:
    """People whose first visit lies before the range."""
    found = engine.query(sql.BEFORE, asked)
    people = int(found.rows[0][0])
    if over.start > snapshot.newest:
        people += int(engine.one(sql.BEFORE_TAIL, asked))
    return people, Cost(found.read_rows, found.read_bytes, found.milliseconds)


def _filled(
    query: Query, over: Range, have: dict[date, tuple[Cell, ...]], before: int, today: date
) -> Rows:
    """A row for each bucket, also where nothing happened."""
    carried: dict[str, Cell] = {"total_users": before}
    rows: list[tuple[Cell, ...]] = []
    for bucket in over.buckets(query.grain):
        if bucket > today:
            rows.append((bucket, *(None for _ in query.measures)))
            continue
        cells = have.get(bucket)
        if cells is None:
            cells = tuple(_empty(name, carried) for name in query.measures)
        rows.append((bucket, *cells))
        carried.update(zip(query.measures, cells, strict=True))
    return tuple(rows)


def _empty(name: str, carried: dict[str, Cell]) -> Cell:
    rule = measure(name).empty
    if rule == "carry":
        return carried[name]
    return 0 if rule == "zero" else None
