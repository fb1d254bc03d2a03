"""The Traffic tab."""

from __future__ import annotations

from minilens.reports.kinds import retention
from minilens.reports.report import Report
from minilens.text import Text

RETENTION = Report(
    name="traffic.retention",
    title=Text("留存", "Retention"),
    kind=retention.KIND,
    measures=("cohort_users", "retained_users", "retention_rate"),
    first="retention_rate",
)
