"""Answers questions about attribution: conversions and touches from the engine, credit from these."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from minilens.measure.attribution import sql
from minilens.measure.attribution.entries import entries, rows_of
from minilens.measure.attribution.figures import credit, in_order, table
from minilens.measure.attribution.launches import Launches
from minilens.measure.attribution.query import AttributionQuery
from minilens.measure.attribution.shapley import MOST_PLAYERS, Game
from minilens.measure.attribution.touches import Journeys, journeys
from minilens.measure.attribution.ways import overlap, ways
from minilens.measure.days.day_rows import BUILDS
from minilens.measure.events import money, run
from minilens.measure.events.builds import Builds
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.session import cost
from minilens.measure.table import Cost, Table
from minilens.period import midnight, milliseconds
from minilens.warehouse.engine import Answer, Engine

_BEFORE = date(1970, 1, 1)


def prepare(engine: Engine, query: AttributionQuery, as_of: AsOf) -> Prepared:
    """The question with the builds that it stands on. Refused where it would have too many rows."""
    if query.rows.grain != "whole":
        query.rows.range.check(query.rows.grain)
    made = engine.query(BUILDS, {"app": query.app})
    builds = hash(tuple((row[0], row[1]) for row in made.rows))
    return Prepared(
        run=lambda: answer(engine, query, as_of, made),
        heavy=True,
        stands_on=(query, as_of.today, builds, as_of.through),
        cost=cost([made]),
    )


def answer(engine: Engine, query: AttributionQuery, as_of: AsOf, made: Answer) -> Table:
    """The table of the question, as its `show` has it."""
    began = time.perf_counter()
    asking = Asking(engine, query, made)
    found = asking.journeys()
    if query.show == "overlap":
        told = overlap(query, found, as_of)
    elif query.show == "ways":
        told = ways(query, found, as_of)
    else:
        told = table(query, found, credit(query, found, asking.game(found)), as_of)
    took = (time.perf_counter() - began) * 1000
    read = cost([made])
    said = money.notes(
        replace(query.rows, groups=()), lambda one: run.answer(engine, one, as_of, made)
    )
    return replace(
        told,
        notes=(*told.notes, *said),
        cost=Cost(read.rows + asking.rows, read.bytes + asking.bytes, read.milliseconds + took),
    )


@dataclass
class Asking:
    """One question on its way to the engine; `rows` and `bytes`: what came from there."""

    engine: Engine
    query: AttributionQuery
    made: Answer
    rows: int = 0
    bytes: int = 0

    def __post_init__(self) -> None:
        query = self.query
        self._builds = Builds(self.made)
        tail = self._builds.tail(query.rows, query.rows.range.end)
        self._moved = self._builds.moved(query.rows, self.engine.one, tail=tail)
        self._statement = sql.statement(query, self._moved, tail=tail)

    def journeys(self) -> Journeys:
        """Everything that is handed out, with the touches before it."""
        query, over = self.query, self.query.rows.range
        rows = rows_of(self._fetched(sql.conversions(query, self._statement), {}))
        first, last = ((day - _BEFORE).days for day in (over.start, over.end))
        found = entries(query, rows, first, last)
        self._launches = Launches(query, self._statement, self._moved, rows, self._fetched)
        touches = self._launches.touches()
        self.engine.go_on()
        return journeys(query, rows, found, touches)

    def game(self, found: Journeys) -> Game | None:
        """What the data driven model knows; None where it is not asked for."""
        if "data_driven" not in self.query.models:
            return None
        plain = replace(
            self.query, models=("linear",), rows=replace(self.query.rows, grain="whole")
        )
        players = in_order(plain, found, credit(plain, found, None))[:MOST_PLAYERS]
        made = Game(found, players)
        names = [sql.BETWEEN.join(found.touches.groups[n]) for n in players]
        over = self.query.rows
        made.learn(
            self._launches.sets(names, milliseconds(midnight(over.range.start, over.timezone)))
        )
        return made

    def _fetched(self, text: str, more: Mapping[str, object]) -> Any:
        return self._priced(self.engine.arrow_of_each(text, self._bound() | dict(more)))

    def _priced(self, found: Any) -> Any:
        self.rows, self.bytes = self.rows + found.num_rows, self.bytes + int(found.nbytes)
        return found

    def _bound(self) -> dict[str, object]:
        query, over = self.query, self.query.rows.range
        start = over.start - timedelta(days=query.days_back)
        touch_start = over.start - timedelta(days=query.touch_days_back)
        asked = self._builds.bound(query.rows, min(start, touch_start), over.end)
        more: dict[str, object] = {"start": start, "touch_start": touch_start}
        return asked | more | self._statement.bound.values
