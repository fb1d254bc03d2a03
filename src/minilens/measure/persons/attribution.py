"""Who stands behind a figure of attribution: those whose conversions a group touched or has credit for in a model;
those whose conversions two groups touched; those who converted by a way.

They come from the same journeys as the figures. Refunds are nobody: `times` are conversions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from minilens.errors import Refused, did_you_mean
from minilens.measure.attribution import columns
from minilens.measure.attribution.entries import UNMATCHED, Truth
from minilens.measure.attribution.figures import bucket_of, buckets, credit, in_order, weights
from minilens.measure.attribution.query import AttributionQuery, Model
from minilens.measure.attribution.run import Asking
from minilens.measure.attribution.shapley import Game
from minilens.measure.attribution.touches import Journeys, distinct
from minilens.measure.attribution.ways import led
from minilens.measure.events.columns import OTHERS
from minilens.measure.persons.query import Found, Place, Whole, gathered
from minilens.measure.prepared import AsOf
from minilens.measure.table import Cell
from minilens.warehouse.engine import Answer, Engine

_TOUCHED = "touched"


def behind(
    engine: Engine, query: AttributionQuery, place: Place, as_of: AsOf, made: Answer
) -> Found:
    """Those whose conversions a figure counts. Where it counts one for each of several groups, `times` does as well."""
    del as_of
    asking = Asking(engine, query, made)
    found = asking.journeys()
    chosen = _Chosen(query, found, asking, place)
    entries = {"ways": chosen.of_way, "overlap": chosen.of_pair, "models": chosen.of_groups}[
        query.show
    ]()
    rows, of = found.rows, found.entries.conversion[entries]
    return gathered(rows.person[of], rows.at[of], rows.at[of])


def check(query: AttributionQuery, place: Place) -> None:
    """Refused, naming the part, where there is no such figure."""
    known = [one.name for one in columns.measures(query) if one.has_persons]
    if place.measure and place.measure not in known:
        hint = did_you_mean(place.measure, known)
        raise Refused("unknown_choice", "measure", got=place.measure[:40], hint=hint)
    names = [one.name for one in columns.keys(query)]
    for name in place.keys:
        if name not in names:
            raise Refused("unknown_choice", "row", got=name[:40], hint=did_you_mean(name, names))
    _bucket(query, place.keys.get("day"))


def _bucket(query: AttributionQuery, said: Cell) -> int | None:
    """Which period of the answer a row is; None: all of them."""
    if said is None:
        return None
    try:
        day = datetime.fromisoformat(str(said)).date()
    except ValueError:
        raise Refused("bad_date", "row.day", got=str(said)[:40]) from None
    every: list[date] = buckets(query.rows.range, query.rows.grain)
    if day not in every:
        raise Refused("day_outside", "row.day", got=day.isoformat())
    return every.index(day)


@dataclass(frozen=True)
class _Chosen:
    """A figure of an answer, and the journeys that it is made of."""

    query: AttributionQuery
    found: Journeys
    asking: Asking
    place: Place

    @property
    def _own(self) -> Truth:
        """Which entries are conversions, of the period of the row."""
        own = ~self.found.entries.refund
        n = _bucket(self.query, self.place.keys.get("day"))
        return own if n is None else own & (bucket_of(self.query, self.found.entries.day) == n)

    def of_way(self) -> Whole:
        """Those that were led by a way; by all others by each that has no row of its own."""
        told = led(self.query, self.found)
        way = self.place.keys.get("way", "")
        if "way" not in self.place.keys:
            return np.flatnonzero(told.own)
        shown = told.order[: self.query.rows.top]
        kept = (
            [n for n in told.order if n not in set(shown)]
            if way in (None, OTHERS)
            else [n for n in told.order if told.names[n] == way]
        )
        return np.flatnonzero(told.own)[np.isin(told.way, kept)]

    def of_pair(self) -> Whole:
        """Those that a group touched, and another one or no other."""
        first, other = (column.name for column in columns.keys(self.query))
        group, beside = self.place.keys.get(first), self.place.keys.get(other)
        some = self._own
        if first in self.place.keys:
            some = some & self._touched(group)
        if beside == columns.ALONE:
            return np.flatnonzero(some & (self._groups_of() == 1))
        return np.flatnonzero(some & self._touched(beside) if other in self.place.keys else some)

    def _touched(self, value: Cell) -> Truth:
        """Which entries a group touched."""
        found = np.zeros(len(self.found.entries.day), np.bool_)
        wanted = [n for n, one in enumerate(self.found.touches.groups) if one[0] == value]
        for some, pairs in self.found.parts():
            here = np.isin(self.found.touches.group[pairs.touch], wanted)
            found[some.start + distinct(pairs.entry[here])] = True
        return found

    def _groups_of(self) -> Whole:
        """How many groups touched each entry."""
        count = np.zeros(len(self.found.entries.day), np.int64)
        groups = max(len(self.found.touches.groups), 1)
        for some, pairs in self.found.parts():
            key = distinct(pairs.entry * groups + self.found.touches.group[pairs.touch])
            np.add.at(count, some.start + key // groups, 1)
        return count

    def of_groups(self) -> Whole:
        """Those that the groups of a row touched, or are given credit for; once for each of these groups."""
        own, keys = self._own, self.place.keys
        names = [one.name for one in columns.keys(self.query) if one.name != "day"]
        values = {name: keys[name] for name in names if name in keys}
        model = None if self.place.measure in ("", _TOUCHED) else self.place.measure
        if not values:
            return np.flatnonzero(own)
        if columns.NO_TOUCH in values.values():
            bare = (self.found.count == 0) & (self.found.entries.conversion != UNMATCHED)
            return np.flatnonzero(own & bare)
        game = self.asking.game(self.found) if "data_driven" in self.query.models else None
        wanted = self._groups(values, names, game)
        parts = [np.zeros(0, np.int64), *self._given(wanted, model, game)]  # type: ignore[arg-type]
        entries = np.concatenate(parts)
        return entries[own[entries]]

    def _given(self, wanted: list[int], model: Model | None, game: Game | None) -> Iterator[Whole]:
        """Entries with a touch of these groups that has a weight."""
        groups = max(len(self.found.touches.groups), 1)
        for some, pairs in self.found.parts():
            group = self.found.touches.group[pairs.touch]
            here = np.isin(group, wanted)
            if model:
                size = some.stop - some.start
                here &= weights(self.query, model, self.found, pairs, game, size) > 0
            yield some.start + distinct(pairs.entry[here] * groups + group[here]) // groups

    def _groups(self, values: dict[str, Cell], names: list[str], game: Game | None) -> list[int]:
        """Of all others those without a row of their own."""
        every = self.found.touches.groups
        if OTHERS in values.values():
            given = credit(self.query, self.found, game)
            return in_order(self.query, self.found, given)[self.query.rows.top :]
        at = {names.index(name): value for name, value in values.items()}
        return [n for n, one in enumerate(every) if all(one[k] == value for k, value in at.items())]
