"""The persons behind random nodes and links of paths equal those counted by brute force."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.paths.query import Node
from minilens.measure.persons.query import PersonsQuery, Place
from minilens.measure.persons.run import found
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.table import Cell, Row, Table
from minilens.period import Range
from tests.examples import at_length, costly
from tests.measure.histories import History
from tests.measure.oracle import Oracle
from tests.measure.paths.asking import LATE, paths
from tests.measure.paths.oracle import REST, Brute, Named
from tests.measure.paths.test_paths_against_brute_force import anchored, asked
from tests.measure.persons.test_against_brute_force import by_person, loaded, told_of
from tests.measure.tails import with_newest
from tests.pipeline import LATER, Happening, House, at

Houses = Callable[..., House]
Path = tuple[Happening, list[Named]]


@costly(2, 60)
@given(told=with_newest(), data=st.data())
def test_paths(new_app: Houses, told: tuple[History, date], data: st.DataObject) -> None:
    """Each row has whom it counts: nodes and links, what is over, all others, and all at a node together."""
    house, oracle, whole = loaded(new_app, told, data)
    engine = house.pipeline.engine
    for _ in range(16 if at_length() else 6):
        drawn = anchored(data, data.draw(asked()))
        last = max(whole.start, whole.end - timedelta(days=data.draw(st.integers(0, 2))))
        rows = replace(
            drawn.rows, app=house.app.id, range=Range(whole.start, last), timezone=str(oracle.zone)
        )
        query = replace(drawn, rows=rows, show=data.draw(st.sampled_from(("columns", "links"))))
        newest = max((h.ts for h in oracle.events), default=0) / 1000
        moment = datetime.fromtimestamp(newest, UTC) + timedelta(
            minutes=data.draw(st.integers(0, 90))
        )
        as_of = AsOf(LATER, moment, house.pipeline.loader.through)
        brute, table = Brute(query, oracle, moment), run(engine, query, as_of)
        every = PersonsQuery(query, Place(query.counts))
        assert told_of(found(engine, every, as_of)) == people(brute, brute.placed_with_entry())
        if not table.rows:
            continue
        for row in data.draw(
            st.lists(st.sampled_from(table.rows), min_size=1, max_size=4, unique_by=str)
        ):
            same_persons(house, table, brute, row, as_of)


def people(brute: Brute, some: list[Path]) -> list[tuple[int, int, int]]:
    """What is said of whose paths these are."""
    return by_person(brute.oracle, ((h, h.ts, h.ts) for h, _ in some))


def same_persons(house: House, table: Table, brute: Brute, row: Row, as_of: AsOf) -> None:
    """The list is as long as the figure, and of those whose paths go that way."""
    query, engine = brute.query, house.pipeline.engine
    names = [column.name for column in table.columns]
    keys: dict[str, Cell] = dict(zip(names[: table.keys], row, strict=False))
    place = Place("", tuple(keys.items()))
    real = found(engine, PersonsQuery(query, place), as_of)
    assert real.times is not None
    assert int(real.times.sum()) == row[table.keys]
    if query.counts == "persons":
        assert len(real.person) == row[table.keys]
    if REST not in (row[1:3], row[3:5]):
        assert told_of(real) == people(brute, through(brute, row))
    elif query.show == "columns":
        shown = [one[1:3] for one in table.rows if one[0] == row[0]]
        there = [
            p for p in following(brute, int(str(row[0]))) if p[1][int(str(row[0]))] not in shown
        ]
        assert told_of(real) == people(brute, there)
    if query.show == "links":
        reached = Place("reached", tuple(keys.items()))
        times = found(engine, PersonsQuery(query, reached), as_of).times
        assert times is not None
        assert int(times.sum()) == row[names.index("reached")]


def following(brute: Brute, place: int) -> list[Path]:
    """The paths that have the nodes chosen before a place, and go on to it; of links all that are chosen."""
    query = brute.query
    before = query.chosen if query.show == "links" else query.chosen[: max(place - 1, 0)]
    way = [brute.named(one) for one in before]
    return [
        (h, path)
        for h, path in brute.placed_with_entry()
        if path[1 : len(way) + 1] == way and place < len(path)
    ]


def through(brute: Brute, row: Row) -> list[Path]:
    """The paths that go through the node or the link of a row."""
    place = int(str(row[0]))
    some = following(brute, place)
    if brute.query.show == "columns":
        return [(h, path) for h, path in some if path[place] == row[1:3]]
    return [(h, path) for h, path in some if (*path[place - 1], *path[place]) == row[1:5]]


def busy_day() -> list[Happening]:
    """Twelve people, five launches each, up to eight steps with repeats, two of them at once."""
    draw = random.Random(7)
    said = []
    for n in range(60):
        moment, device = at("2026-11-19 08:00") + n * 600_000, f"d{n % 12}"
        for step in range(draw.randint(1, 8)):
            moment += draw.choice((0, 1, 60_000, 60_000))
            name = draw.choice(("page_view", "page_view", "page_view", "share"))
            page = draw.choice(("pages/index", "pages/menu", "pages/cart"))
            said.append(
                Happening(moment, name, device=device, session=f"s{n}", page=page, seq=step + 1)
            )
    return said


@pytest.mark.parametrize("show", ["columns", "links"])
@pytest.mark.parametrize("counts", ["sessions", "persons"])
def test_every_row_of_a_busy_day(new_app: Houses, counts: Any, show: Any) -> None:
    """Many paths with nodes in common, so that whoever is taken for somebody else is seen."""
    house, happened = new_app(), busy_day()
    house.load(happened)
    house.build()
    oracle, as_of = Oracle(happened, house.app.timezone), AsOf(LATER, LATE, 1 << 62)
    page = Node("page", "pages/menu")
    backwards = {"anchor": page, "direction": "before", "top": 1}
    every: tuple[dict[str, Any], ...] = ({}, {"anchor": page}, {"chosen": (page,)}, backwards)
    for more in every:
        given: dict[str, Any] = {"anchor": None, "counts": counts, "show": show, "steps": 4} | more
        chosen = given.pop("chosen", ())
        query = paths(house, given.pop("anchor"), *chosen, events=("share",), **given)
        table, brute = run(house.pipeline.engine, query, as_of), Brute(query, oracle, LATE)
        assert len(table.rows) > 3
        for row in table.rows[:: 1 if at_length() else 3]:
            same_persons(house, table, brute, row, as_of)
