"""Persons, payments and returns as columns: fetched once, for every figure of the question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from minilens.measure.events.builds import Builds
from minilens.measure.events.query import EventsQuery
from minilens.measure.events.row_order import BESIDES
from minilens.measure.events.sql import ANY_NAME, Statement
from minilens.measure.ltv import sql
from minilens.measure.ltv.entrants import FAR, Entrants, Whole, by_day, by_event, by_visit, touched
from minilens.measure.ltv.payments import Payments, payments
from minilens.measure.ltv.query import RETURNS, LtvQuery
from minilens.measure.ltv.told_again import once
from minilens.measure.session import cost
from minilens.measure.table import Cost
from minilens.period import FIRST_DAY
from minilens.warehouse.engine import Answer, Engine


@dataclass(frozen=True)
class Fetched:
    """`cohort`: of each entrant the place of its cohort. `returned`: how many days later it came back first, -1 where
    it did not, or is not asked."""

    entrants: Entrants
    cohort: Whole
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
        cohort = entrants.cohorts(self.query)
        payments = self._payments(entrants, cohort)
        none = np.full(len(entrants.number), -1, np.int64)
        returned = self._returned(entrants) if self.query.show == "cohorts" else none
        spent = cost([self.made])
        spent = Cost(spent.rows + self.rows, spent.bytes + self.bytes, spent.milliseconds)
        return Fetched(entrants, cohort, payments, returned, spent)

    def _ask(
        self, text: str, start: date, end: date, more: dict[str, Any], *, each: bool = False
    ) -> Any:
        self.engine.go_on()
        named = self._builds.bound(self.query.rows, start, end) | {"first": self.query.days.start}
        ask = self.engine.arrow_of_each if each else self.engine.arrow
        found = ask(text, named | more)
        lists = "persons" in found.column_names
        self.rows += (
            len(found.column("persons").combine_chunks().values) if lists else found.num_rows
        )
        self.bytes += found.nbytes
        return found

    def _statement(self, query: EventsQuery, besides: Any) -> Statement:
        tail = self._builds.tail(query, query.range.end)
        moved = self._builds.moved(query, self.engine.one, tail=tail)
        named = "name IN {names:Array(String)}"
        if not all(one.events for one in query.events):
            named = f"({named} OR {ANY_NAME})" if query.named else ANY_NAME
        return Statement(query, moved, tail, besides=besides, named=named)

    def _of(self, query: EventsQuery, made: Statement, text: str, *, each: bool = False) -> Any:
        """`each`: it makes one row of each row, or none."""
        return self._ask(text, query.range.start, query.range.end, made.bound.values, each=each)

    def _entrants(self) -> Entrants:
        days, groups = self.query.days, len(self.query.rows.groups)
        if self.query.entry:
            query = self.query.first(FIRST_DAY)
            made = self._statement(query, BESIDES if groups else sql.DAY_COLUMNS)
            return by_event(self._of(query, made, sql.first_events(made, groups)), groups)
        entrants = by_visit(self._ask(sql.newcomers(), days.start, days.end, {}))
        if not groups:
            return entrants
        text, bound = sql.touches(self.query)
        return touched(entrants, self._ask(text, days.start, days.end, bound), groups)

    def _payments(self, entrants: Entrants, cohort: Whole) -> Payments:
        query = self.query.money(
            self._end(None if self.query.show == "cohorts" else max(self.query.cells))
        )
        keyed = any(self.query.keys)
        made = self._statement(query, sql.KEYED_COLUMNS if keyed else sql.MONEY_COLUMNS)
        found = self._of(query, made, sql.money(made, self.query), each=True)
        self.engine.go_on()
        return payments(self.query, entrants, cohort, once(self.query, found))

    def _returned(self, entrants: Entrants) -> Whole:
        """Of each entrant how many days later it came back first."""
        end = self._end(max(RETURNS))
        if self.query.back:
            query = self.query.returns(end)
            made = self._statement(query, sql.DAY_COLUMNS)
            found = self._of(query, made, sql.returned(made), each=True)
            since, person = (found.column(name).to_numpy() for name in ("since", "person"))
            order = np.argsort(since, kind="stable")[::-1]
            rows = [(since[order].astype(np.int64), person[order])]
        else:
            rows = [*by_day(self._ask(sql.visits(), self.query.days.start, end, {}))]
        first = entrants.table(entrants.first, FAR)
        came = np.full(len(first), -1, np.int64)
        for day, some in rows:  # the earliest is written last
            at = entrants.index(some)
            later = day > first[at]
            came[at[later]] = day[later] if self.query.back else day
        back = came[entrants.index(entrants.number)]
        return np.where(back < 0, -1, back - entrants.first)

    def _end(self, later: int | None) -> date:
        """The last day that counts: so many behind the last of the range, never behind today."""
        today = max(self.today, self.query.days.end)
        return today if later is None else min(today, self.query.days.end + timedelta(days=later))
