"""What tools were answered lately: the same question is not computed twice within ten minutes, whoever polls."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from minilens.web.auth.rate_limit import Bucket

LASTS = timedelta(minutes=10)
#: Bytes of all that are kept.
MOST_BYTES = 64 << 20


@dataclass(frozen=True)
class Kept:
    """An answer, and when it was made. `tag` is of its bytes; weak, because what is sent may be packed."""

    made: datetime
    body: bytes
    tag: str


def kept(body: bytes, made: datetime) -> Kept:
    """An answer as it is kept."""
    return Kept(made, body, f'W/"{hashlib.sha256(body).hexdigest()[:32]}"')


@dataclass
class Answers:
    """Of one process. `by_token` and `strangers`: how often an address, and whoever knows none, may ask."""

    by_token: Bucket = field(default_factory=lambda: Bucket(60, 1.0))
    strangers: Bucket = field(default_factory=lambda: Bucket(60, 0.5))
    _answers: OrderedDict[Hashable, Kept] = field(default_factory=OrderedDict)
    _asked: WeakValueDictionary[Hashable, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    _bytes: int = 0

    async def get(self, key: Hashable, at: datetime, make: Callable[[], Awaitable[bytes]]) -> Kept:
        """What was answered within the last ten minutes, or what `make` makes; of several who ask at once one waits for
        the other."""
        lock = self._asked.get(key)
        if lock is None:
            lock = self._asked[key] = asyncio.Lock()
        async with lock:
            found = self._answers.get(key)
            if found is not None and timedelta(0) <= at - found.made < LASTS:
                return found
            made = kept(await make(), at)
            self._keep(key, made)
            return made

    def _keep(self, key: Hashable, made: Kept) -> None:
        before = self._answers.pop(key, None)
        self._bytes += len(made.body) - (len(before.body) if before else 0)
        self._answers[key] = made
        while self._bytes > MOST_BYTES or self._oldest().made <= made.made - LASTS:
            _, oldest = self._answers.popitem(last=False)
            self._bytes -= len(oldest.body)

    def _oldest(self) -> Kept:
        return next(iter(self._answers.values()))
