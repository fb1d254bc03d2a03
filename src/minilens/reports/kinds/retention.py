"""Retention by day: who comes back so many days later, as a triangle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from minilens.measure.measures import Scope
from minilens.measure.retention.query import OFFSETS, RetentionQuery, Users
from minilens.measure.run import AnyQuery
from minilens.reports.kinds.days import DaysRequest, days, read_days
from minilens.reports.parameters import ANSWER, RANGE_OF_DAYS, SUBJECT, USERS_OF
from minilens.reports.report import Kind, Report
from minilens.reports.request import AppContext, Pairs
from minilens.text import Text


@dataclass(frozen=True, kw_only=True)
class RetentionRequest(DaysRequest):
    """The days of a range, and who of their people came back."""

    users: Users

    @property
    def unavailable(self) -> Mapping[str, Scope]:
        """All of its measures can be had under any filter."""
        return {}

    def query(self, app: int) -> AnyQuery:
        """Its days, beside nothing."""
        return RetentionQuery(
            app, self.range, self.users, traffic=self.traffic, filters=self.filters
        )

    def over_pairs(self) -> list[tuple[str, str]]:
        """Period or days, and whose return."""
        found = [("period", self.period)] if self.period else days("", self.range)
        return [*found, ("users", self.users)]

    def includes(self, day: date) -> bool:
        """As long as some of its people may still come back on a day that counts."""
        return day <= self.range.end + timedelta(days=max(OFFSETS))


def read(every: Pairs, report: Report, context: AppContext) -> RetentionRequest:
    """Refused where there are too many days."""
    users = cast("Users", USERS_OF.read(dict(every), report))
    found = read_days(RetentionRequest, every, report, context, young=False, users=users)
    found.range.check("day")
    return found


KIND = Kind(
    name="retention",
    drawing="triangle",
    parameters=(*RANGE_OF_DAYS, USERS_OF, *SUBJECT, *ANSWER),
    read=read,
    row=Text(
        "一天与之后的第几天；没有日期的行是全部日子的合计",
        "a day and so many days later; rows without a day are of all days together",
    ),
)
