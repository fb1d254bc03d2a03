"""Who did it: identities become 64-bit numbers before anything is written to disk."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

#: Strongest first. Types that owners define rank below these, in the order they are sent.
PRIORITY = ("mobile", "wechat-unionid", "applet-wechat", "c_memberid")


@lru_cache(maxsize=1 << 16)
def actor(app: int, kind: str, value: str, secret: bytes = b"") -> int:
    """The 64-bit hash of one identity (or of a device id, kind "device") of one app; never 0.

    Mobile numbers are few enough to be guessed from a bare hash, so they are keyed with the server's
    secret.
    """
    text = f"{app}\x00{kind}\x00{value}".encode()
    if kind == "mobile":
        digest = hmac.digest(secret, text, "sha256")[:8]
    else:
        digest = hashlib.blake2b(text, digest_size=8).digest()
    return int.from_bytes(digest) or 1


@lru_cache(maxsize=1 << 16)
def shared(unionid: str, secret: bytes = b"") -> int:
    """The 64-bit hash of a UnionID that all apps of an installation have in common, under its secret; never 0."""
    text = b"minilens: shared\x00" + unionid.encode()
    return int.from_bytes(hmac.digest(secret, text, "sha256")[:8]) or 1


@lru_cache(maxsize=1 << 16)
def session(app: int, value: str) -> int:
    """The 64-bit hash of a session id; 0 for none."""
    if not value:
        return 0
    return (
        int.from_bytes(hashlib.blake2b(f"{app}\x00{value}".encode(), digest_size=8).digest()) or 1
    )


def priority(kind: str) -> int:
    """0 is the strongest."""
    return PRIORITY.index(kind) if kind in PRIORITY else len(PRIORITY) + (kind == "device")
