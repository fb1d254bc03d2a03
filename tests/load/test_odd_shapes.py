"""Whatever the spool holds: none stops its neighbours, each is counted or named in quarantine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from minilens.spool.record import encode
from minilens.spool.writer import Writer, frame
from tests.load.odd_shapes import Shapes
from tests.pipeline import Happening, House, at, days

MORNING = at("2026-03-02 09:00")
A_RECORD = 20
A_DAY = days("2026-03-02")


@pytest.fixture
def own(house: House) -> Iterator[House]:
    """The house with a receiver of its own."""
    writer = Writer(house.pipeline.spool / f"shapes-{house.app.id}", reserve=0)
    yield replace(house, writer=writer)
    writer.close()


def records(house: House, shapes: Shapes, count: int, odd_facts: int) -> list[dict[str, Any]]:
    """So many events with odd properties and some with odd facts, between two sound ones in each record."""
    found = []
    for first in range(0, count, A_RECORD):
        some = [
            Happening(MORNING + first + n, "pay_success", session="s") for n in range(A_RECORD + 2)
        ]
        (batch,) = house.batches(some)
        batch.events[0].name = batch.events[-1].name = "page_view"
        for event in batch.events[1:-1]:
            event.props = shapes.props()
        found.append(json.loads(encode(batch)))
    for n in shapes.dice.sample(range(count), odd_facts):
        found[n // A_RECORD]["events"][1 + n % A_RECORD] |= shapes.facts()
    return found


def load(house: House, found: list[dict[str, Any]]) -> None:
    """Write these records and load them."""
    texts = (json.dumps(record, ensure_ascii=False).encode() for record in found)
    house.writer.write(b"".join(map(frame, texts)))
    house.pipeline.loader.drain()


def sums(house: House) -> dict[str, int]:
    """The ledger of the app, and how many events count and wait in quarantine."""
    names = ("received", "refused", "accepted", "loaded", "duplicate", "quarantined")
    (row,) = house.rows(
        f"SELECT {', '.join(f'sum({name})' for name in names)}, "
        "(SELECT count() FROM events WHERE app = {app:UInt32}), "
        "(SELECT count() FROM quarantine WHERE app = {app:UInt32}) FROM ledger WHERE app = {app:UInt32}"
    )
    return dict(zip((*names, "events", "aside"), map(int, map(str, row)), strict=True))


@pytest.mark.parametrize("count", [2_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_odd_properties_and_facts_of_events(own: House, count: int) -> None:
    found = records(own, Shapes(count), count, odd_facts=40)
    load(own, found)

    said = sums(own)
    assert said["received"] == said["accepted"] == count + 2 * len(found)
    assert said["loaded"] == said["events"]
    assert said["quarantined"] == said["aside"]
    assert said["loaded"] + said["quarantined"] + said["duplicate"] == said["received"]
    assert said["loaded"] > 0.75 * said["received"], "26.7 takes no whole numbers beyond 64 bits"
    assert own.rows(
        "SELECT count() FROM quarantine WHERE app = {app:UInt32} AND reason = 'unreadable' AND detail = ''"
    ) == [(0,)]
    own.build()
    assert own.ask(A_DAY).column("visits") == [2 * len(found)]


def test_odd_facts_of_requests(own: House) -> None:
    shapes = Shapes(7)
    found = records(own, shapes, 2_000, odd_facts=0)
    for record in found[::2]:
        record |= shapes.request()
    sent = sum(len(record["events"] or []) for record in found if record["events"] != [1])
    load(own, found)

    said = sums(own)
    assert said["loaded"] == said["events"]
    assert said["quarantined"] == said["aside"]
    assert said["loaded"] + said["quarantined"] + said["duplicate"] >= sent
    own.build()
    (visits,) = own.ask(A_DAY).column("visits")
    assert isinstance(visits, int)
    assert visits >= 2 * len(found[1::2])


@pytest.mark.parametrize(
    "text", [b"{}", b"no json", b"\xff\xfe", b"[]", b"\x00", b'{"app":1', b'{"at":1,"events":7}']
)
def test_a_record_that_is_none_costs_itself_only(own: House, text: bytes) -> None:
    before = own.pipeline.engine.one("SELECT count() FROM quarantine WHERE app = 0")
    sound = [json.dumps(record).encode() for record in records(own, Shapes(1), 20, odd_facts=0)]
    own.writer.write(b"".join(map(frame, [*sound, text, *sound])))
    own.pipeline.loader.drain()
    assert own.rows("SELECT countIf(name = 'page_view') FROM events WHERE app = {app:UInt32}") == [
        (2,)
    ]
    aside = own.pipeline.engine.one("SELECT count() FROM quarantine WHERE app = 0") - before
    assert aside == 1
