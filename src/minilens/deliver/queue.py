"""The queue of what is to be sent: kept in the records, so it outlives whatever stops."""

from __future__ import annotations

from datetime import datetime

import msgspec

from minilens.records.sends import NewSend
from minilens.records.store import Records
from minilens.render.message import Message


def put(
    records: Records, message: Message, *, app: int, channel: int, key: str, content: str, now: datetime
) -> bool:  # fmt: skip
    """Have a message sent to a channel of an app as soon as it can be, by itself; False where one with that key was
    put before. `key` is unique among all that is ever sent, up to 120 characters, and begins with a word of its
    room, such as `alarm:12:2026-11-29T10`. `content`: a word for what it is, shown in the list of what was sent.
    """
    new = NewSend(app, channel, key, content, now, body=encoded(message), alone=True)
    return bool(records.sends.put([new], now=now))


def encoded(message: Message) -> str:
    """As it is kept."""
    return msgspec.json.encode(message).decode()


def decoded(body: str) -> Message:
    """Read again."""
    return msgspec.json.decode(body, type=Message)
