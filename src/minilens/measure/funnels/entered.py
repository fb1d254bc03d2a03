"""The periods that attempts begin in: hours, days, weeks or months of the range."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import numpy as np

from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.funnels.rows import Whole
from minilens.period import Grain, milliseconds

_FIRST_DAY = date(1970, 1, 1)


def by_hour(query: FunnelQuery) -> bool:
    """Whether rows are the hours of entries."""
    return query.show in ("trend", "each_day") and query.rows.grain == "hour"


def grain(query: FunnelQuery) -> Grain:
    """The length of a row, of hours that of the days they are in."""
    return query.rows.grain if query.rows.grain in ("week", "month") else "day"


def since(day: date) -> int:
    """Days since 1970."""
    return (day - _FIRST_DAY).days


def periods(query: FunnelQuery) -> list[tuple[date, int]]:
    """The periods of entries: the first day, and how many days since 1970 that is; or the first moment of an hour in
    the app's zone, and its milliseconds."""
    over, zone = query.rows.range, query.rows.timezone
    if not by_hour(query):
        return [(first, since(first)) for first in over.buckets(grain(query))]
    return [(one.astimezone(ZoneInfo(zone)), milliseconds(one)) for one in over.hours(zone)]


def starts(query: FunnelQuery) -> Whole:
    """The numbers of the periods, in order."""
    return np.array([number for _, number in periods(query)], np.int64)


def period_of(query: FunnelQuery, at: Whole, day: Whole) -> Whole:
    """Of entries, by their milliseconds and days since 1970, which of the periods they are in."""
    numbers = starts(query)
    found: Whole = np.searchsorted(numbers[1:], at if by_hour(query) else day, "right")
    return found
