"""What another host received is loaded from there, once, whatever fails on the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from minilens.errors import NotFound
from minilens.load.by_folder import ByFolder
from minilens.load.pipeline import Pipeline
from minilens.load.receivers import Receivers
from minilens.load.replay import replay, rewind_all
from minilens.load.worker import Partly
from minilens.records.receivers import Host
from minilens.spool.fencing import StaleLoader
from minilens.spool.reader import ReceiverSpool
from minilens.spool.record import encode
from minilens.spool.remote import RemoteReceiver
from minilens.spool.signing import key_of
from minilens.spool.writer import frame
from tests.load.test_exactly_once import POINTS, Killed, counted, killed_at, ledger, visits
from tests.pipeline import House
from tests.spool.far import SECRET, Far, far_receiver

__all__ = ["killed_at"]


@pytest.fixture
def far(tmp_path: Path, pipeline: Pipeline) -> Iterator[Far]:
    with far_receiver(tmp_path / "spool") as one:
        yield one
    pipeline.loader.others, pipeline.loader.number = lambda: (), lambda: None


def receive(far: Far, house: House, count: int, start: int = 0) -> int:
    """Acknowledged by the other host; bytes."""
    writer = far.writer()
    block = b"".join(frame(encode(batch)) for batch in house.batches(visits(count, start)))
    writer.write(block)
    writer.close()
    return len(block)


@contextmanager
def loading(house: House, far: Far, number: int | None = 1) -> Iterator[RemoteReceiver]:
    """The loader knows of that receiver."""
    seen, loader = far.seen_by(number), house.pipeline.loader
    loader.others, loader.number = seen.folders, lambda: number
    yield seen
    loader.others, loader.number = lambda: (), lambda: None


def test_it_is_loaded_as_what_came_here(house: House, far: Far) -> None:
    receive(far, house, 5)
    house.receive(visits(3, start=5))
    with loading(house, far):
        assert house.pipeline.loader.waiting() > 0
        house.pipeline.loader.drain()
        assert house.pipeline.loader.waiting() == 0
    assert counted(house)[:2] == (8, 8)
    assert ledger(house) == (8, 8, 8, 0)


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_between_two_inserts_loses_and_doubles_nothing(
    house: House, far: Far, killed_at: list[str], point: str
) -> None:
    receive(far, house, 4)
    killed_at.append(point)
    with loading(house, far), pytest.raises(Killed):
        house.pipeline.loader.step()
    receive(far, house, 4, start=4)  # what came since is no part of the chunk that was begun
    with loading(house, far, number=2):  # another loader
        house.pipeline.loader.drain()
    assert counted(house)[:2] == (8, 8)
    assert ledger(house) == (8, 8, 8, 0)


def test_a_loader_that_another_has_overtaken_writes_nothing(house: House, far: Far) -> None:
    receive(far, house, 4)
    with loading(house, far, number=1) as old:
        far.seen_by(2)
        with pytest.raises(StaleLoader):
            house.pipeline.loader.step()
        with pytest.raises(StaleLoader):
            old.look()
    assert counted(house)[0] == 0
    with loading(house, far, number=2):
        house.pipeline.loader.drain()
    assert counted(house)[0] == 4


def test_one_that_lost_its_lease_stops_before_the_next_block(house: House, far: Far) -> None:
    receive(far, house, 4)
    left = [1]  # before the step

    def number() -> int:
        left[0] -= 1
        if left[0] < 0:
            raise StaleLoader(1, 2)
        return 1

    with loading(house, far):
        house.pipeline.loader.number = number
        with pytest.raises(StaleLoader):
            house.pipeline.loader.step()
    assert counted(house)[0] == 0


def test_marks_that_moved_are_looked_at_anew(house: House, far: Far) -> None:
    receive(far, house, 4)
    with loading(house, far) as seen:
        before = seen.state
        house.pipeline.loader.drain()
        seen.state = before  # a look from before, as of another process
        assert house.pipeline.loader.step() is False
        seen.look()
        assert house.pipeline.loader.step() is False
    assert ledger(house) == (4, 4, 4, 0)


def test_one_that_is_down_keeps_no_other_back(house: House, far: Far) -> None:
    receive(far, house, 4)
    house.receive(visits(3, start=4))
    with loading(house, far):
        by_folder = ByFolder(house.pipeline.loader)
        far.down = True
        with pytest.raises(Partly):
            by_folder.step()
        assert counted(house)[0] == 3
        far.down = False
        by_folder._rests.clear()
        while by_folder.step():
            pass
    assert counted(house)[0] == 7


def test_what_it_keeps_is_loaded_again_by_a_replay(house: House, far: Far) -> None:
    receive(far, house, 4)
    with loading(house, far) as seen:
        house.pipeline.loader.drain()
        assert rewind_all(house.pipeline.spool, only="far", others=seen.folders()) == 1
        house.pipeline.loader.drain()
    assert counted(house)[:2] == (4, 4)
    assert ledger(house) == (4, 4, 4, 0)
    assert ReceiverSpool(far.spool / "far").waiting() == 0


def test_a_replay_says_who_answered_and_reaches_one_that_came_back(house: House, far: Far) -> None:
    pipeline = house.pipeline
    pipeline.records.receivers.note(Host("far", "instance", far.url))
    others = Receivers(pipeline.records.receivers, "here", key_of(SECRET), lambda: 1)
    receive(far, house, 4)
    with loading(house, far):
        pipeline.loader.drain()
        far.down = True
        assert replay(pipeline.spool, others).away == ("far",)
        far.down = False
        found = replay(pipeline.spool, others, "far")
        assert (found.segments, found.hosts, found.away) == (1, ("far",), ())
        with pytest.raises(NotFound):
            replay(pipeline.spool, others, "nobody")
        pipeline.loader.drain()
    others.close()
    pipeline.records.receivers.remove("far")
    assert counted(house)[:2] == (4, 4)


def test_a_damaged_record_there_is_counted_there(house: House, far: Far) -> None:
    receive(far, house, 4)
    (path,) = (far.spool / "far").glob("*.seg")
    text = bytearray(path.read_bytes())
    text[40] ^= 1
    path.write_bytes(text)
    with loading(house, far) as seen:
        house.pipeline.loader.drain()
        assert [one.damaged() for one in seen.folders()] == [1]
    assert counted(house)[0] == 3
    assert ReceiverSpool(far.spool / "far").damaged() == 1
