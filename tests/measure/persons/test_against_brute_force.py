"""The persons behind random figures equal those counted by brute force, and never disagree with the figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from minilens.identity import cohort_members
from minilens.identity.lookup import look_up
from minilens.load import merges
from minilens.measure.events.columns import OTHERS
from minilens.measure.events.operand import InCohort, key
from minilens.measure.events.query import Condition, Conditions, EventsQuery, Figure
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.persons.query import Found, PersonsQuery, Place
from minilens.measure.persons.run import found
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from minilens.measure.table import Cell, Table
from minilens.period import Range, milliseconds, now
from minilens.text import Text
from tests.examples import at_length, costly
from tests.measure.events.oracle import Asked, as_number, as_text
from tests.measure.events.test_against_brute_force import questions, sent
from tests.measure.funnels.oracle import Brute, OfOne
from tests.measure.funnels.test_funnels_against_brute_force import funnels
from tests.measure.histories import History
from tests.measure.oracle import Oracle, first_of
from tests.measure.tails import loaded_history, with_newest
from tests.measure.test_filters_against_brute_force import scattered
from tests.pipeline import LATER, Happening, House, around

Houses = Callable[..., House]
#: Figures that every event of theirs is part of.
WHOLE = ("total", "persons", "per_person", "sum_per_person")


def loaded(
    new_app: Houses, told: tuple[History, date], data: st.DataObject
) -> tuple[House, Oracle, Range]:
    """A history with events of the owner's as `loaded_history` has it, who counts it, and the days it lies in. Where
    all of it was made somebody may be erased since, or two made one."""
    history = sent(scattered(told[0]))
    house, arrived = loaded_history(new_app, history, told[1], data)
    over = around(arrived, history.zone)
    way = "" if house.waiting() else data.draw(st.sampled_from(("", "erased", "merged")))
    if way == "merged":
        return house, two_as_one(house, Oracle(arrived, history.zone), data), over
    if way == "erased":
        arrived = without_one(house, arrived, data)
    return house, Oracle(arrived, history.zone), over


def number_of(house: House, h: Happening) -> int:
    """The person's number of a happening."""
    return house.person(*(h.identity or ("device", h.device)))


def without_one(house: House, arrived: list[Happening], data: st.DataObject) -> list[Happening]:
    """Erase somebody of whom nothing lies after it, as some histories do; what is left."""
    pipeline, moment = house.pipeline, milliseconds(now())
    number = {h.id: number_of(house, h) for h in arrived}
    later = {number[h.id] for h in arrived if h.ts > moment}
    if not (some := sorted(set(number.values()) - later)):
        return arrived
    gone = data.draw(st.sampled_from(some))
    pipeline.eraser.erase(
        house.app.id, look_up(pipeline.engine, house.app.id, f"p{gone}", pipeline.secret)
    )
    house.build()
    return [h for h in arrived if number[h.id] != gone]


def two_as_one(house: House, oracle: Oracle, data: st.DataObject) -> Oracle:
    """Make one of two persons by hand, where there are two; the days are made again."""
    first = {oracle.person[h.id]: h for h in oracle.events}
    if len(first) < 2:
        return oracle
    gone, into = data.draw(
        st.lists(st.sampled_from(sorted(first)), min_size=2, max_size=2, unique=True)
    )
    pipeline = house.pipeline
    merges.merge(
        pipeline.engine, pipeline.pending, pipeline.counter, house.app.id,
        gone=number_of(house, first[gone]), into=number_of(house, first[into]), cause="push",
    )  # fmt: skip
    house.build()
    return oracle.as_one(gone, into)


def told_of(some: Found) -> list[tuple[int, int, int]]:
    """What is said of each person, whoever they are."""
    assert some.times is not None
    assert some.first is not None
    assert some.last is not None
    return sorted(zip(some.times.tolist(), some.first.tolist(), some.last.tolist(), strict=True))


def by_person(
    oracle: Oracle, some: Iterable[tuple[Happening, int, int]]
) -> list[tuple[int, int, int]]:
    """The same of happenings, each with its first and last moment."""
    found: dict[object, list[tuple[int, int]]] = {}
    for h, first, last in some:
        found.setdefault(oracle.person[h.id], []).append((first, last))
    return sorted(
        (len(one), min(a for a, _ in one), max(b for _, b in one)) for one in found.values()
    )


def row_of(table: Table, query: EventsQuery, data: st.DataObject) -> dict[str, Cell]:
    """The keys of a row, or of fewer columns than it has."""
    if not table.rows:
        return {}
    row = data.draw(st.sampled_from(table.rows))
    names = [column.name for column in table.columns[: table.keys]]
    keys = keys_of(names, row)
    if OTHERS not in keys.values() and data.draw(st.booleans()):
        keys.pop(data.draw(st.sampled_from(names)), None) if names else None
    return keys


def keys_of(names: list[str], row: Iterable[Cell]) -> dict[str, Cell]:
    """As the answer has them."""
    return {
        name: cell.isoformat() if isinstance(cell, date) else cell
        for name, cell in zip(names, row, strict=False)
    }


def behind_events(asked: Asked, table: Table, name: str, keys: dict[str, Cell]) -> list[Happening]:
    """The events that a figure is made of, by brute force."""
    query, every = asked.query, asked.events()
    measures = {one.name: one for one in query.measures}
    figures = (
        [measures[name]] if isinstance(measures[name], Figure) else [measures["m0"], measures["m1"]]
    )
    alone = len(figures) == 1
    some = [
        h
        for h in every
        if any(
            asked.counted(query.events[one.of], h) and _has(asked, one, h, alone=alone)
            for one in figures
            if isinstance(one, Figure)
        )
    ]
    for time in ("day", "moment"):
        if time in keys:
            said = datetime.fromisoformat(str(keys[time]))
            bucket: object = milliseconds(said) if time == "moment" else said.date()
            some = [h for h in some if asked.bucket(h) == bucket]
    shown = {row[: len(query.groups)] for row in table.rows}

    def group(h: Happening) -> tuple[Any, ...]:
        return tuple(as_text(asked.value(one, h)) for one in query.groups)

    if OTHERS in keys.values():
        return [h for h in some if group(h) not in shown]
    return [
        h for h in some
        if all(keys.get(key(one), value) == value for one, value in zip(query.groups, group(h), strict=True))
    ]  # fmt: skip


def _has(asked: Asked, one: Figure, h: Happening, *, alone: bool) -> bool:
    if not alone or one.operand is None or one.aggregate in WHOLE:
        return True
    value = asked.value(one.operand, h)
    if one.aggregate == "distinct":
        return as_text(value) is not None and (
            not hasattr(one.operand, "unknown") or as_text(value) not in ("", "0")
        )
    return as_number(value) is not None


@costly(2, 60)
@given(told=with_newest(), data=st.data())
def test_events(new_app: Houses, told: tuple[History, date], data: st.DataObject) -> None:
    house, oracle, over = loaded(new_app, told, data)
    as_of = AsOf(LATER, datetime(2031, 1, 1, tzinfo=UTC), house.pipeline.loader.through)
    for _ in range(20 if at_length() else 8):
        query = replace(
            data.draw(questions(leads=False)),
            app=house.app.id,
            range=over,
            timezone=str(oracle.zone),
        )
        if query.grain == "hour":
            few = Range(over.start, min(over.end, over.start + timedelta(days=9)))
            query = replace(query, range=few)
        table = run(house.pipeline.engine, query, as_of)
        name = data.draw(st.sampled_from([one.name for one in query.measures]))
        keys = row_of(table, query, data)
        asked = PersonsQuery(query, Place(name, tuple(keys.items())))
        some = behind_events(Asked(query, oracle), table, name, keys)
        real = found(house.pipeline.engine, asked, as_of)
        assert told_of(real) == by_person(oracle, ((h, h.ts, h.ts) for h in some))
        listed = run(house.pipeline.engine, replace(asked, limit=2), as_of)
        assert listed.total_rows == len(real.person)
        assert [row[0] for row in listed.rows] == [f"p{one}" for one in real.person[:2].tolist()]
        as_a_cohort(house, query, real, as_of)


def as_a_cohort(house: House, query: EventsQuery, some: Found, as_of: AsOf) -> None:
    """Those behind a figure, kept as a cohort: each event's persons are either in it or not."""
    engine = house.pipeline.engine
    version = len(some.person) + 1
    cohort_members.write(engine, house.app.id, 1, version, some.person)
    inside = InCohort("1", 1, version)
    plain = replace(
        query, events=query.events[:1], groups=(), grain="whole", sort="",
        measures=(Figure("m", Text("", ""), 0, "persons"),),
    )  # fmt: skip
    every = found(engine, PersonsQuery(plain), as_of).person
    for operator, right in (
        ("is", np.intersect1d(every, some.person)),
        ("is_not", np.setdiff1d(every, some.person)),
    ):
        narrow = Conditions(True, (query.where, Condition(inside, operator, ("1",))))
        asked = replace(plain, where=narrow)
        assert found(engine, PersonsQuery(asked), as_of).person.tolist() == right.tolist()
        assert run(engine, asked, as_of).rows == ((len(right),),)
    cohort_members.forget(engine, house.app.id, 1, [])


@costly(2, 60)
@given(told=with_newest(), data=st.data())
def test_funnels(new_app: Houses, told: tuple[History, date], data: st.DataObject) -> None:
    """Each figure of a funnel, of its groups and of its days; and step 1 is the event by itself."""
    house, oracle, whole = loaded(new_app, told, data)
    engine = house.pipeline.engine
    for _ in range(12 if at_length() else 5):
        drawn = data.draw(funnels())
        show = data.draw(st.sampled_from(("steps", "trend")))
        last = max(whole.start, whole.end - timedelta(days=data.draw(st.integers(0, 2))))
        rows = replace(
            drawn.rows, app=house.app.id, range=Range(whole.start, last), timezone=str(oracle.zone)
        )
        query = replace(drawn, rows=rows, show=show)  # type: ignore[arg-type]
        newest = max((h.ts for h in oracle.events), default=0) / 1000
        moment = datetime.fromtimestamp(newest, UTC) + timedelta(
            hours=data.draw(st.integers(0, 30))
        )
        as_of = AsOf(LATER, moment, house.pipeline.loader.through)
        brute = Brute(query, oracle, moment)
        table = run(engine, query, as_of)
        for _ in range(3):
            name, keys = data.draw(figures_of(query, table))
            asked = PersonsQuery(query, Place(name, tuple(keys.items())))
            some = behind_funnel(brute, name, keys)
            assert told_of(found(engine, asked, as_of)) == by_person(
                oracle, (_moments(one) for one in some)
            )
        first_step_is_the_event(house, query, as_of)


@st.composite
def figures_of(draw: st.DrawFn, query: FunnelQuery, table: Table) -> tuple[str, dict[str, Cell]]:
    """A column and the keys of its row, or of all rows."""
    names = [column.name for column in table.columns[: table.keys]]
    row = draw(st.sampled_from(table.rows)) if table.rows else ()
    keys = keys_of(names, row)
    if query.show == "trend":
        measure = draw(
            st.sampled_from(
                [f"step_{n + 1}" for n in range(query.steps)] + ["dropped", "may_still"]
            )
        )
        return measure, keys if draw(st.booleans()) else {}
    measure = draw(st.sampled_from((query.counts, "dropped", "may_still")))
    if draw(st.booleans()):
        keys = {name: cell for name, cell in keys.items() if name in ("step", "event")}
    return measure, keys


def behind_funnel(brute: Brute, name: str, keys: dict[str, Cell]) -> list[OfOne]:
    """Whose attempts a figure counts."""
    query, some = brute.query, brute.counted()
    if "day" in keys:
        first = datetime.fromisoformat(str(keys["day"])).date()
        grain = str(query.rows.grain)
        some = [
            one
            for one in some
            if first_of(brute.oracle.day(one.happened[one.found.entry]), grain) == first
        ]
    group = [value for name_of, value in keys.items() if name_of not in ("step", "event", "day")]
    if group:
        some = [one for one in some if brute.group(one) == group[0]]
    elif query.at == "each" and query.grouped:
        some = list(once(brute, some))
    if name.startswith("step_"):
        return [one for one in some if one.found.level >= int(name[5:])]
    step = keys.get("step")
    if name == query.counts:
        return [one for one in some if one.found.level >= (step or query.steps)]  # type: ignore[operator]
    here = [
        one for one in some if one.found.level < query.steps and step in (None, one.found.level)
    ]
    return [one for one in here if one.still == (name == "may_still")]


def once(brute: Brute, some: list[OfOne]) -> Iterator[OfOne]:
    """Of each person the attempt that got furthest, of equals the one that began first."""
    own: dict[object, list[OfOne]] = {}
    for one in some:
        own.setdefault(brute.oracle.person[_moments(one)[0].id], []).append(one)
    for every in own.values():
        yield min(every, key=lambda one: (-one.found.level, _moments(one)[1]))


def _moments(one: OfOne) -> tuple[Happening, int, int]:
    entry, last = one.at(1), one.at(one.found.level)
    assert entry is not None
    assert last is not None
    return entry, entry.ts, last.ts


def first_step_is_the_event(house: House, query: FunnelQuery, as_of: AsOf) -> None:
    """Funnel step 1, that event's persons, and both lists are the same persons, unless some are left out."""
    if query.leaves_out or query.held or query.counts != "persons" or query.order != "ordered":
        return
    if not query.rows.events[0].events:  # any event is a step, but no event to be counted by itself
        return
    engine = house.pipeline.engine
    step = "step_1" if query.show == "trend" else "persons"
    own = {} if query.show == "trend" else {"step": 1}
    listed = found(engine, PersonsQuery(query, Place(step, tuple(own.items()))), as_of)
    plain = replace(
        query.rows, events=query.rows.events[:1], groups=(), grain="whole",
        measures=(Figure("m", Text("", ""), 0, "persons"),),
    )  # fmt: skip
    of_event = found(engine, PersonsQuery(plain, Place("m")), as_of)
    assert listed.person.tolist() == of_event.person.tolist()
    assert run(engine, plain, as_of).rows[0][-1] == len(of_event.person)
