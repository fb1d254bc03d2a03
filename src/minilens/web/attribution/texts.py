"""What the builder of attribution calls the choices of its form."""

from __future__ import annotations

from minilens.measure.attribution.touch import FIELDS
from minilens.measure.dimensions import DIMENSIONS
from minilens.text import Text

COUNTS = {
    "events": Text("转化次数", "Conversions"),
    "persons": Text("转化人数", "Persons"),
    "value": Text("转化金额", "Value"),
}
TOUCHES = {
    "all": Text("全部打开", "Every launch"),
    "sourced": Text("不含直接访问", "Without direct ones"),
}
SHOWS = {
    "models": Text("各模型对照", "Models side by side"),
    "ways": Text("触点路径", "Ways of touches"),
    "overlap": Text("触点重叠", "Overlap of groups"),
}
GRAINS = {
    "whole": Text("整个时间段", "Whole period"),
    "day": Text("日", "Day"),
    "week": Text("周", "Week"),
    "month": Text("月", "Month"),
}
#: What touches are told apart by, as people look for it: links first, then tags, then the way in, then the rest.
_FIRST = (
    "campaign",
    "placement",
    "material",
    "link",
    "source",
    "scene_source",
    "scene_group",
    "scene",
)
BY = {name: DIMENSIONS[name].title for name in _FIRST} | {
    name: one.title for name, one in FIELDS.items()
}
BY |= {name: DIMENSIONS[name].title for name in ("province", "city", "brand", "os", "app_version")}
