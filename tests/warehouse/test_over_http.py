"""The whole loop against a ClickHouse server gives the figures that the embedded engine gives.

The server is a node of our own; with MINILENS_TEST_CLICKHOUSE=clickhouse://user:password@host:8123 it is that
one. Where no node can be had, a stand-in speaks the HTTP interface over an embedded engine.
"""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from minilens.errors import EngineFailed
from minilens.load import merges
from minilens.load.pipeline import open_pipeline
from minilens.period import GRAINS, Grain
from minilens.settings import load
from minilens.warehouse.engine import Engine
from tests.pipeline import Happening, House, at, days, new_house, spool_writer
from tests.warehouse.clickhouse_node import library, running

pytestmark = pytest.mark.waits
ROOT = Path(__file__).resolve().parents[2]
OVER = days("2026-11-14", "2026-11-20")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A database of its own on the server that was named, or on a node; a stand-in where neither can be had."""
    named = os.environ.get("MINILENS_TEST_CLICKHOUSE", "").rstrip("/")
    if named:
        with database(named) as dsn:
            yield dsn
    elif library():
        with running(tmp_path / "nodes", 1) as nodes, database(nodes[0]) as dsn:
            yield dsn
    else:
        with stand_in(tmp_path / "http") as dsn:
            yield dsn


@contextmanager
def database(server: str) -> Iterator[str]:
    """Made for the test, and dropped."""
    name = f"minilens_test_{uuid.uuid4().hex[:12]}"
    engine = Engine(server)
    engine.run(f"CREATE DATABASE {name}")
    yield f"{server}/{name}"
    engine.run(f"DROP DATABASE {name}")
    engine.close()


@contextmanager
def stand_in(folder: Path) -> Iterator[str]:
    """ClickHouse's HTTP interface over an embedded engine in another process."""
    command = [sys.executable, "-m", "tests.warehouse.http_stand_in", str(folder)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield f"clickhouse://default:@127.0.0.1:{int(process.stdout.readline())}/default"
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(30) == 0


def some_visits() -> tuple[list[Happening], list[Happening]]:
    """Forty visits of seven devices, and the leaving of every other."""
    visits = [
        Happening(
            at(f"2026-11-{15 + n % 3} 12:{n:02}"), device=f"d{n % 7}", session=f"s{n % 9}", page=f"p{n % 4}",
            seq=n,
        )
        for n in range(40)
    ]  # fmt: skip
    leaves = [
        replace(v, name="page_leave", duration=5000, ts=v.ts + 5000, id=str(uuid.uuid4()))
        for v in visits[::2]
    ]
    return visits, leaves


def lived(house: House) -> list[object]:
    """A small life with everything in it: the figures at each of its stages."""
    seen: list[object] = []

    def look(*grains: Grain) -> None:
        seen.append([house.figures(OVER, grain) for grain in grains or ("day",)])

    visits, leaves = some_visits()
    house.load(visits[:30] + leaves + visits[:3])
    look()
    house.build()
    look()
    house.load([*visits[25:], Happening(at("2026-11-17 23:59"), "share", device="d1", session="z")])
    look()
    house.build()
    look()
    pipeline = house.pipeline
    version = merges.merge(
        pipeline.engine, pipeline.pending, pipeline.counter, house.app.id,
        gone=house.person("device", "d1"), into=house.person("device", "d2"), cause="push",
    )  # fmt: skip
    house.build()
    look()
    merges.undo(pipeline.engine, pipeline.pending, pipeline.counter, house.app.id, version=version)
    house.build()
    look()
    pipeline.builder.sweep()
    look(*GRAINS)
    seen.append(
        house.rows(
            "SELECT sum(received), sum(loaded), sum(duplicate) FROM ledger WHERE app = {app:UInt32}"
        )
    )
    return seen


def lived_there(dsn: str, folder: Path) -> list[object]:
    """The same life with the warehouse at that address."""
    settings = load({"MINILENS_DATA": str(folder / "data"), "MINILENS_WAREHOUSE": dsn})
    pipeline, writer = open_pipeline(settings), spool_writer(settings.spool)
    try:
        assert not pipeline.engine.embedded
        seen = lived(new_house(pipeline, writer))
        with pytest.raises(EngineFailed, match=r"^Code: 60\. DB::Exception: .*no_such_table"):
            pipeline.engine.rows("SELECT * FROM no_such_table")
        return seen
    finally:
        writer.close()
        pipeline.close()


def test_a_server_gives_the_embedded_figures(house: House, server: str, tmp_path: Path) -> None:
    assert lived_there(server, tmp_path) == lived(house)
