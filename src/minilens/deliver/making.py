"""Messages are made one at a time, with a rest between two: the process is people's first."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: Of the processor's time that one takes here, drawing among it, as which nobody is answered; up to so many seconds.
RESTS, LONGEST_REST = 2.0, 1.0


class Making:
    """Whose turn it is. `busy` tells the seconds of processor time that the calling thread has taken."""

    def __init__(
        self,
        busy: Callable[[], float] = time.thread_time,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._busy, self._clock, self._sleep = busy, clock, sleep
        self._lock = threading.Lock()
        self._rests_until = float("-inf")

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for it, and for the rest after the one before."""
        with self._lock:
            if (left := self._rests_until - self._clock()) > 0:
                self._sleep(left)
            before = self._busy()
            try:
                yield
            finally:
                took = self._busy() - before
                self._rests_until = self._clock() + min(RESTS * took, LONGEST_REST)
