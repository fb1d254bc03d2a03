"""Answers questions about funnels: rows from the engine in their one order, attempts and figures from these."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from minilens.identity.moves import HAS_MOVED, Moved
from minilens.measure.days.day_rows import BUILDS
from minilens.measure.events.sql import has_tail, is_kept
from minilens.measure.funnels import after, columns, comparison, sql, times
from minilens.measure.funnels.figures import framed, opened, side_by_side, table
from minilens.measure.funnels.ordered import Ordered
from minilens.measure.funnels.outcome import Known, Outcomes, outcomes, together
from minilens.measure.funnels.packed import Packing, packing, unpacked
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.funnels.reading import read, read_packed
from minilens.measure.funnels.rows import Rows
from minilens.measure.funnels.without import query_without, rows_without
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.session import cost
from minilens.measure.table import Cost, Row, Table
from minilens.period import Range, milliseconds
from minilens.warehouse.engine import Answer, Engine

#: Rows of a part: with all that is made of them some 800 MB.
MOST_ROWS = 6_000_000
_BEFORE = date(1970, 1, 1)


def prepare(engine: Engine, query: FunnelQuery, as_of: AsOf) -> Prepared:
    """The question with the builds that it stands on."""
    made = engine.query(BUILDS, {"app": query.app})
    builds = hash(tuple((row[0], row[1]) for row in made.rows))
    minute = as_of.as_of.replace(second=0, microsecond=0)  # by then a window may be over
    return Prepared(
        run=lambda: answer(engine, query, as_of, made),
        heavy=True,
        stands_on=(query, as_of.today, builds, as_of.through, minute),
        cost=cost([made]),
    )


def answer(engine: Engine, query: FunnelQuery, as_of: AsOf, made: Answer) -> Table:
    """A row a step, of each group; or a row a period of entries. `totals` is the funnel as a whole."""
    reader = Reader(engine, query, made)
    if query.mode == "open":
        return reader.priced(opened(query, reader.parts(), as_of))
    if query.optional:
        return reader.priced(side_by_side(query, *reader.both(as_of), as_of))
    if query.show in ("next", "drivers"):
        measures = after.NEXT if query.show == "next" else after.DRIVERS
        rows = reader.afterwards(as_of)
        return reader.priced(framed(query, (*after.KEYS, *measures), rows, as_of, keys=2))
    found = reader.outcomes(as_of)
    if query.show == "times":
        return reader.priced(framed(query, times.COLUMNS, times.rows(query, found), as_of, keys=2))
    if query.show == "compare":
        return reader.priced(_compared(engine, query, found, as_of, made))
    return reader.priced(table(query, found, as_of))


def _compared(
    engine: Engine, query: FunnelQuery, found: Outcomes, as_of: AsOf, made: Answer
) -> Table:
    """Groups, or where there are none this period and the other one."""
    if query.beside is None:
        keys, rows = columns.groups(query), comparison.of_groups(query, found)
    else:
        other = replace(query, rows=replace(query.rows, range=query.beside))
        before = Reader(engine, other, made).outcomes(as_of)
        keys, rows = (comparison.PERIOD,), comparison.of_periods(found, before)
    return framed(query, (*keys, *comparison.MEASURES), rows, as_of, keys=len(keys))


class Reader:
    """The rows of a funnel: of some of the owners after the others, so that no answer is larger than memory bears."""

    def __init__(self, engine: Engine, query: FunnelQuery, made: Answer) -> None:
        self._engine, self._query, self._made = engine, query, made
        self._began = time.perf_counter()
        self._read, self._bytes = 0, 0
        newest, _, through = made.rows[-1] if made.rows else (_BEFORE, 0, 0)
        over = self._over = _read(query)
        tail = over.end >= newest and has_tail(query.rows)
        moved = Moved.NOBODY
        if tail or not is_kept(query.rows):
            moved = Moved(int(engine.one(HAS_MOVED, {"app": query.app})))
        self._statement = sql.statement(query, moved, tail=tail)
        day_before = over.start - timedelta(days=1)
        self._asked = {
            "app": query.app, "traffic": query.rows.traffic, "start": over.start, "end": over.end,
            "entries_end": query.rows.range.end, "newest": newest, "through": through,
            "current": [(row[0], row[1]) for row in made.rows if day_before <= row[0] <= over.end],
        }  # fmt: skip

    def parts(self) -> Iterator[tuple[Rows, Known]]:
        """The rows in order, some owners after the others; at least one part."""
        return (self._part(part) for part in self._parts())

    def _parts(self) -> Iterator[str]:
        """SQL of whose rows each part has."""
        count = -(-self._count() // MOST_ROWS) or 1
        owner = "launch" if self._query.counts == "sessions" else "person"
        for n in range(count):
            yield f"intHash32({owner}) % {count} = {n}" if count > 1 else ""

    def _part(self, part: str) -> tuple[Rows, Known]:
        how = packing(self._query, self._over)
        if how and (made := self._packed(how, part)):
            return read_packed(self._query, how, made, self._over)
        return read(self._query, self._columns(part), self._over)

    def outcomes(self, as_of: AsOf) -> Outcomes:
        """What became of the attempts that count; not of an open funnel."""
        return together([self._outcomes(*part, as_of) for part in self.parts()])

    def _outcomes(self, rows: Rows, known: Known, as_of: AsOf) -> Outcomes:
        return outcomes(self._query, rows, known, milliseconds(as_of.as_of))

    def both(self, as_of: AsOf) -> tuple[Outcomes, Outcomes]:
        """What became of the attempts with the optional step and without it."""
        step, until = self._query.optional, milliseconds(as_of.as_of)
        other = query_without(self._query, step)
        some = [
            (
                self._outcomes(rows, known, as_of),
                outcomes(other, rows_without(rows, step), known, until),
            )
            for rows, known in self.parts()
        ]
        return together([one for one, _ in some]), together([one for _, one in some])

    def afterwards(self, as_of: AsOf) -> tuple[Row, ...]:
        """What those did next who dropped at the step, or what goes with going on from it."""
        query, step = self._query, self._query.step
        parts = [(part, self._outcomes(*self._part(part), as_of)) for part in self._parts()]
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

    def _deeds(self, part: str) -> after.Deeds:
        """What those did who got as far as the step."""
        whose = sql.whose(self._statement, self._query.step, part)
        made = after.statement(self._query, self._statement)
        return after.deeds(self._fetched(after.text(made, whose), made.bound.values))

    def _packed(self, how: Packing, part: str) -> Ordered | None:
        """Rows that came as numbers; None where some are more than a number holds."""
        found = self._fetched(sql.packed(self._query, self._statement, how, part))
        key = found.column("key").to_numpy()
        del found

        def again(pairs: list[tuple[int, int]]) -> Any:
            some = self._statement.bound(pairs, "Array(Tuple(UInt32, Int64))")
            return self._columns(f"(person, at) IN {some}")

        return unpacked(how, key, again)

    def _columns(self, part: str) -> Any:
        return self._fetched(sql.rows(self._query, self._statement, part))

    def _count(self) -> int:
        """How many rows there may be at most."""
        text = sql.count(self._query, self._statement)
        return int(self._engine.one(text, self._asked | self._statement.bound.values))

    def _fetched(self, text: str, more: dict[str, object] | None = None) -> Any:
        values = self._statement.bound.values if more is None else more
        found = self._engine.arrow(text, self._asked | values)
        self._read += found.num_rows
        self._bytes += int(found.nbytes)
        return found

    def priced(self, made: Table) -> Table:
        """The table with what all of it has cost."""
        took = (time.perf_counter() - self._began) * 1000
        before = cost([self._made])
        read = Cost(
            before.rows + self._read, before.bytes + self._bytes, before.milliseconds + took
        )
        return replace(made, cost=read)


def _read(query: FunnelQuery) -> Range:
    """The days whose rows may count."""
    over = query.rows.range
    if query.mode != "entry":
        return over
    return Range(over.start, over.end + timedelta(days=query.window.reach))
