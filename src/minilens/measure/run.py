"""Answers a question: SQL, engine, and the table with its empty buckets filled."""

from __future__ import annotations

from datetime import date, datetime

from minilens.measure import sql
from minilens.measure.query import Query
from minilens.measure.table import Cell, Cost, Table
from minilens.measure.vocabulary import DAY, measure
from minilens.period import Range, floor
from minilens.warehouse.engine import Engine

Rows = tuple[tuple[Cell, ...], ...]

#: The bucket of what lies before a range.
BEFORE = date(1970, 1, 1)


def answer(engine: Engine, query: Query, *, today: date, as_of: datetime) -> Table:
    """The table of a question. `today` is the app's; days after it are unknown, not 0."""
    for name in query.measures:
        measure(name)
    ranges = [query.range] if query.compare is None else [query.range, query.compare]
    for over in ranges:
        over.buckets(query.grain)  # refuses more than can be shown
    found, cost = _measured(engine, query, ranges)
    parts = [_filled(query, over, found[n], today) for n, over in enumerate(ranges)]
    return Table(
        columns=(DAY, *(measure(name).column() for name in query.measures)),
        rows=parts[0],
        start=query.range.start,
        end=query.range.end,
        as_of=as_of,
        cost=cost,
        compared=parts[1] if query.compare else (),
        compared_start=query.compare.start if query.compare else None,
        compared_end=query.compare.end if query.compare else None,
        running=query.range.end >= today >= floor(query.range.start, query.grain),
    )


def _measured(
    engine: Engine, query: Query, ranges: list[Range]
) -> tuple[list[dict[date, tuple[Cell, ...]]], Cost]:
    """Cells by bucket, for each range; all of one snapshot of builds."""
    made = engine.query(sql.BUILDS, {"app": query.app})
    newest, _, through = made.rows[-1] if made.rows else (BEFORE, 0, 0)
    asked = {
        "app": query.app,
        "parts": [(n, over.start, over.end) for n, over in enumerate(ranges)],
        "start": min(over.start for over in ranges),
        "end": max(over.end for over in ranges),
        "traffic": query.traffic,
        "current": [(row[0], row[1]) for row in made.rows],
        "last": max((row[1] for row in made.rows), default=0),
        "newest": newest,
        "through": through,
    }
    answers = [made]
    more = moved = 0
    if max(over.end for over in ranges) >= newest:
        answers.append(engine.query(sql.MORE, asked))
        more, moved = answers[-1].rows[0]
    answers.append(engine.query(sql.trend(query, tail=bool(more), moved=bool(moved)), asked))
    cells: list[dict[date, tuple[Cell, ...]]] = [{} for _ in ranges]
    for n, bucket, *row in answers[-1].rows:
        cells[n][bucket] = tuple(row)
    cost = Cost(
        rows=sum(one.read_rows for one in answers),
        bytes=sum(one.read_bytes for one in answers),
        milliseconds=sum(one.milliseconds for one in answers),
    )
    return cells, cost


def _filled(query: Query, over: Range, have: dict[date, tuple[Cell, ...]], today: date) -> Rows:
    """A row for each bucket, also where nothing happened."""
    carried: dict[str, Cell] = dict.fromkeys(query.measures, 0)
    carried.update(zip(query.measures, have.get(BEFORE, ()), strict=False))
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
