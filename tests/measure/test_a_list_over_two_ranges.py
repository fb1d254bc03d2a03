"""A list and the same values over the range beside it come from one statement, and say what each range says alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from unittest.mock import patch

import pytest

from minilens.measure.days.run import answer
from minilens.measure.filters import Filters
from minilens.measure.query import Query
from minilens.measure.table import Row, Table
from minilens.warehouse.engine import Answer
from tests import by_name
from tests.measure.test_audience import IPHONE, UNKNOWN_PHONE, seen
from tests.pipeline import House, days

#: On the 20th a and c come, on the 21st a, b, d and twice c, of whose phone nothing is known.
STORY = [
    seen("2026-11-20 09:00", "a", **IPHONE), seen("2026-11-20 10:00", "c"),
    seen("2026-11-21 09:00", "a", **IPHONE), seen("2026-11-21 09:30", "b", **UNKNOWN_PHONE),
    seen("2026-11-21 09:40", "d", **UNKNOWN_PHONE), seen("2026-11-21 10:00", "c"), seen("2026-11-21 11:00", "c"),
]  # fmt: skip
#: Lets all of it through, and days know no brands under it.
EVERY_SCENE = ((by_name.condition("scene", "is_not", ("9999",)),),)
NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
BRANDS = by_name.query(
    1,
    ("visitors", "visits", "new_users"),
    days("2026-11-21"),
    dimensions=("brand",),
    sort="visitors",
)


@pytest.fixture(scope="module")
def told(new_app: Callable[..., House]) -> House:
    """For tests that only ask."""
    house = new_app()
    house.load(STORY)
    house.build()
    return house


def ask(house: House, query: Query) -> Table:
    query = replace(query, app=house.app.id)
    return answer(house.pipeline.engine, query, today=date(2026, 11, 22), as_of=NOON)


@pytest.mark.parametrize("filters", [(), EVERY_SCENE], ids=["days", "page views"])
@pytest.mark.parametrize("sort", ["visitors", "visits", "new_users"])
@pytest.mark.parametrize("ascending", [False, True])
@pytest.mark.parametrize("top", [1, 2, 10])
def test_the_unknown_value_stands_where_its_order_has_it(
    told: House,
    sort: str,
    top: int,
    ascending: bool,  # noqa: FBT001  a parameter of the cases
    filters: Filters,
) -> None:
    plain = replace(
        BRANDS,
        sort=by_name.measured(sort)[0],
        ascending=ascending,
        top=top,
        filters=filters,
        compare=days("2026-11-20"),
    )
    apart = ask(told, replace(plain, include_unknown=True))
    assert apart.rows == ask(told, plain).rows
    assert apart.compared == ask(told, plain).compared
    assert apart.unknown == (None, 1, 2, 0)


def test_both_ranges_by_hand(told: House) -> None:
    table = ask(told, replace(BRANDS, compare=days("2026-11-20")))
    nobody: Row = (0, 0, 0)
    assert table.rows == (("Huawei", 2, 2, 2), ("", 1, 2, 0), ("Apple", 1, 1, 0))
    assert table.compared == (("Huawei", *nobody), ("", 1, 1, 1), ("Apple", 1, 1, 1))
    assert table.totals == (None, 4, 5, 2)


def test_a_list_asks_for_days_once(told: House) -> None:
    """Beside it are asked which builds hold, and what came after them."""
    asked: list[str] = []
    engine = told.pipeline.engine
    query, plain = replace(BRANDS, compare=days("2026-11-20"), include_unknown=True), engine.query

    def heard(sql: str, *given: Any, **more: Any) -> Answer:
        asked.append(sql)
        return plain(sql, *given, **more)

    with patch.object(engine, "query", heard):
        ask(told, query)
    assert sum("FROM days" in sql for sql in asked) == 1
    assert len(asked) == 3
