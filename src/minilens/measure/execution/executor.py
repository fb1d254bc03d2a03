"""The way of every question to the engine: from what was answered before, or in its turn, and stoppable."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import nullcontext
from contextvars import ContextVar
from dataclasses import replace
from functools import partial

from minilens.errors import EngineFailed
from minilens.measure.execution.queue import QueryCancelled, QueryQueue
from minilens.measure.execution.single_flight import SingleFlight
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.run import AnyQuery, prepare
from minilens.measure.table import Table
from minilens.warehouse.engine import Engine

#: Whose question it is, so that whoever sees the asker go can stop it. Threads started for it know it too.
ASKER: ContextVar[str] = ContextVar("asker", default="")
MOST_KEPT = 300


class QueryExecutor:
    """Answers questions from any thread.

    `patience`: seconds that a heavy one waits in line before it is told to come again. `kept`: how many
    answers are kept; an answer is given again only while nothing it stands on has changed. `failed` is told what
    the engine could not answer.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        at_once: int = 2,
        patience: float = 2.0,
        kept: int = MOST_KEPT,
        failed: Callable[[EngineFailed], None] = lambda error: None,
    ) -> None:
        self._engine = engine
        self._failed = failed
        self._turns = QueryQueue(at_once)
        self._shared = SingleFlight()
        self._patience = patience
        self._most = kept
        self._answers: OrderedDict[Hashable, Table] = OrderedDict()
        self._under_way: dict[str, bool] = {}  # mark → stopped?
        self._lock = threading.Lock()

    def ask(self, query: AnyQuery, as_of: AsOf, *, patience: float | None = None) -> Table:
        """The table; QueryCancelled where `stop` was called with the asker's mark meanwhile."""
        mark = ASKER.get()
        with self._lock:
            self._under_way[mark] = False
        try:
            stopped = partial(self._stopped, mark)
            engine = self._engine.marked(mark, stopped) if mark else self._engine
            wait = self._patience if patience is None else patience
            return self._answer(query, prepare(engine, query, as_of), as_of, mark, wait)
        except EngineFailed as error:
            if self._stopped(mark):
                raise QueryCancelled from error
            self._failed(error)
            raise
        finally:
            with self._lock:
                self._under_way.pop(mark, None)

    @property
    def engine(self) -> Engine:
        """Its connections, for what takes no turns."""
        return self._engine

    def stop(self, mark: str) -> None:
        """The asker has gone: leave the line, end the work."""
        with self._lock:
            if mark not in self._under_way:
                return
            self._under_way[mark] = True
        self._engine.stop(mark)

    def _stopped(self, mark: str) -> bool:
        return bool(mark) and self._under_way.get(mark, False)

    def _answer(
        self, query: AnyQuery, prepared: Prepared, as_of: AsOf, mark: str, patience: float
    ) -> Table:
        """From what was answered before, with whoever asks the same now, or in its turn."""
        key = prepared.stands_on
        if key is None:
            return self._in_turn(query, prepared, mark, patience)
        if (known := self._known(key)) is not None:
            cost = replace(known.cost, milliseconds=prepared.cost.milliseconds, cached=True)
            return replace(known, as_of=as_of.as_of, cost=cost)
        table, theirs = self._shared.ask(
            key,
            lambda: self._in_turn(query, prepared, mark, patience),
            lambda: self._stopped(mark),
        )
        self._keep(key, table)
        return replace(table, cost=replace(table.cost, cached=True)) if theirs else table

    def _in_turn(self, query: Hashable, prepared: Prepared, mark: str, patience: float) -> Table:
        turn = self._turns.turn(query, patience=patience, stopped=lambda: self._stopped(mark))
        with turn if prepared.heavy else nullcontext():
            return prepared.run()

    def _known(self, key: Hashable) -> Table | None:
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def _keep(self, key: Hashable, table: Table) -> None:
        with self._lock:
            self._answers[key] = table
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)
