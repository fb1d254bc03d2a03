"""Retention by day, week or month: who comes back so many of them later, as a triangle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from minilens.measure.measures import Scope
from minilens.measure.retention.query import Cohort, RetentionQuery, Users
from minilens.measure.run import AnyQuery
from minilens.reports.kinds.days import DaysRequest, days, read_days
from minilens.reports.parameters import (
    ANSWER,
    COHORT,
    RANGE_OF_DAYS,
    SHOWN_AS,
    SUBJECT,
    USERS_OF,
)
from minilens.reports.report import Kind, Report
from minilens.reports.request import AppContext, Pairs
from minilens.text import Text


@dataclass(frozen=True, kw_only=True)
class RetentionRequest(DaysRequest):
    """The days, weeks or months of a range, and who of their people came back.

    `show`: shares, counts or curves.
    """

    users: Users
    cohort: Cohort
    show: str

    @property
    def bucket(self) -> str:
        """The length of a cohort."""
        return self.cohort

    @property
    def unavailable(self) -> Mapping[str, Scope]:
        """All of its measures can be had under any filter."""
        return {}

    def query(self, app: int) -> AnyQuery:
        """Its cohorts, beside nothing."""
        return self.retention(app)

    def retention(self, app: int) -> RetentionQuery:
        """The same, as what it is."""
        return RetentionQuery(
            app, self.range, self.users, self.cohort, traffic=self.traffic, filters=self.filters
        )

    def over_pairs(self) -> list[tuple[str, str]]:
        """Period or days, whose return, and by which lengths."""
        found = [("period", self.period)] if self.period else days("", self.range)
        return [*found, ("users", self.users), ("cohort", self.cohort)]

    def pairs(self) -> list[tuple[str, str]]:
        """The whole state as arguments."""
        return [*super().pairs(), ("show", self.show)]

    def includes(self, day: date) -> bool:
        """As long as some of its people may still come back on a day that counts."""
        return day <= self.retention(0).last


def read(every: Pairs, report: Report, context: AppContext) -> RetentionRequest:
    """Refused where there are too many cohorts."""
    one = dict(every)
    found = read_days(
        RetentionRequest,
        every,
        report,
        context,
        young=False,
        users=cast("Users", USERS_OF.read(one, report)),
        cohort=cast("Cohort", COHORT.read(one, report)),
        show=SHOWN_AS.read(one, report),
    )
    found.range.check(found.cohort)
    return found


KIND = Kind(
    name="retention",
    drawing="triangle",
    parameters=(*RANGE_OF_DAYS, USERS_OF, COHORT, *SUBJECT, *ANSWER, SHOWN_AS),
    read=read,
    row=Text(
        "一天（周、月）与之后的第几天（周、月）；没有日期的行是全部合计",
        "a day, week or month and so many of them later; rows without a day are of all together",
    ),
    keys=("day", "days_later", "weeks_later", "months_later"),
)
