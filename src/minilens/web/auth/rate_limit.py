"""How often one may try: after some attempts a wait that doubles, and goes by itself.

Kept in the memory of the process. By e-mail address it is strict, by network address loose, because
the phones of a carrier share few of these. A browser in which one signed in before counts for itself:
who attacks an account does not lock its owner out.
"""

from __future__ import annotations

import asyncio
import ipaddress
import math
from collections import OrderedDict
from dataclasses import dataclass, field

from minilens.errors import Busy

MOST_KEPT = 50_000


@dataclass
class Tries:
    """Attempts by some key: `free` of them at once, then a wait of 1, 2, 4 … up to `longest` seconds."""

    free: int
    longest: float
    forgotten_after: float
    _tries: OrderedDict[str, tuple[int, float]] = field(default_factory=OrderedDict)

    def spend(self, key: str, at: float) -> None:
        """Count an attempt before it is looked at; Busy, not counted, where it comes too early."""
        count, last = self._tries.get(key, (0, at))
        if at - last > self.forgotten_after:
            count = 0
        wait = min(self.longest, 2.0 ** min(count - self.free, 30)) if count >= self.free else 0.0
        left = last + wait - at
        if left > 0:
            seconds = math.ceil(left)
            raise Busy("too_many_tries", seconds, seconds=seconds)
        self._tries[key] = (count + 1, at)
        self._tries.move_to_end(key)
        if len(self._tries) > MOST_KEPT:
            self._tries.popitem(last=False)

    def forget(self, key: str) -> None:
        """It was the right one."""
        self._tries.pop(key, None)


@dataclass
class Bucket:
    """Requests by some key: `most` of them at once, and `a_second` more with each second."""

    most: int
    a_second: float
    _held: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def spend(self, key: str, at: float) -> None:
        """One request; Busy, not counted, where there are too many. `at` is in seconds."""
        left, last = self._held.get(key, (float(self.most), at))
        left = min(float(self.most), left + max(0.0, at - last) * self.a_second)
        if left < 1:
            seconds = math.ceil((1 - left) / self.a_second)
            raise Busy("too_many_tries", seconds, seconds=seconds)
        self._held[key] = (left - 1, at)
        self._held.move_to_end(key)
        if len(self._held) > MOST_KEPT:
            self._held.popitem(last=False)


class HashingQueue:
    """Two at a time, some in line, and no more."""

    def __init__(self, at_once: int = 2, most: int = 40) -> None:
        self._gate = asyncio.Semaphore(at_once)
        self._most = most
        self._here = 0

    async def __aenter__(self) -> None:
        if self._here >= self._most:
            raise Busy("too_many_tries", 5, seconds=5)
        self._here += 1
        try:
            await self._gate.acquire()
        except BaseException:
            self._here -= 1
            raise

    async def __aexit__(self, *_: object) -> None:
        self._gate.release()
        self._here -= 1


@dataclass
class RateLimit:
    """All kinds."""

    by_email: Tries = field(default_factory=lambda: Tries(5, 300.0, 3600.0))
    by_address: Tries = field(default_factory=lambda: Tries(60, 60.0, 600.0))
    by_browser: Tries = field(default_factory=lambda: Tries(5, 300.0, 3600.0))

    def spend(self, email: str, address: str, at: float) -> None:
        """An attempt for that e-mail address from that network address."""
        if address:
            self.by_address.spend(network(address), at)
        self.by_email.spend(email, at)


def network(address: str) -> str:
    """The address; of the new kind the half that one customer gets, who has all the rest to choose from."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return address
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
