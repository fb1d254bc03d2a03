"""The Traffic tab."""

from __future__ import annotations

from minilens.reports import overview
from minilens.reports.kinds import breakdown, retention, trend
from minilens.reports.report import Report
from minilens.text import Text

TREND = Report(
    name="traffic.trend",
    title=Text("访问趋势", "Trend"),
    kind=trend.KIND,
    measures=overview.TREND.measures,
    first="visitors",
)

PAGES = Report(
    name="traffic.pages",
    title=Text("页面", "Pages"),
    kind=breakdown.KIND,
    measures=(
        "visits",
        "visitors",
        "entries",
        "exits",
        "exit_rate",
        "bounce_rate",
        "shares",
        "sharers",
    ),
    first="visits",
    by="page",
)

RETENTION = Report(
    name="traffic.retention",
    title=Text("留存", "Retention"),
    kind=retention.KIND,
    measures=("cohort_users", "retained_users", "retention_rate"),
    first="retention_rate",
)
