"""Puts rows in their one order: owner, time, sequence in the session, arrival.

What of it a number can hold is sorted as one number; the few rows that it does not tell apart are looked at again.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from minilens.measure.funnels.rows import Whole

#: Bits of a number, and those that places in launches may have of it.
_BITS, _FOR_PLACE = 63, 16
#: A row without a place in its session.
NO_PLACE = 0


def dense(values: NDArray[Any]) -> tuple[Whole, NDArray[Any]]:
    """Numbers from 0 that rise with the values, and what they stand for."""
    if not len(values):
        return np.zeros(0, np.int64), values
    least, most = values.min(), values.max()
    if int(most) - int(least) < 4 * len(values):  # of so few possible ones there is a table
        there = np.bincount((values - least).astype(np.int64)) > 0
        numbers = np.cumsum(there, dtype=np.int64) - 1
        return numbers[(values - least).astype(np.int64)], np.flatnonzero(there).astype(
            values.dtype
        ) + least
    order = np.argsort(values)
    some = values[order]
    first = np.append(True, some[1:] != some[:-1])
    numbers = np.empty(len(values), np.int64)
    numbers[order] = np.cumsum(first) - 1
    return numbers, some[first]


def in_order(owner: Whole, at: Whole, place: Whole, came: Whole, rest: tuple[Whole, ...]) -> Whole:
    """The places of rows in their one order. `owner`: numbers from 0. `rest`: what rows are sorted by that are alike in
    all of it, the last first.
    """
    if not len(at):
        return np.zeros(0, np.int64)
    start = int(at.min())
    for_time = int(at.max() - start).bit_length()
    for_place = min(_BITS - int(owner.max()).bit_length() - for_time, _FOR_PLACE)
    last = (1 << for_place) - 1
    key = (owner << for_time | (at - start)) << for_place
    key |= np.minimum(place.astype(np.int64) - 1, last) & last  # none is -1: behind all
    order = np.argsort(key)
    key = key[order]
    alike = key[1:] == key[:-1]
    again = np.flatnonzero(np.append(alike, False) | np.append(False, alike))
    if len(again):
        some = order[again]
        by = (
            *(one[some] for one in rest),
            came[some],
            place[some],
            place[some] == NO_PLACE,
            key[again],
        )
        order[again] = some[np.lexsort(by)]
    return order
