"""A set of numbers in a statement holds these numbers and no others."""

from __future__ import annotations

import pytest

from minilens.load.pipeline import Pipeline
from minilens.warehouse.bitmaps import holds

LAST = (1 << 32) - 1
SETS = {
    "nobody": [],
    "one": [0],
    "ends of containers": [0, 65_535, 65_536, 131_071, LAST],
    "as many as are a list": range(4096),
    "one more": range(4097),
    "a whole container": range(65_536, 131_072),
    "more than a statement is long by itself": range(1, 4_000_000, 2),
    "in no order, and twice": [70_000, 3, 70_000, 1],
}


@pytest.mark.parametrize("some", SETS.values(), ids=list(SETS))
def test_it_holds_these_numbers(pipeline: Pipeline, some: list[int]) -> None:
    asked = f"(SELECT toUInt32(number) AS n FROM numbers(140000) UNION ALL SELECT toUInt32({LAST}))"
    rows = pipeline.engine.rows(f"SELECT n FROM {asked} WHERE {holds(some, 'n')} ORDER BY n")
    assert [row[0] for row in rows] == sorted(n for n in set(some) if n < 140_000 or n == LAST)
