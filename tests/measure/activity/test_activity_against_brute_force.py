"""Random questions about random events equal a count by brute force, built and before that, whoever was joined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.activity.query import (
    ActivityQuery,
    LifecycleQuery,
    ReturnsQuery,
    StickinessQuery,
)
from minilens.measure.activity.query import Cell as C
from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.operand import Property
from minilens.measure.events.query import NO_CONDITIONS, Counted, EventsQuery, Figure
from minilens.measure.prepared import AsOf
from minilens.measure.retention.query import OFFSETS_OF, RetentionQuery
from minilens.measure.run import run
from minilens.measure.table import Table
from minilens.period import Range
from minilens.text import NOTHING
from tests.examples import at_length, costly
from tests.measure.activity.asking import LATE
from tests.measure.activity.oracle import Lifecycle, Returns, Stickiness
from tests.measure.events.test_against_brute_force import NAMES, sent, wheres
from tests.measure.histories import History, histories
from tests.measure.oracle import Oracle
from tests.measure.tails import loaded_history, with_newest
from tests.measure.test_filters_against_brute_force import all_made, scattered
from tests.pipeline import CREATED, LATER, House, around

Houses = Callable[..., House]
PROVINCE, N = DIMENSIONS["province"], Property("n")
BESIDE: tuple[tuple[Any, Any], ...] = (("new", "first"), ("active", "each"))
UNITS: st.SearchStrategy[Any] = st.sampled_from(("day", "day", "week", "month", "hour"))
MODES: st.SearchStrategy[Any] = st.sampled_from(
    ("on", "on", "on_or_after", "on_or_before", "streak")
)
WEEK_STARTS: st.SearchStrategy[Any] = st.sampled_from(("monday", "sunday"))
BLOCKS: st.SearchStrategy[Any] = st.sampled_from(("calendar", "from_start"))
CELLS = (
    tuple(C(n, n) for n in range(8)), (C(0, 0), C(1, 3), C(4, 7)), (C(1, 1), C(2, 5), C(6, 30)), (C(0, 2), C(7, 7)),
)  # fmt: skip


@st.composite
def an_event(draw: st.DrawFn, name: str) -> Counted:
    some = st.lists(st.sampled_from(NAMES), max_size=2, unique=True).map(tuple)
    narrow = st.one_of(st.just(NO_CONDITIONS), st.just(NO_CONDITIONS), wheres)
    return Counted(name, draw(some), draw(narrow))


@st.composite
def some_rows(
    draw: st.DrawFn, events: list[Counted], measures: tuple[Figure, ...] = ()
) -> EventsQuery:
    """Over the app and days that a test puts in."""
    groups = (PROVINCE,) if draw(st.booleans()) else ()
    where = draw(st.one_of(st.just(NO_CONDITIONS), wheres))
    return EventsQuery(0, tuple(events), measures, None, groups=groups, where=where, top=100)  # type: ignore[arg-type]


@st.composite
def returns(draw: st.DrawFn) -> ReturnsQuery:
    same, value, mode = draw(st.booleans()), draw(st.booleans()), draw(MODES)
    entry: Any = draw(st.sampled_from(("first", "first_event", "first_in_range", "each")))
    start = draw(an_event("a"))
    events = [start] if same else [start, draw(an_event("b"))]
    if entry == "first_event":
        events.append(replace(start, name="c", where=NO_CONDITIONS))
    unit = draw(UNITS)
    blocks: Any = draw(BLOCKS) if unit != "month" else "calendar"
    own = blocks == "from_start"
    value = value and not own and mode != "streak"
    measures = (Figure("m", NOTHING, len(events) > 1 and not same, "sum", N),) if value else ()
    return ReturnsQuery(
        draw(some_rows(events, measures)), unit, 1 if own else draw(st.sampled_from((1, 1, 2))), blocks=blocks,
        cells=draw(st.sampled_from(CELLS)) if mode == "on" else CELLS[0], entry=entry, same=same, value=value,
        mode=mode, week_start=draw(WEEK_STARTS),
    )  # fmt: skip


@st.composite
def stickiness(draw: st.DrawFn) -> StickinessQuery:
    rows = draw(some_rows([draw(an_event("a"))]))
    least, most = draw(st.sampled_from(((1, 0), (1, 0), (1, 1), (2, 0), (2, 3))))
    if draw(st.booleans()):
        return StickinessQuery(replace(rows, groups=()), "day", least, show="ratio", at_most=most)
    unit = draw(UNITS)
    per: Any = draw(st.sampled_from(("range", "week", "month"))) if unit == "day" else "range"
    every = draw(st.sampled_from((1, 1, 2, 3))) if per == "range" else 1
    return StickinessQuery(rows, unit, least, draw(WEEK_STARTS), per=per, every=every, at_most=most)


@st.composite
def lifecycles(draw: st.DrawFn) -> LifecycleQuery:
    by: Any = draw(st.sampled_from(("event", "any")))
    events = [draw(an_event("a")), *([Counted("b", ())] if by == "any" else [])]
    rows = draw(some_rows(events))
    return LifecycleQuery(
        replace(rows, groups=()), draw(UNITS), week_start=draw(WEEK_STARTS), new_by=by
    )


def same_returns(table: Table, query: ReturnsQuery, oracle: Oracle) -> None:
    right = Returns(query, oracle, LATER).cells()
    groups, count = len(query.rows.groups), len(query.cells)
    found: dict[Any, Any] = {}
    for n, row in enumerate(table.rows):
        if row[groups] is not None and (row[table.keys] or row[table.keys + 1]):
            added = row[table.keys + 3] if query.value else 0
            key = (*row[: groups + 1], n % count)
            found[key] = (row[table.keys], row[table.keys + 1], pytest.approx(added))
    assert {key: tuple(one) for key, one in right.items()} == found


def same_stickiness(table: Table, query: StickinessQuery, oracle: Oracle) -> None:
    brute = Stickiness(query, oracle, LATER)
    if query.show == "ratio":
        assert [row[1:4] for row in table.rows] == brute.ratios()
        return
    groups = len(query.rows.groups)
    found = {
        (*row[:groups], row[groups] if query.per != "range" else query.periods[0], row[table.keys - 1]): row[table.keys]
        for row in table.rows if row[table.keys]
    }  # fmt: skip
    assert found == brute.distribution()


def same_lifecycle(table: Table, query: LifecycleQuery, oracle: Oracle) -> None:
    assert [row[1:] for row in table.rows] == Lifecycle(query, oracle, LATER).rows()


SAME: tuple[tuple[Any, Any], ...] = (
    (returns(), same_returns), (returns(), same_returns), (stickiness(), same_stickiness),
    (lifecycles(), same_lifecycle),
)  # fmt: skip


@costly(2, 80)
@given(told=with_newest(), data=st.data())
def test_against_brute_force(
    new_app: Houses, told: tuple[History, date], data: st.DataObject
) -> None:
    history = sent(scattered(told[0]))
    house, arrived = loaded_history(new_app, history, told[1], data)
    oracle, whole = Oracle(arrived, history.zone), around(arrived, history.zone)
    for _ in range(20 if at_length() else 10):
        strategy, same = data.draw(st.sampled_from(SAME))
        query: ActivityQuery = data.draw(strategy)
        start = whole.start + timedelta(days=data.draw(st.integers(0, 4)))
        end = whole.end
        if query.unit == "hour":
            end = min(whole.end, start + timedelta(days=data.draw(st.integers(0, 9))))
        over = Range(min(start, end), end)
        rows = replace(query.rows, app=house.app.id, range=over, timezone=history.zone)
        query = replace(query, rows=rows)
        as_of = AsOf(LATER, LATE, house.pipeline.loader.through)
        same(run(house.pipeline.engine, query, as_of), query, oracle)  # type: ignore[arg-type]


@costly(2, 60)
@given(history=histories().map(scattered))
def test_visits_come_to_what_the_report_of_traffic_has(new_app: Houses, history: History) -> None:
    """New users are those of whom it is the first visit ever, active ones those of each period with a visit."""
    house = all_made(new_app, history)
    over = around(history.arrived, history.zone)
    visit = Counted("a", ("page_view",))
    as_of = AsOf(LATER, CREATED, house.pipeline.loader.through)
    for unit, offsets in OFFSETS_OF.items():
        for users, entry in BESIDE:
            known = run(
                house.pipeline.engine, RetentionQuery(house.app.id, over, users, unit), as_of
            )
            rows = EventsQuery(house.app.id, (visit,), (), over, timezone=history.zone)
            query = ReturnsQuery(
                rows, unit, cells=tuple(C(n, n) for n in offsets), entry=entry, same=True,
            )  # fmt: skip
            found = run(house.pipeline.engine, query, as_of)
            assert [row[:5] for row in found.rows] == list(known.rows)
