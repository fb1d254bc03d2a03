"""What happened on a day stands at the point that holds that day, and nowhere where none does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from minilens.measure.measures import DAY, MOMENT
from minilens.measure.table import Cost, Table
from minilens.render.annotations import Mark, by_point

START, END = date(2026, 11, 9), date(2026, 11, 22)


def table(grain: str) -> Table:
    """The points of two weeks, without figures."""
    days = [START + timedelta(n) for n in range((END - START).days + 1)]
    heads: list[date] = days[::7] if grain == "week" else days
    if grain == "hour":
        heads = [
            datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
            for day in days
            for hour in range(24)
        ]
    return Table(
        (MOMENT if grain == "hour" else DAY,), tuple((head,) for head in heads), START, END,
        datetime(2026, 12, 1, tzinfo=UTC), Cost(0, 0, 0.0),
    )  # fmt: skip


@pytest.mark.parametrize(("grain", "last"), [("hour", 13 * 24), ("day", 13), ("week", 1)])
def test_the_first_day_and_the_last_one_have_a_point_and_those_beside_have_none(
    grain: str, last: int
) -> None:
    marks = [
        Mark(day, day.isoformat()) for day in (END + timedelta(1), END, START, START - timedelta(1))
    ]
    found = by_point(marks, table(grain), grain, "en")
    assert {point: len(words) for point, words in found.items()} == {0: 1, last: 1}
