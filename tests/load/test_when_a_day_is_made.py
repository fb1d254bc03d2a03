"""A day that takes long to make is made less often while events come, and soon once none comes."""

from __future__ import annotations

from datetime import date

import pytest

from minilens.load.build import Builder
from minilens.load.pending import Counter, Pending
from minilens.load.pipeline import Pipeline

DAY = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("after", "last", "due"),
    [
        (79.0, 78.9, False),  # ten seconds of work are an eighth of eighty
        (80.0, 79.9, True),
        (19.0, 10.0, False),  # nothing came for nine seconds: half of twenty
        (20.0, 10.0, True),
        (20.0, 18.1, False),  # not quiet for two seconds yet
    ],
)
def test_due(works: Pipeline, after: float, last: float, *, due: bool) -> None:
    pending = Pending()
    builder = Builder(works.engine, pending, Counter(0), lambda: 0)
    builder.made(1, [DAY], moment=0.0, seconds=10.0)
    pending.add(1, DAY, 1, 5, last)
    assert builder.due(after) == ({1: [DAY]} if due else {})


def test_a_day_never_made_is_due_at_once(works: Pipeline) -> None:
    pending = Pending()
    pending.add(1, DAY, 1, 5, 0.0)
    assert Builder(works.engine, pending, Counter(0), lambda: 0).due(0.0) == {1: [DAY]}
