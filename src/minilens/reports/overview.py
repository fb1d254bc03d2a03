"""The Overview tab."""

from __future__ import annotations

from minilens.reports.kinds import breakdown, trend, yesterday
from minilens.reports.report import Report
from minilens.text import Text

YESTERDAY = Report(
    name="overview.yesterday",
    title=Text("昨日概况", "Yesterday"),
    kind=yesterday.KIND,
    measures=("launches", "visits", "visitors", "new_users", "shares", "sharers"),
    first="visitors",
    period="yesterday",
)

TREND = Report(
    name="overview.trend",
    title=Text("趋势", "Trend"),
    kind=trend.KIND,
    measures=(
        "total_users",
        "launches",
        "visits",
        "visitors",
        "new_users",
        "shares",
        "sharers",
        "duration_per_visitor",
        "duration_per_launch",
        "visit_depth",
    ),
    first="total_users",
    instead="visitors",
)

PAGES = Report(
    name="overview.pages",
    title=Text("受访页", "Top pages"),
    kind=breakdown.KIND,
    measures=("visits", "visitors", "visit_share"),
    first="visits",
    by="page",
)

ENTRIES = Report(
    name="overview.entries",
    title=Text("入口页", "Top entry pages"),
    kind=breakdown.KIND,
    measures=("entries", "bounce_rate", "entry_share"),
    first="entries",
    by="page",
)
