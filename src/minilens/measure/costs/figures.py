"""Sums of costs and what came by them, and the measures that are made of these."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from minilens.measure.costs.names import NAMED
from minilens.measure.costs.query import SUMS, CostsQuery, Spent
from minilens.measure.table import Row

MILLION = 1_000_000
_MADE_OF = {one.name: one for one in NAMED}


@dataclass
class Sums:
    """Some costs together: name of a sum → what it comes to. What nobody said is not in it."""

    held: dict[str, int | Decimal] = field(default_factory=lambda: {"cost": 0})

    def add(self, one: Spent) -> None:
        """A row of costs as well."""
        for name in SUMS:
            self.put(name, getattr(one, name))

    def put(self, name: str, value: int | Decimal | None) -> None:
        """So many more of one of them; None is nothing said."""
        if value is not None:
            self.held[name] = self.held.get(name, 0) + value

    def figure(self, name: str) -> int | float | None:
        """A measure: unknown where what it is made of is, or where it would be divided by nothing."""
        made = _MADE_OF[name]
        over = self._of(made.over)
        if not made.under or over is None:
            return _cell(over)
        under = self._of(made.under)
        return _cell(Decimal(over) * made.times / Decimal(under)) if under else None

    def _of(self, name: str) -> int | Decimal | None:
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


def _cell(value: int | Decimal | None) -> int | float | None:
    return float(value) if isinstance(value, Decimal) else value
