"""The columns of shares, in words."""

from __future__ import annotations

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.measures import DAY
from minilens.measure.shares.query import By, Show
from minilens.measure.table import Column, Rise, Unit
from minilens.text import Text


def _some(
    name: str, zh: str, en: str, unit: Unit, how_zh: str, how_en: str, rise_is: Rise = "better"
) -> Column:
    return Column(
        name, Text(zh, en), unit, Text(how_zh, how_en), rise_is=rise_is, has_persons=unit == "count"
    )


_NEW = _some(
    "new_users", "带来新用户", "New users", "count", "其中首次访问就在打开当天的人数",
    "Of those who opened a card, persons whose first visit ever was on that day",
)  # fmt: skip
_OPENS = _some(
    "opens", "打开次数", "Opens", "count", "分享的卡片被他人打开的次数；自己打开自己的不计",
    "Times a shared card was opened by somebody else; one's own do not count",
)  # fmt: skip
_RETURNED = _some(
    "openers", "回流人数", "Persons", "count", "打开他人分享的去重人数", "Persons who opened a card of somebody else",
)  # fmt: skip
_OF_CARDS = (
    _some("shares", "分享次数", "Shares", "count", "发起的分享，每张卡片计一次", "Cards that were shared, each once"),
    _some("sharers", "分享人数", "Sharers", "count", "发起分享的去重人数", "Persons who shared"),
    _some(
        "opened_rate", "回流率", "Opened", "ratio", "至少被一位他人打开的分享 ÷ 分享次数",
        "Shares that at least one other person opened ÷ shares",
    ),
    _OPENS, _RETURNED, _NEW,
)  # fmt: skip
_KEYS: dict[Show, tuple[Column, ...]] = {
    "days": (DAY,),
    "levels": (Column("level", Text("层级", "Level"), "number"),),
    "pages": (Column("page", Text("页面", "Page"), "text"),),
    "groups": (Column("card", Text("分享卡片", "Card"), "text"), Column("page", Text("页面", "Page"), "text")),
}  # fmt: skip
_MEASURES: dict[Show, tuple[Column, ...]] = {
    "days": (
        *_OF_CARDS,
        _some(
            "new_per_sharer", "人均带新", "New per sharer", "depth", "带来的新用户 ÷ 分享人数",
            "New users brought ÷ persons who shared",
        ),
        _some(
            "k_factor", "K 因子", "K factor", "depth",
            "带来的新用户 ÷ 访问人数，即人均分享次数 × 每次分享带来的新用户；大于 1 时自行增长。"
            "有筛选条件时，访问人数为浏览过符合条件的页面的人数",
            "New users brought ÷ visitors: shares a visitor makes × new users a share brings. Above 1 the app grows by "
            "itself. With conditions, visitors are those who viewed a page that fits them",
        ),
    ),
    "levels": (
        _some(
            "persons", "人数", "Persons", "count",
            "该层的人数：0 层无人带来；其余按首次打开的他人卡片归到分享者之下，此前已分享过的仍为 0 层",
            "Persons of the level: at 0 nobody brought them; others stand below the sharer of the first card they "
            "opened, unless they had shared before",
        ),
        _NEW,
        _some(
            "passed_on", "继续带来他人的人数", "Brought others", "count", "其中又带来他人的人数",
            "Of them, persons who brought others",
        ),
        _some(
            "per_person", "上层人均带来", "Per person above", "depth", "该层人数 ÷ 上一层人数",
            "Persons of the level ÷ persons of the level above",
        ),
    ),
    "pages": _OF_CARDS,
    "origins": _OF_CARDS,
    "groups": (
        _some(
            "opens", "打开次数", "Opens", "count", "该卡片在群聊中被他人打开的次数",
            "Times others opened the card in a group chat",
        ),
        _some(
            "openers", "群内人数", "Persons", "count", "在群聊中打开该卡片的去重人数",
            "Persons who opened it in a group chat",
        ),
        _NEW,
        _some(
            "brought", "由群带来", "Brought", "count", "其中首次打开的就是该卡片的人数",
            "Of them, persons whom this card brought",
        ),
        _some(
            "below", "再带来", "Further", "count", "由这些人再带来的人数，不限层级",
            "Persons whom these brought in turn, at any level",
        ),
    ),
}  # fmt: skip


def columns(show: Show, by: By = "campaign") -> tuple[tuple[Column, ...], tuple[Column, ...]]:
    """What tells rows apart, and the measures. `by`: the dimension by which origins are told."""
    keys = (Column(by, DIMENSIONS[by].title, "text"),) if show == "origins" else _KEYS[show]
    return keys, _MEASURES[show]
