"""Who comes back, by hand and beside a count by brute force: late events, merges, the tail, filters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given

from minilens.measure.persons.everybody import everybody
from minilens.measure.persons.query import PersonsQuery, Place
from minilens.measure.persons.run import found as persons_behind
from minilens.measure.prepared import AsOf
from minilens.measure.retention.query import OFFSETS, OFFSETS_OF, RetentionQuery
from minilens.measure.retention.run import COLUMNS
from minilens.measure.run import run
from minilens.measure.table import Table
from minilens.measure.why.query import FigureTable, FigureWhyQuery, OfFigure
from minilens.reports import find
from tests import by_name
from tests.addresses import asked
from tests.examples import costly
from tests.measure.histories import History, histories
from tests.measure.oracle import Oracle, first_of
from tests.measure.test_filters_against_brute_force import all_made, scattered
from tests.pipeline import CREATED, LATER, Happening, House, around, at, days

pytestmark = pytest.mark.side_by_side
Houses = Callable[..., House]
#: Measure → how it is counted of the people of a day and of those who visited on a later one.
RETAINED: dict[str, Callable[[set[int], set[int]], object]] = {
    "cohort_users": lambda first, later: len(first),
    "retained_users": lambda first, later: len(first & later),
    "retention_rate": lambda first, later: len(first & later) / len(first) if first else None,
}


def ask(house: House, query: RetentionQuery, today: date = LATER) -> Table:
    """The table as of a day."""
    return run(house.pipeline.engine, query, AsOf(today, CREATED, house.pipeline.loader.through))


def visit(day: str, device: str, scene: int = 1047) -> Happening:
    return Happening(at(f"{day} 09:00"), device=device, session=f"{device}{day}", scene=scene)


def of_day(table: Table, day: date | None) -> dict[object, tuple[object, ...]]:
    """Days later → people, returned, share."""
    return {row[1]: row[2:] for row in table.rows if row[0] == day}


def test_by_hand(house: House) -> None:
    """Ten come on the second of March, of whom one comes back two days later, as WeChat's own example has it."""
    first = [visit("2026-03-02", f"d{n}") for n in range(10)]
    house.load(
        [*first, visit("2026-03-04", "d3"), visit("2026-03-04", "z"), visit("2026-03-09", "z")]
    )
    house.build()
    query = RetentionQuery(house.app.id, days("2026-03-02", "2026-03-04"))
    table = ask(house, query)
    second, fourth = date(2026, 3, 2), date(2026, 3, 4)
    assert of_day(table, second) == {n: (10, int(n == 2), (n == 2) / 10) for n in OFFSETS}
    assert of_day(table, date(2026, 3, 3)) == dict.fromkeys(OFFSETS, (0, 0, None))
    assert of_day(table, fourth)[5] == (1, 1, 1.0)
    assert of_day(table, None)[2] == (11, 1, 1 / 11)
    assert of_day(table, None)[5] == (11, 1, 1 / 11)
    active = ask(house, replace(query, users="active"))
    assert of_day(active, fourth)[5] == (2, 1, 0.5)


#: Device, what is asked besides, the row, how many cohorts count them, what keeps them from it.
WHY: list[tuple[str, dict[str, Any], dict[str, Any], int, list[tuple[str, ...]]]] = [
    ("A", {}, {"day": "2026-03-02", "days_later": 2}, 1, []),
    ("A", {}, {"day": "2026-03-02", "days_later": 3}, 0, []),
    ("A", {}, {"days_later": 2}, 1, []),
    ("B", {}, {"day": "2026-03-02", "days_later": 2}, 0, [("before",)]),
    ("B", {"users": "active"}, {"day": "2026-03-02", "days_later": 2}, 1, []),
    ("C", {}, {"day": "2026-03-02", "days_later": 1}, 0, [("period",)]),
    ("C", {}, {"day": "2026-03-03", "days_later": 30}, 0, []),
    ("A", {"filters": (((by_name.condition("scene", "is", ("1001",))),),)},
     {"day": "2026-03-02", "days_later": 2}, 0, [("filter",)]),
]  # fmt: skip


def test_why_somebody_is_counted(house: House) -> None:
    """A came on the second and the fourth, B before and then like A, C on the third."""
    some = [visit(day, device) for day in ("2026-03-02", "2026-03-04") for device in "AB"]
    house.load([*some, visit("2026-02-01", "B"), visit("2026-03-03", "C")])
    house.build()
    for device, more, row, times, causes in WHY:
        query = RetentionQuery(house.app.id, days("2026-03-02", "2026-03-04"), **more)
        place = Place("retained_users", tuple(row.items()))
        found = told_of(house, query, place, house.person("device", device))
        told = found.times, [one.causes for one in found.reasons]
        assert told == (times, causes), (device, more, row)
        if more.get("users") == "active":
            days_of = [one.first.day for one in found.starts]
            assert days_of == [2, 4]


def told_of(house: House, query: RetentionQuery, place: Place, person: int) -> OfFigure:
    asked = FigureWhyQuery(query, place, person)
    table = run(house.pipeline.engine, asked, AsOf(LATER, CREATED, house.pipeline.loader.through))
    assert isinstance(table, FigureTable)
    return table.found


def test_what_is_still_to_come_is_unknown_and_weighs_nothing(house: House) -> None:
    house.load(
        [
            visit("2026-03-02", "a"),
            visit("2026-03-02", "b"),
            visit("2026-03-03", "a"),
            visit("2026-03-04", "c"),
        ]
    )
    house.build()
    query = RetentionQuery(house.app.id, days("2026-03-02", "2026-03-04"))
    table = ask(house, query, date(2026, 3, 4))
    assert of_day(table, date(2026, 3, 2))[1] == (2, 1, 0.5)
    assert of_day(table, date(2026, 3, 2))[2] == (2, 0, 0.0)
    assert of_day(table, date(2026, 3, 2))[3] == (2, None, None)
    assert of_day(table, date(2026, 3, 4))[1] == (1, None, None)
    assert of_day(table, None)[1] == (2, 1, 0.5)  # the day after the third is still running
    assert of_day(table, None)[2] == (0, None, None)
    assert of_day(ask(house, query, date(2026, 3, 5)), None)[2] == (2, 0, 0.0)


def test_filters_hold_for_both_visits(house: House) -> None:
    house.load(
        [
            visit("2026-03-02", "a"),
            visit("2026-03-02", "b"),
            visit("2026-03-03", "a", 1001),
            visit("2026-03-03", "b"),
        ]
    )
    house.build()
    scene = ((by_name.condition("scene", "is", ("1047",)),),)
    query = RetentionQuery(house.app.id, days("2026-03-02"), filters=scene)
    assert of_day(ask(house, query), date(2026, 3, 2))[1] == (2, 1, 0.5)


def test_what_came_after_the_build_counts(house: House) -> None:
    house.load([visit("2026-03-02", "a"), visit("2026-03-03", "b")])
    house.build()
    house.load([visit("2026-03-03", "a"), visit("2026-03-04", "b")])
    table = ask(house, RetentionQuery(house.app.id, days("2026-03-02", "2026-03-03")))
    assert of_day(table, date(2026, 3, 2))[1] == (1, 1, 1.0)
    assert of_day(table, date(2026, 3, 3))[1] == (1, 1, 1.0)


def test_an_app_without_events(house: House) -> None:
    table = ask(house, RetentionQuery(house.app.id, days("2026-03-02")))
    assert of_day(table, date(2026, 3, 2)) == dict.fromkeys(OFFSETS, (0, 0, None))


@costly(2, 100)
@given(history=histories().map(scattered))
def test_against_brute_force(new_app: Houses, history: History) -> None:
    house = all_made(new_app, history)
    oracle = Oracle(history.arrived, history.zone)
    over = around(history.arrived, history.zone)
    came: dict[date, set[int]] = {}
    for h in oracle.events:
        if h.name == "page_view" and h.traffic == "release":
            came.setdefault(oracle.day(h), set()).add(oracle.person[h.id])
    firsts = oracle.first_visits()
    for users in ("new", "active"):
        for cohort in OFFSETS_OF:
            query = RetentionQuery(house.app.id, over, users, cohort)
            table = ask(house, query)
            visitors: dict[date, set[int]] = {}
            for day, some in came.items():
                visitors.setdefault(first_of(day, cohort), set()).update(some)
            cohorts = {first_of(day, cohort) for day in over}
            assert {row[0] for row in table.rows} == {*cohorts, None}
            for first in cohorts:
                some = visitors.get(first, set())
                people = {
                    p for p in some if users == "active" or first_of(firsts[p], cohort) == first
                }
                for offset in OFFSETS_OF[cohort]:
                    later = visitors.get(so_many_later(first, cohort, offset), set())
                    right = tuple(RETAINED[one.name](people, later) for one in COLUMNS)
                    assert of_day(table, first)[offset] == right
            same_of_each(house, query, table)


def same_of_each(house: House, query: RetentionQuery, table: Table) -> None:
    """A cell counts those of whom it is said that it does."""
    row = max(table.rows, key=lambda one: (int(str(one[3] or 0)), str(one[0])))
    names = ("day", table.columns[1].name)
    keys = tuple(
        (n, str(one) if n == "day" else one) for n, one in zip(names, row, strict=False) if one
    )
    place, as_of = Place("retained_users", keys), AsOf(LATER, CREATED, 1 << 62)
    behind = persons_behind(house.pipeline.engine, PersonsQuery(query, place), as_of)
    assert behind.times is not None
    times = dict(zip(behind.person.tolist(), behind.times.tolist(), strict=True))
    for person in everybody(house.pipeline.engine, house.app.id).tolist()[:3]:
        assert told_of(house, query, place, person).times == times.get(person, 0)


def so_many_later(first: date, cohort: str, count: int) -> date:
    """Counted on the calendar: months by their numbers."""
    if cohort != "month":
        return first + timedelta(days=count * (7 if cohort == "week" else 1))
    months = first.year * 12 + first.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def test_wechats_own_example(house: House) -> None:
    """A hundred are new on 1 January, ten of them visit on the third: ten per cent two days later."""
    house.load(
        [
            *(visit("2026-01-01", f"d{n}") for n in range(100)),
            *(visit("2026-01-03", f"d{n}") for n in range(10)),
        ]
    )
    house.build()
    table = ask(house, RetentionQuery(house.app.id, days("2026-01-01")))
    assert of_day(table, date(2026, 1, 1))[2] == (100, 10, 0.1)


def test_weeks_begin_on_monday_and_are_whole(house: House) -> None:
    """New on Monday or Sunday is of the same week; who comes twice in a later week is one who came back."""
    house.load(
        [
            visit("2026-03-02", "a"), visit("2026-03-08", "b"), visit("2026-03-09", "c"),
            visit("2026-03-10", "a"), visit("2026-03-14", "a"), visit("2026-03-16", "b"),
        ]
    )  # fmt: skip
    house.build()
    query = RetentionQuery(house.app.id, days("2026-03-05"), cohort="week")
    table = ask(house, query)
    assert (table.start, table.end) == (date(2026, 3, 2), date(2026, 3, 8))
    first = of_day(table, date(2026, 3, 2))
    assert (first[1], first[2]) == ((2, 1, 0.5), (2, 1, 0.5))
    months = ask(house, replace(query, cohort="month"))
    assert of_day(months, date(2026, 3, 1))[1] == (3, 0, 0.0)


def test_a_running_week_has_no_weight_until_it_is_over(house: House) -> None:
    house.load([visit("2026-03-02", "a"), visit("2026-03-03", "b"), visit("2026-03-09", "a")])
    house.build()
    query = RetentionQuery(house.app.id, days("2026-03-02"), cohort="week")
    sunday, monday = date(2026, 3, 15), date(2026, 3, 16)
    assert of_day(ask(house, query, sunday), date(2026, 3, 2))[1] == (2, 1, 0.5)
    assert of_day(ask(house, query, sunday), None)[1] == (0, None, None)
    assert of_day(ask(house, query, monday), None)[1] == (2, 1, 0.5)
    assert of_day(ask(house, query, sunday), date(2026, 3, 2))[2] == (2, None, None)


def test_a_card_is_looked_at_again_while_somebody_may_come_back() -> None:
    report = find("traffic.retention")
    for day, changes in (("2026-11-28", True), ("2026-12-01", True), ("2026-12-02", False)):
        state = asked(
            [("from", "2026-11-01"), ("to", "2026-11-01")], report, date.fromisoformat(day)
        )
        assert state.includes(state.today) == changes, day
