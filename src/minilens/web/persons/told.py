"""What a person's page says: names of types and causes, masks, events as lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from minilens.identity.types import Types
from minilens.measure.person.facts import PersonFacts, Touch
from minilens.measure.person.timeline import TimelineAsked, TimelineEvent
from minilens.reference import scenes
from minilens.reference.events import BUILT_IN
from minilens.render import format
from minilens.render.as_event import device, place, scene
from minilens.render.i18n import translate, translate_plural
from minilens.text import Language, Text
from minilens.web.value_titles import ValueTitles

#: Why two identities belong together.
CAUSES: dict[str, Text] = {
    "event": Text("同一事件中一起出现", "sent together in one event"),
    "device": Text("在该设备上登录", "signed in on the device"),
    "import": Text("导入", "imported"),
    "login": Text("用 code 登录", "signed in by code"),
    "hand": Text("手工合并", "merged by hand"),
    "kept": Text("升级前已合并", "merged before the upgrade"),
    "erased": Text("经由一个已删除的标识", "by way of an erased identity"),
    "granted": Text("收紧设置前已合并", "merged before a setting was tightened"),
    "episode": Text("同一设备，退出登录之后", "the same device after a sign-out"),
}
#: Why two identities do not belong together.
STATES: dict[str, Text] = {
    "limit": Text("超出数量限制", "over a limit"),
    "claimed": Text("双方均已核实，而这一对仅为声称", "both users verified, the pair only claimed"),
    "apart": Text("已设为不再合并", "kept apart after an undo"),
    "held": Text("许多设备上报同一个值", "a value sent by many devices"),
    "public": Text("多人使用的设备", "a device used by many"),
    "crowded": Text("一个月内新设备过多", "too many new devices in a month"),
}
GRADES: dict[str, Text] = {
    "verified": Text("已核实", "verified"),
    "claimed": Text("声称", "claimed"),
}
TRAFFIC: dict[str, Text] = {
    "trial": Text("体验版", "Trial version"),
    "develop": Text("开发版", "Development version"),
    "preview": Text("预览", "Preview"),
    "robot": Text("机器访问", "Robot"),
}
#: Digits of a hash that tell it from others on a page.
BEGINNING = 6
LONGEST = 2_000


@dataclass(frozen=True)
class Line:
    """An event of the timeline. `facts`: what else is known of it, by name."""

    time: str
    moment: str
    title: str
    name: str
    page: str
    tag: str
    about: str
    facts: tuple[tuple[str, str], ...]


def masked(hash: str, *, whole: bool) -> str:
    """All of a hash, or how it begins."""
    return hash if whole else f"{hash[:BEGINNING]}…"


def of(texts: dict[str, Text], name: str, language: Language) -> str:
    """What a code is called; itself where it has no name."""
    return texts[name].of(language) if name in texts else name


def type_names(types: Types, language: Language) -> Callable[[str], str]:
    """Identity type → its name."""
    return lambda name: types.of(name).label.of(language) or name


def touch(one: Touch | None, language: Language) -> list[tuple[str, str]]:
    """What brought them, by name; what is not known is left out."""
    if one is None:
        return []
    _ = translate(language)
    source = scenes.scene(one.scene).source.title.of(language) if one.scene else ""
    told = (
        (_("Source"), source), (_("Scene"), scene(one.scene, language)), (_("Page"), one.page),
        (_("Declared source"), one.source), (_("Campaign"), one.campaign), (_("Placement"), one.placement),
        (_("Material"), one.material), (_("Link"), one.link),
        ("utm_source", one.utm_source), ("utm_medium", one.utm_medium), ("utm_campaign", one.utm_campaign),
        ("utm_term", one.utm_term), ("utm_content", one.utm_content),
        (_("Place"), place(one.province, one.city, language)),
    )  # fmt: skip
    return [(name, text) for name, text in told if text]


def totals(
    facts: PersonFacts, language: Language, at: Callable[[datetime], str]
) -> list[tuple[str, str]]:
    """The figures, by name."""
    _ = translate(language)
    of = facts.totals
    return [
        (_("Launches"), format.exact(of.launches, "count", language)),
        (_("Visits"), format.exact(of.visits, "count", language)),
        (_("Duration"), format.exact(of.duration, "seconds", language)),
        (_("First seen"), at(of.first_seen) if of.first_seen else format.UNKNOWN),
        (_("Last seen"), at(of.last_seen) if of.last_seen else format.UNKNOWN),
    ]


def counted(identities: int, devices: int, language: Language) -> str:
    """How many identities."""
    ngettext = translate_plural(language)
    return ngettext(
        "%(count)s identity (devices: %(devices)s)",
        "%(count)s identities (devices: %(devices)s)",
        identities,
    ) % {"count": identities, "devices": devices}


def links(count: int, language: Language) -> str:
    """How many links."""
    ngettext = translate_plural(language)
    return ngettext("%(count)s link against it", "%(count)s links against it", count) % {
        "count": count
    }


def event_title(name: str, language: Language) -> str:
    """The built-in name; the event's own where it has none."""
    known = BUILT_IN.get(name)
    return (known.zh if language == "zh" else known.en) if known else name


def lines(
    events: Iterable[TimelineEvent], timezone: str, titles: ValueTitles, language: Language
) -> list[tuple[str, list[Line]]]:
    """Events by the day on which they happened, in their order; `titles`: what the app calls values of fields."""
    zone = ZoneInfo(timezone)
    told = [(one.at.astimezone(zone), one) for one in events]
    return [
        (str(day), [_line(at, one, titles, language) for at, one in some])
        for day, some in groupby(told, key=lambda pair: pair[0].date())
    ]


def _line(at: datetime, one: TimelineEvent, titles: ValueTitles, language: Language) -> Line:
    _ = translate(language)
    amount = "" if one.value is None else f"{one.value.normalize():f} {one.currency}".strip()
    lasted = "" if one.duration is None else format.duration(one.duration, language)
    told = [
        (_("Scene"), scene(one.scene, language)), (_("Declared source"), one.source),
        (_("Campaign"), one.campaign), (_("Placement"), one.placement), (_("Material"), one.material),
        (_("Link"), one.link), ("utm_source", one.utm_source),
        ("utm_medium", one.utm_medium), ("utm_campaign", one.utm_campaign), ("utm_term", one.utm_term),
        ("utm_content", one.utm_content), (_("Previous page"), one.referrer),
        (_("Place"), place(one.province, one.city, language)), (_("Device"), device(one.brand, one.model)),
        (_("App version"), one.app_version), (_("Sent by"), one.via if one.via != "tracker" else ""),
        (_("Name as sent"), one.raw_name),
    ]  # fmt: skip
    told += [(name, written(value) + titles(name, value)) for name, value in one.properties.items()]
    page = f"{one.page}?{one.query}" if one.query else one.page
    target = " · ".join(part for part in (one.target_name, one.target_id) if part)
    return Line(
        time=f"{at:%H:%M:%S}",
        moment=at.isoformat(timespec="milliseconds"),
        title=event_title(one.name, language),
        name=one.name,
        page=page,
        tag="" if one.traffic == "release" else of(TRAFFIC, one.traffic, language),
        about=" · ".join(part for part in (target, amount, lasted) if part),
        facts=tuple((name, text) for name, text in told if text),
    )


def properties(said: dict[str, str], asked: TimelineAsked) -> list[tuple[str, str]]:
    """What was said of them, masked as properties of events are."""
    return [(name, written(value)) for name, value in asked.visible(said).items()]


def written(value: object) -> str:
    """The value of a property."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
