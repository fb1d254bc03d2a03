"""Rows in whatever order they come stand in the one order of all rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.events.sorting import by_owner, order

#: Numbers of owners that end alike, so that their keys are the same.
OWNERS = st.sampled_from((1, 2, 1 + (1 << 62), 2 - (1 << 63), -1))
ROWS = st.lists(st.tuples(OWNERS, st.integers(0, 9), st.integers(0, 2), st.integers(0, 2)))


def sorted_rows(some: list[tuple[int, ...]], *, far: int = 0) -> list[list[tuple[int, ...]]]:
    """Of each owner its rows, as they come out."""
    columns = np.array(some or [(0, 0, 0, 0)], np.int64)[: len(some)].T
    owner, ts, *ties = columns
    by = order(owner, ts + far * (ts > 4), lambda rows: tuple(one[rows] for one in ties))
    assert sorted(by.tolist()) == list(range(len(some)))
    found: list[list[tuple[int, ...]]] = []
    for place in by.tolist():
        if not found or found[-1][-1][0] != some[place][0]:
            found.append([])
        found[-1].append(some[place])
    return found


@pytest.mark.hypothesis
@given(ROWS, st.sampled_from((0, 1 << 40, 1 << 61)))
def test_each_owner_stands_together_in_order(some: list[tuple[int, ...]], far: int) -> None:
    found = sorted_rows(some, far=far)
    assert len(found) == len({one[0] for one in some})
    for rows in found:
        assert rows == sorted(rows)


@pytest.mark.hypothesis
@given(ROWS, st.sampled_from((0, 1 << 40, 1 << 61)), st.sampled_from((0, 1 << 31, 1 << 61)))
def test_owners_rise(some: list[tuple[int, ...]], far: int, high: int) -> None:
    """Whether or not an owner and a moment fit into one number."""
    told = [
        (abs(owner) % 7 + high * (owner == 1), ts + far * (ts > 4), *ties)
        for owner, ts, *ties in some
    ]
    owner, ts, *ties = np.array(told or [(0, 0, 0, 0)], np.int64)[: len(told)].T
    by = by_owner(owner, ts, lambda rows: tuple(one[rows] for one in ties))
    assert [told[place] for place in by.tolist()] == sorted(told)


@pytest.mark.hypothesis
@given(st.integers(10, 40), st.integers(0, 6))
def test_rows_that_lie_in_order_but_for_a_few(owners: int, moved: int) -> None:
    every: list[tuple[int, ...]] = [(one, ts, 0, 0) for one in range(owners) for ts in range(5)]
    some = [*every]
    for n in range(moved):
        some.append(some.pop(n * 7))
    found = sorted_rows(some)
    assert sorted(found) == [[one for one in every if one[0] == owner] for owner in range(owners)]
