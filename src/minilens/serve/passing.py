"""Browsers' requests, passed on to the engine piece by piece; one whose asker has gone ends there too.

Nothing is remembered from one request to the next, so that nobody's cookie goes with another's request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Container, MutableMapping
from pathlib import Path
from typing import Any

import httpx

from minilens.collect.endpoint import client_address, refuse, respond
from minilens.collect.worded import Worded
from minilens.errors import Busy, Refused
from minilens.serve.inside import INTERNAL

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

#: Headers that belong to one connection, not to the message.
HOP = {b"connection", b"keep-alive", b"transfer-encoding", b"te", b"upgrade", b"proxy-connection"}
#: The same of an answer; its date is the door's to say.
ANSWERED = HOP | {b"date"}
BELIEVED = {b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host"}
#: Seconds for all of a form.
SLOWEST_BODY = 30.0
#: Streams stay open, each on a connection of its own.
MOST_CONNECTIONS = 512
#: Seconds; an answer may take as long as it needs.
PATIENCE = {"connect": 60.0, "read": None, "write": 60.0, "pool": 60.0}


def way_to(socket: Path) -> httpx.AsyncHTTPTransport:
    """The engine behind a socket of this machine."""
    limits = httpx.Limits(max_connections=MOST_CONNECTIONS, max_keepalive_connections=20)
    return httpx.AsyncHTTPTransport(uds=str(socket), limits=limits, verify=False)


class Passing:
    """The way from the door to the engine."""

    def __init__(
        self,
        engine: httpx.AsyncBaseTransport,
        trusted: Container[str],
        slowest_body: float = SLOWEST_BODY,
    ) -> None:
        self._engine = engine
        self._trusted = trusted
        self._slowest_body = slowest_body
        self._streams: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        url = _passed_on(scope)
        if url is None:
            await respond(send, 404, b'{"code":"not_found"}')
            return
        headers = self._headers(scope)
        bodies = (b"content-length", b"transfer-encoding")
        has_body = any(name in bodies for name, _ in scope["headers"])
        request = httpx.Request(
            scope["method"],
            url,
            headers=headers,
            content=_body(receive, self._slowest_body) if has_body else None,
            extensions={"timeout": PATIENCE},
        )
        exchange = asyncio.create_task(self._exchange(request, scope, send))
        if has_body:  # who reads the body cannot also be told that the asker has gone
            await exchange
        else:
            await self._while_there(exchange, receive, send)

    async def _while_there(
        self, exchange: asyncio.Task[None], receive: Receive, send: Send
    ) -> None:
        """Until the answer has been sent, or nobody waits for it, or the server stops."""
        gone = asyncio.create_task(_gone(receive))
        try:
            await asyncio.wait({exchange, gone}, return_when=asyncio.FIRST_COMPLETED)
            if exchange.cancelled():  # let go: the browser is told that this was all
                await send({"type": "http.response.body", "body": b""})
            elif exchange.done():
                exchange.result()
        finally:
            for task in (exchange, gone):
                task.cancel()
            await asyncio.gather(exchange, gone, return_exceptions=True)

    def _headers(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        """The request's own, what a trusted proxy says of its client, and that client's address."""
        peer = scope["client"][0] if scope.get("client") else ""
        dropped = HOP if peer in self._trusted else HOP | BELIEVED
        said = b",".join(v for k, v in scope["headers"] if k == b"x-forwarded-for")
        address = client_address(scope, said.decode("latin-1"), self._trusted)
        dropped = dropped | {b"x-forwarded-for"}
        # space around a value is no part of it, and may not be passed on
        kept = [(k, v.strip(b" \t")) for k, v in scope["headers"] if k not in dropped]
        return [*kept, (b"x-forwarded-for", address.encode("latin-1"))]

    async def _exchange(self, request: httpx.Request, scope: Scope, send: Send) -> None:
        try:
            answer = await self._engine.handle_async_request(request)
        except httpx.LocalProtocolError:  # our parser took what HTTP does not permit on the way on
            reason = "无法转交", "cannot be passed on"
            await refuse(send, Worded("bad_shape", "headers", reason=reason), _language(scope))
            return
        except TimeoutError:  # the asker's; the engine's own are of another kind
            slow = Refused("too_slow", seconds=f"{self._slowest_body:g}")
            await refuse(send, slow, _language(scope))
            return
        except httpx.TransportError:
            await refuse(send, Busy("starting", 2), _language(scope))
            return
        try:
            kept = [(k.lower(), v) for k, v in answer.headers.raw if k.lower() not in ANSWERED]
            await send(
                {"type": "http.response.start", "status": answer.status_code, "headers": kept}
            )
            if answer.headers.get("content-type", "").startswith("text/event-stream"):
                self._keep_in_mind()
            async for piece in answer.aiter_raw():
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            await answer.aclose()

    def _keep_in_mind(self) -> None:
        """This task passes a stream on: it would not end by itself."""
        task = asyncio.current_task()
        if task is not None:
            self._streams.add(task)
            task.add_done_callback(self._streams.discard)

    def let_go(self) -> None:
        """The server stops: streams end."""
        for task in tuple(self._streams):
            task.cancel()


def _passed_on(scope: Scope) -> httpx.URL | None:
    """The address as the engine will see it; None for its commands, and for what is no address of a page.

    It is looked at after it was built: dots in it (`/x/../-/ping`) are resolved on the way.
    """
    target = scope["raw_path"] or b"/"
    if scope["query_string"]:
        target += b"?" + scope["query_string"]
    try:
        url = httpx.URL("http://engine").copy_with(raw_path=target)
    except httpx.InvalidURL:  # `OPTIONS *`
        return None
    seen = (scope["path"], url.path, url.raw_path.decode("latin-1"), target.decode("latin-1"))
    return None if any(one.startswith(INTERNAL) for one in seen) else url


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _body(receive: Receive, seconds: float) -> Any:
    """Its pieces. Each holds one of the connections to the engine: it may not be held for long."""
    until = asyncio.get_running_loop().time() + seconds
    while True:
        async with asyncio.timeout_at(until):
            message = await receive()
        if message["type"] == "http.disconnect":
            return
        yield message.get("body", b"")
        if not message.get("more_body"):
            return


def _language(scope: Scope) -> Any:
    accepted = dict(scope["headers"]).get(b"accept-language", b"")
    return "zh" if accepted.startswith(b"zh") else "en"
