"""Retention by each person's own clock: in which blocks of 24 hours (weeks, hours) since its start it returned."""

from __future__ import annotations

import numpy as np

from minilens.measure.activity.active import Active
from minilens.measure.activity.query import LENGTHS, ReturnsQuery
from minilens.measure.activity.sets import Bits, Whole


def own_blocks(active: Active, query: ReturnsQuery, period: int, cohort: Bits) -> list[Bits]:
    """Of the persons who start in a period those who returned in each block behind their start; 0 begins with it.

    A block is half open: a return a whole block behind the start, to the millisecond, is one of the next.
    """
    persons, length = active.persons, LENGTHS[query.unit]
    here = active.within(period)
    start = np.full(persons.count, -1, np.int64)
    started = active.columns["started"][here] != 0
    start[active.place[here][started]] = active.columns["start_at"][here][started]
    start[~persons.places(cohort)] = -1
    own = cohort if query.same else _at_once(active, period) & cohort
    last = None if query.mode == "on_or_after" else query.reach
    pairs = _blocks(active, start, length, last)
    most = int(pairs[1].max(initial=0))
    most = most if last is None else min(most, last)
    found = [persons.at(pairs[0][pairs[1] == n]) for n in range(max(most, 1) + 1)]
    found[0] = found[0] | own
    return found


def _blocks(active: Active, start: Whole, length: int, last: int | None) -> tuple[Whole, Whole]:
    """Places of persons, and the blocks in which they returned, up to the last that is asked for and some of those
    behind it; the same pair may be there twice."""
    told = active.stretches
    assert told is not None
    known = start[start >= 0]
    if not len(known):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    some = told.between(
        int(known.min()), None if last is None else int(known.max()) + (last + 1) * length
    )
    place, begin = told.place[some], start[told.place[some]]
    parts = []
    for moment in (told.least[some], told.most[some]):
        behind = (begin >= 0) & (moment > begin)
        parts.append((place[behind], (moment[behind] - begin[behind]) // length))
    return tuple(np.concatenate([one[n] for one in parts]) for n in (0, 1))  # type: ignore[return-value]


def _at_once(active: Active, period: int) -> Bits:
    """Who returned in the very millisecond of the start, behind it."""
    here = active.within(period)
    columns = active.columns
    same = columns["back_at"][here] == columns["start_at"][here]
    there = (columns["again"][here] != 0) & same
    return active.persons.at(active.place[here][there])
