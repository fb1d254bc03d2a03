"""The way of every question to the engine: from what was answered before, or in its turn, and stoppable."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime

from minilens.errors import EngineFailed
from minilens.measure.days.day_rows import BUILDS
from minilens.measure.days.run import answer
from minilens.measure.execution.queue import QueryCancelled, QueryQueue
from minilens.measure.execution.single_flight import SingleFlight
from minilens.measure.live import run
from minilens.measure.live.query import LiveQuery
from minilens.measure.plan import plan
from minilens.measure.query import Query
from minilens.measure.table import Table
from minilens.warehouse.engine import Answer, Engine

#: Whose question it is, so that whoever sees the asker go can stop it. Threads started for it know it too.
ASKER: ContextVar[str] = ContextVar("asker", default="")
MOST_KEPT = 300
#: A live question, or one by the hour, over more days than this reads rows by the million.
LIGHT_DAYS = 3


@dataclass(frozen=True)
class AsOf:
    """When it is asked: the app's day, up to when events are counted, the last load that is whole."""

    today: date
    as_of: datetime
    through: int


#: Longer lists are asked for once, as files, and not kept.
MOST_ROWS_KEPT = 1000


class QueryExecutor:
    """Answers questions from any thread.

    `patience`: seconds that a heavy one waits in line before it is told to come again. `kept`: how many
    answers are kept; an answer is given again only while nothing it stands on has changed.
    """

    def __init__(
        self, engine: Engine, *, at_once: int = 2, patience: float = 2.0, kept: int = MOST_KEPT
    ) -> None:
        self._engine = engine
        self._turns = QueryQueue(at_once)
        self._shared = SingleFlight()
        self._patience = patience
        self._most = kept
        self._answers: OrderedDict[Hashable, Table] = OrderedDict()
        self._under_way: dict[str, bool] = {}  # mark → stopped?
        self._lock = threading.Lock()

    def ask(self, query: Query | LiveQuery, moment: AsOf) -> Table:
        """The table; QueryCancelled where `stop` was called with the asker's mark meanwhile."""
        mark = ASKER.get()
        with self._lock:
            self._under_way[mark] = False
        try:
            engine = self._engine.marked(mark) if mark else self._engine
            if isinstance(query, LiveQuery):
                return self._live(engine, query, moment, mark)
            return self._by_days(engine, query, moment, mark)
        except EngineFailed as error:
            if self._stopped(mark):
                raise QueryCancelled from error
            raise
        finally:
            with self._lock:
                self._under_way.pop(mark, None)

    def stop(self, mark: str) -> None:
        """The asker has gone: leave the line, end the work."""
        with self._lock:
            if mark not in self._under_way:
                return
            self._under_way[mark] = True
        self._engine.stop(mark)

    def _stopped(self, mark: str) -> bool:
        return bool(mark) and self._under_way.get(mark, False)

    def _live(self, engine: Engine, query: LiveQuery, moment: AsOf, mark: str) -> Table:
        days = max((span.end - span.start).days for span in query.spans)
        return self._in_turn(
            query,
            mark,
            lambda: run.answer(engine, query, as_of=moment.as_of),
            heavy=days > LIGHT_DAYS,
        )

    def _by_days(self, engine: Engine, query: Query, moment: AsOf, mark: str) -> Table:
        made = engine.query(BUILDS, {"app": query.app})
        large = query.top > MOST_ROWS_KEPT
        key = None if query.cutoff or large else self._stands_on(query, moment, made)
        with self._lock:
            known = self._answers.get(key) if key is not None else None
        if known is not None and key is not None:
            with self._lock:
                self._answers.move_to_end(key)
            cost = replace(known.cost, milliseconds=made.milliseconds, cached=True)
            return replace(known, as_of=moment.as_of, cost=cost)

        def asked() -> Table:
            return answer(engine, query, today=moment.today, as_of=moment.as_of, made=made)

        one_day = query.compare is not None and query.compare.days == 1
        few = query.range.days <= LIGHT_DAYS if query.grain == "hour" else query.cutoff and one_day
        heavy = plan(query).heavy and not few

        def in_turn() -> Table:
            return self._in_turn(query, mark, asked, heavy=heavy)

        if key is None:
            return in_turn()
        table, theirs = self._shared.ask(key, in_turn, lambda: self._stopped(mark))
        self._keep(key, table)
        return replace(table, cost=replace(table.cost, cached=True)) if theirs else table

    def _stands_on(self, query: Query, moment: AsOf, made: Answer) -> Hashable:
        """What the answer depends on: where the days asked for are over, not on what came since."""
        builds = tuple((row[0], row[1]) for row in made.rows)
        newest = builds[-1][0] if builds else None
        end = max(query.range.end, query.compare.end) if query.compare else query.range.end
        young = newest is None or end >= newest
        hour = (
            moment.as_of.replace(second=0, microsecond=0)
            if young and query.grain == "hour"
            else None
        )
        return query, moment.today, hash(builds), moment.through if young else 0, hour

    def _in_turn(
        self, query: Hashable, mark: str, ask: Callable[[], Table], *, heavy: bool
    ) -> Table:
        turn = self._turns.turn(query, patience=self._patience, stopped=lambda: self._stopped(mark))
        with turn if heavy else nullcontext():
            return ask()

    def _keep(self, key: Hashable, table: Table) -> None:
        with self._lock:
            self._answers[key] = table
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)
