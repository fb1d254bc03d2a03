"""Sums of costs and what came by them, and the measures that are made of these."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from minilens.measure.costs.names import NAMED
from minilens.measure.costs.query import SUMS, CostsQuery, Spent
from minilens.measure.sums import Sums as AnySums
from minilens.measure.table import Row

MILLION = 1_000_000


@dataclass
class Sums(AnySums):
    """Some costs together."""

    made_of = {one.name: one for one in NAMED}
    held: dict[str, int | Decimal] = field(default_factory=lambda: {"cost": 0})

    def add(self, one: Spent) -> None:
        """A row of costs as well."""
        for name in SUMS:
            self.put(name, getattr(one, name))

    def of(self, name: str) -> int | Decimal | None:
        """Money in units: kept it is in millionths."""
        value = self.held.get(name)
        return Decimal(value) / MILLION if name == "cost" and value is not None else value


def together(some: Iterable[Sums]) -> Sums:
    """What several come to."""
    found = Sums()
    for one in some:
        for name, value in one.held.items():
            found.put(name, value)
    return found


def cells(query: CostsQuery, sums: Sums) -> Row:
    """The measures of a row."""
    return tuple(sums.figure(one.name) for one in query.measures)
