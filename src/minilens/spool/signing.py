"""How receivers, loaders and consoles of one installation know each other: by the secret that they share.

A request is signed with its method, address, receiver, time, a number used once, and the digest of its body; an answer
with the signature of its request and its own digest. The key is derived from the secret and is good for nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

#: Where a receiver answers its peers.
PREFIX = "/v1/spool"
SCHEME = "Minilens-Peer"
DIGEST, ANSWER, NUMBER = "content-digest", "minilens-answer", "minilens-loader"
#: Headers that are signed, in this order.
SIGNED = (DIGEST, "range", "if-match", NUMBER)
#: Milliseconds that the clocks of two hosts may differ by, together with the time that a request takes.
TOLERANCE = 300_000


def key_of(secret: bytes) -> bytes:
    """The key of this protocol, from the secret of an installation."""
    return hmac.digest(secret, b"minilens: receivers and loaders", "sha256")


def digest(body: bytes) -> str:
    """A body's digest as RFC 9530 writes it."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def signed(
    key: bytes, method: str, target: str, receiver: str, headers: Mapping[str, str], now: int
) -> str:
    """The header Authorization of a request to a receiver; `now` in milliseconds."""
    once = secrets.token_hex(16)
    return f"{SCHEME} {now}:{once}:{_mac(key, method, target, receiver, headers, now, once)}"


def answer_signed(key: bytes, authorization: str, status: int, covered: str, of: str) -> str:
    """The signature of an answer: of its request, its status, which bytes it covers, and its digest."""
    text = "\n".join(("answer", authorization, str(status), covered, of))
    return hmac.new(key, text.encode(), "sha256").hexdigest()


@dataclass
class Peers:
    """A receiver's judgement of requests: whether they come from one that has the secret, and for the first time."""

    key: bytes
    receiver: str
    _seen: dict[str, int] = field(default_factory=dict)

    def admits(self, method: str, target: str, headers: Mapping[str, str], now: int) -> str:
        """Why a request is not one of a peer; empty where it is."""
        scheme, _, rest = headers.get("authorization", "").partition(" ")
        parts = rest.split(":")
        if scheme != SCHEME or len(parts) != 3 or not parts[0].isascii() or not parts[0].isdigit():
            return "no_signature"
        at, once, mac = int(parts[0][:18]), parts[1], parts[2]
        made = _mac(self.key, method, target, self.receiver, headers, at, once)
        if not hmac.compare_digest(made.encode(), mac.encode()):
            return "wrong_signature"
        if abs(now - at) > TOLERANCE:
            return "clocks_differ"
        return "" if self._first_time(once, now) else "seen_before"

    def _first_time(self, once: str, now: int) -> bool:
        while self._seen and (oldest := next(iter(self._seen))):  # in the order they came
            if self._seen[oldest] > now:
                break
            del self._seen[oldest]
        if once in self._seen:
            return False
        self._seen[once] = now + 2 * TOLERANCE
        return True


def _mac(
    key: bytes, method: str, target: str, receiver: str, headers: Mapping[str, str], at: int, once: str
) -> str:  # fmt: skip
    of = [headers.get(name, "") for name in SIGNED]
    text = "\n".join((method, target, receiver, str(at), once, *of))
    return hmac.new(key, text.encode(), "sha256").hexdigest()
