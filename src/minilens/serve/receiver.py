"""The receiver process: the front door. Takes events itself and passes everything else to the engine.

It never loads the engine, so neither a slow question nor a dead engine keeps an event waiting.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from types import FrameType
from typing import Any

import httpx
import uvicorn

from minilens import settings as settings_file
from minilens.collect.access import Access, Limits
from minilens.collect.endpoint import Receiver, refuse, respond
from minilens.errors import Busy, CannotStart
from minilens.records.store import Records
from minilens.reference import places
from minilens.serve.inside import INTERNAL, run
from minilens.serve.logs import to_stderr
from minilens.settings import Settings
from minilens.spool.writer import GroupCommit, Writer

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

#: Headers that belong to one connection, not to the message.
HOP = {b"connection", b"keep-alive", b"transfer-encoding", b"te", b"upgrade", b"proxy-connection"}
BELIEVED = {b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host"}


class Door:
    """The ASGI application of the receiver."""

    def __init__(self, receiver: Receiver, engine: httpx.AsyncClient) -> None:
        self._receiver = receiver
        self._engine = engine
        self._trusted = receiver.trusted_proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Route one request."""
        if scope["type"] != "http":
            return
        path = scope["path"]
        if path == "/v1/collect":
            await self._receiver.collect(scope, receive, send)
        elif path == "/v1/events":
            await self._receiver.events(scope, receive, send)
        elif path == "/readyz":
            await respond(send, 200, b'{"collecting":true}')
        else:
            await self._pass_on(scope, receive, send)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        target = scope["raw_path"] or b"/"
        if scope["path"].startswith(INTERNAL) or target.startswith(INTERNAL.encode()):
            await respond(send, 404, b'{"code":"not_found"}')
            return
        if scope["query_string"]:
            target += b"?" + scope["query_string"]
        peer = scope["client"][0] if scope.get("client") else ""
        dropped = HOP if peer in self._trusted else HOP | BELIEVED
        headers = [(k, v) for k, v in scope["headers"] if k not in dropped]
        request = self._engine.build_request(
            scope["method"],
            httpx.URL("http://engine").copy_with(raw_path=target),
            headers=headers,
            content=_body(receive) if _has_body(headers) else None,
        )
        try:
            answer = await self._engine.send(request, stream=True)
        except httpx.TransportError:
            await refuse(send, Busy("starting", 2), _language(scope))
            return
        try:
            kept = [(k.lower(), v) for k, v in answer.headers.raw if k.lower() not in HOP]
            await send(
                {"type": "http.response.start", "status": answer.status_code, "headers": kept}
            )
            async for piece in answer.aiter_raw():
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            await answer.aclose()


async def _body(receive: Receive) -> Any:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        yield message.get("body", b"")
        if not message.get("more_body"):
            return


def _has_body(headers: list[tuple[bytes, bytes]]) -> bool:
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in headers)


def _language(scope: Scope) -> Any:
    accepted = dict(scope["headers"]).get(b"accept-language", b"")
    return "zh" if accepted.startswith(b"zh") else "en"


class _Stopping(uvicorn.Server):
    """On a stop, requests still on their way are told so instead of being taken."""

    def __init__(self, config: uvicorn.Config, receiver: Receiver) -> None:
        super().__init__(config)
        self._receiver = receiver

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Told to stop."""
        self._receiver.stopping = True
        super().handle_exit(sig, frame)


async def serve(settings: Settings, listener: socket.socket) -> None:
    """Run until told to stop; then answer what is under way and let the spool go."""
    writer = Writer(settings.spool / settings.receiver, reserve=settings.reserve_mb << 20)
    records = Records(settings.records_dsn)
    lookup = places.open(settings.cache)
    receiver = Receiver(
        access=Access(records),
        limits=Limits(settings.key_limit, settings.device_limit),
        spool=GroupCommit(writer),
        places=lookup.place,
        secret=settings.secret,
        late_days=settings.late_days,
        trusted_proxies=settings.trusted_proxies,
    )
    transport = httpx.AsyncHTTPTransport(uds=str(settings.engine_socket))
    async with httpx.AsyncClient(
        transport=transport, timeout=httpx.Timeout(60, read=None)
    ) as engine:
        config = uvicorn.Config(
            Door(receiver, engine),
            loop="uvloop",
            http="httptools",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=10,
            backlog=2048,
        )
        await _Stopping(config, receiver).serve(sockets=[listener])
    await receiver.spool.close()
    records.close()
    lookup.close()


def main() -> None:
    """Entry of the process: the listening socket comes from the supervisor."""
    to_stderr("receiver")
    try:
        settings = settings_file.load()
        listener = socket.socket(fileno=int(os.environ["MINILENS_LISTENER"]))
        run(serve(settings, listener))
    except CannotStart as error:
        log.error(str(error))
        raise SystemExit(3) from None


if __name__ == "__main__":
    main()
