"""People who click in the console, each with a second's thought between two cards."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from random import Random

import httpx

THOUGHT = 1.0
PERIODS = ("today", "7d", "30d", "90d")


@dataclass
class People:
    """So many threads that ask for the trend of these apps until told to stop."""

    url: str
    cookies: httpx.Cookies
    apps: tuple[str, ...]
    how_many: int = 10
    took: list[float] = field(default_factory=list)  # milliseconds
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._click, args=(n,), daemon=True)
            for n in range(self.how_many)
        ]

    def start(self) -> None:
        """Begin to click."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Enough."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _click(self, seed: int) -> None:
        random = Random(seed)
        with httpx.Client(base_url=self.url, cookies=self.cookies, timeout=60) as client:
            while not self._stop.wait(random.uniform(0.5, 1.5) * THOUGHT):
                app, period = random.choice(self.apps), random.choice(PERIODS)
                began = time.perf_counter()
                try:
                    answer = client.get(f"/a/{app}/overview/trend.json", params={"period": period})
                except httpx.TransportError as error:
                    self.wrong.append(repr(error))
                    continue
                self.took.append((time.perf_counter() - began) * 1000)
                if answer.status_code != 200:
                    self.wrong.append(f"{answer.status_code} {answer.text[:200]}")
