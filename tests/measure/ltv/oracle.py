"""The value of persons counted by brute force, from the words alone: one person after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from minilens.measure.ltv.query import OF_COSTS, LtvQuery
from tests.measure.events.oracle import Asked, as_number, as_text, sent
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
    gains: list[tuple[date, Decimal, str]] = field(default_factory=list)


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
        again = [self.told_again(asked, mine, n) for n in (0, 1)]
        for h in mine:
            life = found.get(whose[h.id])
            if life is None or oracle.day(h) < life.first:
                continue
            amount = Decimal(h.value or 0)
            if asked.counted(query.rows.events[0], h) and h.id not in again[0]:
                life.paid.append((oracle.day(h), amount, h.currency))
                life.gains.append((oracle.day(h), self.gain(h, amount), h.currency))
            if asked.counted(query.rows.events[1], h) and h.id not in again[1]:
                life.back.append((oracle.day(h), abs(amount), h.currency))
                life.gains.append((oracle.day(h), -self.gain(h, abs(amount)), h.currency))
            if self.is_return(asked, h):
                life.came.append(oracle.day(h))
        return list(found.values())

    def told_again(self, asked: Asked, mine: list[Happening], n: int) -> set[str]:
        """Orders, or refunds, whose number came in the ninety days before."""
        if self.query.keys[n] is None:
            return set()
        told = [
            (as_text(sent(h, "p")), h) for h in mine if asked.counted(self.query.rows.events[n], h)
        ]
        days = 90 * 86_400_000
        return {
            h.id for number, h in told
            if number and any(number == other and h.ts - days <= o.ts < h.ts for other, o in told)
        }  # fmt: skip

    def gain(self, h: Happening, amount: Decimal) -> Decimal:
        """The margin of an event, in whole ten-thousandths."""
        margin = self.query.margin
        if margin is None:
            return Decimal(0)
        said = sent(h, "p")
        if margin.given:
            number = as_number(said)
            if h.name == "refund_success":
                return amount if number is None else abs(Decimal(number))
            return Decimal(number or 0)
        rate = dict(margin.rates).get(as_text(said) or "", margin.rate)
        return Decimal(round(float(amount) * rate * 10_000)) / 10_000

    def spent(self, group: tuple[str, ...], first: date | None) -> Decimal | None:
        """What a cohort of a group cost; None where nothing is known."""
        query = self.query
        named = [OF_COSTS.get(one.name) for one in query.rows.groups]
        coin = self.currency(self.lives())
        known = [
            one for one in query.spend
            if one.currency == coin and query.days.start <= one.day <= query.days.end
        ]  # fmt: skip
        if None in named or not known:
            return None
        return sum(
            (
                Decimal(one.millionths) / 1_000_000 for one in known
                if first in (None, first_of(one.day, query.unit))
                and tuple(dict(one.names)[str(name)] for name in named) == group
            ),
            Decimal(0),
        )  # fmt: skip

    def margins(self, lives: list[Life], coin: str, later: int | None, cost: Decimal | None) -> Row:
        if self.query.margin is None:
            return ()
        total = Decimal(0)
        for life in lives:
            last = date.max if later is None else life.first + timedelta(days=later)
            total += sum(amount for day, amount, of in life.gains if of == coin and day <= last)
        if cost is None:
            return (float(total), None, None)
        return (float(total), float(cost), float(total - cost))

    def payback(self, lives: list[Life], coin: str, cost: Decimal | None) -> int | None:
        """The first day from which on margins come to the cost."""
        ages = sorted(
            {(day - life.first).days for life in lives for day, _, of in life.gains if of == coin}
        )
        found = None
        for age in reversed(ages) if cost else ():
            if Decimal(self.margins(lives, coin, age, Decimal(0))[0]) < Decimal(cost or 0):
                break
            found = age
        return found

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
            for some, weight in ((life.paid, 1), (life.back, 0)):
                for day, _, coin in some:
                    if day <= self.last():
                        counts[coin] = counts.get(coin, 0) + weight
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
            cost = self.spent(group, first)
            more = self.margins(some, coin, None, cost)
            when = (self.payback(some, coin, cost) if first else None,) if more else ()
            *told, of = self.figures(some, coin, None)
            found.append((*group, first, len(some), *rates, *told, *more, *when, of))
        return found

    def _cells(self, group: tuple[str, ...], lives: list[Life], coin: str) -> list[Row]:
        found: list[Row] = []
        for first in self.query.cohorts if self.query.show == "triangle" else ():
            some = self._cohort(lives, first)
            for later in self.query.cells:
                told: Row = self.unknown
                if self._due(first, later):
                    told = self._told(some, coin, later, self.spent(group, first))
                found.append((*group, first, later, len(some), *told, coin))
        for later in self.query.cells:
            due = [
                life for life in lives if self._due(first_of(life.first, self.query.unit), later)
            ]
            blank = (None,) if self.query.show == "triangle" else ()
            if not self._due(self.query.cohorts[0], later):
                found.append((*group, *blank, later, None, *self.unknown, coin))
                continue
            costs = [
                self.spent(group, first) for first in self.query.cohorts if self._due(first, later)
            ]
            cost = None if None in costs else sum((one or Decimal(0) for one in costs), Decimal(0))
            told = self._told(due, coin, later, cost)
            found.append((*group, *blank, later, len(due), *told, coin))
        return found

    @property
    def unknown(self) -> Row:
        return (None,) * (12 if self.query.margin else 9)

    def _told(self, lives: list[Life], coin: str, later: int, cost: Decimal | None) -> Row:
        return (
            *self.figures(lives, coin, later)[:-1], *self.margins(lives, coin, later, cost),
        )  # fmt: skip


def earliest(some: Iterable[Happening], oracle: Oracle) -> dict[int, date]:
    """The first day of each person."""
    found: dict[int, date] = {}
    for h in some:
        who = oracle.person[h.id]
        found[who] = min(found.get(who, date.max), oracle.day(h))
    return found
