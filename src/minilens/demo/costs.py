"""What the ads of the mini program cost, as its team imports it day by day from the platform."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from random import Random
from typing import NamedTuple

from minilens.demo.arrivals import AD_LINKS, ARTICLE
from minilens.records.cost_content import Landing, NewCost
from minilens.reference.link_codes import with_check

#: By this name events know the platform as their source.
PLATFORM = "wechat_ad"
#: Clicks for each launch: some close the page before it has opened.
CLICKS = 1.12
#: Days before the last whole one on which the audience of this campaign is tired: fewer click, each click costs more,
#: and people see it more often than they should.
TIRED_DAYS, TIRED = (2, 3), "new-customer-9.9"
TIRED_CTR, TIRED_CPC, TIRED_FREQUENCY = 0.5, 1.7, 6.5
USUAL_FREQUENCY = 1.7
CONVERSIONS = 0.07  # of clicks, as the platform counts them


class Ad(NamedTuple):
    """An advertisement: its names, where a click leads, its usual rate of clicks, and yuan for each."""

    campaign: str
    ad_set: str
    creative: str
    landing: Landing
    ctr: float
    cpc: float


_RATES = {"moments": (0.021, 0.92), "article-ads": (0.013, 0.68)}
#: What launches say of where they come from (the code of a link, else the campaign of an article) → the ad.
ADS: dict[str, Ad] = {
    with_check(body): Ad(campaign, placement, creative, "mini_program", *_RATES[placement])
    for body, campaign, placement, creative, *_ in AD_LINKS
} | {
    "coffee-school": Ad("coffee-school", "article-feed", "coffee-school-1", "article", 0.034, 0.45)
}


def costs(
    launches: Mapping[tuple[date, str], int], days: Sequence[date], seed: int = 1
) -> list[NewCost]:
    """Rows of the days but the last, which is not over; `launches`: day and key of `ADS` → how many there were."""
    random = Random(f"{seed}:costs")
    whole = days[:-1]
    tired = {whole[-n] for n in TIRED_DAYS if n <= len(whole)}
    return [
        _row(day, ad, launches[day, key], random, tired=day in tired and ad.campaign == TIRED)
        for day in whole
        for key, ad in ADS.items()
        if launches.get((day, key))
    ]  # fmt: skip


def key_of(scene: int, campaign: str, link: str) -> str:
    """The key of `ADS` of a launch; empty where nothing was paid for it."""
    key = campaign if scene == ARTICLE else link
    return key if key in ADS else ""


def _row(day: date, ad: Ad, launches: int, random: Random, *, tired: bool) -> NewCost:
    clicks = max(launches, round(launches * CLICKS))
    ctr = ad.ctr * random.uniform(0.95, 1.05) * (TIRED_CTR if tired else 1)
    cpc = ad.cpc * random.uniform(0.95, 1.05) * (TIRED_CPC if tired else 1)
    impressions = round(clicks / ctr)
    often = TIRED_FREQUENCY if tired else USUAL_FREQUENCY * random.uniform(0.9, 1.1)
    return NewCost(
        day=day, cost=Decimal(f"{clicks * cpc:.2f}"), source=PLATFORM, campaign=ad.campaign, ad_set=ad.ad_set,
        creative=ad.creative, landing=ad.landing, impressions=impressions, clicks=clicks,
        conversions=round(clicks * CONVERSIONS), reach=max(1, round(impressions / often)),
    )  # fmt: skip
