"""Aggregates of the engine's, over rows or over states of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from minilens.measure.events.query import Aggregate

#: Which part of the numbers a percentile has below it.
LEVELS: dict[Aggregate, float] = {
    "median": 0.5, "p25": 0.25, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99,
}  # fmt: skip
#: Over rows; over states of rows; of one state; over the states of a group, beside each of them.
How = Literal["direct", "merge", "finish", "beside"]


@dataclass(frozen=True)
class Call:
    """An aggregate of the engine's and what it looks at."""

    name: str
    values: tuple[str, ...]
    level: str
    combined: str

    def __call__(self, form: str = "", of: str = "") -> str:
        """SQL of it, of a state of it or of what several states come to."""
        return f"{self.name}{self.combined}{form}{self.level}({of or ', '.join(self.values)})"
