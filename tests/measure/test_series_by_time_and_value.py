"""Several dimensions to a question: each row of theirs is what a filter on its values gives by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given

from minilens.errors import Refused
from minilens.measure.filters import Filters
from minilens.measure.prepared import AsOf
from minilens.measure.query import Query
from minilens.measure.run import run
from minilens.measure.table import Table
from tests import by_name
from tests.examples import costly
from tests.measure.histories import History, histories
from tests.measure.test_filters_against_brute_force import (
    Houses,
    all_made,
    ask,
    every_plan,
    from_visits,
    scattered,
)
from tests.pipeline import CREATED, LATER, Happening, House, around, at, days

MEASURES = ("launches", "visits", "visitors", "new_users", "shares", "duration_per_launch")
PAIRS = (("scene",), ("source",), ("page",), ("scene", "province"), ("scene", "page"))


def those(names: tuple[str, ...], values: tuple[Any, ...]) -> Filters:
    """One value of each dimension; text that is unknown has a condition of its own."""
    return tuple(
        (by_name.condition(name, "is", (str(v),)),) for name, v in zip(names, values, strict=True)
    )


@costly(2, 100)
@given(history=histories().map(scattered))
def test_each_row_is_what_its_filter_gives(new_app: Houses, history: History) -> None:
    house = all_made(new_app, history)
    over = around(history.arrived, history.zone)
    for n, names in enumerate(PAIRS):
        grain = ("day", "week", "month")[n % 3]
        query = by_name.query(house.app.id, MEASURES, over, dimensions=(grain, *names), top=50)
        check(house, query, ask(house, query))
        shortest = ask(house, query)
        with every_plan(from_visits):
            assert ask(house, query).rows == shortest.rows


def check(house: House, query: Query, table: Table) -> None:
    """Values in the order of the list; of each every period, as a trend filtered by them says."""
    names, keys = tuple(one.name for one in query.values), len(query.values)
    assert table.keys == keys + 1
    alone = ask(house, replace(query, dimensions=query.values))
    assert alone.keys == keys
    values = [row[:keys] for row in alone.rows]
    periods = query.range.buckets(query.grain)
    assert [row[: keys + 1] for row in table.rows] == [
        (*value, day) for value, day in product(values, periods)
    ]
    for n, value in enumerate(values):
        own = those(names, value)
        trend = ask(house, replace(query, dimensions=(query.grain,), filters=own))
        rows = table.rows[n * len(periods) : (n + 1) * len(periods)]
        every = [one.name for one in query.measures]
        told = [name for name in every if not of_sessions_of_a_page(name, names)]
        assert picked(table, rows, told) == picked(trend, trend.rows, told)


def of_sessions_of_a_page(name: str, names: tuple[str, ...]) -> bool:
    """A session has no page of its own."""
    return "page" in names and name in ("launches", "duration_per_launch")


def picked(table: Table, rows: Any, names: list[str]) -> list[tuple[object, ...]]:
    """The cells of some measures."""
    at_ = [[c.name for c in table.columns].index(name) for name in names]
    return [tuple(row[n] for n in at_) for row in rows]


def test_a_trend_by_scene_by_hand(house: House) -> None:
    def come(day: str, device: str, scene: int) -> Happening:
        return Happening(at(f"{day} 09:00"), device=device, session=f"{device}{day}", scene=scene)

    house.load(
        [
            come("2026-03-02", "a", 1047),
            come("2026-03-02", "b", 1047),
            come("2026-03-04", "a", 1047),
            come("2026-03-04", "a", 1001),
        ]
    )
    house.build()
    query = by_name.query(
        house.app.id,
        ("visits", "visitors"),
        days("2026-03-02", "2026-03-04"),
        dimensions=("day", "scene"),
        compare=days("2026-02-27", "2026-03-01"),
    )
    table = ask(house, query)
    second, third, fourth = (date(2026, 3, n) for n in (2, 3, 4))
    assert table.rows == (
        ("1047", second, 2, 2), ("1047", third, 0, 0), ("1047", fourth, 1, 1),
        ("1001", second, 0, 0), ("1001", third, 0, 0), ("1001", fourth, 1, 1),
    )  # fmt: skip
    assert [row[2:] for row in table.compared] == [(0, 0)] * 6
    longer = ask(house, replace(query, compare=days("2026-03-02", "2026-03-02")))
    assert [row[2:] for row in longer.compared[:3]] == [(2, 2), (None, None), (None, None)]
    assert ask(house, replace(query, range=days("2026-01-01"), compare=None)).rows == ()


def test_hours_of_values_are_refused(house: House) -> None:
    query = by_name.query(
        house.app.id, ("visits",), days("2026-03-02"), dimensions=("hour", "scene")
    )
    with pytest.raises(Refused) as refused:
        run(house.pipeline.engine, query, AsOf(LATER, CREATED, 1))
    assert (refused.value.code, refused.value.field) == ("unknown_choice", "grain")
