"""Whether days of a question were grouped by another table of scenes than today's, and what is said of that."""

from __future__ import annotations

from minilens.measure.campaigns.query import CampaignQuery, CourseQuery
from minilens.measure.dimensions import Dimension
from minilens.measure.distribution.query import DistributionQuery
from minilens.measure.events.query import EventsQuery
from minilens.measure.filters import dimensions_of
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.query import Query
from minilens.measure.retention.query import RetentionQuery
from minilens.text import Text

DATED = Text(
    "场景表变更之前的日期保留当时的来源归类。",
    "Days before the scene table changed keep the sources they had then.",
)
NEWEST = Text("所有日期均按最新的场景表归类。", "All days by the newest scene table.")
#: What is said → the table by which the same can be asked as well.
OTHER = {DATED: "newest", NEWEST: "dated"}
#: What has filters by which days may be grouped.
Grouped = Query | RetentionQuery | DistributionQuery | EventsQuery


def note(query: object) -> Text | None:
    """What is said of the answer; None where the table is the same on all its days."""
    if isinstance(query, FunnelQuery | CourseQuery):
        return note(query.rows)
    if isinstance(query, CampaignQuery):
        return note(query.visits)
    if not isinstance(query, Grouped):
        return None
    first = query.range.start
    beside = getattr(query, "compare", None)
    first = min(first, beside.start) if beside else first
    asked = _dimensions(query)
    changed = {one for one in asked if one.regrouped and first < one.regrouped}
    if not changed:
        return None
    return DATED if any(one.before for one in changed) else NEWEST


def _dimensions(query: Grouped) -> set[Dimension]:
    """What it looks at."""
    if isinstance(query, EventsQuery):
        return {one for one in query.operands() if isinstance(one, Dimension)}
    held = set(query.values) if isinstance(query, Query) else set()
    return dimensions_of(query.filters) | held
