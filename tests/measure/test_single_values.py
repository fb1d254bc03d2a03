"""One number of any measure: by hand, and the same as its question's by brute force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.catalog import BUILT_IN
from minilens.measure.events import formula
from minilens.measure.events.query import (
    Conversion,
    Counted,
    EventsQuery,
    Figure,
    Formula,
    Retained,
)
from minilens.measure.prepared import AsOf
from minilens.measure.query import Query
from minilens.measure.run import AnyQuery, run
from minilens.measure.single_value import (
    OfEvents,
    OfReports,
    Quotient,
    SingleValue,
    Source,
    single_value,
    trend,
)
from minilens.measure.table import Table
from minilens.text import NOTHING
from tests.examples import costly
from tests.measure.events.oracle import Asked
from tests.measure.events.test_against_brute_force import Houses, near, questions, sent
from tests.measure.events.test_by_hand import AMOUNT, DAY, NEXT, paid
from tests.measure.histories import History, histories
from tests.measure.oracle import Oracle
from tests.measure.test_filters_against_brute_force import scattered
from tests.pipeline import CREATED, LATER, Happening, House, around, at, days

pytestmark = pytest.mark.side_by_side

BOTH = days(DAY, NEXT)
#: On the first day a, b and c look, a and b pay; on the next a looks and pays again.
STORY = [
    *(Happening(at(f"{DAY} 09:00"), device=who, session=f"{who}1") for who in "abc"),
    *(paid(f"{DAY} 10:00", who, "add_favorite") for who in "abc"),
    paid(f"{DAY} 10:30", amount=10), paid(f"{DAY} 11:00", "b", amount=20), paid(f"{NEXT} 10:00", name="add_favorite"),
    paid(f"{NEXT} 23:00", amount=60),
]  # fmt: skip
LOOK, PAY = Counted("a", ("add_favorite",)), Counted("b", ("pay_success",))
MEASURES = (
    Figure("looked", NOTHING, 0, "persons"), Figure("paid", NOTHING, 1, "persons"),
    Figure("each", NOTHING, 1, "per_person"), Figure("middle", NOTHING, 1, "median", AMOUNT),
    Conversion("led", NOTHING, 0, 1, 3_600_000), Retained("back", NOTHING, 0, 1, 1),
    Formula("rate", NOTHING, "paid / looked", formula.parse("paid / looked", ("paid", "looked"), "")),
)  # fmt: skip


def asker(house: House, today: date = LATER) -> Callable[[AnyQuery], Table]:
    as_of = AsOf(today, CREATED.replace(year=2031), house.pipeline.loader.through)
    return lambda query: run(house.pipeline.engine, query, as_of)


def of_events(house: House, name: str) -> OfEvents:
    return OfEvents(EventsQuery(house.app.id, (LOOK, PAY), MEASURES, BOTH, groups=(AMOUNT,)), name)


def of_reports(house: House, name: str) -> OfReports:
    return OfReports(Query(house.app.id, (BUILT_IN.measure(name),), BOTH))


def test_by_hand(house: House) -> None:
    """Each with what it is made of: persons of the base, days of persons, times."""
    house.load(STORY)
    house.build()
    ask = asker(house)
    found = {
        one.name: single_value(of_events(house, one.name), BOTH, ask, LATER) for one in MEASURES
    }
    assert {name: (one.value, one.base) for name, one in found.items()} == {
        "looked": (3, 3), "paid": (2, 2), "each": (1.5, 2), "middle": (20, 3),
        "led": (pytest.approx(2 / 3), 3), "back": (0.25, 4), "rate": (pytest.approx(2 / 3), 3),
    }  # fmt: skip
    assert all(one.exact and not one.incomplete for one in found.values())
    visitors = single_value(of_reports(house, "visitors"), BOTH, ask, LATER)
    assert visitors == SingleValue(3, 3, exact=True, incomplete=False)
    both = Quotient(of_events(house, "paid"), of_reports(house, "visitors"))
    assert single_value(both, BOTH, ask, LATER).value == pytest.approx(2 / 3)
    nobody = days("2026-01-01", "2026-01-02")
    empty = SingleValue(None, 0, exact=True, incomplete=False)
    assert single_value(both, nobody, ask, LATER) == empty


def test_a_ratio_of_the_reports_says_what_it_is_divided_by(house: House) -> None:
    """Three launches of one page each."""
    house.load(STORY)
    house.build()
    found = single_value(of_reports(house, "visit_depth"), BOTH, asker(house), LATER)
    assert (found.value, found.base) == (1, 3)


def test_what_may_still_change(house: House) -> None:
    """Days that run, a window that is open behind them, a return that is not due."""
    house.load(STORY)
    last = BOTH.end
    for name, closed in (("looked", 1), ("led", 2), ("back", 2), ("rate", 1)):
        for after in (closed - 1, closed):
            today = last + timedelta(days=after)
            found = single_value(of_events(house, name), BOTH, asker(house, today), today)
            assert found.incomplete == (after < closed), (name, after)


def test_up_to_an_hour(house: House) -> None:
    """What came later on the last day counts nothing, but for a conversion that it completes."""
    house.load(STORY)
    for build in (False, True):
        if build:
            house.build()
        ask, until = asker(house), at_moment(f"{NEXT} 10:30")
        values = {
            name: single_value(of_events(house, name), BOTH, ask, LATER, until).value
            for name in ("middle", "paid", "each")
        }
        assert values == {"middle": 15, "paid": 2, "each": 1}
        early = at_moment(f"{DAY} 10:15")
        led = single_value(of_events(house, "led"), BOTH, ask, LATER, early)
        assert led.base == 3
        assert led.value == pytest.approx(2 / 3)
        visits = single_value(
            of_reports(house, "visits"), BOTH, ask, LATER, at_moment(f"{DAY} 09:00")
        )
        assert visits.value == 0


def at_moment(text: str) -> datetime:
    return datetime.fromtimestamp(at(text) / 1000, UTC)


def test_by_the_day(house: House) -> None:
    house.load(STORY)
    house.build()
    ask = asker(house)
    first, second = BOTH.start, BOTH.end
    sources: dict[Source, list[float | None]] = {
        of_events(house, "paid"): [2, 1], of_reports(house, "visitors"): [3, 0],
        of_events(house, "back"): [1 / 3, 0],
    }  # fmt: skip
    for source, values in sources.items():
        found = trend(source, BOTH, "day", ask)
        assert [day for day, _ in found] == [first, second]
        assert [value for _, value in found] == pytest.approx(values)
    rate = Quotient(of_events(house, "paid"), of_events(house, "looked"))
    assert [value for _, value in trend(rate, BOTH, "day", ask)] == [pytest.approx(2 / 3), 1]


@costly(2, 60)
@given(history=histories(), data=st.data())
def test_the_same_as_the_question(new_app: Houses, history: History, data: st.DataObject) -> None:
    """Of random questions each measure alone is what brute force counts."""
    history = sent(scattered(history))
    house = new_app(history.zone)
    house.load(history.arrived)
    house.build()
    oracle, over = Oracle(history.arrived, history.zone), around(history.arrived, history.zone)
    for _ in range(4):
        query = replace(data.draw(questions()), app=house.app.id, range=over, timezone=history.zone)
        asked = Asked(replace(query, groups=()), oracle, LATER)
        right = asked.measured(asked.events())
        ask = asker(house)
        found = [
            single_value(OfEvents(query, one.name), over, ask, LATER) for one in query.measures
        ]
        assert near(one.value for one in found) == near(right)
