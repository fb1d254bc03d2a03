"""The address in a mail that ends it: which channel and whose account, signed. It needs no sign-in and stays good."""

from __future__ import annotations

import base64
import hmac
import struct

_TAG = 16


def token(secret: bytes, channel: int, account: int) -> str:
    """For an address: letters, digits, - and _."""
    said = struct.pack(">II", channel, account)
    return base64.urlsafe_b64encode(said + _tag(secret, said)).decode().rstrip("=")


def read(secret: bytes, text: str) -> tuple[int, int] | None:
    """Channel and account; None where nobody here has signed it."""
    try:
        whole = base64.b64decode(f"{text}{'=' * (-len(text) % 4)}", altchars=b"-_", validate=True)
    except ValueError:
        return None
    said, tag = whole[:8], whole[8:]
    if len(whole) != 8 + _TAG or not hmac.compare_digest(tag, _tag(secret, said)):
        return None
    channel, account = struct.unpack(">II", said)
    return channel, account


def _tag(secret: bytes, said: bytes) -> bytes:
    return hmac.digest(secret, b"minilens: unsubscribe\x00" + said, "sha256")[:_TAG]
