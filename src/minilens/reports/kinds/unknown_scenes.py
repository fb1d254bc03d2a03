"""The scenes that no table of ours names: WeChat has added them since."""

from __future__ import annotations

from dataclasses import dataclass, replace

from minilens.measure.filters import Condition
from minilens.measure.query import Query
from minilens.reference import scenes
from minilens.reports.kinds import breakdown
from minilens.reports.kinds.breakdown import BreakdownRequest
from minilens.reports.kinds.days import read_days
from minilens.reports.report import Report
from minilens.reports.request import AppContext, Pairs, list_rows

KNOWN = tuple(map(str, scenes.SCENES))


@dataclass(frozen=True, kw_only=True)
class UnknownScenesRequest(BreakdownRequest):
    """A list of scenes that have no name."""

    def days_query(self, app: int) -> Query:
        """Without those that have one, and without visits of which no scene is known at all."""
        found, scene = super().days_query(app), self.context.catalog.dimension("scene")
        unnamed = ((Condition(scene, "is_not", KNOWN),), (Condition(scene, "is_known"),))
        return replace(found, filters=(*found.filters, *unnamed))


def read(every: Pairs, report: Report, context: AppContext) -> UnknownScenesRequest:
    """A list may be of any number of days."""
    young = context.first_day == context.today
    rows = list_rows(dict(every), report)
    return read_days(UnknownScenesRequest, every, report, context, young=young, **rows)


KIND = replace(breakdown.KIND, name="unknown scenes", read=read, part=True)
