"""What the console of the Official Account tells: an article a week, followers and menu clicks by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from random import Random

from minilens.records.content_rows import AnyNew, NewArticle, NewFollowers, NewMenu

ACCOUNT = "小满咖啡"
#: Title and campaign, the newest first; those of a campaign of their own bring launches that are known to be theirs.
ARTICLES = (
    ("本周菜单：桂花系列上新", "weekly-menu"),
    ("咖啡课堂：手冲的五个细节", "coffee-school"),
    ("城西店的一天", "store-stories"),
    ("会员日怎么用券更划算", ""),
    ("桂花拿铁回来了", "osmanthus-launch"),
    ("为什么我们换了燕麦奶", ""),
    ("三家新店开业", ""),
    ("夏末冰咖清单", ""),
    ("和咖啡师聊拉花", ""),
    ("外带杯的第二次生命", ""),
    ("门店歌单第 12 期", ""),
    ("秋天第一杯", ""),
)
MENU = (("", "点单", 190), ("会员", "会员码", 85), ("会员", "领券", 120), ("关于", "附近门店", 60))
FOLLOWERS = 18_400
#: Days between two articles, and how much more people follow on the day of one and the day after it.
EVERY, MORE = 7, (4.5, 2.2)


def content(days: Sequence[date], seed: int = 1) -> list[AnyNew]:
    """Rows of the days but the last, which is not over."""
    random, whole = Random(f"{seed}:content"), days[:-1]
    published = dict(zip(list(whole)[-3::-EVERY], ARTICLES, strict=False))
    found: list[AnyNew] = [_article(day, *told, random) for day, told in published.items()]
    followers = FOLLOWERS
    for n, day in enumerate(whole):
        more = max((MORE[k] for k in (0, 1) if n >= k and whole[n - k] in published), default=1)
        gained, lost = (
            round(random.uniform(22, 38) * more),
            round(random.uniform(9, 17) * (1 + (more - 1) / 3)),
        )
        followers += gained - lost
        found.append(
            NewFollowers(day=day, account=ACCOUNT, gained=gained, lost=lost, followers=followers)
        )
        found += [_clicks(day, *item, random) for item in MENU]
    return found


def _article(day: date, title: str, campaign: str, random: Random) -> NewArticle:
    opens = round(random.uniform(2_400, 5_200))
    readers = round(opens * random.uniform(0.78, 0.88))
    shares = round(opens * random.uniform(0.03, 0.07))
    return NewArticle(
        published=day, account=ACCOUNT, title=title, campaign=campaign, opens=opens, readers=readers, shares=shares,
        sharers=round(shares * 0.8), completion=Decimal(round(random.uniform(38, 66))) / 100, delivered=FOLLOWERS,
        follows=round(opens * random.uniform(0.008, 0.02)), to_menu=round(opens * random.uniform(0.01, 0.02)),
        to_mini_program=round(opens * random.uniform(0.06, 0.13)),
    )  # fmt: skip


def _clicks(day: date, menu: str, item: str, usual: int, random: Random) -> NewMenu:
    clicks = round(usual * random.uniform(0.75, 1.3) * (1.25 if day.weekday() >= 5 else 1))
    return NewMenu(
        day=day, account=ACCOUNT, menu=menu, item=item, clicks=clicks, clickers=round(clicks * random.uniform(0.7, 0.9))
    )  # fmt: skip
