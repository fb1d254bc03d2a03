"""Threads that ask a server, and may wait for it for minutes: none of them keeps the process from ending."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TypeVar

Given = TypeVar("Given")
Found = TypeVar("Found")


class Askers:
    """As many threads as there are questions at once; they are kept for the next ones until `close`."""

    def __init__(self) -> None:
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._count = 0
        self._lock = threading.Lock()

    def submit(self, question: Callable[[], Found]) -> Future[Found]:
        """Have it asked."""
        answer: Future[Found] = Future()

        def ask() -> None:
            try:
                answer.set_result(question())
            except BaseException as error:
                answer.set_exception(error)

        self._work.put(ask)
        if not self._idle.acquire(blocking=False):
            with self._lock:
                self._count += 1
            threading.Thread(target=self._serve, name="warehouse", daemon=True).start()
        return answer

    def map(self, question: Callable[[Given], Found], some: Iterable[Given]) -> list[Found]:
        """Have it asked of each at once; all answers, or what the first of them raises that failed."""
        answers = [self.submit(lambda one=one: question(one)) for one in some]  # type: ignore[misc]
        return [answer.result() for answer in answers]

    def _serve(self) -> None:
        while ask := self._work.get():
            ask()
            del ask
            self._idle.release()

    def close(self) -> None:
        """End them; what is under way is left to itself."""
        with self._lock:
            for _ in range(self._count):
                self._work.put(None)
            self._count = 0
