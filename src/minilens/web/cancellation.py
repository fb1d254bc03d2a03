"""Whoever hangs up is no longer worked for: a closed page, a question of a program that was broken off."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from minilens.errors import EngineFailed
from minilens.measure.execution.asker import ASKER, Asker

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

#: Addresses that are asked by POST and change nothing: the body is a question. Other forms are carried out to the end.
ASKED_BY_POST = re.compile(r"/api/v1/apps/[^/]+/ask(/[a-z]+)?|/-/ask")
#: Seconds between two looks for statements of somebody who has gone.
PAUSE = 0.2


class Stopping:
    """ASGI: knows whose the questions of a request are, and stops them when its sender hangs up."""

    def __init__(self, site: Callable[..., Awaitable[None]], stop: Callable[[Asker], None]) -> None:
        self._site = site
        self._stop = stop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Route one request."""
        if scope["type"] != "http" or not _only_asks(scope):
            await self._site(scope, receive, send)
            return
        body = await _body(receive)
        if body[-1]["type"] == "http.disconnect":
            return
        asker, gone = Asker(), asyncio.Event()
        token = ASKER.set(asker)
        watch = asyncio.create_task(self._watch(receive, gone, asker))
        try:
            await self._site(scope, _again(body, gone), send)
        finally:
            ASKER.reset(token)
            if not gone.is_set():
                watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)

    async def _watch(self, receive: Receive, gone: asyncio.Event, asker: Asker) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        asker.gone = True  # at once: for the rest a thread must be free
        gone.set()
        with contextlib.suppress(EngineFailed):
            await asyncio.to_thread(self._stop, asker)
        while (
            asker.under_way
        ):  # a statement that began just now was not found, or the engine did not listen
            await asyncio.sleep(PAUSE)
            with contextlib.suppress(EngineFailed):
                await asyncio.to_thread(self._stop, asker)


def _only_asks(scope: Scope) -> bool:
    """Whether nothing is left half done where it is broken off."""
    return scope["method"] in ("GET", "HEAD") or (
        scope["method"] == "POST" and ASKED_BY_POST.fullmatch(scope["path"]) is not None
    )


async def _body(receive: Receive) -> list[Message]:
    """All of a question, as the door has read it before: it is small."""
    found = [await receive()]
    while found[-1]["type"] == "http.request" and found[-1].get("more_body", False):
        found.append(await receive())
    return found


def _again(body: list[Message], gone: asyncio.Event) -> Receive:
    """What the site is told: the body, then, when it comes to that, that nobody listens."""
    rest = iter(body)

    async def receive() -> Message:
        for message in rest:
            return message
        await gone.wait()
        return {"type": "http.disconnect"}

    return receive
