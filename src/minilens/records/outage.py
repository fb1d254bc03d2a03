"""That the records are away: said when it begins, each minute while it lasts, and when it is over."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field

log = logging.getLogger(__name__)

#: Seconds.
SAID_EVERY = 60.0


@dataclass
class Outage:
    """Of what one part of the program does with the records. `failing`: the last error; None while they answer."""

    work: str
    failing: Exception | None = None
    _said: float = float("-inf")
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def failed(self, error: Exception) -> None:
        """One more time."""
        with self._lock:
            self.failing = error
            if due := time.monotonic() - self._said >= SAID_EVERY:
                self._said = time.monotonic()
        if due:
            log.warning(
                "the records do not answer; trying again",
                extra={"work": self.work, "reason": str(error)},
            )

    def over(self) -> None:
        """They answer."""
        with self._lock:
            ended, self.failing, self._said = self.failing, None, float("-inf")
        if ended is not None:
            log.warning("the records answer again", extra={"work": self.work})
