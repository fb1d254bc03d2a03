"""How people get in: the scene WeChat gives, the page they land on, what the owner's link says."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from minilens.demo.menu import (
    ACTIVITY,
    COUPONS,
    DETAIL,
    HOME,
    MEMBER,
    MENU,
    NEARBY,
    ORDER,
    ORDERS,
    PRODUCTS,
    Chain,
)
from minilens.demo.tables import draw, slots
from minilens.reference.link_codes import with_check
from minilens.spool.record import Source

CARDS = (1007, 1008)
CODES = (1011, 1047)
ADS = (1045, 1067)
ARTICLE = 1058
CRAWLER = 1129

#: Weights of the scenes: of a first visit, of a first visit in the launch days, of a return.
FIRST_SCENES: dict[int, float] = {
    1007: 19, 1008: 13, 1011: 12, 1047: 15, 1005: 8, 1006: 5, 1058: 6, 1045: 7, 1067: 4,
    1035: 5, 1037: 3, 1001: 1.5, 1103: 0.5, 1043: 1,
}  # fmt: skip
LAUNCH_SCENES: dict[int, float] = {
    1007: 14, 1008: 15, 1011: 9, 1047: 14, 1005: 5, 1006: 4, 1058: 9, 1045: 17, 1067: 9,
    1035: 3, 1037: 1, 1001: 0.5, 1103: 0.5, 1043: 1,
}  # fmt: skip
RETURN_SCENES: dict[int, float] = {
    1089: 33, 1103: 16, 1001: 13, 1107: 8, 1014: 2, 1043: 4, 1035: 5, 1011: 5, 1047: 4,
    1007: 3, 1008: 3, 1005: 2, 1006: 1, 1058: 2, 1037: 1, 1045: 0.6, 1067: 0.4,
}  # fmt: skip
SCENES = {
    "first": slots(FIRST_SCENES.items()),
    "launch": slots(LAUNCH_SCENES.items()),
    "return": slots(RETURN_SCENES.items()),
}

#: Landing pages by scene; a shared card opens what was shared.
LANDINGS: Chain = {
    "code": slots(((HOME, 46), (MENU, 30), (ACTIVITY, 14), (NEARBY, 10)), 100),
    "ad": slots(((ACTIVITY, 62), (DETAIL, 30), (HOME, 8)), 100),
    "article": slots(((DETAIL, 40), (ACTIVITY, 36), (HOME, 24)), 100),
    "message": slots(((ORDER, 38), (COUPONS, 34), (ACTIVITY, 16), (ORDERS, 12)), 100),
    "search": slots(((HOME, 76), (MENU, 14), (NEARBY, 10)), 100),
    "else": slots(((HOME, 88), (MENU, 8), (NEARBY, 2), (MEMBER, 2)), 100),
}
KINDS = {
    **dict.fromkeys(CODES, "code"),
    **dict.fromkeys(ADS, "ad"),
    **dict.fromkeys((1014, 1043, 1107), "message"),
    **dict.fromkeys((1005, 1006), "search"),
    ARTICLE: "article",
}

LAUNCH_CAMPAIGN = "osmanthus-launch"
# body of the code, campaign, placement, material, page, weight: the codes stuck on tables, cups and doors
CODE_LINKS: tuple[tuple[str, str, str, str, str, float], ...] = (
    ("tabcard22", "in-store", "table", "card", MENU, 15),
    ("tabstkr22", "in-store", "table", "sticker", MENU, 11),
    ("cupsxeeve", "in-store", "cup", "sleeve", HOME, 12),
    ("cupbase22", "in-store", "cup", "base", HOME, 8),
    ("dqqrpster", "in-store", "door", "poster", NEARBY, 14),
    ("cashstand", "in-store", "counter", "stand", MENU, 14),
    ("upscreen2", "street", "office-lift", "screen", ACTIVITY, 9),
    ("metrppst2", "street", "metro", "poster", ACTIVITY, 7),
    ("campusf22", "street", "campus", "flyer", ACTIVITY, 4),
    ("bxxnsert2", "delivery", "box", "insert", COUPONS, 6),
)
# body of the code in the ad's path, campaign, placement, creative, page, scene, weight, weight in the launch days
AD_LINKS: tuple[tuple[str, str, str, str, str, int, float, float], ...] = (
    ("admvdee2a", "new-customer-9.9", "moments", "video-a", ACTIVITY, 1045, 4, 2),
    ("adacard2b", "new-customer-9.9", "article-ads", "card-b", ACTIVITY, 1067, 3, 1),
    ("admvdee2c", "coconut-latte", "moments", "video-c", HOME, 1045, 2, 0),
    ("admsmanvd", LAUNCH_CAMPAIGN, "moments", "osmanthus-video", ACTIVITY, 1045, 0, 5),
    ("adasmancd", LAUNCH_CAMPAIGN, "article-ads", "osmanthus-card", ACTIVITY, 1067, 0, 3),
)
ARTICLES = slots((("weekly-menu", 5), ("coffee-school", 3), ("store-stories", 2)), 100)


def _code(body: str, campaign: str) -> dict[str, str]:
    return {"source": "qr", "campaign": campaign, "link": with_check(body)}


def _advert(body: str, campaign: str, creative: str) -> dict[str, str]:
    return {
        "source": "wechat_ad",
        "campaign": campaign,
        "link": with_check(body),
        "utm_source": "tencent_ads",
        "utm_medium": "cpc",
        "utm_campaign": campaign,
        "utm_content": creative,
    }


LINKS = slots(((_code(body, c), w) for body, c, *_, w in CODE_LINKS), 200)
#: Scene, and whether it is one of the launch days → what the ads there say.
ADVERTS = {
    (scene, launch): slots(
        (
            (_advert(body, campaign, creative), of_launch if launch else usual)
            for body, campaign, _, creative, _, at, usual, of_launch in AD_LINKS
            if at == scene
        ),
        100,
    )
    for scene in ADS
    for launch in (False, True)
}


class Card(NamedTuple):
    """A card that was shared: what it opens, the campaign and the link its sharer came by, and its mark."""

    page: str
    query: str
    campaign: str
    link: str = ""
    id: str = ""


class Arrival(NamedTuple):
    """One opening of the mini program; `card`: the mark of the shared card that led to it."""

    source: Source
    page: str
    query: str
    card: str = ""


@dataclass
class Door:
    """Lets people in; remembers the cards that were shared lately."""

    random: Random
    cards: deque[Card] = field(default_factory=lambda: deque(maxlen=300))

    def arrive(self, who: str) -> Arrival:
        """An opening by a first, launch-day or returning visitor: "first", "launch", "return"."""
        scene = draw(SCENES[who], self.random.random())
        if scene in CARDS and self.cards:
            return self._by_card(scene)
        kind = KINDS.get(scene, "else")
        page = draw(LANDINGS[kind], self.random.random())
        query = f"id={draw(PRODUCTS, self.random.random()).id}" if page == DETAIL else ""
        said = self._said(kind, scene, launch=who == "launch")
        if kind == "code" and not query:  # what the code itself says
            query = f"scene={said['link']}"
        return Arrival(Source(scene, **said), page, query)

    def _by_card(self, scene: int) -> Arrival:
        card = self.cards[int(self.random.random() * len(self.cards))]
        source = Source(scene, "share", card.campaign, card.link)
        return Arrival(source, card.page, card.query, card.id)

    def _said(self, kind: str, scene: int, *, launch: bool) -> dict[str, str]:
        """What the link, the code or the advertisement says of itself."""
        chance = self.random.random()
        if kind == "code":
            return draw(LINKS, chance)
        if kind == "ad":
            return draw(ADVERTS[scene, launch], chance)
        if kind == "article":
            campaign = LAUNCH_CAMPAIGN if launch else draw(ARTICLES, chance)
            return {
                "campaign": campaign,
                "utm_source": "wechat",
                "utm_medium": "article",
                "utm_campaign": campaign,
            }
        if scene == 1035:
            return {"utm_source": "wechat", "utm_medium": "menu"}
        return {}
