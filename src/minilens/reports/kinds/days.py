"""Reports about days: the range of an address, its grain, and what it is compared with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal, TypeVar, cast

from minilens.errors import Refused
from minilens.measure.measures import Scope
from minilens.measure.plan import plan
from minilens.measure.query import Query
from minilens.measure.run import AnyQuery
from minilens.period import (
    MOST_BUCKETS,
    PRESETS,
    RECENT,
    Grain,
    Range,
    asked_range,
    beside,
    compared_in,
    on_weekdays,
    preset,
    same_hour,
)
from minilens.reports.parameters import COMPARE, COMPARE_FROM, COMPARE_TO, GRAIN, MATCH
from minilens.reports.report import Report
from minilens.reports.request import AppContext, Pairs, ReportRequest, common, usual
from minilens.reports.request_values import choice

#: Any number of days up to now: 30d.
_DAYS = re.compile(r"[1-9]\d{0,3}d")

R = TypeVar("R", bound="DaysRequest")


@dataclass(frozen=True, kw_only=True)
class DaysRequest(ReportRequest):
    """`period` is empty where the range is given by days, `compare` where the other one is."""

    grain: Grain
    other: Range | None

    @property
    def bucket(self) -> str:
        """The grain."""
        return self.grain

    @property
    def compares(self) -> bool:
        """Whether anything stands beside."""
        return self.other is not None

    @property
    def unavailable(self) -> Mapping[str, Scope]:
        """Measures of the report that have no answer under these filters, and what they count."""
        return {one.name: one.scope for one in plan(self.days_query(0)).unavailable}

    @property
    def whole_days(self) -> Grain:
        """The grain of rows that know no hours: of those a day is one."""
        return "day" if self.grain == "hour" else self.grain

    def query(self, app: int) -> AnyQuery:
        """Its measures over the range, beside the other one."""
        return self.days_query(app)

    def days_query(self, app: int) -> Query:
        """The same, as what it is."""
        return Query(
            app=app,
            measures=self.context.catalog.measures_named(self.report.measures),
            range=self.range,
            dimensions=(self.grain,),
            compare=self.other,
            traffic=self.traffic,
            filters=self.filters,
            cutoff=self._cutoff(),
            timezone=self.context.timezone if self.grain == "hour" else "",
        )

    def _cutoff(self) -> datetime | None:
        """Today stands beside the same hours of another day, not beside all of it."""
        if not self.other:
            return None
        context = self.context
        return same_hour(self.range, self.other, self.period, context.now, context.timezone)

    def over_pairs(self) -> list[tuple[str, str]]:
        """Period or days, grain, comparison."""
        found = [("period", self.period)] if self.period else days("", self.range)
        found += [("grain", self.grain)]
        return found + (
            [("compare", self.compare), *self.match_pairs()]
            if self.compare
            else days("compare_", self.other)
        )

    def defaults(self) -> dict[str, str]:
        """On its first day an app is shown as it is today."""
        found = usual(self.report) | {"grain": self.report.grain}
        return found | {"period": "today"} if self.young else found

    def over(self, period: str) -> str:
        """The query string of this state over a preset, in a grain that suits it."""
        over = preset(period, self.today, self.context.first_day)
        moved = replace(self, period=period, range=over)
        alike = (over.days == 1) == (self.range.days == 1) and period != "all"
        grain = self.grain
        if not alike or grain not in moved.grains():
            grain = self.default_grain(self.report, over, period)
        moved = replace(moved, grain=grain)
        return replace(moved, other=moved._compared()).at()

    def next_to(self, by: Literal[-1, 1]) -> str:
        """By its preset where it has one, else by its days."""
        over = beside(self.range, self.period, by, self.today) if self.period != "all" else None
        if over is None:
            return ""
        named = (one for one in RECENT if preset(one, self.today) == over)
        moved = replace(self, period=next(named, ""), range=over)
        if moved.grain not in moved.grains():
            moved = replace(moved, grain=self.default_grain(self.report, over, moved.period))
        return replace(moved, other=moved._compared()).at()

    def beside(self, kind: str) -> str:
        """The query string of this state, compared otherwise."""
        moved = replace(self, compare=kind)
        return replace(moved, other=moved._compared()).at()

    def _compared(self) -> Range | None:
        if self.compare == "none" or (self.compare == "previous" and self.period == "all"):
            return None
        if not self.compare:
            return self.other
        return self.compared_with(self.compare)

    def compared_with(self, kind: str) -> Range:
        """The other range of a comparison."""
        return other_range(self.range, kind, (self.grain, self.period), self.match)

    @property
    def weekdays(self) -> bool:
        """Months begin on any weekday."""
        return super().weekdays and self.grain != "month"

    def grains(self) -> list[Grain]:
        """The grains that make more than one point and not too many."""
        days = self.range.days
        offered: list[Grain] = ["day"] if days <= MOST_BUCKETS else []
        offered += ["week"] if 7 < days <= MOST_BUCKETS * 7 else []
        return offered + (["month"] if days > 31 else [])

    @staticmethod
    def default_grain(report: Report, over: Range, period: str) -> Grain:
        """The grain of a range whose address names none."""
        return report.grain

    def includes(self, day: date) -> bool:
        """Can the answer still change while one looks at it?"""
        return self.range.start <= day <= self.range.end


def days(prefix: str, over: Range | None) -> list[tuple[str, str]]:
    """A range as two arguments."""
    return [(f"{prefix}from", str(over.start)), (f"{prefix}to", str(over.end))] if over else []


def other_range(over: Range, kind: str, rows: tuple[Grain, str], match: str) -> Range:
    """What a range is compared with, by dates or by weekdays; `rows`: their grain, and the preset of the range."""
    other = compared_in(over, kind, *rows)
    by_weekday = match == "weekdays" and rows[0] != "month"
    return on_weekdays(over, other, kind) if by_weekday else other


def read_days(
    made: type[R], every: Pairs, report: Report, context: AppContext, *, young: bool, **more: Any
) -> R:
    """A request of this class about days. `young`: an address that names no period means today."""
    one = dict(every)
    period = _period(one, "today" if young else report.period)
    over = asked_range(context.today, period, one.get("from"), one.get("to"), context.first_day)
    usual_grain = made.default_grain(report, over, period)
    grain = cast("Grain", GRAIN.read(one, report, usual_grain))
    compare, other = _comparison(one, report, over, (grain, period))
    fields = common(every, report, context) | more
    return made(
        report=report, context=context, range=over, period=period, grain=grain, compare=compare, other=other, **fields,
    )  # fmt: skip


def _period(one: Mapping[str, str], usual: str) -> str:
    if one.get("from") or one.get("to"):
        return ""
    period = one.get("period") or usual
    if not _DAYS.fullmatch(period):
        choice(one, "period", PRESETS, usual)
    return period


def _comparison(
    one: Mapping[str, str], report: Report, over: Range, rows: tuple[Grain, str]
) -> tuple[str, Range | None]:
    start, end = COMPARE_FROM.day(one), COMPARE_TO.day(one)
    if start or end:
        first = start or end
        last = end or start
        assert first
        assert last
        if first > last:
            raise Refused("bad_range", "compare_from", start=first, end=last)
        return "", Range(first, last)
    kind = COMPARE.read(one, report, "previous")
    nothing = kind == "none" or (kind == "previous" and rows[1] == "all")
    return kind, None if nothing else other_range(over, kind, rows, MATCH.read(one, report))
