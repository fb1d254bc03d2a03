"""A question about a distribution, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from minilens.measure.dimensions import Dimension
from minilens.measure.filters import Filters
from minilens.measure.query import Traffic
from minilens.period import Grain, Range


@dataclass(frozen=True)
class DistributionQuery:
    """The launches of a range, each in one of the buckets of a dimension; with `grain` of each of its periods.

    `compare`: another range, beside the whole one alone; with `cutoff` of it only what began before that moment counts.
    """

    app: int
    range: Range
    buckets: Dimension
    grain: Grain | None = None
    compare: Range | None = None
    cutoff: datetime | None = None
    traffic: Traffic = "release"
    filters: Filters = ()
