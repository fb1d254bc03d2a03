"""What entrants paid and were paid back, added up by group, cohort, days later and currency; and when each ordered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minilens.measure.events.sorting import dense
from minilens.measure.ltv.entrants import FAR, Entrants, Whole, coded
from minilens.measure.ltv.query import REFUND, REVENUE, LtvQuery, since_1970
from minilens.measure.ltv.sql import amounts

#: Sums of ten-thousandths are kept in two halves, so that nothing of them is lost.
HALF = 1 << 31
#: Ten-thousandths, as amounts are stored.
UNIT = 10_000
#: Rows worked on at a time: so many numbers below HALF add up to what still is a whole number among those with a point.
_AT_HAND = 1 << 16
Sum = tuple[Whole, Whole]
Amounts = NDArray[np.float64]


@dataclass(frozen=True)
class Sums:
    """Rows of group, cohort, slot and currency, each once: how many orders, what these, refunds and margins come to.

    Slot: the place of the cell among those of the question, one behind the last where it is later than all of them; in
    the list of cohorts how many days later.
    """

    group: Whole
    cohort: Whole
    slot: Whole
    coin: Whole
    orders: Whole
    paid: Sum
    back: Sum
    gain: Sum

    def where(self, some: NDArray[np.bool_]) -> Sums:
        """Some of them."""
        paid, back, gain = (
            (high[some], low[some]) for high, low in (self.paid, self.back, self.gain)
        )
        return Sums(
            self.group[some], self.cohort[some], self.slot[some], self.coin[some], self.orders[some], paid, back, gain,
        )  # fmt: skip


@dataclass(frozen=True)
class Orders:
    """A row an order: the number of its person, how many days behind its first, the currency."""

    person: Whole
    age: Whole
    coin: Whole


@dataclass(frozen=True)
class Payments:
    """`coins`: what the numbers of currencies stand for."""

    coins: tuple[str, ...]
    sums: Sums
    orders: Orders


def payments(query: LtvQuery, entrants: Entrants, cohort: Whole, found: Any) -> Payments:
    """The rows of `money`, added up; what is of nobody who entered, or before that, is left out. `cohort`: of each
    entrant the place of its own.

    Some rows at a time: few enough for all that is done with them to stay at hand.
    """
    adding = _Adding(query, entrants, cohort, found)
    parts = [adding.part(rows) for rows in found.to_batches(_AT_HAND)]
    code, sums = _together([one.code for one in parts], [one.sums for one in parts])
    at, slot = np.divmod(code, adding.slots)
    coin, own = np.divmod(at, max(adding.width, 1))
    group, place = np.divmod(own, len(query.cohorts))
    orders, *money = sums
    paid, back, gain = zip(money[::2], money[1::2], strict=True)
    none = np.zeros(0, np.int64)
    every = Orders(*(np.concatenate([none, *(one.orders[n] for one in parts)]) for n in range(3)))
    return Payments(
        tuple(adding.coins), Sums(group, place, slot, coin, orders, paid, back, gain), every
    )


@dataclass(frozen=True)
class _Part:
    """Some rows: codes in rising order, each once, with what is added up there; and the orders."""

    code: Whole
    sums: list[Whole]
    orders: tuple[Whole, Whole, Whole]


class _Adding:
    """Adds up rows of `money` by codes of currency, group, cohort and slot."""

    def __init__(self, query: LtvQuery, entrants: Entrants, cohort: Whole, found: Any) -> None:
        self.query, self.entrants = query, entrants
        self.first = entrants.table(entrants.first.astype(np.int32), FAR)
        self.own = entrants.table(entrants.group * len(query.cohorts) + cohort, 0)
        self.width = len(entrants.texts) * len(query.cohorts)
        self.amounts = amounts(query)
        self.coins: dict[str, int] = {}
        self.slot = _slot_of_later(query, found)
        self.slots = int(self.slot[-1]) + 1

    def part(self, rows: Any) -> _Part:
        """What some rows add."""
        told = {
            name: rows.column(name).to_numpy(False) for name in rows.schema.names if name != "coin"
        }
        person = told["person"]
        at = self.entrants.index(person)
        age = told["since"].astype(np.int32) - self.first[at]
        coin = coded(rows.column("coin"), self.coins)
        later = np.clip(age, 0, len(self.slot) - 1)
        code = (coin * np.int64(self.width) + self.own[at]) * self.slots + self.slot[later]
        bits = told["bits"] * (age >= 0)
        paid, back = (np.flatnonzero(bits & (1 << n)) for n in (REVENUE, REFUND))
        number, known = dense(np.concatenate([code[paid], code[back]]))
        sums = self._summed(told, number, len(known), (paid, back))
        return _Part(known, sums, (person[paid], age[paid], coin[paid]))

    def _summed(
        self, told: dict[str, Any], number: Whole, count: int, rows: tuple[Whole, Whole]
    ) -> list[Whole]:
        """Orders; then in halves what they come to, what refunds do, and the margin of both."""
        paid, back = rows
        ours, theirs = number[: len(paid)], number[len(paid) :]
        gain = (np.zeros(count, np.int64),) * 2
        if self.query.margin:
            gained = added(ours, told["gained"][paid], count)
            lost = added(theirs, told["lost"][back], count)
            gain = (gained[0] - lost[0], gained[1] - lost[1])
        return [
            np.bincount(ours, minlength=count), *added(ours, told[self.amounts[0]][paid], count),
            *added(theirs, np.abs(told[self.amounts[1]][back]), count), *gain,
        ]  # fmt: skip


def _slot_of_later(query: LtvQuery, found: Any) -> Whole:
    """Of each number of days later its slot; what is later than all has that of the last."""
    if query.show != "cohorts":
        cells = np.array(query.cells, np.int64)
        return np.searchsorted(cells, np.arange(query.cells[-1] + 2)).astype(np.int64)
    last = max(
        (int(chunk.to_numpy().max(initial=0)) for chunk in found.column("since").chunks), default=0
    )
    return np.arange(max(last - since_1970(query.days.start), 0) + 1)


def added(number: Whole, amount: Amounts, count: int) -> Sum:
    """What amounts come to at each of so many numbers in whole ten-thousandths, exactly, in halves."""
    high, low = np.zeros(count, np.int64), np.rint(amount * UNIT)
    large = np.flatnonzero(np.abs(low) >= HALF)
    if len(large):
        halves = np.floor(low[large] / HALF)
        np.add.at(high, number[large], halves.astype(np.int64))
        low[large] -= halves * HALF
    return high, np.bincount(number, low, count).astype(np.int64)


def _together(codes: list[Whole], sums: list[list[Whole]]) -> tuple[Whole, list[Whole]]:
    """Parts as one: each code once."""
    number, known = dense(np.concatenate([*codes, np.zeros(0, np.int64)]))
    made = [np.zeros(len(known), np.int64) for _ in range(1 + 2 * 3)]
    for into, of in zip(made, zip(*sums, strict=True), strict=False):
        np.add.at(into, number, np.concatenate(of))
    return known, made
