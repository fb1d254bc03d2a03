"""Who closes a page is no longer worked for: the receiver hangs up, and the questions are stopped."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, MutableMapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import uvicorn

from minilens.collect.counters import Counters
from minilens.collect.endpoint import Receiver
from minilens.measure.execution.executor import ASKER
from minilens.serve.frontdoor.receiver import FrontDoor
from minilens.web.cancellation import Stopping

SLOWEST = 10.0


class Site:
    """Answers when it is let; notes who asked and whether they left."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.left = asyncio.Event()
        self.let = asyncio.Event()
        self.mark = ""

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        self.mark = await asyncio.to_thread(ASKER.get)
        assert (await receive())["type"] == "http.request"
        self.asked.set()
        waits = [asyncio.ensure_future(one) for one in (receive(), self.let.wait())]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        if waits[0].done():
            self.left.set()
        for one in waits:
            one.cancel()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"figures"})


async def served(app: Any, where: socket.socket) -> tuple[uvicorn.Server, asyncio.Task[None]]:
    """A server at work on a socket."""
    config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[where]))
    while not server.started:
        await asyncio.sleep(0.01)
    return server, task


async def through_both(folder: Path, use: Callable[[int, Site, list[str]], Any]) -> None:
    """Receiver and engine with their real servers, and a site in the engine."""
    site, stopped = Site(), list[str]()
    inside = socket.socket(socket.AF_UNIX)
    inside.bind(str(folder / "e.sock"))
    outside = socket.create_server(("127.0.0.1", 0))
    engine = httpx.AsyncHTTPTransport(uds=str(folder / "e.sock"))
    receiver = cast(Receiver, SimpleNamespace(trusted_proxies=(), counters=Counters()))
    servers = [
        await served(Stopping(site, stopped.append), inside),
        await served(FrontDoor(receiver, engine), outside),
    ]
    try:
        await asyncio.wait_for(use(outside.getsockname()[1], site, stopped), SLOWEST)
    finally:
        for server, task in reversed(servers):
            server.should_exit = True
            await task
        await engine.aclose()


async def ask(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /a/cafe/overview/trend HTTP/1.1\r\nHost: x\r\n\r\n")
    await writer.drain()
    return reader, writer


def test_a_closed_page_stops_its_questions(tmp_path: Path) -> None:
    async def use(port: int, site: Site, stopped: list[str]) -> None:
        _, writer = await ask(port)
        await site.asked.wait()
        writer.close()
        await site.left.wait()
        while not stopped:
            await asyncio.sleep(0.01)
        assert stopped == [site.mark]
        assert len(site.mark) == 32

    asyncio.run(through_both(tmp_path, use))


def test_a_page_that_waits_gets_its_answer(tmp_path: Path) -> None:
    async def use(port: int, site: Site, stopped: list[str]) -> None:
        reader, writer = await ask(port)
        await site.asked.wait()
        site.let.set()
        assert (await reader.readuntil(b"figures")).startswith(b"HTTP/1.1 200")
        writer.close()
        assert not site.left.is_set()
        assert stopped == []

    asyncio.run(through_both(tmp_path, use))
