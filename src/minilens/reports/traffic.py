"""The Traffic tab."""

from __future__ import annotations

from minilens.reports import overview
from minilens.reports.kinds import breakdown, distribution, retention, trend
from minilens.reports.report import Report
from minilens.text import Text

TREND = Report(
    name="traffic.trend",
    title=Text("访问趋势", "Trend"),
    kind=trend.KIND,
    measures=overview.TREND.measures,
    first="visitors",
)

SOURCES = Report(
    name="traffic.sources",
    title=Text("来源分布", "Sources"),
    kind=breakdown.RING,
    measures=("launches", "launch_share", "visitors", "visitor_share"),
    first="launches",
    by="scene_source",
    groupings=("scene_source", "scene_group"),
    top=7,
)

DURATIONS = Report(
    name="traffic.durations",
    title=Text("停留时长分布", "Time per launch"),
    kind=distribution.KIND,
    measures=("launches", "launch_share", "launch_users", "launch_user_share"),
    first="launch_share",
    by="launch_duration",
)

DEPTHS = Report(
    name="traffic.depths",
    title=Text("访问深度分布", "Pages per launch"),
    kind=distribution.KIND,
    measures=DURATIONS.measures,
    first="launch_share",
    by="launch_depth",
)

SCANS = Report(
    name="traffic.scans",
    title=Text("扫码", "Scans"),
    kind=breakdown.SCANS,
    measures=("scans", "scan_users", "scan_new_users", "scan_continued"),
    first="scans",
    by="code",
)

PAGES = Report(
    name="traffic.pages",
    title=Text("页面", "Pages"),
    kind=breakdown.KIND,
    measures=(
        "visits",
        "visitors",
        "page_time_per_visit",
        "page_time_per_visitor",
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

LOAD_TIMES = Report(
    name="traffic.load_times",
    title=Text("页面加载", "Page loading"),
    kind=breakdown.PART,
    measures=("timed_loads", "load_time"),
    first="timed_loads",
    by="page",
)

RETENTION = Report(
    name="traffic.retention",
    title=Text("留存", "Retention"),
    kind=retention.KIND,
    measures=("cohort_users", "retained_users", "retention_rate"),
    first="retention_rate",
)
