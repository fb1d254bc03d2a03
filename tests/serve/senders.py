"""Phones that send until they are told to stop, and know what was acknowledged; what it must come to in reports."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx

ZONE = ZoneInfo("Asia/Shanghai")
A_BATCH = 5
#: A batch that is not taken for so long has been refused for good.
PATIENCE = 120.0


@dataclass(frozen=True)
class Seen:
    """One acknowledged event as its sender knows it."""

    id: str
    ts: int
    device: str
    session: str


@dataclass
class Sender:
    """One phone in one session. Each batch is sent until it is acknowledged, as a tracker does."""

    url: str
    key: str
    stop: threading.Event
    seen: list[Seen] = field(default_factory=list)
    problem: str = ""

    def run(self) -> None:
        """Send until told to stop; the batch under way is brought to its end."""
        device, session = str(uuid.uuid4()), str(uuid.uuid4())
        number = 0
        try:
            with httpx.Client(timeout=5) as client:
                while not self.stop.is_set():
                    number += 1
                    now = time.time_ns() // 1_000_000
                    some = [
                        Seen(str(uuid.uuid4()), now - 10 + n, device, session)
                        for n in range(A_BATCH)
                    ]
                    self._deliver(client, some, f"pages/{number % 7}")
                    self.stop.wait(0.03)
        except Exception as error:  # told by the thread that joins this one
            self.problem = repr(error)

    def _deliver(self, client: httpx.Client, some: list[Seen], page: str) -> None:
        until = time.monotonic() + PATIENCE
        events = [
            {"id": one.id, "n": "page_view", "t": one.ts, "s": one.session, "p": page}
            for one in some
        ]
        last = ""
        while time.monotonic() < until:
            sent = time.time_ns() // 1_000_000
            batch = {"v": 1, "k": self.key, "sent": sent, "d": some[0].device, "ev": events}
            try:
                answer = client.post(f"{self.url}/v1/collect", json=batch)
                last = answer.text
                if answer.status_code == 200:
                    assert answer.json()["accepted"] == len(some), answer.text
                    self.seen += some
                    return
                assert answer.status_code in (429, 503), answer.text
            except httpx.TransportError as error:
                last = repr(error)
            time.sleep(0.05)
        raise AssertionError(f"not acknowledged in {PATIENCE} s: {last}")


class Senders:
    """Several at once, for as long as the `with` lasts."""

    def __init__(self, url: str, key: str, count: int) -> None:
        self._stop = threading.Event()
        self._all = [Sender(url, key, self._stop) for _ in range(count)]
        self._threads = [threading.Thread(target=one.run) for one in self._all]

    def __enter__(self) -> Senders:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def seen(self) -> list[Seen]:
        """All that was acknowledged."""
        assert [one.problem for one in self._all if one.problem] == []
        return [event for one in self._all for event in one.seen]


@dataclass(frozen=True)
class Figures:
    """By day: visits, visitors; and launches in all."""

    visits: dict[str, int]
    visitors: dict[str, int]
    launches: int


def by_brute_force(seen: Iterable[Seen]) -> Figures:
    """What reports must say of these events."""
    visits: Counter[str] = Counter()
    visitors: dict[str, set[str]] = {}
    sessions: set[str] = set()
    for one in seen:
        day = datetime.fromtimestamp(one.ts / 1000, ZONE).date().isoformat()
        visits[day] += 1
        visitors.setdefault(day, set()).add(one.device)
        sessions.add(one.session)
    return Figures(dict(visits), {day: len(some) for day, some in visitors.items()}, len(sessions))


def as_reported(ask: Callable[..., bytes]) -> Figures:
    """What the report says; `ask` takes the options of the report."""
    now = datetime.now(UTC).astimezone(ZONE)
    start, end = (now - timedelta(days=1)).date().isoformat(), now.date().isoformat()
    found = json.loads(ask(**{"from": start, "to": end}))
    rows = found["rows"]
    return Figures(
        {str(row["day"]): int(row["visits"]) for row in rows if row["visits"]},
        {str(row["day"]): int(row["visitors"]) for row in rows if row["visitors"]},
        sum(int(row["launches"] or 0) for row in rows),
    )
