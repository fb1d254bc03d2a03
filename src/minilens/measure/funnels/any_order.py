"""Attempts of steps in any order: as many different steps as different rows do, from an entry on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minilens.measure.funnels.rows import NONE, Attempts, Places, Rows, Whole

#: Behind all rows.
_FAR = np.iinfo(np.int64).max


def any_order(rows: Rows, steps: int) -> Attempts:
    """What becomes of each row that may be an entry; the k-th row taken is the k-th in time."""
    entries = np.flatnonzero((rows.steps != 0) & rows.enters)
    until = rows.until[entries]
    ended = Places(rows, rows.ends != 0).first_behind(entries)
    ended = np.where((ended != NONE) & (rows.ts[ended] <= until), ended, NONE)
    near = _Near(rows, entries, until, ended)
    masks = [mask for mask in np.flatnonzero(np.bincount(rows.steps)).tolist() if mask]
    several = any(mask & (mask - 1) for mask in masks)
    taken = _matched(near, steps, masks) if several else _disjoint(near, steps)
    level = (taken != NONE).sum(axis=1)
    stop = np.where(level == steps, NONE, ended)
    return Attempts(rows.owner[entries], entries, level, taken, stop, until)


@dataclass(frozen=True)
class _Near:
    """The entries, and up to where rows count for each."""

    rows: Rows
    entries: Whole
    until: Whole
    ended: Whole

    def nth(self, places: Places, n: int) -> Whole:
        """Of each entry the place that has `n` of these between, the entry's own being the first; _FAR for none."""
        found = places.nth_behind(self.entries, n, "left")
        late = (found == NONE) | (self.rows.ts[found] > self.until)
        late |= (self.ended != NONE) & (found > self.ended)
        return np.where(late, _FAR, found)


def _disjoint(near: _Near, steps: int) -> Whole:
    """Where no row fits two steps: the earliest of each."""
    found = np.empty((len(near.entries), steps), np.int64)
    for step in range(steps):
        found[:, step] = near.nth(Places(near.rows, near.rows.fits(step)), 0)
    found.sort(axis=1)
    return np.where(found == _FAR, NONE, found)


def _matched(near: _Near, steps: int, masks: list[int]) -> Whole:
    """Where rows fit several steps: one is taken if it and those taken so far can each have a step of their own.

    Of the rows that fit the same steps no more can be taken than these steps are, so no more are looked at.
    """
    found, of = _candidates(near, masks)
    count = len(near.entries)
    taken, level = np.full((count, steps), NONE, np.int64), np.zeros(count, np.int64)
    state, known = np.zeros(count, np.int64), _States(masks)
    for n in range(found.shape[1]):
        here = np.flatnonzero(found[:, n] != _FAR)
        then = known.after(state[here], of[here, n])
        takes = then != state[here]
        here = here[takes]
        state[here] = then[takes]
        taken[here, level[here]] = found[here, n]
        level[here] += 1
    return taken


def _candidates(near: _Near, masks: list[int]) -> tuple[Whole, Whole]:
    """Of each entry the rows that may be taken, in order, _FAR behind the last; and the place of the mask of each."""
    columns, of = [], []
    for n, mask in enumerate(masks):
        places = Places(near.rows, near.rows.steps == mask)
        for k in range(mask.bit_count()):
            columns.append(near.nth(places, k))
            of.append(n)
    found = np.stack(columns, axis=1)
    order = np.argsort(found, axis=1)
    return np.take_along_axis(found, order, axis=1), np.array(of, np.int64)[order]


class _States:
    """What can have been taken: how many rows of which masks, each of such being a number; 0 is nothing."""

    def __init__(self, masks: list[int]) -> None:
        self._masks = masks
        self._known: list[tuple[int, ...]] = [()]
        self._numbers: dict[tuple[int, ...], int] = {(): 0}

    def after(self, states: Whole, of: Whole) -> Whole:
        """What each comes to with one row more of a mask; the same where that row can have no step."""
        count = len(self._masks)
        keys = states * count + of
        there = np.flatnonzero(np.bincount(keys, minlength=1))
        table = np.zeros(int(there.max(initial=0)) + 1, np.int64)
        for key in there.tolist():
            table[key] = self._with(*divmod(key, count))
        found: Whole = table[keys]
        return found

    def _with(self, state: int, of: int) -> int:
        some = tuple(sorted((*self._known[state], self._masks[of])))
        if some not in self._numbers:
            if not _each_has_one(some):
                self._numbers[some] = NONE
            else:
                self._numbers[some] = len(self._known)
                self._known.append(some)
        return state if self._numbers[some] == NONE else self._numbers[some]


def _each_has_one(masks: tuple[int, ...]) -> bool:
    """Whether each can have a step of its own."""
    has: dict[int, int] = {}

    def finds(n: int, asked: set[int]) -> bool:
        for step in range(masks[n].bit_length()):
            if masks[n] >> step & 1 and step not in asked:
                asked.add(step)
                if step not in has or finds(has[step], asked):
                    has[step] = n
                    return True
        return False

    return all(finds(n, set()) for n in range(len(masks)))
