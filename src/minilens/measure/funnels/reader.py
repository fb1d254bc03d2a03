"""The rows of a funnel from the engine, in their one order, and what becomes of the attempts in them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

import numpy as np

from minilens.measure.events.builds import Builds
from minilens.measure.events.kept import is_kept
from minilens.measure.funnels import after, by_value, of_cohort, sql
from minilens.measure.funnels.at_once import LONG, at_once
from minilens.measure.funnels.kept_groups import Ambiguous, RowGroups, group_tables, looked_up
from minilens.measure.funnels.kept_rows import KeptRows
from minilens.measure.funnels.outcome import Known, Outcomes, outcomes, together
from minilens.measure.funnels.packed import MORE, Packing, arranged, beside, packing, slices
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.funnels.reading import columns, read, read_packed
from minilens.measure.funnels.rows import Rows, Whole
from minilens.measure.funnels.without import all_rows_without, queries_without, ways
from minilens.measure.prepared import AsOf
from minilens.measure.session import cost
from minilens.measure.table import Cost, Row, Table
from minilens.period import FIRST_DAY, Range, milliseconds
from minilens.warehouse.engine import Answer, Engine

Made = TypeVar("Made")
#: Parts of rows, each with all rows of some owners, and what reads one.
Parts = tuple[list[Whole], Callable[[Whole], tuple[Rows, Known]]]

#: Rows that are fetched at once: as columns, and as numbers. With all that is made of them some 800 MB.
MOST_ROWS, MOST_NUMBERS = 12_000_000, 40_000_000
#: Whether the engine is embedded → persons and moments that one statement names. To a server they are some 100 KB: it
#: takes no field of a request over 128.
MOST_NAMED = {True: 100_000, False: 4_000}
_UNSURE = "{unsure:Array(Tuple(UInt32, Int64))}"


class _TooManyRows(Exception):
    """There are more than are looked at at once."""


class Reader:
    """The rows of a funnel: of some of the owners after the others, so that no answer is larger than memory bears."""

    def __init__(self, engine: Engine, query: FunnelQuery, made: Answer) -> None:
        self._engine, self._query, self._made = engine, query, made
        self._began = time.perf_counter()
        self._read, self._bytes = 0, 0
        self._looks_up = looked_up(query)
        builds, asked = Builds(made), query.rows
        self._builds = builds
        over = self._over = days_read(query)
        if query.ever and builds.oldest and is_kept(asked):
            over = self._over = Range(max(over.start, builds.oldest), over.end)
        tail = self._tail = builds.tail(asked, over.end)
        moved = self._moved = builds.moved(asked, engine.one, tail=tail)
        self._statement = sql.statement(query, moved, tail=tail)
        entries = {"entries_start": asked.range.start, "entries_end": asked.range.end}
        self._asked = builds.bound(asked, over.start, over.end) | entries
        most = engine.rows(sql.LARGEST, {"app": query.app})
        self._how = packing(query, over, int(most[0][0]) if most else 0)

    def each(self, work: Callable[[Rows, Known], Made]) -> list[Made]:
        """What is made of the rows of some owners after those of others, in any number of parts, but one at least."""
        return self._surely(lambda: self._in_parts(work))

    def _surely(self, of: Callable[[], list[Made] | None]) -> list[Made]:
        """Once more with owners beside numbers, where some rows are more than a number holds."""
        found = of()
        if found is None:
            self._how = beside(self._how)
            found = of()
        assert found is not None
        return found

    def _in_parts(self, work: Callable[[Rows, Known], Made]) -> list[Made] | None:
        """What is made of all rows at once, or of parts where there are too many; None as `_of`."""
        most = MOST_NUMBERS if self._alone else MOST_ROWS
        try:
            return self._of(sql.Some(most=most), work)
        except _TooManyRows:
            text = sql.count(self._query, self._statement)
        found: list[Made] = []
        for part in self._parts(-(-self._one(text) // most)):
            if (made := self._of(part, work)) is None:
                return None
            found += made
        return found

    @property
    def _alone(self) -> bool:
        """Whether rows come as numbers with nothing beside them."""
        return not self._how.beside and not self._query.rows.groups

    def _of(self, some: sql.Some, work: Callable[[Rows, Known], Made]) -> list[Made] | None:
        """What is made of some rows; None where some are more than a number holds."""
        how, read = self._how, self._numbers if self._alone else self._columns
        if (found := read(how, some)) is None:
            return None
        parts, rows = found

        def made(part: Whole) -> Made:
            self._engine.go_on()
            return work(*rows(part))

        try:
            return at_once(made, parts)
        except Ambiguous:
            self._looks_up = False
        return self._of(some, work)

    def _columns(self, how: Packing, some: sql.Some) -> Parts | None:
        looks_up = self._looks_up and not how.beside and not some.where
        if looks_up and (found := self._looked_up(how)) is not None:
            return found
        text = sql.rows(self._query, self._statement, how, some)
        every = columns(self._query, self._fetched(text, most=some.most))
        if not how.beside and every.key.max(initial=0) == MORE:
            return None
        return every.parts(how, LONG), partial(read, self._query, self._over, how, every)

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
        return together(self._surely(lambda: self._of(part, self._work(as_of))))

    def each_way(self, as_of: AsOf) -> list[Outcomes]:
        """What became of the attempts, in every way in which optional steps may be left out."""
        until, left_out = milliseconds(as_of.as_of), ways(self._query.optional)
        asked = [queries_without(self._query, steps) for steps in left_out]
        parts = self.each(
            lambda rows, known: [
                outcomes(query, all_rows_without(rows, steps), known, until)
                for query, steps in zip(asked, left_out, strict=True)
            ]
        )
        return [together([part[n] for part in parts]) for n in range(len(left_out))]

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

    def _numbers(self, how: Packing, some: sql.Some) -> Parts | None:
        keys = None if some.where else self._kept(how, some)
        if keys is None:
            keys = self._keys(sql.packed(self._query, self._statement, how, some), most=some.most)
        if not arranged(how, keys, partial(self._again, how)):
            return None
        return slices(how, keys), partial(read_packed, self._query, self._over, how)

    def _looked_up(self, how: Packing) -> Parts | None:
        """Rows without groups, and the groups of those that decide; None where they are not kept."""
        try:
            keys = self._kept(how, sql.Some(most=MOST_NUMBERS))
            if keys is None or not arranged(how, keys, partial(self._again, how)):
                return None
            rows = self._kept_rows(self._query, MOST_NUMBERS)
            groups = group_tables(rows, how, self._moved if self._tail else None, self._later)
        except _TooManyRows:
            return None
        if groups is None:
            return None

        def some(part: Whole) -> tuple[Rows, Known]:
            made, known = read_packed(self._query, self._over, how, part)
            return made, replace(known, group=RowGroups(groups, part), groups=groups.groups)

        return slices(how, keys), some

    def _keys(self, text: str, more: dict[str, object] | None = None, most: int = 0) -> Whole:
        found = self._fetched(text, more, most)
        return np.concatenate([np.zeros(0, np.int64), *map(np.asarray, found.column("key").chunks)])

    def _kept_rows(self, query: FunnelQuery, most: int) -> KeptRows:
        return KeptRows(
            self._engine.kept, query, self._builds, self._over, self._asked,
            lambda text, values: self._fetched(text, dict(values), most),
        )  # fmt: skip

    @property
    def _later(self) -> dict[str, object]:
        """The days of what came after the newest build."""
        return {"current": [], "start": max(self._over.start, self._builds.newest)}

    def _kept(self, how: Packing, some: sql.Some) -> Whole | None:
        """The numbers of rows that are kept between questions, and of what came after the newest build; None where they
        are not kept."""
        plain, cohorts = of_cohort.apart(replace(self._query.rows, groups=()))
        rows = self._kept_rows(replace(self._query, rows=plain, grouped=0), some.most)
        before = self._read
        if (keys := rows.numbers(how, some.most)) is None:
            return None
        if some.most and len(keys) > some.most:
            raise _TooManyRows
        keys = of_cohort.theirs(self._engine, self._query.app, how, keys, cohorts)
        self._read = max(self._read, before + len(keys))  # wherever they were read from
        if self._tail:
            made = sql.statement(self._query, self._moved, tail="alone", kept=True)
            text = sql.packed(self._query, made, how, some)
            late = self._keys(text, made.bound.values | self._later, some.most)
            keys = np.concatenate([keys, late]) if len(late) else keys
        if some.most and len(keys) > some.most:
            raise _TooManyRows
        return keys

    def _again(self, how: Packing, pairs: list[tuple[int, int]]) -> tuple[Whole, Whole]:
        """Numbers and ties of the rows of some persons and moments."""
        text = sql.rows(self._query, self._statement, how, sql.Some(f"(person, at) IN {_UNSURE}"))
        values = self._statement.bound.values
        most = MOST_NAMED[self._engine.embedded]
        found = [
            self._fetched(text, values | {"unsure": pairs[n : n + most]})
            for n in range(0, len(pairs), most)
        ]
        key, tie = (np.concatenate([one.column(name) for one in found]) for name in ("key", "tie"))
        return key, tie

    def _one(self, text: str) -> int:
        """The single number of a statement."""
        return int(self._engine.one(text, self._asked | self._statement.bound.values))

    def _fetched(self, text: str, more: dict[str, object] | None = None, most: int = 0) -> Any:
        """The columns of an answer; _TooManyRows where there are more rows than a limit allows."""
        values = self._statement.bound.values if more is None else more
        found = self._engine.arrow_of_each(text, self._asked | values)
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
