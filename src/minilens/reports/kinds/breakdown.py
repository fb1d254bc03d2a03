"""A list: the values of a dimension with the most of a measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from minilens.measure.dimensions import CODE, FIRST_TOUCHES, Dimension, first_touch
from minilens.measure.filters import Condition
from minilens.measure.query import Query
from minilens.reports.kinds.days import DaysRequest, read_days
from minilens.reports.parameters import ANSWER, BY, LIST, OTHER_DAYS, RANGE_OF_DAYS, SUBJECT
from minilens.reports.report import Kind, Report
from minilens.reports.request import AppContext, ListRows, Pairs, list_rows
from minilens.text import Text


@dataclass(frozen=True, kw_only=True)
class BreakdownRequest(ListRows, DaysRequest):
    """A list over days."""

    def days_query(self, app: int) -> Query:
        """Some rows of the list."""
        catalog = self.context.catalog
        return replace(
            super().days_query(app),
            dimensions=(self.dimension(),),
            search=self.search,
            sort=catalog.measure(self.sort, "sort"),
            sort_by=self.sort_by,
            ascending=self.order == "asc",
            top=self.top,
            offset=self.offset,
            include_other=self.rest,
        )

    def dimension(self) -> Dimension:
        """What its rows are the values of."""
        return self.context.catalog.dimension(self.by, "by")

    def pairs(self) -> list[tuple[str, str]]:
        """The whole state as arguments."""
        by = [("by", self.by)] if self.report.groupings else []
        alone = [("rest", "0")] if self.report.kind.whole and not self.rest else []
        return super().pairs() + by + self.row_pairs() + alone


@dataclass(frozen=True, kw_only=True)
class ScansRequest(BreakdownRequest):
    """A list of codes: of launches by one alone."""

    def days_query(self, app: int) -> Query:
        """Some rows of the list."""
        found = super().days_query(app)
        return replace(found, filters=(*found.filters, (Condition(CODE, "is_known"),)))

    def dimension(self) -> Dimension:
        """The code, which only launches have."""
        return CODE


@dataclass(frozen=True, kw_only=True)
class FirstTouchRequest(BreakdownRequest):
    """A list of new users by what brought them the first time."""

    def dimension(self) -> Dimension:
        """The dimension `by` of the first touch."""
        return first_touch(super().dimension())


def reading(
    request: type[BreakdownRequest],
) -> Callable[[Pairs, Report, AppContext], BreakdownRequest]:
    """How an address of such a list is read."""

    def read(every: Pairs, report: Report, context: AppContext) -> BreakdownRequest:
        """A list may be of any number of days."""
        young = context.first_day == context.today
        rows = list_rows(dict(every), report)
        return read_days(request, every, report, context, young=young, **rows)

    return read


KIND = Kind(
    name="days list",
    drawing="list",
    parameters=(*RANGE_OF_DAYS, *OTHER_DAYS, *SUBJECT, *LIST, *ANSWER),
    read=reading(BreakdownRequest),
    row=Text("字段 `{by}` 的一个取值", "a value of the field `{by}`"),
)
#: Of what only some events tell: there may be none of them among many.
PART = replace(KIND, name="part list", part=True)
#: A list that may be told apart by several dimensions.
GROUPED = replace(KIND, parameters=(BY, *KIND.parameters))
#: The same as parts of a whole: the others are always one of them.
RING = replace(GROUPED, name="ring", drawing="ring", whole=True)
#: Codes: a filter picks visits by what they say themselves, and no visit says which code opened its launch.
SCANS = replace(KIND, name="scans", read=reading(ScansRequest), picks=False)
#: New users by their first touch, which no filter picks either.
FIRST_TOUCH = replace(
    GROUPED,
    name="first touch",
    read=reading(FirstTouchRequest),
    keys=tuple(one.name for one in FIRST_TOUCHES.values()),
    picks=False,
)
