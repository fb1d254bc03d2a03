"""Where a number is in its week or month, and the end it comes to: by hand, and against a brute-force count."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.catalog import BUILT_IN
from minilens.measure.events.query import Counted, EventsQuery, Figure
from minilens.measure.pace import Pace, pace, whole_period
from minilens.measure.query import Query
from minilens.measure.run import AnyQuery
from minilens.measure.single_value import Ask, OfEvents, OfReports, Quotient, Source, grows
from minilens.measure.table import Cost, Table
from minilens.period import Grain, Range
from minilens.text import NOTHING
from tests.measure.test_single_values import MEASURES, asker, of_events, of_reports
from tests.pipeline import CREATED, Happening, House, at, days

pytestmark = pytest.mark.side_by_side

FIRST = date(2026, 10, 5)  # a Monday
ORDERS = EventsQuery(
    0, (Counted("a", ("pay_success",)),), (Figure("orders", NOTHING, 0, "total"),), days("2026-10-05", "2026-10-05")
)  # fmt: skip


def orders(house: House) -> OfEvents:
    query = EventsQuery(house.app.id, ORDERS.events, ORDERS.measures, ORDERS.range)
    return OfEvents(query, "orders")


def paid(day: date, count: int) -> list[Happening]:
    return [Happening(at(f"{day} 10:00") + n, "pay_success", device="a") for n in range(count)]


def loaded(house: House, counts: dict[date, int]) -> None:
    house.load([one for day, count in counts.items() for one in paid(day, count)])
    house.build()


def of(house: House, today: date, grain: Grain = "week", first_day: date | None = FIRST) -> Pace:
    return pace(orders(house), grain, asker(house, today), today, first_day)


def test_it_goes_on_as_the_weeks_before_did(house: House) -> None:
    """Two whole weeks of 2 on Monday, 2 on Tuesday and 6 on Saturday; of the third 3 on Monday, 1 on Tuesday."""
    counts: dict[date, int] = {}
    for week in range(2):
        monday = FIRST + timedelta(weeks=week)
        counts |= {monday: 2, monday + timedelta(days=1): 2, monday + timedelta(days=5): 6}
    third = FIRST + timedelta(weeks=2)
    loaded(house, counts | {third: 3, third + timedelta(days=1): 1})
    tuesday = of(house, third + timedelta(days=1))  # 3 of Monday alone, as 2 became 10
    assert (tuesday.now.value, tuesday.end, tuesday.periods) == (4, 15, 2)
    wednesday = of(house, third + timedelta(days=2))
    assert (wednesday.now.value, wednesday.end) == (4, 10)
    assert wednesday.now.incomplete
    over = pace(orders(house), "week", asker(house, third), third, FIRST, at=FIRST)
    assert (over.now.value, over.end, over.periods) == (10, 10, 0)


def test_without_weeks_before_it_goes_on_evenly(house: House) -> None:
    loaded(house, {FIRST: 4, FIRST + timedelta(days=1): 2})
    assert of(house, FIRST).end is None  # the first day says nothing
    found = of(house, FIRST + timedelta(days=3))
    assert (found.now.value, found.end, found.periods) == (6, 14, 0)
    assert of(house, FIRST + timedelta(days=3), first_day=None).end == 14


def test_it_never_ends_with_less_than_there_is(house: House) -> None:
    """The week before had all of its orders on Monday; this one has them on its Sunday."""
    second = FIRST + timedelta(weeks=1)
    loaded(house, {FIRST: 5, second: 1, second + timedelta(days=6): 7})
    assert of(house, second + timedelta(days=6)).end == 8


def test_a_month_counts_in_its_own_days(house: House) -> None:
    loaded(house, {date(2026, 10, 31): 31, date(2026, 11, 1): 2})
    found = of(house, date(2026, 11, 11), "month", first_day=date(2026, 10, 1))
    assert (found.now.value, found.end, found.periods) == (
        2,
        6,
        0,
    )  # none by the tenth of October: evenly
    found = of(house, date(2026, 12, 1), "month", first_day=date(2026, 10, 1))
    assert (found.now.value, found.end) == (0, None)


def test_what_does_not_add_up_ends_where_it_is(house: House) -> None:
    loaded(house, {FIRST: 4})
    both = Quotient(orders(house), orders(house))
    found = pace(both, "week", asker(house, FIRST), FIRST, FIRST)
    assert (found.now.value, found.end) == (1, 1)


def test_what_adds_up(house: House) -> None:
    told = {one.name: grows(of_events(house, one.name)) for one in MEASURES}
    assert told == {
        "looked": True, "paid": True, "each": False, "middle": False, "led": False, "back": False, "rate": False,
    }  # fmt: skip
    assert [grows(of_reports(house, one)) for one in ("visitors", "visits", "visit_depth", "total_users")] == [
        True, True, False, False,
    ]  # fmt: skip


def told(counts: dict[date, int]) -> Ask:
    """Answers as the engine would."""

    def ask(query: AnyQuery) -> Table:
        assert isinstance(query, Query)
        over = query.range
        value = sum(count for day, count in counts.items() if over.start <= day <= over.end)
        columns = tuple(one.column() for one in query.measures)
        return Table(columns, ((value,),), over.start, over.end, CREATED, Cost(0, 0, 0), keys=0)

    return ask


@pytest.mark.hypothesis
@given(st.lists(st.integers(0, 9), min_size=1, max_size=70), st.sampled_from(("week", "month")))
def test_against_brute_force(counts: list[int], grain: Grain) -> None:
    """A number that is asked for by days, of each day so many."""
    first = date(2026, 1, 29)
    last = first + timedelta(days=len(counts) - 1)

    query = Query(1, (BUILT_IN.measure("visits"),), Range(first, first))
    source: Source = OfReports(query)
    every = {first + timedelta(days=n): count for n, count in enumerate(counts)}
    found = pace(source, grain, told(every), last, first)
    over = whole_period(last, grain)
    begun = [count for day, count in every.items() if day >= over.start]
    assert found.now.value == sum(begun)
    gone = (last - over.start).days
    if not gone and over.end > last:
        assert found.end is None
        return
    parts = wholes = 0
    start, seen = over.start, 0
    while seen < 3:
        end = start - timedelta(days=1)
        start = end - timedelta(days=end.weekday()) if grain == "week" else end.replace(day=1)
        if start < first:
            break
        seen += 1
        inside = [(day, count) for day, count in every.items() if start <= day <= end]
        wholes += sum(count for _, count in inside)
        parts += sum(count for day, count in inside if (day - start).days < gone)
    done = sum(count for day, count in every.items() if over.start <= day < last)
    straight = done * over.days / gone
    expected = done * wholes / parts if parts else straight
    assert found.end == pytest.approx(max(expected, sum(begun)))
