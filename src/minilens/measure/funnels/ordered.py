"""Puts rows in their one order: owner, time, sequence in the session, arrival.

Sorting is most of the work, so a row is one number where it can be: of whom, when, at which place of the session, and
what kind of row it is (the steps that it fits, what it excludes, its values). Numbers are sorted at once; of what
one number cannot hold the places are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minilens.measure.funnels.rows import Truth, Whole

#: Bits of a number, and values of which a table is made rather than that they are sorted.
_BITS, _FEW = 63, 1 << 22
#: A row without a place in its session.
NO_PLACE = 0


@dataclass(frozen=True)
class Unordered:
    """Rows as they come. `owner`: numbers from 0; `kind`: numbers from 0 of what else is known of a row."""

    owner: Whole
    at: Whole
    place: Whole
    came: Whole
    kind: Whole


@dataclass(frozen=True)
class Ordered:
    """The same rows in their order; what of them is still asked for."""

    owner: Whole
    at: Whole
    kind: Whole


def dense(values: NDArray[Any]) -> tuple[Whole, NDArray[Any]]:
    """Numbers from 0 that rise with the values, and what they stand for."""
    if not len(values):
        return np.zeros(0, np.int64), values
    least, most = int(values.min()), int(values.max())
    if most - least < _FEW:
        there = np.bincount((values - values.dtype.type(least)).astype(np.int64)) > 0
        numbers = np.cumsum(there, dtype=np.int64) - 1
        known = np.flatnonzero(there).astype(values.dtype) + values.dtype.type(least)
        return numbers[(values - values.dtype.type(least)).astype(np.int64)], known
    there_are = np.sort(values)
    there_are = there_are[np.append(True, there_are[1:] != there_are[:-1])]
    return np.searchsorted(there_are, values), there_are


def ordered(some: Unordered) -> Ordered:
    """The rows in their one order; those that are alike in all of it by their kind."""
    if not len(some.at):
        return Ordered(some.owner, some.at, some.kind)
    start = int(some.at.min())
    for_time = int(some.at.max() - start).bit_length()
    for_kind = int(some.kind.max()).bit_length()
    left = _BITS - int(some.owner.max()).bit_length() - for_time
    packed = left >= for_kind
    for_place = min(left - for_kind if packed else left, 16)
    last = (1 << for_place) - 1
    moments = some.owner << for_time | (some.at - start)
    moments = moments << for_place | np.where(
        some.place == NO_PLACE, last, np.minimum(some.place - 1, last)
    )
    if packed:
        key = np.sort(moments << for_kind | some.kind)
        moment, kind = key >> for_kind, key & ((1 << for_kind) - 1)
    else:
        order = np.argsort(moments)
        moment, kind = moments[order], some.kind[order]
    told = (moment & last) != last if packed else np.zeros(len(moment), np.bool_)
    _mend(some, moments, moment, kind, told)
    at = (moment >> for_place & ((1 << for_time) - 1)) + start
    return Ordered(moment >> (for_place + for_time), at, kind)


def _mend(some: Unordered, moments: Whole, moment: Whole, kind: Whole, told: Truth) -> None:
    """Puts those rows right that their numbers don't tell apart: they are looked at again, and sorted by all."""
    wrong = unsure(moment, kind, told)
    if not len(wrong):
        return
    theirs = np.flatnonzero(among(moments, wrong))
    place, came = some.place[theirs], some.came[theirs]
    order = np.lexsort((some.kind[theirs], came, place, place == NO_PLACE, moments[theirs]))
    kind[among(moment, wrong)] = some.kind[theirs[order]]


def unsure(moment: Whole, kind: Whole, told: Truth) -> Whole:
    """The moments, each once, of which there are rows of several kinds, but for those that are `told` apart."""
    alike = (moment[1:] == moment[:-1]) & (kind[1:] != kind[:-1])
    if not alike.any():
        return moment[:0]
    wrong: Whole = moment[1:][alike & ~told[1:]]
    if not len(wrong):
        return wrong
    once: Whole = wrong[np.append(True, wrong[1:] != wrong[:-1])]
    return once


def among(values: Whole, some: Whole) -> Truth:
    """Which of the values are some of these, which are sorted."""
    at = np.minimum(np.searchsorted(some, values), len(some) - 1)
    found: Truth = some[at] == values
    return found
