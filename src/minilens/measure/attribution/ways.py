"""Which groups touched the same conversions, and the ways of touches that led to them. Refunds are no part of these."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from minilens.measure.attribution import columns
from minilens.measure.attribution.entries import Truth, Whole
from minilens.measure.attribution.figures import Sums, plain
from minilens.measure.attribution.query import MOST_STEPS, AttributionQuery
from minilens.measure.attribution.touches import Journeys, Pairs, distinct
from minilens.measure.prepared import AsOf
from minilens.measure.table import Cell, Cost, Row, Table

#: Groups whose pairs are told, those that touched the most conversions.
MOST_GROUPS = 30


def overlap(query: AttributionQuery, journeys: Journeys, as_of: AsOf) -> Table:
    """A row each group and each other that touched some of the same conversions; (alone) where no other did."""
    groups = len(journeys.touches.groups)
    every = _own(journeys)
    touched = np.zeros(max(groups, 1), np.int64)
    for _, entry, group in every:
        np.add.at(touched, group, 1)
        del entry
    largest = sorted(range(groups), key=lambda n: (-touched[n], journeys.touches.groups[n]))
    kept = [n for n in largest[: min(query.rows.top, MOST_GROUPS)] if touched[n]]
    counts, amounts = _pairs_of(journeys, every, kept)
    rows: list[Row] = []
    for n, one in enumerate(kept):
        many = int(touched[one])
        others = sorted((m for m in range(len(kept)) if m != n), key=lambda m: -counts[n][m])
        for m in [n, *others]:
            if not counts[n][m]:
                continue
            name = columns.ALONE if m == n else journeys.touches.groups[kept[m]][0]
            cells: list[Cell] = [counts[n][m], counts[n][m] / many]
            cells += [plain(amounts[n][m])] if query.counts == "value" else []
            rows.append((journeys.touches.groups[one][0], name, *cells))
    return _framed(query, journeys, as_of, rows, len(largest), share=None)


def _own(journeys: Journeys) -> list[tuple[slice, Whole, Whole]]:
    """Each conversion with each group that touched it, once; part after part."""
    groups, found = max(len(journeys.touches.groups), 1), []
    for some, pairs in journeys.parts():
        key = distinct(pairs.entry * groups + journeys.touches.group[pairs.touch])
        entry, group = key // groups, key % groups
        kept = ~journeys.entries.refund[some][entry]
        found.append((some, entry[kept], group[kept]))
    return found


def _pairs_of(
    journeys: Journeys, every: list[tuple[slice, Whole, Whole]], kept: list[int]
) -> tuple[list[list[int]], list[list[int]]]:
    """Conversions of each pair of groups, and what they come to in millionths; of a group with itself those that it
    alone touched."""
    size = len(kept)
    count, amount = Sums(size * size), Sums(size * size)
    place = np.full(len(journeys.touches.groups) + 1, -1, np.int64)
    place[kept] = np.arange(size)
    for some, entry, group in every:
        entries = some.stop - some.start
        own = journeys.entries.amount[some]
        has = np.zeros((entries, size), np.bool_)
        told = place[group] >= 0
        has[entry[told], place[group][told]] = True
        single = np.bincount(entry, minlength=entries) == 1
        for n in range(size):
            for m in range(size):
                here = has[:, n] & (single if n == m else has[:, m])
                where = np.flatnonzero(here)
                at = np.full(len(where), n * size + m, np.int64)
                count.add(at, np.ones_like(at))
                amount.add(at, own[where])
    return _square(count.all(), size), _square(amount.all(), size)


def _square(every: list[int], size: int) -> list[list[int]]:
    return [every[n * size : (n + 1) * size] for n in range(size)]


def ways(query: AttributionQuery, journeys: Journeys, as_of: AsOf) -> Table:
    """A row each way: the groups of the touches of a conversion one after the other, repeats as one, the newest ten of
    them. Most conversions first."""
    told = led(query, journeys)
    own, way, many, names, order = told.own, told.way, told.many, told.names, told.order
    amount, count = journeys.entries.amount[own], journeys.count[own]
    seconds = _took(journeys)[own]
    value = Sums(len(names))
    value.add(way, amount)
    sums, total = value.all(), len(way)
    mean = np.bincount(way, weights=count, minlength=len(names)) / np.maximum(many, 1)
    took = np.bincount(way, weights=seconds, minlength=len(names)) / np.maximum(many, 1)
    rows: list[Row] = []
    for n in order[: query.rows.top]:
        touched = names[n] != columns.NO_TOUCH
        cells: list[Cell] = [int(many[n]), int(many[n]) / total]
        cells += [plain(sums[n])] if query.counts == "value" else []
        rows.append((names[n], *cells, float(mean[n]), float(took[n]) if touched else None))
    rest, other = order[query.rows.top :], None
    if rest and query.rows.include_other:
        gone = sum(int(many[n]) for n in rest)
        more = [plain(sum(sums[n] for n in rest))] if query.counts == "value" else []
        other = (None, gone, gone / total, *more, None, None)
    framed = _framed(query, journeys, as_of, rows, len(names), share=1 if total else None, own=own)
    return replace(framed, other=other)


@dataclass(frozen=True)
class Led:
    """`own`: which entries are conversions by a way; of each of them its `way`. Of each way how `many` they are and its
    name; `order`: ways, those of the most conversions first."""

    own: Truth
    way: Whole
    many: Whole
    names: list[str]
    order: list[int]


def led(query: AttributionQuery, journeys: Journeys) -> Led:
    """Which way led to each conversion."""
    parts = [_steps(journeys, some, pairs) for some, pairs in journeys.parts()]
    none = np.zeros((0, MOST_STEPS), np.int64)
    steps = np.concatenate([none, *parts])
    own = ~journeys.entries.refund & _through(query, journeys, steps)
    known, way, many = np.unique(steps[own], axis=0, return_inverse=True, return_counts=True)
    names = [_named(journeys, one) for one in known]
    order = sorted(range(len(known)), key=lambda n: (-int(many[n]), names[n]))
    return Led(own, way.reshape(-1), many, names, order)


def _through(query: AttributionQuery, journeys: Journeys, steps: Whole) -> Truth:
    """Which entries have a touch of one of the groups that are asked for."""
    if not query.through:
        return np.ones(len(steps), np.bool_)
    groups = journeys.touches.groups
    asked = [n for n, names in enumerate(groups) if names[0] in query.through]
    found: Truth = np.logical_or.reduce(np.isin(steps, asked), axis=1)
    return found


def _steps(journeys: Journeys, some: slice, pairs: Pairs) -> Whole:
    """Of each entry its groups from the last backwards, repeats as one, -1 behind them."""
    entries = some.stop - some.start
    found = np.full((entries, MOST_STEPS), -1, np.int64)
    if not len(pairs.entry):
        return found
    group = journeys.touches.group[pairs.touch]
    following = np.concatenate([group[1:], np.full(1, -1)])
    kept = pairs.last | (group != following)
    entry, group = pairs.entry[kept], group[kept]
    size = np.bincount(entry, minlength=entries)
    began = np.cumsum(size) - size
    place = size[entry] - 1 - (np.arange(len(entry)) - began[entry])
    told = place < MOST_STEPS
    found[entry[told], place[told]] = group[told]
    return found


def _took(journeys: Journeys) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Seconds from the first touch of each entry to its conversion; 0 where it has none."""
    has = journeys.count > 0
    found = np.zeros(len(has))
    of = journeys.entries.conversion[has]
    found[has] = (journeys.rows.at[of] - journeys.touches.at[journeys.low[has]]) / 1000
    return found


def _named(journeys: Journeys, steps: Whole) -> str:
    names = [journeys.touches.groups[n][0] for n in steps[::-1].tolist() if n >= 0]
    return columns.THEN.join(names) if names else columns.NO_TOUCH


def _framed(
    query: AttributionQuery, journeys: Journeys, as_of: AsOf, rows: list[Row], found: int, share: int | None,
    own: Truth | None = None,
) -> Table:  # fmt: skip
    keys, shown = columns.keys(query), columns.measures(query)
    own = ~journeys.entries.refund if own is None else own
    whole: list[Cell] = [int(own.sum()), share]
    if query.counts == "value":
        whole.append(plain(sum(journeys.entries.amount[own].tolist())))
    whole += [None] * (len(shown) - len(whole))
    over = query.rows.range
    return Table(
        columns=(*keys, *shown), rows=tuple(rows), start=over.start, end=over.end, as_of=as_of.as_of,
        cost=Cost(0, 0, 0), keys=len(keys), today=as_of.today, total_rows=found,
        totals=(*(None,) * len(keys), *whole),
    )  # fmt: skip
