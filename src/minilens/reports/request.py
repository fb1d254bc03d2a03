"""What an address asks for. The state of a page is its address, read here and written here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from minilens.errors import Refused, did_you_mean
from minilens.measure import filters
from minilens.measure.filters import Clause, Condition, Filters
from minilens.measure.live.query import LiveQuery
from minilens.measure.plan import plan
from minilens.measure.query import ALL_ROWS, TRAFFIC, Query, Traffic
from minilens.period import (
    COMPARES,
    EVERY_GRAIN,
    MOST_BUCKETS,
    PRESETS,
    RUNNING,
    Grain,
    Range,
    asked_range,
    compared_in,
    months_before,
    parse_day,
    preset,
)
from minilens.reports.report import Report, View
from minilens.reports.request_values import choice, filters_of, number

VIEWS: tuple[View, ...] = ("chart", "table")
#: What a list has of its own; in a page's address its card stands before it: `pages.sort=visitors`.
OF_A_LIST = ("sort", "order", "top", "offset", "rest", "search")
MOST_ROWS = 1000
#: In place of a number of rows.
ALL = "all"
LONGEST_SEARCH = 200
#: Days up to which hours are offered; and all there is by days, then by weeks.
BY_HOUR, BY_DAY, BY_WEEK = 7, 120, 730

#: Arguments as they come: a name may come more than once.
Given = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class ReportRequest:
    """A question as an address carries it. `period` is empty where the range is given by days.

    `compare` is empty where the other range is given by days, `measure` where the reader chose none.
    `cards`: what the address of a page says of its single cards. `first`: the day of the app's first event,
    where it was looked up and there is one.
    """

    report: Report
    today: date
    range: Range
    period: str
    grain: Grain
    compare: str
    other: Range | None
    measure: str
    traffic: Traffic
    view: View
    filters: Filters = ()
    sort: str = ""
    order: str = "desc"
    top: int = 10
    offset: int = 0
    rest: bool = False
    search: str = ""
    cards: tuple[tuple[str, str], ...] = ()
    first: date | None = None

    @property
    def young(self) -> bool:
        """There is no yesterday yet."""
        return self.first == self.today

    @property
    def bucket(self) -> str:
        """The length of a row."""
        return self.grain

    @property
    def uncounted(self) -> frozenset[str]:
        """Measures of the report that have no answer under these filters."""
        if self.report.clock:
            return frozenset()
        names, by = self.report.measures, self.report.by
        return plan(Query(0, names, self.range, filters=self.filters, by=by)).unavailable

    @property
    def shown(self) -> str:
        """The measure on the chart: the one chosen, or the first that can be counted; a running total has no hours."""
        report, uncounted = self.report, self.uncounted
        by_hour = self.grain == "hour" and report.over_days
        wanted = (
            "" if by_hour and report.instead else report.first,
            report.instead or report.first,
            *report.measures,
        )
        counted = (name for name in wanted if name and name not in uncounted)
        return self.measure or next(counted, report.first)

    def query(self, app: int, timezone: str, moment: datetime) -> Query | LiveQuery:
        """The question for the measuring room: always all measures of the report."""
        over, other = self.range, self.other
        if self.report.chart == "tiles":
            over, other = of_tiles(self.today + timedelta(days=self.young)), None
        found = self.filters
        if self.search:
            found = (*found, (Condition(self.report.by, "contains", (self.search,)),))
        return Query(
            app=app,
            measures=self.report.measures,
            range=over,
            grain=self.grain,
            compare=other,
            traffic=self.traffic,
            filters=found,
            cutoff=self._until(timezone, moment),
            by=self.report.by,
            sort=self.sort if self.report.by else "",
            ascending=self.order == "asc",
            top=self.top,
            offset=self.offset,
            include_other=self.rest,
            timezone=timezone if self.grain == "hour" else "",
        )

    def _until(self, timezone: str, moment: datetime) -> datetime | None:
        """Today stands beside the same hours of another day, not beside all of it.

        So does a running week or month, day for day; of a year the hours of one day say nothing.
        """
        running = self.range == Range(self.today, self.today) or self.period in RUNNING
        if not running or not self.other or self.other == self.range:
            return None
        if self.range.days > 31 or self.other.days != self.range.days:
            return None
        clock = moment.astimezone(ZoneInfo(timezone)).time()
        return datetime.combine(self.other.end, clock, ZoneInfo(timezone))

    def pairs(self) -> list[tuple[str, str]]:
        """The whole state as arguments."""
        found = [("period", self.period)] if self.period else days("", self.range)
        found += [("grain", self.grain)]
        found += [("compare", self.compare)] if self.compare else days("compare_", self.other)
        found += [("measure", self.measure)] if self.measure else []
        found += [("traffic", self.traffic), ("view", self.view)]
        found += [("filter", filters.write(clause)) for clause in self.filters]
        if self.report.by:
            found += [("sort", self.sort), ("order", self.order), ("top", self._top())]
            found += [("offset", str(self.offset))] if self.offset else []
            found += [("rest", "1")] if self.rest else []
            found += [("search", self.search)] if self.search else []
        return found

    def _top(self) -> str:
        return ALL if self.top == ALL_ROWS else str(self.top)

    def at(self, **changes: Any) -> str:
        """The query string of this state with some of it changed, defaults left out."""
        changed = replace(self, **changes)
        defaults = set(changed.defaults().items())
        kept = [pair for pair in (*changed.pairs(), *changed.cards) if pair not in defaults]
        return "?" + urlencode(kept, safe=":,/")

    def defaults(self) -> dict[str, str]:
        """What an address means that says nothing, of this report over this range."""
        found = default_pairs(self.report)
        if self.report.over_days:
            found["grain"] = default_grain(self.report, self.range, self.period)
        if self.young and not self.report.clock:
            found["period"] = "today"
        return found

    def whole(self) -> str:
        """The query string for programs: nothing left to defaults that may change."""
        shown = {"measure", "view"}
        quiet = {("traffic", "release"), ("order", "desc")}
        kept = [pair for pair in self.pairs() if pair[0] not in shown and pair not in quiet]
        return "?" + urlencode(kept, safe=":,/")

    def of(self, report: Report) -> ReportRequest:
        """The same question to another report of the page."""
        if report.chart == "tiles":
            picks = [pair for pair in self.pairs() if pair[0] in ("traffic", "filter")]
            return asked(picks, report, self.today, self.first)
        found = replace(self, report=report, sort=report.first, cards=())
        if report.by:  # has neither grain nor switch
            found = replace(found, measure="", grain=report.grain, view="chart")
        elif found.measure not in report.measures:
            found = replace(found, measure="")
        own = report.name.partition(".")[2] + "."
        said = {name.removeprefix(own): v for name, v in self.cards if name.startswith(own)}
        every = [*found.pairs(), *said.items()]
        return asked(every, report, self.today, self.first) if said else found

    def carried(self) -> str:
        """What goes along to another page of the app: whose traffic is counted, and the filters."""
        told = {("traffic", "release")}
        kept = [p for p in self.pairs() if p[0] in ("traffic", "filter") and p not in told]
        return f"?{urlencode(kept, safe=':,/')}" if kept else ""

    def sets(self, **changes: object) -> str:
        """What a link of a card sets in the page's address, whatever else stands there; defaults as nothing."""
        defaults = default_pairs(self.report)
        own = self.report.name.partition(".")[2] + "."
        return urlencode(
            [
                (
                    own + name if name in OF_A_LIST else name,
                    "" if str(v) == defaults.get(name) else v,
                )
                for name, v in changes.items()
            ]
        )

    def over(self, period: str) -> str:
        """The query string of this state over a preset, in a grain that suits it."""
        moved = replace(self, period=period, range=preset(period, self.today, self.first))
        alike = (moved.range.days == 1) == (self.range.days == 1) and period != "all"
        kept = self.grain in moved.grains() and alike
        grain = self.grain if kept else default_grain(self.report, moved.range, period)
        moved = replace(moved, grain=grain)
        return replace(moved, other=moved._compared()).at()

    @property
    def compares(self) -> bool:
        """Whether anything stands beside."""
        return self.other is not None

    def beside(self, kind: str) -> str:
        """The query string of this state, compared otherwise."""
        moved = replace(self, compare=kind)
        return replace(moved, other=moved._compared()).at()

    def _compared(self) -> Range | None:
        if self.compare == "none" or (self.compare == "previous" and self.period == "all"):
            return None
        return self._moved() if self.compare else self.other

    def _moved(self) -> Range:
        return compared_in(self.range, self.compare, self.grain, self.period)

    def without(self, clause: Clause) -> str:
        """The query string of this state with one filter less."""
        return self.at(filters=tuple(c for c in self.filters if c != clause))

    def kept(self, *left_out: str) -> list[tuple[str, str]]:
        """The state as hidden fields of a form, but for some."""
        defaults = set(self.defaults().items())
        return [
            (name, value)
            for name, value in (*self.pairs(), *self.cards)
            if name not in left_out and (name, value) not in defaults
        ]

    def grains(self) -> list[Grain]:
        """The grains that make more than one point and not too many."""
        days = self.range.days
        offered: list[Grain] = ["hour"] if days <= BY_HOUR and self.report.over_days else []
        offered += ["day"] if days <= MOST_BUCKETS else []
        offered += ["week"] if 7 < days <= MOST_BUCKETS * 7 else []
        offered += ["month"] if days > 31 else []
        return offered

    def includes(self, day: date) -> bool:
        """Can the answer still change while one looks at it?"""
        if self.report.chart == "tiles":
            return self.young
        return self.range.start <= day <= self.range.end


def days(prefix: str, over: Range | None) -> list[tuple[str, str]]:
    """A range as two arguments."""
    return [(f"{prefix}from", str(over.start)), (f"{prefix}to", str(over.end))] if over else []


def of_tiles(today: date) -> Range:
    """Yesterday and the days it stands beside: the day, week and month before, and a line of thirty."""
    yesterday = today - timedelta(days=1)
    first = min(months_before(yesterday, 1), yesterday - timedelta(days=29))
    return Range(first, yesterday)


def default_grain(report: Report, over: Range, period: str) -> Grain:
    """A day is shown by its hours; all there is in weeks or months where it is long."""
    if not report.over_days:
        return report.grain
    if over.days == 1:
        return "hour"
    if period == "all" and over.days > BY_DAY:
        return "week" if over.days <= BY_WEEK else "month"
    return report.grain


def default_pairs(report: Report) -> dict[str, str]:
    """What an address without arguments means."""
    return {
        "period": report.period,
        **({"step": "30"} if report.clock else {"grain": report.grain}),
        "compare": "none" if report.clock else "previous",
        "traffic": "release",
        "view": "chart",
        "sort": report.first,
        "order": "desc",
        "top": "10",
    }


def asked(
    given: Given | Mapping[str, str], report: Report, today: date, first: date | None = None
) -> ReportRequest:
    """Read a query string; Refused, naming the field, where it cannot be meant."""
    every = list(given.items()) if isinstance(given, Mapping) else list(given)
    one = dict(every)
    young = first == today and report.chart != "tiles"
    period = _period(one, "today" if young else report.period)
    over = asked_range(today, period, one.get("from"), one.get("to"), first)
    usual = default_grain(report, over, period)
    grain = cast("Grain", choice(one, "grain", EVERY_GRAIN, usual))
    compare, other = _comparison(one, over, (grain, period))
    found = ReportRequest(
        report=report,
        today=today,
        range=over,
        period=period,
        grain=grain,
        compare=compare,
        other=other,
        measure=_measure(one, "measure", report) if one.get("measure") else "",
        traffic=cast("Traffic", choice(one, "traffic", TRAFFIC, "release")),
        view=cast("View", choice(one, "view", VIEWS, "chart")),
        filters=filters_of(every),
        sort=_measure(one, "sort", report),
        order=choice(one, "order", ("desc", "asc"), "desc"),
        top=ALL_ROWS if one.get("top") == ALL else number(one, "top", 10, (1, MOST_ROWS)),
        offset=number(one, "offset", 0, (0, ALL_ROWS)),
        rest=choice(one, "rest", ("0", "1"), "0") == "1",
        search=_search(one, report),
        cards=tuple(sorted(p for p in every if p[0].partition(".")[2] in OF_A_LIST and p[1])),
        first=first,
    )
    if not report.by:
        found.range.check(grain)
    return found


def _period(one: Mapping[str, str], usual: str) -> str:
    if one.get("from") or one.get("to"):
        return ""
    period = one.get("period") or usual
    if not re.fullmatch(r"[1-9]\d{0,3}d", period):
        choice(one, "period", PRESETS, usual)
    return period


def _comparison(
    one: Mapping[str, str], over: Range, rows: tuple[Grain, str]
) -> tuple[str, Range | None]:
    start, end = one.get("compare_from"), one.get("compare_to")
    if start or end:
        first = parse_day(start, "compare_from") if start else parse_day(end or "", "compare_to")
        last = parse_day(end, "compare_to") if end else first
        if first > last:
            raise Refused("bad_range", "compare_from", start=first, end=last)
        return "", Range(first, last)
    kind = choice(one, "compare", COMPARES, "previous")
    nothing = kind == "none" or (kind == "previous" and rows[1] == "all")
    return kind, None if nothing else compared_in(over, kind, *rows)


def _measure(one: Mapping[str, str], field: str, report: Report) -> str:
    got = one.get(field) or report.first
    if got not in report.measures:
        hint = did_you_mean(got, report.measures)
        raise Refused("unknown_measure", field, got=got, hint=hint)
    return got


def _search(one: Mapping[str, str], report: Report) -> str:
    got = (one.get("search") or "").strip()
    if got and not report.by:
        raise Refused("unknown_choice", "search", got=got)
    if len(got) > LONGEST_SEARCH:
        raise Refused("too_long", "search", limit=LONGEST_SEARCH)
    return got
