"""What a question may be filtered or broken down by: each field once, and where its values are found.

A field that `days` keeps bitmaps for answers from a few rows a day; any other is read from the events
and sessions themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from minilens.measure.table import Column
from minilens.measure.value_names import Part, ValueNames
from minilens.reference import places, scenes
from minilens.text import Language, Text

#: Operator → how much of a name it asks for; all others mean the whole.
PARTS: dict[str, Part] = {"contains": "any", "contains_not": "any", "starts_with": "start"}
#: Of values that are shown as they are stored.
NO_NAMES = ValueNames()


@dataclass(frozen=True)
class Dimension:
    """One field. `kind`: text (any), code (a number WeChat gives), choice (one of two), group (one of `choices`,
    which many values of `made_of` belong to).

    `events` is SQL over events, `sessions` over sessions and visits (a session has no page but where it is
    entered and left). `rolled_up`: `days` has rows of this dimension. `names`: what its values are called, where they
    are no `choices`.
    """

    name: str
    title: Text
    kind: Literal["text", "code", "choice", "group"]
    events: str
    sessions: str
    rolled_up: bool = False
    choices: dict[str, Text] = field(default_factory=dict, hash=False)
    names: ValueNames = NO_NAMES
    made_of: str = ""
    groups: dict[str, str] = field(default_factory=dict, hash=False)
    otherwise: str = ""

    def column(self) -> Column:
        """The column that its values make in a table."""
        return Column(self.name, self.title, "text", shown=self.shown)

    def shown(self, value: str, language: Language) -> str:
        """A value as people read it."""
        return self._names.shown(value, language)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The values that say that nothing is known."""
        return ("", "0") if self.kind == "code" else ("",)

    def named_like(self, text: str) -> tuple[str, ...]:
        """The values whose names, in either language, hold a text; those without a name are not told."""
        return self._names.like(text)

    def stored(self, operator: str, value: str) -> tuple[str, ...]:
        """What the store has for a value as people write it: Guangdong is 广东."""
        return self.names.stored(value, PARTS.get(operator, "whole"))

    @property
    def _names(self) -> ValueNames:
        return ValueNames(self.choices) if self.choices else self.names

    def value(self, place: Literal["events", "sessions"]) -> str:
        """SQL of its value as the text that `days` has for it."""
        column = self.events if place == "events" else self.sessions
        if self.groups:
            return self.grouped(f"toString({column})")
        if self.kind == "choice":
            yes, no = self.choices
            return f"if({column}, '{yes}', '{no}')"
        return f"toString({column})" if self.kind == "code" else column

    def grouped(self, value: str) -> str:
        """SQL of the group that a value of `made_of` belongs to; nothing where that is not known."""
        named = f"{{{self.name}_values:Array(String)}}, {{{self.name}_groups:Array(String)}}"
        return f"transform({value}, {named}, '{self.otherwise}')"

    @property
    def parameters(self) -> dict[str, object]:
        """What that SQL names."""
        if not self.groups:
            return {}
        return {
            f"{self.name}_values": list(self.groups),
            f"{self.name}_groups": list(self.groups.values()),
        }


def _of_scenes(
    name: str, title: Text, choices: dict[str, Text], group: Callable[[scenes.Scene], str]
) -> Dimension:
    """Groups of scenes; a launch of which no scene is known (0) belongs to none, a scene in no list to the others."""
    groups = {"0": ""} | {str(code): group(one) for code, one in scenes.SCENES.items()}
    return Dimension(
        name, title, "group", "scene", "scene", rolled_up=True, choices=choices, made_of="scene", groups=groups,
        otherwise=group(scenes.scene(-1)),
    )  # fmt: skip


_SCENES = ValueNames(
    {str(code): one.title for code, one in scenes.SCENES.items()}, beside_code=True
)
_PROVINCES = ValueNames({zh: Text(zh, en) for zh, en in places.PROVINCES.items()})
_SOURCES = {str(key): one.title for key, one in scenes.CLASSIC_SOURCES.items()}
_GROUPS = {one.group.zh: one.group for one in scenes.SCENES.values()}

DIMENSIONS: dict[str, Dimension] = {
    f.name: f
    for f in (
        Dimension("page", Text("页面路径", "Page"), "text", "page", "page", rolled_up=True),
        Dimension("scene", Text("场景值", "Scene"), "code", "scene", "scene", rolled_up=True, names=_SCENES),
        _of_scenes("scene_source", Text("来源", "Source"), _SOURCES, lambda one: str(one.source.key)),
        _of_scenes("scene_group", Text("来源大类", "Source group"), _GROUPS, lambda one: one.group.zh),
        Dimension(
            "province", Text("省份", "Province"), "text", "province", "province", rolled_up=True, names=_PROVINCES,
        ),
        Dimension("city", Text("城市", "City"), "text", "city", "city"),
        Dimension("app_version", Text("小程序版本", "Version"), "text", "app_version", "app_version", rolled_up=True),
        Dimension(
            "newness", Text("新老用户", "New or returning"), "choice", "is_new", "is_new", rolled_up=True,
            choices={"new": Text("新用户", "New"), "returning": Text("老用户", "Returning")},
        ),
        Dimension("source", Text("声明来源", "Declared source"), "text", "source", "source"),
        Dimension("campaign", Text("推广活动", "Campaign"), "text", "campaign", "campaign"),
        Dimension("link", Text("推广链接", "Campaign link"), "text", "link", "link"),
    )
}  # fmt: skip
