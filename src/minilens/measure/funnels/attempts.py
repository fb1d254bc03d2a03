"""From rows in order to attempts: which row was taken for each step, and how far each attempt got.

Rows stand in one order for all reports: time, then sequence in the session, then arrival. A row serves one step. An
attempt begins with an entry; of the attempts of one owner (a person, a session) the furthest counts, of equals the one
that began first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minilens.measure.funnels.any_order import any_order
from minilens.measure.funnels.rows import NONE, Attempts, Order, Places, Rows, Truth, Whole


def every(rows: Rows, steps: int, order: Order, within: tuple[int | None, ...] = ()) -> Attempts:
    """What becomes of each entry.

    `within`: of each step the milliseconds that it may come after the row of the step before; None where only the
    window of the whole holds.
    """
    if order == "any":
        return any_order(rows, steps)
    entries = np.flatnonzero(rows.fits(0) & rows.enters)
    if order == "ordered" and any(one is not None for one in within):
        return _within(rows, entries, steps, within)
    return _chained(rows, entries, steps, strict=order == "strict")


def _chained(rows: Rows, entries: Whole, steps: int, *, strict: bool) -> Attempts:
    """Each step's earliest row: what comes first leads at least as far as what comes later."""
    until = rows.until[entries]
    level = np.ones(len(entries), np.int64)
    taken = np.full((len(entries), steps), NONE, np.int64)
    taken[:, 0] = now = entries
    stop = np.full(len(entries), NONE, np.int64)
    here = np.arange(len(entries))
    for step in range(1, steps):
        last = until[here]
        found = (
            _very_next(rows, step, now)
            if strict
            else Places(rows, rows.fits(step)).first_behind(now)
        )
        found = np.where((found != NONE) & (rows.ts[found] <= last), found, NONE)
        stop[here] = stopped = _stopped(rows, step, now, found, last)
        on = np.flatnonzero((found != NONE) & (stopped == NONE))
        here, now = here[on], found[on]
        taken[here, step] = now
        level[here] = step + 1
    return Attempts(rows.owner[entries], entries, level, taken, stop, until)


def _very_next(rows: Rows, step: int, places: Whole) -> Whole:
    """Of each place the next row of its chain where that fits the step."""
    found = np.minimum(places + 1, len(rows.ts) - 1)
    there = (found > places) & (rows.chain[found] == rows.chain[places])
    return np.where(there & (rows.steps[found] >> step & 1 == 1), found, NONE)


@dataclass(frozen=True)
class _Reached:
    """The rows of a step that attempts can reach, sorted by attempt and place, and the earliest that leads to each."""

    of: Whole
    at: Whole
    before: Whole

    def earliest(self, count: int) -> Whole:
        """Of each of so many attempts the first row; NONE where it has none."""
        found = np.full(count, NONE, np.int64)
        found[self.of[::-1]] = self.at[::-1]
        return found


def _within(rows: Rows, entries: Whole, steps: int, within: tuple[int | None, ...]) -> Attempts:
    """Where steps have windows of their own, the earliest row may lead nowhere: all that can be reached are kept."""
    until = rows.until[entries]
    level = np.ones(len(entries), np.int64)
    stop = np.full(len(entries), NONE, np.int64)
    reached = [_Reached(np.arange(len(entries)), entries, entries)]
    for step in range(1, steps):
        of, at = reached[-1].of, reached[-1].at
        last = until[of]
        if (most := within[step]) is not None:
            last = np.minimum(last, rows.ts[at] + most)
        found = _next(rows, rows.fits(step), reached[-1], last)
        first, then = reached[-1].earliest(len(entries)), found.earliest(len(entries))
        here = np.flatnonzero(first != NONE)
        stop[here] = _stopped(rows, step, first[here], then[here], until[here])
        on = stop[found.of] == NONE
        reached.append(_Reached(found.of[on], found.at[on], found.before[on]))
        level[reached[-1].of] = step + 1
    return Attempts(rows.owner[entries], entries, level, _traced(reached, level), stop, until)


def _stopped(rows: Rows, step: int, first: Whole, then: Whole, until: Whole) -> Whole:
    """Of attempts that wait for a step the row that ends them: an excluded one behind `first`, the earliest row that
    they wait at, and before `then`, the row for which they wait; NONE where nothing does.
    """
    ends = (rows.ends & (1 << (step - 1))) != 0
    if not ends.any():
        return np.full(len(first), NONE, np.int64)
    ended = Places(rows, ends).first_behind(first)
    counts = (ended != NONE) & (rows.ts[ended] <= until)
    return np.where(counts & ((then == NONE) | (rows.rank[ended] < rows.rank[then])), ended, NONE)


def _next(rows: Rows, fits: Truth, now: _Reached, last: Whole) -> _Reached:
    """The rows that fit and come behind those reached now, up to `last`."""
    places, every = np.flatnonzero(fits), len(rows.ts) + 1
    start = int(rows.ts.min()) if len(rows.ts) else 0
    span = (int(rows.ts.max()) - start + 2) if len(rows.ts) else 1
    clock = rows.chain * span + rows.ts - start
    low = np.searchsorted(places, now.at, "right")
    capped = np.minimum(np.maximum(last - start, -1), span - 2)
    high = np.searchsorted(clock[places], rows.chain[now.at] * span + capped, "right")
    count = np.maximum(high - low, 0)
    begins = np.repeat(low - np.append(0, np.cumsum(count)[:-1]), count) if len(count) else low
    at = places[begins + np.arange(int(count.sum()))] if len(count) else places[:0]
    of, before = np.repeat(now.of, count), np.repeat(now.at, count)
    _, once = np.unique(of * every + at, return_index=True)
    return _Reached(of[once], at[once], before[once])


def _traced(reached: list[_Reached], level: Whole) -> Whole:
    """Of each attempt the rows of its steps: the earliest of the last that it got to, and back from there."""
    taken = np.full((len(level), len(reached)), NONE, np.int64)
    now = np.full(len(level), NONE, np.int64)
    for step in range(len(reached) - 1, -1, -1):
        one = reached[step]
        now = np.where(level == step + 1, one.earliest(len(level)), now)
        taken[:, step] = now
        there = np.flatnonzero(now != NONE)
        every = int(max(one.at.max(initial=0), now.max(initial=0))) + 1
        found = np.searchsorted(one.of * every + one.at, there * every + now[there])
        now[there] = one.before[found]
    return taken
