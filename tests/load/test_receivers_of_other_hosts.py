"""The loader knows receivers from the records, looks at each, and copies the files by which pages tell what came."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from minilens.load.receivers import Receivers
from minilens.period import now_ms
from minilens.records.receivers import Host
from minilens.records.store import Records
from minilens.spool.arrivals import Arrival, ArrivalsLog, arrivals
from minilens.spool.remote import ReceiverUnreachable
from minilens.spool.signing import key_of
from minilens.spool.test_mode import EventInTest, EventsInTest, events_in_test, sweep
from minilens.spool.turned_away import TurnedAwayLog, turned_away
from minilens.spool.writer import frame
from tests.spool.far import SECRET, Far, far_receiver

HOST = Host("far", "a" * 32, "", "1.0")


@pytest.fixture
def far(tmp_path: Path) -> Iterator[Far]:
    with far_receiver(tmp_path / "far" / "spool") as one:
        yield one


@pytest.fixture
def receivers(tmp_path: Path, far: Far) -> Iterator[Receivers]:
    """They know of that one, and look."""
    records = Records(f"sqlite:///{tmp_path}/records.sqlite")
    records.database.migrate()
    records.receivers.note(replace(HOST, url=far.url))
    found = Receivers(
        records.receivers, "near", key_of(SECRET), lambda: 1, copies=tmp_path / "near" / "elsewhere"
    )
    found.start()
    yield found
    found.close()
    records.database.close()


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_what_waits_there_is_known_and_figures_are_as_of_the_last_look(
    far: Far, receivers: Receivers
) -> None:
    writer = far.writer()
    writer.write(frame(b'{"at":5,"events":[{"i":0}]}'))
    until(lambda: [one.waiting() for one in receivers.others()] == [37])
    (folder,) = receivers.others()
    assert (folder.state.oldest, folder.state.events) == (5, 1)
    far.down = True
    before = receivers.as_of(now_ms() / 1000)
    until(receivers.failures.all)
    assert receivers.as_of(now_ms() / 1000 + 60) - before < 60
    with pytest.raises(ReceiverUnreachable):
        list(receivers.asked())
    far.down = False
    until(lambda: not receivers.failures.all())
    writer.close()


def test_one_with_a_new_address_is_found_there(
    tmp_path: Path, far: Far, receivers: Receivers
) -> None:
    far.writer().close()
    until(receivers.others)
    with far_receiver(far.spool) as moved:
        receivers.room.note(replace(HOST, url=moved.url))
        receivers.refresh()
        until(receivers.others)
        assert [remote.url for _, remote in receivers.rows()] == [moved.url]
    receivers.room.remove("far")
    receivers.refresh()
    assert receivers.others() == []


def test_of_those_who_ask_at_once_nobody_has_a_receiver_looked_at_twice(
    far: Far, receivers: Receivers
) -> None:
    names, barrier = ["one", "two", "three"], threading.Barrier(4)
    for name in names:
        receivers.room.note(replace(HOST, name=name, url=far.url))

    def asks() -> None:
        barrier.wait()
        receivers.refresh()

    asking = [threading.Thread(target=asks) for _ in range(4)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    looking = sorted(one.name for one in threading.enumerate() if one.name.startswith("at "))
    assert looking == sorted(f"at {name}" for name in ("far", *names))


def test_what_pages_tell_of_arrivals_is_copied(
    tmp_path: Path, far: Far, receivers: Receivers
) -> None:
    spool, own = tmp_path / "near" / "spool", far.spool / "far"
    far.writer().close()
    log = ArrivalsLog(own)
    log._now()[7] = Arrival(at=11, event="page_view")
    log._write(b'{"7":{"at":11,"event":"page_view"}}')
    TurnedAwayLog(own).appid(1, "wx0123456789abcdef", now_ms())
    EventsInTest(own).note("code", [EventInTest(now_ms(), "tap")])
    until(lambda: events_in_test(spool, "code"))
    until(lambda: arrivals(spool))
    assert arrivals(spool)[7].event == "page_view"
    until(lambda: turned_away(spool, now_ms()).appids)
    sweep(far.spool, now_ms() + 3 * 3_600_000)
    until(lambda: not events_in_test(spool, "code"))
