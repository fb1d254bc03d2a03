"""Answers by value: the values with the most of a measure, all of them together, and the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from minilens.measure.days import sql
from minilens.measure.days.by_change import Cells, most_changed
from minilens.measure.days.frame import framed
from minilens.measure.days.listing import MOST_TOLD, Listed, in_place, nothing, together
from minilens.measure.days.snapshot import BuildSnapshot
from minilens.measure.dimensions import Dimension
from minilens.measure.filters import Clause, Condition
from minilens.measure.measures import Measure
from minilens.measure.plan import Plan
from minilens.measure.profiles import SETS
from minilens.measure.query import ALL_ROWS, Query
from minilens.measure.span import Span
from minilens.measure.table import Cell, Row, Table
from minilens.period import Range


def by_value(asking: BuildSnapshot, plan: Plan, as_of: datetime) -> Table:
    """The table of a list."""
    query, present = plan.query, plan.of(cutoff=None)
    over, *beside = query.parts
    both = together(asking, plan)
    if both:
        listed = both[0]
    elif beside and query.sort_by != "value":
        listed = _by_change(asking, plan, over, beside[0])
    else:
        listed = listed_values(asking, present, over)
    whole = _total(asking, present, over, listed.every)
    shown = [row[: len(query.values)] for row in listed.rows]
    then: tuple[Row, ...] = ()
    if beside and shown:
        told = both[1] if both else _told(asking, plan, beside[0], shown)
        then = _beside(asking, plan, beside[0], told)
    unknown: Row | None = None
    if query.include_unknown:
        unknown = listed.unknown or _unknown(asking, present)
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
        unknown=_shared(query, unknown, whole) if unknown else None,
        **_regions(asking, present, whole),
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


def _regions(asking: BuildSnapshot, plan: Plan, whole: Row) -> dict[str, Row]:
    """Of regions: whom the owner told them of, and of whom the address did."""
    by = plan.query.values[0]
    if not plan.query.include_unknown or not by.told:
        return {}
    told, none = Condition(by.told, "is_known"), Condition(by.told, "is_unknown")
    over, filters = plan.query.parts[0], plan.query.filters
    of_address = (*filters, (none,), (Condition(by, "is_known"),))
    some = {"told": (*filters, (told,)), "looked_up": of_address}
    return {
        name: _shared(plan.query, _total(asking, plan.of(filters=of), over), whole)
        for name, of in some.items()
    }


def _unknown(asking: BuildSnapshot, plan: Plan) -> Row:
    """What has no value of the dimension."""
    nothing = (Condition(plan.query.values[0], "is_unknown"),)
    return _total(asking, plan.of(filters=(*plan.query.filters, nothing)), plan.query.parts[0])


def _found(dimension: Dimension, search: str) -> Clause:
    """The values that a search finds, as a filter."""
    if dimension.kind == "group":
        return (Condition(dimension, "is", dimension.named_like(search)),)
    return (Condition(dimension, "contains", (search,)),)


def listed_values(
    asking: BuildSnapshot, plan: Plan, over: Range | Span, shown: Sequence[str] | None = None
) -> Listed:
    """The values with the most, or those told."""
    if not plan.available:
        return Listed(0, [], {})
    if shown is None and isinstance(over, Range):
        one = together(asking, plan.of(range=over, compare=None, cutoff=None))
        if one:
            return one[0]
    return _asked(asking, plan, over, shown)


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
    every = {m: c for m, c in cells if _adds_up(plan, m)}
    rows = [row[2:] for row in found[1:]]
    if only or not query.unknown_is_a_row:
        return Listed(count, rows[0 if only else query.offset :], every)
    keys = len(query.values)
    nobody: Row = ("", *nothing(plan))
    own = rows[0] if rows and rows[0][0] == "" else nobody
    at = keys + query.measures.index(plan.leading)
    rows = in_place(plan, rows, at)[query.offset : query.offset + query.top]
    return Listed(count, rows, every, (None, *own[keys:]))


def in_one_row(asking: BuildSnapshot, plan: Plan, as_of: datetime) -> Table:
    """The table of a question that tells nothing apart: the range as one row, people once."""
    query = plan.query
    rows = (_total(asking, plan.of(cutoff=None), query.range),)
    compared = (_total(asking, plan, query.compare),) if query.compare else ()
    return framed(query, (), rows, as_of, compared=compared)


def _adds_up(plan: Plan, measure: Measure) -> bool:
    """Whether the rows that a list is made from also tell the measure of all values together.

    Visits do: each has one value of every field. People have many, unless the rows know each of them, as all do but
    those of days.
    """
    if measure.scope == "order":
        return measure not in plan.unavailable
    bare = plan.of(dimensions=())
    if measure in plan.unavailable or plan.tail != bare.tail:
        return False
    if measure.scope == "pages" or not measure.value.people:
        return True
    return plan.source != "days" and bare.source in (plan.source, "days")


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


def _beside(
    asking: BuildSnapshot, plan: Plan, over: Range | Span, listed: Listed
) -> tuple[Row, ...]:
    """Rows of the same values over another range, in the same order."""
    whole = _total(asking, plan, over, listed.every)
    return tuple(_shared(plan.query, row, whole) for row in listed.rows)


def _told(asking: BuildSnapshot, plan: Plan, over: Range | Span, shown: Sequence[Row]) -> Listed:
    """Rows of these values over a range, in this order; of one that it has not, nothing."""
    query = plan.query
    keys = len(query.values)
    if len(shown) > MOST_TOLD or keys > 1:
        listed = listed_values(asking, plan.of(top=ALL_ROWS, offset=0), over)
    elif (
        query.values[0].name in SETS and not query.search
    ):  # few, and all of them together are asked with them
        listed = listed_values(asking, plan.of(top=MOST_TOLD, offset=0), over)
    else:
        listed = listed_values(asking, plan, over, [str(row[0]) for row in shown])
    by_value = {row[:keys]: row for row in listed.rows}
    rows = [by_value.get(value, (*value, *nothing(plan))) for value in shown]
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
