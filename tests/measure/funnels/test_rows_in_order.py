"""Random rows stand in the one order, however much of them one number can hold."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.funnels import packed
from minilens.measure.funnels.ordered import dense, in_order
from minilens.measure.funnels.packed import Packing, arranged, slices, unpacked
from minilens.measure.funnels.reading import Columns

pytestmark = pytest.mark.hypothesis

#: Owner, moment, place in the launch (0 is none), arrival (of those that have no place), kind.
PLACES = st.one_of(
    st.tuples(st.sampled_from((1, 2, 14, 15, 16, 300)), st.just(0)),
    st.tuples(st.just(0), st.integers(0, 3)),
)
ROW = st.tuples(st.integers(0, 3), st.integers(0, 4), PLACES, st.integers(0, 7)).map(
    lambda row: (row[0], row[1], *row[2], row[3])
)


def in_order_by_hand(some: list[tuple[int, ...]]) -> list[tuple[int, int, int]]:
    """Of whom, when, what kind."""
    every = sorted(some, key=lambda row: (row[0], row[1], row[2] == 0, row[2], row[3], row[4]))
    return [(owner, at, kind) for owner, at, _, _, kind in every]


def columns(some: list[tuple[int, ...]]) -> list[Any]:
    return [np.array([row[n] for row in some], np.int64) for n in range(5)]


@given(st.lists(ROW, max_size=30), st.sampled_from((1, 1 << 30, 1 << 44, 1 << 58)))
def test_as_columns(some: list[tuple[int, ...]], apart: int) -> None:
    """`apart`: between two moments, so that a number holds more or less of the rest."""
    owner, at, place, came, kind = columns(some)
    order = in_order(owner, at * apart, place, came, (kind,))
    found = zip(owner[order].tolist(), at[order].tolist(), kind[order].tolist(), strict=True)
    assert list(found) == in_order_by_hand(some)


@given(st.lists(ROW, max_size=30), st.sampled_from((1, 2, 5, 1000)))
def test_in_parts(some: list[tuple[int, ...]], long: int) -> None:
    """Each row is in one part, and so is each owner."""
    every = Columns(*columns(some))
    parts = [every.some(places) for places in every.parts(long)]
    rows = [
        row
        for one in parts
        for row in zip(one.owner.tolist(), one.at.tolist(), one.marks.tolist(), strict=True)
    ]
    assert sorted(rows) == sorted((row[0], row[1], row[4]) for row in some)
    owners = [set(one.owner.tolist()) for one in parts]
    assert sum(map(len, owners)) == len(set().union(*owners))


@given(st.lists(ROW, max_size=30), st.sampled_from((2, 5, 1000)))
def test_as_numbers(some: list[tuple[int, ...]], long: int) -> None:
    """`long`: how many rows are sorted and looked at together."""
    how = Packing(2, base=0, for_time=3)
    keys = [
        who << 10 | at << 7 | (min(place - 1, 15) if place else 15) << 3 | kind
        for who, at, place, _, kind in some
    ]
    with patch.object(packed, "LONG", long):
        made = arranged(how, np.array(keys, np.int64), lambda pairs: Some(some, pairs))
        assert made is not None
        parts = [unpacked(how, one) for one in slices(how, made)]
    found = [
        list(zip(one.owner.tolist(), one.at.tolist(), one.kind.tolist(), strict=True))
        for one in parts
    ]
    assert [row for part in found for row in part] == in_order_by_hand(some)
    owners = [{row[0] for row in part} for part in found]
    assert sum(map(len, owners)) == len(set().union(*owners))


class Some:
    """The columns of the rows of some persons and moments."""

    def __init__(self, some: list[tuple[int, ...]], pairs: list[tuple[int, int]]) -> None:
        asked = [row for row in some if row[:2] in pairs]
        self._columns = dict(
            zip(("owner", "at", "place", "came", "told"), columns(asked), strict=True)
        )

    def column(self, name: str) -> Some:
        self._one = self._columns[name]
        return self

    def to_numpy(self) -> Any:
        return self._one


@given(st.lists(st.integers(-5, 1 << 40)))
def test_numbers_from_zero(some: list[int]) -> None:
    numbers, known = dense(np.array(some, np.int64))
    assert known.tolist() == sorted(set(some))
    assert [known[n] for n in numbers.tolist()] == some


def test_a_row_that_is_more_than_a_number_holds() -> None:
    assert arranged(Packing(2, 0, 3), np.array([5, (1 << 63) - 1]), lambda _: None) is None
