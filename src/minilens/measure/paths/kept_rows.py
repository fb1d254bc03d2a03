"""Rows of paths that are kept between questions, by day: one node after the other is chosen, and each asks for the same
rows.

Kept are the rows of builds that hold; what came after the newest build is read each time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np

from minilens.identity.moves import Moved
from minilens.measure.events.builds import Builds
from minilens.measure.events.kept import never_changes
from minilens.measure.events.sorting import order
from minilens.measure.paths import sql
from minilens.measure.paths.query import PathsQuery
from minilens.measure.paths.rows import Columns, of_answer
from minilens.measure.paths.walks import Whole
from minilens.period import Range
from minilens.warehouse.kept import Kept

#: Of these values and parameters the columns of an answer.
Fetch = Callable[[str, Mapping[str, object]], Any]
#: Bytes of an entry besides its rows.
_BESIDES = 2_000
_BEFORE = date(1970, 1, 1)
_DAY = 86_400_000
#: Every moment.
_EVER = {"from_ms": 0, "to_ms": 1 << 62}


def in_order(rows: Columns, node: Whole | None = None) -> Whole:
    """The places of rows in their one order. `node` decides last."""

    def ties(some: Whole) -> tuple[Any, ...]:
        place = rows.place[some]
        last = () if node is None else (node[some],)
        return place == 0, place, rows.came[some], rows.of[some], *last

    return order(rows.owner, rows.at, ties)


def of_days(
    kept: Kept, query: PathsQuery, builds: Builds, over: Range, fetch: Fetch
) -> list[Columns] | None:
    """The rows of builds, each day for itself, whatever the time of day; None where they are not kept. `over`: the days
    that are read."""
    if not never_changes(query.rows):
        return None
    statement = sql.statement(query, Moved.NOBODY, tail=False)
    text = sql.rows(query, statement, by_day=True)
    key = (query.app, query.rows.traffic, text, repr(statement.bound.values))
    question, days = kept.question(), builds.days(over)
    found = {day: question.find((key, day), build) for day, build in days.items()}
    lacking = {day: build for day, build in days.items() if found[day] is None}
    if lacking:
        asked = {"current": list(lacking.items()), "start": min(lacking), "end": max(lacking)}
        read = _by_day(fetch(text, statement.bound.values | asked | _EVER))
        for day, build in lacking.items():
            found[day] = _Packed.of(day, read[day]) if day in read else _NONE
            question.keep((key, day), build, found[day], found[day].rows.nbytes + _BESIDES)
    return [one.unpacked() for one in found.values() if len(one.rows)]


@dataclass(frozen=True)
class _Packed:
    """The rows of a day in order, with columns that are as small as they can be."""

    rows: Columns
    since: int

    @staticmethod
    def of(day: date, rows: Columns) -> _Packed:
        """The same of rows in any order."""
        rows = rows.some(in_order(rows))
        since = int(rows.at.min())
        at: Any = (rows.at - since).astype(np.uint32)
        return _Packed(replace(rows, at=at, came=_small(rows.came), of=_small(rows.of)), since)

    def unpacked(self) -> Columns:
        """With moments as they are."""
        return replace(self.rows, at=self.rows.at.astype(np.int64) + self.since)


def _small(values: Any) -> Any:
    """The same values; where all are 0, of one byte each."""
    return values if values.any() else np.zeros(len(values), np.uint8)


_NOTHING = np.zeros(0, np.int64)
_NONE = _Packed(
    Columns(_NOTHING, _NOTHING, _NOTHING, _NOTHING, (), _NOTHING, _NOTHING, _NOTHING), 0
)


def _by_day(found: Any) -> dict[date, Columns]:
    """The rows of an answer by their day."""
    rows, day = of_answer(found), found.column("day").to_numpy()
    if not len(rows):
        return {}
    by = np.argsort(day, kind="stable")
    rows, day = rows.some(by), day[by]
    cuts = [0, *(np.flatnonzero(day[1:] != day[:-1]) + 1).tolist(), len(day)]
    return {
        date.fromordinal(_BEFORE.toordinal() + int(day[first])): rows.some(slice(first, last))
        for first, last in pairwise(cuts)
    }
