"""How much may be sent to one address: buckets that fill with time. Kept in memory, by a hash of the address."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from minilens.records.channel_content import Kind


@dataclass(frozen=True)
class Rate:
    """So many in so many seconds."""

    most: int
    seconds: float


#: A little below what each product allows (20, 100 and 5 a second, 20).
RATES: dict[Kind, tuple[Rate, ...]] = {
    "wecom": (Rate(18, 60),),
    "feishu": (Rate(90, 60), Rate(4, 1)),
    "dingtalk": (Rate(18, 60),),
    "webhook": (Rate(60, 60),),
    "mail": (),
}


class Rates:
    """Safe from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sent: dict[bytes, list[float]] = {}
        self._closed: dict[bytes, float] = {}

    def take(self, kind: Kind, address: bytes, now_ms: int, count: int = 1) -> float:
        """0, and so many are counted as sent; or the seconds to wait for that, and nothing is."""
        now, rates = now_ms / 1000, RATES[kind]
        longest = max((rate.seconds for rate in rates), default=0.0)
        with self._lock:
            sent = [at for at in self._sent.get(address, ()) if 0 <= now - at < longest]
            waits = [_wait(rate, sent, now, count) for rate in rates]
            wait = max([self._closed.get(address, 0.0) - now, 0.0, *waits])
            if not wait:
                sent += [now] * count
            self._sent[address] = sent
            if not sent:
                del self._sent[address]
            return wait

    def close(self, address: bytes, now_ms: int, seconds: float) -> None:
        """They said that it is too much: nothing for so long."""
        with self._lock:
            until = now_ms / 1000 + seconds
            self._closed[address] = max(until, self._closed.get(address, 0.0))
            self._closed = {one: at for one, at in self._closed.items() if at > now_ms / 1000}


def _wait(rate: Rate, sent: list[float], now: float, count: int) -> float:
    """Seconds until `count` more fit into a window that ends then."""
    lately = [at for at in sent if now - at < rate.seconds]
    over = len(lately) + count - rate.most
    return 0.0 if over <= 0 else lately[min(over, len(lately)) - 1] + rate.seconds - now
