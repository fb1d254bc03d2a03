"""The page of Official Account figures: a file looked at, put, corrected; mistakes by row; what it holds is told."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from litestar import Litestar
from litestar.testing import TestClient

from minilens.period import now, today
from tests.web.cast import Theatre, mark

Client = TestClient[Litestar]
HERE = "/a/cafe/content-files"
EN, ZH = {"accept-language": "en"}, {"accept-language": "zh"}
DAY = today("Asia/Shanghai", now()) - timedelta(days=3)
NEXT = DAY + timedelta(days=1)
ARTICLES = f'内容标题,发表时间,总阅读次数,阅读完成率\n春茶,{DAY},"1,234",45%\n招聘,{NEXT},10,--\n合计,,"1,244",\n'
FOLLOWERS = f"时间,新关注人数,取消关注人数\n{DAY},5,2\n"


def press(client: Client, do: str = "look", lang: dict[str, str] = EN, **form: str) -> Any:
    form |= {"csrf": mark(client, "/account"), "do": do}
    return client.post(HERE, data=form, headers=lang, follow_redirects=False)


def opens(theatre: Theatre) -> list[int | None]:
    app = theatre.records.apps.named("cafe").id
    return [one.opens for one in theatre.records.content.of(app, "articles", DAY, NEXT)]


def test_looked_at_put_and_corrected(theatre: Theatre, owner: Client) -> None:
    assert "No figures yet" in owner.get(HERE, headers=EN).text
    look = press(owner, rows=ARTICLES)
    assert (look.status_code, opens(theatre)) == (200, [])
    assert "Lines read: 2, rows: 2. Total lines left out: 1." in look.text
    assert '<option value="articles" selected>' in look.text
    assert "1,234 opens" in look.text
    done = press(owner, "put", rows=ARTICLES)
    assert (done.status_code, opens(theatre)) == (303, [1234, 10])
    page = owner.get(done.headers["location"], headers=EN).text
    assert "Imported: 2 days added, 0 replaced, 0 unchanged." in page
    assert "2 天没有变化" in press(owner, rows=ARTICLES, lang=ZH).text
    corrected = press(owner, rows=ARTICLES.replace(",10,", ",12,")).text
    assert ("10 opens" in corrected, "12 opens" in corrected) == (True, True)
    assert "春茶" in owner.get("/a/cafe/content-files.csv?kind=articles").text
    assert owner.get("/a/cafe/content-files.csv?kind=cats").status_code == 422


def test_each_kind_is_told_by_its_columns_which_can_be_chosen(
    theatre: Theatre, owner: Client
) -> None:
    look = press(owner, rows=FOLLOWERS, lang=ZH).text
    assert ("新关注" in look, '<option value="followers" selected>' in look) == (True, True)
    chosen: dict[str, Any] = {
        "col_day": "时间", "col_gained": "取消关注人数", "col_lost": "", "columns_of": "followers",
    }  # fmt: skip
    assert "2 gained" in press(owner, rows=FOLLOWERS, **chosen).text
    assert press(owner, "put", rows=FOLLOWERS, **chosen).status_code == 303
    assert "1 day stays as it is" in press(owner, rows=FOLLOWERS).text
    # columns of a file of another kind, looked at before, are none of this one's
    assert "1,234 opens" in press(owner, rows=ARTICLES, **chosen).text


def test_a_mistake_is_named_by_row_and_title(theatre: Theatre, owner: Client) -> None:
    wrong = ARTICLES.replace(",10,", ",1e1,")
    in_english, in_chinese = (
        press(owner, "put", rows=wrong).text,
        press(owner, rows=wrong, lang=ZH).text,
    )
    assert "Row 3: 总阅读次数 is not a valid number: 1e1" in in_english
    assert "第 3 行：总阅读次数 不是有效的数值：1e1" in in_chinese
    assert "articles[" not in in_english + in_chinese
    unknown = press(owner, rows="a,b\n1,2\n")
    assert (unknown.status_code, "choose which" in unknown.text) == (422, True)
    missing = press(owner, rows="a,b\n1,2\n", kind="menu")
    assert (missing.status_code, "No column for “Day”" in missing.text) == (422, True)
    assert press(owner, rows=" ").status_code == 422
    assert opens(theatre) == []
    text = press(owner, rows=f"日期,菜单,<script>x,点击次数\n{DAY},<b>,1,2\n", account="<i>").text
    assert ("<script>x" in text, "<i>" in text) == (False, False)


def test_days_around_publishing_are_chosen_at_the_list(owner: Client) -> None:
    page = owner.get("/a/cafe/content?period=30d&articles.around=7", headers=EN).text
    address = re.search(r'/a/cafe/content/articles[^"]*around=7[^"]*', page)
    assert address
    card = owner.get(address[0].replace("&amp;", "&"), headers=EN).text
    assert '<option value="7" selected>7 d before and after</option>' in card
    assert 'data-set="articles.around"' in card
    usual = owner.get("/a/cafe/content/articles?period=30d", headers=EN).text
    assert '<option value="3" selected>' in usual
    assert owner.get("/a/cafe/content/articles?around=31").status_code == 422
    assert "around" not in owner.get("/a/cafe/content/ways?period=30d", headers=EN).text
