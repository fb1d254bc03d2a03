"""A question about retention, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from minilens.measure.filters import Filters
from minilens.measure.query import Traffic
from minilens.period import Range

#: Days after the first one that are asked for: WeChat's.
OFFSETS = (1, 2, 3, 4, 5, 6, 7, 14, 30)
Users = Literal["new", "active"]
USERS: tuple[Users, ...] = ("new", "active")


@dataclass(frozen=True)
class RetentionQuery:
    """Of the people of each day of `range`, those who visited again so many days later.

    `users`: whose first visit ever was on that day, or who visited on it. Filters hold for both visits.
    """

    app: int
    range: Range
    users: Users = "new"
    offsets: tuple[int, ...] = OFFSETS
    traffic: Traffic = "release"
    filters: Filters = ()
