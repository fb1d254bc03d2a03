"""From rows in order to attempts: which row was taken for each step, and how far each attempt got.

Rows stand in one order for all reports: time, then sequence in the session, then arrival. A row serves one step. An
attempt begins with an entry; of the attempts of one owner (a person, a session) the furthest counts, of equals the one
that began first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]
Order = Literal["ordered", "strict", "any"]
#: In an array of places: none.
NONE = -1


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

    @property
    def places(self) -> Whole:
        """Numbers that rise with the rows, and are the same for the same row of a chain."""
        return self.chain * (int(self.rank.max(initial=0)) + 1) + self.rank

    def fits(self, step: int) -> Truth:
        """Which rows fit a step."""
        return (self.steps >> step & 1).astype(np.bool_)


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


def every(rows: Rows, steps: int, order: Order, within: tuple[int | None, ...] = ()) -> Attempts:
    """What becomes of each entry.

    `within`: of each step the milliseconds that it may come after the row of the step before; None where only the
    window of the whole holds.
    """
    if order == "any":
        return _any_order(rows, steps)
    entries = np.flatnonzero(rows.fits(0) & rows.enters)
    if order == "ordered" and any(one is not None for one in within):
        return _within(rows, entries, steps, within)
    return _chained(rows, entries, steps, strict=order == "strict")


class _Places:
    """The places of some rows, to be asked for the first of them behind others of the same chain."""

    def __init__(self, rows: Rows, some: Truth) -> None:
        self._rows = rows
        self._key = rows.places
        self._places = np.flatnonzero(some)
        self._keys = self._key[self._places]

    def first_behind(self, places: Whole, side: Literal["left", "right"] = "right") -> Whole:
        """Of each place the first of ours behind it; NONE where its chain has no more."""
        if not len(self._places):
            return np.full(len(places), NONE, np.int64)
        at = np.searchsorted(self._keys, self._key[places], side)
        found = self._places[np.minimum(at, len(self._places) - 1)]
        there = (at < len(self._places)) & (self._rows.chain[found] == self._rows.chain[places])
        return np.where(there, found, NONE)


def _chained(rows: Rows, entries: Whole, steps: int, *, strict: bool) -> Attempts:
    """Each step's earliest row: what comes first leads at least as far as what comes later."""
    until = rows.until[entries]
    level = np.ones(len(entries), np.int64)
    taken = np.full((len(entries), steps), NONE, np.int64)
    taken[:, 0] = entries
    stop = np.full(len(entries), NONE, np.int64)
    here = np.arange(len(entries))
    every_row = _Places(rows, np.ones(len(rows.ts), np.bool_)) if strict else None
    for step in range(1, steps):
        now = taken[here, step - 1]
        if every_row:
            found = every_row.first_behind(now)
            found = np.where((found != NONE) & rows.fits(step)[found], found, NONE)
        else:
            found = _Places(rows, rows.fits(step)).first_behind(now)
        found = np.where((found != NONE) & (rows.ts[found] <= until[here]), found, NONE)
        stop[here] = _stopped(rows, step, now, found, until[here])
        on = (found != NONE) & (stop[here] == NONE)
        here = here[on]
        taken[here, step] = found[on]
        level[here] += 1
    return Attempts(rows.owner[entries], entries, level, taken, stop, until)


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
    ended = _Places(rows, (rows.ends >> (step - 1) & 1).astype(np.bool_)).first_behind(first)
    counts = (ended != NONE) & (rows.ts[ended] <= until)
    return np.where(counts & ((then == NONE) | (rows.rank[ended] < rows.rank[then])), ended, NONE)


def _next(rows: Rows, fits: Truth, now: _Reached, last: Whole) -> _Reached:
    """The rows that fit and come behind those reached now, up to `last`."""
    places, every = np.flatnonzero(fits), len(rows.ts) + 1
    order = rows.places
    start = int(rows.ts.min()) if len(rows.ts) else 0
    span = (int(rows.ts.max()) - start + 2) if len(rows.ts) else 1
    clock = rows.chain * span + rows.ts - start
    low = np.searchsorted(order[places], order[now.at], "right")
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


def _any_order(rows: Rows, steps: int) -> Attempts:
    """As many different steps as different rows do, from an entry on; the k-th row taken is the k-th in time."""
    entries = np.flatnonzero((rows.steps != 0) & rows.enters)
    until = rows.until[entries]
    ended = _Places(rows, rows.ends != 0).first_behind(entries)
    ended = np.where((ended != NONE) & (rows.ts[ended] <= until), ended, NONE)
    if not (rows.steps & (rows.steps - 1)).any():
        taken = _disjoint(rows, entries, steps, ended)
    else:
        taken = _matched(rows, entries, steps, ended)
    level = (taken != NONE).sum(axis=1)
    stop = np.where(level == steps, NONE, ended)
    return Attempts(rows.owner[entries], entries, level, taken, stop, until)


def _disjoint(rows: Rows, entries: Whole, steps: int, ended: Whole) -> Whole:
    """Where no row fits two steps: the earliest of each."""
    found = np.stack(
        [_Places(rows, rows.fits(step)).first_behind(entries, "left") for step in range(steps)],
        axis=1,
    )
    late = (found == NONE) | (rows.ts[found] > rows.until[entries][:, None])
    late |= (ended != NONE)[:, None] & (rows.rank[found] > rows.rank[ended][:, None])
    far = len(rows.ts)
    found = np.sort(np.where(late, far, found), axis=1)
    return np.where(found == far, NONE, found)


def _matched(rows: Rows, entries: Whole, steps: int, ended: Whole) -> Whole:
    """Where rows fit several steps: one is taken if it and those taken so far can each have a step of their own."""
    taken = np.full((len(entries), steps), NONE, np.int64)
    some = np.flatnonzero(rows.steps)
    first = np.searchsorted(some, entries)
    for n, entry in enumerate(entries.tolist()):
        has: dict[int, int] = {}
        level = 0
        for place in some[first[n] :].tolist():
            late = rows.chain[place] != rows.chain[entry] or rows.ts[place] > rows.until[entry]
            if late or (ended[n] != NONE and rows.rank[place] > rows.rank[ended[n]]):
                break
            if _finds(place, rows.steps, has, set()):
                taken[n, level] = place
                level += 1
            if level == steps:
                break
    return taken


def _finds(place: int, steps: Whole, has: dict[int, int], asked: set[int]) -> bool:
    """Whether the row gets a step, others moving to another one of theirs where they must."""
    mask = int(steps[place])
    for step in range(mask.bit_length()):
        if mask >> step & 1 and step not in asked:
            asked.add(step)
            if step not in has or _finds(has[step], steps, has, asked):
                has[step] = place
                return True
    return False


def furthest(rows: Rows, made: Attempts) -> Attempts:
    """Of each owner the attempt that counts: the furthest, of equals the one that began first."""
    if not len(made):
        return made
    order = np.lexsort((rows.rank[made.entry], -made.level, made.owner))
    owner = made.owner[order]
    return made.some(order[np.append(True, owner[1:] != owner[:-1])])


def first_entries(rows: Rows, made: Attempts) -> Attempts:
    """Of each owner the attempt that began first."""
    if not len(made):
        return made
    order = np.lexsort((rows.rank[made.entry], made.owner))
    owner = made.owner[order]
    return made.some(order[np.append(True, owner[1:] != owner[:-1])])


def one_after_another(rows: Rows, made: Attempts) -> Attempts:
    """Of each owner the attempts that don't overlap: a new one begins when the one before has come through, has been
    ended or has run out; an entry at the very edge of a window is still within it.
    """
    order = np.lexsort((rows.rank[made.entry], made.owner))
    last = np.where(made.stop != NONE, made.stop, NONE)
    through = made.level == made.taken.shape[1]
    if len(made):
        last = np.where(through, made.taken.max(axis=1), last)
    kept: list[int] = []
    owner, busy_rank, busy_ts = NONE, NONE, NONE
    owners, ranks, times = (
        made.owner.tolist(),
        rows.rank[made.entry].tolist(),
        rows.ts[made.entry].tolist(),
    )
    lasts, untils = last.tolist(), made.until.tolist()
    for n in order.tolist():
        if owners[n] == owner and (ranks[n] <= busy_rank or times[n] <= busy_ts):
            continue
        kept.append(n)
        owner = owners[n]
        open_ended = lasts[n] == NONE
        busy_rank = NONE if open_ended else int(rows.rank[lasts[n]])
        busy_ts = untils[n] if open_ended else NONE
    return made.some(np.array(kept, np.int64))


def may_still(made: Attempts, counted: Attempts, as_of: int) -> Truth:
    """Of each attempt counted: whether it isn't through, and some attempt of its owner may still go on.

    `made`: the attempts of which those that count were chosen. `as_of`: up to when rows are known, in milliseconds.
    """
    on = (made.until >= as_of) & (made.stop == NONE) & (made.level < made.taken.shape[1])
    still: Truth = np.isin(counted.owner, made.owner[on]) & (counted.level < counted.taken.shape[1])
    return still
