"""What a question may be filtered or broken down by: each field once, and where its values are found.

A field that `days` keeps bitmaps for answers from a few rows a day; any other is read from the events
and sessions themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from minilens.measure import profiles, value_names
from minilens.measure.table import Column
from minilens.measure.value_names import Part, ValueNames
from minilens.reference import origins, scenes
from minilens.reference.origins import Origin
from minilens.text import Language, Text

#: Operator → which part of a name it asks for; all others mean the whole.
PARTS: dict[str, Part] = {"contains": "any", "contains_not": "any", "starts_with": "start"}
#: Of values that are shown as they are stored.
NO_NAMES = ValueNames()


@dataclass(frozen=True)
class Dimension:
    """One field. `kind`: text (any), code (a number WeChat gives), choice (one of two), group (one of `choices`,
    which many values of `made_of` belong to), cohort (no values of rows: whether the person is in sets, which
    `members` says once the app was asked: number and version of each). `piece`: it is that line of `made_of`, which
    is made of several. `of_person`: it is the person's, not the visit's. `of_touch`: it is what brought a person the
    first time.

    `events` is SQL over events, `sessions` over sessions and visits (a session has no page but where it is
    entered and left). `rolled_up`: `days` has rows of this dimension; `alone`: but none with every page as well;
    `many`: they are in `day_values`. `names`: what its values are called, where they are no `choices`. `of_order`: it
    is the page before or after a visit, which only the order of a session's pages tells; `of_events`: only events have
    it, and `day_values` by page. `of_launches`: launches have it, known when the day is made, and visits have not.
    `named_in_sql`: values that its SQL names.
    `told`: the same by what the owner said of a person alone; where nothing is said of anybody, `plain` is the same.
    `before`: what values were grouped by on the days before one, the oldest first; `regrouped`: the last such day,
    also where all days are grouped as the newest.
    """

    name: str
    title: Text
    kind: Literal["text", "code", "choice", "group", "cohort"]
    events: str
    sessions: str
    rolled_up: bool = False
    alone: bool = False
    many: bool = False
    of_launches: bool = False
    choices: dict[str, Text] = field(default_factory=dict, hash=False)
    names: ValueNames = NO_NAMES
    made_of: str = ""
    piece: int = 0
    of_person: bool = False
    of_touch: bool = False
    groups: dict[str, str] = field(default_factory=dict, hash=False)
    otherwise: str = ""
    before: tuple[tuple[date, dict[str, str]], ...] = field(default=(), hash=False)
    regrouped: date | None = None
    of_order: Literal["", "before", "after"] = ""
    of_events: bool = False
    told: Dimension | None = None
    plain: str = ""
    named_in_sql: dict[str, object] = field(default_factory=dict, hash=False)
    members: tuple[tuple[int, int], ...] = ()

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

    def stored(self, value: str) -> tuple[str, ...]:
        """What the store has for a whole value as people write it: Guangdong is 广东."""
        return self.names.stored(value)

    def named(self, operator: str, values: Sequence[str]) -> tuple[str, ...]:
        """The values that parts of names mean, beside those that hold the parts themselves: Guang is 广东 and 广西."""
        part = PARTS.get(operator)
        found = (one for text in values for one in self._names.named(text, part)) if part else ()
        return tuple(dict.fromkeys(found))

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
        """SQL of the group that a value of `made_of` belongs to on its day; nothing where that is not known."""
        eras = [self._transformed(value, f"_{n}") for n in range(len(self.before))]
        newest = self._transformed(value, "")
        if not eras:
            return newest
        cases = (f"day < {{{self.name}_until_{n}:Date}}, {era}" for n, era in enumerate(eras))
        return f"multiIf({', '.join(cases)}, {newest})"

    def _transformed(self, value: str, era: str) -> str:
        named = (
            f"{{{self.name}_values{era}:Array(String)}}, {{{self.name}_groups{era}:Array(String)}}"
        )
        return f"transform({value}, {named}, '{self.otherwise}')"

    def of_days(self, value: str) -> str:
        """SQL of its value from that of its row in `days`."""
        if self.groups:
            return self.grouped(value)
        return origins.piece(value, self.piece) if self.piece else value

    @property
    def kept_as(self) -> str:
        """The dimension of `days` that has a row for each of its values; its own name where there is none."""
        return self.name if self.piece or self.groups else self.made_of or self.name

    @property
    def paired(self) -> bool:
        """Whether `days` has rows of it with every page as well: too many of cities and of what is made of pieces."""
        return self.rolled_up and not self.piece and not self.alone

    @property
    def read_from(self) -> str:
        """The dimension of `days` whose rows tell it."""
        if self.of_touch and self.made_of:
            return f"first_{self.made_of}"
        return self.made_of or self.name

    @property
    def parameters(self) -> dict[str, object]:
        """What that SQL names."""
        if self.of_person or self.told:
            return {profiles.UNTIL: profiles.EVER, **self.named_in_sql}
        if not self.groups:
            return {}
        found: dict[str, object] = {}
        for era, groups in (
            ("", self.groups),
            *((f"_{n}", of) for n, (_, of) in enumerate(self.before)),
        ):
            found |= {
                f"{self.name}_values{era}": list(groups),
                f"{self.name}_groups{era}": list(groups.values()),
            }
        return found | {f"{self.name}_until_{n}": day for n, (day, _) in enumerate(self.before)}


def of_scenes(
    name: str,
    title: Text,
    group: Callable[[scenes.Scene], tuple[str, Text]],
    rows: tuple[scenes.Scene, ...],
) -> Dimension:
    """Groups of scenes; a launch of which no scene is known (0) belongs to none, a scene in no list to the others."""
    before = scenes.before(rows)

    def groups(table: Mapping[int, scenes.Scene]) -> dict[str, str]:
        return {"0": ""} | {str(code): group(one)[0] for code, one in table.items()}

    return Dimension(
        name, title, "group", "scene", "scene", rolled_up=True, choices=dict(map(group, rows)), made_of="scene",
        groups=groups(scenes.newest(rows)), otherwise=group(scenes.scene(-1))[0],
        before=tuple((day, groups(table)) for day, table in before), regrouped=before[-1][0] if before else None,
    )  # fmt: skip


def by_source(rows: tuple[scenes.Scene, ...]) -> Dimension:
    """WeChat's flat sources."""
    found = of_scenes(
        "scene_source",
        Text("来源", "Source"),
        lambda one: (str(one.source.key), one.source.title),
        rows,
    )
    return replace(found, choices=_SOURCES)


def by_group(rows: tuple[scenes.Scene, ...]) -> Dimension:
    """The branches of WeChat's tree."""
    return of_scenes(
        "scene_group", Text("来源大类", "Source group"), lambda one: (one.group.zh, one.group), rows
    )


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


def _of_region(plain: Dimension, title: Text) -> Dimension:
    """Where a person is by what the owner said of them, and else where the visit came from."""
    said = Dimension(
        f"told_{plain.name}", title, "text", *profiles.region(plain.name, told=True), of_person=True,
        named_in_sql=profiles.BOUND[plain.name],
    )  # fmt: skip
    return Dimension(
        f"person_{plain.name}", title, "text", *profiles.region(plain.name, told=False), names=plain.names, told=said,
        plain=plain.name, named_in_sql=profiles.BOUND[plain.name],
    )  # fmt: skip


def first_touch(of: Dimension) -> Dimension:
    """The same of what brought a person the first time."""
    return replace(of, name=f"first_{of.name}", alone=True, of_touch=True)


_SOURCES = {str(key): one.title for key, one in scenes.CLASSIC_SOURCES.items()}

DIMENSIONS: dict[str, Dimension] = {
    f.name: f
    for f in (
        Dimension("page", Text("页面路径", "Page"), "text", "page", "page", rolled_up=True),
        Dimension("scene", Text("场景值", "Scene"), "code", "scene", "scene", rolled_up=True, names=value_names.SCENES),
        by_source(scenes.ROWS),
        by_group(scenes.ROWS),
        Dimension(
            "province", Text("省份", "Province"), "text", "province", "province", rolled_up=True,
            names=value_names.PROVINCES,
        ),
        Dimension(
            "city", Text("城市", "City"), "text", "city", "city", rolled_up=True, alone=True,
            names=value_names.CITIES,
        ),
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
        Dimension("placement", Text("推广位", "Placement"), "text", "placement", "placement"),
        Dimension("material", Text("物料", "Material"), "text", "material", "material"),
        Dimension("link", Text("推广链接", "Campaign link"), "text", "link", "link"),
    )
}  # fmt: skip

DIMENSIONS |= {
    one.name: one
    for one in (
        _of_region(DIMENSIONS["province"], Text("用户省份", "Person's province")),
        _of_region(DIMENSIONS["city"], Text("用户城市", "Person's city")),
    )
}


def by_address(region: Dimension) -> Dimension:
    """The same where nothing is said of anybody: what days keep."""
    plain = DIMENSIONS[region.plain]
    return replace(plain, name=region.name, title=region.title, made_of=plain.name)


#: The code that was scanned to open a launch; nothing of other launches.
CODE = Dimension(
    "code",
    Text("二维码", "Code"),
    "text",
    "''",
    "code",
    rolled_up=True,
    alone=True,
    many=True,
    of_launches=True,
)
#: Whether a person is in a cohort: a condition alone, as one may be in many.
COHORT = Dimension("cohort", Text("人群", "Cohort"), "cohort", "", "", of_person=True)
#: By what a person came the first time: dimension of visits → the same of the first touch.
FIRST_TOUCHES = {
    name: first_touch(DIMENSIONS[name]) for name in ("scene_source", "scene_group", "scene")
}
