"""Every benchmark runs at a tiny size, and what it counts adds up. How fast it is, is not asked here."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from bench.__main__ import BENCHMARKS
from bench.apart import apart
from bench.options import Options, quick
from bench.result import Row

SHARED = Path(os.environ.get("MINILENS_SHARED", Path(__file__).resolve().parents[3] / "shared"))


def run(name: str, folder: Path) -> list[Row]:
    """The rows of one benchmark."""
    options = replace(quick(Options(folder=folder, lasting=folder, shared=SHARED)), events=20_000)
    rows = apart(name, options)
    assert rows is not None, "it failed; its trace is above"
    return rows


@pytest.mark.long
def test_ingest_counts_every_acknowledged_event_once(tmp_path: Path) -> None:
    rows = {row.name: row for row in run("ingest", tmp_path)}
    assert rows["acknowledged events/s"].ours > 0
    assert rows["acknowledged events lost"].ours == 0
    assert rows["events counted twice"].ours == 0


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in BENCHMARKS if name != "ingest"])
def test_a_benchmark_runs(name: str, tmp_path: Path) -> None:
    if name == "importing" and not (SHARED / "data").exists():
        pytest.skip(f"{SHARED}/data is not here; MINILENS_SHARED names the folder that holds data/")
    rows = run(name, tmp_path)
    assert rows
    assert all(row.ours > 0 or row.name.startswith("alarms: ") for row in rows)


@pytest.mark.long
def test_the_trend_stands_beside_sql_by_hand(tmp_path: Path) -> None:
    rows = run("trend", tmp_path)
    medians = [row for row in rows if row.others]
    assert len(medians) == 3
    assert all("SQL by hand, same engine" in row.others for row in medians)
