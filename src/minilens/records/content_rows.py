"""What an Official Account's console tells by day: of its articles, its followers and its menu. Totals, not persons."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

import msgspec

from minilens.errors import Refused
from minilens.records.database import plain
from minilens.records.json_text import wrong

#: What rows are of.
Kind = Literal["articles", "followers", "menu"]
KINDS: tuple[Kind, ...] = ("articles", "followers", "menu")
LONGEST, MOST_COUNT, MILLION = 255, 10**12, 1_000_000
#: WeChat has figures since then at the earliest.
FIRST_DAY = date(2012, 8, 1)
#: Counts of each kind.
COUNTS: dict[Kind, tuple[str, ...]] = {
    "articles": (
        "opens", "readers", "shares", "sharers", "delivered", "follows", "to_menu", "to_mini_program", "to_form",
    ),
    "followers": ("gained", "lost", "followers"),
    "menu": ("clicks", "clickers"),
}  # fmt: skip
#: Texts of each kind.
NAMES: dict[Kind, tuple[str, ...]] = {
    "articles": ("account", "article", "title", "campaign"),
    "followers": ("account",),
    "menu": ("account", "menu", "item"),
}
_MID, _IDX = re.compile(r"[?&](?:amp;)?mid=(\d+)"), re.compile(r"[?&](?:amp;)?idx=(\d+)")
_SHORT = re.compile(r"mp\.weixin\.qq\.com/(s/[\w-]+)")


class NewArticle(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """An article on one day, or all that is known of it where no day is said.

    `article`: its address or message id; empty: title and day of publishing tell it from others. `campaign`: the
    campaign of the links in it; empty: that called like its title. `completion`: share of readers who read to the
    end, 0 to 1. `delivered`: followers it was sent to; `follows`: readers who followed; `to_…`: clicks on to the
    menu, a mini program, a form. Null: not known.
    """

    published: date
    day: date | None = None
    account: str = ""
    article: str = ""
    title: str = ""
    campaign: str = ""
    completion: Decimal | None = None
    opens: int | None = None
    readers: int | None = None
    shares: int | None = None
    sharers: int | None = None
    delivered: int | None = None
    follows: int | None = None
    to_menu: int | None = None
    to_mini_program: int | None = None
    to_form: int | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What tells it from the others of its app."""
        named = (self.article,) if self.article else ("", self.title, self.published)
        return (self.day is None, self.day or self.published, self.account, *named)


class NewFollowers(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """Followers gained and lost on one day; `followers`: how many there are at its end. Null: not known."""

    day: date
    account: str = ""
    gained: int | None = None
    lost: int | None = None
    followers: int | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What tells it from the others of its app."""
        return (self.day, self.account)


class NewMenu(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """Clicks on an item of the menu on one day. `menu`: the menu it is in, empty where it is none of its own.
    `clickers`: different people who clicked. Null: not known."""

    day: date
    clicks: int
    item: str
    account: str = ""
    menu: str = ""
    clickers: int | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What tells it from the others of its app."""
        return (self.day, self.account, self.menu, self.item)


AnyNew = NewArticle | NewFollowers | NewMenu


def kind_of(one: AnyNew) -> Kind:
    """Which of them it is."""
    kinds: dict[type, Kind] = {NewArticle: "articles", NewFollowers: "followers", NewMenu: "menu"}
    return kinds[type(one)]


def checked(given: AnyNew, today: date, at: str = "") -> AnyNew:
    """The same as it is kept; Refused, naming the field after `at`. `today`: the app's day."""
    kind = kind_of(given)
    for name in COUNTS[kind]:
        number, most = getattr(given, name), f"{MOST_COUNT:,}"
        if number is not None and not 0 <= number <= MOST_COUNT:
            raise Refused("out_of_range", f"{at}{name}", least=0, most=most, got=str(number)[:40])
    names: dict[str, Any] = {
        name: plain(getattr(given, name), f"{at}{name}", LONGEST) for name in NAMES[kind] if name != "article"
    }  # fmt: skip
    if isinstance(given, NewArticle):
        names["article"] = plain(article_id(given.article), f"{at}article", LONGEST)
        _article(given, today, at)
    else:
        _day(given.day, today, f"{at}day")
    if isinstance(given, NewFollowers) and given.gained is None and given.lost is None:
        raise Refused("missing", f"{at}gained")
    if kind == "menu" and not names["item"]:
        raise Refused("missing", f"{at}item")
    return msgspec.structs.replace(given, **names)


def _article(given: NewArticle, today: date, at: str) -> None:
    _day(given.published, today, f"{at}published")
    if given.day is not None:
        _day(given.day, today, f"{at}day")
        if given.day < given.published:
            zh, en = (
                f"早于发布日期 {given.published}",
                f"is before it was published, {given.published}",
            )
            raise wrong(f"{at}day", zh, en)  # fmt: skip
    if not given.title.strip() and not given.article.strip():
        raise Refused("missing", f"{at}title")
    if given.opens is None and given.readers is None:
        raise Refused("missing", f"{at}opens")
    rate = given.completion
    if rate is not None and (not rate.is_finite() or not 0 <= rate <= 1):
        raise Refused("out_of_range", f"{at}completion", least=0, most="1 (100%)", got=str(rate)[:40])  # fmt: skip


def _day(day: date, today: date, at: str) -> None:
    if not FIRST_DAY <= day <= today + timedelta(days=1):
        zh = f"应在 {FIRST_DAY} 与今天之间，而不是 {day}"
        raise wrong(at, zh, f"must be between {FIRST_DAY} and today, not {day}")


def article_id(text: str) -> str:
    """What an address of an article and its message id have in common: `2247483650_1`, the message and the place in it.
    Of a short address what follows the host; of any other text the text."""
    text = text.strip()
    message, place = _MID.search(text), _IDX.search(text)
    if message and place:
        return f"{message[1]}_{place[1]}"
    short = _SHORT.search(text)
    return short[1] if short else text
