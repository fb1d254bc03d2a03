"""Whether rates differ: the figures of textbooks, and exact sums by brute force."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.funnels.significance import (
    Rate,
    difference,
    exact,
    together,
    verdict,
    z_test,
)

pytestmark = pytest.mark.hypothesis


def test_forty_and_sixty_of_two_hundred() -> None:
    one, other = Rate(60, 200), Rate(40, 200)
    assert z_test(one, other) == pytest.approx(0.0209, abs=5e-5)
    assert exact(one, other) == pytest.approx(0.0279, abs=5e-5)
    found = difference(one, other)
    assert found
    assert found.by == pytest.approx(0.1)
    assert found.low == pytest.approx(0.015, abs=5e-4)
    assert found.high == pytest.approx(0.183, abs=5e-4)
    assert found.p == exact(one, other)
    assert verdict(found, found.p) == "likely_higher"
    assert verdict(difference(other, one), found.p) == "likely_lower"
    assert verdict(found, 0.05) == "no_difference"


def test_of_many_the_z_test_is_taken() -> None:
    found = difference(Rate(1500, 5000), Rate(1400, 5000))
    assert found
    assert found.p == z_test(Rate(1500, 5000), Rate(1400, 5000))


@pytest.mark.parametrize("few", [Rate(10, 29), Rate(4, 100), Rate(96, 100), Rate(0, 0)])
def test_of_few_nothing_is_said(few: Rate) -> None:
    assert difference(few, Rate(50, 100)) is None
    assert difference(Rate(50, 100), few) is None
    assert verdict(None, None) == "too_few"


@given(st.integers(1, 40), st.integers(1, 40), st.data())
def test_the_exact_test_by_brute_force(n: int, m: int, data: st.DataObject) -> None:
    a, b = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))

    def chance(k: int) -> Fraction:
        return Fraction(comb(n, k) * comb(m, a + b - k), comb(n + m, a + b))

    every = [chance(k) for k in range(max(0, a + b - m), min(n, a + b) + 1)]
    right = sum(one for one in every if one <= chance(a))
    assert exact(Rate(a, n), Rate(b, m)) == pytest.approx(float(right))


def test_several_are_held_against_each_other() -> None:
    """The least three times, the next twice, none less than one before it."""
    assert together([0.04, None, 0.01, 0.03]) == pytest.approx([0.06, None, 0.03, 0.06])
    assert together([0.9, 0.8]) == [1.0, 1.0]
    assert together([]) == []
