"""Rows as one number each, which the engine makes: sorted, they are in their one order.

A number says whose a row is, when it happened, at which place of its launch, and what it fits. Where a row is more than
it can hold (a person with a very large number, a row of several of many steps) the engine says so, and the owner comes
beside the number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minilens.measure.funnels.at_once import LONG, at_once
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.funnels.rows import Whole
from minilens.period import Range, midnight, milliseconds

#: Bits for places of launches; steps and excluded events of which a row may be several.
_FOR_PLACE, _AT_ONCE = 4, 5
#: Stands for a row that is more than a number holds.
MORE = (1 << 63) - 1
#: Bits that a person's number must have at least, and those of owners beside numbers, of a part of the rows; rows that
#: may be looked at again.
_LEAST, _FOR_SOME, _MOST_UNSURE = 20, 18, 100_000
#: Days of another zone begin earlier and end later.
_APART = timedelta(days=2)
#: A row without a place in its launch comes behind those with one.
_NO_PLACE = 1 << 63


@dataclass(frozen=True)
class Packing:
    """How many bits there are for what.

    `base`: the millisecond that moments are counted from. `asked`: bits that a person's number is to have instead of
    places. `beside`: whether owners stand beside numbers, which then hold every row.
    """

    marks: int
    base: int
    for_time: int
    asked: int = 32
    beside: bool = False

    @property
    def single(self) -> bool:
        """Whether a row may be only one of the steps and excluded events."""
        return self.marks > _AT_ONCE and not self.beside

    @property
    def for_kind(self) -> int:
        """What a row fits and whether an attempt may begin there."""
        return (self.marks - 1).bit_length() + 1 if self.single else self.marks + 1

    @property
    def for_place(self) -> int:
        """The place in the launch: the fewer, the more rows of one moment are looked at again."""
        left = 63 - self.for_time - (_FOR_SOME if self.beside else self.for_kind + self.asked)
        return max(0, min(_FOR_PLACE, left, 63 - self.for_time - self.for_kind))

    @property
    def for_moment(self) -> int:
        """Time and place."""
        return self.for_time + self.for_place

    @property
    def last(self) -> int:
        """Stands for this place and all behind it, and for none."""
        return (1 << self.for_place) - 1

    def kind(self, keys: Whole) -> Whole:
        """The kinds of numbers: the smaller, the quicker."""
        return keys.astype(np.int32) & ((1 << self.for_kind) - 1)

    @property
    def for_owner(self) -> int:
        """The number of the person."""
        return 0 if self.beside else min(32, 63 - self.for_moment - self.for_kind)

    @property
    def sql(self) -> str:
        """The number of a row, of columns `person`, `at`, `place`, `enters` and `marks`."""
        whole = "toUInt16" if self.for_place + self.for_kind <= 16 else "toUInt32"
        kind = f"{whole}(bitCount(toUInt32(marks - 1)))" if self.single else f"{whole}(marks)"
        low = f"bitOr({kind}, bitShiftLeft({whole}(enters), {self.for_kind - 1}))"
        if self.for_place:  # a launch has its first row at 1; 0 becomes the largest
            place = f"least(toUInt16(place - 1), toUInt16({self.last}))"
            low = f"bitOr({low}, bitShiftLeft({whole}({place}), {self.for_kind}))"
        since = f"toUInt64(at - {self.base})"
        made = f"bitOr(bitShiftLeft({since}, {self.for_place + self.for_kind}), {low})"
        if self.beside:
            return f"toInt64({made})"
        owner = f"bitShiftLeft(toUInt64(person), {self.for_moment + self.for_kind})"
        holds = f"{since} < {1 << self.for_time}"
        holds += f" AND person < {1 << self.for_owner}" if self.for_owner < 32 else ""
        holds += " AND bitCount(marks) = 1" if self.single else ""
        return f"toInt64(if({holds}, bitOr({owner}, {made}), {MORE}))"

    def number(self, at: Whole, place: Whole, kind: Whole) -> Whole:
        """The same of rows whose owners stand beside."""
        places = np.minimum(place - 1, self.last) & self.last
        made: Whole = ((at - self.base) << self.for_place | places) << self.for_kind | kind
        return made

    def unpacked(self, moment: Whole, kind: Whole) -> Unpacked:
        """Rows of numbers without their kinds."""
        at = (moment >> self.for_place & ((1 << self.for_time) - 1)) + self.base
        return Unpacked(moment >> self.for_moment, at, kind)

    def marks_of_kinds(self) -> Whole | None:
        """Of each kind its bits: those of steps and excluded events, and above them whether an attempt may begin; None
        where kinds are such bits.
        """
        if not self.single:
            return None
        kinds = np.arange(1 << self.for_kind)
        within, enters = kinds & ((1 << (self.for_kind - 1)) - 1), kinds >> (self.for_kind - 1)
        return (1 << within) | enters << self.marks


#: SQL of what sorts rows that their numbers don't tell apart.
TIE = f"if(place = 0, bitOr(toUInt64(came), toUInt64({_NO_PLACE})), toUInt64(place))"


def ties(place: Whole, came: Whole) -> NDArray[np.uint64]:
    """The same of columns."""
    behind = came.astype(np.uint64) | np.uint64(_NO_PLACE)
    return np.where(place == 0, behind, place.astype(np.uint64))


@dataclass(frozen=True)
class Unpacked:
    """Rows in their order: whose, when, and what they are."""

    owner: Whole
    at: Whole
    kind: Whole


#: Numbers and ties of the rows of some persons and moments.
Fetch = Callable[[list[tuple[int, int]]], tuple[Whole, NDArray[Any]]]


def packing(query: FunnelQuery, over: Range, persons: int) -> Packing:
    """How rows of these days are packed. `persons`: about the largest number of a person."""
    zone = query.rows.timezone
    base = milliseconds(midnight(over.start, zone) - _APART)
    for_time = (milliseconds(midnight(over.end, zone) + _APART) - base).bit_length()
    asked = max(_LEAST, persons.bit_length())
    how = Packing(len(query.rows.events), base, for_time, asked)
    fits = query.counts != "sessions" and how.for_owner >= asked
    return how if fits else beside(how)


def beside(how: Packing) -> Packing:
    """The same with owners beside numbers: there is no row that such a number does not hold."""
    return Packing(how.marks, how.base, how.for_time, beside=True)


def arranged(how: Packing, keys: Whole, fetch: Fetch) -> bool:
    """Puts the numbers of all rows into their one order where they are; False where some rows are more than a number
    holds.

    `fetch`: the rows of some persons and moments, for those that numbers don't tell apart.
    """
    sort(keys)
    if len(keys) and keys[-1] == MORE:
        return False
    wrong = np.concatenate([keys[:0], *at_once(lambda one: _unsure(how, one), slices(how, keys))])
    if len(wrong) > _MOST_UNSURE:
        return False
    if len(wrong):
        _mend(how, keys, wrong, fetch)
    return True


def sort(keys: Whole) -> None:
    """Sorts numbers where they are, half of them beside the other half."""
    half = len(keys) // 2
    if half < LONG:
        keys.sort()
        return
    keys.partition(half)
    at_once(lambda some: some.sort(), (keys[:half], keys[half:]))


def slices(how: Packing, keys: Whole) -> list[Whole]:
    """Sorted numbers cut into parts of about `LONG`, each with all rows of its owners; at least one."""
    for_rest = how.for_moment + how.for_kind
    owners = keys[LONG::LONG] >> for_rest
    cuts = np.unique(np.searchsorted(keys, owners << for_rest))
    return np.split(keys, cuts)


def unpacked(how: Packing, keys: Whole) -> Unpacked:
    """The rows of numbers that are in order."""
    return how.unpacked(keys >> how.for_kind, how.kind(keys))


def _unsure(how: Packing, keys: Whole) -> Whole:
    """The moments of rows that numbers don't tell apart."""
    moments, kinds = keys >> how.for_kind, how.kind(keys)
    alike = (moments[1:] == moments[:-1]) & (kinds[1:] != kinds[:-1])
    wrong: Whole = moments[1:][alike & ((moments[1:] & how.last) == how.last)]
    once: Whole = wrong[np.diff(wrong, prepend=-1) != 0]
    return once


def _mend(how: Packing, keys: Whole, wrong: Whole, fetch: Fetch) -> None:
    """Puts the kinds of rows of some moments into the order that their ties say."""
    first, behind = (np.searchsorted(keys, (wrong + n) << how.for_kind) for n in (0, 1))
    places = np.concatenate([np.arange(*both) for both in zip(first, behind, strict=True)])
    rows = unpacked(how, keys[places])
    found, tie = fetch(sorted(set(zip(rows.owner.tolist(), rows.at.tolist(), strict=True))))
    late = (found >> how.for_kind & how.last) == how.last
    found, tie = found[late], tie[late]
    keys[places] = found[np.lexsort((found, tie, found >> how.for_kind))]
