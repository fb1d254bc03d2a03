"""Costs of advertising: over time, and by what the platform calls its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from minilens.measure.campaigns.query import Earns, results
from minilens.measure.costs.query import Apart, CostsQuery
from minilens.measure.measures import Scope
from minilens.measure.run import AnyQuery
from minilens.period import Grain
from minilens.reports.campaign_parameters import CAP, EARNING
from minilens.reports.earning import earning, earning_pairs
from minilens.reports.kinds.days import read_days
from minilens.reports.kinds.trend import TrendRequest
from minilens.reports.parameters import (
    ANSWER,
    GRAIN,
    LIST,
    MEASURE,
    OTHER_DAYS,
    RANGE_OF_DAYS,
    SORT_BY,
    VIEW,
)
from minilens.reports.report import Kind, Report
from minilens.reports.request import AppContext, ListRows, Pairs, list_rows
from minilens.text import Text

#: The column of a list's values → what costs are told apart by.
APART: dict[str, Apart] = {
    "ad_campaign": "campaign", "ad_set": "ad_set", "creative": "creative", "landing": "landing",
    "platform": "source",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CostsRequest(TrendRequest):
    """Costs over days, in one currency, beside the events that are conversions."""

    earns: Earns
    cap: int

    @property
    def unavailable(self) -> Mapping[str, Scope]:
        """All of its measures can always be had."""
        return {}

    @property
    def bucket(self) -> str:
        """The length of a row: costs know no hours."""
        return self.whole_days

    def query(self, app: int) -> AnyQuery:
        """Its periods, beside the other ones."""
        return CostsQuery(
            app,
            self.context.catalog.measures_named(self.report.measures),
            self.range,
            self.earns.currency,
            results(app, self.earns, self.range),
            cast("Grain", self.bucket),
            compare=self.other,
            cap=self.cap,
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The whole state as arguments."""
        cap = [(CAP.name, str(self.cap))] if CAP in self.report.kind.parameters else []
        return [*super().pairs(), *earning_pairs(self.earns), *cap]


@dataclass(frozen=True, kw_only=True)
class CostsListRequest(ListRows, CostsRequest):
    """A list of them."""

    def query(self, app: int) -> AnyQuery:
        """Some rows of the list."""
        asked = super().query(app)
        assert isinstance(asked, CostsQuery)
        return replace(
            asked, apart=APART[self.report.by], sort=self.context.catalog.measure(self.sort, "sort"),
            ascending=self.order == "asc", top=self.top, offset=self.offset, include_other=self.rest,
            search=self.search,
        )  # fmt: skip

    def pairs(self) -> list[tuple[str, str]]:
        """The whole state as arguments."""
        return super().pairs() + self.row_pairs()


def _own(every: Pairs, report: Report) -> dict[str, Any]:
    return {"earns": earning(every, report), "cap": CAP.number(dict(every), report)}


def read(every: Pairs, report: Report, context: AppContext) -> CostsRequest:
    """Refused where the range has too many points."""
    young = context.first_day == context.today
    found = read_days(CostsRequest, every, report, context, young=young, **_own(every, report))
    found.range.check(cast("Grain", found.bucket))
    return found


def read_list(every: Pairs, report: Report, context: AppContext) -> CostsListRequest:
    """A list may be of any number of days."""
    young = context.first_day == context.today
    rows = list_rows(dict(every), report)
    own = _own(every, report)
    return read_days(CostsListRequest, every, report, context, young=young, **rows, **own)


KIND = Kind(
    name="costs",
    drawing="line",
    parameters=(*RANGE_OF_DAYS, GRAIN, *OTHER_DAYS, *EARNING, CAP, *ANSWER, MEASURE, VIEW),
    read=read,
    row=Text("一天，或一周、一月", "a day, or a week or month"),
    keys=("day",),
    annotated=True,
)
LIST_OF_COSTS = Kind(
    name="list of costs",
    drawing="list",
    parameters=(
        *RANGE_OF_DAYS, *OTHER_DAYS, *EARNING, *(one for one in LIST if one is not SORT_BY), *ANSWER,
    ),
    read=read_list,
    row=Text("一个 `{by}`", "a `{by}`"),
    part=True,
    picks=False,
)  # fmt: skip
