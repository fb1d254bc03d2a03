"""Weighted tables: a thing is drawn by one multiplication, so that a million draws are quick."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import TypeVar

T = TypeVar("T")


def slots(weights: Iterable[tuple[T, float]], size: int = 1000) -> tuple[T, ...]:
    """`size` places, handed out in proportion; every thing with a weight keeps at least one."""
    rows = [(thing, weight) for thing, weight in weights if weight > 0]
    total = sum(weight for _, weight in rows)
    places: list[T] = []
    reached = 0.0
    for thing, weight in rows:
        reached += weight / total * size
        places += [thing] * max(1, round(reached) - len(places))
    return tuple(places)


def draw(places: tuple[T, ...], chance: float) -> T:
    """The thing at `chance` (0 ≤ chance < 1)."""
    return places[int(chance * len(places))]


def lognormal(spread: float, size: int = 512) -> tuple[float, ...]:
    """Factors around 1 (their mean) that are often a little less and sometimes much more."""
    random = Random(size)
    return tuple(random.lognormvariate(-spread * spread / 2, spread) for _ in range(size))
