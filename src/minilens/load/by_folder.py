"""The step of the loading thread: folder by folder. One that fails is left alone for a while, and the others go on.

So a receiver does not wait for the import of a damaged file, nor one receiver for the marks of another.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from minilens.load.loader import Loader
from minilens.load.worker import FIRST_WAIT, LONGEST_WAIT, Partly
from minilens.spool.reader import paths


@dataclass(frozen=True)
class Rest:
    """Until when a folder is left alone (monotonic), and how long that was in all."""

    until: float
    seconds: float


@dataclass
class ByFolder:
    """Remembers which folders failed. Each is tried again later and later, up to ten seconds."""

    loader: Loader
    _rests: dict[Path, Rest] = field(default_factory=dict)

    def step(self) -> bool:
        """Load a chunk of every folder that does not rest; Partly where one failed or rests."""
        now = time.monotonic()
        there = paths(self.loader.spool)
        self._rests = {path: rest for path, rest in self._rests.items() if path in there}
        due = [path for path in there if path not in self._rests or self._rests[path].until <= now]
        worked, failed = self.loader.each(due)
        for path in due:
            before = self._rests.pop(path, None)
            if path in failed:
                seconds = min(before.seconds * 2, LONGEST_WAIT) if before else FIRST_WAIT
                self._rests[path] = Rest(time.monotonic() + seconds, seconds)
        if self._rests:
            raise Partly(next(iter(failed.values()), None), worked=worked)
        return worked
