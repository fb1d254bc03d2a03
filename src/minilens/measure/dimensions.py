"""What a question may be filtered or broken down by: each field once, and where its values are found.

A field that `days` keeps bitmaps for answers from a few rows a day; any other is read from the events
and sessions themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from minilens.measure.table import Column
from minilens.reference import places, scenes
from minilens.text import Language, Text

#: Operator → how much of a name it asks for; all others mean the whole.
PARTS: dict[str, Literal["start", "any"]] = {
    "contains": "any", "contains_not": "any", "starts_with": "start",
}  # fmt: skip


@dataclass(frozen=True)
class Dimension:
    """One field. `kind`: text (any), code (a number WeChat gives), choice (one of `choices`).

    `events` is SQL over events, `sessions` over sessions and visits (a session has no page but where it is
    entered and left). `rolled_up`: `days` has rows of this dimension.
    """

    name: str
    title: Text
    kind: Literal["text", "code", "choice"]
    events: str
    sessions: str
    rolled_up: bool = False
    choices: dict[str, Text] = field(default_factory=dict, hash=False)

    def column(self) -> Column:
        """The column that its values make in a table."""
        return Column(self.name, self.title, "text", shown=self.shown)

    def shown(self, value: str, language: Language) -> str:
        """A value as people read it: a choice or province by its name, a scene with its name behind the code."""
        if self.name == "scene" and value.lstrip("-").isdigit():
            known = scenes.SCENES.get(int(value))
            return f"{value} {known.title.of(language)}" if known else value
        if self.name == "province" and language == "en":
            return places.PROVINCES.get(value, value)
        choice = self.choices.get(value)
        return choice.of(language) if choice else value

    def stored(self, operator: str, value: str) -> tuple[str, ...]:
        """What the store has for a value as people write it: Guangdong is 广东.

        A part of a name stays beside the provinces that it means: places abroad are stored in Latin letters.
        """
        if self.name != "province":
            return (value,)
        part = PARTS.get(operator)
        if part:
            return value, *places.stored_provinces(value, part=part)
        return places.stored_provinces(value) or (value,)

    def value(self, place: Literal["events", "sessions"]) -> str:
        """SQL of its value as the text that `days` has for it."""
        column = self.events if place == "events" else self.sessions
        if self.choices:
            yes, no = self.choices
            return f"if({column}, '{yes}', '{no}')"
        return f"toString({column})" if self.kind == "code" else column


DIMENSIONS: dict[str, Dimension] = {
    f.name: f
    for f in (
        Dimension("page", Text("页面路径", "Page"), "text", "page", "page", rolled_up=True),
        Dimension("scene", Text("场景值", "Scene"), "code", "scene", "scene", rolled_up=True),
        Dimension("province", Text("省份", "Province"), "text", "province", "province", rolled_up=True),
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
