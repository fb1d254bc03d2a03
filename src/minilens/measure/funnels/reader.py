"""The rows of a funnel from the engine, in their one order, and what becomes of the attempts in them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from minilens.identity.moves import HAS_MOVED, Moved
from minilens.measure.events.sql import has_tail, is_kept
from minilens.measure.funnels import after, by_value, sql
from minilens.measure.funnels.at_once import LONG, at_once
from minilens.measure.funnels.outcome import Known, Outcomes, outcomes, together
from minilens.measure.funnels.packed import Packing, arranged, packing, slices, unpacked
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.funnels.reading import columns, read, read_packed
from minilens.measure.funnels.rows import Rows, Whole
from minilens.measure.funnels.without import query_without, rows_without
from minilens.measure.prepared import AsOf
from minilens.measure.session import cost
from minilens.measure.table import Cost, Row, Table
from minilens.period import FIRST_DAY, Range, milliseconds
from minilens.warehouse.engine import Answer, Engine

Made = TypeVar("Made")

#: Rows that are fetched at once: as columns, and as numbers. With all that is made of them some 800 MB.
MOST_ROWS, MOST_NUMBERS = 12_000_000, 40_000_000
#: Whether the engine is embedded → persons and moments that one statement names. To a server they are some 100 KB: it
#: takes no field of a request over 128.
MOST_NAMED = {True: 100_000, False: 4_000}
_UNSURE = "{unsure:Array(Tuple(UInt32, Int64))}"
_BEFORE = date(1970, 1, 1)


class _TooManyRows(Exception):
    """There are more than are looked at at once."""


class Reader:
    """The rows of a funnel: of some of the owners after the others, so that no answer is larger than memory bears."""

    def __init__(self, engine: Engine, query: FunnelQuery, made: Answer) -> None:
        self._engine, self._query, self._made = engine, query, made
        self._began = time.perf_counter()
        self._read, self._bytes = 0, 0
        newest, _, through = made.rows[-1] if made.rows else (_BEFORE, 0, 0)
        over = self._over = days_read(query)
        tail = over.end >= newest and has_tail(query.rows)
        moved = Moved.NOBODY
        if tail or not is_kept(query.rows):
            moved = Moved(int(engine.one(HAS_MOVED, {"app": query.app})))
        self._statement = sql.statement(query, moved, tail=tail)
        day_before = over.start - timedelta(days=1)
        self._asked = {
            "app": query.app, "traffic": query.rows.traffic, "start": over.start, "end": over.end,
            "entries_start": query.rows.range.start, "entries_end": query.rows.range.end,
            "newest": newest, "through": through,
            "current": [(row[0], row[1]) for row in made.rows if day_before <= row[0] <= over.end],
        }  # fmt: skip

    def each(self, work: Callable[[Rows, Known], Made]) -> list[Made]:
        """What is made of the rows of some owners after those of others, in any number of parts, but one at least."""
        found = self._in_parts(MOST_NUMBERS, lambda some: self._of_numbers(some, work))
        if found is None:
            found = self._in_parts(MOST_ROWS, lambda some: self._of_columns(some, work))
        assert found is not None
        return found

    def _in_parts(
        self, most: int, of: Callable[[sql.Some], list[Made] | None]
    ) -> list[Made] | None:
        """What is made of all rows at once, or of parts where there are more than so many; None where `of` has none."""
        try:
            return of(sql.Some(most=most))
        except _TooManyRows:
            text = sql.count(self._query, self._statement)
        found: list[Made] = []
        for part in self._parts(-(-self._one(text) // most)):
            if (made := of(part)) is None:
                return None
            found += made
        return found

    def _of_numbers(self, some: sql.Some, work: Callable[[Rows, Known], Made]) -> list[Made] | None:
        """What is made of rows that come as numbers; None where some are more than a number holds."""
        how = self._packing
        if how is None or (keys := self._numbers(how, some)) is None:
            return None

        def made(part: Whole) -> Made:
            self._engine.go_on()
            return work(*read_packed(self._query, how, unpacked(how, part), self._over))

        return at_once(made, slices(how, keys))

    @cached_property
    def _packing(self) -> Packing | None:
        """How rows may come as numbers."""
        most = self._engine.rows(sql.LARGEST, {"app": self._query.app})
        return packing(self._query, self._over, int(most[0][0]) if most else 0)

    def _of_columns(self, some: sql.Some, work: Callable[[Rows, Known], Made]) -> list[Made]:
        """What is made of rows that come as columns."""
        text = sql.rows(self._query, self._statement, some)
        every = columns(self._query, self._fetched(text, most=some.most))

        def made(part: Any) -> Made:
            self._engine.go_on()
            return work(*read(self._query, every.some(part), self._over))

        return at_once(made, every.parts(LONG))

    def _parts(self, count: int) -> list[sql.Some]:
        """So many parts of the owners."""
        if count < 2:
            return [sql.EVERY]
        owner = "launch" if self._query.counts == "sessions" else "person"
        return [sql.Some(f"intHash32({owner}) % {count} = {n}") for n in range(count)]

    def outcomes(self, as_of: AsOf) -> Outcomes:
        """What became of the attempts that count; not of an open funnel."""
        return together(self.each(self._work(as_of)))

    def _work(self, as_of: AsOf) -> Callable[[Rows, Known], Outcomes]:
        until = milliseconds(as_of.as_of)
        return lambda rows, known: outcomes(self._query, rows, known, until)

    def _outcomes_of(self, part: sql.Some, as_of: AsOf) -> Outcomes:
        work = self._work(as_of)
        return together(self._of_numbers(part, work) or self._of_columns(part, work))

    def both(self, as_of: AsOf) -> tuple[Outcomes, Outcomes]:
        """What became of the attempts with the optional step and without it."""
        step, until = self._query.optional, milliseconds(as_of.as_of)
        other = query_without(self._query, step)
        some = self.each(
            lambda rows, known: (
                outcomes(self._query, rows, known, until),
                outcomes(other, rows_without(rows, step), known, until),
            )
        )
        return together([one for one, _ in some]), together([one for _, one in some])

    def afterwards(self, as_of: AsOf) -> tuple[Row, ...]:
        """What those did next who dropped at the step, or what goes with going on from it."""
        query, step = self._query, self._query.step
        count = -(-self._one(sql.most(query, self._statement)) // MOST_ROWS)
        parts = [(part, self._outcomes_of(part, as_of)) for part in self._parts(count)]
        if query.show == "next":
            told: Counter[tuple[str, str] | None] = Counter()
            for part, found in parts:
                some = found.some(after.dropped(found, step))
                told.update(after.next_of(self._deeds(part), some, some.until))
            return after.next_rows(query, told)
        counts = after.Counts()
        took = np.concatenate([found.times(step, step + 1) for _, found in parts])
        typical = int(np.median(took)) if len(took) else 0
        for part, found in parts:
            made = self._deeds(part)
            for some, on in after.halves(found, step):
                first = some.at[:, step - 1]
                last = np.minimum(some.until, first + typical)
                last = np.minimum(last, some.at[:, step] - 1) if on else last
                counts.add(made, some.person, first, last, on=on)
        return counts.rows(query.rows.top)

    def by_value(self, as_of: AsOf) -> tuple[Row, ...]:
        """Which values of a property go with going on from the step."""
        return by_value.rows(self._query, self.outcomes(as_of))

    def _deeds(self, part: sql.Some) -> after.Deeds:
        """What those did who got as far as the step."""
        whose = sql.whose(self._statement, self._query.step, part.where)
        made = after.statement(self._query, self._statement)
        return after.deeds(self._fetched(after.text(made, whose), made.bound.values))

    def _numbers(self, how: Packing, some: sql.Some) -> Whole | None:
        """Rows as numbers in their order; None where some are more than a number holds."""
        text = sql.packed(self._query, self._statement, how, some)
        found = self._fetched(text, most=some.most)
        keys = np.concatenate([np.zeros(0, np.int64), *map(np.asarray, found.column("key").chunks)])
        del found

        def again(pairs: list[tuple[int, int]]) -> Any:
            import pyarrow  # type: ignore[import-untyped]

            text = sql.rows(self._query, self._statement, sql.Some(f"(person, at) IN {_UNSURE}"))
            values = self._statement.bound.values
            most = MOST_NAMED[self._engine.embedded]
            return pyarrow.concat_tables(
                self._fetched(text, values | {"unsure": pairs[n : n + most]})
                for n in range(0, len(pairs), most)
            )

        return arranged(how, keys, again)

    def _one(self, text: str) -> int:
        """The single number of a statement."""
        return int(self._engine.one(text, self._asked | self._statement.bound.values))

    def _fetched(self, text: str, more: dict[str, object] | None = None, most: int = 0) -> Any:
        """The columns of an answer; _TooManyRows where there are more rows than a limit allows."""
        values = self._statement.bound.values if more is None else more
        found = self._engine.arrow(text, self._asked | values)
        self._read += found.num_rows
        self._bytes += int(found.nbytes)
        if most and found.num_rows > most:
            raise _TooManyRows
        return found

    def priced(self, made: Table) -> Table:
        """The table with what all of it has cost."""
        took = (time.perf_counter() - self._began) * 1000
        before = cost([self._made])
        read = Cost(
            before.rows + self._read, before.bytes + self._bytes, before.milliseconds + took
        )
        return replace(made, cost=read)


def days_read(query: FunnelQuery) -> Range:
    """The days whose rows may count."""
    over = query.rows.range
    start = FIRST_DAY if query.ever else over.start
    if query.mode != "entry":
        return Range(start, over.end)
    return Range(start, over.end + timedelta(days=query.window.reach))
