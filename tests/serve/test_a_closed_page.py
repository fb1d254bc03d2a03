"""Whoever hangs up is no longer worked for: the receiver hangs up too, and the questions are stopped."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, MutableMapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
import uvicorn

from minilens.collect.counters import Counters
from minilens.collect.endpoint import Receiver
from minilens.measure.execution.asker import ASKER, Asker
from minilens.serve.frontdoor.receiver import FrontDoor
from minilens.web.cancellation import Stopping

SLOWEST = 60.0


class Site:
    """Answers when it is let; notes who asked and whether they left."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.left = asyncio.Event()
        self.let = asyncio.Event()
        self.asker: Asker | None = None
        self.body = b""

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        self.asker = await asyncio.to_thread(ASKER.get)
        more = True
        while more:
            message = await receive()
            assert message["type"] == "http.request"
            self.body, more = self.body + message["body"], message.get("more_body", False)
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


async def through_both(folder: Path, use: Callable[[int, Site, list[Asker]], Any]) -> None:
    """Receiver and engine with their real servers, and a site in the engine."""
    site, stopped = Site(), list[Asker]()
    async with behind_the_door(folder, Stopping(site, stopped.append)) as port:
        await asyncio.wait_for(use(port, site, stopped), SLOWEST)


@asynccontextmanager
async def behind_the_door(folder: Path, app: Any) -> AsyncIterator[int]:
    """What the engine serves, with the receiver before it: the port of that."""
    inside = socket.socket(socket.AF_UNIX)
    inside.bind(str(folder / "e.sock"))
    outside = socket.create_server(("127.0.0.1", 0))
    engine = httpx.AsyncHTTPTransport(uds=str(folder / "e.sock"))
    receiver = cast(Receiver, SimpleNamespace(trusted_proxies=(), counters=Counters()))
    servers = [await served(app, inside), await served(FrontDoor(receiver, engine), outside)]
    try:
        yield outside.getsockname()[1]
    finally:
        for server, task in reversed(servers):
            server.should_exit = True
            await task
        await engine.aclose()


PAGE = b"GET /a/cafe/overview/trend HTTP/1.1\r\nHost: x\r\n\r\n"
QUESTION = b"POST /api/v1/apps/cafe/ask HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
PERSONS = QUESTION.replace(b"/ask", b"/ask/persons")
FORM = QUESTION.replace(b"/api/v1/apps/cafe/ask", b"/a/cafe/pins")


async def ask(
    port: int, request: bytes = PAGE
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    await writer.drain()
    return reader, writer


@pytest.mark.parametrize("request_", [PAGE, QUESTION, PERSONS])
def test_whoever_hangs_up_stops_their_questions(tmp_path: Path, request_: bytes) -> None:
    async def use(port: int, site: Site, stopped: list[Asker]) -> None:
        _, writer = await ask(port, request_)
        await site.asked.wait()
        writer.close()
        await site.left.wait()
        while not stopped:
            await asyncio.sleep(0.01)
        assert stopped[0] is site.asker
        assert stopped[0].gone
        assert site.body == (b"" if request_ is PAGE else b"{}")

    asyncio.run(through_both(tmp_path, use))


def test_a_form_that_was_sent_is_carried_out(tmp_path: Path) -> None:
    """What changes something is not left half done."""

    async def use(port: int, site: Site, stopped: list[Asker]) -> None:
        _, writer = await ask(port, FORM)
        await site.asked.wait()
        writer.close()
        await site.left.wait()
        assert site.asker is None
        assert stopped == []

    asyncio.run(through_both(tmp_path, use))


def test_a_page_that_waits_gets_its_answer(tmp_path: Path) -> None:
    async def use(port: int, site: Site, stopped: list[Asker]) -> None:
        reader, writer = await ask(port)
        await site.asked.wait()
        site.let.set()
        assert (await reader.readuntil(b"figures")).startswith(b"HTTP/1.1 200")
        writer.close()
        assert not site.left.is_set()
        assert stopped == []

    asyncio.run(through_both(tmp_path, use))
