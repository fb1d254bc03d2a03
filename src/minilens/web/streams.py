"""Newest events as they arrive: one poller for each app and environment, while anybody listens.

Nothing is asked of the engine while nothing was loaded, and nothing at all while nobody listens.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from minilens.errors import Busy, EngineFailed
from minilens.measure.live import Happened
from minilens.measure.query import Traffic
from minilens.web.console import App, Console

log = logging.getLogger("minilens.web")

EVERY = 1.0
HEARTBEAT = 15.0
#: After so many seconds the browser asks anew, and whether it may is looked at again.
LONGEST = 3600.0
MOST_LISTENERS = 100
#: One who does not take what is sent loses the oldest.
MOST_WAITING = 8

#: The load up to which it goes, and the events, the last loaded first. None is a heartbeat.
Arrived = tuple[int, list[Happened]]
News = Arrived | None


@dataclass(eq=False)
class Listener:
    """One open page. `since`: what is loaded after it comes through the queue."""

    since: int
    queue: asyncio.Queue[Arrived] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))

    def offer(self, news: Arrived) -> None:
        """Put it into the queue, in place of the oldest where that is full."""
        if self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(news)


class Poller:
    """Asks for the newest events of one app and environment, and hands them to all who listen."""

    def __init__(self, console: Console, app: App, traffic: Traffic) -> None:
        self._console, self._app, self._traffic = console, app, traffic
        self.listeners: set[Listener] = set()
        self.last = console.through()
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            through = self._console.through()
            if through <= self.last:
                continue
            try:
                found = await self.after(self.last, through)
            except EngineFailed as error:
                log.warning("the newest events cannot be read: %s", error)
                continue
            self.last = through
            for listener in self.listeners if found else ():
                listener.offer((through, found))

    async def after(self, load: int, through: int) -> list[Happened]:
        """The newest events of loads after one and up to another."""
        return await asyncio.to_thread(
            self._console.newest, self._app, self._traffic, load, through
        )

    def stop(self) -> None:
        """Ask no more."""
        self._task.cancel()


class Streams:
    """All pollers of this process."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._pollers: dict[tuple[int, Traffic], Poller] = {}

    @property
    def listeners(self) -> int:
        """How many pages listen."""
        return sum(len(poller.listeners) for poller in self._pollers.values())

    @property
    def pollers(self) -> int:
        """How many questions are asked again and again."""
        return len(self._pollers)

    def check(self) -> None:
        """Busy where too many listen already."""
        if self.listeners >= MOST_LISTENERS:
            raise Busy("too_many_listeners", 30, limit=MOST_LISTENERS)

    async def news(
        self, app: App, traffic: Traffic, after: int | None
    ) -> AsyncGenerator[News, None]:
        """What there is already (after a load, where one is given), then what arrives."""
        with self._listening(app, traffic) as (poller, listener):
            until = asyncio.get_running_loop().time() + LONGEST
            yield listener.since, await poller.after(after or 0, listener.since)
            while asyncio.get_running_loop().time() < until:
                try:
                    yield await asyncio.wait_for(listener.queue.get(), HEARTBEAT)
                except TimeoutError:
                    yield None

    @contextmanager
    def _listening(self, app: App, traffic: Traffic) -> Iterator[tuple[Poller, Listener]]:
        key = (app.id, traffic)
        poller = self._pollers.get(key)
        if poller is None:
            poller = self._pollers[key] = Poller(self._console, app, traffic)
        listener = Listener(poller.last)
        poller.listeners.add(listener)
        try:
            yield poller, listener
        finally:
            poller.listeners.discard(listener)
            if not poller.listeners and self._pollers.get(key) is poller:
                del self._pollers[key]
                poller.stop()
