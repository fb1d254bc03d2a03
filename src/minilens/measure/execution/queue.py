"""Heavy questions take turns: two at a time, the others in a line in which everybody sees their place.

Whoever is told to come again keeps the place for some seconds: a page asks again by itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

from minilens.errors import Busy

#: How long a place is kept for somebody who was told to come again.
KEPT = 5.0
#: How often one who waits looks whether the asker is still there.
LOOK = 0.1
#: What nobody looks at rests after each question for so many times as long as that took, up to so many seconds: two
#: thirds of the time the processors are whoever's who clicks.
RESTS, LONGEST_REST = 2.0, 1.0


class QueryCancelled(Exception):
    """The asker has gone."""


class QueryQueue:
    """A line before a few desks."""

    def __init__(self, at_once: int = 2, clock: Callable[[], float] = time.monotonic) -> None:
        self._at_once = at_once
        self._clock = clock
        self._line: dict[Hashable, float] = {}  # who waits, in order → when last seen
        self._at_work = 0
        self._behind = False
        self._rests_until = float("-inf")
        self._changed = threading.Condition()

    @contextmanager
    def turn(
        self, who: Hashable, *, patience: float, stopped: Callable[[], bool] = lambda: False
    ) -> Iterator[None]:
        """Wait for one's turn; Busy with the number of those ahead after `patience` seconds."""
        with self._changed:
            self._wait(who, self._clock() + patience, stopped)
            self._at_work += 1
        try:
            yield
        finally:
            with self._changed:
                self._at_work -= 1
                self._changed.notify_all()

    @contextmanager
    def turn_behind(
        self, *, patience: float, stopped: Callable[[], bool] = lambda: False
    ) -> Iterator[None]:
        """Wait until nobody is at work or in line: for one at a time that nobody looks at, with a rest between two. It
        keeps no desk: whoever comes meanwhile does not wait for it. Busy after `patience` seconds."""
        until = self._clock() + patience
        with self._changed:
            while self._behind or self._at_work or self._in_line() or self._rests():
                if stopped():
                    raise QueryCancelled
                if (left := until - self._clock()) <= 0:
                    raise Busy("queued", 1, ahead=self._at_work + self._in_line())
                self._changed.wait(min(left, self._rests() or LOOK, LOOK))
            self._behind, began = True, self._clock()
        try:
            yield
        finally:
            with self._changed:
                self._behind, took = False, self._clock() - began
                self._rests_until = self._clock() + min(RESTS * took, LONGEST_REST)
                self._changed.notify_all()

    def _rests(self) -> float:
        """Seconds until one that nobody looks at may begin."""
        return max(0.0, self._rests_until - self._clock())

    def _wait(self, who: Hashable, until: float, stopped: Callable[[], bool]) -> None:
        while True:
            self._line[who] = self._clock()  # keeps an old place, takes a new one at the end
            ahead = self._ahead(who)
            if self._at_work + ahead < self._at_once:
                del self._line[who]
                return
            if stopped():
                del self._line[who]
                raise QueryCancelled
            if (left := until - self._clock()) <= 0:
                raise Busy("queued", 1, ahead=self._at_work + ahead)
            self._changed.wait(min(left, LOOK))

    def _ahead(self, who: Hashable) -> int:
        """How many wait before."""
        self._in_line()
        return list(self._line).index(who)

    def _in_line(self) -> int:
        """How many wait; those who did not come again have lost their place."""
        limit = self._clock() - KEPT
        for other in [other for other, seen in self._line.items() if seen < limit]:
            del self._line[other]
        return len(self._line)
