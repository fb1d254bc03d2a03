"""Launches as touches, in the order of persons and moments; and which of them lie before each conversion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from minilens.measure.attribution.entries import UNMATCHED, Entries, Rows, Truth, Whole
from minilens.measure.attribution.query import AttributionQuery
from minilens.measure.events.sorting import by_owner, dense

#: So many touches of a conversion count, the newest; and so many are looked at at once.
MOST_TOUCHES, AT_ONCE = 10_000, 2_000_000


@dataclass(frozen=True)
class Touches:
    """By person and moment. `group`: the place of its values in `groups`."""

    person: Whole
    at: Whole
    launch: Any
    kind: Whole
    group: Whole
    groups: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Pairs:
    """Touches before some entries: of each pair which entry (from 0), the place of the touch among those of its entry,
    how many these are, and which touch it is. `began`: where those of each entry begin."""

    entry: Whole
    place: Whole
    count: Whole
    touch: Whole
    began: Whole

    @cached_property
    def begins(self) -> Whole:
        """Where the pairs of each entry that has any begin."""
        return np.flatnonzero(self.place == 0)

    @cached_property
    def counts(self) -> Whole:
        """How many pairs each of these has."""
        return self.count[self.begins]

    @cached_property
    def last(self) -> Truth:
        """Which are the last ones of their entries."""
        found: Truth = self.place == self.count - 1
        return found


def distinct(some: Whole) -> Whole:
    """Each number once, in order."""
    every = np.sort(some)
    first = np.ones(len(every), np.bool_)
    first[1:] = every[1:] != every[:-1]
    return every[first]


def touches_of(query: AttributionQuery, answers: Sequence[Any]) -> Touches:
    """The rows of all of these answers, ordered."""
    import pyarrow  # type: ignore[import-untyped]

    found = pyarrow.concat_tables(
        [
            one.select(["person", "at", "launch", "kind", *_names(query)])
            for one in [one for one in answers if one.num_rows] or answers[:1]
        ]
    )
    person, at, kind = (
        np.asarray(found.column(name).to_numpy(), np.int64) for name in ("person", "at", "kind")
    )
    launch = found.column("launch").to_numpy()
    places = by_owner(person, at, lambda some: (launch[some],))
    group, groups = groups_of(query, found)
    return Touches(person[places], at[places], launch[places], kind[places], group[places], groups)


def _names(query: AttributionQuery) -> list[str]:
    return [f"g{n}" for n in range(len(query.by))]


def groups_of(query: AttributionQuery, found: Any) -> tuple[Whole, tuple[tuple[str, ...], ...]]:
    """Of each row the number of its group, and what these stand for."""
    return _groups([found.column(name) for name in _names(query)], found.num_rows)


def _groups(columns: list[Any], count: int) -> tuple[Whole, tuple[tuple[str, ...], ...]]:
    """One number for each combination of values."""
    if not count:
        return np.zeros(0, np.int64), ()
    code = np.zeros(count, np.int64)
    every: list[list[str]] = []
    for column in columns:
        whole = column.unify_dictionaries().combine_chunks()
        whole = whole.combine_chunks() if hasattr(whole, "combine_chunks") else whole
        texts = whole.dictionary.to_pylist()
        code = code * len(texts) + whole.indices.to_numpy(zero_copy_only=False)
        every.append(texts)
    group, known = dense(code)
    named = []
    for one in known.tolist():
        values = []
        for texts in reversed(every):
            values.append(str(texts[one % len(texts)]))
            one //= len(texts)
        named.append(tuple(reversed(values)))
    return group, tuple(named)


@dataclass(frozen=True)
class Journeys:
    """Entries with the slice of touches that each has: from `low` to before `high`."""

    rows: Rows
    entries: Entries
    touches: Touches
    low: Whole
    high: Whole

    @property
    def count(self) -> Whole:
        """How many touches each has."""
        return self.high - self.low

    def parts(self) -> Iterator[tuple[slice, Pairs]]:
        """The entries, part after part, with their pairs: no more at once than memory holds."""
        many = np.cumsum(self.count)
        begin, total = 0, len(many)
        while begin < total:
            base = int(many[begin - 1]) if begin else 0
            end = max(begin + 1, int(np.searchsorted(many, base + AT_ONCE, "right")))
            yield slice(begin, end), self.pairs(slice(begin, end))
            begin = end

    def pairs(self, some: slice) -> Pairs:
        """The touches of some of the entries."""
        count = self.count[some]
        began = np.cumsum(count) - count
        entry = np.repeat(np.arange(len(count)), count)
        place = np.arange(int(count.sum())) - began[entry]
        return Pairs(entry, place, count[entry], self.low[some][entry] + place, began)


def journeys(query: AttributionQuery, rows: Rows, entries: Entries, touches: Touches) -> Journeys:
    """Which touches each entry has: those of its person in the window before its conversion, both edges included."""
    known = entries.conversion != UNMATCHED
    of = np.where(known, entries.conversion, 0)
    if not len(rows.at):
        none = np.zeros(len(of), np.int64)
        return Journeys(rows, entries, touches, none, none)
    persons = distinct(rows.person)
    base = int(min(rows.at.min(), touches.at.min(initial=rows.at.min()))) - query.window - 1
    span = int(max(rows.at.max(), touches.at.max(initial=rows.at.max()))) - base + 2
    place = np.searchsorted(persons, rows.person[of]) * span
    line = np.searchsorted(persons, touches.person) * span + (touches.at - base)
    moment = rows.at[of] - base
    low = np.searchsorted(line, place + moment - query.window, "left")
    high = np.searchsorted(line, place + moment, "right")
    low = np.maximum(low, high - MOST_TOUCHES)
    return Journeys(rows, entries, touches, np.where(known, low, 0), np.where(known, high, 0))
