"""A kill between any two inserts of a chunk: doing it again loses nothing and doubles nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from minilens.load.pipeline import Pipeline
from minilens.load.replay import rewind_all, take_out
from minilens.spool.reader import ReceiverSpool
from minilens.spool.writer import Writer
from tests.pipeline import Happening, House, at, days

POINTS = ("judged", "assigned", "ids", "quarantine", "events", "ledger")
MORNING = at("2026-03-02 09:00")


class Killed(Exception):
    """Stands for kill -9: nothing after it runs."""


@pytest.fixture
def killed_at(pipeline: Pipeline) -> Iterator[list[str]]:
    """Points at which the loader dies, each once."""
    points: list[str] = []

    def fault(point: str) -> None:
        if point in points:
            points.remove(point)
            raise Killed(point)

    pipeline.loader.fault = fault
    yield points
    pipeline.loader.fault = lambda point: None


def visits(count: int, start: int = 0) -> list[Happening]:
    """Visits of `count` people, one each, a second apart."""
    return [
        Happening(MORNING + n * 1000, device=f"d{n}", session=f"s{n}")
        for n in range(start, start + count)
    ]


def counted(house: House) -> tuple[object, ...]:
    """Events, distinct ids, distinct persons, the highest person number."""
    return house.rows(
        "SELECT count(), uniqExact(id), uniqExact(person), max(person) FROM events WHERE app = {app:UInt32}"
    )[0]


def ledger(house: House) -> tuple[object, ...]:
    """Sums of received, accepted, loaded, duplicate."""
    return house.rows(
        "SELECT sum(received), sum(accepted), sum(loaded), sum(duplicate) FROM ledger WHERE app = {app:UInt32}"
    )[0]


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_each_point(house: House, killed_at: list[str], point: str) -> None:
    house.receive(visits(50))
    killed_at.append(point)
    with pytest.raises(Killed):
        house.pipeline.loader.drain()
    house.receive(visits(30, start=50))  # the chunk must not grow by what came meanwhile
    house.pipeline.loader.drain()
    assert counted(house) == (80, 80, 80, 80)
    assert ledger(house) == (80, 80, 80, 0)


def test_a_kill_at_every_point_of_the_same_chunk(house: House, killed_at: list[str]) -> None:
    house.receive(visits(20))
    for point in POINTS:
        killed_at.append(point)
        with pytest.raises(Killed):
            house.pipeline.loader.drain()
    house.pipeline.loader.drain()
    assert counted(house) == (20, 20, 20, 20)
    assert ledger(house) == (20, 20, 20, 0)


def test_a_retry_counts_once_in_the_same_chunk_and_in_a_later_one(house: House) -> None:
    some = visits(10)
    house.load([*some, *some])
    house.load(some)
    assert counted(house) == (10, 10, 10, 10)
    assert ledger(house) == (30, 30, 10, 20)


@pytest.fixture
def own(house: House) -> Iterator[House]:
    """The house with a receiver of its own, whose segments hold nothing else."""
    writer = Writer(house.pipeline.spool / f"own-{house.app.id}", reserve=0)
    yield replace(house, writer=writer)
    writer.close()


# Taking a segment out rewrites every part of the table.
@pytest.mark.waits
@pytest.mark.usefixtures("emptied")
def test_a_fault_in_loading_is_mended_by_replay(own: House) -> None:
    house = own
    house.load(visits(40))
    house.build()
    house.change("ALTER TABLE events UPDATE page = 'wrong' WHERE app = {app:UInt32}")
    assert rewind_all(house.pipeline.spool, only=house.writer.folder.name) == 1
    house.pipeline.loader.drain()
    house.build()
    assert counted(house) == (40, 40, 40, 40)
    assert ledger(house) == (40, 40, 40, 0)
    assert house.rows("SELECT DISTINCT page FROM events WHERE app = {app:UInt32}") == [
        ("pages/index",)
    ]
    row = house.figures(days("2026-03-02"))[0]
    assert row[1:6] == (40, 40, 40, 40, 40)


@pytest.mark.waits
@pytest.mark.usefixtures("emptied")
def test_a_kill_in_the_middle_of_a_replay(own: House) -> None:
    house = own
    house.load(visits(15))
    house.build()
    pipeline = house.pipeline
    rewind_all(pipeline.spool, only=house.writer.folder.name)
    (segment,) = ReceiverSpool(house.writer.folder).segments()
    take_out(
        pipeline.engine, pipeline.pending, pipeline.counter, segment.id
    )  # and killed before that is marked
    pipeline.loader.drain()
    house.build()
    assert counted(house)[:2] == (15, 15)
    assert house.figures(days("2026-03-02"))[0][1:6] == (15, 15, 15, 15, 15)


def test_an_undeclared_event_of_a_tracker_is_set_aside_whole(house: House) -> None:
    house.load([*visits(2), Happening(MORNING, name="made_up_here", device="d9")])
    assert house.rows("SELECT reason, name FROM quarantine WHERE app = {app:UInt32}") == [
        ("undeclared", "made_up_here")
    ]
    assert counted(house)[0] == 2
    sums = house.rows(
        "SELECT sum(accepted), sum(loaded), sum(quarantined) FROM ledger WHERE app = {app:UInt32}"
    )[0]
    assert sums == (3, 2, 1)


def test_one_record_that_the_engine_cannot_read_holds_up_no_other(house: House) -> None:
    from minilens.spool.record import Batch, Event, encode
    from minilens.spool.writer import frame

    bad = Batch(
        at=MORNING, app=house.app.id, via="tracker", received=1,
        events=[Event(i=0, id="no uuid at all", name="page_view", ts=MORNING, actor=1)],
    )  # fmt: skip
    good = [frame(encode(batch)) for batch in house.batches(visits(5))]
    house.writer.write(b"".join([*good[:2], frame(encode(bad)), *good[2:]]))
    house.pipeline.loader.drain()
    assert counted(house)[0] == 5
    assert house.rows("SELECT reason FROM quarantine WHERE app = {app:UInt32}") == [("unreadable",)]
    sums = house.rows(
        "SELECT sum(received), sum(accepted), sum(loaded) + sum(quarantined) FROM ledger WHERE app = {app:UInt32}"
    )[0]
    assert sums == (6, 6, 6)
