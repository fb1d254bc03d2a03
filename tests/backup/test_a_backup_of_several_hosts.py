"""A backup holds what waits at receivers on other hosts; what is restored of it is counted once."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from minilens.load.pipeline import Pipeline
from minilens.load.receivers import Receivers
from minilens.records.receivers import Host
from minilens.records.store import Records
from minilens.serve.backup.elsewhere import Elsewhere
from minilens.serve.backup.snapshot import Point
from minilens.spool.reader import ReceiverSpool
from minilens.spool.signing import key_of
from tests.load.test_a_receiver_on_another_host import loading, receive
from tests.load.test_exactly_once import counted
from tests.pipeline import House
from tests.spool.far import SECRET, Far, far_receiver

POINT = Point(
    at=1, program="", pause=0, embedded=True, warehouse_schema=1, records="", records_schema="", secret=False, load=0,
    events=0, ledger={}, segments={"spool/main/a.seg": 7},
)  # fmt: skip


@pytest.fixture
def far(tmp_path: Path, pipeline: Pipeline) -> Iterator[Far]:
    with far_receiver(tmp_path / "spool") as one:
        yield one
    pipeline.loader.others, pipeline.loader.number = lambda: (), lambda: None


@pytest.fixture
def receivers(tmp_path: Path, far: Far) -> Iterator[Receivers]:
    records = Records(f"sqlite:///{tmp_path}/records.sqlite")
    records.database.migrate()
    records.receivers.note(Host("far", "a" * 32, far.url, "1.0"))
    found = Receivers(records.receivers, "near", key_of(SECRET), lambda: None)
    found.start()
    yield found
    found.close()
    records.database.close()


def put_aside(receivers: Receivers, into: Path) -> Point:
    (into / "spool").mkdir(parents=True)
    end = time.monotonic() + 30
    while not receivers.others() and time.monotonic() < end:
        time.sleep(0.02)
    elsewhere = Elsewhere(receivers)
    with elsewhere.still(nullcontext):
        pass
    return elsewhere.copied(into, POINT)


def restored(house: House, into: Path) -> None:
    """On a host that loads."""
    spool = house.pipeline.spool
    shutil.copytree(into / "spool" / "far", spool / "far")
    house.pipeline.loader.drain()
    shutil.rmtree(spool / "far")


@pytest.mark.parametrize("first", ["copy", "its host"])
def test_what_waited_is_counted_once_whether_its_host_is_there_or_not(
    tmp_path: Path, house: House, far: Far, receivers: Receivers, first: str
) -> None:
    part = receive(far, house, 4)
    with loading(house, far):
        house.pipeline.loader.drain()
    waits = receive(far, house, 3, start=4)
    (own,) = ReceiverSpool(far.spool / "far").pending()
    with open(own.path, "ab") as file:
        file.write(b"0000")  # of a record that is being written
    point = put_aside(receivers, tmp_path / "aside")
    assert (point.elsewhere, point.away) == ({"far": waits}, [])
    (path,) = (tmp_path / "aside" / "spool" / "far").glob("*.seg")
    assert path.stem != own.id
    assert point.segments == {"spool/main/a.seg": 7, f"spool/far/{path.name}": path.stat().st_size}
    assert path.read_bytes() == own.path.read_bytes()[:-4]
    assert part > 0
    for step in ("copy", "its host") if first == "copy" else ("its host", "copy"):
        if step == "copy":
            restored(house, tmp_path / "aside")
        else:
            from_its_host(house, far)
        assert counted(house)[:2] == (7, 7), step


def from_its_host(house: House, far: Far) -> None:
    with loading(house, far, number=2):
        house.pipeline.loader.drain()


def test_a_chunk_that_was_begun_keeps_its_name(
    tmp_path: Path, house: House, far: Far, receivers: Receivers
) -> None:
    receive(far, house, 4)
    folder = ReceiverSpool(far.spool / "far")
    (own,) = folder.pending()
    folder.intend(own, own.size())
    point = put_aside(receivers, tmp_path / "aside")
    marks = json.loads((tmp_path / "aside" / "spool" / "far" / "marks.json").read_text())
    assert marks[own.id]["intended"] == own.size() == point.elsewhere["far"]


def test_one_that_does_not_answer_is_named(
    tmp_path: Path, house: House, far: Far, receivers: Receivers
) -> None:
    receive(far, house, 4)
    receivers.room.note(Host("gone", "b" * 32, "http://127.0.0.1:9", "1.0"))
    receivers.room.note(replace(Host("left", "c" * 32, "http://127.0.0.1:9", "1.0")), left=True)
    receivers.refresh()
    point = put_aside(receivers, tmp_path / "aside")
    assert (list(point.elsewhere), point.away) == (["far"], ["gone"])
