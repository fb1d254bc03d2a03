"""The Sources tab."""

from __future__ import annotations

from minilens.reports.kinds import breakdown, series
from minilens.reports.report import Report
from minilens.text import Text

TREND = Report(
    name="sources.trend",
    title=Text("来源趋势", "Sources over time"),
    kind=series.KIND,
    measures=("visits", "visitors", "launches", "new_users"),
    first="visits",
    by="scene_source",
    groupings=("scene_source", "scene_group", "scene"),
    top=5,
)

LIST = Report(
    name="sources.list",
    title=Text("来源", "Sources"),
    kind=breakdown.GROUPED,
    measures=("launches", "launch_share", "visits", "visitors", "new_users"),
    first="launches",
    by="scene_source",
    groupings=("scene_source", "scene_group", "scene"),
    top=12,
)

SCENES = Report(
    name="sources.scenes",
    title=Text("场景", "Scenes"),
    kind=breakdown.KIND,
    measures=("launches", "visits", "visitors", "visit_share"),
    first="launches",
    by="scene",
)

FIRST = Report(
    name="sources.first",
    title=Text("新用户首次来源", "First source of new users"),
    kind=breakdown.FIRST_TOUCH,
    measures=("new_users", "new_user_share"),
    first="new_users",
    by="scene_source",
    groupings=("scene_source", "scene_group", "scene"),
)
