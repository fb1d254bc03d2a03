"""What the server does and asks by itself keeps nobody who clicks waiting: neither for a turn nor for a thread."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import date

import pytest

from minilens.load.pipeline import Pipeline
from minilens.measure.execution.asker import Asker
from minilens.measure.execution.executor import QueryExecutor
from minilens.measure.execution.queue import QueryCancelled
from minilens.measure.measures import MEASURES
from minilens.measure.query import Query
from minilens.measure.table import Table
from minilens.period import Range
from minilens.serve import tasks
from minilens.serve.behind import behind, stop
from minilens.serve.tasks import Task
from minilens.serve.wiring import console, questions
from minilens.settings import Settings
from minilens.web.reports.ask import PLAIN
from tests.pipeline import Happening, House, at

DAYS = Range(date(2026, 6, 1), date(2026, 6, 2))


@pytest.fixture(scope="module")
def house(new_app: Callable[..., House]) -> House:
    made = new_app()
    made.load([Happening(at("2026-06-01 09:00"), session="s")])
    made.build()
    return made


class Question(threading.Thread):
    """Asked from a thread of its own: its answer, or what it failed with."""

    def __init__(self, ask: Callable[[], Table]) -> None:
        super().__init__(daemon=True)
        self._ask = ask
        self.answer: Table | BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self.answer = self._ask()
        except BaseException as error:
            self.answer = error


@pytest.fixture
def asked(
    pipeline: Pipeline, settings: Settings, house: House
) -> tuple[QueryExecutor, Asker, Callable[[], Table]]:
    """Asks as alarms, snapshots and messages do."""
    executor, own = questions(pipeline, settings), Asker()
    patient = behind(pipeline, console(pipeline, settings, executor), executor, own)
    app = next(one for one in patient.apps() if one.id == house.app.id)
    query = Query(house.app.id, (MEASURES["visits"],), DAYS)
    return executor, own, lambda: patient.answer(PLAIN, query, app)


def test_its_questions_wait_until_nobody_else_asks(
    asked: tuple[QueryExecutor, Asker, Callable[[], Table]],
) -> None:
    executor, _, ask = asked
    with executor._turns.turn("somebody", patience=0):
        waiting = Question(ask)
        waiting.join(0.5)
        assert waiting.is_alive()
    waiting.join(60)
    assert isinstance(waiting.answer, Table)


def test_they_end_when_the_server_does(
    asked: tuple[QueryExecutor, Asker, Callable[[], Table]],
) -> None:
    executor, own, ask = asked
    with executor._turns.turn("somebody", patience=0):
        waiting = Question(ask)
        while not own.under_way:
            time.sleep(0.01)
        stop(executor, own)
        waiting.join(60)
    assert isinstance(waiting.answer, QueryCancelled)
    with pytest.raises(QueryCancelled):
        ask()


def test_regular_work_has_threads_of_its_own_and_is_done_before_it_ends(
    pipeline: Pipeline, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "TASKS", ())
    free, done = threading.Event(), list[int]()
    begun = threading.Semaphore(0)

    def long(_pipeline: Pipeline, _settings: Settings) -> None:
        begun.release()
        free.wait(60)
        done.append(1)

    async def served() -> None:
        many = [Task(f"long {n}", 3600.0, long, beside=True) for n in range(40)]
        regular = asyncio.create_task(tasks.run(pipeline, settings, many))
        for _ in many:
            assert await asyncio.to_thread(begun.acquire, timeout=60)  # people's threads are free
        regular.cancel()
        await asyncio.sleep(0.05)
        assert not regular.done()
        free.set()  # by this loop, which does not stand still meanwhile
        await asyncio.gather(regular, return_exceptions=True)

    asyncio.run(served())
    assert len(done) == 40
