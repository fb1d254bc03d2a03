"""The table of attribution: groups with what each model gives them, pairs of groups, or ways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

import numpy as np

from minilens.measure.attribution import columns
from minilens.measure.attribution.entries import UNMATCHED, Whole
from minilens.measure.attribution.models import OF_ONE, WEIGHTS, handed_out
from minilens.measure.attribution.query import AttributionQuery, Model
from minilens.measure.attribution.shapley import Game
from minilens.measure.attribution.touches import Journeys, Pairs, distinct
from minilens.measure.events.columns import OTHERS
from minilens.measure.prepared import AsOf
from minilens.measure.table import Cell, Cost, Row, Table
from minilens.period import Grain, Range, floor, held

_EPOCH = date(1970, 1, 1)
#: Amounts leave in two halves, so that no sum of them is too large.
_HALF = 32


class Sums:
    """Exact sums of millionths by place."""

    def __init__(self, places: int) -> None:
        self._high, self._low = np.zeros(places, np.int64), np.zeros(places, np.int64)

    def add(self, place: Whole, amount: Whole) -> None:
        """Add each amount where it belongs."""
        np.add.at(self._high, place, amount >> _HALF)
        np.add.at(self._low, place, amount & ((1 << _HALF) - 1))

    def all(self) -> list[int]:
        """What stands at each place."""
        pairs = zip(self._high.tolist(), self._low.tolist(), strict=True)
        return [(high << _HALF) + low for high, low in pairs]


@dataclass(frozen=True)
class Credit:
    """What each model gave, in millionths: of each group, behind them NO_TOUCH and UNMATCHED, each bucket. `touched`:
    how many conversions each of them has."""

    models: Mapping[Model, list[list[int]]]
    touched: list[list[int]]


def buckets(over: Range, grain: str) -> list[date]:
    """The first day of each bucket of the answer; one of the whole range."""
    return [over.start] if grain == "whole" else over.buckets(cast("Grain", grain))


def bucket_of(query: AttributionQuery, day: Whole) -> Whole:
    """Of each day, counted since 1970, the place of its bucket."""
    firsts = [(one - _EPOCH).days for one in buckets(query.rows.range, query.rows.grain)]
    return np.searchsorted(np.array(firsts), day, "right").astype(np.int64) - 1


def credit(query: AttributionQuery, journeys: Journeys, game: Game | None) -> Credit:
    """All that is handed out."""
    groups = len(journeys.touches.groups)
    count = len(buckets(query.rows.range, query.rows.grain))
    bucket = bucket_of(query, journeys.entries.day)
    sums = {model: Sums((groups + 2) * count) for model in query.models}
    touched = Sums((groups + 2) * count)
    for some, pairs in journeys.parts():
        entries, here = journeys.entries.some(some), bucket[some]
        group = journeys.touches.group[pairs.touch]
        place = group * count + here[pairs.entry]
        bare = np.flatnonzero(journeys.count[some] == 0)
        behind = (
            np.where(entries.conversion[bare] == UNMATCHED, groups + 1, groups) * count + here[bare]
        )
        for model in query.models:
            weight = weights(query, model, journeys, pairs, game, len(here))
            if model in OF_ONE:
                won = np.flatnonzero(weight)
                sums[model].add(place[won], entries.amount[pairs.entry[won]])
            else:
                sums[model].add(place, handed_out(entries.amount, weight, pairs))
            sums[model].add(behind, entries.amount[bare])
        once = distinct(pairs.entry * groups + group)
        once = once[~entries.refund[once // max(groups, 1)]]
        touched.add(
            (once % max(groups, 1)) * count + here[once // max(groups, 1)], np.ones_like(once)
        )
        bare_own = ~entries.refund[bare]
        touched.add(behind[bare_own], np.ones(int(bare_own.sum()), np.int64))
    return Credit(
        {model: _by_group(one, count) for model, one in sums.items()}, _by_group(touched, count)
    )


def weights(
    query: AttributionQuery, model: Model, journeys: Journeys, pairs: Pairs, game: Game | None, entries: int
) -> Whole:  # fmt: skip
    """What each touch weighs in a model."""
    if model == "data_driven":
        assert game is not None
        return game.weights(pairs, entries)
    return WEIGHTS[model](query, journeys.touches, pairs)


def _by_group(sums: Sums, count: int) -> list[list[int]]:
    every = sums.all()
    return [every[n : n + count] for n in range(0, len(every), count)]


def in_order(query: AttributionQuery, journeys: Journeys, found: Credit) -> list[int]:
    """Groups, those with the most of the leading model first; then by how many conversions they touched."""
    lead = found.models[query.models[0]]
    groups = journeys.touches.groups
    known = [n for n in range(len(groups)) if any(found.touched[n]) or any(map(any, _of(found, n)))]
    return sorted(known, key=lambda n: (-sum(lead[n]), -sum(found.touched[n]), groups[n]))


def _of(found: Credit, group: int) -> Iterator[list[int]]:
    return (one[group] for one in found.models.values())


def table(query: AttributionQuery, journeys: Journeys, found: Credit, as_of: AsOf) -> Table:
    """A row a group, or a row each of its buckets; behind the groups what no touch brought, and refunds that found no
    conversion. `totals` is all that was handed out: conversions and values less refunds."""
    groups, keys = journeys.touches.groups, len(query.by)
    order = in_order(query, journeys, found)
    shown = [((*groups[n],), [n]) for n in order[: query.rows.top]]
    rest = order[query.rows.top :]
    for value, place in ((columns.NO_TOUCH, len(groups)), (columns.UNMATCHED, len(groups) + 1)):
        if any(map(any, _of(found, place))) or any(found.touched[place]):
            shown.append(((value,) * keys, [place]))
    first = buckets(query.rows.range, query.rows.grain)
    timed = query.rows.grain != "whole"
    if timed and rest and query.rows.include_other:
        shown.append(((OTHERS,) * keys, rest))
    rows: list[Row] = []
    for named, places in shown:
        for n, day in enumerate(first):
            known = day <= as_of.today or not timed
            cells = _cells(query, found, places, [n], known=known)
            rows.append((*named, day, *cells) if timed else (*named, *cells))
    every = [*range(len(groups) + 2)]
    all_of = _cells(query, found, every, [*range(len(first))])
    total = (*all_of[:-1], int(np.count_nonzero(~journeys.entries.refund)))
    others = (
        _cells(query, found, rest, [0]) if rest and query.rows.include_other and not timed else None
    )
    grain = cast("Grain", query.rows.grain if timed else "day")
    over, today = query.rows.range, as_of.today
    return Table(
        columns=(*columns.keys(query), *columns.measures(query)), rows=tuple(rows), start=over.start, end=over.end,
        as_of=as_of.as_of, cost=Cost(0, 0, 0), keys=keys + timed, today=today, total_rows=len(order),
        totals=(*(None,) * (keys + timed), *total),
        other=None if others is None else (*(None,) * keys, *others),
        running=timed and over.end >= today >= floor(over.start, grain),
        held=tuple(held(over, cast("date", row[keys]), grain) for row in rows)
        if query.rows.grain in ("week", "month") else (),
    )  # fmt: skip


def _cells(
    query: AttributionQuery, found: Credit, places: list[int], at: list[int], *, known: bool = True
) -> tuple[Cell, ...]:
    """What some groups have in some buckets; a conversion that several of them touched is each one's."""
    if not known:
        return (None,) * (len(query.models) + 1)
    sums = [
        sum(found.models[model][place][n] for place in places for n in at) for model in query.models
    ]
    touched = sum(found.touched[place][n] for place in places for n in at)
    return (*map(plain, sums), touched)


def plain(millionths: int) -> int | float:
    """As a number; a whole one without a point."""
    return millionths // 1_000_000 if millionths % 1_000_000 == 0 else millionths / 1_000_000


def day_of(number: int) -> date:
    """The day that is so many behind 1970."""
    return _EPOCH + timedelta(days=number)
