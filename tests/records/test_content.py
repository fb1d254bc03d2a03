"""Figures of Official Accounts: days replaced as a whole, kind by kind; files as the console writes them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.errors import Refused
from minilens.records import content_file
from minilens.records.content_mappings import ContentMapping
from minilens.records.content_rows import (
    AnyNew,
    NewArticle,
    NewFollowers,
    NewMenu,
    article_id,
)
from minilens.records.store import Records

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
TODAY, ONE, TWO = date(2026, 11, 22), date(2026, 11, 20), date(2026, 11, 21)
PLAIN = ContentMapping()
LINK = "http://mp.weixin.qq.com/s?__biz=Mz&mid=2247483650&idx=2&sn=a1&chksm=b#rd"
CONSOLE = (
    "内容标题,发表时间,总阅读人数,总阅读次数,总分享人数,总分享次数,阅读后关注人数,送达人数,公众号消息阅读次数,"
    "送达阅读率,首次分享次数,分享产生阅读次数,首次分享率,每次分享带来阅读次数,阅读完成率,内容url\n"
    f'春茶上新,20261120,"1,002","1,234",30,35,4,"9,000",800,8.9%,20,400,2%,11,45.5%,{LINK}\n'
    "招聘,2026-11-20,12,15,0,0,0,9000,10,0.1%,0,0,0%,0,--,\n"
    '合计,,"1,014","1,249",30,35,4,,,,,,,,,\n'
)


@pytest.fixture
def app(records: Records) -> int:
    return records.apps.create("cafe", timezone="Asia/Shanghai", now=NOW).id


def article(day: date | None = ONE, opens: int = 5, **more: Any) -> NewArticle:
    return NewArticle(**{"published": ONE, "day": day, "title": "Tea", "opens": opens, **more})


def put(records: Records, app: int, *some: AnyNew, **more: Any) -> list[str]:
    done = records.content.put(app, some, today=TODAY, now=NOW, **more)
    return [f"{kind} {one.day:%d} {one.state}" for kind, days in done.items() for one in days]


def opens(records: Records, app: int) -> list[tuple[int, str, bool, int | None]]:
    some = records.content.of(app, "articles", ONE, TODAY)
    return [(one.day.day, one.title, one.whole, one.opens) for one in some]


def test_a_day_of_a_kind_is_replaced_as_a_whole(records: Records, app: int) -> None:
    some = (
        article(), article(title="Jobs"), article(None, 9), article(account="b"),
        NewFollowers(day=ONE, gained=5, lost=2, followers=100), NewMenu(day=ONE, item="Shop", clicks=3),
    )  # fmt: skip
    told = put(records, app, *some)
    assert told == ["articles 20 added", "articles 20 added", "followers 20 added", "menu 20 added"]
    before = opens(records, app)
    assert {one.rsplit(" ", 1)[1] for one in put(records, app, *reversed(some))} == {"unchanged"}
    assert opens(records, app) == before
    preview = records.content.preview(app, [article(opens=7)], today=TODAY)
    (day,) = preview["articles"]
    assert (day.before, day.after) == (
        (("opens", 10), ("readers", 0)),
        (("opens", 7), ("readers", 0)),
    )
    assert put(records, app, article(opens=7)) == ["articles 20 replaced"]
    assert opens(records, app) == [
        (20, "Tea", False, 7), (20, "Tea", True, 9), (20, "Tea", False, 5)
    ]  # fmt: skip
    assert records.content.of(app, "menu", ONE, ONE)[0].clicks == 3
    put(records, app, article(title="Jobs"), replaces="articles")
    assert len(opens(records, app)) == 4
    assert records.content.days(app)["followers"] == (ONE, ONE)
    assert len(records.audit.entries(action="content")) == 3


def test_articles_by_when_they_were_published(records: Records, app: int) -> None:
    put(records, app, article(TODAY), article(None, 9), article(TODAY, published=TWO, title="Jobs"))
    found = records.content.articles(app, ONE, ONE)
    assert [(one.title, one.day, one.whole) for one in found] == [
        ("Tea", ONE, True),
        ("Tea", TODAY, False),
    ]
    assert records.content.articles(app + 1, ONE, TODAY) == []


@pytest.mark.parametrize(
    ("one", "field", "code"),
    [
        (article(date(2026, 11, 19)), "articles[0].day", "bad_shape"),
        (article(date(2026, 11, 24)), "articles[0].day", "bad_shape"),
        (article(published=date(2011, 1, 1)), "articles[0].published", "bad_shape"),
        (article(opens=-1), "articles[0].opens", "out_of_range"),
        (NewArticle(published=ONE, title="a"), "articles[0].opens", "missing"),
        (article(title=" "), "articles[0].title", "missing"),
        (article(title="x" * 256), "articles[0].title", "too_long"),
        (article(completion=Decimal("1.01")), "articles[0].completion", "out_of_range"),
        (NewFollowers(day=ONE, followers=3), "followers[0].gained", "missing"),
        (NewMenu(day=ONE, item="", clicks=3), "menu[0].item", "missing"),
        (NewMenu(day=ONE, item="a", clicks=1, clickers=-1), "menu[0].clickers", "out_of_range"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(
    records: Records, app: int, one: AnyNew, field: str, code: str
) -> None:
    with pytest.raises(Refused) as caught:
        put(records, app, one)
    assert (caught.value.field, caught.value.code) == (field, code)
    assert caught.value.message("zh") != caught.value.message("en")
    with pytest.raises(Refused) as caught:
        put(records, app, article(), article(opens=6))
    assert (caught.value.field, caught.value.code) == ("articles[1]", "twice")
    assert opens(records, app) == []


def read(text: str, mapping: ContentMapping = PLAIN) -> list[AnyNew]:
    return list(content_file.read(text.encode("gbk"), mapping, TODAY).whole().rows)


def test_articles_as_the_console_exports_them() -> None:
    found = content_file.read(CONSOLE.encode("gbk"), ContentMapping(account="Tea house"), TODAY)
    assert (found.problems, found.totals, found.lines) == ([], 1, 2)
    assert found.rows[0] == NewArticle(
        published=ONE, account="Tea house", article="2247483650_2", title="春茶上新", opens=1234, readers=1002,
        completion=Decimal("0.455"), shares=35, sharers=30, follows=4, delivered=9000,
    )  # fmt: skip
    assert isinstance(found.rows[1], NewArticle)
    assert (found.rows[1].article, found.rows[1].completion) == ("", None)


def test_followers_and_menu_as_consoles_and_interfaces_tell_them() -> None:
    console = "时间,新关注人数,取消关注人数,净增关注人数,累积关注人数\n"
    console += '2026-11-20,1200,30,1170,"45,000"\n总计,1200,30,,\n'
    assert read(console) == [NewFollowers(day=ONE, gained=1200, lost=30, followers=45000)]
    by_source = "ref_date,user_source,new_user,cancel_user\n2026-11-20,0,5,1\n2026-11-20,30,7,0\n"
    assert read(by_source) == [NewFollowers(day=ONE, gained=12, lost=1)]
    menu = "日期,一级菜单,子菜单,菜单点击次数,菜单点击人数\n"
    menu += "2026/11/20,商城,新品,30,20\n2026/11/20,商城,新品,5,4\n2026/11/20,关于,,9,8\n"
    assert read(menu) == [
        NewMenu(day=ONE, menu="商城", item="新品", clicks=35), NewMenu(day=ONE, item="关于", clicks=9, clickers=8),
    ]  # fmt: skip
    # one that interfaces tell again day after day, each time all that it came to so far
    total = "ref_date,msgid,title,stat_date,int_page_read_user,int_page_read_count,share_user,share_count\n"
    total += "2026-11-20,2247483650_2,Tea,2026-11-21,8,10,1,2\n2026-11-20,2247483650_2,Tea,2026-11-20,5,6,1,1\n"
    assert read(total) == [
        NewArticle(published=ONE, article="2247483650_2", title="Tea", readers=8, opens=10, sharers=1, shares=2)
    ]  # fmt: skip
    daily = "标题,发布日期,统计日期,阅读次数\nTea,2026-11-20,2026-11-21,3\nTea,2026-11-20,2026-11-21,4\n"
    assert read(daily) == [article(TWO, 7)]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("a,b\n1,2\n", "file"),
        ("标题,阅读次数\na,1\n", "published"),
        ("标题,发表时间\na,2026-11-20\n", "opens"),
        ("时间,累积关注人数\n2026-11-20,5\n", "gained"),
        ("菜单,点击次数\na,1\n", "day"),
        ("日期,菜单,点击次数\n2026-11-20,a,\n", "menu[2].clicks"),
        ("标题,发表时间,阅读次数,完读率\na,2026-11-20,1,120%\n", "articles[2].completion"),
        ("标题,发表时间,阅读次数\na,soon,1\n", "articles[2].published"),
    ],
)
def test_a_mistake_in_a_file_is_named(text: str, field: str) -> None:
    with pytest.raises(Refused) as caught:
        read(text)
    assert caught.value.field == field


def test_what_tells_an_article() -> None:
    assert article_id(LINK) == article_id(LINK.replace("&", "&amp;")) == "2247483650_2"
    assert article_id("https://mp.weixin.qq.com/s/Ab_c-1?x=1") == "s/Ab_c-1"
    assert article_id(" other ") == "other"


@pytest.fixture(scope="module")
def one_store(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[Records]:
    """For all examples, on SQLite alone: an app each."""
    path = tmp_path_factory.mktemp("content") / "records.sqlite"
    found = Records(f"sqlite:///{shutil.copy(migrated_sqlite, path)}")
    yield found
    found.database.close()


ROW = st.builds(
    article, st.sampled_from([None, ONE, TWO]), st.integers(0, 9), title=st.sampled_from("ab"),
    account=st.sampled_from(["", "x"]),
)  # fmt: skip


@given(rows=st.lists(ROW, min_size=1, max_size=5, unique_by=lambda one: one.key), cut=st.data())
def test_files_cut_in_any_way_come_to_the_same(
    one_store: Records, rows: list[NewArticle], cut: st.DataObject
) -> None:
    """By article any parts come to the whole, twice and in any order."""
    name = f"app{len(one_store.apps.all())}"
    app = one_store.apps.create(name, timezone="Asia/Shanghai", now=NOW).id
    order = cut.draw(st.permutations(rows + rows))
    at = sorted(cut.draw(st.sets(st.integers(1, len(order)), max_size=3)) | {0, len(order)})
    for low, high in pairwise(at):
        part = {one.key: one for one in order[low:high]}
        put(one_store, app, *part.values(), replaces="articles")
    kept = one_store.content.of(app, "articles", ONE, TODAY)
    assert sorted(
        (one.day, one.title, one.account, one.whole, one.opens) for one in kept
    ) == sorted(
        (one.day or ONE, one.title, one.account, one.day is None, one.opens) for one in rows
    )
