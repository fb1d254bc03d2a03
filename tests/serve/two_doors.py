"""The door and the engine's commands behind it, with the servers and settings that they have in earnest."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar, cast

import httpx
import uvicorn

from minilens.collect.counters import Counters
from minilens.collect.endpoint import Receiver
from minilens.serve.frontdoor.proxy import Proxy
from minilens.serve.frontdoor.receiver import FrontDoor, server_config

T = TypeVar("T")
SLOWEST = 60.0


async def engine_and_door(
    folder: Path,
    inside: Any,
    use: Callable[[int], Awaitable[T]],
    slowest_body: float = 5.0,
    trusted: tuple[str, ...] = (),
    way: Callable[[Path], httpx.AsyncHTTPTransport] = lambda socket: httpx.AsyncHTTPTransport(
        uds=str(socket)
    ),
) -> T:
    """Run both, and use them by the door's port."""
    within = socket.socket(socket.AF_UNIX)
    within.bind(str(folder / "e.sock"))
    outside = socket.create_server(("127.0.0.1", 0))
    engine = way(folder / "e.sock")
    receiver = cast(Receiver, SimpleNamespace(trusted_proxies=(), counters=Counters()))
    door = FrontDoor(receiver, engine)
    door.proxy = Proxy(engine, trusted, slowest_body)
    servers = [
        uvicorn.Server(
            uvicorn.Config(inside, log_config=None, lifespan="off", proxy_headers=False)
        ),
        uvicorn.Server(server_config(door)),
    ]
    tasks = []
    try:
        for server, where in zip(servers, (within, outside), strict=True):
            tasks.append(asyncio.create_task(server.serve(sockets=[where])))
            while not server.started:
                await asyncio.sleep(0.01)
        return await asyncio.wait_for(use(outside.getsockname()[1]), SLOWEST)
    finally:
        for server, task in zip(reversed(servers), reversed(tasks), strict=False):
            server.force_exit = server.should_exit = True
            await task
        await engine.aclose()
