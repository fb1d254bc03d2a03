"""Launches from the engine: those of the days that are made, and those that began since the newest build."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from minilens.identity.moves import Moved
from minilens.measure.attribution import sql
from minilens.measure.attribution.entries import Rows, Whole
from minilens.measure.attribution.query import AttributionQuery
from minilens.measure.attribution.touch import DIRECT
from minilens.measure.attribution.touches import Touches, groups_of, touches_of
from minilens.measure.events.sorting import dense
from minilens.measure.events.sql import Statement

#: Of a statement and more values than all are bound to the columns of its answer, those of each shard.
Fetch = Callable[[str, Mapping[str, object]], Any]


@dataclass(frozen=True)
class Launches:
    """The launches of one question. `rows`: its conversions, which say whose launches are touches."""

    query: AttributionQuery
    statement: Statement
    moved: Moved
    rows: Rows
    fetch: Fetch = field(hash=False)

    @cached_property
    def converted(self) -> Whole:
        """The numbers of those with a conversion."""
        return np.unique(self.rows.person[self.rows.has(sql.CONVERSION)])

    def touches(self) -> Touches:
        """Those of the persons who converted."""
        found = [self.fetch(sql.touches(self.query, self.statement, self.converted), {})]
        if self.statement.tail:
            found.append(self._some(np.isin(_numbers(self._later, "person"), self.converted)))
        return touches_of(self.query, found)

    def sets(self, shown: list[str], first: int) -> list[tuple[int, int]]:
        """Of those who had a touch in the range and did not convert: sets of groups that they had in it and the window
        before, a bit a group that is `shown` and one behind them for all others, and how many had each. `first`: the
        millisecond in which the range begins.
        """
        since = first - self.query.window
        asked = {"shown": shown, "first_ms": first, "since_ms": since}
        text = sql.sets(self.query, self.statement, self.converted)
        lists = list(_lists(self.fetch(text, asked)))
        if self.statement.tail:
            lists += self._later_lists(shown, first, since)
        _, numbers = zip(*lists, strict=True) if lists else ((), ())
        person, known = dense(np.concatenate([np.zeros(0, np.uint32), *numbers]))
        mask, inside = np.zeros(len(known), np.int64), np.zeros(len(known), np.bool_)
        begin = 0
        for place, some in lists:
            there = person[begin : begin + len(some)]
            begin += len(some)
            if place is None:
                inside[there] = True
            else:
                mask[there] |= 1 << place
        counts = np.bincount(mask[inside])
        return [(int(one), int(counts[one])) for one in np.flatnonzero(counts)]

    def _later_lists(
        self, shown: list[str], first: int, since: int
    ) -> list[tuple[int | None, Any]]:
        """The same as `_lists` of launches since the newest build."""
        person, at = (_numbers(self._later, name) for name in ("person", "at"))
        own = (at >= since) & ~np.isin(person, self.converted)
        group, names = groups_of(self.query, self._later)
        places = {name: n for n, name in enumerate(shown)}
        of = np.array([places.get(sql.BETWEEN.join(one), len(shown)) for one in names], np.int64)
        found: list[tuple[int | None, Any]] = [(None, person[own & (at >= first)])]
        place = of[group] if len(group) else group
        found += [(n, person[own & (place == n)]) for n in range(len(shown) + 1)]
        return [(n, some.astype(np.uint32)) for n, some in found]

    @cached_property
    def _later(self) -> Any:
        """Those since the newest build, each once, which no made day has: of everybody where it matters who did not
        convert."""
        everybody = "data_driven" in self.query.models
        text = sql.later(
            self.query, self.statement, self.moved, None if everybody else self.converted
        )
        found = self.fetch(text, {})
        if not found.num_rows:
            return found
        by = np.lexsort(
            [_numbers(found, name) for name in (*reversed(sql.KEY), "launch", "person")]
        )
        person, launch = (_numbers(found, name)[by] for name in ("person", "launch"))
        first = np.ones(len(by), np.bool_)
        first[1:] = (person[1:] != person[:-1]) | (launch[1:] != launch[:-1])
        first &= ~_among(self.fetch(sql.known(person), {}), person, launch)
        found = found.take(by[first])
        if self.query.touches == "sourced":
            found = found.take(np.flatnonzero(_numbers(found, "kind") != DIRECT))
        return found

    def _some(self, which: Any) -> Any:
        """Some of those since the newest build."""
        return self._later.take(np.flatnonzero(which))


def _numbers(found: Any, name: str) -> Any:
    """A column: of launches as it is, they have 64 bits."""
    column = found.column(name).to_numpy()
    return column if name == "launch" else column.astype(np.int64)


def _among(known: Any, person: Whole, launch: Any) -> Any:
    """Which of these launches are known."""
    pairs = zip(*(_numbers(known, name).tolist() for name in ("person", "launch")), strict=True)
    every = set(pairs)
    here = zip(person.tolist(), launch.tolist(), strict=True)
    return np.fromiter((one in every for one in here), np.bool_, len(person))


def _lists(found: Any) -> list[tuple[int | None, Any]]:
    """The numbers of those who had a group, with its place; and of those who had one in the range, without."""
    lists: list[tuple[int | None, Any]] = []
    for batch in found.to_batches():
        for name in ("who", "inside"):
            column = batch.column(name)
            edges, values = column.offsets.to_pylist(), column.values.to_numpy()
            for n, place in enumerate(batch.column("place").to_pylist()):
                some = values[edges[n] : edges[n + 1]]
                lists.append((place if name == "who" else None, some))
    return lists
