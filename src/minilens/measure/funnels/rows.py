"""Rows in order, and what is made of them: attempts, of which each took a row for each step that it got through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.signedinteger[Any]]
Truth = NDArray[np.bool_]
Order = Literal["ordered", "strict", "any"]
#: In an array of places: none.
NONE = -1
#: Places of which one in so many rows or more is asked for are counted all at once.
MANY = 40


@dataclass(frozen=True)
class Rows:
    """Rows sorted by chain and, within one, by `rank`, the place in the one order of all of the owner's rows.

    `owner`: of whom attempts are compared. `chain`: rows that may follow one another, all of one owner. `ts`:
    milliseconds. `steps`: bit i where the row fits step i. `ends`: bit i where it ends an attempt that waits for step
    i + 1 after step i. `enters`: whether an attempt may begin here. `until`: the last millisecond of such an attempt.
    """

    owner: Whole
    chain: Whole
    rank: Whole
    ts: Whole
    steps: Whole
    ends: Whole
    enters: Truth
    until: Whole

    def fits(self, step: int) -> Truth:
        """Which rows fit a step."""
        found: Truth = (self.steps & (1 << step)) != 0
        return found


@dataclass(frozen=True)
class Attempts:
    """A line an attempt: its owner, the row it began with, how many steps it got through, and the row of each step.

    `stop`: the row that ended it, where an excluded event did; else NONE. `until`: as of its entry.
    """

    owner: Whole
    entry: Whole
    level: Whole
    taken: Whole
    stop: Whole
    until: Whole

    def __len__(self) -> int:
        return len(self.entry)

    def some(self, places: Whole | Truth) -> Attempts:
        """Those at these places."""
        return Attempts(
            self.owner[places], self.entry[places], self.level[places], self.taken[places],
            self.stop[places], self.until[places],
        )  # fmt: skip


class Places:
    """The places of some rows, to be asked for the first of them behind others of the same chain."""

    def __init__(self, rows: Rows, some: Truth) -> None:
        self._rows, self._some = rows, some
        self.places = np.flatnonzero(some)
        self._counted: Whole | None = None

    def first_behind(self, places: Whole, side: Literal["left", "right"] = "right") -> Whole:
        """Of each place the first of ours behind it, or with "left" at it; NONE where its chain has no more."""
        return self.nth_behind(places, 0, side)

    def nth_behind(self, places: Whole, n: int, side: Literal["left", "right"] = "right") -> Whole:
        """Of each place the one of ours that has `n` others of ours between."""
        if not len(self.places):
            return np.full(len(places), NONE, np.int64)
        at = self._before(places, side) + n
        found = self.places[np.minimum(at, len(self.places) - 1)]
        there = (at < len(self.places)) & (self._rows.chain[found] == self._rows.chain[places])
        return np.where(there, found, NONE)

    def _before(self, places: Whole, side: Literal["left", "right"]) -> Whole:
        """How many of ours come before each place. Of many places it is looked up, of few it is searched for."""
        if self._counted is None and len(places) * MANY < len(self._some):
            return np.searchsorted(self.places, places, side)
        if self._counted is None:
            self._counted = np.cumsum(self._some, dtype=np.int32)
        found = self._counted[places]
        return found if side == "right" else found - self._some[places]
