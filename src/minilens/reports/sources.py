"""The Sources tab."""

from __future__ import annotations

from minilens.reports.kinds import breakdown
from minilens.reports.report import Report

SCENES = Report(
    name="sources.scenes",
    zh="场景",
    en="Scenes",
    kind=breakdown.KIND,
    measures=("launches", "visits", "visitors", "visit_share"),
    first="launches",
    by="scene",
)
