"""A question, as a value: what is asked, over which days, at which grain, compared with what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from minilens.measure.filters import Filters
from minilens.period import Grain, Range

#: So many rows of a list are all of it: what a sheet can hold.
ALL_ROWS = 1_000_000

Traffic = Literal["release", "trial", "develop", "preview", "robot"]
TRAFFIC: tuple[Traffic, ...] = ("release", "trial", "develop", "preview", "robot")


@dataclass(frozen=True)
class Query:
    """The measures of one app over a range of its days.

    `compare` is the other range, measured by the same SQL, or None; with `cutoff` only what happened
    before that moment counts of it ("today" beside the same hours of another day). `by` names a field:
    the rows are then its values, the `top` of them by the measure `sort`, and not periods of `grain`.
    `offset` of them are left out before. `include_other`: what the values without a row come to, as one row more.
    `timezone` is the app's: only hours have to know it.
    """

    app: int
    measures: tuple[str, ...]
    range: Range
    grain: Grain = "day"
    compare: Range | None = None
    traffic: Traffic = "release"
    filters: Filters = ()
    cutoff: datetime | None = None
    by: str = ""
    sort: str = ""
    ascending: bool = False
    top: int = 10
    offset: int = 0
    include_other: bool = False
    timezone: str = ""
