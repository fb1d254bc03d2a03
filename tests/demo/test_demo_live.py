"""What goes on arriving: requests that the collector takes, from the people of the history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import msgspec

from minilens.collect import steps, wire
from minilens.collect.context import put_device
from minilens.demo import HEADERS, Envelope, live
from minilens.demo.places import ADDRESSES, CITIES, COUNTRY
from minilens.identity.actor import actor
from minilens.reference import places
from minilens.reference.robots import user_agent_robot
from minilens.spool.record import Batch

from .conftest import APP, SECRET, Past

BEGAN = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)  # nine in the morning in Shanghai


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = BEGAN

    def __call__(self) -> datetime:
        return self.at


def sent(how_many: int, *, rate: float = 8.0) -> list[tuple[datetime, Envelope]]:
    """The first requests, each with the time at which it would be posted."""
    clock = Clock()
    stream = live(
        app=APP, key="wk_demo", timezone="Asia/Shanghai", events=30_000, rate=rate, clock=clock
    )
    found = []
    for delay, envelope, _ in islice(stream, how_many):
        assert delay >= 0
        clock.at += timedelta(seconds=delay)
        found.append((clock.at, envelope))
    return found


def test_it_is_the_same_for_a_seed_and_a_moment() -> None:
    assert sent(50) == sent(50)


def test_the_collector_takes_every_event_as_it_is() -> None:
    for moment, envelope in sent(400):
        at = round(moment.timestamp() * 1000)
        body = wire.decode(msgspec.json.encode(envelope))
        assert body.v == wire.VERSION
        assert abs(at - body.sent) < steps.SKEW_IGNORED
        request = steps.Request(APP, at, SECRET, 7, device=body.d, ids=body.ids)
        request.sources = [steps.source(origin) for origin in body.src]
        for index, event in enumerate(body.ev):
            record = steps.take(index, event, request)
            assert record.ts == event.t <= body.sent
            assert not record.raw_name
            assert not record.late
        if body.src[0].scene in (1045, 1067):
            assert request.sources[0].source in ("wechat_ad", "share")


def test_it_runs_at_about_the_rate_asked_for() -> None:
    requests = sent(1500, rate=10.0)
    settled = [(at, body) for at, body in requests if at > BEGAN + timedelta(minutes=3)]
    seconds = (settled[-1][0] - settled[0][0]).total_seconds()
    rate = sum(len(body["ev"]) for _, body in settled) / seconds
    assert 8 < rate < 24, "nine o'clock is above the average of the day"


def test_the_first_events_come_soon() -> None:
    assert sent(1)[0][0] - BEGAN < timedelta(seconds=15)


def test_the_people_of_the_history_come_again(past: Past) -> None:
    seen = {batch.device for batch in past.batches}
    devices = {actor(APP, "device", body["d"]) for _, body in sent(600)}
    share = len(devices & seen) / len(devices)
    assert 0.55 < share < 0.9
    openids = {event.actor for _, event in past.events if event.actor_type == "applet-wechat"}
    now = {
        actor(APP, "applet-wechat", body["ids"]["applet-wechat"])
        for _, body in sent(600)
        if body["ids"]
    }
    assert len(now & openids) / len(now) > 0.4


def test_phones_are_named_as_the_collector_names_them() -> None:
    for _, envelope in sent(100):
        ctx = msgspec.convert(envelope["ctx"], wire.Context)
        batch = Batch(at=0, app=APP, via="tracker")
        put_device(batch, ctx)
        assert (batch.brand, batch.os, batch.os_version) == (ctx.brand, ctx.os, ctx.osv)


def test_its_headers_are_no_robots() -> None:
    assert not user_agent_robot(HEADERS["User-Agent"])


def test_a_slow_poster_sends_what_is_due_at_once() -> None:
    clock = Clock()
    stream = live(app=APP, key="wk_demo", timezone="Asia/Shanghai", events=30_000, clock=clock)
    next(stream)
    clock.at += timedelta(minutes=2)
    delays, bodies, _ = zip(*islice(stream, 20), strict=True)
    assert set(delays) == {0}
    assert all(body["sent"] == round(clock.at.timestamp() * 1000) for body in bodies)


def test_requests_come_from_the_cities_of_their_customers(tmp_path: Path) -> None:
    with places.open(tmp_path) as lookup:
        found = {city: lookup.place(address) for city, address in ADDRESSES.items()}
    assert found == {city: places.Place(COUNTRY, *city) for city in ADDRESSES}
    assert set(ADDRESSES) == {(province, city) for province, city, _, _ in CITIES}
    stream = live(app=APP, key="wk_demo", timezone="Asia/Shanghai", events=30_000, clock=Clock())
    assert len({address for _, _, address in islice(stream, 300)}) > 5
