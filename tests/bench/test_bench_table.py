"""A figure that misses its target is seen in the table, and ratios are of ours to the other."""

from __future__ import annotations

import pytest

from bench.result import Row, percentile, table


@pytest.mark.parametrize(
    ("ours", "target", "better", "met"),
    [
        (9_999, 10_000, "higher", "NO"),
        (10_000, 10_000, "higher", "yes"),
        (51, 50, "lower", "NO"),
        (50, 50, "lower", "yes"),
        (0, 0, "lower", "yes"),
        (1, 0, "lower", "NO"),
    ],
)
def test_a_row_says_whether_it_meets_its_target(
    ours: float, target: float, better: str, met: str
) -> None:
    row = Row("measured", ours, "", target, "higher" if better == "higher" else "lower")
    assert table([row]).splitlines()[2].split()[-1] == met


def test_each_alternative_has_its_ratio() -> None:
    row = Row("trend", 50, "ms", 100, others={"by hand": 500, "another": 25}, note="warm")
    first, second, _, note = table([row]).splitlines()[2:]
    assert "by hand" in first
    assert first.split()[-2:] == ["0.1", "yes"]
    assert "another" in second
    assert second.split()[-1] == "2"
    assert note == "· trend: warm"


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(n) for n in range(100)]
    assert percentile(values, 0.5) == 50
    assert percentile(values, 0.99) == 99
    assert percentile([], 0.5) == 0
