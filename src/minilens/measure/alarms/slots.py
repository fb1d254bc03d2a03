"""Hours and days by the app's clock: what of the weeks before stands beside an hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from minilens.period import HOUR, midnight

#: How long what is judged is.
Length = Literal["hour", "day"]
WEEK = timedelta(days=7)


@dataclass(frozen=True, order=True)
class Slot:
    """An hour as the app's clock shows it, or a day (`hour` 0). Where the clock is put back an hour comes twice; the
    second one is `again`."""

    day: date
    hour: int = 0
    again: bool = False

    def weeks_before(self, weeks: int) -> Slot:
        """The same hour of the same weekday, the first one where it came twice."""
        return Slot(self.day - weeks * WEEK, self.hour)


def slot_of(moment: datetime) -> Slot:
    """The hour that a moment of the app's zone lies in."""
    return Slot(moment.date(), moment.hour, bool(moment.fold))


def begin(slot: Slot, length: Length, timezone: str) -> datetime:
    """The first moment of an hour or day, in UTC."""
    if length == "day":
        return midnight(slot.day, timezone)
    day, zone = slot.day, ZoneInfo(timezone)
    clock = datetime(day.year, day.month, day.day, slot.hour, fold=slot.again, tzinfo=zone)
    return clock.astimezone(UTC)


def end(slot: Slot, length: Length, timezone: str) -> datetime:
    """The first moment after it, in UTC."""
    if length == "day":
        return midnight(slot.day + timedelta(days=1), timezone)
    return begin(slot, length, timezone) + HOUR


#: A number by the hour or the day; None where it is unknown, as of hours that are still to come.
Series = Mapping[Slot, float | None]
