"""Questions about campaigns as the plain questions about days that the cast has figures for."""

from __future__ import annotations

from dataclasses import replace

from minilens.measure.campaigns.query import CampaignQuery, CourseQuery
from minilens.measure.dimensions import Dimension
from minilens.measure.measures import MEASURES
from minilens.measure.query import Query
from minilens.measure.run import AnyQuery
from minilens.period import Range


def plain(query: AnyQuery) -> AnyQuery:
    """The same of days; all other questions as they are."""
    if isinstance(query, CampaignQuery):
        return replace(query.visits, measures=query.measures)
    if not isinstance(query, CourseQuery):
        return query
    rows = query.rows
    measures = tuple(MEASURES[one.name] for one in rows.measures)
    if query.begins:
        day = Range(rows.range.end, rows.range.end)
        return replace(
            query.begins, measures=measures, dimensions=("hour",), range=day, timezone=rows.timezone
        )
    assert rows.grain in ("day", "week", "month")
    values = (one for one in rows.groups if isinstance(one, Dimension))
    return Query(
        rows.app, measures, rows.range, dimensions=(rows.grain, *values), sort=MEASURES[rows.leading], top=rows.top
    )  # fmt: skip
