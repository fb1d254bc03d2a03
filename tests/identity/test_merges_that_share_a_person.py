"""Merges that share a person, taken back in any order: each undo takes back one merge and no other."""

from __future__ import annotations

from itertools import permutations

import pytest

from minilens.load import merges
from tests.pipeline import Happening, House, at, days

pytestmark = pytest.mark.side_by_side
NAMES = ("a", "b", "c")
WEEK = days("2026-11-16", "2026-11-18")


@pytest.fixture
def three(house: House) -> House:
    """Three phones, each on a day of its own."""
    house.load([Happening(at(f"2026-11-{16 + n} 12:00"), device=d) for n, d in enumerate(NAMES)])
    house.build()
    return house


def merged(house: House, gone: int, into: int) -> int:
    pipeline = house.pipeline
    doors = (pipeline.engine, pipeline.pending, pipeline.counter, house.app.id)
    return merges.merge(*doors, gone=gone, into=into, cause="push")


def taken_back(house: House, version: int) -> None:
    pipeline = house.pipeline
    merges.undo(pipeline.engine, pipeline.pending, pipeline.counter, house.app.id, version=version)


def together(house: House) -> set[str]:
    """Who is one person, as words: {"ab", "c"}."""
    found: dict[int, str] = {}
    for name in NAMES:
        number = house.person("device", name)
        found[number] = found.get(number, "") + name
    return set(found.values())


def numbers(house: House) -> list[int]:
    return [house.person("device", name) for name in NAMES]


@pytest.mark.parametrize("first", [1, 2])
def test_a_into_b_and_b_into_c(three: House, first: int) -> None:
    before, figures = numbers(three), three.figures(WEEK)
    a, b, c = before
    made = {1: merged(three, a, b), 2: merged(three, b, c)}
    assert together(three) == {"abc"}
    taken_back(three, made[first])
    assert together(three) == ({"a", "bc"} if first == 1 else {"ab", "c"})
    taken_back(three, made[3 - first])
    assert numbers(three) == before
    three.build()
    assert three.figures(WEEK) == figures


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_three_merges_in_any_order(three: House, order: tuple[int, ...]) -> None:
    """The third joins again what the first undo parted, or says once more what holds."""
    before = numbers(three)
    a, b, c = before
    made = [merged(three, b, a), merged(three, a, c), merged(three, c, b)]
    assert together(three) == {"abc"}
    for n in order:
        taken_back(three, made[n])
    assert numbers(three) == before


def test_a_pair_joined_again_stays_joined_when_the_first_merge_is_undone_again(
    three: House,
) -> None:
    a, b, _ = numbers(three)
    first = merged(three, a, b)
    taken_back(three, first)
    merged(three, a, b)
    taken_back(three, first)
    assert together(three) == {"ab", "c"}
