"""Persons, payments and returns as columns: fetched once, for every figure of the question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minilens.measure.activity.active import coded
from minilens.measure.events.builds import Builds
from minilens.measure.events.query import EventsQuery
from minilens.measure.events.row_order import BESIDES
from minilens.measure.events.sorting import dense
from minilens.measure.events.sql import ANY_NAME, Statement
from minilens.measure.ltv import sql
from minilens.measure.ltv.query import RETURNS, LtvQuery
from minilens.measure.session import cost
from minilens.measure.table import Cost
from minilens.period import FIRST_DAY
from minilens.warehouse.engine import Answer, Engine

Whole = NDArray[np.int64]
#: Numbers of persons up to this are looked up in a table instead of being searched for.
_MOST_IN_A_TABLE = 1 << 26


@dataclass(frozen=True)
class Entrants:
    """Persons in the order of their numbers, each once: the day they came first (since 1970) and their group.

    `texts`: of each group the values of its columns as statements have them.
    """

    number: Whole
    first: Whole
    group: Whole
    texts: tuple[tuple[str, ...], ...]

    def places(self, numbers: Whole) -> Whole:
        """Where each of these persons stands; -1 where it is none of them."""
        if not len(self.number):
            return np.full(len(numbers), -1, np.int64)
        top = int(self.number[-1]) + 1
        if top > _MOST_IN_A_TABLE:
            found = np.minimum(np.searchsorted(self.number, numbers), len(self.number) - 1)
            return np.where(self.number[found] == numbers, found, -1)
        table = np.full(top + 1, -1, np.int32)
        table[self.number] = np.arange(len(self.number), dtype=np.int32)
        return table[np.minimum(numbers, top)].astype(np.int64)


@dataclass(frozen=True)
class Payments:
    """What each person paid and was paid back on a day in a currency, and the margin of both.

    `place`: among the entrants; `age`: so many days behind the first; amounts in ten-thousandths, in halves.
    """

    place: Whole
    age: Whole
    coin: Whole
    coins: tuple[str, ...]
    orders: Whole
    paid: tuple[Whole, Whole]
    back: tuple[Whole, Whole]
    gain: tuple[Whole, Whole]

    def where(self, some: NDArray[np.bool_]) -> Payments:
        """Some of them."""
        paid, back, gain = (
            (high[some], low[some]) for high, low in (self.paid, self.back, self.gain)
        )
        return Payments(
            self.place[some], self.age[some], self.coin[some], self.coins, self.orders[some], paid, back, gain,
        )  # fmt: skip


@dataclass(frozen=True)
class Fetched:
    """`returned`: of each entrant how many days later it came back first, -1 where it did not, or is not asked."""

    entrants: Entrants
    payments: Payments
    returned: Whole
    cost: Cost


@dataclass
class Fetching:
    """One question on its way to the engine."""

    engine: Engine
    query: LtvQuery
    made: Answer
    today: date

    def __post_init__(self) -> None:
        self.rows = 0
        self.bytes = 0
        self._builds = Builds(self.made)

    def all(self) -> Fetched:
        """All that the figures are made of."""
        entrants = self._entrants()
        payments = self._payments(entrants)
        none = np.full(len(entrants.number), -1, np.int64)
        returned = self._returned(entrants) if self.query.show == "cohorts" else none
        spent = cost([self.made])
        spent = Cost(spent.rows + self.rows, spent.bytes + self.bytes, spent.milliseconds)
        return Fetched(entrants, payments, returned, spent)

    def _ask(self, text: str, start: date, end: date, more: dict[str, Any]) -> Any:
        named = self._builds.bound(self.query.rows, start, end) | {"first": self.query.days.start}
        found = self.engine.arrow(text, named | more)
        self.rows += found.num_rows
        self.bytes += found.nbytes
        return found

    def _statement(self, query: EventsQuery, besides: Any) -> Statement:
        tail = self._builds.tail(query, query.range.end)
        moved = self._builds.moved(query, self.engine.one, tail=tail)
        named = "name IN {names:Array(String)}"
        if not all(one.events for one in query.events):
            named = f"({named} OR {ANY_NAME})" if query.named else ANY_NAME
        return Statement(query, moved, tail, besides=besides, named=named)

    def _of(self, query: EventsQuery, made: Statement, text: str) -> Any:
        return self._ask(text, query.range.start, query.range.end, made.bound.values)

    def _entrants(self) -> Entrants:
        days, groups = self.query.days, len(self.query.rows.groups)
        if self.query.entry:
            query = self.query.first(FIRST_DAY)
            made = self._statement(query, BESIDES if groups else sql.DAY_COLUMNS)
            found = self._of(query, made, sql.first_events(made, groups))
        else:
            text, bound = sql.touches(self.query)
            found = self._ask(text, days.start, days.end, bound)
        number = _whole(found, "person")
        number, order = np.unique(number, return_index=True)
        code, texts = _groups(found, groups, order)
        return Entrants(number, _whole(found, "first")[order], code, texts)

    def _payments(self, entrants: Entrants) -> Payments:
        query = self.query.money(
            self._end(None if self.query.show == "cohorts" else max(self.query.cells))
        )
        made = self._statement(query, sql.MONEY_COLUMNS)
        found = self._of(query, made, sql.money(made, self.query))
        place = entrants.places(_whole(found, "person"))
        kept = place >= 0
        place = np.where(kept, place, 0)
        first = entrants.first[place] if len(entrants.first) else np.zeros(len(place), np.int64)
        age = _whole(found, "since") - first
        coins = coded(found.column("coin"), np.arange(found.num_rows))
        paid, back, gain = (
            (_whole(found, f"{name}_high"), _whole(found, f"{name}_low"))
            for name in ("paid", "back", "gain")
        )
        every = Payments(
            place, age, coins.codes, tuple(coins.texts), _whole(found, "orders"), paid, back, gain
        )
        return every.where(kept & (age >= 0))

    def _returned(self, entrants: Entrants) -> Whole:
        """Of each entrant how many days later it came back first."""
        end = self._end(max(RETURNS))
        if self.query.back:
            query = self.query.returns(end)
            made = self._statement(query, sql.DAY_COLUMNS)
            found = self._of(query, made, sql.returned(made))
        else:
            found = self._ask(sql.visits(), self.query.days.start, end, {})
        place = entrants.places(_whole(found, "person"))
        there = place >= 0
        place, day = place[there], _whole(found, "since")[there]
        age = day - entrants.first[place] if len(entrants.first) else day
        later = age > 0
        place, age = place[later], age[later]
        order = np.argsort(-age, kind="stable")  # the least is written last
        found_at = np.full(len(entrants.number), -1, np.int64)
        found_at[place[order]] = age[order]
        return found_at

    def _end(self, later: int | None) -> date:
        """The last day that counts: so many behind the last of the range, never behind today."""
        today = max(self.today, self.query.days.end)
        return today if later is None else min(today, self.query.days.end + timedelta(days=later))


def _whole(found: Any, name: str) -> Whole:
    return np.asarray(found.column(name).to_numpy(), np.int64)


def _groups(found: Any, groups: int, order: Whole) -> tuple[Whole, tuple[tuple[str, ...], ...]]:
    """Of each person its group, and what groups stand for."""
    if not groups:
        return np.zeros(len(order), np.int64), ((),)
    columns = [coded(found.column(f"g{n}"), order) for n in range(groups)]
    code = np.zeros(len(order), np.int64)
    for one in columns:
        code = code * (len(one.texts) + 1) + one.codes
    place, known = dense(code)
    texts: list[tuple[str, ...]] = []
    for number in known.tolist():
        some: list[str] = []
        for one in reversed(columns):
            number, at = divmod(number, len(one.texts) + 1)
            some.append(one.texts[at])
        texts.append(tuple(reversed(some)))
    return place, tuple(texts)
