"""What persons are worth, by hand: payments, refunds and returns of few persons, asked by the API."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from litestar.testing import TestClient

from minilens.load.pipeline import Pipeline
from minilens.period import now
from minilens.records.cost_content import NewCost
from minilens.records.rates import Rate
from minilens.serve.wiring import console, questions
from minilens.settings import Settings
from tests.pipeline import Happening, House, at
from tests.web.sites import site

WEEK = {"kind": "ltv", "from": "2026-03-02", "to": "2026-03-09"}


def did(who: str, day: str, name: str = "page_view", **more: Any) -> Happening:
    return Happening(at(f"2026-03-{day} 10:00"), name, device=who, session=f"{who}{day}", **more)


def paid(who: str, day: str, value: str, coin: str = "CNY", name: str = "pay_success") -> Happening:
    return did(who, day, name, value=value, currency=coin)


#: Ann buys twice and is paid back in part, after her 7th day; Bob comes back on day 7 and pays in dollars; Cid pays
#: the day before his first visit, which is left out; Dan comes a week later.
STORY = [
    did("ann", "02", campaign="spring"), paid("ann", "02", "100.10"), paid("ann", "09", "50"),
    paid("ann", "10", "-30.10", name="refund_success"),
    did("bob", "03", campaign="spring"), did("bob", "10"), paid("bob", "10", "9", "USD"),
    paid("cid", "03", "70"), did("cid", "04"), did("dan", "09", campaign="summer"), paid("dan", "09", "8"),
]  # fmt: skip


def order(who: str, when: str, value: str, name: str = "pay_success", **props: str) -> Happening:
    money: dict[str, Any] = {"value": value, "currency": "CNY", "props": json.dumps(props)}
    return Happening(at(when), name, device=who, **money)


#: Eve's order is told by phone and server, then paid back in two parts, one of them told twice; after more than ninety
#: days its number is that of another one. Fay's first order was somebody else's before; one has no number.
STORY += [
    order("eve", "2025-11-03 09:00", "", "page_view"), order("fay", "2025-11-03 09:00", "", "page_view"),
    order("eve", "2025-11-03 10:01", "50", order_id="A1"), order("eve", "2025-11-03 10:02", "50", order_id="A1"),
    order("eve", "2025-11-04 10:00", "5", "refund_success", order_id="A1", refund_id="R1"),
    order("eve", "2025-11-04 10:01", "5", "refund_success", order_id="A1", refund_id="R1"),
    order("eve", "2025-11-05 10:00", "8", "refund_success", order_id="A1", refund_id="R2"),
    order("eve", "2026-02-14 10:00", "50", order_id="A1"), order("zed", "2025-11-03 10:00", "20", order_id="A2"),
    order("fay", "2025-11-03 10:05", "20", order_id="A2"), order("fay", "2025-11-03 10:06", "30", order_id="A3"),
    order("fay", "2025-11-03 10:07", "2", order_id=""),
]  # fmt: skip


SPENT = [
    NewCost(day=date(2026, 3, day), source="wechat", campaign=campaign, cost=Decimal(cost))
    for day, campaign, cost in ((2, "spring", "20"), (8, "spring", "25"), (9, "winter", "7.5"))
]  # fmt: skip


@pytest.fixture(scope="module")
def ask(
    pipeline: Pipeline, settings: Settings, new_app: Callable[..., House]
) -> Iterator[Callable[..., Any]]:
    house = new_app()
    house.load(STORY)
    house.build()
    pipeline.records.costs.put(house.app.id, SPENT, today=date(2026, 3, 20), now=now())
    token = pipeline.records.tokens.create(house.app.id, ("report:read", "admin"), now=now())

    def asked(question: dict[str, Any], lang: str = "en", address: str = "ask") -> Any:
        return client.post(
            f"/api/v1/apps/{house.app.name}/{address}", json=question,
            headers={"Authorization": f"Bearer {token}", "Accept-Language": lang},
        ).json()  # fmt: skip

    asked.app = house.app.id  # type: ignore[attr-defined]
    with (
        site(console(pipeline, settings, questions(pipeline, settings))) as app,
        TestClient(app) as client,
    ):
        yield asked


def some(row: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


def test_cohorts_up_to_now(ask: Callable[..., Any]) -> None:
    told = ask(WEEK)
    first, second, whole = told["rows"]
    counts = ("day", "cohort_users", "buyers", "repeat_buyers", "orders")
    money = ("revenue", "refunds", "net_revenue", "ltv", "currency")
    assert some(first, *counts) == ("2026-03-02", 3, 1, 1, 2)
    assert some(first, *money) == (150.1, 30.1, 120.0, 40.0, "CNY")
    assert some(first, "return_rate_7", "return_rate_14") == (pytest.approx(1 / 3),) * 2
    assert some(second, *counts) == ("2026-03-09", 1, 1, 0, 1)
    assert some(whole, *counts) == (None, 4, 2, 1, 3)
    assert some(whole, *money) == (158.1, 30.1, 128.0, 32.0, "CNY")
    assert told["notes"] == ["Amounts in CNY alone; left out: USD (1 orders)"]


def test_by_days_later_a_refund_counts_on_its_own_day(ask: Callable[..., Any]) -> None:
    told = ask(WEEK | {"show": "triangle", "days": [0, 7, 8]})
    rows = [row for row in told["rows"] if row["day"] == "2026-03-02"]
    assert [row["net_revenue"] for row in rows] == [100.1, 150.1, 120.0]
    assert [row["repeat_buyers"] for row in rows] == [0, 1, 1]


def test_groups_are_of_the_first_touch(ask: Callable[..., Any]) -> None:
    told = ask(WEEK | {"groups": [{"field": "campaign"}]})
    whole = {row["campaign"]: row["cohort_users"] for row in told["rows"] if row["day"] is None}
    assert whole == {"spring": 2, "": 1, "summer": 1}


def test_dollars_and_an_entry_by_payment(ask: Callable[..., Any]) -> None:
    (_, _, whole) = ask(WEEK | {"currency": "USD"})["rows"]
    assert some(whole, "buyers", "revenue") == (1, 9.0)
    entered = ask(WEEK | {"first": {"event": "pay_success"}, "return": {"event": "pay_success"}})
    assert some(entered["rows"][-1], "cohort_users", "revenue") == (4, 228.1)
    assert entered["rows"][0]["return_rate_7"] == pytest.approx(1 / 2)


def test_with_rates_money_is_in_the_reporting_currency(
    ask: Callable[..., Any], pipeline: Pipeline
) -> None:
    """Bob's 9 dollars count at 7 yuan, those who ask for dollars see them alone."""
    rates, app = pipeline.records.rates, ask.app  # type: ignore[attr-defined]
    rates.set(app, "CNY", [Rate("USD", date(2026, 3, 5), Decimal(7))], now=now())
    try:
        told = ask(WEEK)
        money = ("orders", "revenue", "refunds", "net_revenue", "currency")
        assert some(told["rows"][0], *money) == (3, 213.1, 30.1, 183.0, "CNY")
        assert some(told["rows"][-1], *money) == (4, 221.1, 30.1, 191.0, "CNY")
        assert told["notes"] == []
        (_, _, whole) = ask(WEEK | {"currency": "USD"})["rows"]
        assert some(whole, "orders", "revenue") == (1, 9.0)
        rates.set(app, "USD", [Rate("CNY", date(2026, 3, 9), Decimal("0.5"))], now=now())
        told = ask(WEEK | {"margin": {"rate": 1}})
        assert some(told["rows"][0], *money, "ad_cost") == (2, 34.0, 15.05, 18.95, "USD", 0.0)
        assert some(told["rows"][1], "revenue", "ad_cost") == (4.0, 3.75)
        assert told["notes"][0] == "Costs in CNY have no rate and are not included"
        assert told["notes"][-1] == "Amounts in USD alone; left out: CNY (1 orders)"
    finally:
        rates.set(app, "CNY", [], now=now())


def test_margins_stand_beside_what_was_spent(ask: Callable[..., Any]) -> None:
    margins = ("gross_margin", "ad_cost", "contribution_margin", "payback_day")
    told = ask(WEEK | {"margin": {"rate": 0.4}})
    assert some(told["rows"][0], *margins) == (48.0, 45.0, 3.0, 7)
    assert some(told["rows"][-1], *margins) == (51.2, 52.5, -1.3, None)
    told = ask(WEEK | {"margin": {"rate": 0.375}})
    assert some(told["rows"][0], *margins) == (45.0, 45.0, 0.0, 7), "to the last fen"
    told = ask(WEEK | {"margin": {"rate": 0.37}})
    assert some(told["rows"][0], *margins) == (44.4, 45.0, -0.6, None), "a refund took it back"
    told = ask(WEEK | {"margin": {"rate": 0.4}, "groups": [{"field": "campaign"}]})
    rows = {(row["campaign"], row["day"]): some(row, *margins) for row in told["rows"]}
    assert rows["spring", "2026-03-02"] == (48.0, 45.0, 3.0, 7)
    assert rows["", "2026-03-02"] == (0.0, 0.0, 0.0, None)
    assert told["notes"][0] == "7.50 CNY more were spent without a new user, and are in no row"


def test_where_the_cost_is_not_known_no_margin_is_left(ask: Callable[..., Any]) -> None:
    margin = {"margin": {"rate": 0.4}}
    told = ask(WEEK | margin | {"groups": [{"field": "province"}]})
    assert some(told["rows"][-1], "ad_cost", "contribution_margin") == (None, None)
    assert "no contribution margin is known" in told["notes"][0]
    told = ask(WEEK | margin | {"currency": "USD"}, "zh")
    assert some(told["rows"][-1], "gross_margin", "contribution_margin") == (3.6, None)
    assert told["notes"][0] == "这段时间没有 USD 的花费记录，贡献毛利未知"


def test_an_order_told_by_phone_and_server_counts_once(ask: Callable[..., Any]) -> None:
    own = {"from": "2025-11-03", "to": "2025-11-03", "key": {"property": "order_id"}}
    figures = ("cohort_users", "buyers", "repeat_buyers", "orders", "revenue", "refunds")
    whole = ask(WEEK | own | {"key": None})["rows"][-1]
    assert some(whole, *figures) == (2, 2, 2, 6, 202.0, 18.0)
    whole = ask(WEEK | own)["rows"][-1]
    assert some(whole, *figures) == (2, 2, 2, 4, 132.0, 5.0), "an order without a number counts"
    (cell, _) = ask(WEEK | own | {"show": "triangle", "days": [7]})["rows"]
    assert some(cell, "repeat_buyers", "orders") == (1, 3)
    whole = ask(WEEK | own | {"refund_key": {"property": "refund_id"}})["rows"][-1]
    assert some(whole, "orders", "refunds") == (4, 13.0)
    told = ask(WEEK | own | {"key": {"field": "value"}})
    assert (told["code"], told["field"]) == ("unknown_choice", "key.field")


def test_persons_behind_figures(ask: Callable[..., Any]) -> None:
    def behind(measure: str, row: dict[str, Any], **question: Any) -> Any:
        of = {"question": WEEK | question, "measure": measure, "row": row}
        return ask(of, address="ask/persons")

    def count(*of: Any, **question: Any) -> int:
        found: int = behind(*of, **question)["count"]
        return found

    whole, first = {"day": None}, {"day": "2026-03-02"}
    assert [count(name, first) for name in ("cohort_users", "return_rate_7", "buyers")] == [3, 1, 1]
    assert [count(name, whole) for name in ("cohort_users", "buyers", "repeat_buyers")] == [4, 2, 1]
    (ann,) = behind("orders", first)["persons"]
    assert ann["times"] == 2
    assert ann["person"] == behind("repeat_buyers", whole)["persons"][0]["person"]
    later = {"show": "triangle", "days": [0, 7]}
    at = [count("repeat_buyers", first | {"days_later": day}, **later) for day in (0, 7)]
    assert at == [0, 1]
    by = {"groups": [{"field": "campaign"}]}
    assert [count("cohort_users", {"campaign": one}, **by) for one in ("spring", "")] == [2, 1]
    assert count("buyers", {"campaign": "spring"} | first, **by) == 1
    told = behind("ltv", whole)
    assert (told["code"], told["field"]) == ("unknown_choice", "measure")
    told = behind("buyers", first, **later)
    assert (told["code"], told["field"]) == ("missing", "row.days_later")
    told = behind("buyers", {"day": "2026-04-06"})
    assert (told["code"], told["field"]) == ("day_outside", "row.day")


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"days": [7, 7]}, "days[1]", "bad_days_later"),
        ({"days": [2000]}, "days[0]", "bad_days_later"),
        ({"groups": [{"field": "page"}]}, "groups[0]", "not_of_touch"),
        ({"groups": [{"property": "sku"}]}, "groups[0]", "not_of_touch"),
        ({"revenue": {"field": "currency"}}, "revenue.field", "not_a_number"),
        ({"grain": "hour"}, "grain", "wrong_type"),
        ({"margin": {}}, "margin.rate", "missing"),
        ({"margin": {"rates": {"a": 0.1}}}, "margin.property", "missing"),
        ({"margin": {"rate": 0.1, "property": "m"}}, "margin.rate", "either_or"),
        ({"margin": {"property": "sku", "rates": {"a": 7}}}, "margin.rates.a", "bad_rate"),
        ({"currency": "C" * 20}, "currency", "too_long"),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_wrong_is_told_by_its_path(
    ask: Callable[..., Any], wrong: dict[str, Any], field: str, code: str, lang: str
) -> None:
    told = ask(WEEK | wrong, lang)
    assert (told["code"], told["field"]) == (code, field)
