"""A closed page ends its questions: nobody works for those who have gone."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from minilens.measure.execution.executor import ASKER

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Stopping:
    """ASGI: marks every question asked for a request, and stops them when its sender hangs up."""

    def __init__(self, site: Callable[..., Awaitable[None]], stop: Callable[[str], None]) -> None:
        self._site = site
        self._stop = stop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Route one request."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._site(scope, receive, send)
            return
        mark = uuid.uuid4().hex
        token = ASKER.set(mark)
        gone = asyncio.Event()
        watch = asyncio.create_task(self._watch(receive, gone, mark))
        try:
            await self._site(scope, _without_body(gone), send)
        finally:
            ASKER.reset(token)
            if not gone.is_set():
                watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)

    async def _watch(self, receive: Receive, gone: asyncio.Event, mark: str) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        gone.set()
        await asyncio.to_thread(self._stop, mark)


def _without_body(gone: asyncio.Event) -> Receive:
    """What the site is told: an empty body, then, when it comes to that, that nobody listens."""
    told = False

    async def receive() -> MutableMapping[str, Any]:
        nonlocal told
        if not told:
            told = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    return receive
