"""When a subscription is due, and which days its message is of. Pure: the zone and the moment are given."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from minilens.period import Range, floor, next_bucket
from minilens.records.subscriptions import LAST, Schedule

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
#: Sent so many minutes after the chosen time, the same each time: bots are crowded on the full and the half hour.
OFFSETS = range(1, 10)
_CROWDED = (29, 0, 1)


@dataclass(frozen=True)
class Due:
    """A moment in UTC, and the days that the message is of."""

    at: datetime
    over: Range


def dues(schedule: Schedule, after: datetime, zone: str, seed: str) -> Iterator[Due]:
    """All that come later than a moment, without end. `seed` says whose they are: it decides on the minute.

    A time that the clock skips is the moment at which it does; one that comes twice is the first of them.
    """
    day = after.astimezone(ZoneInfo(zone)).date() - DAY  # of a late evening is the next day's
    for on in _days(schedule, day):
        at = _moment(on, schedule.at, zone, seed)
        if at is not None and at > after:
            yield Due(at, days_of(schedule, on))


def next_due(schedule: Schedule, after: datetime, zone: str, seed: str) -> Due:
    """The first of them."""
    return next(dues(schedule, after, zone, seed))


def days_of(schedule: Schedule, on: date) -> Range:
    """Those before the day it is due: yesterday, the last whole week from Monday to Sunday, the last whole month."""
    first = floor(on, schedule.cadence)
    return Range(floor(first - DAY, schedule.cadence), first - DAY)


def _days(schedule: Schedule, start: date) -> Iterator[date]:
    """The days on which it is due, from a day on."""
    if schedule.cadence == "day":
        while True:
            yield start
            start += DAY
    bucket = floor(start, schedule.cadence)
    while True:
        after = next_bucket(bucket, schedule.cadence)
        if schedule.cadence == "week":
            day = bucket + timedelta(days=schedule.weekday)
        elif schedule.month_day == LAST:
            day = after - DAY
        else:
            day = bucket.replace(day=schedule.month_day)
        if day >= start:
            yield day
        bucket = after


@lru_cache(maxsize=4096)
def _moment(on: date, at: str, zone: str, seed: str) -> datetime | None:
    """When it is sent that day; None of a day that the zone has left out."""
    chosen = _chosen(on, at, zone)
    if chosen is None:
        return None
    minute = chosen.astimezone(ZoneInfo(zone)).minute
    free = [offset for offset in OFFSETS if (minute + offset) % 30 not in _CROWDED]
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8])
    return chosen + free[number % len(free)] * MINUTE


def _chosen(on: date, at: str, zone: str) -> datetime | None:
    """The first moment of a day at which its clock shows the time or a later one, in UTC."""
    here = datetime.combine(on, time.fromisoformat(at), ZoneInfo(zone))
    early, late = sorted((here.astimezone(UTC), here.replace(fold=1).astimezone(UTC)))
    if early.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == here.replace(tzinfo=None):
        return early
    while late - early > MINUTE:  # the clock skips it between the two
        middle = early + (late - early) // MINUTE // 2 * MINUTE
        skipped = middle.astimezone(ZoneInfo(zone)).replace(tzinfo=None) >= here.replace(
            tzinfo=None
        )
        early, late = (early, middle) if skipped else (middle, late)
    return late if late.astimezone(ZoneInfo(zone)).date() == on else None
