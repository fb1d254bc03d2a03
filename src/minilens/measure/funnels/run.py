"""Answers questions about funnels: rows from the engine in their one order, attempts and figures from these."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from minilens.identity.moves import HAS_MOVED, Moved
from minilens.measure.days.day_rows import BUILDS
from minilens.measure.events.sql import has_tail, is_kept
from minilens.measure.funnels import sql
from minilens.measure.funnels.figures import opened, table
from minilens.measure.funnels.ordered import Ordered
from minilens.measure.funnels.outcome import Known, Outcomes, outcomes, together
from minilens.measure.funnels.packed import Packing, packing, unpacked
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.funnels.reading import read, read_packed
from minilens.measure.funnels.rows import Rows
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.session import cost
from minilens.measure.table import Cost, Table
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
    return reader.priced(table(query, reader.outcomes(as_of), as_of))


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
        count = -(-self._count() // MOST_ROWS) or 1
        owner = "launch" if self._query.counts == "sessions" else "person"
        how = packing(self._query, self._over)
        for n in range(count):
            part = f"intHash32({owner}) % {count} = {n}" if count > 1 else ""
            if how and (made := self._packed(how, part)):
                yield read_packed(self._query, how, made, self._over)
            else:
                yield read(self._query, self._columns(part), self._over)

    def outcomes(self, as_of: AsOf) -> Outcomes:
        """What became of the attempts that count; not of an open funnel."""
        until = milliseconds(as_of.as_of)
        return together([outcomes(self._query, rows, known, until) for rows, known in self.parts()])

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

    def _fetched(self, text: str) -> Any:
        found = self._engine.arrow(text, self._asked | self._statement.bound.values)
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
