"""What a question may be filtered or broken down by: each field once, and where its values are found.

A field that `days` keeps bitmaps for answers from a few rows a day; any other is read from the events
and sessions themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from minilens.measure import profiles, value_names
from minilens.measure.table import Column
from minilens.measure.value_names import Part, ValueNames
from minilens.reference import origins, scenes
from minilens.reference.origins import Origin
from minilens.text import Language, Text

#: Operator → how much of a name it asks for; all others mean the whole.
PARTS: dict[str, Part] = {"contains": "any", "contains_not": "any", "starts_with": "start"}
#: Of values that are shown as they are stored.
NO_NAMES = ValueNames()


@dataclass(frozen=True)
class Dimension:
    """One field. `kind`: text (any), code (a number WeChat gives), choice (one of two), group (one of `choices`,
    which many values of `made_of` belong to). `piece`: it is that line of `made_of`, which is made of several.
    `of_person`: it is the person's, not the visit's. `of_touch`: it is what brought a person the first time.

    `events` is SQL over events, `sessions` over sessions and visits (a session has no page but where it is
    entered and left). `rolled_up`: `days` has rows of this dimension; `alone`: but none with every page as well.
    `names`: what its values are called, where they are no `choices`. `of_order`: it is the page before or after a
    visit, which only the order of a session's pages tells; `of_events`: only events have it. `of_launches`: launches
    have it, known when the day is made, and single visits have not.
    """

    name: str
    title: Text
    kind: Literal["text", "code", "choice", "group"]
    events: str
    sessions: str
    rolled_up: bool = False
    alone: bool = False
    of_launches: bool = False
    choices: dict[str, Text] = field(default_factory=dict, hash=False)
    names: ValueNames = NO_NAMES
    made_of: str = ""
    piece: int = 0
    of_person: bool = False
    of_touch: bool = False
    groups: dict[str, str] = field(default_factory=dict, hash=False)
    otherwise: str = ""
    of_order: Literal["", "before", "after"] = ""
    of_events: bool = False

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

    def of_days(self, value: str) -> str:
        """SQL of its value from that of its row in `days`."""
        if self.groups:
            return self.grouped(value)
        return origins.piece(value, self.piece) if self.piece else value

    @property
    def paired(self) -> bool:
        """Whether `days` has rows of it with every page as well: too many of cities and of what is made of pieces."""
        return self.rolled_up and not self.piece and not self.alone

    @property
    def parameters(self) -> dict[str, object]:
        """What that SQL names."""
        if self.of_person:
            return {profiles.UNTIL: profiles.EVER}
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


def _of_piece(name: str, title: Text, whole: Origin, names: ValueNames = NO_NAMES) -> Dimension:
    """A line of what a visit was made with."""
    at = next(n for n, one in enumerate(whole.pieces, 1) if one.name == name)
    return Dimension(
        name, title, "text", whole.pieces[at - 1].events, origins.piece(whole.name, at), rolled_up=True,
        names=names, made_of=whole.name, piece=at,
    )  # fmt: skip


def _of_person(name: str, title: Text, sql: tuple[str, str], choices: dict[str, Text]) -> Dimension:
    """What the owner said of a person, who keeps it on all visits."""
    return Dimension(name, title, "group", *sql, choices=choices, of_person=True)


_SOURCES = {str(key): one.title for key, one in scenes.CLASSIC_SOURCES.items()}
_GROUPS = {one.group.zh: one.group for one in scenes.SCENES.values()}

DIMENSIONS: dict[str, Dimension] = {
    f.name: f
    for f in (
        Dimension("page", Text("页面路径", "Page"), "text", "page", "page", rolled_up=True),
        Dimension("scene", Text("场景值", "Scene"), "code", "scene", "scene", rolled_up=True, names=value_names.SCENES),
        _of_scenes("scene_source", Text("来源", "Source"), _SOURCES, lambda one: str(one.source.key)),
        _of_scenes("scene_group", Text("来源大类", "Source group"), _GROUPS, lambda one: one.group.zh),
        Dimension(
            "province", Text("省份", "Province"), "text", "province", "province", rolled_up=True,
            names=value_names.PROVINCES,
        ),
        Dimension("city", Text("城市", "City"), "text", "city", "city", rolled_up=True, alone=True),
        Dimension("app_version", Text("小程序版本", "Version"), "text", "app_version", "app_version", rolled_up=True),
        Dimension(
            "newness", Text("新老用户", "New or returning"), "choice", "is_new", "is_new", rolled_up=True,
            choices={"new": Text("新用户", "New"), "returning": Text("老用户", "Returning")},
        ),
        _of_piece("os", Text("系统", "System"), origins.PHONE),
        _of_piece("os_version", Text("系统版本", "System version"), origins.PHONE),
        _of_piece("brand", Text("品牌", "Brand"), origins.PHONE, value_names.BRANDS),
        _of_piece("model", Text("机型", "Model"), origins.PHONE, value_names.MODELS),
        _of_piece("screen", Text("屏幕尺寸", "Screen size"), origins.PHONE, value_names.SCREENS),
        _of_piece("network", Text("网络", "Network"), origins.CLIENT, value_names.NETWORKS),
        _of_piece("language", Text("语言", "Language"), origins.CLIENT, value_names.LANGUAGES),
        _of_piece("wx_version", Text("微信版本", "WeChat version"), origins.CLIENT),
        _of_person("gender", Text("性别", "Gender"), profiles.GENDER, profiles.GENDERS),
        _of_person("age", Text("年龄", "Age"), profiles.AGE, profiles.AGES),
        Dimension("source", Text("声明来源", "Declared source"), "text", "source", "source"),
        Dimension("campaign", Text("推广活动", "Campaign"), "text", "campaign", "campaign"),
        Dimension("link", Text("推广链接", "Campaign link"), "text", "link", "link"),
    )
}  # fmt: skip

#: The code that was scanned to open a launch; nothing of other launches.
CODE = Dimension("code", Text("二维码", "Code"), "text", "''", "code", of_launches=True)
#: By what a person came the first time: dimension of visits → the same of the first touch.
FIRST_TOUCHES = {
    name: replace(DIMENSIONS[name], name=f"first_{name}", rolled_up=False, of_touch=True)
    for name in ("scene_source", "scene_group", "scene")
}
