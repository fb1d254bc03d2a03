"""The SQL of a report as text, so that a change to it is seen in review.

UPDATE_GOLDEN=1 python -m pytest tests/golden    writes the files anew
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest

from minilens.measure import live_sql
from minilens.measure.live import LiveQuery, widened
from minilens.measure.plan import plan
from minilens.measure.query import Query
from minilens.measure.sql import trend
from minilens.period import GRAINS, Grain
from minilens.reports import find
from tests.works import days

HERE = Path(__file__).parent


@pytest.mark.parametrize("tail", [False, True], ids=["days", "tail"])
@pytest.mark.parametrize("grain", GRAINS)
def test_trend(grain: Grain, tail: bool) -> None:  # noqa: FBT001  a parameter of the cases
    query = Query(1, find("overview.trend").measures, days("2026-11-01", "2026-11-30"), grain)
    name = f"overview.trend.{grain}{'.tail' if tail else ''}"
    same_as_before(name, trend(query, plan(query), tail=tail))


@pytest.mark.parametrize("of", ["visits", "pages", "online"])
def test_live(of: Literal["visits", "pages", "online"]) -> None:
    moment = datetime(2026, 11, 22, 2, 17, tzinfo=UTC)
    over = widened(moment - timedelta(days=1), moment, 30, "Asia/Shanghai")
    other = over.from_(over.start - over.length)
    query = LiveQuery(1, "Asia/Shanghai", of, over, moment, compare=other)
    made = {"visits": live_sql.visits, "pages": live_sql.pages, "online": live_sql.online}[of]
    same_as_before(f"live.{of}", made(query, moved=of == "online"))


def same_as_before(name: str, sql: str) -> None:
    """The text is the one that was reviewed."""
    file, made = HERE / f"{name}.sql", sql.strip() + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(made, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == made, "UPDATE_GOLDEN=1 writes the files anew"
