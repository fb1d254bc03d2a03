"""Members of cohorts are whoever they are now: merged ones count once, undone ones are two again, erased ones leave."""

from __future__ import annotations

import numpy as np
import pytest

from minilens.errors import Refused
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


def test_one_of_a_members_identities_is_erased_and_they_stay(house: House) -> None:
    """Whichever was kept; and a merge of what is left counts still."""
    pipeline, app = house.pipeline, house.app.id
    both = [
        Happening(at("2026-03-01 10:00"), device="a", session="a1", identity=("c_memberid", "a")),
        Happening(at("2026-03-01 11:00"), device="a", session="a2", identity=("wechat-unionid", "u1")),
    ]  # fmt: skip
    house.load([*both, *story()[1:]])
    (a,) = written(house, "a")
    assert house.person("wechat-unionid", "u1") == a
    for text in ("c_memberid=a", "wechat-unionid=u1"):
        found = look_up(pipeline.engine, app, text, pipeline.secret, only_this=True)
        assert not found.whole
        pipeline.eraser.erase(app, found)
        house.build()
        assert members(house) == {house.person("device", "a")}, text
        assert size(house) == 1
    assert cohort_members.of_person(pipeline.engine, app, a) == {(7, 1)}
    found = look_up(pipeline.engine, app, "device=a", pipeline.secret)
    pipeline.eraser.erase(app, found)
    assert (members(house), size(house)) == (set(), 0)


def test_the_cohorts_of_a_person_follow_merges_and_undos(house: House) -> None:
    pipeline, app = house.pipeline, house.app.id
    house.load(story())
    a, b, c = written(house, "a", "b", "c")
    d = house.person("c_memberid", "d")

    def mine(person: int) -> set[tuple[int, int]]:
        return cohort_members.of_person(pipeline.engine, app, person)

    assert [mine(one) for one in (a, b, c, d)] == [{(7, 1)}] * 3 + [set()]
    made = merge(pipeline.engine, pipeline.pending, pipeline.counter, app, gone=c, into=d)
    house.build()
    assert mine(house.person("c_memberid", "d")) == {(7, 1)}
    undo(pipeline.engine, pipeline.pending, pipeline.counter, app, version=made)
    house.build()
    assert [mine(house.person("c_memberid", one)) for one in "abcd"] == [{(7, 1)}] * 3 + [set()]


def test_identities_are_found_one_by_one(house: House) -> None:
    house.load(story())
    a = house.person("c_memberid", "a")
    engine, app, secret = house.pipeline.engine, house.app.id, house.pipeline.secret
    some = ["c_memberid=a", "c_memberid=nobody", f"p{a}", "p4000000000", " device=a "]
    assert cohort_members.named(engine, app, some, secret) == [a, 0, a, 0, a]
    with pytest.raises(Refused) as refused:
        cohort_members.named(engine, app, [*some, "who?"], secret)
    assert (refused.value.code, refused.value.field) == ("bad_person", "identities[5]")
