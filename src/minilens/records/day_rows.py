"""Rows of figures by day, in which a day of a source is replaced as a whole.

So the same file twice changes nothing, and a corrected one leaves nothing of what it corrects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Literal, Protocol, TypeVar, cast

import sqlalchemy as sa

#: Rows that are handed in at once, and those that are removed by one statement.
MOST, PORTION = 100_000, 400
State = Literal["added", "replaced", "unchanged"]
#: Name → whole number, in order.
Figures = tuple[tuple[str, int], ...]


class Dated(Protocol):
    """A row: it belongs to a day, and rows of equal fields are equal."""

    @property
    def day(self) -> date:
        """The day its figures are of."""


R = TypeVar("R", bound=Dated)


@dataclass(frozen=True)
class DayChange:
    """What handing in does to a day of a source. `before` and `after`: what its rows come to."""

    source: str
    day: date
    state: State
    rows_before: int
    rows: int
    before: Figures
    after: Figures


@dataclass(frozen=True)
class Plan(Generic[R]):
    """What is told of it, the ids of what is removed, and what is added."""

    changes: list[DayChange]
    removed: list[int]
    added: list[R]

    @property
    def told(self) -> list[DayChange]:
        """The days that do change."""
        return [one for one in self.changes if one.state != "unchanged"]


@dataclass(frozen=True)
class DayRows(Generic[R]):
    """Rows of a kind. `table` has their fields, an `id` and an `app_id`; `source` and `order` are fields; `figures`
    says what some rows come to."""

    table: sa.Table
    row: type[R]
    source: str
    order: tuple[str, ...]
    figures: Callable[[Iterable[R]], Figures]

    def plan(
        self, connection: sa.Connection, app: int, given: Sequence[R], part: Callable[[R], object]
    ) -> Plan[R]:
        """What is to be removed and added: all of a part of a day of a source, or nothing where it is as it was."""
        if not given:
            return Plan([], [], [])
        new = self._parts(given, part)
        held: dict[R, int] = {}
        first, last = min(one.day for one in given), max(one.day for one in given)
        for row in connection.execute(self.select(app, first, last)).mappings():
            held[self.of(row)] = row["id"]
        old = {key: rows for key, rows in self._parts(held, part).items() if key in new}
        changed = [key for key in new if new[key] != old.get(key, set())]
        removed = [held[one] for key in changed for one in old.get(key, ())]
        added = [one for key in changed for one in sorted(new[key], key=self._place)]
        days = sorted({(key[0], key[1]) for key in new})
        return Plan([self._change(day, source, new, old) for day, source in days], removed, added)

    def carry_out(self, connection: sa.Connection, app: int, plan: Plan[R]) -> None:
        """As it is planned."""
        for ids in _portions(plan.removed):
            connection.execute(sa.delete(self.table).where(self.table.c.id.in_(ids)))
        if plan.added:
            rows = [{"app_id": app, **vars(one)} for one in plan.added]
            connection.execute(sa.insert(self.table), rows)

    def select(self, app: int, first: date, last: date) -> sa.Select[tuple[object, ...]]:
        """The rows of those days."""
        day = self.table.c.day
        found = sa.select(self.table).where(self.table.c.app_id == app, day >= first, day <= last)
        return cast("sa.Select[tuple[object, ...]]", found)

    def ordered(
        self, connection: sa.Connection, app: int, first: date, last: date, *, after: int = 0, most: int = 10**9
    ) -> list[R]:  # fmt: skip
        """The rows of those days by day and names, `most` of them after the first `after`."""
        columns = (*(self.table.c[name] for name in self.order), self.table.c.id)
        query = self.select(app, first, last).order_by(*columns).limit(most).offset(after)
        return [self.of(row) for row in connection.execute(query).mappings()]

    def days(self, connection: sa.Connection, app: int) -> tuple[date, date] | None:
        """The first and the last day that have any."""
        query = sa.select(sa.func.min(self.table.c.day), sa.func.max(self.table.c.day))
        first, last = connection.execute(query.where(self.table.c.app_id == app)).one()
        return (first, last) if first else None

    def of(self, row: Any) -> R:
        """A row as it was kept."""
        names = (one.name for one in self.table.columns if one.name not in ("id", "app_id"))
        return self.row(**{name: row[name] for name in names})

    def _parts(
        self, some: Iterable[R], part: Callable[[R], object]
    ) -> dict[tuple[date, str, object], set[R]]:
        found: dict[tuple[date, str, object], set[R]] = {}
        for one in some:
            key = (one.day, getattr(one, self.source), part(one))
            found.setdefault(key, set()).add(one)
        return found

    def _change(
        self, day: date, source: str, new: dict[tuple[date, str, object], set[R]],
        old: dict[tuple[date, str, object], set[R]],
    ) -> DayChange:  # fmt: skip
        then, now = (
            {one for key, rows in parts.items() if key[:2] == (day, source) for one in rows}
            for parts in (old, new)
        )
        state: State = "unchanged" if then == now else "replaced" if then else "added"
        return DayChange(
            source, day, state, len(then), len(now), self.figures(then), self.figures(now)
        )

    def _place(self, one: R) -> tuple[object, ...]:
        return tuple(getattr(one, name) for name in self.order)


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[at : at + PORTION] for at in range(0, len(ids), PORTION))
