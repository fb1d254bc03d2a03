"""After a chunk that took long, what comes is gathered for a while, so that many small apps share a chunk."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import pytest

from minilens.load import by_folder
from minilens.load.by_folder import ByFolder
from minilens.load.loader import Place
from minilens.spool.writer import Writer
from tests.pipeline import Happening, House, at

MORNING = at("2026-03-02 09:00")
COUNT = "SELECT count() FROM events WHERE app = {app:UInt32}"


@pytest.fixture
def own(house: House) -> Iterator[House]:
    """The house with a receiver of its own."""
    house.pipeline.loader.drain()
    writer = Writer(house.pipeline.spool / f"gathers-{house.app.id}", reserve=0)
    yield replace(house, writer=writer)
    writer.close()


def gathering(house: House, until: float) -> ByFolder:
    """A loader that has just loaded a chunk of the house's folder and gathers until then."""
    house.receive([Happening(MORNING)])
    loading = ByFolder(house.pipeline.loader)
    assert loading.step()
    assert house.writer.folder in loading._gathers
    loading._gathers[house.writer.folder] = until
    house.receive([Happening(MORNING + 1)])
    return loading


def test_what_comes_waits(own: House) -> None:
    loading = gathering(own, math.inf)
    assert not loading.step()
    assert own.rows(COUNT) == [(1,)]
    own.pipeline.loader.drain()  # what ends a server does not wait
    assert own.rows(COUNT) == [(2,)]


def test_until_the_time_is_over(own: House) -> None:
    loading = gathering(own, 0.0)
    assert loading.step()
    assert own.rows(COUNT) == [(2,)]


def test_or_enough_has_come(own: House, monkeypatch: pytest.MonkeyPatch) -> None:
    loading = gathering(own, math.inf)
    monkeypatch.setattr(by_folder, "ENOUGH", 1)
    assert loading.step()
    assert own.rows(COUNT) == [(2,)]


def test_never_for_long(own: House) -> None:
    loading = gathering(own, 0.0)
    seconds: dict[Place, float] = {own.writer.folder: 60.0}
    loading._gather(seconds, now=100.0)
    assert loading._gathers == {own.writer.folder: 100.0 + by_folder.LONGEST_GATHERING}
