"""Headers of browsers and proxies: an odd host is refused, a chain of proxies understood, HEAD is as GET."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any

import pytest

from tests.serve.two_doors import engine_and_door

TRUSTED = ("127.0.0.1",)


async def site(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
    """Says the method, and how the browser came."""
    headers = [value for name, value in scope["headers"] if name == b"x-forwarded-proto"]
    text = b"%s by %s" % (scope["method"].encode(), b"|".join(headers))
    head = [(b"content-length", b"%d" % len(text)), (b"x-page", b"yes")]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await send({"type": "http.response.body", "body": text})


@pytest.fixture
def asked(tmp_path: Path) -> Callable[..., bytes]:
    async def one(port: int, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        said = await reader.read()
        writer.close()
        return said

    def ask(
        *headers: bytes,
        method: bytes = b"GET",
        target: bytes = b"/page",
        trusted: tuple[str, ...] = TRUSTED,
    ) -> bytes:
        lines = [method + b" " + target + b" HTTP/1.1", *headers, b"Connection: close", b"", b""]
        request = b"\r\n".join(lines)
        use = lambda port: one(port, request)  # noqa: E731
        return asyncio.run(engine_and_door(tmp_path, site, use, trusted=trusted))

    return ask


@pytest.mark.parametrize(
    "host",
    [
        b"[", b"[::1", b"a b", b"x:99999", b"x:port", b"x/..", b"x@y", b"x?", b"a,b", b"\xff", b"<i>", b"",
        b"x\r\nHost: y",
    ],
)  # fmt: skip
def test_an_odd_host_is_refused(asked: Callable[..., bytes], host: bytes) -> None:
    answer = asked(b"Host: " + host)
    assert answer.split()[1] in (b"400", b"422")


@pytest.mark.parametrize(
    "host",
    [b"x", b"stats.example.com:8443", b"[::1]:8000", b"10.0.0.1", b"minilens_1:80", b"X.CN."],
)
def test_a_host_is_taken(asked: Callable[..., bytes], host: bytes) -> None:
    assert asked(b"Host: " + host).endswith(b"GET by ")


@pytest.mark.parametrize(
    ("lines", "seen"),
    [
        ((b"https",), b"https"),
        ((b"https, http",), b"https"),
        ((b"https,http",), b"https"),
        ((b"HTTPS",), b"https"),
        ((b"https", b"http"), b"https"),
        ((b"http, https",), b"http"),
        ((b"wss",), b""),
        ((b"",), b""),
    ],
)
def test_the_first_of_a_chain_of_proxies_says_how_the_browser_came(
    asked: Callable[..., bytes], lines: tuple[bytes, ...], seen: bytes
) -> None:
    headers = [b"X-Forwarded-Proto: " + line for line in lines]
    assert asked(b"Host: x", *headers).endswith(b"GET by " + seen)


def test_who_is_no_proxy_of_ours_says_nothing(asked: Callable[..., bytes]) -> None:
    answer = asked(b"Host: x", b"X-Forwarded-Proto: https", trusted=())
    assert answer.endswith(b"GET by ")


@pytest.mark.parametrize(
    "target", [b"/page", b"/sign-in", b"/api/v1/apps/a/reports/overview.trend"]
)
def test_head_answers_as_get_without_a_body(asked: Callable[..., bytes], target: bytes) -> None:
    head, body = asked(b"Host: x", method=b"HEAD", target=target).split(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert b"content-length: 7" in head
    assert b"x-page: yes" in head
    assert body == b""
