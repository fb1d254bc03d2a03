"""Answers a question: plan, SQL, engine, and the table with its empty buckets filled."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from minilens.measure import sql
from minilens.measure.day_rows import BUILDS
from minilens.measure.lists import by_value
from minilens.measure.on_builds import BEFORE, OnBuilds
from minilens.measure.plan import plan
from minilens.measure.query import Query
from minilens.measure.table import Cell, Cost, Row, Table
from minilens.measure.vocabulary import DAY, measure
from minilens.period import Range, floor, held
from minilens.warehouse.engine import Answer, Engine

Buckets = dict[date, Row]


def answer(
    engine: Engine, query: Query, *, today: date, as_of: datetime, made: Answer | None = None
) -> Table:
    """The table of a question. `today` is the app's; days after it are unknown, not 0.

    `made`: the builds it stands on, where they were looked up before.
    """
    for name in (*query.measures, *([query.sort] if query.sort else [])):
        measure(name)
    asking = OnBuilds(engine=engine, made=made or engine.query(BUILDS, {"app": query.app}))
    table = by_value(asking, query, as_of) if query.by else _by_period(asking, query, today, as_of)
    return replace(table, cost=asking.cost())


def _by_period(asking: OnBuilds, query: Query, today: date, as_of: datetime) -> Table:
    ranges = [query.range] if query.compare is None else [query.range, query.compare]
    for over in ranges:
        over.buckets(query.grain)  # refuses more than can be shown
    if query.compare and query.until:
        found = [
            *_measured(asking, replace(query, until=None), [query.range]),
            *_measured(asking, query, [query.compare]),
        ]
    else:
        found = _measured(asking, query, ranges)
    unknown = plan(query).unknown
    parts = [_filled(query, over, found[n], today, unknown) for n, over in enumerate(ranges)]
    return Table(
        columns=(DAY, *(measure(name).column() for name in query.measures)),
        rows=parts[0],
        start=query.range.start,
        end=query.range.end,
        as_of=as_of,
        cost=Cost(0, 0, 0),
        compared=parts[1] if query.compare else (),
        compared_start=query.compare.start if query.compare else None,
        compared_end=query.compare.end if query.compare else None,
        running=query.range.end >= today >= floor(query.range.start, query.grain),
        same_hours=query.until is not None and query.compare is not None,
        held=tuple(
            held(query.range, bucket, query.grain) for bucket in query.range.buckets(query.grain)
        )
        if query.grain != "day"
        else (),
    )


def _measured(asking: OnBuilds, query: Query, ranges: list[Range]) -> list[Buckets]:
    """Cells by bucket, for each range."""
    way = plan(query)
    asked = asking.values(query, ranges)
    tail, moved = asking.tail(query, way, asked)
    cells: list[Buckets] = [{} for _ in ranges]
    for n, bucket, *row in asking.ask(sql.trend(query, way, tail=tail, moved=moved), asked):
        assert isinstance(n, int)
        assert isinstance(bucket, date)
        cells[n][bucket] = tuple(row)
    return cells


def _filled(
    query: Query, over: Range, have: Buckets, today: date, unknown: frozenset[str]
) -> tuple[Row, ...]:
    """A row for each bucket, also where nothing happened."""
    carried: dict[str, Cell] = dict.fromkeys(query.measures, 0)
    carried.update(zip(query.measures, have.get(BEFORE, ()), strict=False))
    rows: list[Row] = []
    for bucket in over.buckets(query.grain):
        if bucket > today:
            rows.append((bucket, *(None for _ in query.measures)))
            continue
        cells = have.get(bucket)
        if cells is None:
            cells = tuple(_empty(name, carried, unknown) for name in query.measures)
        rows.append((bucket, *cells))
        carried.update(zip(query.measures, cells, strict=True))
    return tuple(rows)


def _empty(name: str, carried: dict[str, Cell], unknown: frozenset[str]) -> Cell:
    rule = "unknown" if name in unknown else measure(name).empty
    if rule == "carry":
        return carried[name]
    return 0 if rule == "zero" else None
