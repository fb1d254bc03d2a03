"""Official Account content: over time, by article, by item of the menu, and the ways from it to conversion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from minilens.measure.content.query import Apart, ContentQuery
from minilens.measure.events.query import Counted, EventsQuery, Figure
from minilens.measure.measures import MEASURES, Scope
from minilens.measure.run import AnyQuery
from minilens.period import Grain
from minilens.reports.campaign_parameters import AROUND, EVENT
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
from minilens.reports.parts_reader import names
from minilens.reports.report import Kind, Report
from minilens.reports.request import AppContext, ListRows, Pairs, list_rows
from minilens.text import Text


@dataclass(frozen=True, kw_only=True)
class ContentRequest(TrendRequest):
    """Content over days; `event` is the conversion, `around` so many days before and after publishing."""

    event: str
    around: int = 3

    @property
    def unavailable(self) -> Mapping[str, Scope]:
        """All of its measures can always be had."""
        return {}

    @property
    def bucket(self) -> str:
        """The length of a row: the console knows no hours."""
        return self.whole_days

    def query(self, app: int) -> AnyQuery:
        """Its periods, beside the other ones."""
        figure = Figure("conversions", MEASURES["conversions"].title, 0, "total")
        counted = EventsQuery(
            app, (Counted("a", names(self.event, EVENT.name)),), (figure,), self.range,
            timezone=self.context.timezone,
        )  # fmt: skip
        return ContentQuery(
            app, self.context.catalog.measures_named(self.report.measures), self.range, counted,
            cast("Grain", self.bucket), compare=self.other, around=self.around,
        )  # fmt: skip

    def pairs(self) -> list[tuple[str, str]]:
        """The whole state as arguments."""
        found = [*super().pairs(), ("event", self.event)]
        return (
            [*found, ("around", str(self.around))] if self.report.kind.takes(AROUND.name) else found
        )


@dataclass(frozen=True, kw_only=True)
class ContentListRequest(ListRows, ContentRequest):
    """A list of articles, items of the menu or ways."""

    def query(self, app: int) -> AnyQuery:
        """Some rows of the list."""
        asked = super().query(app)
        assert isinstance(asked, ContentQuery)
        return replace(
            asked, apart=cast("Apart", self.report.by), sort=self.context.catalog.measure(self.sort, "sort"),
            ascending=self.order == "asc", top=self.top, offset=self.offset, include_other=self.rest,
            search=self.search,
        )  # fmt: skip

    def pairs(self) -> list[tuple[str, str]]:
        """The whole state as arguments."""
        return super().pairs() + self.row_pairs()


def _own(every: Pairs, report: Report) -> dict[str, Any]:
    one, kind = dict(every), report.kind
    event = EVENT.read(one, report) if kind.takes(EVENT.name) else EVENT.default(report)
    names(event, EVENT.name)
    return {"event": event} | (
        {"around": AROUND.number(one, report)} if kind.takes(AROUND.name) else {}
    )


def read(every: Pairs, report: Report, context: AppContext) -> ContentRequest:
    """Refused where the range has too many points."""
    young = context.first_day == context.today
    found = read_days(ContentRequest, every, report, context, young=young, **_own(every, report))
    found.range.check(cast("Grain", found.bucket))
    return found


def _reading(*, compares: bool) -> Callable[[Pairs, Report, AppContext], ContentListRequest]:
    """How the address of a list is read."""

    def read_list(every: Pairs, report: Report, context: AppContext) -> ContentListRequest:
        """A list may be of any number of days."""
        young = context.first_day == context.today
        rows, own = list_rows(dict(every), report), _own(every, report)
        found = read_days(ContentListRequest, every, report, context, young=young, **rows, **own)
        return found if compares else replace(found, compare="none", other=None)

    return read_list


_LIST = tuple(one for one in LIST if one is not SORT_BY)
KIND = Kind(
    name="content",
    drawing="line",
    parameters=(*RANGE_OF_DAYS, GRAIN, *OTHER_DAYS, EVENT, *ANSWER, MEASURE, VIEW),
    read=read,
    row=Text("一天，或一周、一月", "a day, or a week or month"),
    keys=("day",),
    annotated=True,
    publishing=True,
)
MENU = Kind(
    name="list of menu items",
    drawing="list",
    parameters=(*RANGE_OF_DAYS, *OTHER_DAYS, *_LIST, *ANSWER),
    read=_reading(compares=True),
    row=Text("一个 `{by}`", "a `{by}`"),
    part=True,
    picks=False,
)
WAYS = replace(
    MENU, name="list of ways", parameters=(*RANGE_OF_DAYS, *OTHER_DAYS, EVENT, *_LIST, *ANSWER)
)
ARTICLES = replace(
    MENU,
    name="list of articles",
    parameters=(*RANGE_OF_DAYS, EVENT, AROUND, *_LIST, *ANSWER),
    read=_reading(compares=False),
)
