"""Codes of the test mode: signed with the server's secret, for one app, valid for an hour.

A phone that was opened with `ml_test=CODE` sends the code with each batch. Nobody has to be asked whether it is good.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass

LASTS_MS = 3_600_000
#: App, end (seconds), chance.
_FACTS = struct.Struct(">II4s")
_MAC = 12


@dataclass(frozen=True)
class TestCode:
    """A good code. `ends` is in milliseconds."""

    __test__ = False  # no test of pytest's

    text: str
    app: int
    ends: int

    @property
    def name(self) -> str:
        """Of the file that holds what came with it: names of files may not tell capitals apart."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:24]


def create(secret: bytes, app: int, now: int) -> TestCode:
    """A new one. `now` in milliseconds."""
    ends = (now + LASTS_MS) // 1000
    facts = _FACTS.pack(app, ends, secrets.token_bytes(4))
    text = base64.urlsafe_b64encode(facts + _mac(secret, facts)).decode()
    return TestCode(text, app, ends * 1000)


def read(secret: bytes, app: int, text: object, now: int) -> TestCode | None:
    """None for one that is no code, of another app, or over."""
    if not isinstance(text, str) or len(text) != 4 * (_FACTS.size + _MAC) // 3:
        return None
    try:
        whole = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    facts, mac = whole[: _FACTS.size], whole[_FACTS.size :]
    of, ends, _ = _FACTS.unpack(facts)
    if not hmac.compare_digest(mac, _mac(secret, facts)) or of != app or ends * 1000 <= now:
        return None
    return TestCode(text, of, ends * 1000)


def _mac(secret: bytes, facts: bytes) -> bytes:
    return hmac.digest(secret, b"test mode\0" + facts, "sha256")[:_MAC]
