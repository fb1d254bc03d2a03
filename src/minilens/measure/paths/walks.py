"""From rows in order to paths: where each begins, and which node stands at each of its places.

Rows stand in the one order of all reports (time, sequence in the session, arrival). A chain is what may follow one
another: the rows of a launch, or those of a person between which no more than a gap lies. Rows of the same node one
after the other are one, unless they are told apart. Each owner has one path: from the first row that is the anchor.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]
#: In place of a node: the path is over; it may still go on.
ENDED, MAY_STILL = -1, -2


@dataclass(frozen=True)
class Rows:
    """Rows sorted by owner and then as all rows are. `ts`: milliseconds. `enters`: in the range. `node`: a number.
    `person`: whose each row is; None where nobody asks.
    """

    owner: Whole
    ts: Whole
    enters: Truth
    node: Whole
    person: Whole | None = None


@dataclass(frozen=True)
class How:
    """`anchor`: the node that paths begin with; None: the first of a chain. `step`: 1 forward, -1 back. `gap`: as far
    apart as rows of a chain may be, 0 without bounds; `reach`: so far from its anchor a path may go on, 0 without
    bounds. `anywhere`: the anchor is looked for in all rows of an owner, and counts if it lies in the range; else the
    first in the range counts. `idle`: a path may still go on so long after its last row. `now`: as of when.
    """

    anchor: int | None
    step: int = 1
    gap: int = 0
    reach: int = 0
    folded: bool = True
    anywhere: bool = True
    idle: int = 0
    now: int = 0


@dataclass(frozen=True)
class Walks:
    """The paths of all owners, each by the run that it begins with.

    A run is what rows of one node after the other come to: `first` is its first moment, `near` that of its moments
    which lies next to the anchor; `chain` tells which runs may follow one another. `over`: the last moment of each
    chain. `start`: of each path the place of its run; `entry`: that of the row it begins with; `moment`: when that was;
    `until`: the place of the run that it ends with, -1 where no end is set.
    """

    how: How
    node: Whole
    first: Whole
    near: Whole
    chain: Whole
    over: Whole
    start: Whole
    entry: Whole
    moment: Whole
    until: Whole

    def __len__(self) -> int:
        return len(self.start)

    def some(self, kept: Truth) -> Walks:
        """Those of them that are kept."""
        return replace(
            self, start=self.start[kept], entry=self.entry[kept], moment=self.moment[kept],
            until=self.until[kept],
        )  # fmt: skip

    def ending_with(self, node: int) -> Walks:
        """Those of them that get to a node behind their anchor, ending there."""
        if not len(self.start):
            return self
        places = np.flatnonzero(self.node == node)
        first = self.start + (self.how.anchor is not None)
        at = np.searchsorted(places, first)
        there = at < len(places)
        found = np.append(places, 0)[at]
        there &= self._belongs(found)
        return replace(self.some(there), until=found[there])

    def _belongs(self, run: Whole) -> Truth:
        """Of each path whether a run, which there is, is part of it."""
        there: Truth = self.chain[run] == self.chain[self.start]
        if self.how.reach:
            there &= np.abs(self.near[run] - self.moment) <= self.how.reach
        return there & ((self.until < 0) | (run <= self.until))

    def at(self, place: int) -> Whole:
        """Of each path the node at a place; ENDED or MAY_STILL where it is over by then.

        The anchor has place 0, what is next to it 1. Without an anchor the first node of a path has place 1.
        """
        run, there = self._runs(place)
        return np.where(there, self.node[run], self._ending()) if len(run) else run

    def moments(self, place: int) -> Whole:
        """Of each path when the node at a place began, the anchor at its own moment; -1 where it is over by then."""
        if place == 0 and self.how.anchor is not None:
            return self.moment
        run, there = self._runs(place)
        return np.where(there, self.first[run], -1) if len(run) else run

    def _runs(self, place: int) -> tuple[Whole, Truth]:
        """Of each path the run at a place, and whether there is one."""
        if not len(self.start):
            return np.zeros(0, np.int64), np.zeros(0, np.bool_)
        run = self.start + (place - (self.how.anchor is None)) * self.how.step
        inside = np.clip(run, 0, len(self.node) - 1)
        return inside, (run == inside) & self._belongs(inside)

    def _ending(self) -> Whole:
        """Of each path what it means that it is over."""
        how = self.how
        still = (self.over[self.chain[self.start]] + how.idle >= how.now) & (how.step > 0)
        if how.reach:
            still &= self.moment + how.reach >= how.now
        still &= self.until < 0
        return np.where(still, MAY_STILL, ENDED)


def walks(rows: Rows, how: How) -> Walks:
    """The paths that these rows are."""
    count = len(rows.ts)
    begins = np.ones(count, np.bool_)
    begins[1:] = rows.owner[1:] != rows.owner[:-1]
    if how.gap:
        begins[1:] |= rows.ts[1:] - rows.ts[:-1] > how.gap
    heads = begins.copy()
    heads[1:] |= (rows.node[1:] != rows.node[:-1]) | (not how.folded)
    head, chains = np.flatnonzero(heads), np.flatnonzero(begins)
    entry, first = _entries(rows, how, begins), rows.ts[head]
    return Walks(
        how, node=rows.node[head], first=first, near=first if how.step > 0 else rows.ts[_ends(head, count)],
        chain=_number(begins, head), over=rows.ts[_ends(chains, count)], start=_number(heads, entry), entry=entry,
        moment=rows.ts[entry], until=np.full(len(entry), -1, np.int64),
    )  # fmt: skip


def _number(begins: Truth, places: Whole) -> Whole:
    """The parts, numbered from 0, that rows at some places are in."""
    numbers = np.cumsum(begins, dtype=np.int32)  # the smaller, the quicker
    return numbers[places].astype(np.int64) - 1


def _ends(begins: Whole, count: int) -> Whole:
    """Of each part the place of its last row."""
    return np.append(begins[1:], count) - 1 if count else begins


def _entries(rows: Rows, how: How, begins: Truth) -> Whole:
    """Of each owner the row that its path begins with."""
    fits = begins if how.anchor is None else rows.node == how.anchor
    found = np.flatnonzero(fits if how.anywhere else fits & rows.enters)
    owner = rows.owner[found]
    first = np.ones(len(found), np.bool_)
    first[1:] = owner[1:] != owner[:-1]
    found = found[first]
    return found[rows.enters[found]]
