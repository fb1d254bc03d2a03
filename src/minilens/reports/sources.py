"""The Sources tab."""

from __future__ import annotations

from minilens.reports.kinds import breakdown
from minilens.reports.report import Report
from minilens.text import Text

SCENES = Report(
    name="sources.scenes",
    title=Text("场景", "Scenes"),
    kind=breakdown.KIND,
    measures=("launches", "visits", "visitors", "visit_share"),
    first="launches",
    by="scene",
)
