"""The Overview tab."""

from __future__ import annotations

from minilens.reports.report import Report

YESTERDAY = Report(
    name="overview.yesterday",
    zh="昨日概况",
    en="Yesterday",
    measures=("launches", "visits", "visitors", "new_users", "shares", "sharers"),
    first="visitors",
    chart="tiles",
    period="yesterday",
)

TREND = Report(
    name="overview.trend",
    zh="趋势",
    en="Trend",
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
    ),
    first="total_users",
    instead="visitors",
)

PAGES = Report(
    name="overview.pages",
    zh="受访页",
    en="Top pages",
    measures=("visits", "visitors", "visit_share"),
    first="visits",
    chart="list",
    by="page",
)

ENTRIES = Report(
    name="overview.entries",
    zh="入口页",
    en="Top entry pages",
    measures=("entries", "bounce_rate", "entry_share"),
    first="entries",
    chart="list",
    by="page",
)
