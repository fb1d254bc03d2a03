"""A process that loads, stands still, and goes on while another loads in its place: it disturbs nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from minilens.errors import EngineFailed
from minilens.load.pipeline import open_pipeline
from minilens.settings import load
from tests.pipeline import Happening, House, at, days, new_house, spool_writer
from tests.warehouse.test_over_http import server

__all__ = ["server"]
pytestmark = pytest.mark.waits
MORNING = at("2026-11-15 09:00")
Opened = Callable[[str], House]


@pytest.fixture
def opened(server: str, tmp_path: Path) -> Iterator[Opened]:
    """An app at a host by its name, whose process has ended where it was opened before."""
    ends: dict[str, ExitStack] = {}

    def again(name: str) -> House:
        if name in ends:
            ends[name].close()
        end = ends[name] = ExitStack()
        folder = str(tmp_path / name)
        settings = load({"MINILENS_DATA": folder, "MINILENS_WAREHOUSE": server})
        pipeline, writer = open_pipeline(settings), spool_writer(settings.spool)
        end.callback(pipeline.close)
        end.callback(writer.close)
        return new_house(pipeline, writer)

    yield again
    for end in ends.values():
        end.close()


def visits(host: str, count: int) -> list[Happening]:
    """Visits of so many people, who come by that host."""
    return [
        Happening(MORNING + n * 1000, device=f"{host} {n}", session=f"{host} {n}")
        for n in range(count)
    ]


def counted(house: House) -> tuple[object, ...]:
    """Events, distinct ids, and persons; and what the ledger says."""
    events = house.rows("SELECT count(), uniqExact(id), uniqExact(person) FROM events")[0]
    ledger = house.rows("SELECT sum(received), sum(loaded), sum(duplicate) FROM ledger")[0]
    return *events, *ledger


def goes_to_sleep(one: House, goes_on: threading.Event) -> Callable[[], list[EngineFailed]]:
    """It loads, and stands still in the middle of it until it `goes_on`. What it failed with then, at its end."""
    slept = threading.Event()
    met: list[EngineFailed] = []

    def sleep(point: str) -> None:
        slept.set()
        assert goes_on.wait(60)

    def drain() -> None:
        try:
            one.pipeline.loader.drain()
        except EngineFailed as error:
            met.append(error)

    def end() -> list[EngineFailed]:
        goes_on.set()
        sleeper.join()
        return met

    one.pipeline.loader.fault = sleep
    sleeper = threading.Thread(target=drain)
    sleeper.start()
    assert slept.wait(60)
    return end


def test_what_the_other_loads_is_there_once_and_so_is_its_own_later(opened: Opened) -> None:
    one = opened("one")
    one.receive(visits("one", 3))
    end = goes_to_sleep(one, threading.Event())
    other = opened("other")
    met: list[EngineFailed] = []

    def wake(point: str) -> None:
        if point == "judged":
            met.extend(end())

    other.pipeline.loader.fault = wake
    other.receive(visits("other", 50))
    other.pipeline.loader.drain()
    assert counted(other) == (50, 50, 50, 50, 50, 0)
    assert met, "it went on as if nothing had been"
    other.build()
    assert [row[1] for row in other.figures(days("2026-11-15", "2026-11-15"))] == [50]
    again = opened("one")
    again.pipeline.loader.drain()
    assert counted(again) == (53, 53, 53, 53, 53, 0)
