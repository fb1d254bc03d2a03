"""Which values of a list changed the most between two ranges: of one of its measures, over all values of both."""

from __future__ import annotations

from minilens.measure.measures import Measure
from minilens.measure.query import SortBy
from minilens.measure.table import Cell, Row

#: Value, or values, that tell rows apart → the cell of the measure; its counts already divided where it is a share.
Cells = dict[Row, Cell]


def most_changed(
    measure: Measure, now: Cells, then: Cells, by: SortBy, *, ascending: bool
) -> list[Row]:
    """The values of either range, those that changed the most (or the least) first.

    A value that is gone has changed as well as one that is new. What is not known comes last, whatever the
    order: a rate that one of the ranges has not, the per cent of what was nothing before.
    """
    changes = {
        value: change(measure, _cell(measure, now, value), _cell(measure, then, value), by)
        for value in (*now, *(one for one in then if one not in now))
    }
    known = sorted(
        ((moved, value) for value, moved in changes.items() if moved is not None),
        key=lambda one: (one[0] if ascending else -one[0], tuple(map(str, one[1]))),
    )
    unknown = sorted(
        (value for value, moved in changes.items() if moved is None),
        key=lambda value: tuple(map(str, value)),
    )
    return [*(value for _, value in known), *unknown]


def change(measure: Measure, now: Cell, then: Cell, by: SortBy) -> float | None:
    """By how much a cell moved, or by how many parts of what it was; shares and rates move by points either way."""
    if not isinstance(now, (int, float)) or not isinstance(then, (int, float)):
        return None
    if by == "change" or measure.unit == "ratio":
        return float(now - then)
    return (now - then) / abs(then) if then else None


def _cell(measure: Measure, cells: Cells, value: Row) -> Cell:
    """A value without a row has none of what is counted; a share of nothing is nothing, too."""
    if value in cells:
        return cells[value]
    return 0 if measure.empty == "zero" or measure.share_of else None
