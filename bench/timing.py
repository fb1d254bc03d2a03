"""How long a question takes when it has been asked before: median and p95 of some runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

from bench.options import Options
from bench.result import percentile

Answer = TypeVar("Answer")
FEWEST = 3


@dataclass(frozen=True)
class Timed:
    """Milliseconds of the runs after the first."""

    runs: list[float]

    @property
    def median(self) -> float:
        return median(self.runs)

    @property
    def p95(self) -> float:
        return percentile(self.runs, 0.95)


def timed(options: Options, ask: Callable[[], Answer]) -> tuple[Answer, Timed]:
    """The answer of the first run, and the times of the runs after it, within the seconds allowed."""
    began = time.perf_counter()
    answer = ask()
    runs: list[float] = []
    while len(runs) < FEWEST or (
        len(runs) < options.most_runs and time.perf_counter() - began < options.most_seconds
    ):
        before = time.perf_counter()
        ask()
        runs.append((time.perf_counter() - before) * 1000)
    return answer, Timed(runs)
