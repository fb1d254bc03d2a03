"""The SQL of a report as text, so that a change to it is seen in review.

UPDATE_GOLDEN=1 python -m pytest tests/golden    writes the files anew
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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
    file = HERE / f"overview.trend.{grain}{'.tail' if tail else ''}.sql"
    made = trend(query, plan(query), tail=tail).strip() + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(made, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == made, "UPDATE_GOLDEN=1 writes the files anew"
