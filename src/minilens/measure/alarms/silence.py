"""Whether nothing has come for longer than the quiet hours of an app ever explain.

The time since the last event is held against the same time of the same weekday in the weeks before, of a young app
against that of all days: where even the quietest of them had events by the dozen, it is not a quiet hour.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from minilens.period import HOUR

#: The quietest of the days before had at least so many events in that time.
LEAST = 8.0
#: Shorter than this nothing is said: phones send in batches.
SHORTEST = timedelta(minutes=15)
#: Weeks that are looked at, and how many there have to be; else so many days.
WEEKS, LEAST_WEEKS, LEAST_DAYS = 8, 4, 7
#: Of an hour that is only partly in that time its events count for less than their share: a shop that opens at half
#: past eight has none in the first half of the hour.
_PART = 0.5
#: So many events within the last two hours say that they come again.
AGAIN = 3

#: Events by the first moment of their hour, in UTC. An hour without any may be missing.
Hours = Mapping[datetime, float]


@dataclass(frozen=True)
class Silence:
    """None since `since`. In that time the quietest of `days` days before (`weekly`: of the same weekday) had `least`,
    the median one `usual`."""

    since: datetime
    least: float
    usual: float
    days: int
    weekly: bool


def silence(
    hours: Hours, last: datetime, now: datetime, timezone: str, first: date
) -> Silence | None:
    """What is to be said at a moment (`now`, UTC) of an app whose last event happened at `last`; None: nothing.

    `first`: the first whole day of the app.
    """
    if now - last < SHORTEST:
        return None
    zone = ZoneInfo(timezone)
    for step, most, needed in ((7, WEEKS, LEAST_WEEKS), (1, LEAST_DAYS * 4, LEAST_DAYS)):
        had = sorted(_before(hours, last, now, zone, first, step, most))
        if len(had) >= needed:
            if had[0] < LEAST:
                return None
            middle = had[len(had) // 2]
            return Silence(last, had[0], middle, len(had), weekly=step == 7)
    return None


def again(hours: Hours, now: datetime) -> bool:
    """Whether events come again: a single one is no end of it."""
    running = now.replace(minute=0, second=0, microsecond=0)
    return sum(hours.get(one, 0.0) for one in (running, running - HOUR)) >= AGAIN


def _before(
    hours: Hours, last: datetime, now: datetime, zone: ZoneInfo, first: date, step: int, most: int
) -> Iterator[float]:  # fmt: skip
    """How many came on earlier days in the same time by the app's clock."""
    start, end = (one.astimezone(zone).replace(tzinfo=None) for one in (last, now))
    overlapping = -(-(end - start) // timedelta(days=step))
    for n in range(overlapping, overlapping + most):
        back = timedelta(days=n * step)
        if (start - back).date() < first:
            return
        ends = [(one - back).replace(tzinfo=zone).astimezone(UTC) for one in (start, end)]
        yield _count(hours, *ends)


def _count(hours: Hours, start: datetime, end: datetime) -> float:
    """Events between two moments, of an hour that is cut the share that is in for sure."""
    found, at = 0.0, start.replace(minute=0, second=0, microsecond=0)
    while at < end:
        part = (min(end, at + HOUR) - max(start, at)) / HOUR
        found += hours.get(at, 0.0) * (part if part == 1 else part * _PART)
        at += HOUR
    return found
