"""Slow senders and readers hold their own connections, and none to the engine; who signs in meanwhile is answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from minilens.serve.frontdoor import header_limits, proxy
from minilens.web.auth import csrf
from tests.serve.two_doors import engine_and_door

#: A connection to the engine for each of so many, and more senders than that.
PLACES, SENDERS = 8, 40
FORM = b"email=a&password=b"
LARGE = b"x" * (32 << 20)


class Site:
    """Reads the form and answers its length; counts whom it has seen."""

    def __init__(self) -> None:
        self.seen = 0
        self.cut = 0

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        self.seen += 1
        size, more = 0, True
        while more:
            message = await receive()
            self.cut += message["type"] == "http.disconnect"
            size += len(message.get("body", b""))
            more = message.get("more_body", False)
        body = LARGE if scope["path"] == "/large" else b"%d bytes" % size
        await send({"type": "http.response.start", "status": 200, "headers": []})
        with suppress(OSError):
            await send({"type": "http.response.body", "body": body})


def head(length: int) -> bytes:
    return b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % length


async def signed_in(port: int) -> str:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=5) as client:
        return (await client.post("/sign-in", content=FORM)).text


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[str, Site]]:
    monkeypatch.setattr(proxy, "MOST_CONNECTIONS", PLACES)

    def both(use: Callable[[int], Awaitable[str]]) -> tuple[str, Site]:
        site = Site()
        return asyncio.run(
            engine_and_door(tmp_path, site, use, slowest_body=20.0, way=proxy.way_to)
        ), site

    return both


def test_a_form_takes_a_connection_to_the_engine_only_when_it_is_whole(
    run: Callable[..., tuple[str, Site]],
) -> None:
    async def use(port: int) -> str:
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(SENDERS)]
        for _, writer in held:
            writer.write(head(1000) + b"email=")
            await writer.drain()
        try:
            return await signed_in(port)
        finally:
            for _, writer in held:
                writer.close()

    answer, site = run(use)
    assert answer == f"{len(FORM)} bytes"
    assert (site.seen, site.cut) == (1, 0)


def test_who_hangs_up_within_a_form_is_no_error(
    run: Callable[..., tuple[str, Site]], caplog: pytest.LogCaptureFixture
) -> None:
    async def use(port: int) -> str:
        for _ in range(5):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(head(1000) + b"email=")
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        return await signed_in(port)

    with caplog.at_level(logging.WARNING):
        answer, site = run(use)
    assert (answer, site.seen) == (f"{len(FORM)} bytes", 1)
    assert [record.getMessage() for record in caplog.records] == []


@pytest.mark.parametrize("body", [head(1 << 30), b""], ids=["as it says", "in pieces"])
def test_a_form_beyond_all_size_is_not_read(
    run: Callable[..., tuple[str, Site]], body: bytes
) -> None:
    pieces = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    sent = body or pieces + (b"4000\r\n" + b"x" * 0x4000 + b"\r\n") * 5

    async def use(port: int) -> str:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        said = await reader.read()
        writer.close()
        return said.decode()

    answer, site = run(use)
    assert answer.startswith("HTTP/1.1 413 ")
    assert "connection: close" in answer
    assert site.seen == 0


def test_who_does_not_read_the_answer_is_let_go(
    run: Callable[..., tuple[str, Site]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(header_limits, "SLOWEST_READER", 0.3)

    async def use(port: int) -> str:
        held = [await asyncio.open_connection("127.0.0.1", port, limit=1024) for _ in range(PLACES)]
        for _, writer in held:
            writer.write(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        try:
            return await signed_in(port)
        finally:
            for _, writer in held:
                writer.transport.abort()

    answer, _ = run(use)
    assert answer == f"{len(FORM)} bytes"


def test_the_door_takes_as_much_as_the_site() -> None:
    assert proxy.MOST_BODY == csrf.MOST
