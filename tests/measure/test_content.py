"""Official Account content beside what came of it: by hand, and files cut in any way give the same figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.errors import Refused
from minilens.measure.content.names import NAMED
from minilens.measure.content.query import ContentQuery
from minilens.measure.content.query import Told as OfRecords
from minilens.measure.content.run import by_period
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.table import Table
from minilens.period import Range
from minilens.records.content_rows import AnyNew, NewArticle, NewFollowers, NewMenu
from minilens.records.store import Article
from minilens.reports import find, read
from minilens.serve.completed import completed
from tests.pipeline import LATER, Happening, House, at

#: Counted by hand here.
CONTENT = tuple(one.name for one in NAMED)
ONE, TWO, THREE = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22)
NOW = datetime(2026, 11, 25, tzinfo=UTC)
AS_OF = AsOf(LATER, NOW, 0)


def launch(day: date, hour: int, device: str, scene: int, campaign: str = "") -> Happening:
    session = f"{device}{day}{hour}"
    return Happening(
        at(f"{day} {hour:02d}:00"), device=device, session=session, scene=scene, campaign=campaign
    )


def paid(of: Happening) -> Happening:
    """Half an hour after the launch, in it."""
    return Happening(
        of.ts + 1_800_000, "pay_success", device=of.device, session=of.session, scene=of.scene, campaign=of.campaign
    )  # fmt: skip


def followers(day: int, gained: int, lost: int, total: int | None = None) -> NewFollowers:
    return NewFollowers(day=date(2026, 11, day), gained=gained, lost=lost, followers=total)


FIGURES: tuple[AnyNew, ...] = (
    NewArticle(
        published=ONE, title="Tea", article="m_1", campaign="tea", opens=1000, readers=800, completion=Decimal("0.5"),
        shares=50, follows=9, to_mini_program=100,
    ),
    # the same article by day, fewer so far: passed over
    NewArticle(published=ONE, day=ONE, title="Tea", article="m_1", opens=600),
    # told by day alone: its readers are not added up
    NewArticle(
        published=TWO, day=TWO, title="Jobs", opens=30, readers=20, completion=Decimal("0.2"), to_menu=3, to_form=6
    ),
    NewArticle(published=TWO, day=THREE, title="Jobs", opens=10, readers=10, completion=Decimal("0.6")),
    *(followers(day, day, 1) for day in (18, 19)),
    followers(20, 100, 10, 1090), followers(21, 50, 40, 1100), followers(22, 5, 1, None),
    NewMenu(day=ONE, menu="Shop", item="New", clicks=40, clickers=30),
    NewMenu(day=ONE, item="About", clicks=10),
    NewMenu(day=THREE, menu="Shop", item="New", clicks=7),
)  # fmt: skip


@pytest.fixture(scope="module", params=["made", "tail"])
def told(request: pytest.FixtureRequest, new_app: Callable[..., House]) -> House:
    """Ann comes by the article and pays, Bob by the menu; Cid scans first and pays after the article; Dan, by a card
    that was shared from it, is none of its."""
    house = new_app()
    ann, bob = launch(ONE, 8, "ann", 1058, "tea"), launch(ONE, 9, "bob", 1035)
    cid, again = launch(ONE, 8, "cid", 1011), launch(TWO, 8, "cid", 1058, "Jobs")
    dan = launch(TWO, 9, "dan", 1007, "tea")
    house.load([ann, paid(ann), bob, cid, again, paid(again), dan, paid(dan)])
    if request.param == "made":
        house.build()
    house.pipeline.records.content.put(house.app.id, FIGURES, today=ONE.replace(day=25), now=NOW)
    return house


def ask(house: House, report: str, **asked: str) -> Table:
    given_ = {"from": str(ONE), "to": str(THREE), "compare": "none", **asked}
    state = read(given_, find(report), house.app.timezone, NOW)
    query = completed(state.query(house.app.id), house.pipeline.records)
    return run(house.pipeline.engine, query, AS_OF)


def rows(table: Table) -> dict[Any, dict[str, Any]]:
    names = [one.name for one in table.columns]
    return {row[0]: dict(zip(names[1:], row[1:], strict=True)) for row in table.rows}


def test_days(told: House) -> None:
    found = rows(ask(told, "content.trend"))
    assert found[ONE] == {
        "article_opens": 1000, "published_articles": 1, "article_shares": 50, "followers_gained": 100,
        "followers_lost": 10, "followers_net": 90, "followers_total": 1090, "unfollow_rate": 0.01, "menu_clicks": 50,
        "menu_click_rate": 50 / 1090, "article_launches": 1, "menu_launches": 1, "article_conversions": 1,
    }  # fmt: skip
    assert found[TWO]["article_opens"] == 30
    assert (found[TWO]["menu_clicks"], found[TWO]["menu_launches"]) == (None, 0)
    assert (found[THREE]["followers_total"], found[THREE]["unfollow_rate"]) == (None, None)
    assert (found[THREE]["menu_clicks"], found[THREE]["menu_click_rate"]) == (7, None)
    weeks = rows(ask(told, "content.trend", grain="week"))[date(2026, 11, 16)]
    assert weeks | {"unfollow_rate": 0, "menu_click_rate": 0} == {
        "article_opens": 1040, "published_articles": 2, "article_shares": 50, "followers_gained": 155,
        "followers_lost": 51, "followers_net": 104, "followers_total": 1100, "unfollow_rate": 0, "menu_clicks": 57,
        "menu_click_rate": 0, "article_launches": 2, "menu_launches": 1, "article_conversions": 2,
    }  # fmt: skip
    assert weeks["unfollow_rate"] == pytest.approx(50 / (1000 + 1090))
    days = {"from": str(TWO), "to": str(TWO), "compare_from": str(ONE), "compare_to": str(ONE)}
    other = ask(told, "content.trend", **days)
    assert [row[1] for row in other.compared] == [1000]


def test_articles(told: House) -> None:
    table = ask(told, "content.articles", around="2")
    tea, jobs = rows(table)["m_1"], rows(table)["Jobs 2026-11-21"]
    assert tea == {
        "article_opens": 1000, "article_readers": 800, "completion_rate": 0.5, "article_shares": 50,
        "article_sharing_rate": 0.05, "article_follows": 9, "to_menu": None, "to_menu_rate": None,
        "to_mini_program": 100, "to_mini_program_rate": 0.1, "to_form": None, "to_form_rate": None,
        "gained_before": 37, "gained_after": 150, "lost_before": 2, "lost_after": 50, "article_launches": 1,
        "article_conversions": 1,
    }  # fmt: skip
    assert (jobs["article_opens"], jobs["article_readers"], jobs["completion_rate"]) == (
        40,
        None,
        0.3,
    )
    assert (jobs["to_menu_rate"], jobs["to_form_rate"]) == (0.1, 0.2)
    assert (jobs["gained_before"], jobs["gained_after"], jobs["lost_before"]) == (119, 55, 11)
    assert (jobs["article_launches"], jobs["article_conversions"]) == (1, 1)
    # of more days around than are known nothing is said
    assert rows(ask(told, "content.articles"))["Jobs 2026-11-21"]["gained_after"] is None
    assert table.columns[0].shown
    assert table.columns[0].shown("m_1", "en") == "2026-11-20 · Tea"
    names = [one.name for one in table.columns]
    assert table.totals is not None
    whole = dict(zip(names, table.totals, strict=True))
    assert (whole["article_opens"], whole["article_launches"], whole["gained_before"]) == (
        1040,
        2,
        None,
    )
    assert whole["completion_rate"] == pytest.approx((1000 * 0.5 + 30 * 0.2 + 10 * 0.6) / 1040)
    found = ask(told, "content.articles", search="jo", sort="article_shares", rest="1", top="1")
    assert ([row[0] for row in found.rows], found.total_rows) == (["Jobs 2026-11-21"], 1)
    assert "not persons" in table.notes[0].en
    one_day = ask(told, "content.articles", **{"from": str(TWO), "to": str(TWO)})
    assert list(rows(one_day)) == ["Jobs 2026-11-21"]


def test_articles_that_share_a_campaign_have_none_of_it(house: House) -> None:
    ann = launch(ONE, 8, "ann", 1058, "tea")
    house.load([ann, paid(ann)])
    other = NewArticle(published=THREE, title="Tea again", campaign="tea", opens=1)
    some = (*FIGURES, other)
    house.pipeline.records.content.put(house.app.id, some, today=NOW.date(), now=NOW)
    table = ask(house, "content.articles")
    assert rows(table)["m_1"]["article_launches"] is None
    assert table.totals is not None
    assert table.totals[-2:] == (1, 1)
    assert table.notes[-1].en.startswith(
        "Several articles share a campaign (tea): the 1 launch and 1 conversion"
    )
    assert len(ask(house, "content.articles", **{"from": str(THREE), "to": str(THREE)}).notes) == 1


def test_menu(told: House) -> None:
    table = ask(told, "content.menu")
    names = [column.name for column in table.columns[1:]]
    assert names == ["menu_clicks", "menu_click_share", "menu_clickers", "menu_click_rate"]
    assert table.rows == (
        ("Shop › New", 47, 47 / 57, 30, 40 / 1090), ("About", 10, 10 / 57, None, 10 / 1090),
    )  # fmt: skip
    assert table.totals == ("", 57, 1.0, 30, 50 / 1090)
    few = ask(told, "content.menu", top="1", rest="1")
    assert few.other == ("", 10, 10 / 57, None, 10 / 1090)


def test_ways(told: House) -> None:
    table = ask(told, "content.ways")
    assert [(row[0], *row[1:4]) for row in table.rows] == [
        ("oa_article", 1, 0.5, 1.0), ("scan → oa_article", 1, 0.5, 2.0),
    ]  # fmt: skip
    assert table.totals is not None
    assert table.totals[1:4] == (2, 1.0, 1.5)
    assert [row[4] for row in table.rows] == [pytest.approx(0.5 / 24), pytest.approx(24.5 / 24)]
    assert table.columns[0].shown
    assert table.columns[0].shown("scan → oa_article", "zh") == "扫码 → 公众号文章"


def test_what_cannot_be_meant(told: House) -> None:
    for report, field, value in (
        ("content.articles", "around", "31"),
        ("content.articles", "event", "x" * 129),
        ("content.menu", "sort", "visits"),
    ):
        with pytest.raises(Refused) as caught:
            ask(told, report, **{field: value})
        assert caught.value.field == field


ROW = st.fixed_dictionaries({
    "day": st.sampled_from([ONE, TWO, THREE]), "title": st.sampled_from("abc"), "whole": st.booleans(),
    "opens": st.none() | st.integers(0, 9), "shares": st.none() | st.integers(0, 9),
})  # fmt: skip


def article(row: dict[str, Any]) -> Article:
    none = dict.fromkeys(
        ("readers", "sharers", "delivered", "follows", "to_menu", "to_mini_program", "to_form")
    )
    day = ONE if row["whole"] else row["day"]
    more = {
        "account": "",
        "article": row["title"],
        "campaign": "",
        "published": ONE,
        "completion": None,
    }
    return Article(**(row | none | more | {"day": day}))


@given(some=st.lists(ROW, max_size=12))
def test_every_article_counts_once_and_periods_come_to_the_whole(
    some: list[dict[str, Any]],
) -> None:
    """As a whole or by day, whichever has more opens; days, weeks and any order come to the same."""
    given_ = {"from": str(ONE), "to": str(THREE), "compare": "none"}
    asked = read(given_, find("content.trend"), "Asia/Shanghai", NOW).query(1)
    assert isinstance(asked, ContentQuery)

    def opens(articles: Sequence[Article], grain: str) -> tuple[int, int]:
        query = replace(asked, grain=grain, told=OfRecords(tuple(articles)))  # type: ignore[arg-type]
        found = by_period(query, Range(ONE, THREE), query.told, {}).values()
        sums = [sum(int(one.held.get(name, 0)) for one in found) for name in ("opens", "shares")]
        return sums[0], sums[1]

    articles = list(map(article, some))
    by_title: dict[str, list[Article]] = defaultdict(list)
    for one in articles:
        by_title[one.title].append(one)
    wanted = 0
    for rows_ in by_title.values():
        whole = max((one.opens or 0 for one in rows_ if one.whole), default=0)
        wanted += max(whole, sum(one.opens or 0 for one in rows_ if not one.whole))
    assert opens(articles, "day")[0] == wanted
    assert opens(articles, "week") == opens(articles, "day")
    assert opens(articles[::-1], "month")[0] == wanted
