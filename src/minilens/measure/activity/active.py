"""Persons and periods as columns, and what each period had: fetched once, for every one of these questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minilens.errors import Refused
from minilens.measure.activity import sql
from minilens.measure.activity.query import LENGTHS
from minilens.measure.activity.sets import Bits, Persons, Places, Whole, numbered, size
from minilens.measure.events.builds import Builds
from minilens.measure.session import cost
from minilens.measure.table import Cost
from minilens.period import FIRST_DAY, midnight, milliseconds
from minilens.warehouse.engine import Answer, Engine

Truth = NDArray[np.bool_]
#: As statements have no value.
NOTHING = "\0"


@dataclass(frozen=True)
class Stretches:
    """Pairs of a person and a stretch of time in which it returned, in the order of stretches, with the moments of the
    first and the last return in it; in milliseconds, as is the `length` of a stretch."""

    length: int
    place: Places
    stretch: Whole
    least: Whole
    most: Whole

    def between(self, first: int, last: int | None) -> slice:
        """Those of the stretches that these moments lie in, and of all between; without a last one all that follow."""
        begin = int(np.searchsorted(self.stretch, first // self.length))
        if last is None:
            return slice(begin, None)
        return slice(begin, int(np.searchsorted(self.stretch, last // self.length, "right")))


@dataclass(frozen=True)
class Active:
    """Pairs of a person and a period, in the order of periods; -1 is all that lies before the first. `number`: of each
    place the number of its person. `go_on` ends the work of those who have gone: every look at a period asks it.
    `who`: where nothing else is asked of pairs, instead of them of each flag and period those who have it.
    """

    persons: Persons
    place: Places
    period: NDArray[np.int16]
    columns: dict[str, Any] = field(hash=False)
    cost: Cost
    stretches: Stretches | None = None
    number: Whole = field(default_factory=lambda: np.zeros(0, np.int64), hash=False)
    go_on: Callable[[], None] = field(default=lambda: None, hash=False)
    who: Mapping[tuple[str, int], Bits] | None = field(default=None, hash=False)

    @property
    def last(self) -> int:
        """The last period that anybody is in; -1 where nobody is in any."""
        if self.who is not None:
            return max((period for _, period in self.who), default=-1)
        return int(self.period[-1]) if len(self.period) else -1

    @cached_property
    def _edges(self) -> Whole:
        return np.searchsorted(self.period, np.arange(-1, self.last + 2, dtype=np.int16))

    def within(self, period: int) -> slice:
        """The pairs of a period."""
        self.go_on()
        if not -1 <= period < len(self._edges) - 2:
            return slice(0, 0)
        return slice(int(self._edges[period + 1]), int(self._edges[period + 2]))

    def that(self, flag: str, period: int) -> Bits:
        """Who has this flag in a period."""
        if self.who is not None:
            self.go_on()
            found = self.who.get((flag, period))
            return self.persons.none() if found is None else found
        return self.persons.at(self._places(flag, period))

    def picks(self, flag: str, period: int) -> Truth | Places:
        """The same to pick by, among values at the places of persons."""
        if self.who is not None:
            return self.persons.places(self.that(flag, period))
        return self._places(flag, period)

    def _places(self, flag: str, period: int) -> Places:
        here = self.within(period)
        found: Places = self.place[here][self.columns[flag][here] != 0]
        return found

    def numbers(self, some: Bits) -> Whole:
        """The numbers of some persons, in order."""
        return self.number[self.persons.places(some)]

    def added(self, name: str, period: int) -> tuple[Places, Whole, Whole]:
        """Places of persons, and the halves of what their numbers of a period come to."""
        here = self.within(period)
        return (
            self.place[here],
            self.columns[f"{name}_high"][here],
            self.columns[f"{name}_low"][here],
        )


def fetched(engine: Engine, asked: sql.Pairs, made: Answer, last: date) -> Active:
    """The pairs up to a day; with the stretches of time, where moments are asked for."""
    query, builds = asked.query, Builds(made)
    start = FIRST_DAY if asked.before else asked.first
    tail = builds.tail(query, last)
    statement = sql.statement(asked, builds.moved(query, engine.one, tail=tail), tail=tail)
    named = builds.bound(query, start, last) | {
        "first": asked.first, "first_ms": milliseconds(midnight(asked.first, query.timezone)),
    }  # fmt: skip
    spent = cost([made])
    if asked.only_who:
        text = sql.sets(asked, statement)
        lists = engine.arrow_of_each(text, named | statement.bound.values)
        return replace(_of_sets(lists, spent), go_on=engine.go_on)
    text = sql.pairs(asked, statement)
    found = [_few(engine.arrow(text, named | statement.bound.values))]
    if asked.moments:
        length = {"length": LENGTHS[asked.unit]}
        text = sql.stretches(asked, statement)
        found.append(_few(engine.arrow(text, named | length | statement.bound.values)))
    return replace(_sorted(asked, found, spent), go_on=engine.go_on)


def _few(found: Any) -> Any:
    """What came; Refused where that is more than is looked at."""
    if found.num_rows > sql.MOST_PAIRS:
        raise _too_many()
    return found


def _too_many() -> Refused:
    return Refused("too_many_pairs", "grain", limit=sql.MOST_PAIRS)


def _of_sets(found: Any, spent: Cost) -> Active:
    """Who was active in each period, of lists of their numbers, of which a period may have several."""
    lists = list(_lists(found))
    numbers = np.concatenate([np.zeros(0, np.uint32), *(some for *_, some in lists)])
    every = found.column("pairs").to_pylist()
    if max(every, default=0) > sql.MOST_PAIRS:
        raise _too_many()
    persons, places = numbered(numbers)
    number = np.zeros(persons.count, np.int64)
    number[places] = numbers
    who: dict[tuple[str, int], Bits] = {}
    begin = 0
    for flag, period, some in lists:
        bits = persons.at(places[begin : begin + len(some)])
        begin += len(some)
        who[flag, period] = who[flag, period] | bits if (flag, period) in who else bits
    if "who_returned" not in found.column_names:
        who |= {("returned", period): bits for (_, period), bits in who.items()}
    if _pairs_of(who) > sql.MOST_PAIRS:
        raise _too_many()
    spent = Cost(spent.rows + len(numbers), spent.bytes + int(found.nbytes), spent.milliseconds)
    none = np.zeros(0, np.int32)
    return Active(persons, none, none.astype(np.int16), {}, spent, number=number, who=who)


def _lists(found: Any) -> Iterator[tuple[str, int, NDArray[np.uint32]]]:
    """Each list of an answer, with its flag and period."""
    for batch in found.to_batches():
        periods = batch.column("period").to_pylist()
        for name in batch.schema.names:
            if name.startswith("who_"):
                column = batch.column(name)
                edges, values = column.offsets.to_pylist(), column.values.to_numpy()
                for n, period in enumerate(periods):
                    yield name.removeprefix("who_"), period, values[edges[n] : edges[n + 1]]


def _pairs_of(who: Mapping[tuple[str, int], Bits]) -> int:
    """How many persons and periods there are in all."""
    return sum(
        size(who["started", period] | who["returned", period])
        for flag, period in who
        if flag == "started"
    )


def _sorted(asked: sql.Pairs, every: list[Any], spent: Cost) -> Active:
    found = every[0]
    period = np.asarray(found.column("period").to_numpy(), np.int16)
    order = np.argsort(period, kind="stable")
    numbers = [np.asarray(one.column("person").to_numpy(), np.uint32) for one in every]
    persons, places = numbered(np.concatenate(numbers))
    number = np.zeros(persons.count, np.int64)
    number[places] = np.concatenate(numbers)
    place = places[: len(numbers[0])]
    columns = {
        name: coded(found.column(name), order) if name[0] == "g" else found.column(name).to_numpy()[order]
        for name in found.column_names
        if name not in ("person", "period")
    }  # fmt: skip
    read = sum(one.num_rows for one in every), sum(one.nbytes for one in every)
    spent = Cost(spent.rows + read[0], spent.bytes + read[1], spent.milliseconds)
    more = None
    if asked.moments:
        more = _stretches(LENGTHS[asked.unit], every[1], places[len(numbers[0]) :])
    return Active(persons, place[order], period[order], columns, spent, more, number)


def _stretches(length: int, found: Any, place: Places) -> Stretches:
    stretch, least, most = (
        np.asarray(found.column(name).to_numpy(), np.int64) for name in ("stretch", "least", "most")
    )
    order = np.argsort(stretch, kind="stable")
    return Stretches(length, place[order], stretch[order], least[order], most[order])


@dataclass(frozen=True)
class Coded:
    """A column of texts as numbers, and what they stand for."""

    codes: Whole
    texts: list[str]


def coded(column: Any, order: Whole) -> Coded:
    """The texts of a column, in another order."""
    encoded = column.combine_chunks().dictionary_encode()
    if hasattr(encoded, "chunks"):
        encoded = encoded.combine_chunks()
    codes = np.asarray(encoded.indices.to_numpy(zero_copy_only=False), np.int64)
    return Coded(codes[order], encoded.dictionary.to_pylist())
