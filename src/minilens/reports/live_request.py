"""What an address asks for where the clock counts: moments and not days.

    period=24h   step=30   from=2026-11-22T10:30   to=2026-11-22T12:00   page=pages/index

Moments are written in the app's timezone; of an hour that comes twice the second one has its offset.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from minilens.errors import Refused
from minilens.measure.filters import known_at_once
from minilens.measure.live.query import STEPS, LiveQuery, Span, Step, widened
from minilens.period import FIRST_DAY, LAST_DAY, MOST_BUCKETS, Range, months_before, today
from minilens.reports.report import Report
from minilens.reports.request import Given, ReportRequest, asked
from minilens.reports.request_values import choice

#: Presets of the bar, and the step that suits each. All but yesterday are still running.
PERIODS: dict[str, Step] = {
    "1h": 1, "6h": 5, "12h": 10, "24h": 30, "today": 30, "yesterday": 30, "7d": 60,
}  # fmt: skip
COMPARES = ("previous", "day", "week", "month", "year", "none")
#: Fewer points make no line.
LEAST_BUCKETS = 6
LONGEST_PAGE = 512
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(Z|[+-]\d\d:\d\d)?)?")

Pair = tuple[datetime, datetime]


@dataclass(frozen=True, kw_only=True)
class LiveRequest(ReportRequest):
    """A question about moments. `given` and `other_given` are the ranges as they are written, if they are."""

    timezone: str
    moment: datetime
    step: Step
    page: str
    given: Pair | None
    other_given: Pair | None

    @property
    def bucket(self) -> str:
        """The length of a row: 30min."""
        return f"{self.step}min"

    @property
    def zone(self) -> ZoneInfo:
        """The app's."""
        return ZoneInfo(self.timezone)

    @property
    def span(self) -> Span:
        """What is shown, in whole steps of the clock."""
        if self.given:
            return widened(*self.given, self.step, self.timezone)
        return of_period(self.period, self.step, self.timezone, self.moment)

    @property
    def other_span(self) -> Span | None:
        """What it is compared with."""
        if self.other_given:
            return widened(*self.other_given, self.step, self.timezone)
        if self.compare == "none":
            return None
        alone = self.period in ("today", "yesterday") and self.compare == "previous"
        return moved(self.span, "day" if alone else self.compare, self.timezone)

    @property
    def compares(self) -> bool:
        """Whether anything stands beside."""
        return self.other_span is not None

    def query(self, app: int, timezone: str, moment: datetime) -> LiveQuery:
        """The question for the measuring room."""
        of: Literal["visits", "pages", "online"] = "pages" if self.report.by else "visits"
        return LiveQuery(
            app=app,
            timezone=timezone,
            of="online" if self.report.first == "online" else of,
            span=self.span,
            now=moment,
            step=self.step,
            compare=self.other_span,
            page=self.page,
            traffic=self.traffic,
            filters=self.filters,
            search=self.search,
            ascending=self.order == "asc",
            top=self.top,
            offset=self.offset,
            include_other=self.rest,
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The whole state as arguments."""
        found = self._range("", self.given) or [("period", self.period)]
        found += [("step", str(self.step))]
        found += self._range("compare_", self.other_given) or [("compare", self.compare)]
        found += [("page", self.page)] if self.page else []
        left_out = {"period", "from", "to", "grain", "compare", "compare_from", "compare_to"}
        return found + [pair for pair in super().pairs() if pair[0] not in left_out]

    def _range(self, prefix: str, given: Pair | None) -> list[tuple[str, str]]:
        if given is None:
            return []
        start, end = (written(one, self.timezone) for one in given)
        return [(f"{prefix}from", start), (f"{prefix}to", end)]

    def of(self, report: Report) -> LiveRequest:
        """The same question to another report of the page."""
        measure = self.measure if self.measure in report.measures else ""
        found = replace(self, report=report, measure=measure, sort=report.first, cards=())
        if report.first == "online":  # a single figure is no table
            found = replace(found, view="chart")
        own = report.name.partition(".")[2] + "."
        said = {name.removeprefix(own): v for name, v in self.cards if name.startswith(own)}
        if not said:
            return found
        return asked_live([*found.pairs(), *said.items()], report, self.timezone, self.moment)

    def over(self, period: str) -> str:
        """The query string of this state over a preset, in a step that suits it."""
        other = replace(self, period=period, given=None)
        if not self.step_fits(self.step, other):
            other = replace(other, step=PERIODS[period])
        return other.at()

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
        span = self.span
        return self.report.first == "online" or span.start <= self.moment < span.end

    @property
    def unknown_at_once(self) -> bool:
        """Whether a filter asks what is not known of an event when it arrives."""
        return known_at_once(self.filters) != self.filters

    def stream(self) -> str:
        """The query string of the newest events."""
        kept = [pair for pair in self.pairs() if pair[0] in ("traffic", "filter")]
        kept = [pair for pair in kept if pair != ("traffic", "release")]
        return f"?{urlencode(kept)}" if kept else ""


def of_period(period: str, step: Step, timezone: str, moment: datetime) -> Span:
    """A natural day, or so many hours that end with the step that is running."""
    if period in ("today", "yesterday"):
        day = today(timezone, moment) - timedelta(days=period == "yesterday")
        start, end = (midnight(one, timezone) for one in (day, day + timedelta(days=1)))
        return widened(start, end, step, timezone)
    number, unit = int(period[:-1]), period[-1]
    end = widened(moment, moment + timedelta(milliseconds=1), step, timezone).end
    return widened(end - number * timedelta(hours=24 if unit == "d" else 1), end, step, timezone)


def moved(span: Span, kind: str, timezone: str) -> Span:
    """The span as long that lies just before, or begins at the same hour of another day."""
    if kind == "previous":
        return span.from_(span.start - span.length)
    local = span.start.astimezone(ZoneInfo(timezone))
    day = local.date()
    days = {"day": day - timedelta(days=1), "week": day - timedelta(days=7)}
    months = {"month": 1, "year": 12}
    other = days[kind] if kind in days else months_before(day, months[kind])
    return span.from_(datetime.combine(other, local.timetz()).astimezone(UTC))


def midnight(day: date, timezone: str) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, time(), ZoneInfo(timezone))


def written(moment: datetime, timezone: str) -> str:
    """The moment as an address has it."""
    local = moment.astimezone(ZoneInfo(timezone))
    offset = local.isoformat()[-6:] if local.fold else ""
    return f"{local:%Y-%m-%dT%H:%M}{offset}"


def parse_moment(text: str, field: str, timezone: str, *, end: bool) -> datetime:
    """A moment, or a day: then its first moment or, as an end, that of the next day."""
    found = MOMENT.fullmatch(text)
    try:
        day = date.fromisoformat(found[1]) if found else None
        clock = time.fromisoformat(found[2] or "00:00") if found else time()
    except ValueError:
        day = None
    if found is None or day is None or not FIRST_DAY <= day < LAST_DAY:
        raise Refused("bad_time", field, got=text)
    if found[2] is None:
        return midnight(day + timedelta(days=end), timezone)
    if found[3]:
        return datetime.fromisoformat(text)
    return datetime.combine(day, clock, ZoneInfo(timezone))


def asked_live(
    given: Given | Mapping[str, str], report: Report, timezone: str, moment: datetime
) -> LiveRequest:
    """Read a query string; Refused, naming the field, where it cannot be meant."""
    every = list(given.items()) if isinstance(given, Mapping) else list(given)
    one = dict(every)
    by_clock = ("period", "from", "to", "step", "grain", "compare", "compare_from", "compare_to")
    others = [pair for pair in every if pair[0] not in by_clock]
    anything = [("period", "today"), ("compare", "none")]
    rest = asked([*anything, *others], report, today(timezone, moment))
    step = cast("Step", int(choice(one, "step", tuple(map(str, STEPS)), "30")))
    page = one.get("page") or ""
    if len(page) > LONGEST_PAGE:
        raise Refused("too_long", "page", limit=LONGEST_PAGE)
    period, over = _range(one, report, timezone, moment)
    compare, other = _comparison(one, timezone)
    values = {name: getattr(rest, name) for name in rest.__dataclass_fields__}
    found = LiveRequest(
        **values | {"period": period, "compare": compare, "other": None},
        timezone=timezone, moment=moment, step=step, page=page, given=over, other_given=other,
    )  # fmt: skip
    return _checked(found)


def _checked(state: LiveRequest) -> LiveRequest:
    """The state with the days of its range; Refused where it is no range, or too long to be shown."""
    span, zone = state.span, ZoneInfo(state.timezone)
    other = state.other_span
    if not state.report.by and state.report.first != "online":
        for one in (span, other) if other else (span,):
            one.buckets(state.step)
    last = span.end - timedelta(milliseconds=1)
    days = Range(span.start.astimezone(zone).date(), last.astimezone(zone).date())
    return replace(state, range=days)


def _range(
    one: Mapping[str, str], report: Report, timezone: str, moment: datetime
) -> tuple[str, Pair | None]:
    """A preset, or from and to; one of them alone has a day beside it."""
    start, end = one.get("from"), one.get("to")
    if not start and not end:
        return choice(one, "period", tuple(PERIODS), report.period), None
    last = parse_moment(end, "to", timezone, end=True) if end else moment
    first = parse_moment(start, "from", timezone, end=False) if start else last - timedelta(days=1)
    return "", _ordered(first, last, "from")


def _comparison(one: Mapping[str, str], timezone: str) -> tuple[str, Pair | None]:
    start, end = one.get("compare_from"), one.get("compare_to")
    if not start and not end:
        return choice(one, "compare", COMPARES, "none"), None
    if not start or not end:
        raise Refused("missing", "compare_from" if end else "compare_to")
    first = parse_moment(start, "compare_from", timezone, end=False)
    last = parse_moment(end, "compare_to", timezone, end=True)
    return "", _ordered(first, last, "compare_from")


def _ordered(first: datetime, last: datetime, field: str) -> Pair:
    if first.astimezone(UTC) >= last.astimezone(UTC):
        start, end = (f"{one:%Y-%m-%d %H:%M}" for one in (first, last))
        raise Refused("bad_range", field, start=start, end=end)
    return first, last


def for_programs(given: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The arguments of a program: rows are days where it names no grain, also of a single day."""
    return given if dict(given).get("period") == "all" else [("grain", "day"), *given]


def read(
    given: Given | Mapping[str, str],
    report: Report,
    timezone: str,
    moment: datetime,
    first: date | None = None,
) -> ReportRequest:
    """The question that an address asks a report. `first`: the day of the app's first event, where it matters."""
    if report.clock:
        return asked_live(given, report, timezone, moment)
    return asked(given, report, today(timezone, moment), first)
