"""The load generator sends what a tracker sends."""

from __future__ import annotations

from bench.traffic import Batches
from minilens.collect import wire

MOMENT = 1_795_000_000_000


def bodies(count: int) -> list[tuple[bytes, bytes]]:
    """(head, body) of so many requests."""
    batches = Batches("key", seed=1, devices=50)
    parts = [batches.next(MOMENT + n).partition(b"\r\n\r\n") for n in range(count)]
    return [(head, body) for head, _, body in parts]


def test_a_batch_is_ten_events_of_one_session_in_order() -> None:
    for n, (head, body) in enumerate(bodies(300)):
        envelope = wire.decode(body)
        assert f"Content-Length: {len(body)}\r\n".encode() in head + b"\r\n"
        assert envelope.sent == MOMENT + n
        assert len(envelope.ev) == 10
        assert len({event.s for event in envelope.ev}) == 1
        times = [event.t for event in envelope.ev]
        assert times == sorted(times)
        assert times[-1] <= envelope.sent


def test_no_id_comes_twice_and_one_device_in_five_is_new() -> None:
    envelopes = [wire.decode(body) for _, body in bodies(1000)]
    ids = [event.id for envelope in envelopes for event in envelope.ev]
    assert len(set(ids)) == len(ids) == 10_000
    devices = {envelope.d for envelope in envelopes}
    assert 150 < len(devices) < 300
