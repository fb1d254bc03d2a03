"""Random funnels over random events equal a count by brute force, built and before that, whoever was joined."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.operand import Property
from minilens.measure.events.query import (
    NO_CONDITIONS,
    Condition,
    Conditions,
    Counted,
    EventsQuery,
)
from minilens.measure.funnels import packed, reader
from minilens.measure.funnels.query import FunnelQuery, Window
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.table import Table
from minilens.period import Range
from tests.examples import at_length, costly
from tests.measure.events.test_against_brute_force import NAMES, P, sent, wheres
from tests.measure.funnels.oracle import Brute
from tests.measure.histories import History
from tests.measure.oracle import Oracle, first_of
from tests.measure.tails import loaded_history, with_newest
from tests.measure.test_filters_against_brute_force import scattered
from tests.pipeline import LATER, House, around

Houses = Callable[..., House]
HOUR = 3_600_000
N, PROVINCE = Property("n"), DIMENSIONS["province"]
WINDOWS = (
    Window(0), Window(60_000), Window(HOUR), Window(24 * HOUR), Window(10 * 24 * HOUR), Window(days=1), Window(days=2),
    Window(months=1),
)  # fmt: skip
NEAR = st.sampled_from((None, None, 60_000, HOUR, 24 * HOUR))


@st.composite
def funnels(draw: st.DrawFn) -> FunnelQuery:
    """Over the app and days that a test puts in."""
    if draw(st.integers(0, 3)) == 0:
        return draw(kept_ones())
    named = st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True).map(tuple)
    some = st.one_of(named, named, named, st.just(()))  # whatever people do
    steps = draw(st.integers(2, 4))
    excluded = draw(st.integers(0, 2)) if draw(st.booleans()) else 0
    narrow = st.one_of(st.just(NO_CONDITIONS), st.just(NO_CONDITIONS), wheres)
    events = tuple(Counted(f"s{n}", draw(some), draw(narrow)) for n in range(steps + excluded))
    held, grouped = draw(st.booleans()), draw(st.booleans())
    groups = (*([PROVINCE] if grouped else []), *([N] if held else []))
    rows = EventsQuery(
        0, events, (), None, groups=groups, where=draw(narrow), top=100, grain=draw(st.sampled_from(("day", "week"))),  # type: ignore[arg-type]
    )  # fmt: skip
    within = (None, *(draw(NEAR) for _ in range(steps - 1))) if draw(st.booleans()) else ()
    counts: Any = draw(st.sampled_from(("persons", "sessions", "attempts")))
    ever = counts != "sessions" and draw(st.booleans())
    return FunnelQuery(
        rows, tuple(str(n) for n in range(steps)), draw(st.sampled_from(WINDOWS)), within=within,
        first=ever or draw(st.booleans()), ever=ever, counts=counts,
        mode=draw(st.sampled_from(("entry", "entry", "closed"))),
        gaps=tuple(draw(st.integers(1, (1 << (steps - 1)) - 1)) for _ in range(excluded)),
        grouped=int(grouped), held=((int(grouped),),) * steps if held else (),
        at=draw(st.sampled_from(("entry", "last", 2, "each") if counts == "persons" else ("entry", "last", 2))),
        show="steps", leaves_out=bool(excluded) and draw(st.booleans()),
    )  # fmt: skip


@st.composite
def kept_ones(draw: st.DrawFn) -> FunnelQuery:
    """Of events that no row is two of, whose rows are kept between questions."""
    names = draw(st.permutations(("page_view", "share", "pay_success", "add_to_cart")))
    count = draw(st.integers(2, 4))
    narrow = st.sampled_from((NO_CONDITIONS, Conditions(True, (Condition(P, "is_known"),))))
    events = tuple(Counted(f"s{n}", (name,), draw(narrow)) for n, name in enumerate(names[:count]))
    steps = count - (count > 2 and draw(st.booleans()))
    if draw(st.booleans()):  # the first step once more
        events = (*events[:steps], events[0], *events[steps:])
        steps += 1
    groups = draw(st.sampled_from(((), (PROVINCE,), (N,))))
    rows = EventsQuery(0, events, (), None, groups=groups, top=100)  # type: ignore[arg-type]
    return FunnelQuery(
        rows, tuple(str(n) for n in range(steps)), draw(st.sampled_from(WINDOWS)), first=draw(st.booleans()),
        grouped=len(groups), at=draw(st.sampled_from(("entry", "last", 2))),
        counts=draw(st.sampled_from(("persons", "attempts"))), mode=draw(st.sampled_from(("entry", "closed"))),
        gaps=(1,) * (len(events) - steps), leaves_out=len(events) > steps and draw(st.booleans()),
    )  # fmt: skip


def same(table: Table, brute: Brute) -> None:
    """The table says what the brute force says."""
    query, every = brute.query, brute.counted()
    if query.show == "trend":
        same_trend(table, brute, every)
        return
    found: dict[Any, list[Any]] = {}
    for row in table.rows:
        count, *_, dropped, still, median, _mean, _most = row[table.keys :]
        key = row[0] if query.grouped else ""
        found.setdefault(key, []).append((count, dropped, still, median))
    groups: dict[Any, list[Any]] = {} if query.grouped else {"": []}
    for one in every:
        groups.setdefault(brute.group(one) if query.grouped else "", []).append(one)
    assert found == {key: brute.steps(some) for key, some in groups.items()}


def same_trend(table: Table, brute: Brute, every: list[Any]) -> None:
    """Of each group the periods of its entries."""
    groups: dict[Any, list[Any]] = {} if brute.query.grouped else {"": []}
    for one in every:
        groups.setdefault(brute.group(one) if brute.query.grouped else "", []).append(one)
    found: dict[Any, list[Any]] = {}
    for row in table.rows:
        found.setdefault(row[0] if brute.query.grouped else "", []).append(
            row[brute.query.grouped : -4]
        )
    assert found == {
        key: [
            (first, *(step[0] for step in brute.steps(own))) for first, own in by_entry(brute, some).items()
        ] for key, some in groups.items()
    }  # fmt: skip


def by_entry(brute: Brute, every: list[Any]) -> dict[date, list[Any]]:
    """The attempts by the period of their entry."""
    query = brute.query.rows
    found: dict[date, list[Any]] = {first: [] for first in query.range.buckets(query.grain)}  # type: ignore[arg-type]
    for one in every:
        day = brute.oracle.day(one.at(1))
        found[first_of(day, str(query.grain))].append(one)
    return found


@contextmanager
def in_parts_of(rows: int) -> Iterator[None]:
    """However many rows are fetched, sorted and looked at together."""
    some = [(reader, "MOST_ROWS"), (reader, "MOST_NUMBERS"), (packed, "LONG"), (reader, "LONG")]
    with ExitStack() as patches:
        for module, name in some:
            patches.enter_context(patch.object(module, name, rows))
        patches.enter_context(patch.dict(reader.MOST_NAMED, {True: rows}))
        yield


@costly(2, 80)
@given(told=with_newest(), data=st.data())
def test_against_brute_force(
    new_app: Houses, told: tuple[History, date], data: st.DataObject
) -> None:
    history = sent(scattered(told[0]))
    house, arrived = loaded_history(new_app, history, told[1], data)
    oracle, whole = Oracle(arrived, history.zone), around(arrived, history.zone)
    for _ in range(20 if at_length() else 8):
        drawn = data.draw(funnels())
        last = whole.end - timedelta(days=data.draw(st.integers(0, 2)))
        start = whole.start + timedelta(days=data.draw(st.integers(0, 5)))
        over = Range(min(start, max(whole.start, last)), max(whole.start, last))
        query = replace(
            drawn, rows=replace(drawn.rows, app=house.app.id, range=over, timezone=history.zone)
        )
        newest = max(h.ts for h in arrived) / 1000 if arrived else 0
        moment = datetime.fromtimestamp(newest, UTC) + timedelta(
            hours=data.draw(st.integers(0, 30))
        )
        as_of = AsOf(LATER, moment, house.pipeline.loader.through)
        with in_parts_of(data.draw(st.sampled_from((3, 1000)))):
            same(run(house.pipeline.engine, query, as_of), Brute(query, oracle, moment))
        trend = replace(query, show="trend")
        same(run(house.pipeline.engine, trend, as_of), Brute(trend, oracle, moment))
