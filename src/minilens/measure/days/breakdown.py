"""Answers by value: the values with the most of a measure, all of them together, and the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from minilens.measure.days import sql
from minilens.measure.days.by_change import Cells, most_changed
from minilens.measure.days.frame import framed
from minilens.measure.days.snapshot import BuildSnapshot
from minilens.measure.dimensions import Dimension
from minilens.measure.filters import Clause, Condition
from minilens.measure.measures import Measure
from minilens.measure.plan import Plan
from minilens.measure.query import ALL_ROWS, Query
from minilens.measure.span import Span
from minilens.measure.table import Cell, Row, Table
from minilens.period import Range

#: Of more values than these nothing is asked by naming them.
MOST_TOLD = 1000


@dataclass(frozen=True)
class Listed:
    """How many values there are, the rows of those shown, and what is known of all from the same rows."""

    found: int
    rows: list[Row]
    every: Mapping[Measure, Cell]


def by_value(asking: BuildSnapshot, plan: Plan, as_of: datetime) -> Table:
    """The table of a list."""
    query, present = plan.query, plan.of(cutoff=None)
    over, *beside = query.parts
    if beside and query.sort_by != "value":
        listed = _by_change(asking, plan, over, beside[0])
    else:
        listed = listed_values(asking, present, over)
    whole = _total(asking, present, over, listed.every)
    shown = [row[: len(query.values)] for row in listed.rows]
    then: tuple[Row, ...] = ()
    if beside and shown:
        then = _same_values(asking, plan, beside[0], shown)
    rest = _others(asking, present, listed, shown) if query.include_other else None
    return framed(
        query,
        tuple(one.column() for one in query.values),
        tuple(_shared(query, row, whole) for row in listed.rows),
        as_of,
        compared=then,
        total_rows=listed.found,
        totals=_without_shares(query, whole),
        other=_shared(query, rest, whole) if rest else None,
        unknown=_shared(query, _unknown(asking, present), whole) if query.include_unknown else None,
    )


def _by_change(
    asking: BuildSnapshot, plan: Plan, over: Range | Span, other: Range | Span
) -> Listed:
    """The values of either range whose measure changed the most: all of them are known before any is shown."""
    query, present = plan.query, plan.of(cutoff=None)
    sort = present.leading
    now, then = _cells(asking, present, over, sort), _cells(asking, plan, other, sort)
    order = most_changed(sort, now, then, query.sort_by, ascending=query.ascending)
    shown = order[query.offset : query.offset + query.top]
    listed = _told(asking, present, over, shown) if shown else Listed(0, [], {})
    return replace(listed, found=len(order))


def _cells(asking: BuildSnapshot, plan: Plan, over: Range | Span, sort: Measure) -> Cells:
    """The measure of every value of a range; the sums of the list go along, for they say which values have a row."""
    measures = plan.query.measures
    sums = tuple(one for one in measures if not one.value.people and one != sort)
    every = plan.of(measures=(sort, *sums), top=ALL_ROWS, offset=0)
    listed, keys = _asked(asking, every, over), len(plan.query.values)
    whole: Cell = 1
    if sort.share_of:
        (*_, whole) = _total(asking, plan.of(measures=(sort,)), over)
    return {row[:keys]: _part(row[keys], whole) for row in listed.rows}


def _part(cell: Cell, whole: Cell) -> Cell:
    known = isinstance(cell, (int, float)) and isinstance(whole, (int, float)) and whole
    return cell / whole if known else None  # type: ignore[operator]


def _others(asking: BuildSnapshot, plan: Plan, listed: Listed, shown: Sequence[Row]) -> Row | None:
    """What the values without a row come to. Values of several dimensions have no filter that leaves them out."""
    query = plan.query
    if listed.found <= len(shown) or len(shown) > MOST_TOLD or len(query.values) > 1:
        return None
    told = tuple(str(row[0]) for row in shown)
    others = ((Condition(query.values[0], "is_not", told),),) if told else ()
    if query.search:
        others = (*others, _found(query.values[0], query.search))
    return _total(asking, plan.of(filters=(*query.filters, *others)), query.parts[0])


def _unknown(asking: BuildSnapshot, plan: Plan) -> Row:
    """What has no value of the dimension."""
    nothing = (Condition(plan.query.values[0], "is_unknown"),)
    return _total(asking, plan.of(filters=(*plan.query.filters, nothing)), plan.query.parts[0])


def _found(dimension: Dimension, search: str) -> Clause:
    """The values that a search finds, as a filter."""
    named = (Condition(dimension, "is", dimension.named_like(search)),)
    return (
        named
        if dimension.kind == "group"
        else (Condition(dimension, "contains", (search,)), *named)
    )


def listed_values(
    asking: BuildSnapshot, plan: Plan, over: Range | Span, shown: Sequence[str] | None = None
) -> Listed:
    """The values with the most, or those told; the sums first where days are read."""
    query = plan.query
    if not plan.available:
        return Listed(0, [], {})
    sums = tuple(one for one in query.measures if not one.value.people)
    every = query.top > MOST_TOLD or query.offset > 0 or len(query.values) > 1
    if plan.source != "days" or sums == query.measures or plan.leading not in sums or every:
        return _asked(asking, plan, over, shown)
    # sums are cheap and people are not: who is shown is known before they are counted
    first = _asked(asking, plan.of(measures=sums), over, shown)
    people = tuple(one for one in plan.available if one not in sums)
    nobody: dict[Measure, Cell] = {one: 0 if one.empty == "zero" else None for one in people}
    counted = _people(asking, plan.of(measures=people), over, [row[0] for row in first.rows])
    rows = []
    for value, *row in first.rows:
        known: dict[Measure, Cell] = dict.fromkeys(plan.unavailable)
        # a value may be gone again: a segment that is replayed is taken out in between
        known |= dict(zip(sums, row, strict=True)) | counted.get(value, nobody)
        rows.append((value, *(known[one] for one in query.measures)))
    return replace(first, rows=rows, every={**first.every, **counted.get(None, {})})


def _people(
    asking: BuildSnapshot, plan: Plan, over: Range | Span, shown: Sequence[Cell]
) -> dict[Cell, dict[Measure, Cell]]:
    """How many people each of the values shown has; and all of them together, under None."""
    query = plan.query
    if not query.measures or not shown:
        return {}
    these = Condition(query.values[0], "is", tuple(map(str, shown)))
    some, whole = plan.of(filters=(*query.filters, (these,))), plan.of(dimensions=())
    named = asking.values(some.query, [over])
    rows = asking.ask(sql.people(some, whole, asking.tail(whole, named)), named)
    return {
        None if of_all else value: dict(zip(query.measures, cells, strict=True))
        for of_all, value, *cells in rows
    }


def _asked(
    asking: BuildSnapshot, plan: Plan, over: Range | Span, shown: Sequence[str] | None = None
) -> Listed:
    """All of it at once."""
    query, only = plan.query, shown is not None
    named = {} if shown is None else {"shown": list(shown)}
    found = asking.run(plan, [over], partial(sql.breakdown, only=only), **named)
    if not found:
        return Listed(0, [], {})
    count, whole = found[0][0], found[0][2 + len(query.values) :]
    assert isinstance(count, int)
    cells = zip(query.measures, whole, strict=True)
    first = 1 + (0 if only else query.offset)
    return Listed(
        count, [row[2:] for row in found[first:]], {m: c for m, c in cells if _adds_up(plan, m)}
    )


def _adds_up(plan: Plan, measure: Measure) -> bool:
    """Whether the rows that a list is made from also tell the measure of all values together.

    Visits do: each has one value of every field. People have many, unless the rows know each of them.
    """
    bare = plan.of(dimensions=())
    if measure in plan.unavailable or plan.tail != bare.tail:
        return False
    if measure.scope == "pages" or not measure.value.people:
        return True
    return plan.source != "days" and plan.source == bare.source


def _total(
    asking: BuildSnapshot,
    plan: Plan,
    over: Range | Span,
    known: Mapping[Measure, Cell] | None = None,
) -> Row:
    """All values as one row, without a name. What is no page's own is asked of whole days."""
    query, cells = plan.query, dict(known or {})
    left = [one for one in query.measures if one not in cells]
    pages = tuple(one for one in left if one.scope in ("pages", "order"))
    others = tuple(one for one in left if one not in pages)
    for some, told_apart in ((others, ()), (pages, query.dimensions)):
        whole = plan.of(measures=some, dimensions=told_apart)
        cells |= dict.fromkeys(whole.unavailable)
        if not whole.available:
            continue
        (row,) = asking.run(whole.of(measures=whole.available), [over], sql.total)
        cells.update(zip(whole.available, row, strict=True))
    return (*(None for _ in query.values), *(cells[one] for one in query.measures))


def _same_values(
    asking: BuildSnapshot, plan: Plan, over: Range | Span, shown: Sequence[Row]
) -> tuple[Row, ...]:
    """Rows of the same values over another range, in the same order."""
    listed = _told(asking, plan, over, shown)
    whole = _total(asking, plan, over, listed.every)
    return tuple(_shared(plan.query, row, whole) for row in listed.rows)


def _told(asking: BuildSnapshot, plan: Plan, over: Range | Span, shown: Sequence[Row]) -> Listed:
    """Rows of these values over a range, in this order; of one that it has not, nothing."""
    query = plan.query
    keys = len(query.values)
    if len(shown) > MOST_TOLD or keys > 1:
        listed = listed_values(asking, plan.of(top=ALL_ROWS, offset=0), over)
    else:
        listed = listed_values(asking, plan, over, [str(row[0]) for row in shown])
    by_value = {row[:keys]: row for row in listed.rows}
    nothing: tuple[Cell, ...] = tuple(
        None if one in plan.unavailable else 0 if one.empty == "zero" or one.share_of else None
        for one in query.measures
    )
    rows = [by_value.get(value, (*value, *nothing)) for value in shown]
    return replace(listed, rows=rows)


def _without_shares(query: Query, whole: Row) -> Row:
    """The row of all: a share of itself says nothing."""
    keys = len(query.values)
    cells = zip(query.measures, whole[keys:], strict=True)
    return (*whole[:keys], *(None if one.share_of else cell for one, cell in cells))


def _shared(query: Query, row: Row, whole: Row) -> Row:
    """The row with its shares of all rows in place of the counts they are made from."""
    cells = list(row)
    for n, one in enumerate(query.measures, len(query.values)):
        if one.share_of:
            cells[n] = _part(row[n], whole[n])
    return tuple(cells)
