"""What became of each attempt that counts: how far it got, when, and of which group it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol

import numpy as np

from minilens.measure.funnels import attempts, chosen, entered
from minilens.measure.funnels.at_once import at_once
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.funnels.rows import NONE, Attempts, Rows, Truth, Whole
from minilens.period import midnight, milliseconds


class Groups(Protocol):
    """Of each row, by its rank, the place of its group: an array, or what looks it up when it is asked for."""

    def __getitem__(self, places: Any, /) -> Any:
        """Of some rows."""


@dataclass(frozen=True)
class Known:
    """What is known of rows besides.

    `persons`: the person's number of each owner, None where owners are persons. `whose`: of each row, by its rank, the
    person's number, where owners are launches: one may be of several persons. `group`: of each row, by its rank, a
    place in `groups`; None where there is one group. `midnights`: the milliseconds at which each day from `first` on
    (days since 1970) begins.
    """

    persons: Whole | None
    group: Groups | None
    groups: list[tuple[str, ...]]
    first: int
    midnights: Whole
    whose: Whole | None = None

    def person(self, owner: Whole, rank: Whole) -> Whole:
        """The persons of some rows, by their owners and ranks."""
        if self.whose is not None:
            return self.whose[rank]
        return owner if self.persons is None else self.persons[owner]

    def day(self, at: Whole) -> Whole:
        """The days of some moments, since 1970."""
        found: Whole = np.searchsorted(self.midnights, at, "right") - 1 + self.first
        return found


@dataclass(frozen=True)
class Outcomes:
    """A line an attempt that counts.

    `person`: the number of whose its entry is. `level`: how many steps it got through. `at`: of each step the
    milliseconds (since 1970) of the row taken, NONE where there is none. `until`: the last millisecond of its window.
    `day`: of its entry, days since 1970. `still`: whether it may still go on. `group`: a place in `groups`; NONE where
    it did not get to the row whose values tell.
    """

    person: Whole
    level: Whole
    at: Whole
    until: Whole
    day: Whole
    still: Truth
    group: Whole
    groups: list[tuple[str, ...]]

    def __len__(self) -> int:
        return len(self.level)

    @property
    def steps(self) -> int:
        """How many the funnel has."""
        return int(self.at.shape[1])

    def some(self, places: Any) -> Outcomes:
        """Those at these places."""
        return Outcomes(
            self.person[places], self.level[places], self.at[places], self.until[places], self.day[places],
            self.still[places],
            self.group[places], self.groups,
        )  # fmt: skip

    def once(self) -> Outcomes:
        """Of each person one attempt alone: the furthest, of equals the one that began first."""
        order = np.lexsort((self.at[:, 0], -self.level, self.person))
        return self.some(order[np.diff(self.person[order], prepend=-1) != 0])

    def reached(self, step: int) -> int:
        """How many got through a step, the first being 1."""
        return int((self.level >= step).sum())

    def times(self, first: int, last: int) -> Whole:
        """Milliseconds from one step to another, of those that got there."""
        there = np.flatnonzero(self.level >= last)
        took: Whole = self.at[there, last - 1] - self.at[there, first - 1]
        return took


def outcomes(query: FunnelQuery, rows: Rows, known: Known, as_of: int) -> Outcomes:
    """The attempts of these rows that count. `as_of`: up to when rows are known, in milliseconds."""
    every, made = decided(query, rows, known)
    still = chosen.may_still(every, made, as_of)
    at = np.where(made.taken == NONE, NONE, rows.ts[made.taken])
    day = known.day(rows.ts[made.entry])
    group = groups(query, rows, made, known)
    whose = known.person(made.owner, rows.rank[made.entry])
    return Outcomes(whose, made.level, at, made.until, day, still, group, known.groups)


def decided(query: FunnelQuery, rows: Rows, known: Known) -> tuple[Attempts, Attempts]:
    """All attempts of these rows that may count, and those of them that do."""
    every = _tried(query, rows)
    period = _periods(query, rows, every, known)
    if query.leaves_out:
        plain = _tried(query, replace(rows, ends=np.zeros_like(rows.ends)))
        alone = query.counts == "attempts"
        kept = chosen.not_ended(every, plain.level, None if alone else period)
        every, period = every.some(kept), period[kept]
    if query.show != "each_day":
        return every, _chosen(query, rows, every)
    return every, _of_each_period(query, rows, every, period)


def _tried(query: FunnelQuery, rows: Rows) -> Attempts:
    """The attempts of those entries that may count."""
    every = attempts.every(rows, query.steps, query.order, query.within)
    if query.first:
        every = chosen.first_entries(rows, every)
    if query.ever:
        start = milliseconds(midnight(query.rows.range.start, query.rows.timezone))
        every = every.some(chosen.without_earlier(rows, every, start))
    return every


def _chosen(query: FunnelQuery, rows: Rows, every: Attempts) -> Attempts:
    if query.counts == "attempts":
        return chosen.one_after_another(rows, every)
    return chosen.furthest(rows, every)


def _periods(query: FunnelQuery, rows: Rows, every: Attempts, known: Known) -> Whole:
    """The period of each entry, where each is for itself."""
    if query.show != "each_day":
        return np.zeros(len(every), np.int64)
    at = rows.ts[every.entry]
    return entered.period_of(query, at, known.day(at))


def _of_each_period(query: FunnelQuery, rows: Rows, every: Attempts, period: Whole) -> Attempts:
    """Of each owner and period of entry the attempt that counts: each period for itself."""
    there = np.flatnonzero(np.bincount(period)) if len(period) else period
    parts = [_chosen(query, rows, every.some(period == one)) for one in there.tolist()]
    if not parts:
        return every
    return Attempts(
        *(np.concatenate([getattr(one, name) for one in parts])
          for name in ("owner", "entry", "level", "taken", "stop", "until"))
    )  # fmt: skip


def groups(query: FunnelQuery, rows: Rows, made: Attempts, known: Known) -> Whole:
    """Of each attempt its group; NONE where it did not get to the step whose row tells."""
    if not len(made) or query.at in ("entry", "each"):
        row = made.entry
    else:
        step = made.level if query.at == "last" else np.full(len(made), int(query.at))
        row = made.taken[np.arange(len(made)), step - 1]
    group = np.zeros(1, np.int64) if known.group is None else known.group[rows.rank[row]]
    return np.where(row == NONE, NONE, group)


def together(parts: Sequence[Outcomes]) -> Outcomes:
    """The outcomes of different owners as one."""
    if len(parts) == 1:
        return parts[0]
    group, groups = _groups_of(parts)
    count, steps = sum(map(len, parts)), parts[0].steps
    at = np.empty(
        (count, steps), np.int64, order="F"
    )  # of all attempts most often one step is asked
    work = [
        partial(np.concatenate, [getattr(one, name) for one in parts])
        for name in ("person", "level", "until", "day", "still")
    ]
    work += [
        partial(np.concatenate, [one.at[:, n] for one in parts], out=at[:, n]) for n in range(steps)
    ]
    person, level, until, day, still, *_ = at_once(lambda one: one(), work)
    return Outcomes(person, level, at, until, day, still, group, groups)


def _groups_of(parts: Sequence[Outcomes]) -> tuple[Whole, list[tuple[str, ...]]]:
    """Of all attempts the places in one list of groups."""
    numbers: dict[tuple[str, ...], int] = {}
    tables: dict[int, Whole] = {}  # slices of rows that came together have the same list
    for one in parts:
        if id(one.groups) not in tables:
            told = [numbers.setdefault(named, len(numbers)) for named in one.groups]
            tables[id(one.groups)] = np.array([*told, NONE], np.int64)  # NONE is the last place
    group = np.concatenate([tables[id(one.groups)][one.group] for one in parts])
    return group, list(numbers)
