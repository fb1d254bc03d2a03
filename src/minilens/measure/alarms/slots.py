"""Hours and days by the app's clock: what of the weeks before stands beside an hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

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


#: A number by the hour or the day; None where it is unknown, as of hours that are still to come.
Series = Mapping[Slot, float | None]
