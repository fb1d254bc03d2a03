"""The receiver process: the front door. Takes events itself and passes everything else to the engine.

It never loads the engine, so neither a slow question nor a dead engine keeps an event waiting.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Container, MutableMapping
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import httpx
import uvicorn

from minilens import settings as settings_file
from minilens.collect import config
from minilens.collect.access import Access, Limits
from minilens.collect.endpoint import Receiver, refuse
from minilens.collect.last_known import Kept
from minilens.collect.login import Logins
from minilens.collect.payments import endpoint as payments
from minilens.errors import CannotStart, Refused
from minilens.networks import NOBODY, Networks
from minilens.records.store import Records
from minilens.reference import places
from minilens.serve import engine_failure, hosts
from minilens.serve.control import run
from minilens.serve.engine_failure import EngineFailure
from minilens.serve.frontdoor.header_limits import Modest
from minilens.serve.frontdoor.health import Watching
from minilens.serve.frontdoor.health import language as language_of
from minilens.serve.frontdoor.loading import Presence, Way, believed, way_to_others
from minilens.serve.frontdoor.logins import asks_wechat
from minilens.serve.frontdoor.proxy import Proxy, way_to
from minilens.serve.frontdoor.segments import Segments
from minilens.serve.logs import to_stderr
from minilens.serve.terminal import language, not_written
from minilens.settings import Settings
from minilens.spool.arrivals import ArrivalsLog
from minilens.spool.signing import PREFIX, key_of
from minilens.spool.state import states
from minilens.spool.test_mode import EventsInTest
from minilens.spool.turned_away import TurnedAwayLog
from minilens.spool.writer import GroupCommit, Writer
from minilens.wechat.session import WeChat

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


#: What only a host that receives answers.
RECEIVING = ("/v1/collect", "/v1/events", "/v1/login", "/v1/config", "/readyz/receive")


class FrontDoor:
    """The ASGI application of the receiver."""

    def __init__(
        self,
        receiver: Receiver,
        engine: httpx.AsyncBaseTransport,
        metrics: Networks = NOBODY,
        failure: Callable[[], EngineFailure | None] = lambda: None,
        segments: Segments | None = None,
        roles: Container[str] = ("receive", "load"),
    ) -> None:
        self._receives = "receive" in roles
        self._receiver = receiver
        self._segments = segments
        self.proxy = Proxy(engine, receiver.trusted_proxies, failure=failure)
        self._watching = Watching(receiver, engine if "load" in roles else None, metrics, failure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Route one request."""
        if scope["type"] != "http":
            return
        path = scope["path"]
        if self._segments:
            scope = believed(scope, self._segments.peers)
        receiving = path in RECEIVING or path.startswith(payments.PREFIX)
        if receiving and not self._receives:
            await refuse(send, Refused("only_loads"), language_of(scope))
        elif path == "/v1/collect":
            await self._receiver.collect(scope, receive, send)
        elif path == "/v1/events":
            await self._receiver.events(scope, receive, send)
        elif path == "/v1/login":
            await self._receiver.login(scope, receive, send)
        elif path.startswith(payments.PREFIX):
            await payments.answer(self._receiver, scope, receive, send)
        elif path == "/v1/config":
            await config.answer(self._receiver, scope, send)
        elif path == "/v1/openapi.json":
            await self._receiver.describe(scope, send)
        elif self._segments and (path == PREFIX or path.startswith(f"{PREFIX}/")):
            await self._segments(scope, receive, send)
        elif path == "/healthz":
            await self._watching.alive(scope, send)
        elif path == "/readyz":
            await self._watching.ready(scope, send)
        elif path == "/readyz/receive":
            await self._watching.ready_to_receive(scope, send)
        elif path == "/metrics":
            await self._watching.metrics(scope, send)
        else:
            await self.proxy(scope, receive, send)


class _Stopping(uvicorn.Server):
    """On a stop, requests still on their way are told so instead of being taken."""

    def __init__(self, config: uvicorn.Config, receiver: Receiver, proxy: Proxy) -> None:
        super().__init__(config)
        self._receiver = receiver
        self._proxy = proxy
        self._loop = asyncio.get_running_loop()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Told to stop."""
        self._receiver.stopping = True
        self._loop.call_soon_threadsafe(self._proxy.let_go)
        super().handle_exit(sig, frame)


def server_config(door: FrontDoor) -> uvicorn.Config:
    """How the door is served."""
    return uvicorn.Config(
        door,
        loop="uvloop",
        http=Modest,
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,  # which proxies are believed is a setting, and the door's to know
        timeout_graceful_shutdown=10,
        backlog=2048,
    )


async def serve(settings: Settings, listener: socket.socket) -> None:
    """Run until told to stop; then answer what is under way and let the spool go."""
    writer = Writer(settings.spool / settings.receiver, reserve=settings.reserve_mb << 20)
    records = Records(settings.records_dsn)
    presence = Presence(records, hosts.this_host(settings), partial(_figures, settings.spool))
    beside = []
    if hosts.shared(settings):
        presence.begin()
        beside.append(presence.keep())
    lookup = places.open(settings.cache)
    wechat = WeChat(settings.wechat_api)
    receiver = _receiver(settings, records, writer, lookup, wechat)
    beside += [receiver.access.keep_fresh(), receiver.arrivals.keep_written()]
    tasks = [asyncio.create_task(one) for one in beside]
    key = key_of(settings.secret)
    segments = Segments(settings.spool, settings.receiver, key)
    async with way_to(settings.engine_socket) as engine, wechat, way_to_others() as others:
        door = FrontDoor(
            receiver, Way(engine, others, presence, key, "load" in settings.roles), settings.metrics,
            partial(engine_failure.read, settings.data), segments, settings.roles,
        )  # fmt: skip
        presence.moved = door.proxy.let_go  # streams of the host that loaded before end
        await _Stopping(server_config(door), receiver, door.proxy).serve(sockets=[listener])
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.to_thread(segments.close)
    await receiver.spool.close()
    records.database.close()
    lookup.close()


def _receiver(
    settings: Settings, records: Records, writer: Writer, lookup: places.Lookup, wechat: WeChat
) -> Receiver:
    # records of this host's own disk are there when the host is
    disk = Kept(settings.data, settings.secret) if hosts.shared(settings) else None
    return Receiver(
        access=Access(records, disk),
        limits=Limits(settings.key_limit, settings.device_limit),
        spool=GroupCommit(writer),
        places=lookup.place,
        secret=settings.secret,
        late_days=settings.late_days,
        trusted_proxies=settings.trusted_proxies,
        turned_away=TurnedAwayLog(settings.spool / settings.receiver),
        logins=Logins(asks_wechat(wechat, records, settings.secret)),
        arrivals=ArrivalsLog(settings.spool / settings.receiver),
        in_test=EventsInTest(settings.spool / settings.receiver),
    )


def _figures(spool: Path) -> tuple[int, int, int]:
    """Bytes that wait, since when the oldest does, bytes free."""
    every, disk = states(spool), os.statvfs(spool)
    waiting = sum(max(0, one.size - one.loaded) for folder in every for one in folder.segments)
    oldest = min((folder.oldest for folder in every if folder.oldest), default=0)
    return waiting, oldest, disk.f_bavail * disk.f_frsize


def main() -> None:
    """Entry of the process: the listening socket comes from the supervisor."""
    to_stderr("receiver")
    try:
        settings = settings_file.load()
        listener = socket.socket(fileno=int(os.environ["MINILENS_LISTENER"]))
        run(serve(settings, listener))
    except CannotStart as error:
        log.error(error.message(language()))
        raise SystemExit(3) from None
    except OSError as error:  # a file of the data folder that the disk refuses, or no file at all is left to open
        log.error(not_written(error.filename, error).message(language()))
        raise SystemExit(3) from None


if __name__ == "__main__":
    main()
