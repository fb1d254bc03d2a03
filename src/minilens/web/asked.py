"""What an address asks for. The state of a page is its address, read here and written here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, cast
from urllib.parse import urlencode

from minilens.errors import Refused, did_you_mean
from minilens.measure.query import TRAFFIC, Query, Traffic
from minilens.period import GRAINS, MOST_BUCKETS, PRESETS, Grain, Range, asked_range, preset
from minilens.render.as_card import View
from minilens.reports.report import Report

Compare = Literal["previous", "none"]
COMPARES: tuple[Compare, ...] = ("previous", "none")
VIEWS: tuple[View, ...] = ("chart", "table")


@dataclass(frozen=True)
class Asked:
    """A question as an address carries it. `period` is empty where the range is given by days."""

    report: Report
    range: Range
    period: str
    grain: Grain
    compare: Compare
    measure: str
    traffic: Traffic
    view: View

    def query(self, app: int) -> Query:
        """The question for the measuring room: always all measures of the report."""
        other = self.range.before() if self.compare == "previous" else None
        return Query(app, self.report.measures, self.range, self.grain, other, self.traffic)

    def at(self, **changes: str) -> str:
        """The query string of this state with some of it changed, defaults left out."""
        changed = replace(self, **changes)  # type: ignore[arg-type]
        pairs = {"period": changed.period}
        if not changed.period:
            pairs = {"from": str(self.range.start), "to": str(self.range.end)}
        pairs |= {
            "grain": changed.grain,
            "compare": changed.compare,
            "measure": changed.measure,
            "traffic": changed.traffic,
            "view": changed.view,
        }
        defaults = default_pairs(self.report)
        kept = {name: value for name, value in pairs.items() if defaults.get(name) != value}
        return "?" + urlencode(kept)

    def whole(self) -> str:
        """The query string for programs: nothing left to defaults that may change."""
        pairs = {"period": self.period}
        if not self.period:
            pairs = {"from": str(self.range.start), "to": str(self.range.end)}
        pairs |= {"grain": self.grain, "compare": self.compare}
        pairs |= {"traffic": self.traffic} if self.traffic != "release" else {}
        return "?" + urlencode(pairs)

    def over(self, period: str, today: date) -> str:
        """The query string of this state over a preset, in a grain that suits it."""
        moved = replace(self, period=period, range=preset(period, today))
        return moved.at() if self.grain in moved.grains() else moved.at(grain="day")

    def kept(self, *left_out: str) -> list[tuple[str, str]]:
        """The state as hidden fields of a form, but for some."""
        pairs = {"grain": self.grain, "compare": self.compare, "measure": self.measure}
        pairs |= {"traffic": self.traffic, "view": self.view}
        defaults = default_pairs(self.report)
        return [
            (name, value)
            for name, value in pairs.items()
            if name not in left_out and defaults.get(name) != value
        ]

    def grains(self) -> list[Grain]:
        """The grains that make more than one point and not too many."""
        days = self.range.days
        offered: list[Grain] = ["day"] if days <= MOST_BUCKETS else []
        offered += ["week"] if 7 < days <= MOST_BUCKETS * 7 else []
        offered += ["month"] if days > 31 else []
        return offered

    def includes(self, day: date) -> bool:
        """Can the answer still change while one looks at it?"""
        return self.range.start <= day <= self.range.end


def default_pairs(report: Report) -> dict[str, str]:
    """What an address without arguments means."""
    return {
        "period": report.period,
        "grain": report.grain,
        "compare": "previous",
        "measure": report.first,
        "traffic": "release",
        "view": "chart",
    }


def asked(given: Mapping[str, str], report: Report, today: date) -> Asked:
    """Read a query string; Refused, naming the field, where it cannot be meant."""
    start, end = given.get("from"), given.get("to")
    period = "" if start or end else given.get("period") or report.period
    if period and not re.fullmatch(r"[1-9]\d{0,3}d", period):
        choice(given, "period", PRESETS, report.period)
    pairs = default_pairs(report)
    grain = cast("Grain", choice(given, "grain", GRAINS, pairs["grain"]))
    measure = given.get("measure") or report.first
    if measure not in report.measures:
        hint = did_you_mean(measure, report.measures)
        raise Refused("unknown_measure", "measure", got=measure, hint=hint)
    found = Asked(
        report=report,
        range=asked_range(today, period, start, end),
        period=period,
        grain=grain,
        compare=cast("Compare", choice(given, "compare", COMPARES, "previous")),
        measure=measure,
        traffic=cast("Traffic", choice(given, "traffic", TRAFFIC, "release")),
        view=cast("View", choice(given, "view", VIEWS, "chart")),
    )
    found.range.buckets(grain)
    return found


def choice(given: Mapping[str, str], field: str, known: tuple[str, ...], default: str) -> str:
    """One of the known words, or the default where none is given."""
    got = given.get(field) or default
    if got not in known:
        hint = did_you_mean(got, known)
        raise Refused("unknown_choice", field, got=got, hint=hint)
    return got
