"""Articles, followers and menu clicks in a CSV file as an Official Account's console, or a tool that asks its
interfaces, writes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from minilens.errors import Refused
from minilens.records import column_file
from minilens.records.column_file import Cells, Columns, Form, Sheet, both
from minilens.records.content_mappings import ContentMapping
from minilens.records.content_rows import (
    COUNTS,
    AnyNew,
    Kind,
    NewArticle,
    NewFollowers,
    NewMenu,
    checked,
)
from minilens.records.json_text import wrong
from minilens.records.sheet import FILE

_ACCOUNT = ("公众号", "账号", "帐号", "公众号名称", "账号名称", "accountname", "nickname")
#: Kind → field → its name in Chinese, then titles that files give its column.
COLUMNS: dict[Kind, Columns] = {
    "articles": {
        "title": ("内容标题", "标题", "文章标题", "图文标题", "图文消息标题"),
        "published": ("发布日期", "发表时间", "发表日期", "发布时间", "群发时间", "群发日期", "文章发布日期", "refdate",
                      "publishdate", "publishtime", "publishedat"),
        "day": ("统计日期", "日期", "数据日期", "数据时间", "date"),
        "account": _ACCOUNT,
        "article": ("内容链接", "内容url", "文章链接", "文章url", "链接", "url", "contenturl", "msgid",
                    "文章id"),
        "campaign": ("推广活动", "推广链接的活动"),
        "opens": ("阅读次数", "总阅读次数", "阅读量", "阅读数", "图文总阅读次数", "图文页阅读次数",
                  "intpagereadcount", "reads"),
        "readers": ("阅读人数", "总阅读人数", "图文总阅读人数", "图文页阅读人数", "intpagereaduser", "readuser"),
        "completion": ("阅读完成率", "完读率", "读完率", "readfinishrate", "completionrate"),
        "shares": ("分享次数", "总分享次数", "转发次数", "分享转发次数", "sharecount", "forwards"),
        "sharers": ("分享人数", "总分享人数", "转发人数", "分享转发人数", "shareuser"),
        "delivered": ("送达人数", "targetuser"),
        "follows": ("阅读后关注人数", "新增关注", "readsubscribeuser"),
        "to_menu": ("菜单跳转次数", "跳转菜单次数", "菜单点击次数", "menuclicks"),
        "to_mini_program": ("小程序跳转次数", "跳转小程序次数", "小程序点击次数", "小程序卡片点击次数",
                            "miniprogramclicks"),
        "to_form": ("表单跳转次数", "跳转表单次数", "表单点击次数", "formclicks"),
    },
    "followers": {
        "day": ("日期", "时间", "统计日期", "refdate", "date"),
        "account": _ACCOUNT,
        "gained": ("新关注人数", "新增关注人数", "新增人数", "newuser", "newfollowers"),
        "lost": ("取消关注人数", "取关人数", "canceluser", "unfollows", "unfollowers"),
        "followers": ("累积关注人数", "累计关注人数", "关注者总数", "cumulateuser", "totalfollowers"),
    },
    "menu": {
        "day": ("日期", "时间", "统计日期", "refdate", "date"),
        "account": _ACCOUNT,
        "menu": ("一级菜单", "主菜单", "所属菜单"),
        "item": ("子菜单", "二级菜单", "菜单", "菜单名称", "菜单项", "menuitem", "button"),
        "clicks": ("点击次数", "菜单点击次数", "点击量", "clickcount"),
        "clickers": ("点击人数", "菜单点击人数", "clickuser"),
    },
}  # fmt: skip
#: What has to be there.
_REQUIRED: dict[Kind, tuple[str, ...]] = {
    "articles": ("published",),
    "followers": ("day",),
    "menu": ("day", "item", "clicks"),
}
#: What tells by its title alone which kind a file is of.
_TELLING: dict[Kind, tuple[str, ...]] = {
    "followers": ("gained", "lost", "followers"),
    "menu": ("item", "menu"),
    "articles": ("title", "article", "published"),
}
#: Of two rows of the same what is added up, and what both must say alike.
_TOGETHER: dict[type, tuple[tuple[str, ...], tuple[str, ...]]] = {
    NewArticle: (
        ("opens", "shares", "to_menu", "to_mini_program", "to_form"),
        ("readers", "sharers", "delivered", "follows", "completion"),
    ),
    NewFollowers: (("gained", "lost"), ("followers",)),
    NewMenu: (("clicks",), ("clickers",)),
}
ContentSheet = Sheet[AnyNew]


def read(body: bytes, mapping: ContentMapping, today: date) -> ContentSheet:
    """The rows of a file of the mapping's kind; Refused where it is none at all or a column is missing. What is wrong
    with single lines is told as `articles[7].opens` of the seventh row of the sheet. `today`: the app's day."""
    kind = mapping.kind or told(column_file.titles(body))
    file = column_file.opened(body, COLUMNS[kind], mapping.columns, _REQUIRED[kind])
    counts = {"opens", "readers"} if kind == "articles" else {"gained", "lost"}
    if kind != "menu" and not counts & file.at.keys():
        raise Refused("missing", "opens" if kind == "articles" else "gained")

    def make(cells: Cells, at: str) -> AnyNew:
        return checked(_new(kind, mapping, cells, at), today, at)

    form: Form[AnyNew] = Form(kind, make, lambda one: one.key, _added)
    return column_file.read(file, form)


def told(titles: Sequence[str]) -> Kind:
    """Which kind a file with these titles is of; Refused where they do not say."""
    for kind, names in _TELLING.items():
        found = column_file.columns_of(COLUMNS[kind], titles)
        if any(name in found for name in names):
            return kind
    zh = "看不出是文章、关注人数还是菜单的数据，请选择内容"
    raise wrong(
        FILE, zh, "doesn't tell whether it is about articles, followers or the menu: choose which"
    )


def fitting(mapping: ContentMapping, titles: Sequence[str]) -> ContentMapping:
    """What is remembered, without the columns that this file has not."""
    return msgspec.structs.replace(mapping, columns=column_file.fitting(mapping.columns, titles))


def _new(kind: Kind, mapping: ContentMapping, cells: Cells, at: str) -> AnyNew:
    def name(field: str) -> str:
        return column_file.name(cells.get(field, ""))

    named: dict[str, Any] = {"account": name("account") or mapping.account}
    for field in COUNTS[kind]:
        named[field] = column_file.count(cells.get(field, ""), f"{at}{field}")
    if kind != "articles" or cells.get("day"):
        named["day"] = column_file.day(cells["day"], f"{at}day")
    if kind == "followers":
        return NewFollowers(**named)
    if kind == "menu":
        if named["clicks"] is None:
            raise Refused("missing", f"{at}clicks")
        item, menu = name("item"), name("menu")
        return NewMenu(**{**named, "item": item or menu, "menu": menu if item else ""})
    published = column_file.day(cells["published"], f"{at}published")
    texts: dict[str, Any] = {field: name(field) for field in ("title", "article", "campaign")}
    rate = _rate(cells.get("completion", ""), f"{at}completion")
    return NewArticle(**named, **texts, published=published, completion=rate)


def _rate(text: str, at: str) -> Decimal | None:
    """A share of 1, with a sign of per cent of 100."""
    simple = text.replace("％", "%").strip()
    found = column_file.number(simple.rstrip("% "), at)
    return found / 100 if found is not None and simple.endswith("%") else found


def _added(one: AnyNew, other: AnyNew) -> AnyNew:
    """Both together, as lines of one article, menu item or account and day. How many people they are together is not
    known, for some may be the same; only who follows and who leaves does so once. Of an article told as a whole more
    than once, as interfaces do day after day, the one with more opens stays: it is the later one."""
    if isinstance(one, NewArticle) and isinstance(other, NewArticle) and one.day is None:
        return max(one, other, key=lambda whole: (whole.opens or 0, whole.readers or 0))
    counts, same = _TOGETHER[type(one)]
    found: dict[str, Any] = {
        name: both(getattr(one, name), getattr(other, name)) for name in counts
    }
    found |= {name: _agreed(getattr(one, name), getattr(other, name), name) for name in same}
    return msgspec.structs.replace(one, **found)


def _agreed(one: Any, other: Any, name: str) -> Any:
    """Of the followers at the end of a day some lines may say nothing."""
    if name == "followers" and (one is None or other is None):
        return other if one is None else one
    return one if one == other and name in ("followers", "delivered", "completion") else None
