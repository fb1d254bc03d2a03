"""Pinned cards: the home page of one member in an app, in an order of their own.

Nobody else sees them, so they are no matter of the audit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa

from minilens.errors import NotFound, Refused
from minilens.records.database import Database
from minilens.records.tables import PINS

MOST, LONGEST_QUERY = 24, 4000


@dataclass(frozen=True)
class Pin:
    """A report as it was looked at: `query` is that of its card, from `?` on."""

    id: int
    report: str
    query: str


class Pins:
    """`account` is whose page it is. What is another's is NotFound."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, app: int, account: int) -> list[Pin]:
        """In their order."""
        with self._database.read() as connection:
            return _of(connection, app, account)

    def reports(self, app: int) -> set[str]:
        """The names of reports of an app that anybody has pinned."""
        asked = sa.select(PINS.c.report).where(PINS.c.app_id == app).distinct()
        with self._database.read() as connection:
            return set(connection.scalars(asked))

    def add(self, app: int, account: int, report: str, query: str) -> None:
        """Put a report at the end; one that is there already stays at its place and is shown as it is now."""
        if len(query) > LONGEST_QUERY:
            raise Refused("too_long", "query", limit=LONGEST_QUERY)
        with self._database.write(alone=True) as connection:
            there = _of(connection, app, account)
            same = next((one.id for one in there if one.report == report), None)
            if same is not None:
                change = sa.update(PINS).where(PINS.c.id == same).values(query=query)
                connection.execute(change)
                return
            if len(there) >= MOST:
                raise Refused("too_many", "report", limit=MOST)
            made = {"app_id": app, "person_id": account, "report": report, "query": query}
            connection.execute(sa.insert(PINS).values(**made, position=len(there)))

    def move(self, app: int, account: int, pin: int, by: Literal[-1, 1]) -> None:
        """One place up (-1) or down; at the end nothing."""
        with self._database.write(alone=True) as connection:
            order = [one.id for one in _of(connection, app, account)]
            at = _place(order, pin)
            to = min(max(0, at + by), len(order) - 1)
            order.insert(to, order.pop(at))
            _number(connection, order)

    def remove(self, app: int, account: int, pin: int) -> None:
        """Take one away."""
        with self._database.write(alone=True) as connection:
            order = [one.id for one in _of(connection, app, account)]
            order.pop(_place(order, pin))
            connection.execute(sa.delete(PINS).where(PINS.c.id == pin))
            _number(connection, order)


def _of(connection: sa.Connection, app: int, account: int) -> list[Pin]:
    found = (
        sa.select(PINS)
        .where(PINS.c.app_id == app, PINS.c.person_id == account)
        .order_by(PINS.c.position, PINS.c.id)
    )
    return [Pin(row.id, row.report, row.query) for row in connection.execute(found)]


def _place(order: list[int], pin: int) -> int:
    if pin not in order:
        raise NotFound("not_found")
    return order.index(pin)


def _number(connection: sa.Connection, order: list[int]) -> None:
    for position, number in enumerate(order):
        connection.execute(sa.update(PINS).where(PINS.c.id == number).values(position=position))
