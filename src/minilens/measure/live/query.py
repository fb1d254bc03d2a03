"""Live questions: what happened between two moments, counted from the events themselves.

A range is made of buckets of equal length, the first of which begins where the app's clock shows a whole
step. So a day on which the clock is changed has 23 or 25 hours, and an hour that comes twice is two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from minilens.errors import Refused
from minilens.measure.filters import Filters
from minilens.measure.query import Traffic
from minilens.period import MOST_BUCKETS

Step = Literal[1, 5, 10, 30, 60]
#: Minutes of a bucket.
STEPS: tuple[Step, ...] = (1, 5, 10, 30, 60)
#: Whoever did anything so long ago, or since, is online.
ONLINE = timedelta(minutes=5)


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


def widened(start: datetime, end: datetime, step: Step, timezone: str) -> Span:
    """The span made wider to whole buckets, the first of which begins at a whole step of the zone's clock."""
    zone, width = ZoneInfo(timezone), timedelta(minutes=step)
    first = start.astimezone(UTC).replace(second=0, microsecond=0)
    while first.astimezone(zone).minute % step:
        first -= timedelta(minutes=1)
    return Span(first, first + -(-(end.astimezone(UTC) - first) // width) * width)


@dataclass(frozen=True)
class Happened:
    """One event as the stream of the newest shows it. `at` is in milliseconds; `person` is a number of ours."""

    load: int
    at: int
    name: str
    page: str
    scene: int
    source: str
    province: str
    city: str
    brand: str
    model: str
    person: int


@dataclass(frozen=True)
class LiveQuery:
    """A question about moments of one app.

    `of`: visits by bucket, visits by page, or who is online at `now`. `page`: visits of that page alone; in
    the list of pages it has no part. `compare` is the other span. `search` picks rows of the list, not what
    they are shares of; `offset` of those are left out before the `top`.
    """

    app: int
    timezone: str
    of: Literal["visits", "pages", "online"]
    span: Span
    now: datetime
    step: Step = 30
    compare: Span | None = None
    page: str = ""
    traffic: Traffic = "release"
    filters: Filters = ()
    search: str = ""
    ascending: bool = False
    top: int = 10
    offset: int = 0
    include_other: bool = False

    @property
    def spans(self) -> tuple[Span, ...]:
        """What is counted: the span, and the other one."""
        return (self.span,) if self.compare is None else (self.span, self.compare)

    @property
    def counted(self) -> tuple[Span, ...]:
        """The spans as lists count them: up to the bucket that is running, of the other one up to the same hour.

        Phones whose clock is a little fast are in the running bucket.
        """
        if not self.span.start <= self.now < self.span.end:
            return self.spans
        passed = self.now.astimezone(UTC) - self.span.start
        width = timedelta(minutes=self.step)
        shown = Span(self.span.start, self.span.start + (passed // width + 1) * width)
        until = max(passed, timedelta(milliseconds=1))
        return (shown, *(Span(o.start, o.start + until) for o in self.spans[1:]))
