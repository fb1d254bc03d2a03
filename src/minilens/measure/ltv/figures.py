"""The figures of cohorts: who they are, what they paid up to so many days later, who came back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from minilens.errors import Refused
from minilens.measure.activity.active import NOTHING
from minilens.measure.events.columns import OTHERS
from minilens.measure.events.query import MOST_ROWS
from minilens.measure.ltv.columns import columns
from minilens.measure.ltv.counts import Counts
from minilens.measure.ltv.entrants import Entrants
from minilens.measure.ltv.fetched import Fetched
from minilens.measure.ltv.payments import UNIT
from minilens.measure.ltv.query import RETURNS, LtvQuery
from minilens.measure.ltv.spend import FINER, Spending
from minilens.measure.prepared import AsOf
from minilens.measure.table import Cell, Row, Table
from minilens.text import Text


@dataclass(frozen=True)
class Figures:
    """Of some persons: how many, of these the buyers and those with two orders; orders; money in
    ten-thousandths, what was spent on them in millionths (None: not known)."""

    users: int = 0
    buyers: int = 0
    repeat: int = 0
    orders: int = 0
    paid: int = 0
    back: int = 0
    gain: int = 0
    cost: int | None = 0

    def __add__(self, other: Figures) -> Figures:
        known = self.cost is not None and other.cost is not None
        return Figures(
            self.users + other.users, self.buyers + other.buyers, self.repeat + other.repeat,
            self.orders + other.orders, self.paid + other.paid, self.back + other.back, self.gain + other.gain,
            (self.cost or 0) + (other.cost or 0) if known else None,
        )  # fmt: skip

    def row(self) -> Row:
        """The figures as a row has them, behind the users."""
        net = self.paid - self.back
        return (
            self.buyers, _share(self.buyers, self.users), self.repeat, _share(self.repeat, self.buyers),
            self.orders, self.paid / UNIT, self.back / UNIT, net / UNIT,
            net / UNIT / self.users if self.users else None,
        )  # fmt: skip

    def margins(self) -> Row:
        """Gross margin, cost and what is left of the margin: nothing is, where the cost is not known."""
        if self.cost is None:
            return (self.gain / UNIT, None, None)
        left = self.gain * FINER - self.cost
        return (self.gain / UNIT, self.cost / UNIT / FINER, left / UNIT / FINER)


def _share(some: int, of: int) -> float | None:
    return some / of if of else None


@dataclass(frozen=True)
class Group:
    """A group that has rows: its values, and the numbers it has among the entrants."""

    values: tuple[Cell, ...]
    codes: tuple[int, ...]


@dataclass(frozen=True)
class Counting:
    """One question over what was fetched."""

    query: LtvQuery
    found: Fetched
    as_of: AsOf

    @property
    def entrants(self) -> Entrants:
        """Who entered."""
        return self.found.entrants

    @cached_property
    def currency(self) -> str:
        """That of the question; else that of the most orders, of as many the first by name."""
        if self.query.currency is not None:
            return self.query.currency
        counts = self._by_coin()
        return min(counts, key=lambda coin: (-counts[coin], coin), default="")

    def _by_coin(self) -> dict[str, int]:
        """How many orders there are in each currency."""
        of = self.found.payments
        return {
            of.coins[n]: int(of.sums.orders[of.sums.coin == n].sum()) for n in np.unique(of.sums.coin).tolist()
        }  # fmt: skip

    @cached_property
    def spending(self) -> Spending:
        """What advertising cost, in the currency of the answer."""
        return Spending(self.query, self.currency)

    def _told(self, figures: Figures | None) -> Row:
        """The figures of a row behind users and returns; of none that are not known yet."""
        margins = (figures.margins() if figures else (None,) * 3) if self.query.margin else ()
        return (*(figures.row() if figures else (None,) * 9), *margins)

    @cached_property
    def groups(self) -> tuple[list[Group], int]:
        """The groups with the most persons and all others, and how many groups there are."""
        rows, texts = self.query.rows, self.entrants.texts
        if not rows.groups:
            return [Group((), (0,))], 0
        sizes = np.bincount(self.entrants.group, minlength=len(texts)).tolist()
        order = sorted(range(len(texts)), key=lambda n: (-sizes[n], texts[n]))
        found = [
            Group(tuple(None if text == NOTHING else text for text in texts[n]), (n,))
            for n in order[: rows.top]
        ]
        others = tuple(order[rows.top :])
        if others and rows.include_other:
            found.append(Group((OTHERS,) * len(rows.groups), others))
        return found, len(order)

    @cached_property
    def counts(self) -> Counts:
        """What the figures are made of, by group and cohort."""
        of = self.found.payments
        coin = of.coins.index(self.currency) if self.currency in of.coins else -1
        line = np.full(len(self.entrants.texts), -1, np.int64)
        for n, one in enumerate(self.groups[0]):
            line[list(one.codes)] = n
        return Counts(self.query, self.found, coin, line, len(self.groups[0]))

    def table(self) -> Table:
        """The rows, as `show` has them."""
        groups, every = self.groups
        query = self.query
        cells = 1 if query.show == "cohorts" else len(query.cells)
        if len(groups) * (len(query.cohorts) + 1) * cells > MOST_ROWS:
            raise Refused("too_many_rows", "top", limit=MOST_ROWS)
        rows = [row for n, one in enumerate(groups) for row in self._of_group(n, one)]
        keys, measures = columns(query)
        return Table(
            columns=(*keys, *measures), rows=tuple(rows), start=query.days.start, end=query.days.end,
            as_of=self.as_of.as_of, cost=self.found.cost, keys=len(keys), today=self.as_of.today,
            total_rows=every, notes=tuple(self._notes()),
        )  # fmt: skip

    def _of_group(self, place: int, group: Group) -> Iterator[Row]:
        """Its cohorts, behind each of them the cells; then all of them together."""
        query, today = self.query, self.as_of.today
        made = self._figures(place, group.codes)
        if query.show == "cohorts":
            yield from self._listed(place, group, [of[-1] for of in made])
            return
        whole = [Figures() for _ in query.cells]
        for n, first in enumerate(query.cohorts):
            known = made[n][0].users if first <= today else None
            for cell, later in enumerate(query.cells):
                due = query.is_due(first, later, today)
                if due:
                    whole[cell] = whole[cell] + made[n][cell]
                if query.show == "triangle":
                    told = self._told(made[n][cell] if due else None)
                    yield (*group.values, first, later, known, *told, self.currency)
        for cell, later in enumerate(query.cells):
            due = query.is_due(query.cohorts[0], later, today)
            told = self._told(whole[cell] if due else None)
            blank = (None,) if query.show == "triangle" else ()
            people = whole[cell].users if due else None
            yield (*group.values, *blank, later, people, *told, self.currency)

    def _listed(self, place: int, group: Group, made: list[Figures]) -> Iterator[Row]:
        """Each cohort up to now; then all of them together, rates of returns of those that are due."""
        query, today = self.query, self.as_of.today
        back = self.counts.returns[place]
        paid_back = self._payback(place, made) if query.margin else []
        never = (None,) if query.margin else ()
        whole, total = Figures(), [[0, 0] for _ in RETURNS]
        for n, first in enumerate(query.cohorts):
            if first > today:
                unknown = (None,) * (1 + len(RETURNS))
                yield (*group.values, first, *unknown, *self._told(None), *never, self.currency)
                continue
            rates: list[Cell] = []
            for k, days in enumerate(RETURNS):
                due = query.is_due(first, days, today)
                rates.append(_share(back[n][k], made[n].users) if due else None)
                if due:
                    total[k][0] += back[n][k]
                    total[k][1] += made[n].users
            whole = whole + made[n]
            when = (paid_back[n],) if query.margin else ()
            told = (*self._told(made[n]), *when, self.currency)
            yield (*group.values, first, made[n].users, *rates, *told)
        every = [_share(some, of) for some, of in total]
        told = (*self._told(whole), *never, self.currency)
        yield (*group.values, None, whole.users, *every, *told)

    def _payback(self, place: int, made: list[Figures]) -> list[int | None]:
        """Of each cohort of a group how many days behind the first its margin came up to its cost for good."""
        return [
            _reached(self.counts.gains(place, n), figures.cost) if figures.cost else None
            for n, figures in enumerate(made)
        ]

    def _figures(self, place: int, codes: tuple[int, ...]) -> list[list[Figures]]:
        """Of each cohort of a group its figures up to each cell, and up to now as the last."""
        counts, spent = self.counts, self._spent(codes)
        return [
            [
                Figures(
                    counts.sizes[place][n], counts.bought[place][n][c], counts.again[place][n][c],
                    counts.orders[place][n][c], counts.paid[place][n][c], counts.back[place][n][c],
                    counts.gain[place][n][c], spent[n],
                )
                for c in range(counts.width)
            ]
            for n in range(len(self.query.cohorts))
        ]  # fmt: skip

    def _spent(self, codes: tuple[int, ...]) -> list[int | None]:
        """What each cohort of a group cost."""
        if self.query.margin is None:
            return [None] * len(self.query.cohorts)
        groups = [self.entrants.texts[n] for n in codes]
        return [self.spending.of(groups, first) for first in self.query.cohorts]

    def _notes(self) -> Iterator[Text]:
        """What is left out."""
        if self.query.margin:
            yield from self.spending.notes(set(self.entrants.texts))
        named = {one: count for one, count in self._by_coin().items() if one != self.currency}
        if not named:
            return
        zh = "、".join(f"{one or '未注明币种'}（{count:,} 单）" for one, count in named.items())
        en = ", ".join(f"{one or 'no currency'} ({count:,} orders)" for one, count in named.items())
        own = self.currency
        yield Text(
            f"金额只计{f' {own} ' if own else '未注明币种的部分'}；未计入：{zh}",
            f"Amounts {f'in {own}' if own else 'without a currency'} alone; left out: {en}",
        )


def _reached(gains: Iterable[tuple[int, int]], cost: int) -> int | None:
    """The first of the ages from which on margins come to what was spent: a refund takes them back."""
    total, since = 0, None
    for age, gain in gains:
        total += gain
        if total * FINER < cost:
            since = None
        elif since is None:
            since = age
    return since
