"""Rows as one number each, which the engine makes: sorted, they are in their one order.

A number says whose a row is, when it happened, at which place of its launch, and what it fits. Where a row is more than
it can hold (a person with a very large number, a row of several of many steps) the engine says so, and rows come as
columns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from minilens.measure.funnels.at_once import LONG, at_once
from minilens.measure.funnels.ordered import NO_PLACE
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.funnels.rows import Whole
from minilens.period import Range, midnight, milliseconds

#: Bits for places of launches; steps and excluded events of which a row may be several.
_FOR_PLACE, _AT_ONCE = 4, 5
#: Stands for a row that is more than a number holds.
_MORE = (1 << 63) - 1
#: Bits that a person's number must have at least; rows that may be looked at again.
_LEAST, _MOST_UNSURE = 20, 100_000


@dataclass(frozen=True)
class Packing:
    """How many bits there are for what.

    `base`: the millisecond that moments are counted from. `asked`: bits that a person's number is to have instead of
    places.
    """

    marks: int
    base: int
    for_time: int
    asked: int = 32

    @property
    def single(self) -> bool:
        """Whether a row may be only one of the steps and excluded events."""
        return self.marks > _AT_ONCE

    @property
    def for_kind(self) -> int:
        """What a row fits and whether an attempt may begin there."""
        return (self.marks - 1).bit_length() + 1 if self.single else self.marks + 1

    @property
    def for_place(self) -> int:
        """The place in the launch: the fewer, the more rows of one moment are looked at again."""
        return max(0, min(_FOR_PLACE, 63 - self.for_time - self.for_kind - self.asked))

    @property
    def last(self) -> int:
        """Stands for this place and all behind it, and for none."""
        return (1 << self.for_place) - 1

    @property
    def for_owner(self) -> int:
        """The number of the person."""
        return min(32, 63 - self.for_time - self.for_place - self.for_kind)

    @property
    def sql(self) -> str:
        """The number of a row, of columns `person`, `at`, `place`, `enters` and `marks`."""
        kind = "toUInt16(bitCount(toUInt32(marks - 1)))" if self.single else "toUInt16(marks)"
        low = f"bitOr({kind}, bitShiftLeft(toUInt16(enters), {self.for_kind - 1}))"
        if self.for_place:  # a launch has its first row at 1; 0 becomes the largest
            place = f"least(toUInt16(place - 1), toUInt16({self.last}))"
            low = f"bitOr({low}, bitShiftLeft({place}, {self.for_kind}))"
        since = f"toUInt64(at - {self.base})"
        owner = f"bitShiftLeft(toUInt64(person), {self.for_time + self.for_place + self.for_kind})"
        holds = f"{since} < {1 << self.for_time}"
        holds += f" AND person < {1 << self.for_owner}" if self.for_owner < 32 else ""
        holds += " AND bitCount(marks) = 1" if self.single else ""
        made = (
            f"bitOr(bitOr({owner}, bitShiftLeft({since}, {self.for_place + self.for_kind})), {low})"
        )
        return f"toInt64(if({holds}, {made}, {_MORE}))"

    def marks_of_kinds(self) -> Whole:
        """Of each kind its bits: those of steps and excluded events, and above them whether an attempt may begin."""
        kinds = np.arange(1 << self.for_kind)
        if not self.single:
            return kinds
        within, enters = kinds & ((1 << (self.for_kind - 1)) - 1), kinds >> (self.for_kind - 1)
        return (1 << within) | enters << self.marks


#: Columns of rows by their persons and moments.
Fetch = Callable[[list[tuple[int, int]]], Any]


def packing(query: FunnelQuery, over: Range, persons: int) -> Packing | None:
    """How rows of these days may be packed; None where more is asked of rows than a number holds.

    `persons`: about the largest number of a person.
    """
    if query.counts == "sessions" or query.rows.groups:
        return None
    zone = query.rows.timezone
    base = milliseconds(midnight(over.start, zone))
    for_time = (milliseconds(midnight(over.end + timedelta(days=1), zone)) - base).bit_length()
    asked = max(_LEAST, persons.bit_length())
    how = Packing(len(query.rows.events), base, for_time, asked)
    return how if how.for_owner >= asked else None


@dataclass(frozen=True)
class Unpacked:
    """Rows in their order: whose, when, and what they are, a place in `marks_of_kinds`."""

    owner: Whole
    at: Whole
    kind: Whole


def arranged(how: Packing, keys: Whole, fetch: Fetch) -> Whole | None:
    """The numbers of all rows, put into their one order where they are; None where some rows are more than a number
    holds.

    `fetch`: the columns of the rows of some persons and moments, for those that numbers don't tell apart.
    """
    sort(keys)
    if len(keys) and keys[-1] == _MORE:
        return None
    wrong = np.concatenate([keys[:0], *at_once(lambda one: _unsure(how, one), slices(how, keys))])
    if len(wrong) > _MOST_UNSURE:
        return None
    if len(wrong):
        _mend(how, keys, wrong, fetch)
    return keys


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
    for_rest = how.for_time + how.for_place + how.for_kind
    owners = keys[LONG::LONG] >> for_rest
    cuts = np.unique(np.searchsorted(keys, owners << for_rest))
    return np.split(keys, cuts)


def unpacked(how: Packing, keys: Whole) -> Unpacked:
    """The rows of numbers that are in order."""
    moments = keys >> (how.for_kind + how.for_place)
    at = (moments & ((1 << how.for_time) - 1)) + how.base
    return Unpacked(moments >> how.for_time, at, keys & ((1 << how.for_kind) - 1))


def _unsure(how: Packing, keys: Whole) -> Whole:
    """The moments of rows that numbers don't tell apart."""
    moments = keys >> how.for_kind
    kinds = keys & ((1 << how.for_kind) - 1)
    alike = (moments[1:] == moments[:-1]) & (kinds[1:] != kinds[:-1])
    wrong: Whole = moments[1:][alike & ((moments[1:] & how.last) == how.last)]
    once: Whole = wrong[np.diff(wrong, prepend=-1) != 0]
    return once


def _mend(how: Packing, keys: Whole, wrong: Whole, fetch: Fetch) -> None:
    """Puts the kinds of rows of some moments into the order that all of their columns say."""
    first, behind = (np.searchsorted(keys, (wrong + n) << how.for_kind) for n in (0, 1))
    places = np.concatenate([np.arange(*both) for both in zip(first, behind, strict=True)])
    rows = unpacked(how, keys[places])
    pairs = zip(rows.owner.tolist(), rows.at.tolist(), strict=True)
    keys[places] += _kinds(how, fetch(sorted(set(pairs)))) - rows.kind


def _kinds(how: Packing, every: Any) -> Whole:
    """The kinds of rows that are not told apart by their numbers, in their order."""
    person, at, place, came, marks = (
        every.column(name).to_numpy().astype(np.int64) for name in ("owner", "at", "place", "came", "told")
    )  # fmt: skip
    order = np.lexsort((marks, came, place, place == NO_PLACE, at, person))
    late = (place == NO_PLACE) | (place - 1 >= how.last)
    kinds = {mark: kind for kind, mark in enumerate(how.marks_of_kinds().tolist())}
    return np.array([kinds[mark] for mark in marks[order][late[order]].tolist()], np.int64)
