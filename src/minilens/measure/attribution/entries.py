"""Conversions and refunds as what is handed out: which count, how much, on which day, and whose touches they have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minilens.measure.attribution.query import BACK, AttributionQuery
from minilens.measure.attribution.sql import BASE, CONVERSION, REFUND
from minilens.measure.events.condition_sql import NOTHING
from minilens.measure.events.sorting import by_owner

Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]
#: One whole, as millionths.
ONE = 1_000_000
#: What a refund has in place of a conversion that is not found.
UNMATCHED = -1
#: As rows have no value.
_NOTHING = "\0"
assert NOTHING == "char(0)"


@dataclass(frozen=True)
class Rows:
    """Conversions, refunds and what they have to follow, by person in their order. `key`: a number for each value that
    tells conversions apart, below zero where there is none."""

    person: Whole
    at: Whole
    day: Whole
    bits: Whole
    value: Whole
    back: Whole
    key: Whole

    def has(self, bit: int) -> Truth:
        """Which are of a kind."""
        found: Truth = (self.bits & bit) != 0
        return found


@dataclass(frozen=True)
class Entries:
    """What is handed out, each to the touches before a conversion.

    `conversion`: its place among the rows, or that of the one whose credit is taken back; UNMATCHED where none is
    found. `amount`: millionths, below zero of a refund. `day`: since 1970, of a refund its own. `refund`: which are.
    """

    conversion: Whole
    amount: Whole
    day: Whole
    refund: Truth

    def some(self, which: Any) -> Entries:
        """A part of them."""
        return Entries(
            self.conversion[which], self.amount[which], self.day[which], self.refund[which]
        )


def rows_of(found: Any) -> Rows:
    """The rows of a statement, in the one order of rows."""
    told = {
        name: np.asarray(found.column(name).to_numpy(), np.int64)
        for name in ("person", "at", "on", "bits", "value", "back", "place")
    }
    came, launch = (found.column(name).to_numpy() for name in ("came", "launch"))
    place = told["place"]
    places = by_owner(
        told["person"], told["at"], lambda some: (place[some] == 0, place[some], came[some], launch[some])
    )  # fmt: skip
    key = _keys(found.column("key"))
    person, at, day, bits, value, back = (
        told[name][places] for name in ("person", "at", "on", "bits", "value", "back")
    )
    return Rows(person, at, day, bits, value, back, key[places])


def _keys(column: Any) -> Whole:
    """A number for each value, the same for the same; one of its own below zero where there is none."""
    count = len(column)
    none = -1 - np.arange(count, dtype=np.int64)
    if not hasattr(column.type, "value_type"):
        return none
    whole = column.unify_dictionaries().combine_chunks()
    whole = whole.combine_chunks() if hasattr(whole, "combine_chunks") else whole
    if not count:
        return none
    codes = np.asarray(whole.indices.to_numpy(zero_copy_only=False), np.int64)
    texts = np.array([one == _NOTHING for one in whole.dictionary.to_pylist()], np.bool_)
    return np.where(texts[codes], none, codes)


def entries(query: AttributionQuery, rows: Rows, first: int, last: int) -> Entries:
    """All that is handed out between two days, both included, counted since 1970."""
    counted = _counted(query, rows)
    within = (rows.day >= first) & (rows.day <= last)
    own = np.flatnonzero(counted & within)
    if query.counts == "persons":
        own = own[_firsts(rows.person[own])]
    amount = rows.value[own] if query.counts == "value" else np.full(len(own), ONE, np.int64)
    conversions = Entries(own, amount, rows.day[own], np.zeros(len(own), np.bool_))
    if not query.refunds:
        return conversions
    back = _refunds(query, rows, counted)
    back = back.some((back.day >= first) & (back.day <= last))
    return Entries(
        *(
            np.concatenate([getattr(conversions, name), getattr(back, name)])
            for name in ("conversion", "amount", "day", "refund")
        )
    )


def _counted(query: AttributionQuery, rows: Rows) -> Truth:
    """The conversions that count: behind what they have to follow, and none that was told before."""
    counted = rows.has(CONVERSION)
    if query.within:
        base = previous(rows.person, rows.at, rows.has(BASE), np.arange(len(rows.at)))
        known = base >= 0
        counted = counted & known & (rows.at - rows.at[np.where(known, base, 0)] <= query.within)
    if query.keyed:
        before = previous(rows.key, rows.at, counted, np.zeros(len(rows.at), np.int64))
        known = before >= 0
        counted = counted & ~(known & (rows.at - rows.at[np.where(known, before, 0)] <= BACK))
    return counted


def _refunds(query: AttributionQuery, rows: Rows, counted: Truth) -> Entries:
    """What is taken back. Of conversions that are counted as such each is taken back once, of values as much as each
    refund says, whatever its sign."""
    refund = rows.has(REFUND)
    behind = (refund & ~counted).astype(np.int64)
    found = previous(rows.person, rows.at, counted, np.arange(len(rows.at)))
    if query.keyed:
        by_key = previous(rows.key, rows.at, counted, behind)
        found = np.where(rows.key >= 0, by_key, found)
    known = (found >= 0) & (rows.at - rows.at[np.where(found >= 0, found, 0)] <= BACK)
    place = np.flatnonzero(refund)
    of = np.where(known, found, UNMATCHED)[place]
    if query.counts != "value":
        by_time = place[np.argsort(rows.at[place], kind="stable")]
        of_time = np.where(known, found, UNMATCHED)[by_time]
        kept = (of_time == UNMATCHED) | _firsts(of_time)
        place, of = by_time[kept], of_time[kept]
    amount = -np.abs(rows.back[place]) if query.counts == "value" else np.full(len(place), -ONE)
    return Entries(of, amount, rows.day[place], np.ones(len(place), np.bool_))


def _firsts(some: Whole) -> Truth:
    """Where each value stands the first time."""
    found = np.zeros(len(some), np.bool_)
    found[np.unique(some, return_index=True)[1]] = True
    return found


def previous(group: Whole, at: Whole, target: Truth, rank: Whole) -> Whole:
    """Of each row the place of the last target before it in its group, by time, rank and place; -1 where there is
    none."""
    count = len(at)
    by = np.lexsort((np.arange(count), rank, at, group))
    place = np.arange(count)
    last = np.maximum.accumulate(np.where(target[by], place, -1))
    before = np.concatenate([np.full(1, -1), last[:-1]])[:count]
    here = group[by]
    held = (before >= 0) & (here[np.where(before >= 0, before, 0)] == here)
    found = np.full(count, -1, np.int64)
    found[by] = np.where(held, by[np.where(held, before, 0)], -1)
    return found
