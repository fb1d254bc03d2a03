"""Odd shapes sent to the receiver: each is refused with a code, counted, or named in quarantine."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from minilens.collect.access import Access, Limits
from minilens.collect.endpoint import Receiver
from minilens.collect.wire import MOST_PACKED
from minilens.period import now, now_ms
from minilens.reference.places import NOWHERE
from minilens.spool.writer import GroupCommit, Writer
from tests.load.odd_shapes import Shapes
from tests.pipeline import House

A_REQUEST = 40


@dataclass
class Doors:
    """Both doors of a receiver that writes into the spool of the pipeline."""

    house: House
    receiver: Receiver
    runner: asyncio.Runner
    key: str
    token: str
    accepted: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    def post(self, door: Callable[..., Any], body: bytes, kind: str) -> None:
        """Send it; its first and last event are sound and must be accepted."""
        headers = [
            (b"authorization", f"Bearer {self.token}".encode()),
            (b"content-type", kind.encode()),
        ]
        scope = {"type": "http", "method": "POST", "headers": headers, "client": ("127.0.0.1", 1)}
        said: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body}

        async def send(message: dict[str, Any]) -> None:
            said.append(message)

        self.runner.run(door(scope, receive, send))
        answer = json.loads(said[1]["body"])
        assert said[0]["status"] == 200, (answer, body[:3000])
        self.accepted += answer["accepted"]
        self.refused.update(one["code"] for one in answer["refused"])
        odd = {one["index"] for one in answer["refused"]}
        assert not odd & {0, answer["accepted"] + len(odd) - 1}, answer


@pytest.fixture
def doors(house: House) -> Iterator[Doors]:
    records = house.pipeline.records
    writer = Writer(house.pipeline.spool / f"doors-{house.app.id}", reserve=0)
    receiver = Receiver(
        access=Access(records), limits=Limits(10**9, 10**9), spool=GroupCommit(writer),
        places=lambda _: NOWHERE, secret=b"a secret of the tests", late_days=7,
    )  # fmt: skip
    runner = asyncio.Runner()
    key = records.keys.of(house.app.id)[0].key
    yield Doors(
        house,
        receiver,
        runner,
        key,
        records.tokens.create(house.app.id, ("events:write",), now=now()),
    )
    runner.run(receiver.spool.close())
    runner.close()


def batch(doors: Doors, shapes: Shapes) -> bytes:
    """A tracker's batch: odd ones between two sound ones, as much as a body may hold."""
    at = now_ms() - 1000

    def one(name: str, props: str) -> str:
        return f'{{"id":"{uuid.uuid4()}","n":"{name}","t":{at},"s":"s1","pr":{props}}}'

    odd: list[str] = []
    size = 0
    while len(odd) < A_REQUEST:
        event = one("pay_success", shapes.props())
        size += len(event.encode())
        if size > MOST_PACKED - 1000:
            break
        odd.append(event)
    events = [one("page_view", "{}"), *odd, one("page_view", "{}")]
    return f'{{"v":1,"k":"{doors.key}","d":"phone","sent":{at},"ev":[{",".join(events)}]}}'.encode()


def rows(shapes: Shapes) -> bytes:
    """A server's lines."""
    at = now().isoformat()

    def one(name: str, props: str) -> str:
        return f'{{"event_name":"{name}","user_id":"u1","ts":"{at}","props":{props}}}'

    odd = (one("pay_success", shapes.props()).replace("\x00", "") for _ in range(A_REQUEST))
    return "\n".join([one("page_view", "{}"), *odd, one("page_view", "{}")]).encode()


@pytest.mark.parametrize("requests", [30, pytest.param(2_500, marks=pytest.mark.long)])
def test_none_stops_its_neighbours(doors: Doors, requests: int) -> None:
    lawful, any_shape = Shapes(requests, lawful=True), Shapes(requests)
    for n in range(requests):
        if n % 2:
            doors.post(doors.receiver.events, rows(any_shape), "application/x-ndjson")
        else:
            doors.post(doors.receiver.collect, batch(doors, lawful), "application/json")
    house = doors.house
    house.pipeline.loader.drain()

    names = ("received", "refused", "accepted", "loaded", "duplicate", "quarantined")
    (found,) = house.rows(
        f"SELECT {', '.join(f'sum({name})' for name in names)}, "
        "(SELECT count() FROM events WHERE app = {app:UInt32}), "
        "(SELECT count() FROM quarantine WHERE app = {app:UInt32}), "
        "(SELECT count() FROM events WHERE app = {app:UInt32} AND name = 'page_view') "
        "FROM ledger WHERE app = {app:UInt32}"
    )
    said = dict(
        zip((*names, "events", "aside", "neighbours"), map(int, map(str, found)), strict=True)
    )
    assert said["refused"] == doors.refused.total()
    assert said["accepted"] == doors.accepted
    assert said["received"] == said["refused"] + said["accepted"]
    assert said["loaded"] + said["quarantined"] == said["accepted"]
    assert (said["loaded"], said["quarantined"]) == (said["events"], said["aside"])
    assert said["neighbours"] == 2 * requests
    assert said["loaded"] > 0.3 * said["received"]
