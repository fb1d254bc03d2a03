"""A question, as a value: what is asked, over which days, at which grain, compared with what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from minilens.measure.dimensions import Dimension
from minilens.measure.filters import Filters
from minilens.measure.measures import Measure
from minilens.period import Grain, Range

#: So many rows of a list are all of it: what a sheet can hold.
ALL_ROWS = 1_000_000

Traffic = Literal["release", "trial", "develop", "preview", "robot"]
TRAFFIC: tuple[Traffic, ...] = ("release", "trial", "develop", "preview", "robot")


@dataclass(frozen=True)
class Query:
    """The measures of one app over a range of its days.

    `dimensions` are what rows are told apart by: at most one grain of time, and dimensions. Without time
    the rows are the `top` values by the measure `sort`, of which `offset` are left out before; with both, the periods
    of those values. None at all is one row. `include_other`: what the values without a row come to, as one row more.

    `compare` is the other range, measured by the same SQL, or None; with `cutoff` only what happened
    before that moment counts of it ("today" beside the same hours of another day).
    `timezone` is the app's: only hours have to know it.
    """

    app: int
    measures: tuple[Measure, ...]
    range: Range
    dimensions: tuple[Dimension | Grain, ...] = ("day",)
    compare: Range | None = None
    traffic: Traffic = "release"
    filters: Filters = ()
    cutoff: datetime | None = None
    sort: Measure | None = None
    ascending: bool = False
    top: int = 10
    offset: int = 0
    include_other: bool = False
    timezone: str = ""

    @property
    def time(self) -> Grain | None:
        """The grain of time that rows are told apart by, if any."""
        return next((one for one in self.dimensions if not isinstance(one, Dimension)), None)

    @property
    def grain(self) -> Grain:
        """The length of a row; days are what all longer ones are made of."""
        return self.time or "day"

    @property
    def values(self) -> tuple[Dimension, ...]:
        """The dimensions whose values tell rows apart."""
        return tuple(one for one in self.dimensions if isinstance(one, Dimension))

    @property
    def columns(self) -> dict[str, Dimension]:
        """Column of the SQL → the dimension whose values it has."""
        names = ("value", *(f"value_{n}" for n in range(2, len(self.values) + 1)))
        return dict(zip(names, self.values, strict=False))
