"""What came by campaign links and what it came to: scans, bounces, conversions and revenue, counted by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from minilens.errors import Refused
from minilens.measure.campaigns.query import CampaignQuery
from minilens.measure.persons.query import PersonsQuery, Place
from minilens.measure.persons.run import found
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.table import Table
from minilens.period import now
from minilens.records.link_content import NewLink
from minilens.records.rates import Rate
from minilens.reports import find, read
from minilens.serve.completed import completed
from tests.pipeline import LATER, Happening, House, at

pytestmark = pytest.mark.side_by_side
DAY = "2026-11-20"
MOMENT = datetime(2026, 11, 25, tzinfo=UTC)
RANGE = {"from": DAY, "to": DAY}
#: The app's first day.
FIRST = date(2026, 11, 1)
AS_OF = AsOf(LATER, MOMENT, 1 << 62)


def came(link: str, device: str, hour: int, *, scene: int = 1047, pages: int = 1, paid: str = "",
         currency: str = "", day: str = DAY, province: str = "广东") -> list[Happening]:  # fmt: skip
    """A launch by a link with its visits; `paid`: and an order of that value."""
    moment, session = at(f"{day} {hour:02d}:00"), f"{device}-{day}-{hour}"

    def did(name: str, n: int, **more: str) -> Happening:
        return Happening(
            moment + n,
            name,
            device,
            session=session,
            link=link,
            scene=scene,
            province=province,
            seq=n,
            **more,  # type: ignore[arg-type]
        )

    visits = (did("page_view", n, page=f"p{n}") for n in range(1, pages + 1))
    order = [did("pay_success", 50, value=paid, currency=currency)] if paid else []
    return [did("app_launch", 0), *visits, *order]


@pytest.fixture(params=["made", "tail"])
def told(request: pytest.FixtureRequest, house: House) -> tuple[House, list[str]]:
    """A and B come by the poster at the door, A twice, once not by scanning; C by the card on the table, D by another
    campaign, E by none. A and D pay, E too."""
    names = (("Spring", "Door", "A3"), ("Spring", "Table", ""), ("Summer", "", ""))
    some = [
        NewLink(campaign=one, placement=two, material=three, page="p0") for one, two, three in names
    ]
    made = house.pipeline.records.links.create(house.app.id, some, now=now())
    door, table, summer = (link.code for link in made)
    if request.param == "made":
        house.load(came("", "z", 1, day="2026-11-18"))
    house.load(
        [
            *came(door, "a", 8, pages=3, paid="199.00", currency="CNY"), *came(door, "a", 12, scene=1007, paid="0.5"),
            *came(door, "b", 9), *came(table, "c", 10, province="上海"),
            *came(summer, "d", 11, paid="10", currency="USD"), *came("", "e", 12, pages=5, paid="7"),
        ]
    )  # fmt: skip
    if request.param == "made":
        house.build()
    return house, [door, table, summer]


def ask(house: House, report: str = "campaigns.list", **asked: str) -> Table:
    state = read(RANGE | asked, find(report), house.app.timezone, MOMENT, FIRST)
    return run(house.pipeline.engine, state.query(house.app.id), AS_OF)


def figures(table: Table, *names: str) -> dict[object, tuple[object, ...]]:
    """These columns by value."""
    columns = [table.column(name) for name in names]
    return dict(zip((row[0] for row in table.rows), zip(*columns, strict=True), strict=True))


def total(table: Table, *names: str) -> tuple[object, ...]:
    """These columns of all values together."""
    assert table.totals
    every = dict(zip((one.name for one in table.columns), table.totals, strict=True))
    return tuple(every[name] for name in names)


MONEY = ("scans", "launches", "conversions", "converters", "revenue")
#: Neither conversions nor money.
NONE = (0,) * 5
LEFT = ("revenue", "refunds", "net_revenue")


def test_scans_conversions_and_revenue(told: tuple[House, list[str]]) -> None:
    house, (door, table, summer) = told
    every = ask(house)
    assert figures(every, *MONEY) == {"Spring": (3, 4, 2, 1, 199.5), "Summer": (1, 1, 1, 1, 0)}
    assert total(every, *MONEY) == (4, 5, 3, 2, 199.5), "what came by no link is not among them"
    assert figures(ask(house, by="link"), *MONEY) == {
        door: (2, 3, 2, 1, 199.5), table: (1, 1, 0, 0, 0), summer: (1, 1, 1, 1, 0),
    }  # fmt: skip
    assert figures(every, "conversion_rate") == {"Spring": (1 / 3,), "Summer": (1.0,)}
    assert figures(ask(house, currency="usd"), "revenue") == {"Spring": (0.5,), "Summer": (10,)}
    assert figures(ask(house, event="add_to_cart"), "conversions") == {
        "Spring": (0,),
        "Summer": (0,),
    }


def test_a_day_that_runs_is_compared_up_to_the_same_hour(
    told: tuple[House, list[str]],
) -> None:
    """At eight in the morning: what came the day before at nine does not count yet."""
    house, (door, _, _) = told
    day, before = "2026-11-25", "2026-11-24"
    house.load([
        *came(door, "a", 7, day=before, paid="3"), *came(door, "b", 9, day=before, paid="50"),
        *came(door, "a", 7, day=day, paid="4"),
    ])  # fmt: skip
    state = read(
        {"from": day, "to": day, "compare": "previous"}, find("campaigns.list"), house.app.timezone, MOMENT, FIRST
    )  # fmt: skip
    as_of = AsOf(date(2026, 11, 25), MOMENT, 1 << 62)
    table = run(house.pipeline.engine, state.query(house.app.id), as_of)
    names = [one.name for one in table.columns]
    for rows, right in ((table.rows, (1, 4)), (table.compared, (1, 3))):
        found = dict(zip(names, rows[0], strict=True))
        assert (found["conversions"], found["revenue"]) == right


def refund(device: str, day: str, value: str, order: str = "", currency: str = "CNY") -> Happening:
    """Told by a server: of no launch and no campaign."""
    props = f'{{"order_id": "{order}"}}' if order else "{}"
    return Happening(
        at(f"{day} 15:00"), "refund_success", device, value=value, currency=currency, props=props
    )


def test_a_refund_lowers_revenue_on_its_own_day_where_its_order_was(
    told: tuple[House, list[str]],
) -> None:
    """A is given back 1.5 by two refunds, one of them below zero; D's dollars and E's order by no link are none of
    them; of nobody's order there is nothing to give back."""
    house, (door, _, _) = told
    house.load([
        refund("a", "2026-11-21", "-0.5"), refund("a", "2026-11-22", "1"),
        refund("d", "2026-11-21", "2", currency="USD"),
        refund("e", "2026-11-21", "7"), refund("c", "2026-11-21", "3"),
    ])  # fmt: skip
    over = {"to": "2026-11-22"}
    every = ask(house, **over)
    assert figures(every, *LEFT) == {"Spring": (199.5, 1.5, 198), "Summer": (0, 0, 0)}
    assert total(every, *LEFT) == (199.5, 1.5, 198)
    assert figures(ask(house), *LEFT)["Spring"] == (199.5, 0, 199.5), "the day of the order stays"
    later = ask(house, **{"from": "2026-11-21"}, **over)
    assert figures(later, *LEFT) == {"Spring": (0, 1.5, -1.5)}
    assert figures(ask(house, currency="usd", **over), *LEFT)["Summer"] == (10, 2, 8)
    by_link = ask(house, by="link", sort="refunds", top="1", rest="1", **over)
    assert [(row[0], row[-2]) for row in by_link.rows] == [(door, 1.5)]
    assert by_link.other
    assert by_link.other[-2:] == (0, 0)
    course = ask(house, "campaign.conversions", campaign="Spring", **over)
    assert [tuple(row)[-3:] for row in course.rows] == [
        (199.5, 0, 199.5),
        (0, 0.5, -0.5),
        (0, 1, -1),
    ]
    hours = ask(house, "campaign.hours", campaign="Spring", **over)
    assert [(str(row[0])[8:13], row[-2]) for row in hours.rows if row[-2]] == [("21 15", 0.5)]
    assert figures(ask(house, refund="-", **over), *LEFT)["Spring"] == (199.5, 0, 199.5)
    assert figures(ask(house, event="app_launch", **over), *LEFT)["Spring"] == (0, 0, 0)
    state = read(RANGE | over, find("campaigns.list"), house.app.timezone, MOMENT)
    query = state.query(house.app.id)
    for measure, right in (("refunds", 1), ("net_revenue", 1), ("revenue", 1)):
        asked = PersonsQuery(query, Place(measure, (("campaign", "Spring"),)), limit=None)  # type: ignore[arg-type]
        assert len(found(house.pipeline.engine, asked, AS_OF).person) == right


def test_a_refund_finds_its_order_by_the_number(house: House) -> None:
    """Told by a server under another identity; one whose number nobody knows is of the newest order of the person, and
    one of more than 90 days ago counts nowhere."""

    def order(campaign: str, hour: int, value: str, number: str, day: str = DAY) -> Happening:
        return Happening(
            at(f"{day} {hour:02d}:00"), "pay_success", "a", session=campaign, campaign=campaign, value=value,
            props=f'{{"order_id": "{number}"}}',
        )  # fmt: skip

    house.load([
        order("Old", 8, "9", "0", "2026-08-01"), order("Spring", 8, "10", "1"), order("Summer", 9, "20", "2"),
        refund("server", DAY, "4", "1"), refund("a", DAY, "5", "7"), refund("server", DAY, "6", "7"),
        refund("b", DAY, "3", "0"),
    ])  # fmt: skip
    house.build()
    assert figures(ask(house), *LEFT) == {"Spring": (10, 4, 6), "Summer": (20, 5, 15)}


def test_a_launch_with_one_page_view_bounces(told: tuple[House, list[str]]) -> None:
    house, _ = told
    made = house.pipeline.engine.one("SELECT count() FROM builds WHERE day = '2026-11-20' AND app = {app:UInt32}",
                                     {"app": house.app.id})  # fmt: skip
    right = (
        {"Spring": (0.75,), "Summer": (1.0,)} if made else {"Spring": (None,), "Summer": (None,)}
    )
    assert figures(ask(house), "launch_bounce_rate") == right


def test_rows_are_sorted_searched_cut_and_filtered(told: tuple[House, list[str]]) -> None:
    house, (door, table, summer) = told
    rows = ask(house, by="link", sort="revenue", order="asc").rows
    assert [row[0] for row in rows] == [*sorted([table, summer]), door]
    assert list(figures(ask(house, search="SUM"), "launches")) == ["Summer"]
    few = ask(house, by="link", top="1", rest="1")
    assert (few.total_rows, list(figures(few, "launches"))) == (3, [door])
    assert few.other
    other = dict(zip((one.name for one in few.columns), few.other, strict=True))
    assert tuple(other[name] for name in MONEY) == (2, 2, 1, 1, 0)
    only = ask(house, filter="province:is:上海")
    assert figures(only, *MONEY) == {"Spring": (1, 1, 0, 0, 0)}


def test_beside_the_days_before(told: tuple[House, list[str]]) -> None:
    house, _ = told
    beside = ask(
        house,
        **{"from": "2026-11-21", "to": "2026-11-21"},
        sort="revenue",
        sort_by="change",
        order="asc",
    )
    assert [row[0] for row in beside.rows] == ["Spring", "Summer"]
    assert beside.compared[0][-3:] == (199.5, 0, 199.5)
    assert beside.rows[0][-3:] == (0, 0, 0)


def test_the_page_of_a_campaign(told: tuple[House, list[str]]) -> None:
    house, (door, table, _) = told
    by_place = ask(house, "campaign.list", campaign="Spring")
    assert figures(by_place, *MONEY) == {"Door": (2, 3, 2, 1, 199.5), "Table": (1, 1, 0, 0, 0)}
    assert set(figures(ask(house, "campaign.list", campaign="Spring", by="link"), "scans")) == {
        door,
        table,
    }
    places = ask(house, "campaign.places", campaign="Spring")
    assert figures(places, "launches", "scans") == {"广东": (3, 2), "上海": (1, 1)}
    course = ask(house, "campaign.conversions", campaign="Spring")
    assert [tuple(row)[2:] for row in course.rows] == [(2, 1, 199.5, 0, 199.5)]


def test_the_first_hours_are_those_from_the_first_visit(told: tuple[House, list[str]]) -> None:
    house, _ = told
    table = ask(
        house, "campaign.hours", campaign="Spring", **{"from": "2026-11-24", "to": "2026-11-24"}
    )
    moments = [str(row[0])[11:13] for row in table.rows]
    assert (len(table.rows), moments[:2]) == (48, ["08", "09"])
    assert [row[1:] for row in table.rows[:5]] == [
        (3, 1, 1, 1, 199.0, 0, 199.0), (1, 1, *NONE), (1, 1, *NONE), (0, 0, *NONE), (1, 1, 1, 1, 0.5, 0, 0.5),
    ]  # fmt: skip
    assert ask(house, "campaign.hours", campaign="Autumn").rows == ()


def test_every_figure_has_its_persons(told: tuple[House, list[str]]) -> None:
    house, _ = told
    state = read(
        RANGE | {"by": "placement", "top": "1", "rest": "1"},
        find("campaigns.list"),
        house.app.timezone,
        MOMENT,
    )
    query = state.query(house.app.id)

    def persons(measure: str, *row: tuple[str, str]) -> int:
        assert isinstance(query, CampaignQuery)
        asked = PersonsQuery(query, Place(measure, row), limit=None)
        return len(found(house.pipeline.engine, asked, AS_OF).person)

    door, rest = ("placement", "Door"), ("placement", "(rest)")
    assert [
        persons(name, door) for name in ("scans", "visitors", "converters", "conversion_rate")
    ] == [2, 2, 1, 2]
    assert [persons(name, rest) for name in ("scans", "visitors", "converters")] == [1, 1, 0]
    assert [persons(name) for name in ("scans", "visitors", "revenue")] == [3, 3, 1]
    with pytest.raises(Refused, match="nonsense"):
        persons("nonsense")


def test_words_that_cannot_be_meant_are_refused(house: House) -> None:
    for asked in (
        {"currency": "yuan"},
        {"event": " "},
        {"by": "page"},
        {"refund": " "},
        {"refund": "pay_success"},
    ):
        with pytest.raises(Refused) as refused:
            ask(house, **asked)
        assert refused.value.field == next(iter(asked))


def test_other_currencies_are_converted_by_the_day_or_left_out(
    told: tuple[House, list[str]],
) -> None:
    """Dollars have a rate from the 20th on and another from the 22nd; of an order of the 19th and of pounds none."""
    house, (door, _, summer) = told
    records, app = house.pipeline.records, house.app.id
    rates = [
        Rate("USD", date(2026, 11, 22), Decimal("6.5")),
        Rate("USD", date(2026, 11, 20), Decimal(7)),
    ]
    house.load([
        *came(door, "f", 8, day="2026-11-19", paid="3", currency="USD"), *came(door, "g", 8, paid="1", currency="GBP"),
        *came(summer, "d", 8, day="2026-11-22", paid="2", currency="USD"),
        refund("d", "2026-11-21", "1", currency="USD"),
    ])  # fmt: skip
    house.build()
    over = {"from": "2026-11-19", "to": "2026-11-22"}

    def asked(report: str = "campaigns.list", **more: str) -> Table:
        state = read(RANGE | over | more, find(report), house.app.timezone, MOMENT, FIRST)
        query = completed(state.query(app), records, None)
        return run(house.pipeline.engine, query, AS_OF)

    apart = asked()
    assert figures(apart, *LEFT) == {"Spring": (199.5, 0, 199.5), "Summer": (0, 0, 0)}
    assert apart.notes[-1].en == (
        "Amounts are in CNY; left out for want of a rate: GBP (1 event), USD (3 events)"
    )
    records.rates.set(app, "cny", rates, now=MOMENT)
    together = asked()
    assert figures(together, *LEFT) == {"Spring": (199.5, 0, 199.5), "Summer": (83, 7, 76)}
    assert together.notes[-1].en == (
        "Amounts are in CNY; USD converted at the rate of each event's day; left out for want of a rate: GBP (1 "
        "event), USD (1 event)"
    )
    assert figures(asked(currency="USD"), "revenue") == {"Spring": (3.5,), "Summer": (12,)}, "apart"
    course = asked("campaign.conversions", campaign="Summer", grain="day")
    assert [tuple(row)[-1] for row in course.rows] == [0, 70, -7, 13]
    assert "USD converted" in course.notes[-1].en
