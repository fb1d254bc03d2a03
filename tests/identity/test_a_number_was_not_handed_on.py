"""Somebody says that a number was not handed on: it stays with whoever had it first, whatever is proved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.errors import NotFound
from minilens.identity.lookup import Subject, look_up
from minilens.identity.parity import of_app
from minilens.load.blocks import rules_of
from minilens.load.replay import rewind_all
from minilens.serve.merging import answered
from minilens.spool.writer import Writer
from tests.examples import costly
from tests.identity.story import Said, load, number, person, states, who
from tests.identity.test_a_number_is_handed_on import (
    DAY,
    NEW,
    VISITORS,
    WEEK,
    column,
    exported,
    sayings,
    scene,
)
from tests.pipeline import CREATED, House

pytestmark = pytest.mark.side_by_side


def asked(house: House, do: str, **given: str) -> dict[str, Any]:
    """By command; what the loader does then."""
    found = answered(house.pipeline, [("do", do), ("app", house.app.name), *given.items()])
    looked(house)
    return found


def looked(house: House) -> None:
    pipeline = house.pipeline
    pipeline.loader._types_after = 0.0
    pipeline.loader.each([])
    assert not [one for one in pipeline.records.kept_numbers.waiting() if one[0] == house.app.id]
    types = rules_of(pipeline.records).types_of(house.app.id)
    assert of_app(pipeline.engine, house.app.id, types) == []
    house.build()


def text(house: House) -> str:
    return f"{number(house, 'm'):016x}"


def test_it_stays_with_the_first_also_what_came_later(house: House) -> None:
    scene(house)
    house.build()
    (row,) = asked(house, "numbers")["rows"]
    assert [one["person"] for one in row["holders"]] == [
        f"p{person(house, value)}" for value in "ab"
    ]
    assert (row["hash"], row["kept"], row["holders"][0]["since"]) == (text(house), False, None)
    asked(house, "keep", number=text(house), why="a typing error")
    assert who(house, "a b d1 d2") == {"a d1 d2", "b"}
    assert (column(house, VISITORS), column(house, NEW)) == ([1, 1, 1, 1, 0], [1, 0, 0, 0, 0])
    assert states(house) == {("b", "m"): "limit"}
    assert len(exported(house, "a")) == 5
    assert look_up(house.pipeline.engine, house.app.id, f"p{person(house, 'a')}", b"").spans == ()
    (row,) = asked(house, "numbers")["rows"]
    assert ([one["person"] for one in row["holders"]], row["kept"]) == (
        [f"p{person(house, 'a')}"], True,
    )  # fmt: skip
    entry = house.pipeline.records.audit.entries(apps=[house.app.id])[0]
    assert (entry.action, entry.details["text"]) == ("identity.keep", "a typing error")


@pytest.fixture
def own(house: House) -> Iterator[House]:
    """With a folder of its own in the spool: nothing else is loaded again."""
    writer = Writer(house.pipeline.spool / f"own-{house.app.id}", reserve=0)
    yield replace(house, writer=writer)
    writer.close()


def test_it_lasts_whatever_is_sent_or_loaded_again(own: House) -> None:
    house = own
    scene(house)
    asked(house, "keep", number=text(house), why="")
    load(house, [Said("", "b m", 4 * DAY, server=True), Said("d9", "m", 4 * DAY + 1)])
    looked(house)
    assert column(house, VISITORS) == [1, 1, 1, 1, 1]
    assert rewind_all(house.pipeline.spool, only=house.writer.folder.name)
    house.pipeline.loader.drain()
    looked(house)
    assert column(house, VISITORS) == [1, 1, 1, 1, 1]
    assert who(house, "a m d9 b") == {"a m d9", "b"}


def test_said_otherwise_it_is_as_before(house: House) -> None:
    scene(house)
    for _ in range(2):
        asked(house, "keep", number=text(house), why="")
        asked(house, "release", number=text(house), why="")
        assert who(house, "a b d1 d2") == {"a d1", "b d2"}
        assert (column(house, VISITORS), column(house, NEW)) == ([1, 1, 1, 2, 0], [1, 0, 1, 0, 0])
    (row,) = asked(house, "numbers")["rows"]
    assert (len(row["holders"]), row["kept"]) == (2, False)
    with pytest.raises(NotFound):
        asked(house, "release", number=text(house), why="")


def test_the_first_has_it_though_another_type_is_stronger(house: House) -> None:
    load(house, [Said("", "c m", server=True), Said("", "a c", 1, server=True)])
    load(house, [Said("d2", "b m", DAY, server=True)])
    asked(house, "keep", number=text(house), why="")
    assert who(house, "a c m b") == {"a c m", "b"}


@pytest.mark.parametrize("given", ["x", "", "00000000000000ff"])
def test_what_is_no_such_number_is_refused(house: House, given: str) -> None:
    scene(house)
    with pytest.raises(NotFound):
        asked(house, "keep", number=given, why="")


def test_whoever_is_erased_leaves_nothing_of_it(house: House) -> None:
    scene(house)
    asked(house, "keep", number=text(house), why="")
    pipeline = house.pipeline
    subject = Subject(person(house, "m"), (number(house, "m"),), whole=False)
    pipeline.eraser.erase(house.app.id, subject)
    assert pipeline.records.kept_numbers.of(house.app.id) == []


def by_counting(said: list[Said]) -> list[int]:
    """Visitors a day: a number is always whose who was the first to be proved to have it."""
    first: dict[str, str] = {}
    for one in sorted(said, key=lambda one: one.when):
        if one.server:
            name, mobile = one.who.split()
            first.setdefault(mobile, name)
    whose = {one: first.get(one.who.split()[-1], one.who.split()[-1]) for one in said}
    return [len({whose[one] for one in said if one.when // DAY == n}) for n in range(5)]


@costly(2, 40)
@given(seed=st.integers(0, 10**6), late=st.sampled_from(("", "late")))
def test_beside_a_count(new_app: Callable[..., House], seed: int, late: str) -> None:
    """Said before anything came, or once it was handed on."""
    house, said = new_app("Asia/Shanghai"), sayings(seed)
    kept = house.pipeline.records.kept_numbers

    def keep() -> None:
        for value in ("m1", "m2"):
            kept.keep(house.app.id, "mobile", number(house, value), now=CREATED)

    if not late:
        keep()
    load(house, said, start="2026-11-16 00:00")
    house.build()
    keep()
    looked(house)
    assert column(house, VISITORS) == by_counting(said)
    assert len(house.figures(WEEK)) == 5
