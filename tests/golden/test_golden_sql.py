"""The SQL of a report as text, so that a change to it is seen in review.

UPDATE_GOLDEN=1 python -m pytest tests/golden    writes the files anew
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest

from minilens.identity.moves import Moved
from minilens.measure.days.list_sql import listed, told
from minilens.measure.days.sql import breakdown, total, trend
from minilens.measure.plan import Tail, plan
from minilens.measure.span import widened
from minilens.period import EVERY_GRAIN, Grain
from minilens.reports import find
from tests import by_name
from tests.pipeline import days

HERE = Path(__file__).parent


@pytest.mark.parametrize("tail", [False, True], ids=["days", "tail"])
@pytest.mark.parametrize("grain", EVERY_GRAIN)
def test_trend(grain: Grain, tail: bool) -> None:  # noqa: FBT001  a parameter of the cases
    query = by_name.query(
        1, find("overview.trend").measures, days("2026-11-01", "2026-11-30"), (grain,)
    )
    name = f"overview.trend.{grain}{'.tail' if tail else ''}"
    same_as_before(name, trend(plan(query), Tail(more=tail)))


@pytest.mark.parametrize("of", ["visits", "pages", "online"])
def test_live(of: Literal["visits", "pages", "online"]) -> None:
    moment = datetime(2026, 11, 22, 2, 17, tzinfo=UTC)
    over = widened(moment - timedelta(days=1), moment, 30, "Asia/Shanghai")
    other = over.from_(over.start - over.length)
    query = by_name.live(1, "Asia/Shanghai", of, over, moment, compare=other)
    made = {"visits": trend, "pages": breakdown, "online": total}[of]
    same_as_before(f"live.{of}", made(plan(query), Tail(moved=Moved(of == "online"))))


def same_as_before(name: str, sql: str) -> None:
    """The text is the one that was reviewed."""
    file, made = HERE / f"{name}.sql", sql.strip() + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(made, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == made, "UPDATE_GOLDEN=1 writes the files anew"


SCENE = by_name.condition("scene", "is", ("1047",))
BOTH = (
    (SCENE, by_name.condition("newness", "is", ("new",))),
    (by_name.condition("page", "contains", ("cart",)),),
)
MONTH = days("2026-11-01", "2026-11-30")
FILTERED = {
    "overview.trend.one-filter": by_name.query(
        1, find("overview.trend").measures, MONTH, filters=((SCENE,),)
    ),
    "overview.trend.several": by_name.query(
        1, find("overview.trend").measures, MONTH, filters=BOTH
    ),
    "overview.trend.cut-short": by_name.query(
        1,
        find("overview.trend").measures,
        days("2026-11-21"),
        cutoff=datetime(2026, 11, 21, 2, tzinfo=UTC),
    ),
}
LISTS = {
    name: by_name.query(1, find(name).measures, MONTH, dimensions=("page",), sort=find(name).first)
    for name in ("overview.pages", "overview.entries")
}


@pytest.mark.parametrize("name", FILTERED)
def test_filtered(name: str) -> None:
    query = FILTERED[name]
    same_as_before(name, trend(plan(query), Tail()))


@pytest.mark.parametrize("name", LISTS)
def test_lists(name: str) -> None:
    query = LISTS[name]
    filtered = replace(query, filters=BOTH[:1])
    beside = replace(query, filters=((SCENE,),))
    shown = by_name.condition("page", "is", ("pages/index", "pages/cart"))
    ten = replace(query, measures=by_name.measured("visitors"), filters=((SCENE,), (shown,)))
    compared = replace(query, compare=days("2026-10-01", "2026-10-31"))
    parts = [
        listed(plan(query), None, Tail()),
        listed(plan(compared), None, Tail(more=True)),
        breakdown(plan(filtered), Tail()),
        listed(plan(beside), None, Tail()),
        told(plan(ten), plan(replace(beside, measures=ten.measures, dimensions=())), Tail()),
    ]
    heads = (
        "-- as made",
        "-- compared, with what came after the build",
        "-- filtered by several fields",
        "-- filtered by one",
        "-- people of the pages shown, and of all",
    )
    same_as_before(name, "".join(f"{head}{part}" for head, part in zip(heads, parts, strict=True)))
