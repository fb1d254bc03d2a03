"""Six weeks of a small café: believable, the same in every run but for the day it ends on."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from minilens.period import Range
from minilens.records.content_rows import AnyNew, NewArticle, NewFollowers, NewMenu
from minilens.records.cost_content import NewCost
from tests.pipeline import Happening, at

PAGES = ("pages/index", "pages/menu", "pages/item", "pages/cart", "=cmd|' /C calc'!A0")
PROVINCES = ("广东", "上海", "北京", "")
DAYS = 42


def history(today: date) -> list[Happening]:
    """What happened up to yesterday."""
    drawn = random.Random(20261122)
    past = Range(today - timedelta(days=DAYS), today - timedelta(days=1))
    return [h for day in past for h in one_day(drawn, day)]


def costs(today: date) -> list[NewCost]:
    """What two campaigns cost, each day up to yesterday."""
    past = Range(today - timedelta(days=DAYS), today - timedelta(days=1))
    return [
        NewCost(
            day=day, cost=Decimal(day.day * 7 + n) / 3 // Decimal("0.01") / 100, source="tencent", campaign=campaign,
            ad_set="=1+1", creative=f"c{n}", landing=("article", "mini_program")[n], impressions=1000 + day.day,
            clicks=30 - n,
        )
        for day in past
        for n, campaign in enumerate(("spring", "autumn"))
    ]  # fmt: skip


def content(today: date) -> list[AnyNew]:
    """What an Official Account came to, each day up to yesterday; an article every third day."""
    past = list(Range(today - timedelta(days=DAYS), today - timedelta(days=1)))
    return [
        *(
            NewFollowers(day=day, gained=10 + day.day, lost=day.day % 5, followers=1000 + n)
            for n, day in enumerate(past)
        ),
        *(NewMenu(day=day, menu="=1+1", item=item, clicks=day.day) for day in past for item in ("a", "b")),
        *(
            NewArticle(published=day, title=f"=HYPERLINK({n})", opens=100 + n, shares=n, completion=Decimal("0.5"))
            for n, day in enumerate(past[::3])
        ),
    ]  # fmt: skip


def readers(today: date) -> list[Happening]:
    """Who came from an article each day, on some of them after a scan, and paid."""
    past = Range(today - timedelta(days=DAYS), today - timedelta(days=1))
    found = []
    for n, day in enumerate(past):
        for hour, scene in ((8, 1011), (9, 1058)) if n % 3 else ((9, 1058),):
            about: dict[str, Any] = {"device": f"r{n}", "session": f"{day} r{hour}", "scene": scene}
            found.append(Happening(at(f"{day} {hour:02}:00"), page=PAGES[0], **about))
        found.append(Happening(at(f"{day} 09:01"), "pay_success", page=PAGES[0], seq=1, **about))
    return found


def just_now(moment: int) -> list[Happening]:
    """What four people have done a second ago."""
    return [
        Happening(moment - 1000, device=f"p{n}", session=f"now {moment} {n}", page=PAGES[n % 3])
        for n in range(1, 5)
    ]


def one_day(drawn: random.Random, day: date) -> Iterator[Happening]:
    """Some of thirty people, each for a few pages."""
    for person in drawn.sample(range(30), drawn.randint(4, 12)):
        start = at(f"{day} {drawn.randint(7, 21):02}:{drawn.randint(0, 59):02}")
        about: dict[str, Any] = {
            "device": f"p{person}",
            "session": f"{day} {person}",
            "scene": drawn.choice((1001, 1047, 1011)),
            "province": PROVINCES[person % 4],
            "campaign": ("", "spring", "autumn")[person % 3],
        }
        moment, seq = start, 0
        for page in drawn.choices(PAGES, (9, 6, 4, 3, 1), k=drawn.randint(1, 5)):
            yield Happening(moment, page=page, seq=seq, **about)
            stayed = drawn.randint(800, 90_000)
            took = f'{{"ms":{200 + stayed % 1500}}}'
            yield Happening(moment + 1, "page_load_time", page=page, seq=seq, props=took, **about)
            moment, seq = moment + stayed, seq + 2
            if drawn.random() < 0.8:
                yield Happening(
                    moment, "page_leave", page=page, duration=stayed, seq=seq - 1, **about
                )
            if drawn.random() < 0.1:
                yield Happening(moment, "share", page=page, seq=seq, **about)
                seq += 1
