"""Random rows: every attempt is the one that an exhaustive search finds."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.funnels.attempts import every
from minilens.measure.funnels.chosen import first_entries, furthest, one_after_another
from minilens.measure.funnels.rows import NONE, Attempts
from tests.measure.funnels.rows import Found, Said, by_owner, rows_of, search

pytestmark = pytest.mark.hypothesis

STEPS = 3
ROW = st.builds(
    Said,
    owner=st.integers(1, 2),
    ts=st.integers(0, 12),
    fits=st.sets(st.integers(0, STEPS - 1), max_size=2).map(lambda some: tuple(sorted(some))),
    ends=st.sampled_from([(), (), (), (0,), (1,), (0, 1)]),
    held=st.sampled_from(["", "", "x", None]),
    enters=st.sampled_from([True, True, True, False]),
)
STORY = st.lists(ROW, max_size=14).map(lambda some: sorted(some, key=lambda one: one.ts))
WINDOW = st.integers(0, 14)
NEAR = st.one_of(st.none(), st.integers(0, 5))


def told(made: Attempts, some: list[Said], window: int) -> list[Found]:
    """The attempts with places of the story instead of places of the sorted rows."""
    rank = rows_of(some, window).rank
    return [
        Found(
            int(rank[entry]),
            tuple(int(rank[row]) for row in taken if row != NONE),
            None if stop == NONE else int(rank[stop]),
        )
        for entry, taken, stop in zip(made.entry, made.taken, made.stop, strict=True)
    ]


def begun(some: list[Said]) -> list[int]:
    return [
        n for n, one in enumerate(some) if 0 in one.fits and one.enters and one.held is not None
    ]


@given(STORY, WINDOW)
def test_ordered(some: list[Said], window: int) -> None:
    made = every(rows_of(some, window), STEPS, "ordered")
    found = [search(some, entry, STEPS, window) for entry in begun(some)]
    assert sorted(told(made, some, window), key=lambda one: one.entry) == found


@given(STORY, WINDOW, NEAR, NEAR)
def test_windows_of_steps(
    some: list[Said], window: int, second: int | None, third: int | None
) -> None:
    within = (None, second, third)
    made = every(rows_of(some, window), STEPS, "ordered", within)
    found = [search(some, entry, STEPS, window, within) for entry in begun(some)]
    assert sorted(told(made, some, window), key=lambda one: one.entry) == found


@given(STORY, WINDOW)
def test_strict(some: list[Said], window: int) -> None:
    plain = [Said(one.owner, one.ts, one.fits, (), one.held, one.enters) for one in some]
    made = every(rows_of(plain, window), STEPS, "strict")
    found = [search(plain, entry, STEPS, window, strict=True) for entry in begun(plain)]
    assert sorted(told(made, plain, window), key=lambda one: one.entry) == found


@given(STORY, WINDOW)
def test_any_order(some: list[Said], window: int) -> None:
    made = every(rows_of(some, window), STEPS, "any")
    for one in told(made, some, window):
        begin = some[one.entry]
        near = [
            n for n in range(one.entry, len(some))
            if (some[n].owner, some[n].held) == (begin.owner, begin.held) and some[n].ts <= begin.ts + window
        ]  # fmt: skip
        cut = next(
            (place for place, n in enumerate(near) if n > one.entry and some[n].ends), len(near) - 1
        )
        near = near[: cut + 1]
        assert one.level == most(some, near)
        assert all(n in near for n in one.taken)
        assert list(one.taken) == sorted(one.taken)
        for k, n in enumerate(one.taken):  # each is the first with which so many steps are done
            assert most(some, near[: near.index(n) + 1]) == k + 1
            assert most(some, near[: near.index(n)]) == k


def most(some: list[Said], near: list[int]) -> int:
    """Different steps that different ones of these rows do, at most."""
    return max(
        (sum(n is not None and step in some[n].fits for step, n in enumerate(way))
         for way in permutations([*near, *[None] * STEPS], STEPS)),
        default=0,
    )  # fmt: skip


@given(STORY, WINDOW)
def test_which_attempts_count(some: list[Said], window: int) -> None:
    rows = rows_of(some, window)
    made = every(rows, STEPS, "ordered")
    found = {entry: search(some, entry, STEPS, window) for entry in begun(some)}
    best, first, after = [], [], []
    for _, places in by_owner(some):
        mine = [found[n] for n in places if n in found]
        if mine:
            best.append(min(mine, key=lambda one: (-one.level, one.entry)))
            first.append(mine[0])
        busy = -1
        for one in mine:
            if one.entry <= busy:
                continue
            after.append(one)
            if one.level == STEPS:
                busy = one.taken[-1]
            elif one.stop is not None:
                busy = one.stop
            else:
                edge = some[one.entry].ts + window
                busy = max(n for n in places if some[n].ts <= edge)
    assert told(furthest(rows, made), some, window) == best
    assert told(first_entries(rows, made), some, window) == first
    assert told(one_after_another(rows, made), some, window) == after
