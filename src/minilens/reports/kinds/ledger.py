"""What became of the events that came in: over time, and those that do not count by reason or name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from minilens.measure.ledger.query import Apart, LedgerQuery, NotCountedQuery
from minilens.measure.measures import Scope
from minilens.measure.run import AnyQuery
from minilens.reports.kinds.days import read_days
from minilens.reports.kinds.trend import TrendRequest
from minilens.reports.parameters import (
    ANSWER,
    GRAIN,
    LIST,
    MEASURE,
    OTHER_DAYS,
    RANGE_OF_DAYS,
    VIEW,
)
from minilens.reports.report import Kind, Report
from minilens.reports.request import AppContext, ListRows, Pairs, list_rows
from minilens.text import Text


@dataclass(frozen=True, kw_only=True)
class LedgerRequest(TrendRequest):
    """The ledger over days."""

    @property
    def unavailable(self) -> Mapping[str, Scope]:
        """All of its measures can always be had."""
        return {}

    def query(self, app: int) -> AnyQuery:
        """Its periods, beside the other ones."""
        return LedgerQuery(
            app,
            self.context.catalog.measures_named(self.report.measures),
            self.range,
            self.grain,
            self.context.timezone,
            compare=self.other,
        )


@dataclass(frozen=True, kw_only=True)
class NotCountedRequest(ListRows, LedgerRequest):
    """A list of events that do not count."""

    def query(self, app: int) -> AnyQuery:
        """Some rows of the list."""
        catalog = self.context.catalog
        return NotCountedQuery(
            app,
            catalog.measures_named(self.report.measures),
            self.range,
            self.context.timezone,
            cast("Apart", self.report.by),
            catalog.measure(self.sort, "sort"),
            compare=self.other,
            ascending=self.order == "asc",
            top=self.top,
            offset=self.offset,
            include_other=self.rest,
            search=self.search,
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The whole state as arguments."""
        return super().pairs() + self.row_pairs()


def read(every: Pairs, report: Report, context: AppContext) -> LedgerRequest:
    """Refused where the range has too many points."""
    young = context.first_day == context.today
    found = read_days(LedgerRequest, every, report, context, young=young)
    found.range.check(found.grain)
    return found


def read_list(every: Pairs, report: Report, context: AppContext) -> NotCountedRequest:
    """A list may be of any number of days."""
    young = context.first_day == context.today
    rows = list_rows(dict(every), report)
    return read_days(NotCountedRequest, every, report, context, young=young, **rows)


KIND = Kind(
    name="ledger",
    drawing="line",
    parameters=(*RANGE_OF_DAYS, GRAIN, *OTHER_DAYS, *ANSWER, MEASURE, VIEW),
    read=read,
    row=Text("收到事件的一天，或一小时、一周、一月", "a day of receipt, or an hour, week or month"),
    keys=("day", "moment"),
)
NOT_COUNTED = Kind(
    name="not counted",
    drawing="list",
    parameters=(*RANGE_OF_DAYS, *OTHER_DAYS, *LIST, *ANSWER),
    read=read_list,
    row=Text("一个 `{by}`", "a `{by}`"),
)
