"""One person explained touch by touch: what each model gives is what the question adds up."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import pytest

from minilens.measure.attribution.query import AttributionQuery, StoryQuery
from minilens.measure.prepared import AsOf
from minilens.measure.run import run
from tests.measure.attribution.asking import (
    DAY,
    DAY_OF,
    HOUR,
    MINUTE,
    SCAN,
    answer,
    asked,
    credit,
    paid,
    touch,
)
from tests.pipeline import LATER, House, at, days

pytestmark = pytest.mark.side_by_side
NAMES = ("number", "what", "amount", "touch", "campaign", "first", "linear")
NOON = at(f"{DAY_OF} 04:00")


def story(house: House, query: AttributionQuery, who: str) -> list[dict[str, Any]]:
    """Rows by the names of their columns."""
    person = house.person("device", who)
    as_of = AsOf(LATER, datetime(2030, 1, 1, tzinfo=UTC), house.pipeline.loader.through)
    table = run(house.pipeline.engine, StoryQuery(query, person), as_of)
    return [dict(zip([one.name for one in table.columns], row, strict=True)) for row in table.rows]


def test_touch_by_touch(house: House) -> None:
    house.load([
        touch(NOON - 2 * HOUR, "a"), touch(NOON - HOUR, "b", scene=SCAN), paid(NOON, 90),
        paid(NOON + DAY, 30, name="refund_request"),
        touch(NOON - MINUTE, "c", "B"), paid(NOON, 7, who="B"), paid(NOON, 1, who="C"),
    ])  # fmt: skip
    query = asked(house, range=days(DAY_OF, "2026-11-20"), counts="value", refunds=True)
    rows = story(house, query, "A")
    told = [tuple(row[name] for name in NAMES) for row in rows]
    assert told == [
        (1, "conversion", 90, "tagged", "a", 90, 45), (1, "conversion", 90, "scan", "b", 0, 45),
        (2, "refund", -30, "tagged", "a", -30, -15), (2, "refund", -30, "scan", "b", 0, -15),
    ]  # fmt: skip
    assert rows[0]["conversion"] == datetime.fromtimestamp(NOON / 1000, UTC)
    assert rows[0]["time"] == datetime.fromtimestamp(NOON / 1000 - 7200, UTC)
    (alone,) = story(house, query, "C")
    assert (alone["touch"], alone["time"], alone["last"]) == ("(no touch)", None, 1)


def test_all_stories_together_are_the_answer(house: House) -> None:
    house.load([
        touch(NOON - n * HOUR, "ab"[n % 2], who) for n, who in enumerate("ABCABABBA", start=1)
    ] + [paid(NOON, 10, who) for who in "ABC"] + [paid(NOON + HOUR, 5, who="A")])  # fmt: skip
    query = asked(house, counts="value")
    table = answer(house, query)
    for model in query.models:
        added: dict[Any, float] = defaultdict(float)
        for who in "ABC":
            for row in story(house, query, who):
                added[row["campaign"]] += row[model]
        assert {name: round(value, 4) for name, value in added.items() if value} == {
            name: round(value, 4) for name, value in credit(table, model).items()
        }
