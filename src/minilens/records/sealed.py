"""Secrets of others that have to be read again, such as an AppSecret: kept under the server's own secret.

What is kept is a nonce, the text under a stream of HMAC-SHA-256 over nonce and counter, and an HMAC over both and
over what the text is of: a row that was put in another's place does not open.
"""

from __future__ import annotations

import base64
import hmac
import secrets

NONCE, TAG, BLOCK = 16, 32, 32


def seal(text: str, secret: bytes, of: str) -> str:
    """The text, to be opened with the same secret as that of the same thing."""
    nonce = secrets.token_bytes(NONCE)
    hidden = nonce + _under(text.encode(), secret, nonce)
    return base64.b64encode(hidden + _tag(hidden, secret, of)).decode()


def opened(sealed: str, secret: bytes, of: str) -> str | None:
    """The text; None where the secret is another one, or what is kept was altered."""
    whole = base64.b64decode(sealed)
    hidden, tag = whole[:-TAG], whole[-TAG:]
    if len(whole) < NONCE + TAG or not hmac.compare_digest(tag, _tag(hidden, secret, of)):
        return None
    return _under(hidden[NONCE:], secret, hidden[:NONCE]).decode()


def _under(data: bytes, secret: bytes, nonce: bytes) -> bytes:
    """The bytes added to the stream; twice is the bytes themselves."""
    key = hmac.digest(secret, b"minilens: sealed: stream", "sha256")
    stream = b"".join(
        hmac.digest(key, nonce + n.to_bytes(8), "sha256") for n in range(-(-len(data) // BLOCK))
    )
    return bytes(a ^ b for a, b in zip(data, stream, strict=False))


def _tag(hidden: bytes, secret: bytes, of: str) -> bytes:
    key = hmac.digest(secret, b"minilens: sealed: tag", "sha256")
    return hmac.digest(key, of.encode() + b"\x00" + hidden, "sha256")
