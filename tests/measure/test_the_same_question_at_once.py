"""The same question asked by several at once is answered once; who asked first may go, or fail."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime

from minilens.errors import Busy, EngineFailed
from minilens.measure.execution.queue import QueryCancelled
from minilens.measure.execution.single_flight import SingleFlight
from minilens.measure.table import Cost, Table

TABLE = Table(
    (), (), date(2026, 11, 1), date(2026, 11, 1), datetime(2026, 11, 2, tzinfo=UTC), Cost(0, 0, 0.0)
)


class Work:
    """What takes as long as a test wants. `ends` is what each piece of work ends with, in turn."""

    def __init__(self, *ends: Table | Exception) -> None:
        self._ends = list(ends)
        self.begun = 0
        self.go_on = threading.Event()

    def __call__(self) -> Table:
        self.begun += 1
        end = self._ends.pop(0)
        if self.begun == 1:
            assert self.go_on.wait(20)
        if isinstance(end, Exception):
            raise end
        return end


def both(
    shared: SingleFlight, work: Work, stopped: Callable[[], bool] = lambda: False
) -> list[Future[tuple[Table, bool]]]:
    """Two who ask for the same, the second while the first is being answered."""
    with ThreadPoolExecutor(2) as people:
        first = people.submit(shared.ask, "key", work)
        while not work.begun:
            time.sleep(0.01)
        second = people.submit(shared.ask, "key", work, stopped)
        time.sleep(0.3)
        work.go_on.set()
    return [first, second]


def test_one_works_for_both() -> None:
    work = Work(TABLE)
    first, second = both(SingleFlight(), work)
    assert (first.result(), second.result()) == ((TABLE, False), (TABLE, True))
    assert work.begun == 1


def test_the_second_works_where_the_first_failed_or_went() -> None:
    for end in (EngineFailed("broken"), QueryCancelled()):
        work = Work(end, TABLE)
        first, second = both(SingleFlight(), work)
        assert first.exception() is end
        assert second.result() == (TABLE, False)


def test_both_are_told_to_come_again() -> None:
    busy = Busy("queued", 1, ahead=3)
    first, second = both(SingleFlight(), Work(busy))
    assert first.exception() is second.exception() is busy


def test_who_waits_may_go() -> None:
    first, second = both(SingleFlight(), Work(TABLE), stopped=lambda: True)
    assert first.result() == (TABLE, False)
    assert isinstance(second.exception(), QueryCancelled)


def test_nothing_is_kept() -> None:
    shared, work = SingleFlight(), Work(TABLE, TABLE)
    work.go_on.set()
    assert [shared.ask("key", work)[1] for _ in range(2)] == [False, False]
    assert work.begun == 2
