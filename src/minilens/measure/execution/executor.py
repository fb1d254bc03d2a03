"""The way of every question to the engine: from what was answered before, or in its turn, and stoppable."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

from minilens.errors import EngineFailed
from minilens.measure.execution.asker import ASKER, Asker
from minilens.measure.execution.queue import QueryCancelled, QueryQueue
from minilens.measure.execution.single_flight import SingleFlight
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.run import AnyQuery, prepare
from minilens.measure.table import Table
from minilens.warehouse.engine import Engine

MOST_KEPT = 300


@dataclass(frozen=True)
class _Wait:
    """Who waits, how long at most, and whether behind all others."""

    asker: Asker
    patience: float
    behind: bool


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
        self._behind = engine.on_one_thread()
        self._failed = failed
        self._turns = QueryQueue(at_once)
        self._shared = SingleFlight()
        self._patience = patience
        self._most = kept
        self._answers: OrderedDict[Hashable, Table] = OrderedDict()
        self._lock = threading.Lock()

    def ask(
        self, query: AnyQuery, as_of: AsOf, *, patience: float | None = None, behind: bool = False
    ) -> Table:
        """The table; QueryCancelled where the asker has gone, also meanwhile. `behind`: nobody looks at it, so it waits
        until no heavy one of anybody else is under way, and takes one processor."""
        asker = ASKER.get() or Asker()
        self._count(asker, 1)
        try:
            if asker.gone:
                raise QueryCancelled
            engine = self._behind if behind else self._engine
            prepared = prepare(engine.marked(asker.mark, lambda: asker.gone), query, as_of)
            wait = self._patience if patience is None else patience
            return self._answer(query, prepared, as_of, _Wait(asker, wait, behind))
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

    def _answer(self, query: AnyQuery, prepared: Prepared, as_of: AsOf, wait: _Wait) -> Table:
        """From what was answered before, with whoever asks the same now, or in its turn."""
        key = prepared.stands_on
        if key is None:
            return self._in_turn(query, prepared, wait)
        if (known := self._known(key)) is not None:
            cost = replace(known.cost, milliseconds=prepared.cost.milliseconds, cached=True)
            return replace(known, as_of=as_of.as_of, cost=cost)
        table, theirs = self._shared.ask(
            # people don't share what waits behind all others
            (key, wait.behind),
            lambda: self._in_turn(query, prepared, wait),
            lambda: wait.asker.gone,
        )
        self._keep(key, table)
        return replace(table, cost=replace(table.cost, cached=True)) if theirs else table

    def _in_turn(self, query: Hashable, prepared: Prepared, wait: _Wait) -> Table:
        with self._turn(query, prepared, wait):
            return prepared.run()

    def _turn(
        self, query: Hashable, prepared: Prepared, wait: _Wait
    ) -> AbstractContextManager[None]:
        def gone() -> bool:
            return wait.asker.gone

        if wait.behind:
            return self._turns.turn_behind(patience=wait.patience, stopped=gone)
        if not prepared.heavy:
            return nullcontext()
        return self._turns.turn(query, patience=wait.patience, stopped=gone)

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
