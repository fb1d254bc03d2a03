"""The Campaigns tab, and the page of one campaign: what came by campaign links, and what it came to."""

from __future__ import annotations

from minilens.reports.kinds import campaigns
from minilens.reports.report import Report
from minilens.text import Text

GROUPINGS = campaigns.OF_LINKS
MEASURES = (
    "launches", "scans", "visitors", "new_users", "visits", "visit_depth", "launch_bounce_rate", "conversions",
    "converters", "conversion_rate", "revenue", "refunds", "net_revenue",
)  # fmt: skip
_TREND = ("launches", "scans", "visits", "visitors", "new_users")
_COURSE = ("conversions", "converters", "revenue", "refunds", "net_revenue")

TREND = Report(
    name="campaigns.trend",
    title=Text("推广趋势", "Campaigns over time"),
    kind=campaigns.TREND,
    measures=_TREND,
    first="launches",
    by="campaign",
    groupings=GROUPINGS,
    top=5,
)

LIST = Report(
    name="campaigns.list",
    title=Text("推广效果", "Results of campaigns"),
    kind=campaigns.LIST,
    measures=MEASURES,
    first="launches",
    by="campaign",
    groupings=GROUPINGS,
    top=20,
)

CONVERSIONS = Report(
    name="campaigns.conversions",
    title=Text("推广转化趋势", "Conversions over time"),
    kind=campaigns.CONVERSIONS,
    measures=_COURSE,
    first="conversions",
    by="campaign",
    groupings=GROUPINGS,
    top=5,
)

#: In the order of the tab.
ALL = (TREND, LIST, CONVERSIONS)

OF_ONE = (
    Report(
        name="campaign.trend",
        title=Text("活动走势", "Course of the campaign"),
        kind=campaigns.TREND_OF_ONE,
        measures=_TREND,
        first="launches",
        by="placement",
        groupings=GROUPINGS[1:],
        top=5,
    ),
    Report(
        name="campaign.list",
        title=Text("推广位、物料与链接", "Placements, materials and links"),
        kind=campaigns.LIST_OF_ONE,
        measures=MEASURES,
        first="launches",
        by="placement",
        groupings=GROUPINGS[1:],
        top=20,
    ),
    Report(
        name="campaign.hours",
        title=Text("上线后的头 48 小时", "The first 48 hours"),
        kind=campaigns.HOURS,
        measures=("visits", "visitors", *_COURSE),
        first="visits",
        told_by=Text(
            "从首次有访问的那一小时算起，不随所选时间段变化。",
            "From the hour of the first visit ever, whatever period is chosen.",
        ),
    ),
    Report(
        name="campaign.conversions",
        title=Text("活动转化走势", "Conversions of the campaign"),
        kind=campaigns.CONVERSIONS_OF_ONE,
        measures=_COURSE,
        first="conversions",
        by="placement",
        groupings=GROUPINGS[1:],
        top=5,
    ),
    Report(
        name="campaign.places",
        title=Text("扫码与访问所在地", "Where people were"),
        kind=campaigns.LIST_OF_ONE,
        measures=("launches", "scans", "visitors", "new_users", "conversions", "net_revenue"),
        first="launches",
        by="province",
        groupings=("province", "city"),
    ),
)
