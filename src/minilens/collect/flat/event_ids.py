"""Ids of imported events: the same line of the same file always gets the same id.

A given id is treated as the receiver treats it. Without one the id is made from the app, the line's
field values in fixed order, and its n-th occurrence in the file: two alike in one file are two
events, yet reading the file again, or another that overlaps it, gives the same ids.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable
from struct import Struct

_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
_first = Struct("<Q").unpack_from


def uuid_text(digest: bytes) -> str:
    """16 bytes as the text of a UUID of version 8."""
    h = digest.hex()
    return f"{h[:8]}-{h[8:12]}-8{h[13:16]}-{_VARIANT[h[16]]}{h[17:20]}-{h[20:]}"


class EventIds:
    """Makes the ids of one file. `secret` keys those whose line holds a guessable identity."""

    def __init__(self, app: int, secret: bytes = b"") -> None:
        key = hashlib.sha256(secret).digest() if secret else b""
        self._base = hashlib.blake2b(f"{app}\x1f".encode(), digest_size=16, key=key)
        self._seen = Occurrences()

    def made(self, line: str) -> str:
        """The id of a line without one."""
        hashed = self._base.copy()
        hashed.update(line.encode())
        digest = hashed.digest()
        n = self._seen.nth(digest)
        if n > 1:
            hashed.update(b"\x1f%d" % n)
            digest = hashed.digest()
        return uuid_text(digest)


#: Up to so many different hashes a set is as good: faster, and no more than some megabytes.
FEW = 1 << 18


class Occurrences:
    """Counts how often a hash was seen, in 12 to 24 bytes for each different one of a large file.

    A set would need several times as much, which a file of ten million lines would feel; so it is one
    only while there are few. Of each hash 8 bytes are kept, later in an open table, at most two thirds
    full; those seen again go to a small dict. Should two lines share their 8 bytes (one chance in
    370,000 for ten million lines), one of them is numbered as a repetition: it still has an id of its own.
    """

    def __init__(self, few: int = FEW) -> None:
        self._few: set[int] = set()
        self._most = few  # 0 once the table took over
        self._table = array("Q")
        self._mask = 0
        self._room = 0
        self._again: dict[int, int] = {}

    @property
    def bytes_held(self) -> int:
        """Size of the table."""
        return len(self._table) * self._table.itemsize

    def nth(self, digest: bytes) -> int:
        """1 for a hash not seen before, else one more than the last time."""
        mark: int = _first(digest)[0] or 1
        if self._most:
            few = self._few
            if mark in few:
                return self._repeated(mark)
            few.add(mark)
            if len(few) >= self._most:
                self._fill(few, len(few))
                self._few, self._most = set(), 0
            return 1
        table, mask = self._table, self._mask
        at = mark & mask
        while held := table[at]:
            if held == mark:
                return self._repeated(mark)
            at = (at + 1) & mask
        table[at] = mark
        self._room -= 1
        if not self._room:
            self._fill(filter(None, table), len(table))
        return 1

    def _repeated(self, mark: int) -> int:
        n = self._again[mark] = self._again.get(mark, 1) + 1
        return n

    def _fill(self, marks: Iterable[int], most: int) -> None:
        """Put what is known, at most so many, into a new table."""
        size = 1 << 12
        while size * 2 // 3 <= most:
            size *= 2
        table, mask, room = array("Q", bytes(8 * size)), size - 1, size * 2 // 3
        for mark in marks:
            at = mark & mask
            while table[at]:
                at = (at + 1) & mask
            table[at] = mark
            room -= 1
        self._table, self._mask, self._room = table, mask, room
