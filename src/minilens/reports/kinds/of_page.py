"""What is about one page: its trend and lists of what stands beside its visits. Without a page all of them count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from minilens.measure.dimensions import Dimension
from minilens.measure.filters import Condition
from minilens.measure.page_order import BESIDE_PAGES
from minilens.measure.query import Query
from minilens.reports.kinds import breakdown, trend
from minilens.reports.kinds.breakdown import BreakdownRequest
from minilens.reports.kinds.days import DaysRequest, read_days
from minilens.reports.kinds.trend import TrendRequest
from minilens.reports.parameters import MEASURE, PAGE, SHOW_MEASURE
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
class PageLoadRequest(PageTrendRequest):
    """How long it took to load: of that no hour is told."""

    @property
    def bucket(self) -> str:
        """The length of a point."""
        return self.whole_days

    def days_query(self, app: int) -> Query:
        """By whole days."""
        return replace(super().days_query(app), dimensions=(self.whole_days,), timezone="")

    def pairs(self) -> list[tuple[str, str]]:
        """The whole state as arguments; the measure is a matter of the card alone."""
        found = [pair for pair in super().pairs() if pair[0] != "measure"]
        return found + ([("show", self.measure)] if self.measure else [])


@dataclass(frozen=True, kw_only=True)
class PageListRequest(OfPage, BreakdownRequest):
    """A list of what its visits came from or went with."""

    def dimension(self) -> Dimension:
        """Also by what no filter knows."""
        return BESIDE_PAGES.get(self.by) or super().dimension()


def read_loads(every: Pairs, report: Report, context: AppContext) -> PageLoadRequest:
    """The measure is that of the card."""
    shown = SHOW_MEASURE.read(dict(every), report)
    found = reading(PageLoadRequest)(every, report, context)
    assert isinstance(found, PageLoadRequest)
    return replace(found, measure=shown)


def reading(
    request: type[PageTrendRequest],
) -> Callable[[Pairs, Report, AppContext], PageTrendRequest]:
    """How an address of such a trend is read."""

    def read(every: Pairs, report: Report, context: AppContext) -> PageTrendRequest:
        """Refused where the range has too many points."""
        young, page = context.first_day == context.today, PAGE.read(dict(every), report)
        found = read_days(request, every, report, context, young=young, subject=page)
        found.range.check(found.grain)
        return found

    return read


def read_list(every: Pairs, report: Report, context: AppContext) -> PageListRequest:
    """A list may be of any number of days."""
    one, young = dict(every), context.first_day == context.today
    rows = list_rows(one, report) | {"subject": PAGE.read(one, report)}
    return read_days(PageListRequest, every, report, context, young=young, **rows)


TREND = replace(
    trend.KIND,
    name="page days",
    parameters=(*trend.KIND.parameters, PAGE),
    read=reading(PageTrendRequest),
)
#: Loads are a part of what happens on a page, and may not be told at all.
LOADS = replace(
    TREND,
    name="page loads",
    parameters=(*(one for one in TREND.parameters if one != MEASURE), SHOW_MEASURE),
    read=read_loads,
    part=True,
)
LIST = replace(
    breakdown.KIND, name="page list", parameters=(*breakdown.KIND.parameters, PAGE), read=read_list
)
GROUPED = replace(LIST, name="page grouped list", parameters=(*breakdown.GROUPED.parameters, PAGE))
