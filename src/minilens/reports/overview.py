"""The Overview tab."""

from __future__ import annotations

from minilens.reports.report import Report

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
)
