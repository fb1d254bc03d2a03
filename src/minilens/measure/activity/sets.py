"""Sets of persons as bits: a million of them are 125 KB, and two of these are cut in microseconds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint64]
Whole = NDArray[np.int64]
#: Of rows, the places of their persons.
Places = NDArray[np.int32]
#: Numbers of persons up to this are looked up in a table instead of being sorted.
_MOST_IN_A_TABLE = 1 << 26


@dataclass(frozen=True)
class Persons:
    """So many persons, each with a place; sets of them are bits at these places."""

    count: int

    def none(self) -> Bits:
        """Nobody."""
        return np.zeros(-(-self.count // 64), np.uint64)

    def at(self, places: Whole | Places) -> Bits:
        """Those at these places."""
        there = np.zeros(-(-self.count // 64) * 64, np.bool_)
        there[places] = True
        return np.packbits(there, bitorder="little").view(np.uint64)

    def places(self, some: Bits) -> NDArray[np.bool_]:
        """Of each person whether it is one of these."""
        return np.unpackbits(some.view(np.uint8), count=self.count, bitorder="little").view(
            np.bool_
        )

    def union(self, sets: Iterable[Bits]) -> Bits:
        """Who is in any of them."""
        found = self.none()
        for one in sets:
            found = found | one
        return found


def size(some: Bits) -> int:
    """How many they are."""
    return int(np.bitwise_count(some).sum())


def numbered(persons: NDArray[np.uint32]) -> tuple[Persons, Places]:
    """All persons, and of each number given the place that its person has."""
    if not len(persons):
        return Persons(0), np.zeros(0, np.int32)
    top = int(persons.max()) + 1
    if top > _MOST_IN_A_TABLE:
        known, places = np.unique(persons, return_inverse=True)
        return Persons(len(known)), places.astype(np.int32)
    there = np.zeros(top, np.bool_)
    there[persons] = True
    place = np.cumsum(there, dtype=np.int32) - 1
    return Persons(int(place[-1]) + 1), place[persons]
