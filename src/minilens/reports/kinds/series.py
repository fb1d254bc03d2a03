"""A trend of several values together: a line for each of those with the most of a measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from minilens.measure.query import Query
from minilens.reports.kinds.days import DaysRequest, read_days
from minilens.reports.parameters import (
    ALL,
    ANSWER,
    BY,
    GRAIN,
    RANGE_OF_DAYS,
    SORT,
    SUBJECT,
    TOP,
    VIEW,
)
from minilens.reports.report import Kind, Report
from minilens.reports.request import AppContext, Pairs
from minilens.text import Text

#: Lines that can be told apart.
MOST_LINES = 8


@dataclass(frozen=True, kw_only=True)
class SeriesRequest(DaysRequest):
    """Periods of the `top` values of the dimension `by`, by the measure that is shown.

    Lines stand beside each other already; what the range is compared with is a matter of other cards of the page.
    """

    by: str
    top: int

    @property
    def bucket(self) -> str:
        """The length of a point: of an hour a value's rows do not tell."""
        return self.whole_days

    def days_query(self, app: int) -> Query:
        """Each period of the values."""
        catalog = self.context.catalog
        return replace(
            super().days_query(app),
            dimensions=(self.whole_days, catalog.dimension(self.by, "by")),
            sort=catalog.measure(self.measure or self.report.first, "sort"),
            top=self.top,
            compare=None,
            cutoff=None,
            timezone="",
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The whole state as arguments; the measure is a matter of the card alone."""
        found = [pair for pair in super().pairs() if pair[0] != "measure"]
        found += [("by", self.by), ("top", str(self.top))]
        return found + ([(SORT.name, self.measure)] if self.measure else [])


def reading(
    request: type[SeriesRequest],
) -> Callable[[Pairs, Report, AppContext], SeriesRequest]:
    """How an address of such a trend is read."""

    def read(every: Pairs, report: Report, context: AppContext) -> SeriesRequest:
        """Refused where there are too many points or lines."""
        one, young = dict(every), context.first_day == context.today
        if one.get("top") == ALL:  # what files ask for: as many as there can be
            one["top"] = str(MOST_LINES)
        found = read_days(
            request, every, report, context, young=young, by=BY.read(one, report),
            top=LINES.number(one, report), measure=SORT.read(one, report, ""),
        )  # fmt: skip
        found.range.check(found.whole_days)
        return found

    return read


LINES = replace(
    TOP,
    kind="number",
    pattern="",
    limits=(1, MOST_LINES),
    example="5",
    description=Text(
        f"线的数量，最多 {MOST_LINES} 条：所示指标最高的取值",
        f"How many lines, {MOST_LINES} at most: the values with the most of the measure shown",
    ),
)
KIND = Kind(
    name="series",
    drawing="series",
    parameters=(*RANGE_OF_DAYS, GRAIN, BY, LINES, *SUBJECT, *ANSWER, SORT, VIEW),
    read=reading(SeriesRequest),
    row=Text(
        "字段 `{by}` 的一个取值的一天、一周或一月",
        "a day, week or month of a value of the field `{by}`",
    ),
    keys=("day", "moment"),
)
