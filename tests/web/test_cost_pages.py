"""The page of advertising costs: a file looked at, put, corrected; mistakes by row; its columns remembered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from litestar import Litestar
from litestar.testing import TestClient

from minilens.period import now, today
from minilens.records.costs import units
from tests.web.cast import Theatre, mark

Client = TestClient[Litestar]
HERE = "/a/cafe/costs"
EN, ZH = {"accept-language": "en"}, {"accept-language": "zh"}
DAY = today("Asia/Shanghai", now()) - timedelta(days=3)
NEXT = DAY + timedelta(days=1)
ROWS = f'统计日期,推广计划名称,消耗(分),实付\n{DAY},春茶,"123,456",1\n{NEXT},春茶,100,2\n合计,,"123,556",3\n'


def press(client: Client, do: str = "look", lang: dict[str, str] = EN, **form: str) -> Any:
    form |= {"csrf": mark(client, "/account"), "do": do}
    return client.post(HERE, data=form, headers=lang, follow_redirects=False)


def kept(theatre: Theatre) -> list[str]:
    app = theatre.records.apps.named("cafe").id
    return [units(one.cost) for one in theatre.records.costs.of(app, DAY, NEXT)]


def test_looked_at_put_and_corrected(theatre: Theatre, owner: Client) -> None:
    assert "No costs yet" in owner.get(HERE, headers=EN).text
    look = press(owner, rows=ROWS, source="Tencent")
    assert (look.status_code, kept(theatre)) == (200, [])
    assert "1,234.56 CNY" in look.text
    assert "Rows read: 2, costs: 2. Total lines left out: 1." in look.text
    assert '<option value="消耗(分)" selected>' in look.text
    done = press(owner, "put", rows=ROWS, source="Tencent")
    assert done.status_code == 303
    assert kept(theatre) == ["1234.56", "1"]
    page = owner.get(done.headers["location"], headers=EN).text
    assert "Imported: 2 days added, 0 replaced, 0 unchanged." in page
    assert "1,235.56 CNY" in page
    again = press(owner, rows=ROWS, source="Tencent", lang=ZH).text
    assert "2 天没有变化" in again
    corrected = press(owner, rows=ROWS.replace(",100,", ",200,"), source="Tencent").text
    assert ("replaced" in corrected, "1 day stays as it is" in corrected) == (True, True)
    assert DAY.isoformat() in owner.get("/a/cafe/costs.csv").text


def test_columns_are_chosen_and_remembered(theatre: Theatre, owner: Client) -> None:
    chosen: dict[str, Any] = {
        "col_day": "统计日期",
        "col_cost": "实付",
        "col_campaign": "",
        "unit": "fen",
    }
    assert "0.01 CNY" in press(owner, rows=ROWS, source="Baidu", **chosen).text
    assert press(owner, "put", rows=ROWS, source="Baidu", **chosen).status_code == 303
    assert kept(theatre) == ["0.01", "0.02"]
    assert "2 days stay as they are" in press(owner, rows=ROWS, source="Baidu", unit="fen").text
    assert 'value="Baidu"' in owner.get(HERE, headers=EN).text
    other = ROWS.replace(
        "实付", "退款"
    )  # what is remembered is not there: found by its usual title
    assert "1,234.56 CNY" in press(owner, rows=other, source="Baidu").text


def test_a_mistake_is_named_by_row_and_title(theatre: Theatre, owner: Client) -> None:
    wrong = ROWS.replace(",100,", ",1e2,")
    in_english, in_chinese = (
        press(owner, "put", rows=wrong).text,
        press(owner, rows=wrong, lang=ZH).text,
    )
    assert "Row 3: 消耗(分) is not a valid number: 1e2" in in_english
    assert "第 3 行：消耗(分) 不是有效的数值：1e2" in in_chinese
    assert 'value="put"' not in in_english
    assert "costs[" not in in_english + in_chinese
    assert "Row 3, 消耗(分): Enter a value" in press(owner, rows=ROWS.replace(",100,", ",,")).text
    missing = press(owner, rows="date,campaign,paid\n2026-01-01,a,1\n")
    assert (missing.status_code, "No column for “Cost”" in missing.text) == (422, True)
    assert '<option value="paid">' in missing.text
    assert press(owner, rows=" ").status_code == 422
    unit = press(owner, rows=ROWS, unit="yuan")
    assert (unit.status_code, "differs from what the column" in unit.text) == (422, True)
    assert 'id="w-currency"' in press(owner, rows=ROWS, currency="RMBX").text or kept(theatre) == []
    assert kept(theatre) == []


def test_names_stay_texts(theatre: Theatre, owner: Client) -> None:
    rows = f"date,campaign,<script>x,cost\n{DAY},<b>,1,2\n"
    text = press(owner, rows=rows, source="<i>").text
    assert "<script>x" not in text
    assert "<i>" not in text


def test_what_counts_as_a_conversion_is_chosen_beside_the_title(
    theatre: Theatre, owner: Client
) -> None:
    page = owner.get("/a/cafe/ads?period=30d", headers=EN).text
    assert '<option value="pay_success" selected>' in page
    assert "<option selected>CNY</option>" in page
    press(owner, "put", rows=f"day,campaign,cost\n{DAY},spring,5\n", currency="USD", source="Other")
    page = owner.get("/a/cafe/ads?period=90d&event=add_to_cart&currency=usd&cap=5", headers=EN).text
    assert '<option value="add_to_cart" selected>' in page
    assert (
        "<option>CNY</option><option selected>USD</option>" in page
        or "<option selected>USD</option>" in page
    )
    assert 'name="cap" min="1" max="100" value="5"' in page
    assert '<input type="hidden" name="period" value="90d">' in page
    assert "event=add_to_cart" in page.split('id="ads-trend"')[1][:600], "cards are of the same"
    assert 'id="counted"' not in owner.get("/a/cafe/overview", headers=EN).text
    refused = owner.get("/a/cafe/ads?cap=0", headers=EN)
    assert refused.status_code == 422
    assert "cap" in refused.text
