"""A connection on which no request gets on is closed; one that has asked may wait for its answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from minilens.serve.frontdoor import header_limits
from tests.serve.two_doors import engine_and_door

LIMIT = 0.5
HEAD = b"GET /page HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 200
WHOLE = b"GET /page HTTP/1.1\r\nHost: x\r\n\r\n"
REFUSED = b"POST /-/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"
#: What is sent at once → what is sent then, a byte at a time.
HOLDING = {
    "nothing": (b"", b""),
    "a head": (b"", HEAD),
    "ends of lines": (b"", b"\r\n" * 100),
    "a second head": (WHOLE, HEAD),
    "ends of lines after an answer": (WHOLE, b"\r\n" * 100),
    "a body that was refused": (REFUSED, b"b" * 200),
}


async def slow_site(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
    """Reads the body and answers; `/slow` after twice the limit."""
    while (await receive()).get("more_body"):
        pass
    await asyncio.sleep(2 * LIMIT if scope["path"] == "/slow" else 0)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"the page"})


async def by_bytes(text: bytes, every: float) -> AsyncIterator[bytes]:
    for at in range(len(text)):
        yield text[at : at + 1]
        await asyncio.sleep(every)


async def until_closed(reader: asyncio.StreamReader) -> bytes:
    """All that is answered; whether the end is a polite one depends on what was still on its way."""
    said = bytearray()
    with suppress(ConnectionResetError):
        while some := await reader.read(65536):
            said += some
    return bytes(said)


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., tuple[bytes, float]]:
    """Says something at once and something slowly; what is answered, and when the door closes."""
    monkeypatch.setattr(header_limits, "SLOWEST_HEAD", LIMIT)

    async def use(port: int, at_once: bytes, slowly: bytes, every: float) -> tuple[bytes, float]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        began, answer = time.monotonic(), asyncio.create_task(until_closed(reader))
        writer.write(at_once)
        try:
            async for byte in by_bytes(slowly, every):
                if answer.done():
                    break
                writer.write(byte)
            said = await asyncio.wait_for(answer, 60)
            return said, time.monotonic() - began
        finally:
            writer.close()

    def speak(at_once: bytes, slowly: bytes = b"", every: float = 0.05) -> tuple[bytes, float]:
        return asyncio.run(
            engine_and_door(tmp_path, slow_site, lambda port: use(port, at_once, slowly, every))
        )

    return speak


@pytest.mark.parametrize("case", HOLDING)
def test_nobody_holds_a_connection(spoken: Callable[..., tuple[bytes, float]], case: str) -> None:
    said, took = spoken(*HOLDING[case])
    assert took > LIMIT * 0.9
    assert said.startswith(b"HTTP/1.1 ") == bool(HOLDING[case][0])


@pytest.mark.parametrize(
    ("at_once", "slowly"),
    [
        (WHOLE.replace(b"/page", b"/slow").replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), b""),
        (b"POST /page HTTP/1.1\r\nConnection: close\r\nContent-Length: 20\r\n\r\n", b"b" * 20),
        (b"", b"GET / HTTP/1.0\r\n\r\n"),
    ],
    ids=["a slow answer", "a slow body", "a head in pieces, within the limit"],
)  # fmt: skip
def test_who_asks_is_answered(
    spoken: Callable[..., tuple[bytes, float]], at_once: bytes, slowly: bytes
) -> None:
    said, _ = spoken(at_once, slowly, 0.06 if at_once else 0.01)
    assert said.startswith(b"HTTP/1.1 200 ")
    assert b"the page" in said
