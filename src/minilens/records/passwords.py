"""Passwords: hashed with Argon2id, looked at in the same time whether there is such a person or not."""

from __future__ import annotations

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from minilens.errors import Refused

LEAST, MOST = 10, 256
#: 19 MiB, two passes, one lane: what OWASP asks for at least; hashes of other strength are made anew.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
#: The hash of a random text that nobody kept.
NOTHING = (
    "$argon2id$v=19$m=19456,t=2,p=1"
    "$B6ETQzifMa6WORjSA+302Q$OiGVON+5IE/EY9fEQqRcLaEHXKbbnYfE+C8pGMpF82Y"
)
#: So that many who try at once take neither all memory nor all processors.
_TURNS = threading.BoundedSemaphore(2)


def check_new(password: str, field: str = "password") -> None:
    """Refused where it is too short or too long; any characters will do."""
    if len(password) < LEAST:
        raise Refused("short_password", field, least=LEAST)
    if len(password) > MOST:
        raise Refused("long_password", field, most=MOST)


def hash_of(password: str) -> str:
    """What is kept of it."""
    with _TURNS:
        return HASHER.hash(_normal(password))


def verified(password: str, kept: str | None) -> bool:
    """Whether it is the one. Without a hash the same work is done over one that nothing matches."""
    wrong = kept is None or len(password) > MOST
    with _TURNS:
        try:
            HASHER.verify(NOTHING if wrong else kept or "", _normal(password[:MOST]))
        except (VerificationError, InvalidHashError):
            return False
    return not wrong


def weak(kept: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(kept)


def _normal(password: str) -> bytes:
    """The same letters are the same password, however a keyboard composes them."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
