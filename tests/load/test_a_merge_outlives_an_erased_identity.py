"""One identity erased alone: merges are taken back as if it had never been there, and what is left stays together."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from minilens.identity.lookup import Subject
from minilens.identity.parity import of_app
from minilens.identity.types import DEFAULT
from minilens.load import merges
from minilens.load.replay import rewind_all
from tests.identity.story import Said, last_merge, load, merge, number, person, who
from tests.pipeline import House

pytestmark = pytest.mark.waits  # each erasure goes through every part of every table


def erase(house: House, value: str) -> None:
    """One identity alone."""
    subject = Subject(person(house, value), (number(house, value),), whole=False)
    house.pipeline.eraser.erase(house.app.id, subject)
    house.build()
    agrees(house)


def agrees(house: House) -> None:
    assert of_app(house.pipeline.engine, house.app.id, DEFAULT) == []


def undo(house: House, made: int) -> bool:
    pipeline = house.pipeline
    done = merges.undo(
        pipeline.engine, pipeline.pending, pipeline.counter, house.app.id, version=made
    )
    house.build()
    agrees(house)
    return done


def by_an_event(house: House) -> int:
    """Two phones, one with a member number: an event names both identities of the second and that of the first."""
    load(house, [Said("d1", "a"), Said("d2", "m o", 1), Said("d2", "m c", 2)])
    load(house, [Said("", "a m", 3)])
    return last_merge(house)


def by_hand(house: House) -> int:
    """Two UnionIDs: the rules would never join them."""
    load(house, [Said("d1", "a m"), Said("d2", "b m2", 1), Said("d2", "b c", 2)])
    return merge(house, "a", "b")


def by_way_of_one(house: House) -> int:
    """The phone number alone joined one person, then another."""
    load(house, [Said("d1", "m"), Said("d2", "a", 1), Said("d3", "c", 2)])
    load(house, [Said("", "a m", 3)])
    load(house, [Said("", "m c", 4)])
    return last_merge(house)


@pytest.mark.parametrize(
    ("story", "gone", "left", "sides"),
    [
        (by_an_event, "m", "a d1 o c d2", {"a d1", "o c d2"}),
        pytest.param(by_an_event, "a", "d1 m o c d2", {"d1", "m o c d2"}, marks=pytest.mark.long),
        pytest.param(by_an_event, "o", "a d1 m c d2", {"a d1", "m c d2"}, marks=pytest.mark.long),
        (by_hand, "a", "d1 m b m2 c d2", {"d1 m", "b m2 c d2"}),
        pytest.param(by_hand, "b", "a d1 m m2 c d2", {"a d1 m", "m2 c d2"}, marks=pytest.mark.long),
        pytest.param(by_hand, "m2", "a d1 m b c d2", {"a d1 m", "b c d2"}, marks=pytest.mark.long),
        (by_way_of_one, "m", "d1 a d2 c d3", {"d1 a d2", "c d3"}),
    ],
)
def test_17_it_is_taken_back_by_what_remains(
    house: House, story: Callable[[House], int], gone: str, left: str, sides: set[str]
) -> None:
    made = story(house)
    house.build()
    erase(house, gone)
    assert len(who(house, left)) == 1
    assert undo(house, made)
    assert who(house, left) == sides
    assert not undo(house, made)
    pairs = "SELECT count() FROM links WHERE app = {app:UInt32} AND (node = {n:UInt64} OR other = {n:UInt64})"
    assert house.rows(pairs, n=number(house, gone)) == [(0,)], "the erased stays erased"


@pytest.mark.long  # every segment of the process is loaded again
def test_17_what_is_seen_again_and_a_replay_change_nothing(house: House) -> None:
    made = by_an_event(house)
    house.build()
    erase(house, "m")
    assert undo(house, made)
    load(house, [Said("", "a o", 9), Said("d2", "a", 10)])
    assert who(house, "a d1 o c d2") == {"a d1", "o c d2"}
    assert rewind_all(house.pipeline.spool, only=house.writer.folder.name)
    house.pipeline.loader.drain()
    house.build()
    agrees(house)
    assert who(house, "a d1 o c d2") == {"a d1", "o c d2"}


def test_17_after_a_restore_it_is_the_same(house: House) -> None:
    """An older copy has the merge and not the erasure: it is carried out again, and the merge has a number still."""
    made = by_an_event(house)
    house.build()
    erase(house, "m")
    pipeline = house.pipeline
    (order,) = pipeline.records.erasures.all(house.app.id)
    house.change("ALTER TABLE erased DELETE WHERE erasure = {id:String}", id=order.id)
    load(house, [Said("d2", "m o", 1)])
    assert pipeline.eraser.complete()  # with those of an emptied warehouse before
    house.build()
    agrees(house)
    assert len(who(house, "a d1 o c d2")) == 1
    assert undo(house, made)
    assert who(house, "a d1 o c d2") == {"a d1", "o c d2"}


def test_where_nobody_else_was_joined_there_is_nothing_to_take_back(house: House) -> None:
    load(house, [Said("d1", "a"), Said("", "m", 1)])
    load(house, [Said("", "a m", 2)])
    made = last_merge(house)
    erase(house, "m")
    assert not undo(house, made)
    assert who(house, "a d1") == {"a d1"}


def test_many_phones_stay_together_without_their_number(house: House) -> None:
    """They are no crowd: each came on its own day."""
    phones = [f"d{n}" for n in range(1, 61)]
    said = [Said(one, "m", 2 * n * 24 * 60) for n, one in enumerate(phones)]
    load(house, [Said("", "a m"), *said], "2026-07-01 12:00")
    erase(house, "m")
    assert len(who(house, " ".join(["a", *phones]))) == 1
