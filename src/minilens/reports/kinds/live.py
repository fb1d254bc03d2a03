"""Reports about moments, seconds after they happened: visits by the minute, pages, and who is there now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, TypeVar, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from minilens.errors import Refused
from minilens.measure.filters import Condition, known_at_once
from minilens.measure.query import Moments, Query
from minilens.measure.run import AnyQuery
from minilens.measure.span import Span, Step, widened
from minilens.period import MOST_BUCKETS, Range
from minilens.reports.kinds.moments import moved, of_period, parse_moment, written
from minilens.reports.parameters import (
    ANSWER,
    COMPARE_SPAN,
    LIST,
    OTHER_MOMENTS,
    PAGE,
    RANGE_OF_MOMENTS,
    SPAN,
    SPANS,
    STEP,
    SUBJECT,
    VIEW,
)
from minilens.reports.report import Kind, Report
from minilens.reports.request import AppContext, ListRows, Pairs, ReportRequest, common, list_rows
from minilens.text import Text

#: Whoever did anything so long ago, or since, is online.
ONLINE = timedelta(minutes=5)
#: Fewer points make no line.
LEAST_BUCKETS = 6
#: A list is of the same span as the trend beside it, and shows which of its pages that one is of.
OF_THE_PAGE = (replace(STEP, documented=False), replace(PAGE, documented=False))

Pair = tuple[datetime, datetime]
L = TypeVar("L", bound="LiveRequest")


@dataclass(frozen=True, kw_only=True)
class LiveRequest(ReportRequest):
    """A question about moments. `given` and `other_given` are the ranges as they are written, if they are."""

    step: Step
    given: Pair | None
    other_given: Pair | None

    @property
    def bucket(self) -> str:
        """The length of a row: 30min."""
        return f"{self.step}min"

    @property
    def zone(self) -> ZoneInfo:
        """The app's."""
        return ZoneInfo(self.context.timezone)

    @property
    def span(self) -> Span:
        """What is shown, in whole steps of the clock."""
        if self.given:
            return widened(*self.given, self.step, self.context.timezone)
        return of_period(self.period, self.step, self.context.timezone, self.context.now)

    @property
    def other_span(self) -> Span | None:
        """What it is compared with."""
        if self.other_given:
            return widened(*self.other_given, self.step, self.context.timezone)
        if self.compare == "none":
            return None
        alone = self.period in ("today", "yesterday") and self.compare == "previous"
        kind = "day" if alone else self.compare
        weekdays = self.match == "weekdays"
        return moved(self.span, kind, self.context.timezone, weekdays=weekdays)

    @property
    def compares(self) -> bool:
        """Whether anything stands beside."""
        return self.other_span is not None

    def query(self, app: int) -> AnyQuery:
        """The question for the measuring room."""
        return self.moments_query(app)

    def moments_query(self, app: int) -> Query:
        """The same, as what it is: rows of so many minutes, of all pages or the one that is chosen."""
        catalog, found = self.context.catalog, self.filters
        if self.page:
            page = catalog.dimension("page")
            found = (*found, (Condition(page, "is", (self.page,)),))
        return Query(
            app=app,
            measures=catalog.measures_named(self.report.measures),
            range=self.range,
            dimensions=("minutes",),
            traffic=self.traffic,
            filters=found,
            timezone=self.context.timezone,
            moments=Moments(self.span, self.context.now, self.step, self.other_span),
        )

    def over_pairs(self) -> list[tuple[str, str]]:
        """Period or moments, step, comparison, page."""
        found = self._range("", self.given) or [("period", self.period)]
        found += [("step", str(self.step))]
        found += self._range("compare_", self.other_given) or [
            ("compare", self.compare), *self.match_pairs(),
        ]  # fmt: skip
        return found + ([("page", self.page)] if self.page else [])

    def _range(self, prefix: str, given: Pair | None) -> list[tuple[str, str]]:
        if given is None:
            return []
        start, end = (written(one, self.context.timezone) for one in given)
        return [(f"{prefix}from", start), (f"{prefix}to", end)]

    def over(self, period: str) -> str:
        """The query string of this state over a preset, in a step that suits it."""
        other = replace(self, period=period, given=None)
        if not self.step_fits(self.step, other):
            other = replace(other, step=SPANS[period])
        return other.at()

    def next_to(self, by: Literal[-1, 1]) -> str:
        """A natural day has one beside it, all else as much time again."""
        days = {("today", -1): "yesterday", ("yesterday", 1): "today"}
        if (self.period, by) in days:
            return self.over(days[self.period, by])
        moved = self.span.from_(self.span.start + by * self.span.length)
        if moved.start >= self.context.now:
            return ""
        return self.at(period="", given=(moved.start, moved.end))

    def in_steps(self, step: Step) -> str:
        """The query string of this state in another step; nothing where that gives too many or too few points."""
        return self.at(step=step) if self.step_fits(step, self) else ""

    @staticmethod
    def step_fits(step: Step, state: LiveRequest) -> bool:
        """Whether the steps make a line."""
        length = replace(state, step=step).span.length
        return LEAST_BUCKETS <= length / timedelta(minutes=step) <= MOST_BUCKETS

    def beside(self, kind: str) -> str:
        """The query string of this state, compared otherwise."""
        return self.compared_with(kind).at()

    def compared_with(self, kind: str) -> LiveRequest:
        """This state, compared otherwise."""
        return replace(self, compare=kind, other_given=None)

    def on_page(self, page: str) -> str:
        """The query string of this state for one page; '' for all."""
        return self.at(page=page)

    def includes(self, day: date) -> bool:
        """Can the answer still change while one looks at it?"""
        return self.span.start <= self.context.now < self.span.end

    @property
    def unknown_at_once(self) -> bool:
        """Whether a filter asks what is not known of an event when it arrives."""
        return known_at_once(self.filters) != self.filters

    def stream(self) -> str:
        """The query string of the newest events."""
        kept = [pair for pair in self.pairs() if pair[0] in ("traffic", "filter")]
        kept = [pair for pair in kept if pair != ("traffic", "release")]
        return f"?{urlencode(kept)}" if kept else ""


@dataclass(frozen=True, kw_only=True)
class LiveListRequest(ListRows, LiveRequest):
    """The pages with the most visits."""

    def moments_query(self, app: int) -> Query:
        """Some rows of the list. The page that the trend beside it is of has no part in it."""
        catalog = self.context.catalog
        return replace(
            super().moments_query(app),
            dimensions=(catalog.dimension(self.by, "by"),),
            filters=self.filters,
            search=self.search,
            sort=catalog.measure(self.sort, "sort"),
            sort_by=self.sort_by,
            ascending=self.order == "asc",
            top=self.top,
            offset=self.offset,
            include_other=self.rest,
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The whole state as arguments."""
        return super().pairs() + self.row_pairs()


@dataclass(frozen=True, kw_only=True)
class OnlineRequest(LiveRequest):
    """Who is there now; no range changes that."""

    def moments_query(self, app: int) -> Query:
        """Whoever did anything a short while ago."""
        now = self.context.now
        span = Span(now - ONLINE, now)
        return replace(super().moments_query(app), dimensions=(), moments=Moments(span, now))

    def over_pairs(self) -> list[tuple[str, str]]:
        """Its moments are not chosen."""
        return []

    def includes(self, day: date) -> bool:
        """Always."""
        return True


def _read(made: type[L], every: Pairs, report: Report, context: AppContext, **more: Any) -> L:
    """A request of this class about moments."""
    one = dict(every)
    found = made(
        **common(every, report, context) | more,
        report=report,
        context=context,
        range=Range(context.today, context.today),
        step=cast("Step", int(STEP.read(one, report, "30"))),
        page=PAGE.read(one, report),
        **_range(one, report, context),
        **_comparison(one, report, context),
    )
    return replace(found, range=found.span.days(context.timezone))


def read(every: Pairs, report: Report, context: AppContext) -> LiveRequest:
    """Refused where a span has too many points."""
    found = _read(LiveRequest, every, report, context)
    for one in (found.span, found.other_span):
        if one:
            one.buckets(found.step)
    return found


def read_list(every: Pairs, report: Report, context: AppContext) -> LiveListRequest:
    """A list may be of any span."""
    return _read(LiveListRequest, every, report, context, **list_rows(dict(every), report))


def read_now(every: Pairs, report: Report, context: AppContext) -> OnlineRequest:
    """Of the arguments only whose traffic is counted, and the filters."""
    taken = {one.name for one in SUBJECT}
    picks = [pair for pair in every if pair[0] in taken]
    return _read(OnlineRequest, picks, report, context)


def _range(one: Mapping[str, str], report: Report, at: AppContext) -> dict[str, Any]:
    """A preset, or from and to; one of them alone has a day beside it."""
    start, end = one.get("from"), one.get("to")
    if not start and not end:
        return {"period": SPAN.read(one, report), "given": None}
    last = parse_moment(end, "to", at.timezone, end=True) if end else at.now
    first = parse_moment(start, "from", at.timezone, end=False) if start else None
    return {"period": "", "given": _ordered(first or last - timedelta(days=1), last, "from")}


def _comparison(one: Mapping[str, str], report: Report, at: AppContext) -> dict[str, Any]:
    start, end = one.get("compare_from"), one.get("compare_to")
    if not start and not end:
        return {"compare": COMPARE_SPAN.read(one, report, "none"), "other_given": None}
    if not start or not end:
        raise Refused("missing", "compare_from" if end else "compare_to")
    first = parse_moment(start, "compare_from", at.timezone, end=False)
    last = parse_moment(end, "compare_to", at.timezone, end=True)
    return {"compare": "", "other_given": _ordered(first, last, "compare_from")}


def _ordered(first: datetime, last: datetime, field: str) -> Pair:
    if first.astimezone(UTC) >= last.astimezone(UTC):
        start, end = (f"{one:%Y-%m-%d %H:%M}" for one in (first, last))
        raise Refused("bad_range", field, start=start, end=end)
    return first, last


LIVE_TREND = Kind(
    name="moments",
    drawing="line",
    parameters=(*RANGE_OF_MOMENTS, STEP, *OTHER_MOMENTS, PAGE, *SUBJECT, *ANSWER, VIEW),
    read=read,
    row=Text("几分钟，见 `step`", "some minutes, see `step`"),
    keys=("moment",),
    since_first_day=False,
)
LIVE_LIST = Kind(
    name="moments list",
    drawing="list",
    parameters=(*RANGE_OF_MOMENTS, *OTHER_MOMENTS, *OF_THE_PAGE, *SUBJECT, *LIST, *ANSWER),
    read=read_list,
    row=Text("字段 `{by}` 的一个取值", "a value of the field `{by}`"),
    since_first_day=False,
)
NOW = Kind(
    name="now",
    drawing="line",
    parameters=(*SUBJECT, *ANSWER),
    read=read_now,
    row=Text("此刻", "the present moment"),
    keys=("moment",),
    since_first_day=False,
)
