"""The Campaigns tab: what came by campaign links, under each of their names."""

from __future__ import annotations

from minilens.reports.kinds import campaigns
from minilens.reports.report import Report
from minilens.text import Text

GROUPINGS = ("campaign", "placement", "material", "link")

TREND = Report(
    name="campaigns.trend",
    title=Text("推广趋势", "Campaigns over time"),
    kind=campaigns.TREND,
    measures=("launches", "visits", "visitors", "new_users"),
    first="launches",
    by="campaign",
    groupings=GROUPINGS,
    top=5,
)

LIST = Report(
    name="campaigns.list",
    title=Text("推广效果", "Results of campaigns"),
    kind=campaigns.LIST,
    measures=("launches", "visitors", "new_users", "visits", "visit_depth", "duration_per_launch"),
    first="launches",
    by="campaign",
    groupings=GROUPINGS,
    top=20,
)

#: In the order of the tab.
ALL = (TREND, LIST)
