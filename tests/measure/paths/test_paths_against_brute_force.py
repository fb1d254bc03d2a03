"""Random paths over random events equal a count by brute force, and nobody is lost between two columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.events.query import NO_CONDITIONS, Counted, EventsQuery
from minilens.measure.paths.query import Grouping, Node, PathsQuery
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.table import Table
from minilens.period import Range
from tests.examples import at_length, costly
from tests.measure.events.test_against_brute_force import sent, wheres
from tests.measure.histories import PAGES, History
from tests.measure.oracle import Oracle
from tests.measure.paths.oracle import OVER, REST, Brute, Named
from tests.measure.tails import loaded_history, with_newest
from tests.measure.test_filters_against_brute_force import scattered
from tests.pipeline import LATER, House, around

Houses = Callable[..., House]
EVENTS = ("share", "pay_success")
GROUPINGS = (
    Grouping(), Grouping(), Grouping("folder"), Grouping(patterns=("pages/m*",)), Grouping("folder", ("pages/i*",)),
)  # fmt: skip
GAPS = st.sampled_from((1, 60_000, 1_800_000, 7_200_000, 86_400_000))


@st.composite
def asked(draw: st.DrawFn) -> PathsQuery:
    """Over the app and days that a test puts in, without an anchor yet."""
    titles = EVENTS[: draw(st.integers(0, 2))]
    pages = not titles or draw(st.booleans())
    narrow = st.one_of(st.just(NO_CONDITIONS), st.just(NO_CONDITIONS), wheres)
    events = [Counted(f"e{n}", (name,), draw(narrow)) for n, name in enumerate(titles)]
    rows = EventsQuery(
        0, (*events, *([Counted("pages", ("page_view",))] if pages else [])), (), None, where=draw(narrow),  # type: ignore[arg-type]
    )  # fmt: skip
    return PathsQuery(
        rows, titles, draw(st.sampled_from(GROUPINGS)), counts=draw(st.sampled_from(("sessions", "persons"))),
        gap=draw(GAPS), folded=draw(st.booleans()), steps=draw(st.integers(1, 4)),
        top=draw(st.sampled_from((1, 2, 100))),
        excluded=draw(st.sampled_from(((), (), ("pages/m*",)))),
    )  # fmt: skip


def node(named: Named) -> Node:
    kind, name = named
    return Node("event", EVENTS.index(name)) if kind == "event" else Node("page", name)


def any_node(data: st.DataObject, query: PathsQuery) -> Node:
    """One that may happen."""
    brute = Brute(query, Oracle([], "Asia/Shanghai"), datetime.now(UTC))
    pages = [Node("page", brute._page(page)) for page in PAGES]
    events = [Node("event", n) for n in range(len(query.titles))]
    some = [*events, *(pages if len(query.rows.events) > len(query.titles) else [])]
    return data.draw(st.sampled_from(some))


def anchored(data: st.DataObject, query: PathsQuery) -> PathsQuery:
    """The same with an anchor, a direction and chosen nodes."""
    if data.draw(st.booleans()):
        query = replace(
            query, anchor=any_node(data, query), direction=data.draw(st.sampled_from(("after", "before")))
        )  # fmt: skip
    if query.direction == "after" and data.draw(st.booleans()):
        query = replace(query, end=any_node(data, query))
    return replace(
        query, chosen=tuple(any_node(data, query) for _ in range(data.draw(st.integers(0, 2))))
    )


def same_columns(table: Table, brute: Brute) -> None:
    """Each column says what the brute force says, and comes to what the chosen node before it has."""
    before, chosen = None, brute.query.chosen
    assert table.totals
    assert table.totals[3] == len(brute.placed())
    for place, paths in enumerate(brute.following(), start=1):
        every = brute.column(paths, place)
        rows = [row for row in table.rows if row[0] == place]
        total = sum(int(str(row[3])) for row in rows)
        assert total == (len(brute.placed()) if before is None else before)
        assert len(paths) == total
        shown = {(row[1], row[2]): row[3] for row in rows}
        nodes = {one: count for one, count in every.items() if one not in OVER}
        most = sorted(nodes.values(), reverse=True)[: brute.query.top]
        assert len([one for one in shown if one not in (*OVER, REST)]) >= len(most)
        for one, count in shown.items():
            if one == REST:
                rest = [nodes[n] for n in nodes if n not in shown]
                assert (count, rows[-1][0]) == (sum(rest), place)
                assert len(rest) == next(row[6] for row in rows if row[1] == "rest")
            else:
                assert every[one] == count  # type: ignore[index]
        if place <= len(chosen):
            wanted = chosen[place - 1]
            title = (
                brute.query.titles[wanted.value] if isinstance(wanted.value, int) else wanted.value
            )
            before = shown[wanted.kind, title]


def same_links(table: Table, brute: Brute) -> None:
    """What flows is what the paths do; what flows into a node flows out of it."""
    paths = brute.following()[-1]
    into: Counter[Any] = Counter({(0, None): len(paths)})
    for place in range(1, brute.query.steps + 1):
        rows = [row for row in table.rows if row[0] == place]
        out: Counter[Any] = Counter()
        for _, from_kind, origin, kind, name, told, *_ in rows:
            count = int(str(told))
            out[place - 1, None if place == 1 else (from_kind, origin)] += count
            if (kind, name) not in OVER:
                into[place, (kind, name)] += count
        assert out == +Counter({k: v for k, v in into.items() if k[0] == place - 1})
        if brute.query.top == 100:
            found = {(row[1], row[2], row[3], row[4]): row[5] for row in rows}
            ways = [p for p in paths if place < len(p)]
            assert found == Counter((*p[place - 1], *p[place]) for p in ways)


@costly(2, 80)
@given(told=with_newest(), data=st.data())
def test_against_brute_force(
    new_app: Houses, told: tuple[History, date], data: st.DataObject
) -> None:
    history = sent(scattered(told[0]))
    house, arrived = loaded_history(new_app, history, told[1], data)
    oracle, whole = Oracle(arrived, history.zone), around(arrived, history.zone)
    for _ in range(20 if at_length() else 8):
        drawn = anchored(data, data.draw(asked()))
        last = whole.end - timedelta(days=data.draw(st.integers(0, 2)))
        over = Range(whole.start, max(whole.start, last))
        query = replace(
            drawn, rows=replace(drawn.rows, app=house.app.id, range=over, timezone=history.zone)
        )
        newest = max(h.ts for h in arrived) / 1000 if arrived else 0
        moment = datetime.fromtimestamp(newest, UTC) + timedelta(
            minutes=data.draw(st.integers(0, 90))
        )
        as_of = AsOf(LATER, moment, house.pipeline.loader.through)
        brute = Brute(query, oracle, moment)
        same_columns(run(house.pipeline.engine, query, as_of), brute)
        links = replace(query, show="links")
        same_links(run(house.pipeline.engine, links, as_of), brute)
