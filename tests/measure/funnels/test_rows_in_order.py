"""Random rows stand in the one order, however much of them one number can hold."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.events.sorting import dense
from minilens.measure.funnels import packed
from minilens.measure.funnels.ordered import Columns
from minilens.measure.funnels.packed import MORE, Packing, arranged, beside, slices, ties, unpacked

pytestmark = pytest.mark.hypothesis

#: Owner, moment, place in the launch (0 is none), arrival (of those that have no place), kind.
PLACES = st.one_of(
    st.tuples(st.sampled_from((1, 2, 14, 15, 16, 300)), st.just(0)),
    st.tuples(st.just(0), st.integers(0, 3)),
)
ROW = st.tuples(st.integers(0, 3), st.integers(0, 4), PLACES, st.integers(0, 7)).map(
    lambda row: (row[0], row[1], *row[2], row[3])
)


#: No numbers.
NONE = np.zeros(0, np.int64)


def in_order(some: list[tuple[int, ...]]) -> list[tuple[int, int, int]]:
    """Of whom, when, what kind."""
    every = sorted(some, key=lambda row: (row[0], row[1], row[2] == 0, row[2], row[3], row[4]))
    return [(owner, at, kind) for owner, at, _, _, kind in every]


def columns(some: list[tuple[int, ...]]) -> list[Any]:
    return [np.array([row[n] for row in some], np.int64) for n in range(5)]


def numbered(how: Packing, some: list[tuple[int, ...]]) -> tuple[Any, Any]:
    """The numbers of rows, with their owners where they have room, and what sorts those that are alike."""
    owner, at, place, came, kind = columns(some)
    inside = 0 if how.beside else owner << (how.for_moment + how.for_kind)
    return how.number(at, place, kind) | inside, ties(place, came)


@given(
    st.lists(ROW, max_size=30),
    st.sampled_from((3, 41, 42)),
    st.booleans(),
    st.sampled_from((1, 2, 5, 1000)),
)
def test_with_columns_beside(
    some: list[tuple[int, ...]], for_time: int, owners: str, long: int
) -> None:
    """`for_time`: so that there is more or less room for places. `long`: how many rows are looked at together."""
    how = Packing(2, base=0, for_time=for_time, asked=10, beside=owners == "beside")
    key, tie = numbered(how, some)
    every = Columns(key, tie, columns(some)[0] if how.beside else None)
    found, whose = [], []
    for part in every.parts(how, long):
        _, rows, known = every.in_order(how, part)
        owner = rows.owner if known is None else known[rows.owner]
        found += list(zip(owner.tolist(), rows.at.tolist(), rows.kind.tolist(), strict=True))
        whose.append(set(owner.tolist()))
    assert sorted(found, key=lambda row: row[0]) == in_order(some)
    assert sum(map(len, whose)) == len(set().union(*whose))


@given(st.lists(ROW, max_size=30), st.sampled_from((2, 5, 1000)))
def test_as_numbers(some: list[tuple[int, ...]], long: int) -> None:
    """`long`: how many rows are sorted and looked at together."""
    how = Packing(2, base=0, for_time=3)
    keys, ties_of = numbered(how, some)
    given_keys = keys.copy()

    def fetch(pairs: list[tuple[int, int]]) -> tuple[Any, Any]:
        asked = np.array([row[:2] in pairs for row in some], np.bool_)
        return given_keys[asked], ties_of[asked]

    with patch.object(packed, "LONG", long):
        assert arranged(how, keys, fetch)
        parts = [unpacked(how, one) for one in slices(how, keys)]
    found = [
        list(zip(one.owner.tolist(), one.at.tolist(), one.kind.tolist(), strict=True))
        for one in parts
    ]
    assert [row for part in found for row in part] == in_order(some)
    owners = [{row[0] for row in part} for part in found]
    assert sum(map(len, owners)) == len(set().union(*owners))


@given(st.lists(st.integers(-5, 1 << 40)))
def test_numbers_from_zero(some: list[int]) -> None:
    numbers, known = dense(np.array(some, np.int64))
    assert known.tolist() == sorted(set(some))
    assert [known[n] for n in numbers.tolist()] == some


def test_a_row_that_is_more_than_a_number_holds() -> None:
    assert not arranged(Packing(2, 0, 3), np.array([5, MORE]), lambda _: (NONE, NONE))


@given(st.integers(1, 20), st.integers(30, 41), st.integers(20, 32))
def test_each_number_has_room(marks: int, for_time: int, asked: int) -> None:
    """Ten steps and ten excluded events over decades: beside owners every row fits a number of 63 bits."""
    how = beside(Packing(marks, 0, for_time, asked))
    assert how.for_moment + how.for_kind <= 63
    assert how.for_moment + 18 <= 63
