"""Costs in files as consoles and Chinese Excel write them: encodings, titles, units, thousands, totals, mistakes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from minilens.errors import Refused, TooLarge
from minilens.records import column_file, cost_file
from minilens.records.cost_content import NewCost
from minilens.records.cost_mappings import CostMapping
from minilens.records.store import Records
from minilens.render.costs_csv import costs_csv

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
PLAIN = CostMapping()
ZH = (
    "日期,推广计划名称,广告组,创意名称,曝光次数,点击次数,点击率,花费(元),转化量,币种\n"
    '2026/11/20,春茶,门口,海报,"12,345",678,5.49%,"1,234.56",-,\n'
    "20261121,春茶,门口,海报,0,--,0,￥0,3,usd\n"
    '合计,,,,"12,345",678,,"1,234.56",3,\n'
)


def test_as_chinese_excel_saves_it() -> None:
    names: dict[str, Any] = {
        "campaign": "春茶",
        "ad_set": "门口",
        "creative": "海报",
        "source": "tencent",
    }
    wanted = [
        NewCost(day=date(2026, 11, 20), cost=Decimal("1234.56"), impressions=12345, clicks=678, **names),
        NewCost(day=date(2026, 11, 21), cost=Decimal(0), impressions=0, conversions=3, currency="USD", **names),
    ]  # fmt: skip
    for body in (ZH.encode("gbk", "replace").replace(b"?0", b"0"), ZH.encode(), ZH.encode("utf-8-sig"),
                 ZH.encode("utf-16"), ZH.replace("\n", "\r\n").encode() + b",,,,,,,,,\r\n"):  # fmt: skip
        found = cost_file.read(body, CostMapping(source="tencent"), TODAY)
        assert (found.rows, found.problems, found.totals, found.lines) == (wanted, [], 1, 2)
    assert found.columns["cost"] == "花费(元)"


def one(text: str, mapping: CostMapping = PLAIN) -> NewCost:
    (row,) = cost_file.whole(text.encode(), mapping, TODAY).rows
    return row


@pytest.mark.parametrize(
    "day", ["2026-11-03", "2026/11/3", "2026.11.03", "20261103", "2026年11月3日", "2026-11-03 00:00:00",
     "2026-11-03T13:00"],
)  # fmt: skip
def test_days_in_their_forms(day: str) -> None:
    assert one(f"date,cost\n{day},1\n").day == date(2026, 11, 3)


@pytest.mark.parametrize(
    ("title", "cell", "unit", "cost"),
    [
        ("cost", "1234", "", "1234"),
        ("消耗（分）", "1234", "", "12.34"),
        ("消耗", "1234", "fen", "12.34"),
        ("Spend [CNY]", '"1,234,567.5"', "yuan", "1234567.5"),
        ("cost", "￥１２.５", "", "12.5"),
    ],
)
def test_money_in_its_units(title: str, cell: str, unit: str, cost: str) -> None:
    mapping = CostMapping(unit=unit)  # type: ignore[arg-type]
    assert one(f"date,{title}\n2026-11-03,{cell}\n", mapping).cost == Decimal(cost)


@pytest.mark.parametrize(
    ("rows", "field", "code"),
    [
        ("2026-11-03,", "costs[2].cost", "missing"),
        (",1", "costs[2].day", "missing"),
        ("03/11/2026,1", "costs[2].day", "bad_date"),
        ("2026-11-01 至 2026-11-07,1", "costs[2].day", "bad_date"),
        ("2026-02-30,1", "costs[2].day", "bad_date"),
        ("45980,1", "costs[2].day", "bad_date"),
        ("2026-12-03,1", "costs[2].day", "bad_shape"),
        ("2026-11-03,-1", "costs[2].cost", "out_of_range"),
        ('2026-11-03,"1.234,56"', "costs[2].cost", "bad_value"),
        ('2026-11-03,"1,23"', "costs[2].cost", "bad_value"),
        ("2026-11-03,1.2E+05", "costs[2].cost", "bad_value"),
        ("2026-11-03,1.2万", "costs[2].cost", "bad_value"),
        ("2026-11-03,1,x", "costs[2].clicks", "bad_value"),
        ("2026-11-03,1,1.5", "costs[2].clicks", "bad_value"),
        ("2026-11-03,1,1,soon", "costs[2].landing", "unknown_choice"),
        ("2026-11-03,1\n2026-11-03,1", "costs[3]", "bad_shape"),
    ],
)
def test_a_mistake_is_named_with_its_line(rows: str, field: str, code: str) -> None:
    body = f"date,cost,clicks,landing\n{rows}\n2026-11-05,5\n".encode()
    found = cost_file.read(body, PLAIN, TODAY)
    assert [(one.field, one.code) for one in found.problems] == [(field, code)]
    assert found.problems[0].message("zh") != found.problems[0].message("en")
    with pytest.raises(Refused):
        cost_file.whole(body, PLAIN, TODAY)


@pytest.mark.parametrize(
    ("body", "mapping", "field"),
    [
        (b"", PLAIN, "file"),
        (b"date\n2026-11-03\n", PLAIN, "cost"),
        (b"cost\n1\n", PLAIN, "day"),
        (b"date,cost\n", PLAIN, "file"),
        (b"date,cost\n\xff\xff\xff,1\n", PLAIN, "file"),
        (b'date,cost\n"2026,1\n', PLAIN, "file"),
        (b"date,cost\n2026-11-03,1\n", CostMapping(columns={"cost": "spent"}), "file"),
        ("日期,消耗(分)\n2026-11-03,1\n".encode(), CostMapping(unit="yuan"), "unit"),
        (b"date,cost\n" + b"2026-11-03,1\n" * 100_001, PLAIN, "file"),
    ],
)
def test_what_is_no_file_of_costs(body: bytes, mapping: CostMapping, field: str) -> None:
    with pytest.raises(Refused) as caught:
        cost_file.read(body, mapping, TODAY)
    assert caught.value.field == field
    with pytest.raises(TooLarge):
        cost_file.read(b"x" * (column_file.MOST_BYTES + 1), PLAIN, TODAY)


def test_titles_are_mapped_or_left_out() -> None:
    text = "统计日期,消耗,实付,转化量\n2026-11-03,5,4,9\n"
    mapping = CostMapping(
        columns={"cost": "实付", "conversions": ""}, landing="article", currency="usd"
    )
    found = one(text, mapping)
    assert (found.cost, found.conversions) == (Decimal(4), None)
    assert (found.landing, found.currency) == ("article", "USD")


def test_hours_of_a_day_are_added_up_and_whom_they_reached_is_not_known() -> None:
    text = "时间,花费,点击,曝光人数\n2026-11-03 08:00,1.5,2,7\n2026-11-03 09:00,2.25,,8\n"
    found = one(text)
    assert (found.cost, found.clicks, found.reach) == (Decimal("3.75"), 2, None)


def test_what_comes_out_holds_no_formula_and_goes_in_again(records: Records) -> None:
    app = records.apps.create("cafe", timezone="Asia/Shanghai", now=NOW).id
    given = NewCost(
        day=TODAY,
        cost=Decimal("12.345678"),
        campaign="=HYPERLINK(1)",
        ad_set="@x",
        creative="-y",
        reach=5,
    )
    records.costs.put(app, [given], today=TODAY, now=NOW)
    text = costs_csv(records.costs.of(app, TODAY, TODAY))
    assert ",=" not in text
    assert ",@" not in text
    again = cost_file.whole(text.encode(), PLAIN, TODAY)
    assert again.rows == [given]
    (day,) = records.costs.put(app, again.rows, today=TODAY, now=NOW)
    assert day.state == "unchanged"
