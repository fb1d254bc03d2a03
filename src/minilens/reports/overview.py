"""The Overview tab."""

from __future__ import annotations

from minilens.reports.kinds import breakdown, trend, yesterday
from minilens.reports.report import Report

YESTERDAY = Report(
    name="overview.yesterday",
    zh="昨日概况",
    en="Yesterday",
    kind=yesterday.KIND,
    measures=("launches", "visits", "visitors", "new_users", "shares", "sharers"),
    first="visitors",
    period="yesterday",
)

TREND = Report(
    name="overview.trend",
    zh="趋势",
    en="Trend",
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
    zh="受访页",
    en="Top pages",
    kind=breakdown.KIND,
    measures=("visits", "visitors", "visit_share"),
    first="visits",
    by="page",
)

ENTRIES = Report(
    name="overview.entries",
    zh="入口页",
    en="Top entry pages",
    kind=breakdown.KIND,
    measures=("entries", "bounce_rate", "entry_share"),
    first="entries",
    by="page",
)
