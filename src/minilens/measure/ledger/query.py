"""Questions to the ledger, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from minilens.measure.measures import Measure
from minilens.period import Grain, Range

#: What events that do not count are told apart by: why they do not, or their name (of refused ones none is kept).
Apart = Literal["reason", "event"]


@dataclass(frozen=True)
class LedgerQuery:
    """What became of the events that an app received, by the time of receipt: a row for each `grain` of `range`.

    Hours of receipt are those of UTC; one that lies in two hours of the app's zone counts in the first.
    `compare` is the other range or None.
    """

    app: int
    measures: tuple[Measure, ...]
    range: Range
    grain: Grain
    timezone: str
    compare: Range | None = None


@dataclass(frozen=True)
class NotCountedQuery:
    """The events received in `range` that do not count, told apart by `apart`: the `top` values by `sort`.

    `search`: only values that hold this text have a row. `include_other`: what the others come to, as one row.
    """

    app: int
    measures: tuple[Measure, ...]
    range: Range
    timezone: str
    apart: Apart
    sort: Measure
    compare: Range | None = None
    ascending: bool = False
    top: int = 10
    offset: int = 0
    include_other: bool = False
    search: str = ""
