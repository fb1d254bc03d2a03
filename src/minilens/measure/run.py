"""Answers a question: plan, SQL, engine, and the table with its empty buckets filled."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from minilens.identity.persons import HAS_MOVED
from minilens.measure import sql
from minilens.measure.day_rows import BUILDS
from minilens.measure.fields import FIELDS
from minilens.measure.filters import Condition, bound
from minilens.measure.plan import Plan, plan
from minilens.measure.query import Query
from minilens.measure.questioning import Questioning, cost
from minilens.measure.table import Cell, Cost, Row, Table
from minilens.measure.vocabulary import DAY, measure
from minilens.period import Range, floor
from minilens.warehouse.engine import Answer, Engine

#: The bucket of what lies before a range.
BEFORE = date(1970, 1, 1)

Buckets = dict[date, Row]


def answer(
    engine: Engine, query: Query, *, today: date, as_of: datetime, made: Answer | None = None
) -> Table:
    """The table of a question. `today` is the app's; days after it are unknown, not 0.

    `made`: the builds it stands on, where they were looked up before.
    """
    for name in (*query.measures, *([query.sort] if query.sort else [])):
        measure(name)
    asking = _Asking(engine=engine, made=made or engine.query(BUILDS, {"app": query.app}))
    table = _by_value(asking, query, as_of) if query.by else _by_period(asking, query, today, as_of)
    return replace(table, cost=asking.cost())


@dataclass(kw_only=True)
class _Asking(Questioning):
    """All of the question stands on one snapshot of builds."""

    made: Answer

    def cost(self) -> Cost:
        """With what it took to look that up."""
        return cost([self.made, *self.answers])

    def values(self, query: Query, ranges: Iterable[Range]) -> dict[str, object]:
        """What the SQL of a question names."""
        over, rows = list(ranges), self.made.rows
        newest, _, through = rows[-1] if rows else (BEFORE, 0, 0)
        return bound(query.filters) | {
            "app": query.app,
            "parts": [(n, one.start, one.end) for n, one in enumerate(over)],
            "start": min(one.start for one in over),
            "end": max(one.end for one in over),
            "traffic": query.traffic,
            "current": [(row[0], row[1]) for row in rows],
            "last": max((row[1] for row in rows), default=0),
            "newest": newest,
            "through": through,
            "top": query.top,
            **({"until": query.until} if query.until else {}),
        }

    def tail(self, query: Query, way: Plan, asked: dict[str, object]) -> tuple[bool, bool]:
        """Whether events came after the newest build, and whether anybody has become another person."""
        end, newest = asked["end"], asked["newest"]
        assert isinstance(end, date)
        assert isinstance(newest, date)
        if way.source == "events":  # cut short before the tail begins
            return False, bool(self.ask(HAS_MOVED, asked)[0][0])
        if not way.tail or end < newest:
            return False, False
        more, moved = self.ask(sql.more(query), asked)[0]
        return bool(more), bool(moved)


def _by_period(asking: _Asking, query: Query, today: date, as_of: datetime) -> Table:
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
    )


def _measured(asking: _Asking, query: Query, ranges: list[Range]) -> list[Buckets]:
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


def _by_value(asking: _Asking, query: Query, as_of: datetime) -> Table:
    field, present = FIELDS[query.by], replace(query, until=None)
    found, rows = _values(asking, present, query.range)
    whole = _total(asking, present, query.range)
    shown = [str(row[0]) for row in rows]
    then: tuple[Row, ...] = ()
    if query.compare:
        then = _same_values(asking, query, query.compare, shown)
    rest = None
    if query.rest and found > len(rows):
        others = Condition(query.by, "is_not", tuple(shown))
        rest = _total(asking, replace(present, filters=(*query.filters, (others,))), query.range)
    return Table(
        columns=(field.column(), *(measure(name).column() for name in query.measures)),
        rows=tuple(_shared(query, row, whole) for row in rows),
        start=query.range.start,
        end=query.range.end,
        as_of=as_of,
        cost=Cost(0, 0, 0),
        compared=then,
        compared_start=query.compare.start if query.compare else None,
        compared_end=query.compare.end if query.compare else None,
        found=found,
        total=_without_shares(query, whole),
        rest=_shared(query, rest, whole) if rest else None,
    )


def _values(asking: _Asking, query: Query, over: Range) -> tuple[int, list[Row]]:
    """How many values there are, and the rows of the first."""
    sums = tuple(name for name in query.measures if re.fullmatch(r"sum\(\w+\)", measure(name).sql))
    if plan(query).source != "days" or sums == query.measures or _sorted_by(query) not in sums:
        return _rows(asking, query, over)
    # sums are cheap and people are not: who is shown is known before they are counted
    found, first = _rows(asking, replace(query, measures=sums), over)
    if found <= len(first):
        return _rows(asking, query, over)
    these = Condition(query.by, "is", tuple(str(row[0]) for row in first))
    return found, _rows(asking, replace(query, filters=(*query.filters, (these,))), over)[1]


def _sorted_by(query: Query) -> str:
    return query.sort or query.measures[0]


def _rows(asking: _Asking, query: Query, over: Range) -> tuple[int, list[Row]]:
    way, asked = plan(query), asking.values(query, [over])
    tail, moved = asking.tail(query, way, asked)
    rows = asking.ask(sql.breakdown(query, way, tail=tail, moved=moved), asked)
    found = rows[0][0] if rows else 0
    assert isinstance(found, int)
    return found, [row[1:] for row in rows]


def _total(asking: _Asking, query: Query, over: Range) -> Row:
    """All values as one row, without a name. What is no page's own is asked of whole days."""
    pages = tuple(name for name in query.measures if measure(name).of == "pages")
    others = tuple(name for name in query.measures if name not in pages)
    cells: dict[str, Cell] = {}
    for names, one in ((others, replace(query, by="")), (pages, query)):
        if not names:
            continue
        one = replace(one, measures=names)
        way, asked = plan(one), asking.values(one, [over])
        tail, moved = asking.tail(one, way, asked)
        (row,) = asking.ask(sql.total(one, way, tail=tail, moved=moved), asked)
        cells.update(zip(names, row, strict=True))
    return (None, *(cells[name] for name in query.measures))


def _same_values(asking: _Asking, query: Query, over: Range, shown: list[str]) -> tuple[Row, ...]:
    """Rows of the same values over another range, in the same order."""
    if not shown:
        return ()
    these = (*query.filters, (Condition(query.by, "is", tuple(shown)),))
    _, rows = _values(asking, replace(query, filters=these), over)
    whole = _total(asking, query, over)
    by_value = {row[0]: row for row in rows}
    nothing: tuple[Cell, ...] = tuple(
        0 if measure(name).empty == "zero" or measure(name).share_of else None
        for name in query.measures
    )
    return tuple(_shared(query, by_value.get(value, (value, *nothing)), whole) for value in shown)


def _without_shares(query: Query, whole: Row) -> Row:
    """The row of all: a share of itself says nothing."""
    named = zip(query.measures, whole[1:], strict=True)
    return (whole[0], *(None if measure(name).share_of else cell for name, cell in named))


def _shared(query: Query, row: Row, whole: Row) -> Row:
    """The row with its shares of all rows in place of the counts they are made from."""
    cells = list(row)
    for n, name in enumerate(query.measures, 1):
        if measure(name).share_of:
            part, every = row[n], whole[n]
            known = isinstance(part, (int, float)) and isinstance(every, (int, float)) and every
            cells[n] = part / every if known else None  # type: ignore[operator]
    return tuple(cells)
