"""A question about retention, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from minilens.measure.filters import Filters
from minilens.measure.query import Traffic
from minilens.period import Range, buckets_later, floor, whole

#: Days after the first one that are asked for: WeChat's.
OFFSETS = (1, 2, 3, 4, 5, 6, 7, 14, 30)
#: The length of a cohort, and of the periods after it.
Cohort = Literal["day", "week", "month"]
#: WeChat's weeks are the first four, its months the first.
OFFSETS_OF: dict[Cohort, tuple[int, ...]] = {
    "day": OFFSETS,
    "week": (1, 2, 3, 4, 5, 6, 7, 8),
    "month": (1, 2, 3, 4, 5, 6),
}
Users = Literal["new", "active"]
USERS: tuple[Users, ...] = ("new", "active")


@dataclass(frozen=True)
class RetentionQuery:
    """Of the people of each day, week or month that `range` touches, those who visited again so many of them later.

    `users`: whose first visit ever was in it, or who visited in it. Filters hold for both visits.
    """

    app: int
    range: Range
    users: Users = "new"
    cohort: Cohort = "day"
    traffic: Traffic = "release"
    filters: Filters = ()

    @property
    def offsets(self) -> tuple[int, ...]:
        """How many periods later."""
        return OFFSETS_OF[self.cohort]

    @property
    def cohorts(self) -> Range:
        """All days of the cohorts: of a week that the range cuts the others as well."""
        return whole(self.range, self.cohort)

    def due(self, first: date, offset: int) -> Range:
        """The days of the period so many after the cohort that begins on a day."""
        start = buckets_later(first, self.cohort, offset)
        return Range(start, buckets_later(start, self.cohort, 1) - timedelta(days=1))

    @property
    def last(self) -> date:
        """The last day on which anybody may come back that counts."""
        return self.due(floor(self.range.end, self.cohort), max(self.offsets)).end
