"""What is about one page: its trend and lists of what stands beside its visits. Without a page all of them count."""

from __future__ import annotations

from dataclasses import dataclass, replace

from minilens.measure.dimensions import Dimension
from minilens.measure.filters import Condition
from minilens.measure.page_order import BESIDE_PAGES
from minilens.measure.query import Query
from minilens.reports.kinds import breakdown, trend
from minilens.reports.kinds.breakdown import BreakdownRequest
from minilens.reports.kinds.days import DaysRequest, read_days
from minilens.reports.kinds.trend import TrendRequest
from minilens.reports.parameters import PAGE
from minilens.reports.report import Report
from minilens.reports.request import AppContext, Pairs, list_rows


@dataclass(frozen=True, kw_only=True)
class OfPage(DaysRequest):
    """`subject`: the page, '' for all."""

    subject: str

    def days_query(self, app: int) -> Query:
        """Of visits to the page alone."""
        query = super().days_query(app)
        if not self.subject:
            return query
        page = Condition(self.context.catalog.dimension("page"), "is", (self.subject,))
        return replace(query, filters=(*query.filters, (page,)))

    def pairs(self) -> list[tuple[str, str]]:
        """The whole state as arguments."""
        return super().pairs() + ([("page", self.subject)] if self.subject else [])


@dataclass(frozen=True, kw_only=True)
class PageTrendRequest(OfPage, TrendRequest):
    """Its trend."""


@dataclass(frozen=True, kw_only=True)
class PageListRequest(OfPage, BreakdownRequest):
    """A list of what its visits came from or went with."""

    def dimension(self) -> Dimension:
        """Also by what no filter knows."""
        return BESIDE_PAGES.get(self.by) or super().dimension()


def read_trend(every: Pairs, report: Report, context: AppContext) -> PageTrendRequest:
    """Refused where the range has too many points."""
    young, page = context.first_day == context.today, PAGE.read(dict(every), report)
    found = read_days(PageTrendRequest, every, report, context, young=young, subject=page)
    found.range.check(found.grain)
    return found


def read_list(every: Pairs, report: Report, context: AppContext) -> PageListRequest:
    """A list may be of any number of days."""
    one, young = dict(every), context.first_day == context.today
    rows = list_rows(one, report) | {"subject": PAGE.read(one, report)}
    return read_days(PageListRequest, every, report, context, young=young, **rows)


TREND = replace(
    trend.KIND, name="page days", parameters=(*trend.KIND.parameters, PAGE), read=read_trend
)
LIST = replace(
    breakdown.KIND, name="page list", parameters=(*breakdown.KIND.parameters, PAGE), read=read_list
)
GROUPED = replace(LIST, name="page grouped list", parameters=(*breakdown.GROUPED.parameters, PAGE))
