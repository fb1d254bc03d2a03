"""Lists and trends of campaign links: only of what came by one. Most launches come by none."""

from __future__ import annotations

from dataclasses import dataclass, replace

from minilens.measure.filters import Condition
from minilens.measure.query import Query
from minilens.reports.kinds import breakdown, series
from minilens.reports.kinds.breakdown import BreakdownRequest
from minilens.reports.kinds.series import SeriesRequest


def known(query: Query, request: BreakdownRequest | SeriesRequest) -> Query:
    """Only rows of which what they are told apart by is known."""
    of = request.context.catalog.dimension(request.by, "by")
    return replace(query, filters=(*query.filters, (Condition(of, "is_known"),)))


@dataclass(frozen=True, kw_only=True)
class ListRequest(BreakdownRequest):
    """Campaigns, placements, materials or links with the most of a measure."""

    def days_query(self, app: int) -> Query:
        """Some rows of the list."""
        return known(super().days_query(app), self)


@dataclass(frozen=True, kw_only=True)
class TrendRequest(SeriesRequest):
    """The same over time."""

    def days_query(self, app: int) -> Query:
        """Each period of the values."""
        return known(super().days_query(app), self)


LIST = replace(
    breakdown.GROUPED, name="campaign list", read=breakdown.reading(ListRequest), part=True
)
TREND = replace(series.KIND, name="campaign series", read=series.reading(TrendRequest), part=True)
