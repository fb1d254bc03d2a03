"""The value of persons counted by brute force, from the words alone: one person after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from minilens.measure.ltv.query import LtvQuery
from tests.measure.events.oracle import Asked
from tests.measure.filtered_oracle import SAYS
from tests.measure.oracle import OPENS, Oracle, first_of
from tests.pipeline import Happening

Row = tuple[Any, ...]


@dataclass
class Life:
    """One person: its first day, its group, the days of its payments and refunds with amounts, and of its returns."""

    first: date
    group: tuple[str, ...]
    paid: list[tuple[date, Decimal, str]] = field(default_factory=list)
    back: list[tuple[date, Decimal, str]] = field(default_factory=list)
    came: list[date] = field(default_factory=list)


def ratio(part: Any, whole: Any) -> float | None:
    return float(part) / float(whole) if whole else None


@dataclass(frozen=True)
class Brute:
    """One question, and the history that it is asked of. `of_group`: what a row says of each of the groups."""

    query: LtvQuery
    oracle: Oracle
    today: date

    def lives(self) -> list[Life]:
        """Every person that enters in the range."""
        query, oracle, whose = self.query, self.oracle, self.oracle.person
        mine = [h for h in oracle.events if h.traffic == query.rows.traffic]
        asked = Asked(query.rows, oracle)
        starts: dict[int, Happening] = {}
        days: dict[int, date] = {}
        if query.entry:
            entering = [h for h in mine if asked.counted(query.rows.events[2], h)]
            days = earliest(entering, oracle)
        else:
            days = oracle.first_visits()
            entering = [h for h in mine if h.name in OPENS]
        for h in sorted(entering, key=lambda h: (h.ts, h.seq == 0, h.seq)):
            if oracle.day(h) == days.get(whose[h.id]):
                starts.setdefault(whose[h.id], h)
        found: dict[int, Life] = {}
        for who, first in days.items():
            if query.days.start <= first <= query.days.end:
                told = tuple(SAYS[one.name](starts[who], True) for one in query.rows.groups)
                found[who] = Life(first, told)
        for h in mine:
            life = found.get(whose[h.id])
            if life is None or oracle.day(h) < life.first:
                continue
            amount = Decimal(h.value or 0)
            if asked.counted(query.rows.events[0], h):
                life.paid.append((oracle.day(h), amount, h.currency))
            if asked.counted(query.rows.events[1], h):
                life.back.append((oracle.day(h), abs(amount), h.currency))
            if self.is_return(asked, h):
                life.came.append(oracle.day(h))
        return list(found.values())

    def is_return(self, asked: Asked, h: Happening) -> bool:
        return (
            asked.counted(self.query.rows.events[-1], h)
            if self.query.back
            else h.name == "page_view"
        )

    def currency(self, lives: Iterable[Life]) -> str:
        if self.query.currency is not None:
            return self.query.currency
        counts: dict[str, int] = {}
        for life in lives:
            for day, _, coin in (*life.paid, *life.back):
                if day <= self.last():
                    counts[coin] = counts.get(coin, 0) + ((day, _, coin) in life.paid)
        # an order counts as often as it was made
        counts = dict.fromkeys(counts, 0)
        for life in lives:
            for day, _, coin in life.paid:
                if day <= self.last():
                    counts[coin] += 1
        return min(counts, key=lambda coin: (-counts[coin], coin), default="")

    def last(self) -> date:
        """The last day of which money counts at all."""
        if self.query.show == "cohorts":
            return max(self.today, self.query.days.end)
        return self.query.days.end + timedelta(days=max(self.query.cells))

    def figures(self, lives: list[Life], coin: str, later: int | None) -> Row:
        """Those of a row: up to so many days behind each one's first, or up to now."""

        def until(life: Life, some: list[tuple[date, Decimal, str]]) -> list[Decimal]:
            last = date.max if later is None else life.first + timedelta(days=later)
            return [amount for day, amount, of in some if of == coin and day <= last]

        paid = [until(life, life.paid) for life in lives]
        refunds = sum((sum(until(life, life.back), Decimal(0)) for life in lives), Decimal(0))
        revenue = sum((sum(one, Decimal(0)) for one in paid), Decimal(0))
        buyers, repeat = sum(len(one) > 0 for one in paid), sum(len(one) > 1 for one in paid)
        net = revenue - refunds
        return (
            buyers, ratio(buyers, len(lives)), repeat, ratio(repeat, buyers), sum(map(len, paid)),
            float(revenue), float(refunds), float(net), ratio(net, len(lives)), coin,
        )  # fmt: skip

    def rows(self) -> list[Row]:
        """As the table has them, groups in any order."""
        lives = self.lives()
        coin = self.currency(lives)
        groups = {life.group for life in lives} if self.query.rows.groups else {()}
        told: dict[str, Callable[[tuple[str, ...], list[Life], str], list[Row]]] = {
            "cohorts": self._listed, "triangle": self._cells, "curve": self._cells,
        }  # fmt: skip
        return [
            row
            for group in sorted(groups)
            for row in told[self.query.show](
                group, [life for life in lives if life.group == group], coin
            )
        ]

    def _cohort(self, lives: list[Life], first: date) -> list[Life]:
        return [life for life in lives if first_of(life.first, self.query.unit) == first]

    def _due(self, first: date, later: int) -> bool:
        last = max(
            day
            for n in range(31)
            if first_of(day := first + timedelta(days=n), self.query.unit) == first
        )
        return last + timedelta(days=later) < self.today

    def _listed(self, group: tuple[str, ...], lives: list[Life], coin: str) -> list[Row]:
        found: list[Row] = []
        for first in (*self.query.cohorts, None):
            some = self._cohort(lives, first) if first else lives
            rates = []
            for days in (7, 14, 30):
                due = [
                    life for life in some if self._due(first_of(life.first, self.query.unit), days)
                ]
                came = sum(
                    any(life.first < day <= life.first + timedelta(days=days) for day in life.came)
                    for life in due
                )
                rates.append(ratio(came, len(due)))
            found.append((*group, first, len(some), *rates, *self.figures(some, coin, None)))
        return found

    def _cells(self, group: tuple[str, ...], lives: list[Life], coin: str) -> list[Row]:
        found: list[Row] = []
        for first in self.query.cohorts if self.query.show == "triangle" else ():
            some = self._cohort(lives, first)
            for later in self.query.cells:
                told: Row = (None,) * 9 + (coin,)
                if self._due(first, later):
                    told = self.figures(some, coin, later)
                found.append((*group, first, later, len(some), *told))
        for later in self.query.cells:
            due = [
                life for life in lives if self._due(first_of(life.first, self.query.unit), later)
            ]
            blank = (None,) if self.query.show == "triangle" else ()
            if not self._due(self.query.cohorts[0], later):
                found.append((*group, *blank, later, None, *(None,) * 9, coin))
                continue
            found.append((*group, *blank, later, len(due), *self.figures(due, coin, later)))
        return found


def earliest(some: Iterable[Happening], oracle: Oracle) -> dict[int, date]:
    """The first day of each person."""
    found: dict[int, date] = {}
    for h in some:
        who = oracle.person[h.id]
        found[who] = min(found.get(who, date.max), oracle.day(h))
    return found
