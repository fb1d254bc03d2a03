"""Random questions about what random persons paid equal a count by brute force, whoever was joined."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.operand import RECORDED, Property
from minilens.measure.events.query import Counted, EventsQuery, Figure
from minilens.measure.ltv.query import LtvQuery, Margin, Spend
from minilens.measure.persons.query import PersonsQuery, Place
from minilens.measure.persons.run import found as behind
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.table import Table
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
P = Property("p")
MARGINS: tuple[tuple[Margin | None, tuple[Figure, ...]], ...] = (
    (None, ()), (Margin(0.35), ()),
    (Margin(0.1, (("x", 0.5), ("7", -0.25))), (Figure("m", NOTHING, 0, "distinct", P),)),
    (Margin(given=True), (Figure("m", NOTHING, 0, "sum", P),)),
)  # fmt: skip
AMOUNTS = ("19.99", "0", "-3.5", "1234567.8901", "", "5")


def sold(history: History) -> History:
    """The same history, in which some visits are payments and refunds."""

    def put(h: Happening) -> Happening:
        n = sum(h.id.encode()) + h.ts // 1000
        if h.name not in ("page_view", "share") or n % 3 == 0:
            return h
        name = "refund_success" if n % 4 == 0 else "pay_success"
        props = json.dumps({} if n % 5 == 0 else {"p": ("1.5", "x", 7, "")[n // 2 % 4]})
        amount, coin = AMOUNTS[n // 5 % len(AMOUNTS)], COINS[n // 7 % len(COINS)]
        return replace(h, name=name, value=amount, currency=coin, props=props)

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
    margin, of_margin = draw(st.sampled_from(MARGINS))
    groups = draw(
        st.sampled_from(((), (), ("province",), ("campaign",), ("campaign", "scene_source")))
    )
    rows = EventsQuery(
        0, tuple(events), (*figures, *of_margin), None, groups=tuple(DIMENSIONS[one] for one in groups), top=1000,  # type: ignore[arg-type]
    )  # fmt: skip
    return LtvQuery(
        rows, entry, back, draw(st.sampled_from(("day", "week", "month"))),
        draw(st.sampled_from(((0, 7, 14, 30), (1,), (0, 1, 2, 3)))),
        draw(st.sampled_from(("cohorts", "triangle", "curve"))),
        draw(st.sampled_from((None, None, "CNY", "USD", "", "EUR"))), margin,
    )  # fmt: skip


@st.composite
def costs(draw: st.DrawFn, over: Range, campaigns: set[str]) -> tuple[Spend, ...]:
    """Costs of these days and one before, of the campaigns that there were and of one nobody came by."""
    some = draw(st.lists(st.tuples(
        st.integers(-1, over.days), st.sampled_from(sorted({*campaigns, "nobody"})),
        st.sampled_from(("CNY", "CNY", "USD")), st.integers(0, 40_000_000),
    ), max_size=12))  # fmt: skip
    return tuple(
        Spend(
            over.start + timedelta(days=day),
            (("source", "s"), ("campaign", campaign), ("ad_set", ""), ("creative", "")), coin, cost,
        )
        for day, campaign, coin, cost in some
    )  # fmt: skip


def cells(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """To be compared: sums of amounts to less than a cent."""
    return tuple(pytest.approx(one, abs=3e-4) if isinstance(one, float) else one for one in row)


@costly(3, 80)
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
        spend = data.draw(costs(over, {h.campaign for h in history.arrived}))
        query = replace(query, rows=rows, spend=spend if query.margin else ())
        same(house, query, oracle, today, data)


def apart(history: History) -> History:
    """The same history with no two events at one moment."""

    def put(h: Happening) -> Happening:
        return replace(h, ts=h.ts + zlib.crc32(h.id.encode()) % 50_000)

    return History(history.zone, tuple(tuple(map(put, chunk)) for chunk in history.chunks))


@costly(2, 60)
@given(history=histories().map(scattered).map(apart).map(sold), data=st.data())
def test_what_is_told_twice_counts_once(
    new_app: Houses, history: History, data: st.DataObject
) -> None:
    house = all_made(new_app, history)
    oracle, whole = Oracle(history.arrived, history.zone), around(history.arrived, history.zone)
    for _ in range(20 if at_length() else 6):
        query = data.draw(asked())
        keys = data.draw(st.sampled_from(((P, P), (P, None), (None, P))))
        told = tuple(
            Figure(f"key{n}", NOTHING, n, "distinct", one) for n, one in enumerate(keys) if one
        )
        rows = replace(
            query.rows, app=house.app.id, range=whole, timezone=history.zone, measures=(*query.rows.measures, *told)
        )  # fmt: skip
        same(house, replace(query, rows=rows, key=keys[0], refund_key=keys[1]), oracle, LATER)


def same(
    house: House,
    query: LtvQuery,
    oracle: Oracle,
    today: date,
    data: st.DataObject | None = None,
) -> None:
    as_of = AsOf(today, LATE, house.pipeline.loader.through)
    found = run(house.pipeline.engine, query, as_of)
    right = Brute(query, oracle, today).rows()
    if len(query.cohorts) and query.cohorts[-1] > today:  # nobody is known of what is still to come
        return
    groups = len(query.rows.groups)
    key = lambda row: tuple(map(str, row[:groups]))  # noqa: E731
    assert sorted(found.rows, key=key) == [cells(row) for row in sorted(right, key=key)]
    if data and found.rows:
        row: tuple[Any, ...] = data.draw(st.sampled_from(found.rows))
        has_its_persons(house, query, found, row, as_of)


def has_its_persons(
    house: House, query: LtvQuery, table: Table, row: tuple[Any, ...], as_of: AsOf
) -> None:
    """The list is as long as the figure; of a share as that of the persons of the row; of orders their sum."""
    names = [one.name for one in table.columns]
    keys = tuple(zip(names[: table.keys], row, strict=False))
    users = row[names.index("cohort_users")]
    for column, cell in zip(table.columns, row, strict=True):
        if not column.has_persons:
            continue
        who = behind(house.pipeline.engine, PersonsQuery(query, Place(column.name, keys)), as_of)
        told = f"{column.name} of {keys}"
        if column.name == "orders":
            assert who.times is not None
            assert int(who.times.sum()) == (cell or 0), told
        elif column.unit == "ratio" and keys[-1][1] is not None:
            assert len(who.person) == round((cell or 0) * (users or 0)), told
        elif column.unit == "count" and (cell is not None or column.name != "cohort_users"):
            assert len(who.person) == (cell or 0), told
