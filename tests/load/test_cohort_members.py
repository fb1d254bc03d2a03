"""Members of cohorts are whoever they are now: merged ones count once, undone ones are two again, erased ones leave."""

from __future__ import annotations

import numpy as np
import pytest

from minilens.identity import cohort_members
from minilens.identity.lookup import look_up
from minilens.load.merges import merge, undo
from tests.pipeline import Happening, House, at

pytestmark = pytest.mark.waits


def story() -> list[Happening]:
    return [
        Happening(at(f"2026-03-0{n} 10:00"), device=who, session=f"{who}1", identity=("c_memberid", who))
        for n, who in enumerate("abcd", start=1)
    ]  # fmt: skip


def written(house: House, *who: str) -> list[int]:
    """A cohort of these, and their numbers."""
    numbers = [house.person("c_memberid", one) for one in who]
    engine = house.pipeline.engine
    cohort_members.write(engine, house.app.id, 7, 1, np.array(sorted(numbers), np.int64))
    return numbers


def members(house: House) -> set[int]:
    return set(cohort_members.read(house.pipeline.engine, house.app.id, 7, 1).tolist())


def size(house: House) -> int:
    return cohort_members.sizes(house.pipeline.engine, house.app.id).get((7, 1), 0)


def test_merged_ones_are_one_and_undone_ones_two(house: House) -> None:
    pipeline = house.pipeline
    house.load(story())
    a, b, c = written(house, "a", "b", "c")
    d = house.person("c_memberid", "d")
    assert members(house) == {a, b, c}
    made = merge(pipeline.engine, pipeline.pending, pipeline.counter, house.app.id, gone=b, into=a)
    house.build()
    assert members(house) == {a, c}
    assert size(house) == 2
    merge(pipeline.engine, pipeline.pending, pipeline.counter, house.app.id, gone=c, into=d)
    house.build()
    both = house.person("c_memberid", "d")
    assert both == house.person("c_memberid", "c")
    assert members(house) == {a, both}
    undo(pipeline.engine, pipeline.pending, pipeline.counter, house.app.id, version=made)
    house.build()
    assert members(house) == {a, b, both}
    assert size(house) == 3


def test_whoever_is_erased_leaves(house: House) -> None:
    pipeline = house.pipeline
    house.load(story())
    a, b, _ = written(house, "a", "b", "c")
    found = look_up(pipeline.engine, house.app.id, f"p{b}", pipeline.secret)
    pipeline.eraser.erase(house.app.id, found)
    house.build()
    assert members(house) == {a, house.person("c_memberid", "c")}
    assert size(house) == 2
    kept = house.rows("SELECT count() FROM cohort_members WHERE app = {app:UInt32}")
    assert kept == [(2,)]
    written(house, "a")
    assert size(house) == 2


def test_who_is_gone_is_not_written(house: House) -> None:
    """Somebody is erased between being looked up and being written."""
    house.load(story())
    engine, app = house.pipeline.engine, house.app.id
    a = house.person("c_memberid", "a")
    cohort_members.write(engine, app, 7, 1, np.array([a, 4_000_000_000], np.int64))
    assert members(house) == {a}
    cohort_members.write(engine, app, 7, 2, np.array([a], np.int64))
    cohort_members.forget(engine, app, 7, [2])
    assert cohort_members.sizes(engine, app) == {(7, 2): 1}
    assert cohort_members.persons_named(
        engine, app, ["c_memberid=a", f"p{a}", "c_memberid=nobody"], house.pipeline.secret
    ) == {a}
