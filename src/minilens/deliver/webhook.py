"""A plain webhook: the message as JSON, signed.

`X-Minilens-Signature: v1=HEX`, HMAC-SHA-256 with the channel's secret over `TIMESTAMP.BODY`, where TIMESTAMP is that of
`X-Minilens-Timestamp` (Unix seconds). `X-Minilens-Delivery` is the same at each try of one message.
"""

from __future__ import annotations

import base64
import hmac

import msgspec

from minilens.deliver.http import limited, posted
from minilens.deliver.outcome import Outcome
from minilens.deliver.sender import Sender
from minilens.records.channel_content import Access
from minilens.records.channels import Channel
from minilens.render.message import Message


def send(
    sender: Sender, channel: Channel, message: Message, key: str, now_ms: int, access: Access
) -> Outcome:
    """One try."""
    if full := limited(sender, "webhook", access.address, now_ms):
        return full
    body = body_of(message)
    headers = signed(access.secret, body, key, now_ms)
    return posted(sender, access.address, body, headers).outcome


def body_of(message: Message) -> bytes:
    """The message as it is, pictures as base64."""
    return msgspec.json.encode(message, enc_hook=_text)


def signed(secret: str, body: bytes, key: str, now_ms: int) -> dict[str, str]:
    """The headers that prove who sent it, and when."""
    stamp = str(now_ms // 1000)
    tag = hmac.new(secret.encode(), stamp.encode() + b"." + body, "sha256").hexdigest()
    return {
        "X-Minilens-Delivery": key,
        "X-Minilens-Timestamp": stamp,
        "X-Minilens-Signature": f"v1={tag}",
    }


def _text(value: object) -> str:
    assert isinstance(value, bytes)
    return base64.b64encode(value).decode()
