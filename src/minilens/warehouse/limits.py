"""How much one question may take of the engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Limits:
    """How much one question may take; 0 is no limit."""

    seconds: int = 0
    rows: int = 0

    def settings(self) -> dict[str, Any]:
        """The engine's words for it."""
        found: dict[str, Any] = {}
        if self.seconds:
            found |= {"max_execution_time": self.seconds, "timeout_overflow_mode": "throw"}
        if self.rows:
            found |= {"max_rows_to_read": self.rows, "read_overflow_mode": "throw"}
        return found
