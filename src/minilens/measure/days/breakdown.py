"""Answers by value: the values with the most of a measure, all of them together, and the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from minilens.measure.days import sql
from minilens.measure.days.snapshot import BuildSnapshot
from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.filters import Condition
from minilens.measure.measures import measure
from minilens.measure.plan import plan
from minilens.measure.query import ALL_ROWS, Query
from minilens.measure.table import Cell, Cost, Row, Table
from minilens.period import Range

#: Of more values than these nothing is asked by naming them.
MOST_TOLD = 1000


@dataclass(frozen=True)
class Listed:
    """How many values there are, the rows of those shown, and what is known of all from the same rows."""

    found: int
    rows: list[Row]
    every: Mapping[str, Cell]


def by_value(asking: BuildSnapshot, query: Query, as_of: datetime) -> Table:
    """The table of a list."""
    present = replace(query, cutoff=None)
    listed = listed_values(asking, present, query.range)
    whole = _total(asking, present, query.range, listed.every)
    shown = [row[: len(query.values)] for row in listed.rows]
    then: tuple[Row, ...] = ()
    if query.compare and shown:
        then = _same_values(asking, query, query.compare, shown)
    rest = _others(asking, present, listed, shown) if query.include_other else None
    return Table(
        columns=(
            *(DIMENSIONS[one].column() for one in query.values),
            *(measure(name).column() for name in query.measures),
        ),
        rows=tuple(_shared(query, row, whole) for row in listed.rows),
        start=query.range.start,
        end=query.range.end,
        as_of=as_of,
        cost=Cost(0, 0, 0),
        compared=then,
        compared_start=query.compare.start if query.compare else None,
        compared_end=query.compare.end if query.compare else None,
        same_hours=query.cutoff is not None and query.compare is not None,
        total_rows=listed.found,
        totals=_without_shares(query, whole),
        other=_shared(query, rest, whole) if rest else None,
        keys=len(query.values),
    )


def _others(
    asking: BuildSnapshot, query: Query, listed: Listed, shown: Sequence[Row]
) -> Row | None:
    """What the values without a row come to. Values of several dimensions have no filter that leaves them out."""
    if listed.found <= len(shown) or len(shown) > MOST_TOLD or len(query.values) > 1:
        return None
    told = tuple(str(row[0]) for row in shown)
    others = ((Condition(query.values[0], "is_not", told),),) if told else ()
    return _total(asking, replace(query, filters=(*query.filters, *others)), query.range)


def listed_values(
    asking: BuildSnapshot, query: Query, over: Range, shown: Sequence[str] | None = None
) -> Listed:
    """The values with the most, or those told; the sums first where days are read."""
    sums = tuple(name for name in query.measures if not _counts_people(name))
    sort = query.sort or query.measures[0]
    every = query.top > MOST_TOLD or query.offset > 0 or len(query.values) > 1
    if plan(query).source != "days" or sums == query.measures or sort not in sums or every:
        return _asked(asking, query, over, shown)
    # sums are cheap and people are not: who is shown is known before they are counted
    first = _asked(asking, replace(query, measures=sums), over, shown)
    unknown = plan(query).unavailable
    people = tuple(name for name in query.measures if name not in {*sums, *unknown})
    nobody: dict[str, Cell] = {n: 0 if measure(n).empty == "zero" else None for n in people}
    counted = _people(asking, replace(query, measures=people), over, [row[0] for row in first.rows])
    rows = []
    for value, *row in first.rows:
        known: dict[str, Cell] = dict.fromkeys(unknown)
        # a value may be gone again: a segment that is replayed is taken out in between
        known |= dict(zip(sums, row, strict=True)) | counted.get(value, nobody)
        rows.append((value, *(known[name] for name in query.measures)))
    return replace(first, rows=rows, every={**first.every, **counted.get(None, {})})


def _people(
    asking: BuildSnapshot, query: Query, over: Range, shown: Sequence[Cell]
) -> dict[Cell, dict[str, Cell]]:
    """How many people each of the values shown has; and all of them together, under None."""
    if not query.measures or not shown:
        return {}
    every = replace(query, dimensions=())
    these = Condition(query.values[0], "is", tuple(map(str, shown)))
    some = replace(query, filters=(*query.filters, (these,)))
    whole, asked = plan(every), asking.values(some, [over])
    tail, moved = asking.tail(every, whole, asked)
    rows = asking.ask(sql.people(some, plan(some), whole, tail=tail, moved=moved), asked)
    return {
        None if of_all else value: dict(zip(query.measures, cells, strict=True))
        for of_all, value, *cells in rows
    }


def _asked(
    asking: BuildSnapshot, query: Query, over: Range, shown: Sequence[str] | None = None
) -> Listed:
    """All of it at once."""
    found = _rows(asking, query, over, every=True, shown=shown)
    if not found:
        return Listed(0, [], {})
    count, whole = found[0][0], found[0][2 + len(query.values) :]
    assert isinstance(count, int)
    names = zip(query.measures, whole, strict=True)
    first = 1 + (query.offset if shown is None else 0)
    return Listed(
        count, [row[2:] for row in found[first:]], {n: c for n, c in names if _adds_up(query, n)}
    )


def _rows(
    asking: BuildSnapshot,
    query: Query,
    over: Range,
    *,
    every: bool,
    shown: Sequence[str] | None = None,
) -> list[Row]:
    way, asked = plan(query), asking.values(query, [over])
    tail, moved = asking.tail(query, way, asked)
    only = shown is not None
    text = sql.breakdown(query, way, tail=tail, moved=moved, every=every, only=only)
    return asking.ask(text, asked | ({"shown": list(shown)} if shown is not None else {}))


def _counts_people(name: str) -> bool:
    return bool(measure(name).value.people)


def _adds_up(query: Query, name: str) -> bool:
    """Whether the rows that a list is made from also tell the measure of all values together.

    Visits do: each has one value of every field. People have many, unless the rows know each of them.
    """
    way, bare = plan(query), plan(replace(query, dimensions=()))
    if name in way.unavailable or way.tail != bare.tail:
        return False
    if measure(name).scope == "pages" or not _counts_people(name):
        return True
    return way.source != "days" and way.source == bare.source


def _total(
    asking: BuildSnapshot, query: Query, over: Range, known: Mapping[str, Cell] | None = None
) -> Row:
    """All values as one row, without a name. What is no page's own is asked of whole days."""
    cells = dict(known or {})
    left = [name for name in query.measures if name not in cells]
    pages = tuple(name for name in left if measure(name).scope == "pages")
    others = tuple(name for name in left if name not in pages)
    for names, one in ((others, replace(query, dimensions=())), (pages, query)):
        if not names:
            continue
        way = plan(replace(one, measures=names))
        cells |= dict.fromkeys(way.unavailable)
        names = tuple(name for name in names if name not in way.unavailable)
        if not names:
            continue
        one = replace(one, measures=names)
        asked = asking.values(one, [over])
        tail, moved = asking.tail(one, way, asked)
        (row,) = asking.ask(sql.total(one, way, tail=tail, moved=moved), asked)
        cells.update(zip(names, row, strict=True))
    return (*(None for _ in query.values), *(cells[name] for name in query.measures))


def _same_values(
    asking: BuildSnapshot, query: Query, over: Range, shown: Sequence[Row]
) -> tuple[Row, ...]:
    """Rows of the same values over another range, in the same order."""
    keys = len(query.values)
    if len(shown) > MOST_TOLD or keys > 1:
        listed = listed_values(asking, replace(query, top=ALL_ROWS, offset=0), over)
    else:
        listed = listed_values(asking, query, over, [str(row[0]) for row in shown])
    whole = _total(asking, query, over, listed.every)
    by_value = {row[:keys]: row for row in listed.rows}
    nothing: tuple[Cell, ...] = tuple(
        0 if measure(name).empty == "zero" or measure(name).share_of else None
        for name in query.measures
    )
    return tuple(_shared(query, by_value.get(value, (*value, *nothing)), whole) for value in shown)


def _without_shares(query: Query, whole: Row) -> Row:
    """The row of all: a share of itself says nothing."""
    keys = len(query.values)
    named = zip(query.measures, whole[keys:], strict=True)
    return (*whole[:keys], *(None if measure(name).share_of else cell for name, cell in named))


def _shared(query: Query, row: Row, whole: Row) -> Row:
    """The row with its shares of all rows in place of the counts they are made from."""
    cells = list(row)
    for n, name in enumerate(query.measures, len(query.values)):
        if measure(name).share_of:
            part, every = row[n], whole[n]
            known = isinstance(part, (int, float)) and isinstance(every, (int, float)) and every
            cells[n] = part / every if known else None  # type: ignore[operator]
    return tuple(cells)
