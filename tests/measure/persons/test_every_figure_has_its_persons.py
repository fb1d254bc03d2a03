"""Over every way of asking: a figure that counts persons is as long as their list; what they did is somebody's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.days.columns import BEHIND, BITMAPS, SUMS
from minilens.measure.dimensions import CODE, FIRST_TOUCHES
from minilens.measure.distribution.query import DistributionQuery
from minilens.measure.filters import Condition
from minilens.measure.measures import MEASURES, Measure
from minilens.measure.page_order import BESIDE_PAGES
from minilens.measure.persons.query import PersonsQuery, Place
from minilens.measure.persons.run import found
from minilens.measure.prepared import AsOf
from minilens.measure.query import Query
from minilens.measure.retention.query import RetentionQuery
from minilens.measure.run import run
from minilens.measure.table import Cell, Table
from minilens.measure.values import ROWS_OF, People
from minilens.period import Range
from tests import by_name
from tests.examples import at_length, costly
from tests.measure.histories import History
from tests.measure.persons.test_against_brute_force import keys_of, loaded
from tests.measure.questions import FILTERS, about_activity, lists, lives, others, trends
from tests.measure.tails import with_newest
from tests.pipeline import CREATED, LATER, House

Houses = Callable[..., House]
OTHERS = "(rest)"
AS_OF = AsOf(LATER, CREATED, 1 << 62)


def test_every_column_says_whose_rows_it_adds_up() -> None:
    assert set(ROWS_OF) == set(SUMS)
    assert set(ROWS_OF.values()) <= {*BITMAPS, *BEHIND}


def test_every_measure_says_whether_persons_stand_behind_it() -> None:
    nobody = {name for name, one in MEASURES.items() if not one.has_persons}
    assert nobody == {
        name for name, one in MEASURES.items() if one.scope in ("ledger", "costs", "content")
    }


def figures(query: Query, table: Table) -> Iterator[tuple[Measure, dict[str, Cell], Cell]]:
    """Each figure of a table: its measure, the keys of its row, the cell."""
    names = [column.name for column in table.columns[: table.keys]]
    rows: list[tuple[dict[str, Cell], Any]] = [(keys_of(names, row), row) for row in table.rows]
    if table.totals is not None and not table.by_hour:
        rows.append(({}, table.totals))
    if table.other is not None:
        rows.append((dict.fromkeys(names, OTHERS), table.other))
    if table.unknown is not None:
        rows.append((dict.fromkeys(names), table.unknown))
    for keys, row in rows:
        for measure, cell in zip(query.measures, row[table.keys :], strict=True):
            yield measure, keys, cell


def holds(house: House, query: Query, measure: Measure, keys: dict[str, Cell], cell: Cell) -> None:
    """The list is as long as the figure where that counts persons, and empty where it is nothing."""
    place = Place(measure.name, tuple(keys.items()))
    real = found(house.pipeline.engine, PersonsQuery(query, place), AS_OF).person
    told = f"{measure.name} of {keys}: {len(real)} for {cell}"
    if measure.share_of or measure.unit not in ("count",):
        assert bool(len(real)) >= bool(cell), told
    elif isinstance(measure.value, People) or measure.name == "total_users":
        assert len(real) == (cell or 0), told
    else:
        assert bool(len(real)) == bool(cell), told
        assert len(real) <= int(str(cell or 0)), told


def asked(house: House, over: Range) -> dict[str, Query]:
    """Every question about days or moments."""
    zone = house.app.timezone
    found = trends(house.app.id, zone, over) | lists(house.app.id, over)
    found |= lives(house.app.id, zone, over) | of_launches(house, over)
    more = ("launches", "visits", "load_time", "timed_loads", "new_users")
    found["loads"] = by_name.query(house.app.id, ("load_time", "timed_loads"), over)
    found["loads by page"] = replace(found["loads"], dimensions=by_name.apart("page"))
    found["regions"] = by_name.query(
        house.app.id, ("visitors", "new_users"), over, dimensions=("person_province",), include_unknown=True, top=1,
        include_other=True,
    )  # fmt: skip
    found["launches by network"] = by_name.query(
        house.app.id,
        (more[0], more[1], more[4]),
        over,
        dimensions=("network",),
        include_unknown=True,
    )
    return found


def of_launches(house: House, over: Range) -> dict[str, Query]:
    """What brought people the first time, codes, and what stands beside a page."""
    found: dict[str, Query] = {}
    new = ("new_users", "new_user_share")
    for one in FIRST_TOUCHES.values():
        found[one.name] = replace(
            by_name.query(house.app.id, new, over, include_other=True, top=1), dimensions=(one,)
        )
    found["by first sources, filtered"] = replace(
        found["first_scene_source"], filters=FILTERS["a field that is not kept"]
    )
    scans = by_name.query(
        house.app.id, ("scans", "scan_users", "scan_new_users", "scan_continued"), over, include_other=True, top=1,
    )  # fmt: skip
    codes = ((Condition(CODE, "is_known"),),)
    found["scans"] = replace(scans, dimensions=(CODE,), filters=codes)
    found["scans in a province"] = replace(
        found["scans"], filters=(*codes, (by_name.condition("province", "is_known"),))
    )
    for one in BESIDE_PAGES.values():
        names = ("transitions",) if one.of_order else ("visits", "visitors")
        steps = by_name.query(house.app.id, names, over, include_other=True, top=1)
        found[one.name] = replace(steps, dimensions=(one,))
        found[f"{one.name} of a page"] = replace(
            steps, dimensions=(one,), filters=FILTERS["the page"]
        )
    return found


@costly(2, 60)
@given(told=with_newest(), data=st.data())
def test_questions_about_days(
    new_app: Houses, told: tuple[History, date], data: st.DataObject
) -> None:
    house, _, over = loaded(new_app, told, data)
    every_way = asked(house, over)
    few = st.lists(st.sampled_from(sorted(every_way)), min_size=12, max_size=12, unique=True)
    for name in every_way if at_length() else data.draw(few):
        query = every_way[name]
        table = run(house.pipeline.engine, query, AS_OF)
        every = list(figures(query, table))
        if not every:
            continue
        for measure, keys, cell in data.draw(
            st.lists(st.sampled_from(every), min_size=1, max_size=3, unique_by=str)
        ):
            holds(house, query, measure, keys, cell)


@costly(2, 60)
@given(told=with_newest(), data=st.data())
def test_launches_and_retention(
    new_app: Houses, told: tuple[History, date], data: st.DataObject
) -> None:
    house, _, over = loaded(new_app, told, data)
    engine = house.pipeline.engine
    for query in others(house.app.id, house.app.timezone, over).values():
        if not isinstance(query, DistributionQuery | RetentionQuery):
            continue
        table = run(engine, query, AS_OF)
        names = [column.name for column in table.columns[: table.keys]]
        for row in data.draw(st.lists(st.sampled_from(table.rows), min_size=1, max_size=4)):
            keys, cells = (
                keys_of(names, row),
                dict(zip((c.name for c in table.columns), row, strict=True)),
            )
            for name in ("launch_users", "cohort_users", "retained_users"):
                if name not in cells:
                    continue
                place = Place(name, tuple(keys.items()))
                real = found(engine, PersonsQuery(query, place), AS_OF)
                counted = len(real.person) if real.times is None else int(real.times.sum())
                assert counted == (cells[name] or 0), (name, keys, row)
                if row[0] is not None:
                    assert counted == len(real.person)


@costly(2, 60)
@given(told=with_newest(), data=st.data())
def test_who_was_active_when(
    new_app: Houses, told: tuple[History, date], data: st.DataObject
) -> None:
    """Of a period the list is as long as the figure; of several somebody counts in each."""
    house, _, over = loaded(new_app, told, data)
    engine = house.pipeline.engine
    as_of = replace(AS_OF, today=data.draw(st.sampled_from((over.end, LATER))))
    most = 6 if at_length() else 2
    for query in about_activity(house.app.id, house.app.timezone, over).values():
        table = run(engine, query, as_of)
        names = [column.name for column in table.columns[: table.keys]]
        some = st.lists(st.sampled_from(table.rows), min_size=1, max_size=most)
        for row in data.draw(some) if table.rows else ():
            for column, cell in zip(table.columns[table.keys :], row[table.keys :], strict=True):
                if column.unit != "count":
                    continue
                place = Place(column.name, tuple(keys_of(names, row).items()))
                real = found(engine, PersonsQuery(query, place), as_of)  # type: ignore[arg-type]
                assert real.times is not None
                assert int(real.times.sum()) == abs(int(str(cell or 0))), (column.name, row)
                if "day" in names and row[names.index("day")] is not None:
                    assert len(real.person) == int(real.times.sum())


@costly(2, 40)
@given(told=with_newest(), data=st.data())
def test_groups_and_stages_share_nobody(
    new_app: Houses, told: tuple[History, date], data: st.DataObject
) -> None:
    """A person is in one group, in one part of a period, active in one number of periods."""
    house, _, over = loaded(new_app, told, data)
    every = about_activity(house.app.id, house.app.timezone, over)
    for name, keys, measures in (
        ("retention by two events", ("page",), ("cohort_users",)),
        ("stickiness", ("page", "active_days"), ("persons",)),
        ("lifecycle", (), ("new", "returning", "resurrected")),
    ):
        query = every[name]
        table = run(house.pipeline.engine, query, AS_OF)
        at = [column.name for column in table.columns]
        day = data.draw(st.sampled_from([row[at.index("day")] for row in table.rows]))
        of_day = [row for row in table.rows if row[at.index("day")] == day]
        rows = {tuple(row[at.index(one)] for one in keys) for row in of_day}
        if day is None:
            continue
        listed: list[int] = []
        for values in rows:
            for measure in measures:
                told_keys = dict(zip(keys, values, strict=True)) | {"day": day.isoformat()}  # type: ignore[union-attr]
                place = Place(measure, tuple(told_keys.items()))
                cell = PersonsQuery(query, place)  # type: ignore[arg-type]
                listed += found(house.pipeline.engine, cell, AS_OF).person.tolist()
        assert len(listed) == len(set(listed))
