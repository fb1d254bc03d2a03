"""Costs beside what they brought: by hand, and under any file every breakdown comes to the whole."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.errors import Refused
from minilens.measure.costs.names import NAMED
from minilens.measure.costs.query import CostsQuery, with_costs
from minilens.measure.costs.run import prepare
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.table import Table
from minilens.records.cost_content import NewCost
from minilens.records.rates import Rate
from minilens.reports import find, read
from minilens.serve.completed import completed
from tests.pipeline import LATER, Happening, House, at

pytestmark = pytest.mark.side_by_side
#: Counted by hand and by brute force here.
COSTED = tuple(one.name for one in NAMED)
ONE, TWO = date(2026, 11, 20), date(2026, 11, 21)
NOW = datetime(2026, 11, 25, tzinfo=UTC)
AS_OF = AsOf(LATER, NOW, 0)


def paid(day: date, hour: int, worth: str, currency: str = "CNY", **origin: Any) -> Happening:
    return Happening(
        at(f"{day} {hour:02d}:00"), "pay_success", session=f"{hour}{origin}", value=worth, currency=currency,
        props=f'{{"order_id": "{origin.get("campaign")} {hour}"}}', **origin,
    )  # fmt: skip


def back(day: date, device: str, worth: str, order: str, currency: str = "CNY") -> Happening:
    """A refund as a server tells it: of nobody's phone, of no campaign."""
    props = f'{{"order_id": "{order}"}}'
    return Happening(
        at(f"{day} 20:00"), "refund_success", device, value=worth, currency=currency, props=props
    )


def cost(day: date, money: str, campaign: str, **more: Any) -> NewCost:
    return NewCost(**{"day": day, "cost": Decimal(money), "campaign": campaign, **more})


@pytest.fixture(params=["made", "tail"])
def told(request: pytest.FixtureRequest, house: House) -> House:
    """Spring costs on two days with two creatives, Summer on one; Autumn has orders alone, Winter costs alone."""
    house.load([
        paid(ONE, 8, "10", campaign="Spring", material="A"), paid(ONE, 9, "5.5", "", campaign="Spring", material="B"),
        paid(TWO, 8, "7", currency="USD", campaign="Spring", material="A"), paid(TWO, 9, "", campaign="Summer"),
        paid(ONE, 10, "99", campaign="Autumn"), paid(ONE, 11, "99"),
        back(TWO, "b", "-1.25", "Spring 9"), back(TWO, "b", "3", "Autumn"), back(TWO, "b", "2", "Spring 9", "USD"),
    ])  # fmt: skip
    if request.param == "made":
        house.build()
    records = house.pipeline.records
    article, mini = {"landing": "article"}, {"landing": "mini_program"}
    records.costs.put(house.app.id, [
        cost(ONE, "2.5", "Spring", creative="A", impressions=1000, clicks=50, conversions=2, reach=500, **mini),
        cost(ONE, "1.5", "Spring", creative="B", impressions=1000, clicks=0, **mini),
        cost(TWO, "1", "Spring", creative="A", impressions=200, clicks=10, **mini),
        cost(TWO, "4", "Summer", **article), cost(TWO, "0", "Winter", creative="C", impressions=0),
        cost(TWO, "3", "Spring", currency="USD"),
    ], today=ONE.replace(day=25), now=NOW)  # fmt: skip
    return house


def ask(house: House, report: str, **asked: str) -> Table:
    given = {"from": str(ONE), "to": str(TWO), "compare": "none", **asked}
    state = read(given, find(report), house.app.timezone, NOW)
    query = completed(state.query(house.app.id), house.pipeline.records)
    return run(house.pipeline.engine, query, AS_OF)


def rows(table: Table, *names: str) -> dict[Any, tuple[Any, ...]]:
    places = [[one.name for one in table.columns].index(name) for name in names]
    return {row[0]: tuple(row[at] for at in places) for row in table.rows}


def test_days(told: House) -> None:
    table = ask(told, "ads.trend")
    assert rows(table, *COSTED) == {
        ONE: (4.0, 2000, 50, 0.025, 0.08, 2.0, 2.0, 2, 2, 2.0, 15.5, 0.0, 15.5, 3.875),
        TWO: (5.0, 200, 10, 0.05, 0.5, 25.0, None, None, 2, 2.5, 0.0, 1.25, -1.25, -0.25),
    }
    assert "USD" in table.notes[0].en
    weeks = rows(ask(told, "ads.trend", grain="week"), "spend", "campaign_events")
    assert weeks == {date(2026, 11, 16): (9.0, 4)}
    dollars = rows(
        ask(told, "ads.trend", currency="usd"), "spend", "campaign_events", "campaign_revenue"
    )
    assert dollars == {ONE: (0.0, 2, 5.5), TWO: (3.0, 1, 7.0)}
    other = ask(told, "ads.trend", compare_from=str(ONE), compare_to=str(ONE), **{"from": str(TWO)})
    assert [row[1] for row in other.compared] == [4.0]


def test_values(told: House) -> None:
    names = ("spend", "clicks", "cpc", "campaign_events", "campaign_net_revenue", "roas")
    table = ask(told, "ads.campaigns")
    assert rows(table, *names) == {
        "Spring": (5.0, 60, 5 / 60, 3, 14.25, 2.85), "Summer": (4.0, None, None, 1, 0.0, 0.0),
        "Winter": (0.0, None, None, 0, 0.0, None),
    }  # fmt: skip
    assert table.totals is not None
    assert table.totals[1] == 9.0
    creatives = rows(ask(told, "ads.creatives"), *names)
    assert creatives["A"] == (3.5, 60, 3.5 / 60, 2, 10.0, 10 / 3.5)
    assert creatives["B"] == (1.5, 0, None, 1, 4.25, 4.25 / 1.5)
    gross = rows(ask(told, "ads.creatives", refund="-"), "campaign_net_revenue", "campaign_refunds")
    assert gross["B"] == (5.5, 0)
    assert creatives[""][:2] == (4.0, None)
    landings = rows(ask(told, "ads.landings"), "spend", "campaign_events")
    assert landings == {"mini_program": (5.0, 3), "article": (4.0, 1), "": (0.0, 0)}
    found = ask(told, "ads.campaigns", search="su", sort="cpm", order="asc", top="1", rest="1")
    assert ([row[0] for row in found.rows], found.other is not None) == (["Summer"], True)
    views = rows(
        ask(told, "ads.campaigns", event="nothing_such"), "campaign_events", "cost_per_event"
    )
    assert views["Spring"] == (0, None)


def test_money_of_other_currencies_is_converted_by_its_day(told: House) -> None:
    """Dollars: 3 spent and 7 earned on the second day, 2 of 5.5 without a currency given back."""
    rates = [Rate("USD", ONE, Decimal(7)), Rate("USD", TWO, Decimal("6.5"))]
    told.pipeline.records.rates.set(told.app.id, "CNY", rates, now=NOW)
    names = ("spend", "campaign_revenue", "campaign_refunds", "campaign_net_revenue")
    table = ask(told, "ads.trend")
    assert rows(table, *names) == {ONE: (4.0, 15.5, 0, 15.5), TWO: (24.5, 45.5, 14.25, 31.25)}
    assert [one.en for one in table.notes[:2]] == [
        "Costs in USD are converted to CNY at the rate of their day",
        "Amounts are in CNY; USD converted at the rate of each event's day",
    ]
    assert rows(ask(told, "ads.campaigns"), *names)["Spring"] == (24.5, 61, 14.25, 46.75)
    assert rows(ask(told, "ads.campaigns", currency="USD"), *names)["Spring"] == (3, 12.5, 2, 10.5)


def test_a_campaign_under_two_landings_counts_for_none_of_them(told: House) -> None:
    records = told.pipeline.records
    both = [
        cost(ONE, "1", "Spring", landing="article"),
        cost(ONE, "1", "Spring", landing="mini_program"),
    ]
    records.costs.put(told.app.id, both, today=ONE, now=NOW)
    table = ask(told, "ads.landings", to=str(ONE))
    assert rows(table, "spend", "campaign_events") == {
        "article": (1.0, None),
        "mini_program": (1.0, None),
    }
    assert table.totals is not None
    assert dict(zip(("spend", "events"), (table.totals[1], table.totals[2]), strict=True)) == {
        "spend": 2.0,
        "events": 2,
    }


def test_what_cannot_be_meant(told: House) -> None:
    for field, value in (
        ("currency", "12"),
        ("currency", "人民币"),
        ("event", "x" * 129),
        ("sort", "visits"),
    ):
        with pytest.raises(Refused) as caught:
            ask(told, "ads.campaigns", **{field: value})
        assert caught.value.field == field


def test_tired_days_are_marked(house: House) -> None:
    """Seven days alike, then clicks cost more while fewer click; on one day people see the ad too often. Where clicks
    cost more and as many click, or fewer click at the old price, no audience is tired."""

    def day(n: int, money: str, clicks: int, reach: int | None = None) -> NewCost:
        when = date(2026, 11, 10) + timedelta(days=n)
        return cost(when, money, "Spring", impressions=1000, clicks=clicks, reach=reach)

    some = [
        *(day(n, "10", 50) for n in range(8)),
        day(8, "12", 39),
        day(9, "9.6", 40, 300),
        day(10, "13", 52),
        day(11, "20", 50),
        day(12, "7", 35),
    ]
    house.pipeline.records.costs.put(house.app.id, some, today=ONE.replace(day=25), now=NOW)
    asked = {"from": "2026-11-17", "to": "2026-11-22"}
    told = [one.en.rpartition(": ")[2] for one in ask(house, "ads.trend", **asked).notes]
    assert told == ["Amounts are in CNY", "11-18", "11-19"]
    often = [one.en for one in ask(house, "ads.trend", cap="4", **asked).notes]
    assert len(often) == 2, "1000 shown to 300 is under a cap of 4"
    assert len(ask(house, "ads.trend", grain="week", **asked).notes) == 1
    early = ask(house, "ads.trend", **{"from": "2026-11-10", "to": "2026-11-12"})
    assert len(early.notes) == 1


NAMES = st.sampled_from(["", "a", "b", "c"])
COUNT = st.none() | st.integers(0, 9)
ROW = st.fixed_dictionaries({
    "day": st.sampled_from([ONE, TWO]), "campaign": NAMES, "ad_set": NAMES, "creative": NAMES, "source": NAMES,
    "landing": st.sampled_from(["", "article", "mini_program"]), "currency": st.sampled_from(["CNY", "USD"]),
    "cost": st.integers(0, 10**12), "impressions": COUNT, "clicks": COUNT, "conversions": COUNT,
})  # fmt: skip


@given(some=st.lists(ROW, max_size=12), top=st.integers(1, 3))
def test_every_breakdown_comes_to_the_whole(some: list[dict[str, Any]], top: int) -> None:
    """Spend and counts of rows with the others are those of all days; each figure as counted one by one."""
    given_ = {"from": str(ONE), "to": str(TWO), "compare": "none"}

    def table(report: str, **more: str) -> Table:
        query = read(given_ | more, find(report), "Asia/Shanghai", NOW).query(1)
        assert isinstance(query, CostsQuery)
        # nothing is asked of events: of no campaign any can have come
        unnamed = with_costs(query, some, ())
        quiet = tuple(replace(one, campaign="") for one in unnamed.spent)
        return prepare(None, replace(unnamed, spent=quiet), AS_OF).run()  # type: ignore[arg-type]

    own = [row for row in some if row["currency"] == "CNY"]
    whole = sum(row["cost"] for row in own)
    days = table("ads.trend")
    assert sum(_millionths(row[1]) for row in days.rows) == whole
    for report, by in (("campaigns", "campaign"), ("ad_sets", "ad_set"), ("creatives", "creative"),
                       ("landings", "landing"), ("platforms", "source")):  # fmt: skip
        made = table(f"ads.{report}", top=str(top), rest="1")
        every = [*made.rows, *([made.other] if made.other else [])]
        assert sum(_millionths(row[1]) for row in every) == whole
        clicks = sum(row["clicks"] or 0 for row in own)
        assert sum(int(str(row[7] or 0)) for row in every) == clicks
        counted: dict[str, int] = defaultdict(int)
        for row in own:
            counted[row[by]] += row["cost"]
        assert {row[0]: _millionths(row[1]) for row in made.rows}.items() <= counted.items()
        assert made.total_rows == len(counted)


def _millionths(cell: object) -> int:
    return (
        int(Decimal(str(cell)) * 1_000_000)
        if "e" not in str(cell)
        else round(float(str(cell)) * 1_000_000)
    )
