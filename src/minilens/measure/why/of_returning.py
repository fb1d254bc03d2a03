"""Whether a cell of the retention of Traffic counts a person: the days, weeks or months on which they came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from minilens.measure.days.snapshot import BuildSnapshot
from minilens.measure.persons.returning import Cell, cell_of, is_part
from minilens.measure.plan import plan
from minilens.measure.prepared import AsOf
from minilens.measure.retention import sql
from minilens.measure.retention.query import RetentionQuery
from minilens.measure.retention.run import sets
from minilens.measure.why.query import Because, Cause, FigureWhyQuery, OfFigure, Started
from minilens.warehouse.engine import Answer, Engine


def explained(
    engine: Engine, query: FigureWhyQuery, as_of: AsOf, made: Answer
) -> tuple[OfFigure, None]:
    """What the cell makes of them: the sets that are counted are asked whether they hold this one person."""
    of = query.of
    assert isinstance(of, RetentionQuery)
    cell, today = cell_of(of, query.place), as_of.today
    telling = _Telling(of, cell, today, _came(engine, of, query.person, today, made))
    found = telling.figure(query.person)
    if found.times or found.reasons or not of.filters:
        return found, None
    bare = replace(of, filters=())
    if replace(telling, came=_came(engine, bare, query.person, today, made)).times:
        found = replace(found, reasons=(Because(("filter",)),))
    return found, None


@dataclass(frozen=True)
class Came:
    """First days of the periods whose cohorts a person is in, and of those in which they came."""

    entered: frozenset[date]
    visited: frozenset[date]


def _came(engine: Engine, query: RetentionQuery, person: int, today: date, made: Answer) -> Came:
    asked = plan(sets(query, today))
    snapshot = BuildSnapshot(engine=engine, made=made, filters=query.filters)
    named = snapshot.values(asked.query, [asked.query.range]) | {"person": person}
    tail = snapshot.tail(asked, named)
    text = sql.of_person(asked, tail, users=query.users, cohort=query.cohort)
    rows = engine.rows(text, named)
    entered, visited = (
        frozenset(row[0] for row in rows if row[n]) for n in (1, 2)
    )  # fmt: skip
    return Came(entered, visited)


@dataclass(frozen=True)
class _Telling:
    """A cell, and when the person came."""

    query: RetentionQuery
    cell: Cell
    today: date
    came: Came

    @property
    def times(self) -> int:
        """In how many cohorts the cell counts them."""
        return sum(1 for _ in self._counted())

    def _counted(self) -> Iterator[date]:
        for first in self._own:
            if self.cell.back and not self._returned(first, self.cell.offset or 0):
                continue
            yield first

    @property
    def _own(self) -> list[date]:
        """Cohorts of the row that they are in."""
        return [
            first
            for first in self.query.cohorts.buckets(self.query.cohort)
            if first in self.came.entered and self.cell.first in (None, first)
            and is_part(self.query, self.cell, first, self.today)
        ]  # fmt: skip

    def _returned(self, first: date, offset: int) -> bool | None:
        due = self.query.due(first, offset)
        return None if due.start > self.today else due.start in self.came.visited

    def figure(self, person: int) -> OfFigure:
        """All of it."""
        starts = tuple(
            Started(first, None, tuple((str(n), self._returned(first, n)) for n in self.query.offsets))
            for first in self.query.cohorts.buckets(self.query.cohort) if first in self.came.entered
        )  # fmt: skip
        times = self.times
        reasons = () if times else tuple(Because((one,)) for one in self._reasons())
        return OfFigure(person, times, (), reasons, starts=starts, began=bool(self._own))

    def _reasons(self) -> Iterator[Cause]:
        first, last = self.cell.first, self.query.cohorts.end
        if self._own:
            return
        if first is not None and first in self.came.entered:
            yield "not_yet"
        elif first is not None and first in self.came.visited:
            yield "before"
        elif any(one <= last for one in self.came.entered):
            yield "period" if first is not None else "not_yet"
        elif first is None and any(one <= last for one in self.came.visited):
            yield "before"
