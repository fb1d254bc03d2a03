"""Puts rows into the one order of all rows: of each owner by time, sequence in the session, arrival. Numbers values.

The engine hands them over as they lie, which is mostly in order already: sorting millions of rows there takes three
times as long as all else. What stands together stays together; only the few rows that this leaves out of order, or that
lie in one millisecond, are sorted by all that decides.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]


#: Where more than one row in so many stands wrong after stretches were put in order, they are too short to help.
_FEW = 20


def order(owner: Whole, ts: Whole, ties: Callable[[Whole], tuple[NDArray[Any], ...]]) -> Whole:
    """The places of the rows in order: those of an owner stand together, owners in any order. `ties`: of some rows what
    decides within a millisecond, the first in front."""
    if not len(owner):
        return np.zeros(0, np.int64)
    doubtful = _doubtful(owner, ts)
    rows = np.flatnonzero(doubtful)
    if len(rows) * _FEW > len(owner):
        return _anew(owner, ts, ties)
    decided = (*reversed(ties(rows)), ts[rows], owner[rows])
    return np.concatenate([np.flatnonzero(~doubtful), rows[np.lexsort(decided)]])


def _doubtful(owner: Whole, ts: Whole) -> Truth:
    """Of each row whether its owner's do not stand together in order already, or two of them in one millisecond."""
    heads = np.flatnonzero(_differs(owner) | np.append(False, ts[1:] < ts[:-1]))
    whose = owner[heads]
    by = np.argsort(whose)
    again = whose[by[1:]] == whose[by[:-1]]
    found = np.zeros(len(heads), np.bool_)
    found[by[1:][again]] = found[by[:-1][again]] = True
    alike = np.flatnonzero((ts[1:] == ts[:-1]) & (owner[1:] == owner[:-1]))
    found[np.searchsorted(heads, alike, "right") - 1] = True
    return np.repeat(found, np.diff(heads, append=len(owner)))


def _anew(owner: Whole, ts: Whole, ties: Callable[[Whole], tuple[NDArray[Any], ...]]) -> Whole:
    """As `order`, where many rows stand wrong."""
    places = _by_stretches(owner, ts, together=True)
    whose, when = owner[places], ts[places]
    wrong = _wrong(whose, when)
    if wrong.sum() * _FEW > len(places):
        places = _by_stretches(owner, ts, together=False)
        whose, when = owner[places], ts[places]
        wrong = _wrong(whose, when)
    known, stretches = np.unique(whose[np.flatnonzero(_differs(whose))], return_counts=True)
    doubtful = np.union1d(known[stretches > 1], whose[1:][wrong])
    if not len(doubtful):
        return places
    some = np.isin(whose, doubtful)
    rows = places[some]
    decided = (*reversed(ties(rows)), when[some], whose[some])
    return np.concatenate([places[~some], rows[np.lexsort(decided)]])


def by_owner(owner: Whole, ts: Whole, ties: Callable[[Whole], tuple[NDArray[Any], ...]]) -> Whole:
    """The same with owners in rising order."""
    if not len(owner):
        return np.zeros(0, np.int64)
    since = ts - int(ts.min())
    bits = int(since.max()).bit_length()
    if int(owner.max()).bit_length() + bits > 63:
        return np.lexsort((*reversed(ties(np.arange(len(owner)))), ts, owner))
    key = owner << bits | since
    places = np.argsort(key)
    key = key[places]
    alike = key[1:] == key[:-1]
    again = np.flatnonzero(np.append(alike, False) | np.append(False, alike))
    if len(again):
        some = places[again]
        places[again] = some[np.lexsort((*reversed(ties(some)), key[again]))]
    return places


def _differs(owner: Whole) -> Truth:
    """Where a row is of another owner than the one before."""
    found = np.ones(len(owner), np.bool_)
    found[1:] = owner[1:] != owner[:-1]
    return found


def _wrong(owner: Whole, ts: Whole) -> Truth:
    """Of each row but the first whether it doesn't come after the one before, of the same owner."""
    found: Truth = (owner[1:] == owner[:-1]) & (ts[1:] <= ts[:-1])
    return found


def _by_stretches(owner: Whole, ts: Whole, *, together: bool) -> Whole:
    """Rows by owner and time. `together`: rows of an owner whose time rises stay as they stand. Owners whose numbers
    end alike may come out mixed.
    """
    count = len(owner)
    if not count:
        return np.zeros(0, np.int64)
    if together:
        cut = _differs(owner)
        cut[1:] |= ts[1:] < ts[:-1]
        heads = np.flatnonzero(cut)
    else:
        heads = np.arange(count)
    since = ts[heads] - int(ts.min())
    bits = int(since.max()).bit_length()
    key = (owner[heads] & ((1 << (63 - bits)) - 1)) << bits | since
    by = np.argsort(key)
    lengths = (np.append(heads[1:], count) - heads)[by]
    begins = np.cumsum(lengths) - lengths
    return np.repeat(heads[by] - begins, lengths) + np.arange(count)


def dense(values: NDArray[Any]) -> tuple[Whole, NDArray[Any]]:
    """Numbers from 0 that rise with the values, and what they stand for."""
    if not len(values):
        return np.zeros(0, np.int64), values
    least, most = values.min(), values.max()
    if int(most) - int(least) < 4 * len(values):  # of so few possible ones there is a table
        there = np.bincount((values - least).astype(np.int64)) > 0
        numbers = np.cumsum(there, dtype=np.int64) - 1
        known = np.flatnonzero(there).astype(values.dtype) + least
        return numbers[(values - least).astype(np.int64)], known
    order = np.argsort(values)
    some = values[order]
    first = np.append(True, some[1:] != some[:-1])
    numbers = np.empty(len(values), np.int64)
    numbers[order] = np.cumsum(first) - 1
    return numbers, some[first]
