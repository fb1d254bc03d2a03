"""Threads that work in steps, and how to hold them still between two of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Pause:
    """Steps go through while nobody holds it; who holds it waits for the step under way to end."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._holders = 0

    def enter(self) -> None:
        """Begin a step, as soon as nobody holds it."""
        with self._changed:
            self._changed.wait_for(lambda: not self._holders)
            self._inside += 1

    def leave(self) -> None:
        """The step is over."""
        with self._changed:
            self._inside -= 1
            self._changed.notify_all()

    @contextmanager
    def step(self) -> Iterator[None]:
        """One step."""
        self.enter()
        try:
            yield
        finally:
            self.leave()

    @contextmanager
    def held(self) -> Iterator[None]:
        """No step is under way and none begins."""
        with self._changed:
            self._holders += 1
            self._changed.wait_for(lambda: not self._inside)
        try:
            yield
        finally:
            with self._changed:
                self._holders -= 1
                self._changed.notify_all()


class Turns:
    """The steps of one thread. `over` stands before each step, `sleep` between two."""

    def __init__(self, pause: Pause, stop: threading.Event) -> None:
        self._pause = pause
        self._stop = stop
        self._began: float | None = None

    def over(self) -> bool:
        """Whether to end; else the next step begins."""
        self.rest()
        if self._stop.is_set():
            return True
        self._pause.enter()
        self._began = time.monotonic()
        return False

    def sleep(self, seconds: float) -> None:
        """Wait for the next step, or for the end."""
        self.rest()
        self._stop.wait(seconds)

    def rest(self) -> None:
        """No step is under way."""
        if self._began is not None:
            self._began = None
            self._pause.leave()

    def seconds(self) -> float:
        """How long the step under way takes already."""
        began = self._began
        return time.monotonic() - began if began is not None else 0.0
