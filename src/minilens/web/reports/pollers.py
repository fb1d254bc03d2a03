"""Newest events as they arrive: one poller for each app, environment and filter, while anybody listens.

Nothing is asked of the engine while nothing was loaded, and nothing at all while nobody listens.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from minilens.errors import Busy, CannotStart
from minilens.measure.filters import Filters
from minilens.measure.newest import Happened
from minilens.measure.query import Traffic
from minilens.web.console import App, Console

log = logging.getLogger("minilens.web")

EVERY = 1.0
HEARTBEAT = 15.0
#: After so many seconds the browser asks anew.
LONGEST = 3600.0
#: Whether somebody changed anything is asked so often, for all who listen at once; where somebody did, or
#: after `SURELY`, each is asked whether they may still listen.
LOOK, SURELY = 1.0, 15.0
MOST_LISTENERS = 100
#: One who does not take what is sent loses the oldest.
MOST_WAITING = 8

#: The load up to which it goes, and the events, the last loaded first. None is a heartbeat.
Arrived = tuple[int, list[Happened]]
News = Arrived | None
May = Callable[[], Awaitable[bool]]


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
    """Asks for the newest events of one app, environment and filter, and hands them to all who listen."""

    def __init__(self, console: Console, app: App, traffic: Traffic, filters: Filters) -> None:
        self._console, self._app = console, app
        self._traffic, self._filters = traffic, filters
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
            except Exception as error:  # whatever it is: who listens is not left alone
                log.warning("the newest events cannot be read: %s", error)
                continue
            self.last = through
            for listener in self.listeners if found else ():
                listener.offer((through, found))

    async def after(self, load: int, through: int) -> list[Happened]:
        """The newest events of loads after one and up to another."""
        return await asyncio.to_thread(
            self._console.newest, self._app, self._traffic, self._filters, load, through
        )

    def stop(self) -> None:
        """Ask no more."""
        self._task.cancel()


class Changes:
    """The number of the last change in the records, asked once in a while however many want to know."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._asked = float("-inf")
        self._number = 0
        self._turn = asyncio.Lock()

    async def number(self) -> int:
        """As it was not long ago; while the records do not answer, as it was."""
        async with self._turn:
            clock = asyncio.get_running_loop().time
            if clock() - self._asked >= LOOK:
                with suppress(CannotStart):
                    self._number = await asyncio.to_thread(self._console.records.audit.last_change)
                self._asked = clock()
            return self._number


@dataclass
class Leave:
    """Whether one may go on listening."""

    changes: Changes
    may: May | None
    seen: int = -1
    looked: float = 0.0

    async def stands(self) -> bool:
        """Looked at where something was changed since the last time, and now and then."""
        if self.may is None:
            return True
        at, number = asyncio.get_running_loop().time(), await self.changes.number()
        if number == self.seen and at - self.looked < SURELY:
            return True
        try:
            stands = await self.may()
        except CannotStart:  # the records do not answer: asked again next time
            return True
        self.seen, self.looked = number, at
        return stands


class Streams:
    """All pollers of this process."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._changes = Changes(console)
        self._pollers: dict[tuple[int, Traffic, Filters], Poller] = {}

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
        self,
        app: App,
        traffic: Traffic,
        after: int | None,
        may: May | None = None,
        filters: Filters = (),
    ) -> AsyncGenerator[News, None]:
        """What there is already (after a load, where one is given), then what arrives, while one may."""
        leave, clock = Leave(self._changes, may), asyncio.get_running_loop().time
        with self._listening(app, traffic, filters) as (poller, listener):
            said = clock()
            until = said + LONGEST
            yield listener.since, await poller.after(after or 0, listener.since)
            while clock() < until:
                try:
                    some = await asyncio.wait_for(listener.queue.get(), min(LOOK, HEARTBEAT))
                except TimeoutError:
                    some = None
                if not await leave.stands():
                    return
                if some or clock() - said >= HEARTBEAT:
                    said = clock()
                    yield some

    @contextmanager
    def _listening(
        self, app: App, traffic: Traffic, filters: Filters
    ) -> Iterator[tuple[Poller, Listener]]:
        key = (app.id, traffic, filters)
        poller = self._pollers.get(key)
        if poller is None:
            poller = self._pollers[key] = Poller(self._console, app, traffic, filters)
        listener = Listener(poller.last)
        poller.listeners.add(listener)
        try:
            yield poller, listener
        finally:
            poller.listeners.discard(listener)
            if not poller.listeners and self._pollers.get(key) is poller:
                del self._pollers[key]
                poller.stop()
