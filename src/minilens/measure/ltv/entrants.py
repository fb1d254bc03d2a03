"""Who entered when, and by what: as columns, and as a table by the numbers of persons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minilens.measure.events.sorting import dense
from minilens.measure.ltv.query import LtvQuery, since_1970

Whole = NDArray[np.int64]
#: Numbers of persons up to this are looked up in a table instead of being searched for.
_MOST_IN_A_TABLE = 1 << 26
#: The first day of those who never entered: behind all others.
FAR = np.iinfo(np.int32).max


@dataclass(frozen=True)
class Entrants:
    """Persons by their numbers, each once, in any order: the day they came first (since 1970) and their group.

    `texts`: of each group the values of its columns as statements have them.
    """

    number: Whole
    first: Whole
    group: Whole
    texts: tuple[tuple[str, ...], ...]

    def places(self, numbers: Any) -> Whole:
        """Where each of these persons stands; -1 where it is none of them."""
        found: Whole = self._places[self.index(numbers)]
        return found

    @cached_property
    def _places(self) -> Whole:
        return self.table(np.arange(len(self.number)), -1)

    def table(self, values: Whole, unless: int) -> Whole:
        """What each entrant has, by `index`; `unless`: what all others have."""
        searched = self._rising is not None
        made = np.full(len(self.number) + 1 if searched else self._top + 1, unless, values.dtype)
        made[self._order if searched else self.number] = values
        return made

    def index(self, numbers: Any) -> Whole:
        """Where each of these persons stands in a `table`."""
        if self._rising is None:
            return np.asarray(np.minimum(numbers, self._top), np.int64)
        at = np.maximum(np.searchsorted(self._rising, numbers, "right") - 1, 0)
        return np.where(self._rising[at] == numbers, at, len(self._rising))

    @cached_property
    def _top(self) -> int:
        return int(self.number.max()) + 1 if len(self.number) else 0

    @cached_property
    def _rising(self) -> Whole | None:
        """The numbers in order; None where they are few enough to be a table of their own."""
        return None if self._top < _MOST_IN_A_TABLE else np.sort(self.number)

    @cached_property
    def _order(self) -> Whole:
        """Of each entrant its place in that order."""
        order = np.empty(len(self.number), np.int64)
        order[np.argsort(self.number, kind="stable")] = np.arange(len(self.number))
        return order

    def cohorts(self, query: LtvQuery) -> Whole:
        """Of each the place of its cohort."""
        start = since_1970(query.days.start)
        firsts = np.array([since_1970(one) - start for one in query.cohorts], np.int64)
        days = np.arange(query.days.days, dtype=np.int64)
        found: Whole = (np.searchsorted(firsts, days, "right") - 1)[self.first - start]
        return found


def by_day(found: Any) -> Iterator[tuple[int, Any]]:
    """The days of a statement of persons by day, the last first, each with its persons."""
    persons = found.column("persons").combine_chunks()
    begins, numbers = persons.offsets.to_numpy(), persons.values.to_numpy()
    days = found.column("since").to_numpy()
    for n in np.argsort(-days, kind="stable").tolist():
        yield int(days[n]), numbers[begins[n] : begins[n + 1]]


def by_visit(found: Any) -> Entrants:
    """Those of `newcomers`, without groups. Who is told twice, as somebody may be until days are made again, came on
    the first of these days."""
    days = [*by_day(found)]
    number = np.concatenate([some for _, some in days] or [np.zeros(0, np.uint32)])
    first = np.repeat([day for day, _ in days], [len(some) for _, some in days]).astype(np.int64)
    every = Entrants(number, first, np.zeros(len(number), np.int64), ((),))
    last = every.places(number) == np.arange(len(number))
    if last.all():
        return every
    return Entrants(number[last], first[last], every.group[last], every.texts)


def touched(entrants: Entrants, found: Any, groups: int) -> Entrants:
    """The same, told apart by the touches of `touches` where these are of the first day."""
    person, day = found.column("person").to_numpy(), _whole(found, "first")
    first = entrants.table(entrants.first, FAR)[entrants.index(person)]
    known = np.flatnonzero(day == first)
    row = np.full(len(entrants.number), int(np.flatnonzero(day == 0)[0]), np.int64)
    row[entrants.places(person[known])] = known
    group, texts = _groups(found, groups, row)
    return Entrants(entrants.number, entrants.first, group, texts)


def by_event(found: Any, groups: int) -> Entrants:
    """Those of `first_events`."""
    number = _whole(found, "person")
    group, texts = _groups(found, groups, np.arange(len(number)))
    return Entrants(number, _whole(found, "first"), group, texts)


def _whole(found: Any, name: str) -> Whole:
    return np.asarray(found.column(name).to_numpy(), np.int64)


def coded(column: Any, numbers: dict[str, int]) -> Whole:
    """The texts of an array as numbers; new ones are added to those."""
    told = column if hasattr(column, "dictionary") else column.dictionary_encode()
    own = [numbers.setdefault(text, len(numbers)) for text in told.dictionary.to_pylist()]
    found: Whole = np.array(own, np.int32)[told.indices.to_numpy(zero_copy_only=False)]
    return found


def texts_of(column: Any) -> tuple[Whole, list[str]]:
    """The texts of a column as numbers, and what they stand for; of some there may be no row."""
    numbers: dict[str, int] = {}
    codes = [coded(chunk, numbers) for chunk in column.chunks]
    return np.concatenate(codes or [np.zeros(0, np.int32)]), list(numbers)


def _groups(found: Any, groups: int, order: Whole) -> tuple[Whole, tuple[tuple[str, ...], ...]]:
    """Of each person its group, and what groups stand for."""
    if not groups:
        return np.zeros(len(order), np.int64), ((),)
    columns = [texts_of(found.column(f"g{n}")) for n in range(groups)]
    code = np.zeros(len(order), np.int64)
    for codes, known_as in columns:
        code = code * (len(known_as) + 1) + codes[order]
    place, known = dense(code)
    texts: list[tuple[str, ...]] = []
    for number in known.tolist():
        some: list[str] = []
        for _, known_as in reversed(columns):
            number, at = divmod(number, len(known_as) + 1)
            some.append(known_as[at])
        texts.append(tuple(reversed(some)))
    return place, tuple(texts)
