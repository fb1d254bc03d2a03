"""Which attempts of an owner count."""

from __future__ import annotations

import numpy as np

from minilens.measure.events.sorting import dense
from minilens.measure.funnels.rows import NONE, Attempts, Rows, Truth, Whole


def furthest(rows: Rows, made: Attempts) -> Attempts:
    """Of each owner the attempt that counts: the furthest, of equals the one that began first."""
    if not len(made):
        return made
    begins = _begins(made.owner)
    most = np.maximum.reduceat(made.level, begins)
    far = np.flatnonzero(made.level == np.repeat(most, _lengths(made.owner, begins)))
    return made.some(far[_first(rows, made.owner[far], made.entry[far])])


def first_entries(rows: Rows, made: Attempts) -> Attempts:
    """Of each owner the attempt that began first."""
    return made.some(_first(rows, made.owner, made.entry)) if len(made) else made


def _first(rows: Rows, owner: Whole, entry: Whole) -> Whole:
    """The places of attempts that are the first of their owners."""
    begins = _begins(owner)
    if rows.chain is rows.owner:  # they stand in the order of their entries
        return begins
    rank = rows.rank[entry]
    least = np.repeat(np.minimum.reduceat(rank, begins), _lengths(owner, begins))
    return np.flatnonzero(rank == least)


def without_earlier(rows: Rows, made: Attempts, start: int) -> Truth:
    """Which attempts are of owners that had no first step before a moment."""
    met = rows.owner[rows.fits(0) & (rows.ts < start)]
    found: Truth = ~np.isin(made.owner, met)
    return found


def not_ended(made: Attempts, plain: Whole, period: Whole | None) -> Truth:
    """Which attempts no excluded event ended, and which get as far as any of their owner (in their period) would if
    none had been. `plain`: how far each gets where nothing is excluded; without periods each stands by itself."""
    free: Truth = made.stop == NONE
    if period is None or not len(made):
        return free
    whose = dense(made.owner * (int(period.max()) + 1) + period)[0]
    most = np.zeros(int(whose.max()) + 1, np.int64)
    np.maximum.at(most, whose, plain)
    far: Truth = made.level == most[whose]
    return free & far


def _begins(owner: Whole) -> Whole:
    """Where each owner's attempts begin: attempts stand by owner."""
    return np.flatnonzero(np.append(True, owner[1:] != owner[:-1]))


def _lengths(owner: Whole, begins: Whole) -> Whole:
    return np.diff(np.append(begins, len(owner)))


def one_after_another(rows: Rows, made: Attempts) -> Attempts:
    """Of each owner the attempts that don't overlap: a new one begins when the one before has come through, has been
    ended or has run out; an entry at the very edge of a window is still within it.
    """
    if not len(made):
        return made
    if rows.chain is not rows.owner:
        made = made.some(np.lexsort((rows.rank[made.entry], made.owner)))
    then = _free(rows, made)
    begins = _begins(made.owner)
    ends = np.repeat(np.append(begins[1:], len(made)), _lengths(made.owner, begins))
    kept, now = [], begins
    while len(now):
        kept.append(now)
        later = then[now]
        now = later[later < ends[now]]
    return made.some(np.sort(np.concatenate(kept)))


def _free(rows: Rows, made: Attempts) -> Whole:
    """Of each attempt the place of the first one behind it that may begin when it is over; maybe another owner's."""
    through = made.level == made.taken.shape[1]
    last = np.where(through, made.taken.max(axis=1), made.stop)
    ranks, times = rows.rank[made.entry], rows.ts[made.entry]
    start = int(times.min())
    far, long = int(rows.rank.max()) + 1, int(times.max()) - start + 2
    by_rank = np.searchsorted(made.owner * far + ranks, made.owner * far + rows.rank[last], "right")
    until = np.minimum(made.until - start, long - 1)
    by_time = np.searchsorted(made.owner * long + times - start, made.owner * long + until, "right")
    return np.where(last == NONE, by_time, by_rank)


def may_still(made: Attempts, counted: Attempts, as_of: int) -> Truth:
    """Of each attempt counted: whether it isn't through, and some attempt of its owner may still go on.

    `made`: the attempts of which those that count were chosen. `as_of`: up to when rows are known, in milliseconds.
    """
    on = (made.until >= as_of) & (made.stop == NONE) & (made.level < made.taken.shape[1])
    still: Truth = counted.level < counted.taken.shape[1]
    return still & np.isin(counted.owner, made.owner[on])
