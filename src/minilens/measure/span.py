"""From one moment to another, and the buckets between them.

A span is made of buckets of equal length, the first of which begins where the app's clock shows a whole
step. So a day on which the clock is changed has 23 or 25 hours, and an hour that comes twice is two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from minilens.errors import Refused
from minilens.period import MOST_BUCKETS, Range

Step = Literal[1, 5, 10, 30, 60]
#: Minutes of a bucket.
STEPS: tuple[Step, ...] = (1, 5, 10, 30, 60)


@dataclass(frozen=True, order=True)
class Span:
    """From a moment up to another, which is not part of it. Both in UTC, where every hour comes once."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise Refused("bad_range", "from", start=self.start, end=self.end)

    @property
    def length(self) -> timedelta:
        """The time that passes; a day on which the clock is put forward has 23 hours."""
        return self.end - self.start

    def from_(self, start: datetime) -> Span:
        """The span of the same length that begins elsewhere."""
        return Span(start, start + self.length)

    def buckets(self, step: Step) -> list[datetime]:
        """The first moment of each bucket; Refused where they are too many to be shown."""
        width = timedelta(minutes=step)
        count = -(-self.length // width)
        if count > MOST_BUCKETS:
            enough = (s for s in STEPS if self.length / timedelta(minutes=s) <= MOST_BUCKETS)
            hint = next(enough, "")
            raise Refused("too_many_buckets", "step", got=count, limit=MOST_BUCKETS, hint=hint)
        return [self.start + n * width for n in range(count)]

    def days(self, timezone: str) -> Range:
        """The natural days that it touches."""
        zone, last = ZoneInfo(timezone), self.end - timedelta(milliseconds=1)
        return Range(self.start.astimezone(zone).date(), last.astimezone(zone).date())


def widened(start: datetime, end: datetime, step: Step, timezone: str) -> Span:
    """The span made wider to whole buckets, the first of which begins at a whole step of the zone's clock."""
    zone, width = ZoneInfo(timezone), timedelta(minutes=step)
    first = start.astimezone(UTC).replace(second=0, microsecond=0)
    while first.astimezone(zone).minute % step:
        first -= timedelta(minutes=1)
    return Span(first, first + -(-(end.astimezone(UTC) - first) // width) * width)
