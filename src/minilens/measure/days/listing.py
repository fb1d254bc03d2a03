"""Lists that are read from days, over the range and the one beside it at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minilens.measure.days import list_sql, sql
from minilens.measure.days.snapshot import BuildSnapshot
from minilens.measure.days.visit_rows import of_persons_alone
from minilens.measure.measures import Measure
from minilens.measure.plan import Plan
from minilens.measure.table import Cell, Row

#: Of more values than these nothing is asked by naming them.
MOST_TOLD = 1000
#: Dimensions that may have so many values that those shown are found before their people are counted.
_MANY_VALUES = ("page", "city", "code", "query")


@dataclass(frozen=True)
class Listed:
    """How many values there are, the rows of those shown, what is known of all from the same rows, and the row of
    those without a value where it was asked for.
    """

    found: int
    rows: list[Row]
    every: Mapping[Measure, Cell]
    unknown: Row | None = None


def together(asking: BuildSnapshot, plan: Plan) -> list[Listed] | None:
    """The list over each range of the question, of the same values; None where that takes other statements."""
    query, whole = plan.query, plan.of(dimensions=(), cutoff=None)
    alone = plan.source == "visits" and of_persons_alone(query, sql.of_rows(plan, None))
    if plan.source != "days" and not alone:
        return None
    # what is known of persons by the end of one range is not what is known by the end of the other
    if len(query.values) > 1 or query.cut or query.sort_by != "value" or (alone and query.compare):
        return None
    if query.top > MOST_TOLD or not plan.available or plan.tail != whole.tail:
        return None
    if (plan.of_touch or alone) and asking.tail(plan, asking.values(query, query.parts)).more:
        return None
    if query.include_unknown and not query.unknown_is_a_row:
        return None
    measures = plan.available
    sums = tuple(one for one in measures if not one.value.people)
    many = query.values[0].name in _MANY_VALUES or any(one.scope == "pages" for one in measures)
    if not alone and (sums == measures or (plan.leading in sums and many)):
        return _in_two_steps(asking, plan, whole, sums)
    if any(one.scope == "pages" for one in measures):
        return None
    return listed(asking, plan, whole)


def listed(
    asking: BuildSnapshot, plan: Plan, whole: Plan | None, *, either: bool = False
) -> list[Listed]:
    """All measures at once; `either`: also values that only the other range has."""
    query = plan.query
    asked = asking.values(query, query.parts)
    text = list_sql.listed(plan, whole, asking.tail(plan, asked), either=either)
    found, every = 0, None
    rows: list[Row] = []
    for count, of_all, value, *cells in asking.ask(text, asked):
        found = int(str(count))
        if of_all:
            every = cells
        else:
            rows.append((value, *cells))
    unknown: Row | None = None
    if query.unknown_is_a_row:
        unknown = next((row[1:] for row in rows if row[0] == ""), ())
        rows = in_place(plan, rows, 2 + query.measures.index(plan.leading))
    shown = rows[query.offset : query.offset + query.top]
    return [
        Listed(
            found,
            [(row[0], *cells_of(plan, row[1:], n)) for row in shown],
            _known(plan, every, n) if every else {},
            (None, *cells_of(plan, unknown, n)) if unknown is not None else None,
        )
        for n in range(len(query.parts))
    ]


def _known(plan: Plan, every: list[Cell], n: int) -> dict[Measure, Cell]:
    """What is known of all values together."""
    cells = zip(plan.query.measures, cells_of(plan, every, n), strict=True)
    return {one: cell for one, cell in cells if one not in plan.unavailable}


def in_place(plan: Plan, rows: list[Row], at: int) -> list[Row]:
    """The row of the unknown value, which came first, where its order has it: before others with as many. `at`: where
    rows have what orders them.
    """
    if not rows or rows[0][0] != "":
        return rows
    first, *others = rows
    own = first[at]
    leads = (row[at] for row in others)
    before = [one for one in leads if one is not None and (own is None or _leads(plan, one, own))]
    return [*others[: len(before)], first, *others[len(before) :]]


def _leads(plan: Plan, one: Cell, other: Cell) -> bool:
    up = plan.query.ascending
    assert isinstance(one, int | float)
    assert isinstance(other, int | float)
    return one < other if up else one > other


def cells_of(plan: Plan, cells: Sequence[Cell], n: int) -> Row:
    """Those of one range; of a value that it has not, nothing."""
    measures = plan.query.measures
    width = 1 + len(measures)
    has, *own = cells[n * width : (n + 1) * width] or (0, *(None for _ in measures))
    return tuple(own) if has else nothing(plan)


def nothing(plan: Plan) -> Row:
    """The cells of a value without a row."""
    return tuple(
        None if one in plan.unavailable else 0 if one.empty == "zero" or one.share_of else None
        for one in plan.query.measures
    )


def _in_two_steps(
    asking: BuildSnapshot, plan: Plan, whole: Plan, sums: tuple[Measure, ...]
) -> list[Listed]:
    """Sums are cheap and people are not: who is shown is known before they are counted."""
    query = plan.query
    first = listed(asking, plan.of(measures=sums), None)
    people = tuple(one for one in plan.available if one not in sums)
    shown = [str(row[0]) for row in first[0].rows]
    counted: dict[Cell, list[Cell]] = {}
    some = plan.of(measures=people)
    if people and shown:
        told = list_sql.of_values(some, shown)
        asked = asking.values(told.query, query.parts)
        counted_whole = whole.of(measures=people)
        text = list_sql.told(told, counted_whole, asking.tail(counted_whole, asked))
        for of_all, value, *cells in asking.ask(text, asked):
            counted[None if of_all else value] = list(cells)
    lists = []
    for n, one in enumerate(first):
        every = dict(one.every)
        if None in counted:
            every |= dict(zip(people, cells_of(some, counted[None], n), strict=True))
        rows = []
        for value, *row in one.rows:
            known: dict[Measure, Cell] = dict.fromkeys(plan.unavailable)
            # a value may be gone again: a segment that is replayed is taken out in between
            known |= dict(zip(sums, row, strict=True))
            known |= dict(zip(people, cells_of(some, counted.get(value, []), n), strict=True))
            rows.append((value, *(known[m] for m in query.measures)))
        lists.append(Listed(one.found, rows, every))
    return lists
