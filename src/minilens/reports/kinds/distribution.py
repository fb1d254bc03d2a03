"""A distribution of launches: the share of each bucket, or each bucket as a line over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from minilens.measure.distribution.buckets import DISTRIBUTIONS
from minilens.measure.distribution.query import DistributionQuery
from minilens.measure.distribution.run import MEASURED, launches
from minilens.measure.measures import Scope
from minilens.measure.plan import plan
from minilens.measure.run import AnyQuery
from minilens.reports.kinds.days import DaysRequest, read_days
from minilens.reports.parameters import (
    ANSWER,
    GRAIN,
    OTHER_DAYS,
    OVER_TIME,
    RANGE_OF_DAYS,
    SHOW_MEASURE,
    SUBJECT,
    VIEW,
)
from minilens.reports.report import Kind, Report
from minilens.reports.request import AppContext, Pairs
from minilens.text import Text


@dataclass(frozen=True, kw_only=True)
class DistributionRequest(DaysRequest):
    """Launches of a range in buckets; `over_time`: of each of its periods."""

    over_time: bool

    @property
    def unavailable(self) -> Mapping[str, Scope]:
        """A launch has no page of its own: filtered by one, nothing can be said."""
        left = plan(launches(self.distribution(0))).unavailable
        return {one.name: one.scope for one in MEASURED} if left else {}

    @property
    def compares(self) -> bool:
        """Lines of buckets stand beside each other already."""
        return super().compares and not self.over_time

    def query(self, app: int) -> AnyQuery:
        """The question for the measuring room."""
        return self.distribution(app)

    def distribution(self, app: int) -> DistributionQuery:
        """The same, as what it is. Of a launch no hour is known but the one it began in: a day is one point."""
        return DistributionQuery(
            app,
            self.range,
            DISTRIBUTIONS[self.report.by],
            self.whole_days if self.over_time else None,
            None if self.over_time else self.other,
            None if self.over_time else self._cutoff(),
            self.traffic,
            self.filters,
        )

    @property
    def bucket(self) -> str:
        """The length of a point."""
        return self.whole_days

    def pairs(self) -> list[tuple[str, str]]:
        """The whole state as arguments; the measure is a matter of the card alone."""
        found = [pair for pair in super().pairs() if pair[0] != "measure"]
        found += [("over_time", "1")] if self.over_time else []
        return found + ([("show", self.measure)] if self.measure else [])


def read(every: Pairs, report: Report, context: AppContext) -> DistributionRequest:
    """Refused where there are too many points."""
    one, young = dict(every), context.first_day == context.today
    over_time = OVER_TIME.read(one, report) == "1"
    shown = SHOW_MEASURE.read(one, report)
    found = read_days(
        DistributionRequest, every, report, context, young=young, over_time=over_time, measure=shown
    )
    if over_time:
        found.range.check(found.whole_days)
    return found


KIND = Kind(
    name="distribution",
    drawing="buckets",
    parameters=(
        *RANGE_OF_DAYS, GRAIN, OVER_TIME, *OTHER_DAYS, *SUBJECT, *ANSWER, SHOW_MEASURE, VIEW,
    ),
    read=read,
    row=Text(
        "一个区间，见 `{by}`；`over_time=1` 时为一个区间的一天、一周或一月",
        "a bucket, see `{by}`; with `over_time=1` a day, week or month of a bucket",
    ),
    keys=("day", "moment"),
)  # fmt: skip
