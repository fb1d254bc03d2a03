"""A question by two roads gives one figure: event analysis, and the built-in reports of visits and shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from hypothesis import given

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.operand import Property
from minilens.measure.events.query import Aggregate, Counted, EventsQuery, Figure
from minilens.measure.prepared import AsOf
from minilens.measure.query import Query
from minilens.measure.run import run
from minilens.text import Text
from tests import by_name
from tests.examples import costly
from tests.measure.histories import History
from tests.measure.tails import with_newest
from tests.measure.test_filters_against_brute_force import scattered
from tests.pipeline import CREATED, LATER, Happening, House, around, at, days

Houses = Callable[..., House]
#: What the reports count of each event: how often, and how many persons.
OF_REPORTS = {"page_view": ("visits", "visitors"), "share": ("shares", "sharers")}


def asked(house: House, event: str, *aggregates: Aggregate) -> EventsQuery:
    figures = tuple(Figure(one, Text(one, one), 0, one) for one in aggregates)
    return EventsQuery(
        house.app.id, (Counted("a", (event,)),), figures, days("2026-11-19", "2026-11-19"), timezone=house.app.timezone
    )  # fmt: skip


def answered(house: House, query: Query | EventsQuery) -> dict[object, tuple[object, ...]]:
    """What tells a row apart → its figures, of rows that have one."""
    as_of = AsOf(LATER, CREATED.replace(year=2031), house.pipeline.loader.through)
    table = run(house.pipeline.engine, query, as_of)
    found = {row[0]: row[table.keys :] for row in table.rows}
    return {key or None: figures for key, figures in found.items() if any(figures)}


@costly(2, 60)
@given(told=with_newest())
def test_visits_and_shares_are_the_same(new_app: Houses, told: tuple[History, date]) -> None:
    """By day and by place, built and not, whoever was joined."""
    history = scattered(told[0])
    house = new_app(history.zone)
    house.load(history.arrived)
    house.build()
    over = around(history.arrived, history.zone)
    for event, measures in OF_REPORTS.items():
        question = replace(asked(house, event, "total", "persons"), range=over)
        by_day = by_name.query(house.app.id, measures, over, dimensions=("day",))
        assert answered(house, replace(question, grain="day")) == answered(house, by_day)
        for field in ("province", "scene"):
            listed = by_name.query(
                house.app.id, measures, over, dimensions=(field,), sort=measures[0], top=1000
            )
            grouped = replace(question, grain="whole", groups=(DIMENSIONS[field],), top=1000)
            assert known(answered(house, grouped)) == known(answered(house, listed)), field


def known(found: dict[object, tuple[object, ...]]) -> dict[object, tuple[object, ...]]:
    """Without what has no value: lists tell of that apart."""
    return {key: figures for key, figures in found.items() if key not in (None, "0")}


def test_ten_thousand_values(house: House) -> None:
    """Each has its row, or is counted with all others, its person once; none is lost."""
    moment, count = at("2026-11-19 10:00"), 10_000
    house.load(
        [
            Happening(moment + n, "pay_success", device=f"d{n % 70}", props=f'{{"sku": "{n:05}"}}')
            for n in range(count)
        ]
    )  # fmt: skip
    house.build()
    sku = Property("sku")
    distinct = Figure("distinct", Text("", ""), 0, "distinct", sku)
    question = replace(
        asked(house, "pay_success", "total", "persons"), grain="whole", groups=(sku,), top=count
    )
    question = replace(question, measures=(*question.measures, distinct), include_other=True)
    as_of = AsOf(LATER, CREATED, house.pipeline.loader.through)
    every = run(house.pipeline.engine, question, as_of)
    assert [row[0] for row in every.rows] == [f"{n:05}" for n in range(count)]
    assert {row[1:] for row in every.rows} == {(1, 1, 1)}
    assert (every.total_rows, every.other) == (count, None)
    few = run(house.pipeline.engine, replace(question, top=3), as_of)
    assert (len(few.rows), few.total_rows) == (3, count)
    assert few.other == (None, count - 3, 70, count - 3)
    assert few.totals == (None, count, 70, count)
    daily = run(house.pipeline.engine, replace(question, grain="day"), as_of)
    assert len(daily.rows) == count
