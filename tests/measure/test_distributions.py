"""How long launches last and how deep they go: by hand at every edge, and beside a count by brute force."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given

from minilens.measure.distribution.buckets import DISTRIBUTIONS
from minilens.measure.distribution.query import DistributionQuery
from minilens.measure.distribution.run import MEASURED
from minilens.measure.filters import Filters
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.table import Table
from minilens.period import GRAINS, Range
from tests import by_name
from tests.examples import costly
from tests.measure.filtered_oracle import Filtered
from tests.measure.histories import History, histories
from tests.measure.oracle import Oracle, Session, first_of
from tests.measure.test_filters_against_brute_force import all_made, picks, scattered
from tests.pipeline import CREATED, LATER, Happening, House, around, at, days

pytestmark = pytest.mark.side_by_side
Houses = Callable[..., House]
DURATION, DEPTH = DISTRIBUTIONS["launch_duration"], DISTRIBUTIONS["launch_depth"]
#: Milliseconds of launches, and the bucket of each as WeChat names it.
EDGES = {
    0: "1", 2999: "1", 3000: "2", 5999: "2", 6000: "3", 10_999: "3", 11_000: "4", 20_999: "4", 21_000: "5",
    30_999: "5", 31_000: "6", 50_999: "6", 51_000: "7", 100_999: "7", 101_000: "8", 9_000_000: "8",
}  # fmt: skip
#: Measure → how it is counted of the launches of a bucket and of all.
SHARED: dict[str, Callable[[list[Session], list[Session]], object]] = {
    "launches": lambda some, every: len(some),
    "launch_share": lambda some, every: len(some) / len(every) if every else None,
    "launch_users": lambda some, every: len(people(some)),
    "launch_user_share": lambda some, every: len(people(some)) / len(people(every)) if every else None,
}  # fmt: skip


def people(some: Iterable[Session]) -> set[int]:
    return {one.person for one in some}


def ask(house: House, query: DistributionQuery, today: date = LATER) -> Table:
    return run(house.pipeline.engine, query, AsOf(today, CREATED, house.pipeline.loader.through))


def launch(
    moment: str, device: str, *pages: str, duration: int | None = None, scene: int = 1001
) -> list[Happening]:
    """One launch: it opens, sees these pages, and leaves the last after so many milliseconds."""
    start, session = at(moment), f"{device}-{moment}"
    said: list[tuple[str, str, int | None]] = [("app_launch", "", None)]
    said += [("page_view", page, None) for page in pages]
    said += [("page_leave", "", duration)] if duration is not None else []
    return [
        Happening(start + n, name, device, session=session, page=page, duration=ms, seq=n, scene=scene)
        for n, (name, page, ms) in enumerate(said)
    ]  # fmt: skip


def rows(table: Table) -> dict[object, tuple[object, ...]]:
    return {row[0]: row[1:] for row in table.rows}


def test_a_launch_at_each_edge_is_in_its_bucket(house: House) -> None:
    house.load(
        [
            h
            for n, ms in enumerate(EDGES)
            for h in launch(f"2026-03-02 {n:02d}:00", f"d{n}", "a", duration=ms)
        ]
    )
    house.build()
    table = ask(house, DistributionQuery(house.app.id, days("2026-03-02"), DURATION))
    assert [row[0] for row in table.rows] == ["1", "2", "3", "4", "5", "6", "7", "8", ""]
    assert rows(table) == {str(n): (2, 1 / 8, 2, 1 / 8) for n in range(1, 9)} | {"": (0, 0, 0, 0)}
    assert table.totals == (None, 16, None, 16, None)


def test_a_person_counts_once_in_each_bucket(house: House) -> None:
    house.load([
        *launch("2026-03-02 08:00", "a", "p", duration=1000), *launch("2026-03-02 09:00", "a", "p", duration=2000),
        *launch("2026-03-02 10:00", "a", "p", duration=40_000), *launch("2026-03-02 11:00", "b", "p"),
    ])  # fmt: skip
    house.build()
    found = rows(ask(house, DistributionQuery(house.app.id, days("2026-03-02"), DURATION)))
    assert found["1"] == (2, 0.5, 1, 0.5)
    assert found["6"] == (1, 0.25, 1, 0.5)
    assert found[""] == (1, 0.25, 1, 0.5)  # how long it lasted nobody said


def test_pages_seen_twice_are_one_and_none_are_said_so(house: House) -> None:
    seen = [["p"], ["p", "q", "p"], [*"abcdef"], [*"abcdefghij"], [*"abcdefghijk"], []]
    house.load(
        [h for n, pages in enumerate(seen) for h in launch(f"2026-03-02 {n:02d}:00", "a", *pages)]
    )
    house.build()
    table = ask(house, DistributionQuery(house.app.id, days("2026-03-02"), DEPTH))
    assert [(row[0], row[1]) for row in table.rows] == [
        ("1", 1), ("2", 1), ("3", 0), ("4", 0), ("5", 0), ("6", 2), ("7", 1), ("0", 1),
    ]  # fmt: skip
    assert table.totals == (None, 6, None, 1, None)


def test_a_page_has_no_launches_and_an_app_may_have_none(house: House) -> None:
    empty = ask(house, DistributionQuery(house.app.id, days("2026-03-02"), DEPTH))
    assert set(rows(empty).values()) == {(0, None, 0, None)}
    house.load(launch("2026-03-02 08:00", "a", "p"))
    house.build()
    page = ((by_name.condition("page", "is", ("p",)),),)
    for grain in (None, *GRAINS):
        table = ask(
            house, DistributionQuery(house.app.id, days("2026-03-02"), DEPTH, grain, filters=page)
        )
        assert all(row[table.keys :] == (None,) * 4 for row in table.rows)


def test_today_stands_beside_the_same_hours_and_a_running_week_is_marked(house: House) -> None:
    house.load([
        *launch("2026-03-02 08:00", "a", "p"), *launch("2026-03-02 20:00", "b", "p", "q"),
        *launch("2026-03-03 07:00", "a", "p"),
    ])  # fmt: skip
    house.build()
    noon = datetime(2026, 3, 2, 4, tzinfo=UTC)  # in Shanghai
    query = DistributionQuery(
        house.app.id, days("2026-03-03"), DEPTH, compare=days("2026-03-02"), cutoff=noon
    )
    table = ask(house, query, date(2026, 3, 3))
    assert table.same_hours
    assert {row[0]: row[1] for row in table.compared if row[1]} == {"1": 1}
    assert {
        row[0]: row[1] for row in ask(house, replace(query, cutoff=None)).compared if row[1]
    } == {"1": 1, "2": 1}
    week = ask(
        house,
        replace(query, grain="week", range=days("2026-03-02", "2026-03-10")),
        date(2026, 3, 3),
    )
    assert week.running
    assert [row[1:] for row in week.rows if row[0] == "1"] == [
        (date(2026, 3, 2), 2, 2 / 3, 1, 0.5), (date(2026, 3, 9), None, None, None, None),
    ]  # fmt: skip


@costly(2, 100)
@given(history=histories().map(scattered))
def test_against_brute_force(new_app: Houses, history: History) -> None:
    house = all_made(new_app, history)
    oracle, over = Oracle(history.arrived, history.zone), around(history.arrived, history.zone)
    scene = ((by_name.condition("scene", "is", ("1047",)),),)
    city = ((by_name.condition("city", "is_not", ("深圳",)),), *scene)
    for filters in ((), scene, city):
        check(house, Filtered(oracle, picks(filters)), over, filters)


def check(house: House, picked: Filtered, over: Range, filters: Filters) -> None:
    """The whole range, and each period of it; all buckets add up to all launches."""
    every = picked.sessions(set(over), "release")
    each = {
        grain: [
            (one, picked.sessions(of(over, one, grain), "release")) for one in over.buckets(grain)
        ]
        for grain in GRAINS
    }
    for dimension in DISTRIBUTIONS.values():
        query = DistributionQuery(house.app.id, over, dimension, filters=filters)
        table = ask(house, query)
        assert list(table.rows) == [
            (key, *counted(key, dimension.name, every)) for key in dimension.choices
        ]
        assert table.totals == (None, len(every), None, len(people(every)), None)
        assert sum(int(str(row[1])) for row in table.rows) == len(every)
        for grain in GRAINS:
            right = [
                (key, period, *counted(key, dimension.name, some))
                for key in dimension.choices
                for period, some in each[grain]
            ]
            assert list(ask(house, replace(query, grain=grain)).rows) == right


def of(over: Range, period: date, grain: str) -> set[date]:
    return {day for day in over if first_of(day, grain) == period}


def counted(key: str, name: str, every: list[Session]) -> tuple[object, ...]:
    """The measures of the launches of one bucket."""
    lies = lasted if name == "launch_duration" else deep
    some = [one for one in every if lies(one) == key]
    return tuple(SHARED[one.name](some, every) for one in MEASURED)


def lasted(one: Session) -> str:
    if one.duration is None:
        return ""
    ends = (2, 5, 10, 20, 30, 50, 100)
    return str(1 + sum(one.duration // 1000 > end for end in ends))


def deep(one: Session) -> str:
    return str(one.depth) if one.depth <= 5 else "6" if one.depth <= 10 else "7"


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_a_launch_over_midnight_is_of_the_day_it_began_on(house: House, name: str) -> None:
    house.load([
        Happening(at("2026-03-02 23:59"), session="s", page="a", seq=1),
        Happening(at("2026-03-03 00:05"), session="s", page="b", seq=2),
    ])  # fmt: skip
    house.build()
    both = DistributionQuery(
        house.app.id, days("2026-03-02", "2026-03-03"), DISTRIBUTIONS[name], "day"
    )
    found = ask(house, both).rows
    first = date(2026, 3, 2)
    assert sum(int(str(row[2])) for row in found if row[1] == first) == 1
    assert sum(int(str(row[2])) for row in found if row[1] == first + timedelta(days=1)) == 0
