"""The step of the loading thread: folder by folder. One that fails is left alone for a while, and the others go on.

So a receiver does not wait for the import of a damaged file, nor one receiver for the marks of another.

A chunk costs by the apps in it far more than by their events. After one that took long, what comes is gathered for as
long again: so many small apps take half of a core, and few events are seen at once.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from minilens.errors import MinilensError
from minilens.load.loader import Loader, Place
from minilens.load.worker import FIRST_WAIT, LONGEST_WAIT, Partly
from minilens.spool.reader import ReceiverSpool

#: What comes is gathered for so many seconds at most, and not when so many bytes of it wait.
LONGEST_GATHERING = 1.5
ENOUGH = 1 << 20


@dataclass(frozen=True)
class Rest:
    """Until when a folder is left alone (monotonic), and how long that was in all."""

    until: float
    seconds: float


@dataclass
class ByFolder:
    """Remembers which folders failed. Each is tried again later and later, up to ten seconds."""

    loader: Loader
    _rests: dict[Place, Rest] = field(default_factory=dict)
    _gathers: dict[Place, float] = field(default_factory=dict)  # until when (monotonic)

    def step(self) -> bool:
        """Load a chunk of every folder that does not rest; Partly where one failed or rests."""
        now = time.monotonic()
        there = self.loader.places()
        self._rests = {path: rest for path, rest in self._rests.items() if path in there}
        self._gathers = {path: until for path, until in self._gathers.items() if until > now}
        due = [path for path in there if path not in self._rests or self._rests[path].until <= now]
        due = [path for path in due if path not in self._gathers or _has_enough(path)]
        worked, failed = self.loader.each(due)
        self._gather(worked, now=time.monotonic())
        for path in due:
            before = self._rests.pop(path, None)
            if path in failed:
                seconds = min(before.seconds * 2, LONGEST_WAIT) if before else FIRST_WAIT
                self._rests[path] = Rest(time.monotonic() + seconds, seconds)
        if self._rests:
            raise Partly(next(iter(failed.values()), None), worked=bool(worked))
        return bool(worked)

    def _gather(self, worked: dict[Place, float], *, now: float) -> None:
        for path, seconds in worked.items():
            self._gathers[path] = now + min(seconds, LONGEST_GATHERING)


def _has_enough(place: Place) -> bool:
    """Whether so much waits that more would not make its load cheaper. Marks that cannot be read fail in the load."""
    try:
        folder = ReceiverSpool(place) if isinstance(place, Path) else place
        return folder.waiting() >= ENOUGH
    except MinilensError:
        return True
