"""Threads of the engine that work in steps for as long as the process lives.

A step that fails, whatever the reason, is tried again, later and later up to ten seconds. What fails is
remembered, with its reason and since when, until a step succeeds: readiness, metrics, `minilens doctor` and the
console say it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from minilens.errors import CannotStart
from minilens.load.pause import Pause, Turns
from minilens.period import now_ms

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 0.2, 10.0
#: What goes on failing is logged again after so long.
LOGGED_EVERY = 60.0
MOST_REASON = 300


class Failure(msgspec.Struct, frozen=True):
    """What fails, since when (milliseconds since 1970), why, and how often in a row."""

    name: str
    since: int
    reason: str
    times: int


@dataclass
class Failures:
    """What fails at present, by name: `load`, `build`, or a regular task."""

    _now: dict[str, Failure] = field(default_factory=dict)
    _logged: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def failed(self, name: str, error: BaseException) -> Failure:
        """One more time. Logged the first time, then each minute; foreign errors with their place."""
        reason = reason_of(error)
        with self._lock:
            before = self._now.get(name)
            found = (
                msgspec.structs.replace(before, reason=reason, times=before.times + 1)
                if before
                else Failure(name, now_ms(), reason, 1)
            )
            self._now[name] = found
            due = time.monotonic() - self._logged.get(name, float("-inf")) >= LOGGED_EVERY
            if due:
                self._logged[name] = time.monotonic()
        if due or found.times == 1:
            told = {"work": name, "reason": reason, "times": found.times}
            log.error("work of the engine failed; trying again", extra=told, exc_info=error)
        return found

    def worked(self, name: str) -> None:
        """A step succeeded."""
        with self._lock:
            ended = self._now.pop(name, None)
            self._logged.pop(name, None)
        if ended:
            log.warning("works again", extra={"work": name, "times": ended.times})

    def all(self) -> list[Failure]:
        """The longest first."""
        with self._lock:
            return sorted(self._now.values(), key=lambda failure: failure.since)


class Partly(Exception):
    """Part of a step failed, or rests after it did, while the rest goes on; `worked`: there was a rest."""

    def __init__(self, error: BaseException | None, *, worked: bool) -> None:
        super().__init__(str(error or ""))
        self.error = error  # None: nothing was tried that fails
        self.worked = worked


def reason_of(error: BaseException) -> str:
    """One line for people: the sentence of our own errors, else the kind and the sentence of the error."""
    text = str(error).strip().splitlines()
    said = text[0] if text else ""
    if isinstance(error, CannotStart) or not said:
        return (said or type(error).__name__)[:MOST_REASON]
    return f"{type(error).__name__}: {said}"[:MOST_REASON]


class Worker:
    """One thread: takes a step while nothing pauses it, rests `idle` seconds where there was nothing to do."""

    def __init__(
        self, name: str, step: Callable[[], bool], pause: Pause, failures: Failures, *, idle: float
    ) -> None:
        self.name = name
        self._step = step
        self._idle = idle
        self._failures = failures
        self._stop = threading.Event()
        self._turns = Turns(pause, self._stop)
        self._thread = threading.Thread(target=self._run, name=name)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the step under way."""
        self._stop.set()

    def join(self) -> None:
        """Wait for its end."""
        self._thread.join()

    def seconds(self) -> float | None:
        """How long the step under way takes already; None where the thread has ended."""
        return self._turns.seconds() if self._thread.is_alive() else None

    def _run(self) -> None:
        wait = FIRST_WAIT
        while not self._turns.over():
            try:
                worked = self._step()
            except Partly as part:
                if part.error is not None:
                    self._failures.failed(self.name, part.error)
                wait = FIRST_WAIT
                if not part.worked:
                    self._turns.sleep(self._idle)
                continue
            except BaseException as error:  # whatever it is: who counts must not end
                self._failures.failed(self.name, error)
                self._turns.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
                continue
            self._failures.worked(self.name)
            wait = FIRST_WAIT
            if not worked:
                self._turns.sleep(self._idle)
