"""Yesterday as a row of tiles, beside the day, week and month before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from minilens.measure.query import Query
from minilens.period import Range, months_before
from minilens.reports.kinds.days import DaysRequest, read_days
from minilens.reports.parameters import ANSWER, SUBJECT
from minilens.reports.report import Kind, Report
from minilens.reports.request import AppContext, Pairs
from minilens.text import Text


@dataclass(frozen=True, kw_only=True)
class YesterdayRequest(DaysRequest):
    """Always of yesterday; of today where there is no yesterday yet."""

    def days_query(self, app: int) -> Query:
        """The days that the tiles compare, each as it was."""
        over = of_tiles(self.today + timedelta(days=self.young))
        return replace(super().days_query(app), range=over, compare=None, cutoff=None)

    def over_pairs(self) -> list[tuple[str, str]]:
        """Its days are not chosen."""
        return []

    def includes(self, day: date) -> bool:
        """Yesterday is over."""
        return self.young


def of_tiles(today: date) -> Range:
    """Yesterday and the days it stands beside: the day, week and month before, and a line of thirty."""
    yesterday = today - timedelta(days=1)
    first = min(months_before(yesterday, 1), yesterday - timedelta(days=29))
    return Range(first, yesterday)


def read(every: Pairs, report: Report, context: AppContext) -> YesterdayRequest:
    """Of the arguments only whose traffic is counted, and the filters."""
    return read_days(YesterdayRequest, every, report, context, young=False)


KIND = Kind(
    name="yesterday",
    drawing="tiles",
    parameters=(*SUBJECT, *ANSWER),
    read=read,
    row=Text("一天，最后一行是昨天", "a day, the last one is yesterday"),
    keys=("day",),
)
