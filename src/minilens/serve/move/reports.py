"""Every report of every app, and what is kept in the records, asked of two warehouses: the answers must be the same in
every cell.

What is asked while events are loaded counts for as long as the rows of its app stay as they were: only the others are
asked again once loading waits.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields, replace
from functools import partial
from typing import TypeVar, cast

from minilens.errors import Busy, Refused
from minilens.load.pipeline import Pipeline
from minilens.measure.days.first_day import first_day
from minilens.measure.execution.executor import QueryExecutor
from minilens.measure.run import AnyQuery
from minilens.measure.table import Cost, Table
from minilens.records.store import App
from minilens.serve.completed import completed
from minilens.serve.move.asked import ONE_OF, Asked, OfApp
from minilens.serve.move.refusals import MoveFailed
from minilens.warehouse.engine import Engine
from minilens.warehouse.of_apps import RowsOfApp, rows_of_apps

Found = TypeVar("Found")
Pools = tuple[ThreadPoolExecutor, ThreadPoolExecutor]
#: Questions at once; of heavy ones fewer (`QueryExecutor`), because memory is for others, too.
AT_ONCE = max(2, min(4, os.cpu_count() or 1))
#: While events are loaded: after so many questions it is looked whether rows of the app have come.
LOOK = 10
PATIENCE = 600.0
_FREE = Cost(rows=0, bytes=0, milliseconds=0)


class _Touched(Exception):
    """Rows of the app have come while it was asked about."""


@dataclass
class Answered:
    """What was found the same of an app while it had these rows, as of one moment: questions and what both said."""

    of: OfApp
    rows: RowsOfApp
    same: dict[Hashable, object] = field(default_factory=dict)


class Comparison:
    """`told` hears of each thing that is the same; it and `go_on` raise where all is to end."""

    def __init__(
        self, pipeline: Pipeline, here: Engine, there: Engine,
        told: Callable[[], None] = lambda: None, go_on: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        self._pipeline, self._told, self.go_on = pipeline, told, go_on
        self.here, self.there = (QueryExecutor(one, kept=0) for one in (here, there))
        self._answered: dict[int, Answered] = {}
        self._lock = threading.Lock()
        self.asked = 0

    def beforehand(self, is_same: Callable[[int, RowsOfApp], bool]) -> None:
        """While events are loaded: ask about apps whose rows are the same in both, as `is_same` says. A difference of
        one whose rows change meanwhile says nothing; of another MoveFailed."""
        with self._pools(1) as pools:
            for app in self._pipeline.records.apps.all():
                rows, known = self._rows(app), self._answered.get(app.id)
                if rows is None or (known and known.rows == rows) or not is_same(app.id, rows):
                    continue
                if found := self._begun(app, rows):
                    try:
                        self._ask([found], pools, partial(self._check, app, rows))
                        self._check(app, rows)
                    except _Touched:
                        continue
                    except MoveFailed:
                        if self._rows(app) != rows:
                            continue
                        raise
                    self._answered[app.id] = found

    def run(self) -> None:
        """Once nothing changes any more: what was not asked of the rows and records that there are now. MoveFailed at
        the first difference."""
        rows, due = rows_of_apps(self.here.engine), list[Answered]()
        for app in self._pipeline.records.apps.all():
            known = self._answered.get(app.id)
            if known and known.rows == rows.get(app.id):
                known.of = known.of.as_recorded()
                due.append(known)
            elif app.id in rows and (begun := self._begun(app, rows[app.id])):
                due.append(begun)
        with self._pools(AT_ONCE) as pools:
            self._ask(due, pools, lambda: None)

    def forget(self, app: int) -> None:
        """One of the two was written to: what was asked of this app does not count."""
        self._answered.pop(app, None)

    def _rows(self, app: App) -> RowsOfApp | None:
        return rows_of_apps(self.here.engine).get(app.id)

    def _check(self, app: App, rows: RowsOfApp) -> None:
        if self._rows(app) != rows:
            raise _Touched

    def _begun(self, app: App, rows: RowsOfApp) -> Answered | None:
        """None where no report has anything to say of it."""
        first = first_day(self.here.engine, app.id)
        return Answered(OfApp.now(self._pipeline, app, first), rows) if first else None

    @contextmanager
    def _pools(self, at_once: int) -> Iterator[Pools]:
        """Threads for what is asked, and for the other side of it."""
        with ThreadPoolExecutor(at_once) as some, ThreadPoolExecutor(at_once + 1) as other:
            try:
                yield some, other
            finally:
                some.shutdown(cancel_futures=True)

    def _ask(self, due: Sequence[Answered], pools: Pools, look: Callable[[], None]) -> None:
        """All there is to ask of these apps; `look` now and then."""
        some, other = pools
        begun = list[Future[None]]()
        for known in due:
            sides = _Sides(self, known, other)
            with sides.asking(", ".join(ONE_OF.values())):
                begun += [
                    some.submit(self._one, sides, one, look if n % LOOK == 0 else None)
                    for n, one in enumerate(known.of.every(sides), 1)
                ]
        for future in as_completed(begun):
            future.result()
            self._told()

    def _one(self, sides: _Sides, one: Asked, look: Callable[[], None] | None) -> None:
        if look:
            look()
        with sides.asking(one.named), suppress(Refused):  # by both
            one.ask(sides)

    def count(self) -> None:
        """One question more was asked of both."""
        with self._lock:
            self.asked += 1

    def close(self) -> None:
        """Close both."""
        for one in (self.here, self.there):
            one.engine.close()


class _Difference(Exception):
    """What the two say."""


@dataclass(frozen=True)
class _Sides:
    """Both warehouses, asked about one app at once; each question once."""

    comparison: Comparison
    known: Answered
    other: ThreadPoolExecutor

    def ask(self, query: AnyQuery) -> Table:
        """What both answer; Refused where both refuse it."""
        of = self.known.of
        whole = completed(query, of.pipeline.records, of.cohorts(self.comparison.here).known)
        found = self.same(whole, lambda one: _answer(one, whole, of))
        if isinstance(found, Refused):
            raise found
        return found

    def same(self, key: Hashable, question: Callable[[QueryExecutor], Found]) -> Found:
        """What both say to what is no query; `key` tells it from others of the app."""
        if key not in self.known.same:
            self.comparison.count()
            there = self.other.submit(self._until_answered, question, self.comparison.there)
            here = self._until_answered(question, self.comparison.here)
            if _told(here) != _told(there.result()):
                raise _Difference(_first_difference(here, there.result()))
            self.known.same[key] = here
        return cast("Found", self.known.same[key])

    def _until_answered(
        self, question: Callable[[QueryExecutor], Found], executor: QueryExecutor
    ) -> Found:
        """What it says once it is not busy: to be told to come again is no answer. Raises where all is to end."""
        while True:
            try:
                return question(executor)
            except Busy as error:
                self.comparison.go_on()
                time.sleep(error.retry_after)

    @contextmanager
    def asking(self, named: str) -> Iterator[None]:
        """What is asked here is called that; MoveFailed where the two differ."""
        what = f"{self.known.of.app.name} {named}"
        try:
            yield
        except _Difference as error:
            raise MoveFailed(
                f"报表 {what} 在两个数据仓库中不一致：{error}。没有切换",
                f"The report {what} differs between the two warehouses: {error}. Nothing was switched",
            ) from error


def _answer(executor: QueryExecutor, query: AnyQuery, of: OfApp) -> Table | Refused:
    """The table without its cost and without how cells are written; or that it is refused. Busy where it is to be asked
    again."""
    try:
        table = executor.ask(query, of.as_of, patience=PATIENCE)
    except Busy:
        raise
    except Refused as error:
        return error
    columns = tuple(replace(one, shown=None) for one in table.columns)
    return replace(table, cost=_FREE, columns=columns)


def _told(one: object) -> object:
    return one.code if isinstance(one, Refused) else one


def _first_difference(here: object, there: object) -> str:
    if not isinstance(here, Table) or not isinstance(there, Table):
        said = [
            one if isinstance(one, str) else type(one).__name__ for one in map(_told, (here, there))
        ]
        return " / ".join(said)
    for n, (one, two) in enumerate(zip(here.rows, there.rows, strict=False), 1):
        if one != two:
            return f"#{n} {one!r} / {two!r}"
    if len(here.rows) != len(there.rows):
        return f"{len(here.rows)} / {len(there.rows)}"
    differ = (
        one.name for one in fields(Table) if getattr(here, one.name) != getattr(there, one.name)
    )
    name = next(differ)
    return f"{name} {getattr(here, name)!r} / {getattr(there, name)!r}"
