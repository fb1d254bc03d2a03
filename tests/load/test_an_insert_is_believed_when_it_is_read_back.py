"""Success is not what the engine says, but what can be read: a chunk whose rows are not there is loaded again."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from minilens.errors import CannotStart, EngineFailed
from minilens.load.room import Room
from minilens.load.works import Works
from minilens.warehouse.engine import Engine
from tests.works import Happening, House, at

MORNING = at("2026-03-02 09:00")


class Forgetful(Engine):
    """Says that events were inserted, and does nothing, as on a full disk."""

    def insert(self, table: str, block: bytes, **more: Any) -> None:
        if table != "events":
            super().insert(table, block, **more)


@pytest.fixture
def forgetful(works: Works) -> Iterator[Works]:
    engine = works.loader.engine
    lying = copy.copy(engine)
    lying.__class__ = Forgetful
    works.loader.engine = lying
    yield works
    works.loader.engine = engine


def test_what_is_not_there_is_not_loaded(forgetful: Works, house: House) -> None:
    house.receive([Happening(MORNING), Happening(MORNING, device="other")])
    with pytest.raises(EngineFailed, match="of 2 events written 0 can be read back"):
        forgetful.loader.step()
    assert forgetful.loader.waiting() > 0
    forgetful.loader.engine.__class__ = Engine
    forgetful.loader.drain()
    assert house.rows("SELECT count(), uniqExact(id) FROM events WHERE app = {app:UInt32}") == [
        (2, 2)
    ]


def test_a_replayed_chunk_and_duplicates_are_read_back_too(house: House) -> None:
    one = Happening(MORNING)
    house.load([one, one, Happening(MORNING, session="s")])
    house.load([one])
    assert house.rows("SELECT count() FROM events WHERE app = {app:UInt32}") == [(2,)]


def test_work_stops_while_there_is_no_room_and_goes_on(
    works: Works, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.statvfs(tmp_path)
    free = real.f_bavail * real.f_frsize
    room = Room(works.engine, tmp_path, free * 2)
    monkeypatch.setattr(works.loader, "room", room.check)
    house.receive([Happening(MORNING)])
    for _ in range(2):
        with pytest.raises(CannotStart) as error:
            works.loader.step()
        assert "MiB" in error.value.message("zh")
    room.reserve = 1
    works.loader.drain()
    assert house.rows("SELECT count() FROM events WHERE app = {app:UInt32}") == [(1,)]
    works.engine.run("SYSTEM START MERGES")
