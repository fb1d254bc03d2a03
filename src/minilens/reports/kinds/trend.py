"""A trend: measures by hour, day, week or month, as a line."""

from __future__ import annotations

from dataclasses import dataclass

from minilens.period import Grain, Range
from minilens.reports.kinds.days import DaysRequest, read_days
from minilens.reports.parameters import (
    ANSWER,
    GRAIN,
    MEASURE,
    OTHER_DAYS,
    RANGE_OF_DAYS,
    SUBJECT,
    VIEW,
)
from minilens.reports.report import Kind, Report
from minilens.reports.request import AppContext, Pairs
from minilens.text import Text

#: Days up to which hours are offered; and all there is by days, then by weeks.
BY_HOUR, BY_DAY, BY_WEEK = 7, 120, 730


@dataclass(frozen=True, kw_only=True)
class TrendRequest(DaysRequest):
    """A trend over days."""

    def defaults(self) -> dict[str, str]:
        """The grain is that of the range."""
        return super().defaults() | {
            "grain": self.default_grain(self.report, self.range, self.period)
        }

    def preferred(self) -> tuple[str, ...]:
        """A running total has no hours."""
        found = super().preferred()
        return found[1:] if self.grain == "hour" and self.report.instead else found

    def grains(self) -> list[Grain]:
        """Hours of a few days, too."""
        hours: list[Grain] = ["hour"] if self.range.days <= BY_HOUR else []
        return hours + super().grains()

    @staticmethod
    def default_grain(report: Report, over: Range, period: str) -> Grain:
        """A day is shown by its hours; all there is in weeks or months where it is long."""
        if over.days == 1:
            return "hour"
        if period == "all" and over.days > BY_DAY:
            return "week" if over.days <= BY_WEEK else "month"
        return report.grain


def read(every: Pairs, report: Report, context: AppContext) -> TrendRequest:
    """Refused where the range has too many points."""
    young = context.first_day == context.today
    found = read_days(TrendRequest, every, report, context, young=young)
    found.range.check(found.grain)
    return found


KIND = Kind(
    name="days",
    drawing="line",
    parameters=(*RANGE_OF_DAYS, GRAIN, *OTHER_DAYS, *SUBJECT, *ANSWER, MEASURE, VIEW),
    read=read,
    row=Text("一天，或一周、一月", "a day, or a week or month"),
    keys=("day", "moment"),
    annotated=True,
)
