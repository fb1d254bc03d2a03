"""A bot of WeCom: markdown, or the second markdown where there is a table; pictures follow as messages of their own."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace

import msgspec

from minilens.deliver.bot_answers import outcome_of
from minilens.deliver.fitting import fitted
from minilens.deliver.http import bucket, limited, posted
from minilens.deliver.markdown import Dialect, written
from minilens.deliver.outcome import Outcome
from minilens.deliver.sender import Sender
from minilens.records.channel_content import Access
from minilens.records.channels import Channel
from minilens.render.message import Message, Section

#: Bytes of the text, and of a picture before it becomes base64.
MOST_BYTES, MOST_PICTURE = 4_096, 2 << 20
MOST_PICTURES = 3
FIRST = Dialect({"good": "info", "bad": "warning", "": "comment"}, tables=False, pictures=False)
SECOND = Dialect({}, tables=True, pictures=False, apart="\n\n")

ANSWERS = {
    -1: Outcome("again", code="busy"),
    45009: Outcome("again", wait=60, code="their_limit"),
    45033: Outcome("again", wait=60, code="their_limit"),
    40058: Outcome("failed", code="malformed"),
    40008: Outcome("failed", code="malformed"),
    93000: Outcome("stopped", code="bad_key"),
    93008: Outcome("stopped", code="bad_key"),
    40014: Outcome("stopped", code="bad_key"),
    40001: Outcome("stopped", code="bad_key"),
}


def send(
    sender: Sender, channel: Channel, message: Message, key: str, now_ms: int, access: Access
) -> Outcome:
    """One try. Whether the pictures arrive changes nothing: the message is never sent again for them."""
    pictures = pictures_of(message)
    if full := limited(sender, "wecom", access.address, now_ms, 1 + len(pictures)):
        return full
    found = _said(sender, access, text_of(message), now_ms)
    if found.state != "sent":
        return found
    for png in pictures:
        shown = _said(sender, access, picture(png), now_ms)
        if shown.state != "sent":
            return Outcome("sent", shown.answer, code="without_picture")
    return found


def text_of(message: Message) -> bytes:
    """The body of the message."""
    message = _without_bars(message)
    second = any(one.listing is not None and one.listing.rows for one in message.sections)
    kind, dialect = ("markdown_v2", SECOND) if second else ("markdown", FIRST)
    small = fitted(message, lambda one: len(written(one, dialect).encode()), MOST_BYTES)
    return msgspec.json.encode({"msgtype": kind, kind: {"content": written(small, dialect)}})


def _without_bars(message: Message) -> Message:
    """Without the bars of what follows as pictures."""
    sent = pictures_of(message)

    def bare(one: Section) -> Section:
        shown = one.picture is not None and one.picture.png in sent
        return replace(one, picture=None) if shown else one

    return replace(message, sections=tuple(map(bare, message.sections)))


def picture(png: bytes) -> bytes:
    """The body of a picture."""
    image = {
        "base64": base64.b64encode(png).decode(),
        "md5": hashlib.md5(png, usedforsecurity=False).hexdigest(),
    }
    return msgspec.json.encode({"msgtype": "image", "image": image})


def pictures_of(message: Message) -> list[bytes]:
    """Those that are sent: the first, and none that is too large."""
    found = [one.picture.png for one in message.sections if one.picture is not None]
    return [png for png in found if 0 < len(png) <= MOST_PICTURE][:MOST_PICTURES]


def _said(sender: Sender, access: Access, body: bytes, now_ms: int) -> Outcome:
    number, found = outcome_of(
        posted(sender, access.address, body), ANSWERS, access.address.rpartition("=")[2]
    )
    if found.wait and number in (45009, 45033):
        sender.rates.close(bucket(access.address), now_ms, found.wait)
    return found
