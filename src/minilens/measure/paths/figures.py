"""The table of paths: columns along the chosen way, or what flows from each column into the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from minilens.measure.paths import columns
from minilens.measure.paths.nodes import Nodes
from minilens.measure.paths.query import PathsQuery
from minilens.measure.paths.walks import ENDED, MAY_STILL, Walks, Whole
from minilens.measure.prepared import AsOf
from minilens.measure.table import Cost, Row, Table

#: In place of a node: all those that have no row of their own.
OTHERS = -3
#: The column of a link that has its paths.
_COUNT = 5


@dataclass(frozen=True)
class _Column:
    """What stands at one place: nodes that have rows with their counts, most first; how many all others are, and what
    they come to; how many paths are over.
    """

    shown: list[tuple[int, int]]
    other_nodes: int
    others: int
    ended: int
    may_still: int

    @property
    def total(self) -> int:
        return sum(count for _, count in self.shown) + self.others + self.ended + self.may_still


def table(query: PathsQuery, walks: Walks, nodes: Nodes, as_of: AsOf) -> Table:
    """The figures of these paths. `totals` has how many there are; of links `total_rows` how many there would be."""
    walks = ending(query, walks, nodes)
    every = (_along if query.show == "columns" else _links)(query, walks, nodes)
    found, links = (tuple(every), 0) if query.show == "columns" else _largest(query, tuple(every))
    keys = columns.keys(query)
    shown = (*keys, *columns.measures(query))
    return Table(
        columns=shown, rows=found, start=query.rows.range.start, end=query.rows.range.end, as_of=as_of.as_of,
        cost=Cost(0, 0, 0), keys=len(keys), today=as_of.today, total_rows=links,
        totals=(*(None,) * len(keys), len(walks), *(None,) * (len(shown) - len(keys) - 1)),
    )  # fmt: skip


def ending(query: PathsQuery, walks: Walks, nodes: Nodes) -> Walks:
    """Those of them that get to the end that is asked for."""
    return walks if query.end is None else walks.ending_with(nodes.number(query.end))


def _along(query: PathsQuery, walks: Walks, nodes: Nodes) -> Iterator[Row]:
    """Of each column its nodes, of those that followed the way so far; the first is the anchor."""
    began = len(walks)
    yield (0, *anchor(query, nodes), began, 1 if began else None, 1 if began else None, 1)
    way = [nodes.number(one) for one in query.chosen]
    for place in range(1, len(way) + 2):
        here = walks.at(place)
        kept = [way[place - 1]] if place <= len(way) else []
        column = column_of(here, query.top, kept)
        for kind, name, count, some in _rows_of(query, column, nodes):
            yield (place, kind, name, count, _part(count, column.total), _part(count, began), some)
        if kept:
            walks = walks.some(here == kept[0])


def _links(query: PathsQuery, walks: Walks, nodes: Nodes) -> Iterator[Row]:
    """From each node of a column to each of the next, for those that have the chosen nodes."""
    for place, one in enumerate(query.chosen, start=1):
        walks = walks.some(walks.at(place) == nodes.number(one))
    start = anchor(query, nodes)
    before = np.zeros(len(walks), np.int64)  # all paths begin with the same
    going = np.ones(len(walks), np.bool_)
    for place in range(1, query.steps + 1):
        here = _labelled(walks.at(place)[going], query.top)
        took = _took(walks, place)[going]
        found = _pairs(before[going], here, took)
        size: Counter[int] = Counter()
        into: Counter[int] = Counter()
        for (left, right), (count, _mean) in found.items():
            size[left] += count
            into[right] += count
        for (left, right), (count, mean) in sorted(
            found.items(), key=lambda one: (-one[1][0], one[0])
        ):
            begin = start if place == 1 else named(query, nodes, left)
            end = named(query, nodes, right)
            yield (place, *begin, *end, count, count / size[left], mean, into[right])
        before[going] = here
        going[going] = (here >= 0) | (here == OTHERS)


def _largest(query: PathsQuery, every: tuple[Row, ...]) -> tuple[tuple[Row, ...], int]:
    """The links that have neither too few nor too many paths, the largest of them in their order; and how many there
    are of these."""
    many = [int(str(row[_COUNT])) for row in every]
    kept = [n for n, count in enumerate(many) if query.least <= count <= (query.most or count)]
    largest = sorted(kept, key=lambda n: (-many[n], n))[: query.links or None]
    return tuple(every[n] for n in sorted(largest)), len(kept)


def _took(walks: Walks, place: int) -> Whole:
    """Of each path the milliseconds between two nodes; -1 where there are no two."""
    begun, ended = walks.moments(place - 1), walks.moments(place)
    if place == 1 and walks.how.anchor is None:
        return np.full(len(ended), -1, np.int64)
    return np.where((begun < 0) | (ended < 0), -1, np.abs(ended - begun))


def _pairs(
    left: Whole, right: Whole, took: Whole
) -> dict[tuple[int, int], tuple[int, float | None]]:
    """How often one stands before the other, and how many seconds lie between on the average."""
    span = int(right.max(initial=0)) - OTHERS + 1
    known, of, counts = np.unique(
        (left - OTHERS) * span + right - OTHERS, return_inverse=True, return_counts=True
    )
    timed = took >= 0
    some = np.bincount(of[timed], minlength=len(known))
    whole = np.bincount(of[timed], weights=took[timed], minlength=len(known))
    found: dict[tuple[int, int], tuple[int, float | None]] = {}
    for n, way in enumerate(known.tolist()):
        mean = float(whole[n]) / int(some[n]) / 1000 if some[n] else None
        found[(way // span + OTHERS, way % span + OTHERS)] = int(counts[n]), mean
    return found


def _labelled(here: Whole, top: int) -> Whole:
    """Nodes that have no row of their own become one."""
    kept = [node for node, _ in column_of(here, top, []).shown]
    return np.where((here < 0) | np.isin(here, kept), here, OTHERS)


def column_of(here: Whole, top: int, kept: list[int]) -> _Column:
    """What stands at one place; `kept` have rows however few they are."""
    known, counts = np.unique(here, return_counts=True)
    found: dict[int, int] = dict(zip(known.tolist(), counts.tolist(), strict=True))
    over = {one: found.pop(one, 0) for one in (ENDED, MAY_STILL)}
    order = sorted(found, key=lambda one: (-found[one], one))
    shown = order[:top]
    for one in kept:
        if one not in shown:
            shown.append(one)
    rest = [one for one in order if one not in set(shown)]
    return _Column(
        [(one, found.get(one, 0)) for one in shown], len(rest), sum(found[one] for one in rest),
        over[ENDED], over[MAY_STILL],
    )  # fmt: skip


def _rows_of(
    query: PathsQuery, column: _Column, nodes: Nodes
) -> Iterator[tuple[str, str, int, int | None]]:
    """Kind, name, how many paths, of how many nodes; what is over last."""
    for one, count in column.shown:
        yield (*nodes.named(one), count, 1)
    if column.others:
        yield (*columns.REST, column.others, column.other_nodes)
    if column.ended:
        yield (*columns.ended(query), column.ended, None)
    if column.may_still:
        yield (*columns.MAY_STILL, column.may_still, None)


def named(query: PathsQuery, nodes: Nodes, label: int) -> tuple[str, str]:
    """Kind and name of a node, or of what stands in place of one."""
    others = {ENDED: columns.ended(query), MAY_STILL: columns.MAY_STILL, OTHERS: columns.REST}
    return others.get(label) or nodes.named(label)


def anchor(query: PathsQuery, nodes: Nodes) -> tuple[str, str]:
    """Kind and name of what paths begin with."""
    if query.anchor is None:
        return columns.BEGINNING
    return nodes.named(nodes.number(query.anchor))


def _part(some: int, of: int) -> float | None:
    return some / of if of else None
