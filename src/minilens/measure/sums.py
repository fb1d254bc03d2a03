"""Sums of figures that the records tell, and the measures that are made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from minilens.measure.table import Rise, Unit
from minilens.text import Text


@dataclass(frozen=True)
class Named:
    """A measure of such figures. `over` and `under` are sums; without `under` it is `over` alone. `times`: of so
    many."""

    name: str
    title: Text
    unit: Unit
    rise: Rise
    definition: Text
    over: str
    under: str = ""
    times: int = 1


@dataclass
class Sums:
    """Some rows together: name of a sum → what it comes to. What nobody said is not in it."""

    #: Name → the measure.
    made_of: ClassVar[Mapping[str, Named]] = {}
    held: dict[str, int | Decimal] = field(default_factory=dict)

    def put(self, name: str, value: int | Decimal | None) -> None:
        """So many more of one of them; None is nothing said."""
        if value is not None:
            self.held[name] = self.held.get(name, 0) + value

    def figure(self, name: str) -> int | float | None:
        """A measure: unknown where what it is made of is, or where it would be divided by nothing."""
        made = self.made_of[name]
        over = self.of(made.over)
        if not made.under or over is None:
            return _cell(over)
        under = self.of(made.under)
        return _cell(Decimal(over) * made.times / Decimal(under)) if under else None

    def of(self, name: str) -> int | Decimal | None:
        """What a sum comes to."""
        return self.held.get(name)


def _cell(value: int | Decimal | None) -> int | float | None:
    return float(value) if isinstance(value, Decimal) else value
