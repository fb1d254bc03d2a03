"""Success is not what the engine says, but what can be read: a chunk whose rows are not there is loaded again."""

from __future__ import annotations

import copy
import os
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from minilens.errors import CannotStart, EngineFailed
from minilens.load.damage import put_aside_count
from minilens.load.pipeline import Pipeline
from minilens.load.room import Room
from minilens.spool.record import encode
from minilens.spool.writer import Writer, frame
from minilens.warehouse.engine import Engine
from tests.pipeline import Happening, House, at, days, new_house

#: What deletes looks at every part.
pytestmark = [pytest.mark.waits, pytest.mark.usefixtures("emptied")]

MORNING = at("2026-03-02 09:00")
MARCH_2 = date(2026, 3, 2)


class Forgetful(Engine):
    """Says that rows of one table were inserted, and does nothing, as on a full disk."""

    forgets = "events"

    def insert(self, table: str, block: bytes, **more: Any) -> None:
        if table != self.forgets:
            super().insert(table, block, **more)


@pytest.fixture
def house(pipeline: Pipeline) -> Iterator[House]:
    """An app with a receiver of its own: a segment that is loaded again holds nothing of others."""
    own = Writer(pipeline.spool / f"read-back-{uuid.uuid4().hex[:8]}", reserve=0)
    yield new_house(pipeline, own)
    own.close()


@pytest.fixture
def forgetful(pipeline: Pipeline) -> Iterator[Pipeline]:
    engine = pipeline.loader.engine
    lying = copy.copy(engine)
    lying.__class__ = Forgetful
    pipeline.loader.engine = lying
    yield pipeline
    pipeline.loader.engine = engine


def test_what_is_not_there_is_not_loaded(forgetful: Pipeline, house: House) -> None:
    house.receive([Happening(MORNING), Happening(MORNING, device="other")])
    with pytest.raises(EngineFailed, match="events: of 2 written 0 can be read back"):
        forgetful.loader.step()
    assert forgetful.loader.waiting() > 0
    forgetful.loader.engine.__class__ = Engine
    forgetful.loader.drain()
    assert house.rows("SELECT count(), uniqExact(id) FROM events WHERE app = {app:UInt32}") == [
        (2, 2)
    ]


@pytest.mark.parametrize("table", ["ids", "ledger", "quarantine"])
def test_the_other_rows_of_a_chunk_are_read_back_too(
    forgetful: Pipeline, house: House, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Forgetful, "forgets", table)
    (batch,) = house.batches([Happening(MORNING), Happening(MORNING + 1)])
    batch.events[1].props = "{not JSON"
    house.writer.write(frame(encode(batch)))
    with pytest.raises(EngineFailed, match=f"{table}: of [12] written 0 can be read back"):
        forgetful.loader.step()
    forgetful.loader.engine.__class__ = Engine
    forgetful.loader.drain()
    sums = (
        "SELECT sum(accepted), sum(loaded), sum(quarantined) FROM ledger WHERE app = {app:UInt32}"
    )
    assert house.rows(sums) == [(2, 1, 1)]
    assert house.rows("SELECT count() FROM quarantine WHERE app = {app:UInt32}") == [(1,)]


@pytest.mark.parametrize(
    "table",
    ["sessions", "day_page_views", "day_visitors", "day_values", "actions", "days", "builds"],
)
def test_a_build_that_cannot_be_read_back_is_made_again(
    pipeline: Pipeline, house: House, table: str
) -> None:
    house.load([Happening(MORNING), Happening(MORNING, device="other")])
    run, insert = pipeline.engine.run, pipeline.engine.insert

    def forgets(sql: str, *more: Any, **settings: Any) -> None:
        if f"INSERT INTO {table}\n" not in sql:
            run(sql, *more, **settings)

    def forgets_block(into: str, block: bytes, **more: Any) -> None:
        if into != table:
            insert(into, block, **more)

    with (
        patch.multiple(pipeline.engine, run=forgets, insert=forgets_block),
        pytest.raises(EngineFailed, match=f"{table}: of [12] written 0 can be read back"),
    ):
        pipeline.builder.make(house.app.id, [MARCH_2])
    assert house.waiting() == [MARCH_2]
    assert house.rows("SELECT count() FROM builds WHERE app = {app:UInt32}") == [(0,)]
    house.build()
    assert house.ask(days("2026-03-02")).column("visitors") == [2]


@pytest.mark.embedded("it cuts the files of its parts")
def test_a_part_that_is_cut_short_is_put_aside_and_loaded_again(
    pipeline: Pipeline, house: House
) -> None:
    house.load([Happening(MORNING, device="before")])
    house.receive([Happening(MORNING, device=f"d{n}") for n in range(20)])

    def cut(point: str) -> None:
        if point != "events":
            return
        pipeline.loader.fault = lambda _: None
        (path,) = house.rows(
            "SELECT path FROM system.parts WHERE active AND table = 'events' AND rows = 20 "
            "AND partition LIKE concat('(', toString({app:UInt32}), ',%')"
        )[0]
        for file in Path(str(path)).glob("*.bin"):
            file.write_bytes(b"")
        pipeline.engine.run("SYSTEM DROP MARK CACHE")
        pipeline.engine.run("SYSTEM DROP UNCOMPRESSED CACHE")

    pipeline.loader.fault, aside = cut, put_aside_count(pipeline.engine)
    with pytest.raises(EngineFailed):
        pipeline.loader.step()
    assert put_aside_count(pipeline.engine) == aside + 1
    pipeline.loader.drain()
    assert house.rows("SELECT count(), uniqExact(id) FROM events WHERE app = {app:UInt32}") == [
        (21, 21)
    ]
    sums = "SELECT sum(received), sum(loaded), sum(duplicate) FROM ledger WHERE app = {app:UInt32}"
    assert house.rows(sums) == [(21, 21, 0)]
    house.build()
    assert house.ask(days("2026-03-02")).column("visitors") == [21]


def test_a_replayed_chunk_and_duplicates_are_read_back_too(house: House) -> None:
    one = Happening(MORNING)
    house.load([one, one, Happening(MORNING, session="s")])
    house.load([one])
    assert house.rows("SELECT count() FROM events WHERE app = {app:UInt32}") == [(2,)]


def test_work_stops_while_there_is_no_room_and_goes_on(
    pipeline: Pipeline, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.statvfs(tmp_path)
    free = real.f_bavail * real.f_frsize
    room = Room(pipeline.engine, tmp_path, free * 2)
    monkeypatch.setattr(pipeline.loader, "room", room.check)
    house.receive([Happening(MORNING)])
    for _ in range(2):
        with pytest.raises(CannotStart) as error:
            pipeline.loader.step()
        assert "MiB" in error.value.message("zh")
    room.reserve = 1
    pipeline.loader.drain()
    assert house.rows("SELECT count() FROM events WHERE app = {app:UInt32}") == [(1,)]
    pipeline.engine.run("SYSTEM START MERGES")
