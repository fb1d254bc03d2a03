"""What came by campaign links, and what it came to: lists, courses, first hours. Most launches come by no link.

Of one campaign, where the address names one; of all of them else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from minilens.measure.campaigns.query import (
    FIGURES,
    UNSAID,
    CampaignQuery,
    CourseQuery,
    Earns,
    conversions,
    with_visits,
)
from minilens.measure.filters import Condition, Filters
from minilens.measure.measures import Scope
from minilens.measure.query import Query
from minilens.measure.run import AnyQuery
from minilens.period import Range
from minilens.reports.campaign_parameters import CAMPAIGN, EARNING
from minilens.reports.earning import earning, earning_pairs, usual_refund
from minilens.reports.kinds import breakdown, series, trend
from minilens.reports.kinds.breakdown import BreakdownRequest
from minilens.reports.kinds.days import DaysRequest, read_days
from minilens.reports.kinds.series import SeriesRequest
from minilens.reports.parameters import (
    ANSWER,
    RANGE_OF_DAYS,
    SHOW_MEASURE,
    SUBJECT,
    VIEW,
)
from minilens.reports.report import Report
from minilens.reports.request import AppContext, Pairs, list_rows
from minilens.text import Language, Text

R = TypeVar("R", bound="OfCampaigns")
#: The dimensions that a link gives.
OF_LINKS = ("campaign", "placement", "material", "link")


@dataclass(frozen=True, kw_only=True)
class OfCampaigns(DaysRequest):
    """`campaign`: the one it is of, '' for all; `earns`: what counts as a conversion, in which currency its value."""

    campaign: str = ""
    earns: Earns = UNSAID

    @property
    def known(self) -> str:
        """The dimension of which something must be known for a row to count."""
        return "campaign"

    def days_query(self, app: int) -> Query:
        """Of what came by a link alone, or by those of the campaign."""
        query, catalog = super().days_query(app), self.context.catalog
        held: Filters = ((Condition(catalog.dimension(self.known, "by"), "is_known"),),)
        if self.campaign:
            only = Condition(catalog.dimension("campaign"), "is", (self.campaign,))
            held = (*held, (only,))
        counted = tuple(one for one in query.measures if one.scope != "conversion")
        return replace(query, measures=counted, filters=(*query.filters, *held))

    def conditions(self, language: Language) -> list[str]:
        """Of which campaign the figures are, and what counts as a conversion, in words."""
        zh, found = language == "zh", []
        if self.campaign:
            found.append(f"推广活动 {self.campaign}" if zh else f"campaign {self.campaign}")
        if {*self.report.measures} & {*FIGURES}:
            one = self.earns
            coin = (f"（{one.currency}）" if zh else f" ({one.currency})") if one.currency else ""
            said = f"{one.event}{coin}"
            found.append(f"转化事件 {said}" if zh else f"conversion {said}")
            if one.refund and one.refund != usual_refund(one.event):
                found.append(f"退款事件 {one.refund}" if zh else f"refund {one.refund}")
        return found

    def pairs(self) -> list[tuple[str, str]]:
        """The whole state as arguments."""
        found = [*super().pairs(), *earning_pairs(self.earns)]
        return [*found, ("campaign", self.campaign)] if self.campaign else found


@dataclass(frozen=True, kw_only=True)
class ListRequest(OfCampaigns, BreakdownRequest):
    """Campaigns, placements, materials or links with the most of a measure."""

    @property
    def known(self) -> str:
        """What its rows are told apart by; within a campaign that may be unknown, as a place may be."""
        return "campaign" if self.campaign or self.by not in OF_LINKS else self.by

    def query(self, app: int) -> AnyQuery:
        """Visits and conversions of the same values."""
        catalog = self.context.catalog
        sort = catalog.measure(self.sort, "sort")
        visits = self.days_query(app)
        if sort not in visits.measures:
            visits = replace(visits, sort=visits.measures[0])
        events = conversions(visits, self.earns, grain="whole", timezone=self.context.timezone)
        return CampaignQuery(visits, events, catalog.measures_named(self.report.measures), sort)


@dataclass(frozen=True, kw_only=True)
class TrendRequest(OfCampaigns, SeriesRequest):
    """The same over time."""

    @property
    def known(self) -> str:
        """What its lines are told apart by; within a campaign that may be unknown."""
        return "campaign" if self.campaign else self.by


@dataclass(frozen=True, kw_only=True)
class ConversionsRequest(TrendRequest):
    """What it came to over time."""

    @property
    def unavailable(self) -> Mapping[str, Scope]:
        """Nothing: events have all that filters ask."""
        return {}

    def days_query(self, app: int) -> Query:
        """What came, whatever it came to."""
        found = replace(self, report=replace(self.report, first="visits"), measure="")
        return super(ConversionsRequest, found).days_query(app)

    def query(self, app: int) -> AnyQuery:
        """Each period of the values."""
        visits = self.days_query(app)
        rows = conversions(
            visits, self.earns, grain=self.whole_days, timezone=self.context.timezone,
            sort=self.measure or self.report.first, top=self.top,
        )  # fmt: skip
        return CourseQuery(rows)


@dataclass(frozen=True, kw_only=True)
class HoursRequest(OfCampaigns):
    """The first hours of what the page is of, whatever days the page shows."""

    @property
    def bucket(self) -> str:
        """The length of a row."""
        return "hour"

    @property
    def compares(self) -> bool:
        """Nothing: it began once."""
        return False

    @property
    def unavailable(self) -> Mapping[str, Scope]:
        """Nothing: events have all that filters ask."""
        return {}

    def pairs(self) -> list[tuple[str, str]]:
        """The whole state as arguments; the measure is a matter of the card alone."""
        found = [pair for pair in super().pairs() if pair[0] != "measure"]
        return found + ([("show", self.measure)] if self.measure else [])

    def query(self, app: int) -> AnyQuery:
        """From the first visit that there was."""
        context = self.context
        ever = Range(min(context.first_day or self.range.start, context.today), context.today)
        visits = replace(
            self.days_query(app), measures=(context.catalog.measure("visits"),), range=ever, compare=None, cutoff=None,
            dimensions=("day",), timezone="",
        )  # fmt: skip
        rows = conversions(visits, self.earns, grain="hour", timezone=context.timezone)
        return CourseQuery(with_visits(rows), visits)


def said(every: Pairs, report: Report) -> dict[str, Any]:
    """What an address says of campaigns; Refused, naming the argument."""
    one = dict(every)
    of_one = report.kind.takes(CAMPAIGN.name)
    return {
        "campaign": CAMPAIGN.read(one, report) if of_one else "",
        "earns": earning(every, report),
    }


def read_list(every: Pairs, report: Report, context: AppContext) -> ListRequest:
    """A list may be of any number of days."""
    young = context.first_day == context.today
    rows = list_rows(dict(every), report) | said(every, report)
    return read_days(ListRequest, every, report, context, young=young, **rows)


def reading(
    request: type[TrendRequest],
) -> Callable[[Pairs, Report, AppContext], TrendRequest]:
    """How an address of such a course is read."""
    plain = series.reading(request)

    def read(every: Pairs, report: Report, context: AppContext) -> TrendRequest:
        """Refused where there are too many points or lines."""
        found = plain(every, report, context)
        assert isinstance(found, TrendRequest)
        return replace(found, **said(every, report))

    return read


def read_hours(every: Pairs, report: Report, context: AppContext) -> HoursRequest:
    """Of its days none are chosen."""
    young = context.first_day == context.today
    shown = SHOW_MEASURE.read(dict(every), report)
    found = read_days(HoursRequest, every, report, context, young=young, **said(every, report))
    return replace(found, measure=shown)


_WITH = EARNING
LIST = replace(
    breakdown.GROUPED, name="campaign list", parameters=(*breakdown.GROUPED.parameters, *_WITH),
    read=read_list, part=True,
)  # fmt: skip
TREND = replace(
    series.KIND, name="campaign series", parameters=(*series.KIND.parameters, *_WITH),
    read=reading(TrendRequest), part=True,
)  # fmt: skip
CONVERSIONS = replace(TREND, name="conversion series", read=reading(ConversionsRequest))
#: Of one campaign.
LIST_OF_ONE = replace(LIST, name="list of a campaign", parameters=(*LIST.parameters, CAMPAIGN))
TREND_OF_ONE = replace(TREND, name="series of a campaign", parameters=(*TREND.parameters, CAMPAIGN))
CONVERSIONS_OF_ONE = replace(
    CONVERSIONS, name="conversions of a campaign", parameters=TREND_OF_ONE.parameters
)
HOURS = replace(
    trend.KIND, name="first hours",
    parameters=(*RANGE_OF_DAYS, *SUBJECT, *ANSWER, *_WITH, CAMPAIGN, SHOW_MEASURE, VIEW),
    read=read_hours, row=Text("一小时", "an hour"), keys=("moment",), part=True, annotated=False,
    ever=True,
)  # fmt: skip
