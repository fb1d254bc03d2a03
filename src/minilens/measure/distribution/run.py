"""Answers questions about distributions: a row for each bucket, in their order, whether or not anything is in it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from datetime import date

from minilens.measure.days import sql
from minilens.measure.days.day_rows import BUILDS
from minilens.measure.days.frame import framed
from minilens.measure.days.listing import Listed, listed
from minilens.measure.days.snapshot import BuildSnapshot
from minilens.measure.distribution.query import DistributionQuery
from minilens.measure.measures import DAY, MEASURES
from minilens.measure.plan import Plan, plan
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.query import Query
from minilens.measure.session import cost
from minilens.measure.span import Span
from minilens.measure.table import Cell, Row, Table
from minilens.period import Range, floor
from minilens.warehouse.engine import Answer, Engine

MEASURED = tuple(
    MEASURES[name] for name in ("launches", "launch_share", "launch_users", "launch_user_share")
)
#: What is counted; the shares are made of it.
_COUNTED = tuple(one for one in MEASURED if not one.share_of)
_NOTHING: Row = (0, 0)


def prepare(engine: Engine, query: DistributionQuery, as_of: AsOf) -> Prepared:
    """The question with the builds that it stands on: of a launch nothing is known before its day is made."""
    if query.grain:
        query.range.check(query.grain)
    made = engine.query(BUILDS, {"app": query.app})
    best = plan(launches(query))
    builds: Hashable = hash(tuple((row[0], row[1]) for row in made.rows))
    return Prepared(
        run=lambda: answer(engine, query, best, as_of, made),
        heavy=best.heavy and query.range.days > 1,
        stands_on=(query, as_of.today, builds),
        cost=cost([made]),
    )


def launches(query: DistributionQuery) -> Query:
    """The counts by bucket."""
    return Query(
        query.app,
        _COUNTED,
        query.range,
        (query.grain, query.buckets) if query.grain else (query.buckets,),
        compare=query.compare,
        traffic=query.traffic,
        filters=query.filters,
        top=len(query.buckets.choices),
    )


def answer(
    engine: Engine, query: DistributionQuery, best: Plan, as_of: AsOf, made: Answer
) -> Table:
    """Rows: bucket (of each its periods, oldest first), launches, their share, people, their share."""
    snapshot = BuildSnapshot(engine=engine, made=made, filters=query.filters)
    by_period = _by_period if query.grain else _whole
    table = by_period(snapshot, query, best, as_of)
    return replace(table, cost=snapshot.cost())


def _whole(snapshot: BuildSnapshot, query: DistributionQuery, best: Plan, as_of: AsOf) -> Table:
    if query.compare and query.cutoff:
        present = replace(best.query, compare=None)
        cut = replace(present, range=query.compare, cutoff=query.cutoff)
        counted = [_counted(snapshot, plan(one))[0] for one in (present, cut)]
    else:
        counted = _counted(snapshot, best)
    found, whole = counted[0]
    then: tuple[Row, ...] = ()
    for beside, of_all in counted[1:]:
        then = tuple(_shared((key,), beside[key], of_all) for key in beside)
    asked = replace(best.query, measures=MEASURED, cutoff=query.cutoff)
    total = (None, whole[0], None, whole[1], None)
    return framed(
        asked,
        (query.buckets.column(),),
        tuple(_shared((key,), found[key], whole) for key in found),
        as_of.as_of,
        compared=then,
        total_rows=len(found),
        totals=total,
        today=as_of.today,
    )


def _counted(snapshot: BuildSnapshot, best: Plan) -> list[tuple[dict[str, Row], Row]]:
    """Of each range: bucket → its counts, and those of all launches together."""
    query = best.query
    (buckets,) = query.values
    if not best.available:
        unknown: Row = (None,) * len(_COUNTED)
        return [(dict.fromkeys(buckets.choices, unknown), unknown) for _ in query.parts]
    if best.source == "days":
        lists = listed(snapshot, best, None, either=True)
    else:
        lists = [_of_range(snapshot, best, over) for over in query.parts]
    found = []
    for one in lists:
        cells = {str(row[0]): row[1:] for row in one.rows}
        whole = tuple(one.every.get(measure, 0) for measure in _COUNTED)
        found.append(({key: cells.get(key, _NOTHING) for key in buckets.choices}, whole))
    return found


def _of_range(snapshot: BuildSnapshot, best: Plan, over: Range | Span) -> Listed:
    """From sessions."""
    rows = snapshot.run(best, [over], sql.breakdown)
    whole = next((row[3:] for row in rows if row[1]), _NOTHING)
    return Listed(
        len(rows), [row[2:] for row in rows if not row[1]], dict(zip(_COUNTED, whole, strict=True))
    )


def _by_period(snapshot: BuildSnapshot, query: DistributionQuery, best: Plan, as_of: AsOf) -> Table:
    assert query.grain
    periods, today = query.range.buckets(query.grain), as_of.today
    cells: dict[tuple[object, object], Row] = {}
    if best.available:
        # all launches of a period, from the same rows: a person may be in several buckets
        whole = replace(best, query=replace(best.query, dimensions=(query.grain,)))
        for one in (best, whole):
            for _, period, *rest in snapshot.run(one, [query.range], sql.trend):
                key = rest.pop(0) if one is best else None
                cells[key, period] = tuple(rest)
    nothing: Row = _NOTHING if best.available else (None, None)

    def row(key: str, period: date) -> Row:
        if period > today:
            return (key, period, *(None for _ in MEASURED))
        every = cells.get((None, period), nothing)
        return _shared((key, period), cells.get((key, period), nothing), every)

    return framed(
        replace(best.query, measures=MEASURED, compare=None),
        (query.buckets.column(), DAY),
        tuple(row(key, period) for key in query.buckets.choices for period in periods),
        as_of.as_of,
        running=query.range.end >= today >= floor(query.range.start, query.grain),
        total_rows=len(query.buckets.choices),
        today=today,
    )


def _shared(keys: Row, counts: Row, whole: Row) -> Row:
    """The row with the share behind each count."""
    cells: list[Cell] = []
    for part, every in zip(counts, whole, strict=True):
        known = isinstance(part, int) and isinstance(every, int) and every
        cells += [part, part / every if known else None]  # type: ignore[operator]
    return (*keys, *cells)
