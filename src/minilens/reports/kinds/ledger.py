"""What became of the events that came in, and how late they came: over time, and told apart by what they are of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from minilens.measure.ledger.query import Apart, LedgerListQuery, LedgerQuery, SamplesQuery
from minilens.measure.measures import Scope
from minilens.measure.run import AnyQuery
from minilens.period import Grain
from minilens.reports.kinds.days import read_days
from minilens.reports.kinds.trend import TrendRequest
from minilens.reports.parameters import (
    ANSWER,
    GRAIN,
    LIST,
    MEASURE,
    OTHER_DAYS,
    RANGE_OF_DAYS,
    SHOW_MEASURE,
    SORT_BY,
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
class DelaysRequest(LedgerRequest):
    """How late events came, by the days on which they happened."""

    @property
    def bucket(self) -> str:
        """The length of a row: of an hour it is not told."""
        return "day" if self.grain == "hour" else self.grain

    def query(self, app: int) -> AnyQuery:
        """Its periods, beside the other ones."""
        asked = super().query(app)
        assert isinstance(asked, LedgerQuery)
        return replace(asked, of="delays", grain=cast("Grain", self.bucket))

    def pairs(self) -> list[tuple[str, str]]:
        """The whole state as arguments; the measure is a matter of the card alone."""
        found = [pair for pair in super().pairs() if pair[0] != "measure"]
        return found + ([("show", self.measure)] if self.measure else [])


@dataclass(frozen=True, kw_only=True)
class LedgerListRequest(ListRows, LedgerRequest):
    """A list of events."""

    def query(self, app: int) -> AnyQuery:
        """Some rows of the list; of days no one is in both ranges."""
        catalog = self.context.catalog
        return LedgerListQuery(
            app,
            catalog.measures_named(self.report.measures),
            self.range,
            self.context.timezone,
            cast("Apart", self.report.by),
            catalog.measure(self.sort, "sort"),
            compare=None if self.report.by == "restated" else self.other,
            ascending=self.order == "asc",
            top=self.top,
            offset=self.offset,
            include_other=self.rest,
            search=self.search,
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The whole state as arguments."""
        return super().pairs() + self.row_pairs()


@dataclass(frozen=True, kw_only=True)
class SamplesRequest(LedgerRequest):
    """Some events in quarantine."""

    def query(self, app: int) -> AnyQuery:
        """The newest of each reason; nothing stands beside them."""
        measures = self.context.catalog.measures_named(self.report.measures)
        return SamplesQuery(app, measures, self.range, self.context.timezone)


def read(every: Pairs, report: Report, context: AppContext) -> LedgerRequest:
    """Refused where the range has too many points."""
    young = context.first_day == context.today
    found = read_days(LedgerRequest, every, report, context, young=young)
    found.range.check(found.grain)
    return found


def read_delays(every: Pairs, report: Report, context: AppContext) -> DelaysRequest:
    """Refused where the range has too many points."""
    young = context.first_day == context.today
    shown = SHOW_MEASURE.read(dict(every), report)
    found = read_days(DelaysRequest, every, report, context, young=young, measure=shown)
    found.range.check(cast("Grain", found.bucket))
    return found


def read_samples(every: Pairs, report: Report, context: AppContext) -> SamplesRequest:
    """Of any number of days."""
    young = context.first_day == context.today
    found = read_days(SamplesRequest, every, report, context, young=young)
    return replace(found, compare="none", other=None)


def read_list(every: Pairs, report: Report, context: AppContext) -> LedgerListRequest:
    """A list may be of any number of days."""
    young = context.first_day == context.today
    rows = list_rows(dict(every), report)
    return read_days(LedgerListRequest, every, report, context, young=young, **rows)


KIND = Kind(
    name="ledger",
    drawing="line",
    parameters=(*RANGE_OF_DAYS, GRAIN, *OTHER_DAYS, *ANSWER, MEASURE, VIEW),
    read=read,
    row=Text("收到事件的一天，或一小时、一周、一月", "a day of receipt, or an hour, week or month"),
    keys=("day", "moment"),
)
DELAYS = replace(
    KIND,
    name="delays",
    parameters=(*RANGE_OF_DAYS, GRAIN, *OTHER_DAYS, *ANSWER, SHOW_MEASURE, VIEW),
    read=read_delays,
    row=Text("事件发生的一天，或一周、一月", "a day on which events happened, or a week or month"),
)
LIST_OF_LEDGER = Kind(
    name="ledger list",
    drawing="list",
    parameters=(*RANGE_OF_DAYS, *OTHER_DAYS, *(one for one in LIST if one is not SORT_BY), *ANSWER),
    read=read_list,
    row=Text("一个 `{by}`", "a `{by}`"),
)
#: Of some events alone.
PART_OF_LEDGER = replace(LIST_OF_LEDGER, part=True)
SAMPLES = Kind(
    name="samples",
    drawing="samples",
    parameters=(*RANGE_OF_DAYS, *ANSWER),
    read=read_samples,
    row=Text(
        "隔离的一个事件，每种原因至多 5 个，最新的在前",
        "an event in quarantine, five of each reason at most, the newest first",
    ),
    keys=("reason", "event", "received", "detail", "sample"),
)
