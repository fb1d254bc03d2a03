"""What a touch is: a launch, by what brought it; and the values that touches are told apart by.

A launch is of the first of these kinds that it fits:

    ad        its scene is one of WeChat's ads
    scan      its scene is the scan of a code
    tagged    its first event carries a source, a campaign, a link or a utm tag
    direct    its scene says that the person came by themselves: a list of recent or saved programs, an icon, a
              return; or nothing is known of it
    launch    any other: a card that was shared, a search, an Official Account, another program

A touch happens when its launch begins. What happens inside a launch is none: a second code or tag begins a new one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from minilens.measure.dimensions import DIMENSIONS, Dimension
from minilens.measure.table import Column
from minilens.reference.launches import SCANS
from minilens.reference.scenes import SCENES
from minilens.text import Language, Text

KINDS: dict[str, Text] = {
    "direct": Text("直接访问", "Direct"),
    "launch": Text("其他来源的打开", "Other launch"),
    "tagged": Text("带标记的链接", "Tagged link"),
    "scan": Text("扫码", "Scan"),
    "ad": Text("广告点击", "Ad click"),
}
DIRECT = tuple(KINDS).index("direct")
_ADS = tuple(code for code, one in SCENES.items() if one.group.en == "Ads")
#: Nothing is known; returned from another program; the recents of the menu; floating windows; opened on a desktop.
_BY_THEMSELVES = (0, 1000, 1038, 1090, 1131, 1178, 1187)
_OWN = (*_BY_THEMSELVES, *(code for code, one in SCENES.items() if one.group.en == "Fixed entries"))
_TAGS = ("source", "campaign", "link", "utm_source", "utm_medium", "utm_campaign")


def _among(codes: tuple[int, ...]) -> str:
    return f"scene IN ({', '.join(map(str, sorted(codes)))})"


_TAGGED = " OR ".join(f"{name} != ''" for name in _TAGS)
#: SQL over launches and the events that open them: the kind as its place in KINDS.
KIND = (
    f"toUInt8(multiIf({_among(_ADS)}, {tuple(KINDS).index('ad')}, {_among(SCANS)}, {tuple(KINDS).index('scan')}, "
    f"{_TAGGED}, {tuple(KINDS).index('tagged')}, {_among(_OWN)}, {DIRECT}, {tuple(KINDS).index('launch')}))"
)


@dataclass(frozen=True)
class TouchField:
    """What launches alone are told apart by. `sql` is over launches and the events that open them."""

    name: str
    title: Text
    sql: str
    shown: Callable[[str, Language], str] | None = None


Touched = Dimension | TouchField


def _kind(value: str, language: Language) -> str:
    return KINDS[value].of(language) if value in KINDS else value


_NAMES = ", ".join(f"'{name}'" for name in KINDS)
FIELDS: dict[str, TouchField] = {
    one.name: one
    for one in (
        TouchField("touch", Text("触点类型", "Kind of touch"), f"arrayElement([{_NAMES}], {KIND} + 1)", _kind),
        TouchField("utm_source", Text("UTM 来源", "UTM source"), "utm_source"),
        TouchField("utm_medium", Text("UTM 媒介", "UTM medium"), "utm_medium"),
        TouchField("utm_campaign", Text("UTM 活动", "UTM campaign"), "utm_campaign"),
        TouchField("utm_term", Text("UTM 关键词", "UTM term"), "utm_term"),
        TouchField("utm_content", Text("UTM 内容（创意）", "UTM content (creative)"), "utm_content"),
    )
}  # fmt: skip
#: Of a launch nobody can say these: a page is a visit's, and these are the person's.
_NOT_OF_LAUNCHES = {"page", "newness"}


def of_launches(one: Dimension) -> bool:
    """Whether launches, also those since the newest build, have a value of it."""
    return not (one.of_person or one.told or one.of_touch or one.name in _NOT_OF_LAUNCHES)


#: Every name that touches of an app can be told apart by.
NAMES = (*(name for name, one in DIMENSIONS.items() if of_launches(one)), *FIELDS)


def column(one: Touched) -> Column:
    """The column that its values make in a table."""
    return Column(one.name, one.title, "text", shown=one.shown)


def value(one: Touched, place: str) -> str:
    """SQL of its value as a text over `sessions`, or over the `events` that open launches."""
    if isinstance(one, TouchField):
        return f"toString({one.sql})"
    return f"toString({one.value('events' if place == 'events' else 'sessions')})"
