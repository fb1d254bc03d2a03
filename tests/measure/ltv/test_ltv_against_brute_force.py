"""Random questions about what random persons paid equal a count by brute force, whoever was joined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.operand import RECORDED
from minilens.measure.events.query import Counted, EventsQuery, Figure
from minilens.measure.ltv.query import LtvQuery
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.period import Range
from minilens.text import NOTHING
from tests.examples import at_length, costly
from tests.measure.activity.asking import LATE
from tests.measure.histories import History, histories
from tests.measure.ltv.oracle import Brute
from tests.measure.oracle import Oracle
from tests.measure.test_filters_against_brute_force import all_made, scattered
from tests.pipeline import LATER, Happening, House, around

Houses = Callable[..., House]
VALUE = RECORDED["value"]
PAID, BACK = Counted("a", ("pay_success",)), Counted("b", ("refund_success",))
COINS = ("CNY", "CNY", "CNY", "USD", "")
AMOUNTS = ("19.99", "0", "-3.5", "1234567.8901", None, "5")


def sold(history: History) -> History:
    """The same history, in which some visits are payments and refunds."""

    def put(h: Happening) -> Happening:
        n = sum(h.id.encode()) + h.ts // 1000
        if h.name not in ("page_view", "share") or n % 3 == 0:
            return h
        name = "refund_success" if n % 4 == 0 else "pay_success"
        return replace(
            h, name=name, value=AMOUNTS[n // 5 % len(AMOUNTS)], currency=COINS[n // 7 % len(COINS)]
        )

    return History(history.zone, tuple(tuple(put(h) for h in c) for c in history.chunks))


@st.composite
def asked(draw: st.DrawFn) -> LtvQuery:
    """Over the app and days that a test puts in."""
    entry, back = draw(st.booleans()), draw(st.booleans())
    events = [PAID, BACK]
    events += (
        [draw(st.sampled_from((PAID, Counted("c", ()), Counted("c", ("share",)))))] if entry else []
    )
    events += [draw(st.sampled_from((PAID, Counted("d", ()))))] if back else []
    figures = tuple(Figure(f"m{n}", NOTHING, n, "sum", VALUE) for n in range(2))
    groups = draw(st.sampled_from(((), (), ("province",), ("campaign", "scene_source"))))
    rows = EventsQuery(
        0, tuple(events), figures, None, groups=tuple(DIMENSIONS[one] for one in groups), top=1000,  # type: ignore[arg-type]
    )  # fmt: skip
    return LtvQuery(
        rows, entry, back, draw(st.sampled_from(("day", "week", "month"))),
        draw(st.sampled_from(((0, 7, 14, 30), (1,), (0, 1, 2, 3)))),
        draw(st.sampled_from(("cohorts", "triangle", "curve"))),
        draw(st.sampled_from((None, None, "CNY", "USD", "", "EUR"))),
    )  # fmt: skip


def cells(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """To be compared: sums of amounts to less than a cent."""
    return tuple(pytest.approx(one, abs=1e-6) if isinstance(one, float) else one for one in row)


@costly(4, 80)
@given(history=histories().map(scattered).map(sold), data=st.data())
def test_against_brute_force(new_app: Houses, history: History, data: st.DataObject) -> None:
    house = all_made(new_app, history)
    oracle, whole = Oracle(history.arrived, history.zone), around(history.arrived, history.zone)
    for _ in range(20 if at_length() else 12):
        query = data.draw(asked())
        start = whole.start + timedelta(days=data.draw(st.integers(0, 4)))
        over = Range(min(start, whole.end), whole.end)
        today = data.draw(st.sampled_from((LATER, whole.end, whole.end - timedelta(days=2))))
        rows = replace(query.rows, app=house.app.id, range=over, timezone=history.zone)
        query = replace(query, rows=rows)
        same(house, query, oracle, today)


def same(house: House, query: LtvQuery, oracle: Oracle, today: date) -> None:
    as_of = AsOf(today, LATE, house.pipeline.loader.through)
    found = run(house.pipeline.engine, query, as_of)
    right = Brute(query, oracle, today).rows()
    if len(query.cohorts) and query.cohorts[-1] > today:  # nobody is known of what is still to come
        return
    groups = len(query.rows.groups)
    key = lambda row: tuple(map(str, row[:groups]))  # noqa: E731
    assert sorted(found.rows, key=key) == [cells(row) for row in sorted(right, key=key)]
