"""Questions to the ledger, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from minilens.measure.measures import Measure
from minilens.period import Grain, Range

#: What is counted over time: what came in by its receipt, or how late it came by its own day.
Of = Literal["receipts", "delays"]
#: What events are told apart by: why they do not count; their names, in quarantine (of refused ones none is kept) or
#: counted though nobody declared them; the key they came by; the tracker that sent them; days that were made again.
Apart = Literal["reason", "event", "undeclared", "key", "tracker", "restated"]


@dataclass(frozen=True)
class LedgerQuery:
    """What became of the events that an app received: a row for each `grain` of `range`.

    Hours of receipt are those of UTC; one that lies in two hours of the app's zone counts in the first. How late events
    came is told of days. `compare` is the other range or None.
    """

    app: int
    measures: tuple[Measure, ...]
    range: Range
    grain: Grain
    timezone: str
    compare: Range | None = None
    of: Of = "receipts"


@dataclass(frozen=True)
class LedgerListQuery:
    """Events of `range` told apart by `apart`: the `top` values by `sort`.

    `search`: only values that hold this text have a row. `include_other`: what the others come to, as one row.
    `declared`: names of the app's own events; `names`: what values are called. Whoever asks says them where the
    records know them.
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
    declared: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class SamplesQuery:
    """The newest events in quarantine that were received in `range`, some of each reason.

    Values of `sensitive` properties are masked.
    """

    app: int
    measures: tuple[Measure, ...]
    range: Range
    timezone: str
    compare: Range | None = None
    sensitive: tuple[str, ...] = ()
