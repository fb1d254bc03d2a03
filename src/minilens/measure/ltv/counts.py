"""Persons, orders and money counted by group, cohort and cell: all groups that are shown at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from minilens.measure.ltv.entrants import Whole
from minilens.measure.ltv.fetched import Fetched
from minilens.measure.ltv.payments import HALF, Orders, Sum, Sums
from minilens.measure.ltv.query import RETURNS, LtvQuery

#: Of each group of each cohort the counts up to each cell.
Cells = list[list[list[int]]]
#: Entrants by their places, and how many days behind the first.
When = tuple[Whole, Whole]


@dataclass(frozen=True)
class Counts:
    """One question over what was fetched. `coin`: the number of the currency that counts. `line`: of each group the
    place of its rows among so many `lines`, -1 where it has none.
    """

    query: LtvQuery
    found: Fetched
    coin: int
    line: Whole
    lines: int

    @property
    def width(self) -> int:
        """The cells of a cohort, up to now as the last."""
        return 1 if self.query.show == "cohorts" else len(self.query.cells) + 1

    @cached_property
    def own(self) -> Whole:
        """Of each entrant the place of its group and cohort, below zero where its group has no rows."""
        line = self.line[self.found.entrants.group]
        return np.where(line < 0, -1, line * len(self.query.cohorts) + self.found.cohort)

    @cached_property
    def sizes(self) -> list[list[int]]:
        """How many entered."""
        shape = (self.lines, len(self.query.cohorts))
        counts = np.bincount(self.own[self.own >= 0], minlength=shape[0] * shape[1])
        found: list[list[int]] = counts.reshape(shape).tolist()
        return found

    @cached_property
    def first_orders(self) -> When:
        """Who ordered, and when first."""
        return self._when[0]

    @cached_property
    def second_orders(self) -> When:
        """Who ordered again, and when."""
        return self._when[1]

    @cached_property
    def _when(self) -> tuple[When, When]:
        first, second = first_and_second(self.found.payments.orders, self.coin)
        places = self.found.entrants.places
        return (places(first[0]), first[1]), (places(second[0]), second[1])

    @cached_property
    def bought(self) -> Cells:
        """Who has an order."""
        return self._up_to(*self.first_orders)

    @cached_property
    def again(self) -> Cells:
        """Who has two."""
        return self._up_to(*self.second_orders)

    @cached_property
    def sums(self) -> Sums:
        """Those in the currency."""
        of = self.found.payments.sums
        return of.where(of.coin == self.coin)

    @cached_property
    def orders(self) -> Cells:
        """How many orders there are."""
        found: Cells = self._summed(self.sums.orders).tolist()
        return found

    @cached_property
    def paid(self) -> Cells:
        """What they come to, in ten-thousandths, as all money here."""
        return self._money(self.sums.paid)

    @cached_property
    def back(self) -> Cells:
        """What was paid back."""
        return self._money(self.sums.back)

    @cached_property
    def gain(self) -> Cells:
        """What the margin comes to."""
        return self._money(self.sums.gain)

    @cached_property
    def returns(self) -> Cells:
        """How many came back within so many days."""
        back = self.found.returned
        some = np.flatnonzero((back > 0) & (self.own >= 0))
        cell = np.searchsorted(np.array(RETURNS, np.int64), back[some])
        found: Cells = self._cells(self.own[some], cell, len(RETURNS) + 1).tolist()
        return found

    def gains(self, line: int, cohort: int) -> list[tuple[int, int]]:
        """Of a cohort of a group the days later on which its margin changed, in order, and by how much; in the list of
        cohorts alone."""
        of, (high, low) = self.sums, self.sums.gain
        some = (self.line[of.group] == line) & (of.cohort == cohort)
        found: Counter[int] = Counter()
        for age, above, below in zip(
            *(one[some].tolist() for one in (of.slot, high, low)), strict=True
        ):
            found[age] += above * HALF + below
        return sorted(found.items())

    def _up_to(self, place: Whole, age: Whole) -> Cells:
        own = self.own[place]
        some = np.flatnonzero(own >= 0)
        cells = np.array(self.query.cells if self.width > 1 else (), np.int64)
        found: Cells = self._cells(
            own[some], np.searchsorted(cells, age[some]), self.width
        ).tolist()
        return found

    def _money(self, sums: Sum) -> Cells:
        high, low = map(self._summed, sums)
        found: Cells = (high.astype(object) * HALF + low if high.any() else low).tolist()
        return found

    def _summed(self, amount: Whole) -> Whole:
        of = self.sums
        line = self.line[of.group]
        some = np.flatnonzero(line >= 0)
        own = line[some] * len(self.query.cohorts) + of.cohort[some]
        slot = of.slot[some] if self.width > 1 else np.zeros(len(some), np.int64)
        return self._cells(own, slot, self.width, amount[some])

    def _cells(self, own: Whole, cell: Whole, width: int, amount: Any = None) -> Whole:
        """What amounts (each 1 where none are given) come to in each cohort of each group, up to each cell."""
        count = self.lines * len(self.query.cohorts) * width
        if amount is None:
            made = np.bincount(own * width + cell, minlength=count)
        else:
            made = np.zeros(count, np.int64)
            np.add.at(made, own * width + cell, amount)
        shape = (self.lines, len(self.query.cohorts), width)
        return np.cumsum(made.reshape(shape), axis=2)


def first_and_second(of: Orders, coin: int) -> tuple[When, When]:
    """Persons by their numbers who ordered in a currency, and when first; and who ordered again and when."""
    some = slice(None) if (of.coin == coin).all() else of.coin == coin
    key = of.person[some].astype(np.int64) << 32 | of.age[some]
    key.sort()
    who, age = key >> 32, key & 0xFFFFFFFF
    begins = np.flatnonzero(np.diff(who, prepend=-1))
    second = begins[begins + 1 < len(who)] + 1
    second = second[who[second] == who[second - 1]]
    return (who[begins], age[begins]), (who[second], age[second])
