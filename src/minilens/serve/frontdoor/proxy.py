"""Browsers' requests, passed on to the engine; one whose asker has gone ends there too.

A form is read whole before it takes one of the connections to the engine, so that slow senders keep nobody
from the console. Nothing is remembered from one request to the next, so that nobody's cookie goes with
another's request.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Container, MutableMapping
from pathlib import Path
from typing import Any

import httpx

from minilens.collect.decode import HungUp, received
from minilens.collect.endpoint import client_address, refuse, respond
from minilens.collect.refusals import Worded
from minilens.data_folder import address_of
from minilens.errors import Busy, Refused
from minilens.serve.control import INTERNAL
from minilens.serve.engine_failure import EngineFailure
from minilens.serve.frontdoor.waiting_page import POLICY, page

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

#: Headers that belong to one connection, not to the message.
HOP = {b"connection", b"keep-alive", b"transfer-encoding", b"te", b"upgrade", b"proxy-connection"}
#: The same of an answer; its date is the door's to say.
ANSWERED = HOP | {b"date"}
BELIEVED = {b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host"}
PROTO = b"x-forwarded-proto"
#: A name or an address, perhaps with a port; what else stands there is no host of a site.
HOST = re.compile(rb"([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:(\d{1,5}))?")
#: Bytes of a form: as many as the site takes.
MOST_BODY = 64 << 10
#: Seconds for all of a form.
SLOWEST_BODY = 30.0
#: Streams stay open, each on a connection of its own.
MOST_CONNECTIONS = 512
#: Seconds; an answer may take as long as it needs.
PATIENCE = {"connect": 60.0, "read": None, "write": 60.0, "pool": 60.0}


def way_to(socket: Path) -> httpx.AsyncHTTPTransport:
    """The engine behind a socket of this machine."""
    limits = httpx.Limits(max_connections=MOST_CONNECTIONS, max_keepalive_connections=20)
    return httpx.AsyncHTTPTransport(uds=address_of(socket), limits=limits, verify=False)


class LoaderAway(httpx.TransportError):
    """The host that loads does not answer, or nobody loads."""


class Proxy:
    """The way from the door to the engine."""

    def __init__(
        self,
        engine: httpx.AsyncBaseTransport,
        trusted: Container[str],
        slowest_body: float = SLOWEST_BODY,
        failure: Callable[[], EngineFailure | None] = lambda: None,
    ) -> None:
        self._engine = engine
        self._trusted = trusted
        self._failure = failure
        self._slowest_body = slowest_body
        self._streams: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        url = _passed_on(scope)
        if url is None:
            await respond(send, 404, b'{"code":"not_found"}')
            return
        try:
            _check_host(scope)
            body = await self._body(scope, receive)
        except HungUp:
            return
        except Refused as error:
            await refuse(send, error, _language(scope))
            return
        # a question for the head is that for the page, of which only the head is sent on
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        request = httpx.Request(
            method,
            url,
            headers=self._headers(scope),
            content=body,
            extensions={"timeout": PATIENCE},
        )
        exchange = asyncio.create_task(self._exchange(request, scope, send))
        await self._while_there(exchange, receive, send)

    async def _body(self, scope: Scope, receive: Receive) -> bytes | None:
        """All of a form; None where there is none. Refused where it is too large, or comes too slowly."""
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        if "content-length" not in headers and "transfer-encoding" not in headers:
            return None
        return await received(receive, headers, MOST_BODY, self._slowest_body)

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
        dropped = HOP if peer in self._trusted or scope.get("passed_on") else HOP | BELIEVED
        said = b",".join(v for k, v in scope["headers"] if k == b"x-forwarded-for")
        address = client_address(scope, said.decode("latin-1"), self._trusted)
        kept = [] if PROTO in dropped else _first_proto(scope)
        dropped = dropped | {b"x-forwarded-for", PROTO}
        # space around a value is no part of it, and may not be passed on
        kept += [(k, v.strip(b" \t")) for k, v in scope["headers"] if k not in dropped]
        return [*kept, (b"x-forwarded-for", address.encode("latin-1"))]

    async def _exchange(self, request: httpx.Request, scope: Scope, send: Send) -> None:
        try:
            answer = await self._engine.handle_async_request(request)
        except httpx.LocalProtocolError:  # our parser took what HTTP does not permit on the way on
            reason = "无法转交", "cannot be passed on"
            await refuse(send, Worded("bad_shape", "headers", reason=reason), _language(scope))
            return
        except httpx.TransportError as error:
            await self._say_that_it_is_not_there(
                scope, send, elsewhere=isinstance(error, LoaderAway)
            )
            return
        try:
            kept = [(k.lower(), v) for k, v in answer.headers.raw if k.lower() not in ANSWERED]
            await send(
                {"type": "http.response.start", "status": answer.status_code, "headers": kept}
            )
            if answer.headers.get("content-type", "").startswith("text/event-stream"):
                self._keep_in_mind()
            if scope["method"] != "HEAD":
                async for piece in answer.aiter_raw():
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            await answer.aclose()

    async def _say_that_it_is_not_there(
        self, scope: Scope, send: Send, *, elsewhere: bool = False
    ) -> None:
        """There is no engine: it starts, or cannot open, or is that of another host. Browsers that ask for a page are
        shown one."""
        language, failure = _language(scope), self._failure()
        error = Busy("starting", 2)
        if elsewhere:
            error = Busy("console_away", 5)
        elif failure is not None:
            error = Busy("engine_closed", 15, reason=failure.reason(language))
        if b"text/html" not in dict(scope["headers"]).get(b"accept", b""):
            await refuse(send, error, language)
            return
        head = [
            (b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-store"),
            (b"retry-after", b"%d" % error.retry_after), (b"content-security-policy", POLICY.encode()),
        ]  # fmt: skip
        await send({"type": "http.response.start", "status": 503, "headers": head})
        await send({"type": "http.response.body", "body": page(error, language)})

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


def _check_host(scope: Scope) -> None:
    """Refused where the request says no host, several, or what cannot be one: addresses are made from it."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    found = [HOST.fullmatch(host.strip()) for host in hosts]
    if len(hosts) > 1 or any(one is None or int(one[3] or 0) > 65535 for one in found):
        reason = "不是合法的主机名", "not a valid host name"
        raise Worded("bad_shape", "Host", reason=reason)


def _first_proto(scope: Scope) -> list[tuple[bytes, bytes]]:
    """How the browser came. Of a chain of proxies each adds its own, in the line or as a line; the first met it."""
    said = b",".join(value for name, value in scope["headers"] if name == PROTO)
    first = said.partition(b",")[0].strip().lower()
    return [(PROTO, first)] if first in (b"http", b"https") else []


def _language(scope: Scope) -> Any:
    accepted = dict(scope["headers"]).get(b"accept-language", b"")
    return "zh" if accepted.startswith(b"zh") else "en"
