"""The door of a host that does not load passes the console on to the one that does, whatever comes in between."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import uvicorn

from minilens.collect.counters import Counters
from minilens.collect.endpoint import Receiver
from minilens.serve.frontdoor import loading
from minilens.serve.frontdoor.loading import Presence, Way, way_to_others
from minilens.serve.frontdoor.proxy import MOST_BODY, way_to
from minilens.serve.frontdoor.receiver import FrontDoor, server_config
from minilens.serve.frontdoor.segments import Segments
from minilens.serve.standby import STANDS_BY
from minilens.spool.signing import key_of

KEY = key_of(b"the same on every host")
PIECE, PIECES = b"x" * (1 << 16), 800
Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]


@dataclass
class Engine:
    """Of the host that loads. `made`: pieces of the download so far."""

    made: int = 0
    next: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Message, receive: Any, send: Send) -> None:
        """Answers by the path."""
        headers = dict(scope["headers"])
        kind = b"text/event-stream" if scope["path"] == "/live" else b"text/plain"
        status = 503 if scope["path"] == "/stands-by" else 200
        head = [(b"content-type", kind)] + ([(STANDS_BY.encode(), b"1")] if status == 503 else [])
        if scope["path"] == "/paused":
            await asyncio.Event().wait()
        await send({"type": "http.response.start", "status": status, "headers": head})
        parts = {"/live": self._live, "/download": self._download}.get(scope["path"])
        if parts is None:
            parts = partial_of(headers, receive)
        async for part in parts():
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def _live(self) -> AsyncIterator[bytes]:
        yield b"data: 1\n\n"
        await self.next.wait()
        yield b"data: 2\n\n"

    async def _download(self) -> AsyncIterator[bytes]:
        for _ in range(PIECES):
            self.made += 1
            yield PIECE


def partial_of(headers: dict[bytes, bytes], receive: Any) -> Callable[[], AsyncIterator[bytes]]:
    """Who is said to ask, and how much they send."""

    async def parts() -> AsyncIterator[bytes]:
        size, more = 0, True
        while more:
            message = await receive()
            size, more = size + len(message.get("body", b"")), message.get("more_body", False)
        yield f"{headers.get(b'x-forwarded-for', b'').decode()} sent {size}".encode()

    return parts


@dataclass
class Two:
    """A client of the host that only receives, the engine of the other, and what the first knows of it."""

    client: httpx.AsyncClient
    engine: Engine
    presence: Presence


@asynccontextmanager
async def two(folder: Path) -> AsyncIterator[Two]:
    engine, tasks, servers = Engine(), [], []
    where = [socket.socket(socket.AF_UNIX), *(socket.create_server(("127.0.0.1", 0)) for _ in "12")]
    where[0].bind(str(folder / "engine.sock"))
    port, entry = (one.getsockname()[1] for one in where[1:])
    presence = cast(Presence, SimpleNamespace(elsewhere=("main", f"http://127.0.0.1:{port}")))
    receiver = cast(Receiver, SimpleNamespace(trusted_proxies=(), counters=Counters()))
    main, east = (Segments(folder / name, name, KEY) for name in ("main", "east"))
    async with (
        way_to(folder / "engine.sock") as near,
        way_to(folder / "none") as none,
        way_to_others() as others,
    ):
        way = Way(none, others, presence, KEY, loads=False)
        own = Way(near, others, cast(Presence, SimpleNamespace(elsewhere=None)), KEY)
        doors = (
            FrontDoor(receiver, own, segments=main),
            FrontDoor(receiver, way, segments=east, roles=("receive",)),
        )
        plain = uvicorn.Config(engine, log_config=None, lifespan="off", proxy_headers=False)
        for config, at in zip((plain, *map(server_config, doors)), where, strict=True):
            servers.append(uvicorn.Server(config))
            tasks.append(asyncio.create_task(servers[-1].serve(sockets=[at])))
            while not servers[-1].started:
                await asyncio.sleep(0.01)
        try:
            async with httpx.AsyncClient(
                base_url=f"http://127.0.0.1:{entry}", timeout=30
            ) as client:
                yield Two(client, engine, presence)
        finally:
            for server, task in zip(servers[::-1], tasks[::-1], strict=True):
                server.force_exit = server.should_exit = True
                await task
            main.close()
            east.close()


def test_while_nobody_loads_a_page_says_so_and_a_program_is_told(tmp_path: Path) -> None:
    async def use() -> None:
        async with two(tmp_path) as hosts:
            here = hosts.presence.elsewhere
            with socket.socket() as nobody:
                nobody.bind(("127.0.0.1", 0))
                gone = f"http://127.0.0.1:{nobody.getsockname()[1]}"
                for elsewhere, path in (
                    (("main", gone), "/dashboard"), (None, "/dashboard"), (here, "/stands-by"),
                ):  # fmt: skip
                    hosts.presence.elsewhere = elsewhere
                    for language, said in (
                        ("zh-CN", "负责装载的主机"),
                        ("en", "The host that loads"),
                    ):
                        headers = {"accept": "text/html,*/*", "accept-language": language}
                        page = await hosts.client.get(path, headers=headers)
                        assert (page.status_code, page.headers["retry-after"]) == (503, "5")
                        assert f'<html lang="{language}">' in page.text
                        assert said in page.text
                        assert '<meta http-equiv="refresh" content="5">' in page.text
                    told = await hosts.client.get(path, headers={"accept": "application/json"})
                    assert (told.status_code, told.headers["retry-after"]) == (503, "5")
                    assert told.json()["code"] == "console_away"
                    assert told.json()["request_id"] == told.headers["x-request-id"]
            hosts.presence.elsewhere = here
            assert (await hosts.client.get("/")).status_code == 200

    asyncio.run(use())


def test_who_waits_for_a_paused_host_is_told_when_another_loads(
    tmp_path: Path, monkeypatch: Any
) -> None:
    async def use() -> None:
        monkeypatch.setattr(loading, "EVERY", 0.05)
        async with two(tmp_path) as hosts:
            waiting = asyncio.create_task(hosts.client.get("/paused"))
            while not waiting.done():
                await asyncio.sleep(0.1)
                hosts.presence.elsewhere = None
            assert (await waiting).json()["code"] == "console_away"

    asyncio.run(use())


def test_a_stream_passes_as_it_comes(tmp_path: Path) -> None:
    async def use() -> None:
        async with two(tmp_path) as hosts, hosts.client.stream("GET", "/live") as answer:
            lines = answer.aiter_lines()
            assert await anext(lines) == "data: 1"
            hosts.engine.next.set()
            assert [line async for line in lines if line] == ["data: 2"]

    asyncio.run(use())


def test_a_long_download_is_held_by_no_door(tmp_path: Path) -> None:
    async def use() -> None:
        async with two(tmp_path) as hosts, hosts.client.stream("GET", "/download") as answer:
            seen = -1
            while seen != hosts.engine.made:  # nobody reads
                seen = hosts.engine.made
                await asyncio.sleep(0.3)
            assert seen < PIECES * 2 // 3
            size = 0
            async for part in answer.aiter_raw():
                size += len(part)
            assert size == PIECES * len(PIECE)

    asyncio.run(use())


def test_a_form_passes_and_a_longer_body_than_any_form_is_refused(tmp_path: Path) -> None:
    async def use() -> None:
        async with two(tmp_path) as hosts:
            answer = await hosts.client.post("/form", content=b"a" * MOST_BODY)
            assert answer.text == f"127.0.0.1 sent {MOST_BODY}"
            reader, writer = await asyncio.open_connection("127.0.0.1", hosts.client.base_url.port)
            writer.write(b"POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: 52428800\r\n\r\n")
            said = await reader.read()  # before any of it was sent
            writer.close()
            assert said.startswith(b"HTTP/1.1 413 ")
            assert b'"code":"too_large"' in said

    asyncio.run(use())


def test_nobody_says_on_whose_behalf_they_ask(tmp_path: Path) -> None:
    async def use() -> None:
        forged = {
            "minilens-passed-on": "Minilens-Peer 1:2:3", "x-forwarded-for": "10.9.8.7",
            "x-forwarded-proto": "https", STANDS_BY: "1", "minilens-loader": "9",
        }  # fmt: skip
        async with two(tmp_path) as hosts:
            for headers in ({}, forged, {"x-forwarded-for": "10.9.8.7, 10.9.8.6"}):
                answer = await hosts.client.get("/", headers=headers)
                assert (answer.status_code, answer.text) == (200, "127.0.0.1 sent 0")
            assert (await hosts.client.get("/-/ping")).status_code == 404

    asyncio.run(use())
