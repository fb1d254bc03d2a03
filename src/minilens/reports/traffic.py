"""The Traffic tab."""

from __future__ import annotations

from minilens.reports.kinds import retention
from minilens.reports.report import Report

RETENTION = Report(
    name="traffic.retention",
    zh="留存",
    en="Retention",
    kind=retention.KIND,
    measures=("cohort_users", "retained_users", "retention_rate"),
    first="retention_rate",
)
