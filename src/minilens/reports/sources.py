"""The Sources tab."""

from __future__ import annotations

from minilens.reports.kinds import breakdown
from minilens.reports.report import Report
from minilens.text import Text

LIST = Report(
    name="sources.list",
    title=Text("来源", "Sources"),
    kind=breakdown.GROUPED,
    measures=("launches", "visits", "visitors", "new_users"),
    first="launches",
    by="scene_source",
    groupings=("scene_source", "scene_group", "scene"),
)

SCENES = Report(
    name="sources.scenes",
    title=Text("场景", "Scenes"),
    kind=breakdown.KIND,
    measures=("launches", "visits", "visitors", "visit_share"),
    first="launches",
    by="scene",
)
