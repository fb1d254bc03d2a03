"""What the tracker says once a batch, and how short it writes its ids."""

from __future__ import annotations

import base64
import uuid

from minilens.identity.actor import actor, session
from minilens.period import now_ms
from tests.collect.receiving import House, event


def test_an_event_without_a_session_is_in_that_of_the_batch(door: House) -> None:
    door.send(door.envelope(event(s=""), event(s="own"), s="of the batch"))
    (batch,) = door.batches()
    app = door.app.id
    assert [one.session for one in batch.events] == [
        session(app, name) for name in ("of the batch", "own")
    ]


def test_it_is_so_in_a_batch_that_is_read_piece_by_piece(door: House) -> None:
    door.send(door.envelope(event(q="no number"), event(s=""), s="of the batch", ep=2))
    (batch,) = door.batches()
    (one,) = batch.events
    assert one.session == session(door.app.id, "of the batch")
    assert one.actor == actor(door.app.id, "device", "phone-1#2")


def test_who_is_anonymous_after_signing_out_is_another_one(door: House) -> None:
    for episode in (0, 1, 1):
        door.send(door.envelope(event(), ep=episode))
    before, after, again = (batch.events[0].actor for batch in door.batches())
    assert before == actor(door.app.id, "device", "phone-1")
    assert before != after == again
    assert [batch.device for batch in door.batches()] == [before, after, after]


def test_nobody_stays_nobody_after_signing_out(door: House) -> None:
    receipt = door.send(door.envelope(event(), d="undefined", ep=1)).json()
    assert [one["code"] for one in receipt["refused"]] == ["blocked_identity"]


def test_a_uuid_of_version_7_may_be_written_in_22_letters(door: House) -> None:
    id = uuid.UUID("019e80e8-c900-7bea-9911-6373f1438b8e")
    packed = base64.urlsafe_b64encode(id.bytes).decode().rstrip("=")
    door.send(door.envelope(event(id=packed), event(id=str(id)), event(id="A" * 22)))
    (batch,) = door.batches()
    first, second, other = (uuid.UUID(one.id) for one in batch.events)
    assert first == second == id
    assert other.version == 8


def test_an_event_without_a_time_happened_when_its_id_was_made(door: House) -> None:
    at = now_ms() - 3_000
    made = uuid.UUID(int=at << 80 | 7 << 76 | 0b10 << 62 | 12345)
    sound, late = event(id=str(made)), event(id="order-1")
    del sound["t"], late["t"]
    receipt = door.send(door.envelope(sound, late)).json()
    assert [(one["code"], one["field"]) for one in receipt["refused"]] == [("missing", "t")]
    assert door.batches()[0].events[0].ts == at
