"""What questions have read of days, kept in memory for the next one: of a build that holds, rows do not change.

Bounded: what nobody has asked for the longest goes first. Whoever deletes rows of builds that go on holding (an
erasure, months that have expired) has all of it forgotten.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

#: Bytes that are kept where nothing else was said.
MOST = 256 << 20


@dataclass
class _One:
    """A value as of a version, its bytes, and the last question that asked for it."""

    version: Hashable
    value: Any
    size: int
    asked: int


class Kept:
    """All that is kept of one warehouse, for any thread. `most`: bytes; 0 keeps nothing."""

    def __init__(self) -> None:
        self.most = MOST
        self._found: OrderedDict[Hashable, _One] = OrderedDict()
        self._lock = threading.Lock()
        self._size = self._question = self._forgotten = 0

    @property
    def size(self) -> int:
        """Bytes of what is kept."""
        return self._size

    def question(self) -> Question:
        """What one question finds and keeps."""
        with self._lock:
            self._question += 1
            return Question(self, self._question, self._forgotten)

    def forget(self) -> None:
        """Nothing is kept; what questions are reading at this moment will not be, either."""
        with self._lock:
            self._found.clear()
            self._size = 0
            self._forgotten += 1

    def _find(self, key: Hashable, version: Hashable, number: int) -> Any:
        with self._lock:
            one = self._found.get(key)
            if one is None or one.version != version:
                return None
            one.asked = max(one.asked, number)
            self._found.move_to_end(key)
            return one.value

    def _keep(self, key: Hashable, made: _One, forgotten: int) -> None:
        with self._lock:
            if forgotten != self._forgotten:
                return
            if (before := self._found.pop(key, None)) is not None:
                self._size -= before.size
            while self._size + made.size > self.most and self._found:
                oldest, other = next(iter(self._found.items()))
                if other.asked >= made.asked:
                    return
                del self._found[oldest]
                self._size -= other.size
            if self._size + made.size <= self.most:
                self._found[key] = made
                self._size += made.size


@dataclass(frozen=True)
class Question:
    """One question to what is kept. It never drops what itself has found: larger than all, it would find nothing the
    next time.
    """

    _kept: Kept
    _number: int
    _forgotten: int

    def find(self, key: Hashable, version: Hashable) -> Any:
        """What is kept under a key as of a version; None where that is not there."""
        return self._kept._find(key, version, self._number)

    def keep(self, key: Hashable, version: Hashable, value: Any, size: int) -> None:
        """Keep what was read since the question began, of so many bytes, instead of other versions."""
        self._kept._keep(key, _One(version, value, size, self._number), self._forgotten)


_ALL: WeakValueDictionary[str, Kept] = WeakValueDictionary()
_LOCK = threading.Lock()


def kept_of(dsn: str) -> Kept:
    """The one that all engines of this process over a warehouse have in common."""
    with _LOCK:
        if (found := _ALL.get(dsn)) is None:
            found = _ALL[dsn] = Kept()
        return found
