"""The way of every question to the engine: from what was answered before, or in its turn, and stoppable."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import nullcontext
from dataclasses import replace

from minilens.errors import EngineFailed
from minilens.measure.execution.asker import ASKER, Asker
from minilens.measure.execution.queue import QueryCancelled, QueryQueue
from minilens.measure.execution.single_flight import SingleFlight
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.run import AnyQuery, prepare
from minilens.measure.table import Table
from minilens.warehouse.engine import Engine

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
        self._lock = threading.Lock()

    def ask(self, query: AnyQuery, as_of: AsOf, *, patience: float | None = None) -> Table:
        """The table; QueryCancelled where the asker has gone, also meanwhile."""
        asker = ASKER.get() or Asker()
        self._count(asker, 1)
        try:
            if asker.gone:
                raise QueryCancelled
            engine = self._engine.marked(asker.mark, lambda: asker.gone)
            wait = self._patience if patience is None else patience
            return self._answer(query, prepare(engine, query, as_of), as_of, asker, wait)
        except EngineFailed as error:
            if asker.gone:
                raise QueryCancelled from error
            self._failed(error)
            raise
        finally:
            self._count(asker, -1)

    def _count(self, asker: Asker, more: int) -> None:
        with self._lock:
            asker.under_way += more

    @property
    def engine(self) -> Engine:
        """Its connections, for what takes no turns."""
        return self._engine

    def stop(self, asker: Asker) -> None:
        """They have gone: leave the line, end the work. To be called again while something of theirs is under way,
        because a statement that begins at this moment is not found."""
        asker.gone = True
        if asker.under_way:
            self._engine.stop(asker.mark)

    def _answer(
        self, query: AnyQuery, prepared: Prepared, as_of: AsOf, asker: Asker, patience: float
    ) -> Table:
        """From what was answered before, with whoever asks the same now, or in its turn."""
        key = prepared.stands_on
        if key is None:
            return self._in_turn(query, prepared, asker, patience)
        if (known := self._known(key)) is not None:
            cost = replace(known.cost, milliseconds=prepared.cost.milliseconds, cached=True)
            return replace(known, as_of=as_of.as_of, cost=cost)
        table, theirs = self._shared.ask(
            key,
            lambda: self._in_turn(query, prepared, asker, patience),
            lambda: asker.gone,
        )
        self._keep(key, table)
        return replace(table, cost=replace(table.cost, cached=True)) if theirs else table

    def _in_turn(self, query: Hashable, prepared: Prepared, asker: Asker, patience: float) -> Table:
        turn = self._turns.turn(query, patience=patience, stopped=lambda: asker.gone)
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
