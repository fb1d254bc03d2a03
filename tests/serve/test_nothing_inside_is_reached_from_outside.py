"""The engine's commands have addresses. However a stranger writes one, it does not reach them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any, cast

import pytest

from minilens.load.pipeline import Pipeline
from minilens.measure.execution.executor import QueryExecutor
from minilens.serve.engine import EngineApp
from minilens.serve.frontdoor.header_limits import MOST_HEAD
from tests.serve.two_doors import engine_and_door

Message = MutableMapping[str, Any]


async def site(scope: Message, receive: Any, send: Any) -> None:
    """Reads the whole body, and says which address it was asked."""
    size, more = 0, scope["type"] == "http"
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    said = dict(scope.get("headers", ())).get(b"x-forwarded-for", b"").decode()
    text = f"page {scope['path']} of {size} for {said}".encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": text})


def inside() -> EngineApp:
    """The commands, one of which would tell a secret."""
    return EngineApp(
        cast(Pipeline, None),
        cast(QueryExecutor, None),
        site,
        {"sign-in": lambda _: {"code": "a secret"}},
    )


def asked(
    folder: Path, *requests: bytes, slowest_body: float = 5.0, trusted: tuple[str, ...] = ()
) -> list[bytes]:
    """What the door answers to each of these, byte for byte as they were written."""

    async def one(port: int, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""
        finally:
            writer.close()

    async def every(port: int) -> list[bytes]:
        return [await one(port, request) for request in requests]

    return asyncio.run(engine_and_door(folder, inside(), every, slowest_body, trusted))


def get(target: str) -> bytes:
    """A request for an address."""
    return f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()


SECRETIVE = (
    "/-/sign-in", "/./-/sign-in", "/x/../-/sign-in", "/a/b/../../-/sign-in", "/x/../-/./sign-in",
    "/../-/sign-in", "/%2d/sign-in", "/-%2fsign-in", "//-/sign-in", "/x/..//-/sign-in",
    "http://x/-/sign-in", "http://x/./-/sign-in", "/x/%2e%2e/-/sign-in", "/./-/sign-in?lang=zh",
)  # fmt: skip


def test_no_way_of_writing_it_reaches_a_command(tmp_path: Path) -> None:
    answers = asked(tmp_path, *map(get, SECRETIVE), get("/overview"))
    assert b"page /overview" in answers[-1]
    found = [target for target, said in zip(SECRETIVE, answers, strict=False) if b"secret" in said]
    assert found == []


def test_the_engine_refuses_a_command_that_was_passed_on() -> None:
    def command(*headers: tuple[bytes, bytes]) -> int:
        scope = {
            "type": "http", "method": "GET", "path": "/-/sign-in", "query_string": b"", "headers": headers,
        }  # fmt: skip
        said: list[Message] = []

        async def send(message: Message) -> None:
            said.append(message)

        asyncio.run(inside()(scope, cast(Callable[[], Any], None), send))
        return int(said[0]["status"])

    assert command((b"host", b"engine")) == 200
    assert command((b"host", b"engine"), (b"x-forwarded-for", b"")) == 404


@pytest.mark.parametrize("target", ["*", "/overview\x7f", "/\xff"])
def test_what_is_no_address_is_refused(tmp_path: Path, target: str) -> None:
    (answer,) = asked(tmp_path, get(target))
    assert answer.split()[1] in (b"400", b"404", b"200")
    assert b"Internal Server Error" not in answer


def test_a_body_without_a_length_is_passed_on(tmp_path: Path) -> None:
    head = (
        b"POST /sign-in HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
    )
    (answer,) = asked(tmp_path, head + b"\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
    assert b"page /sign-in of 5" in answer


def test_who_sends_a_form_and_does_not_end_it_is_let_go(tmp_path: Path) -> None:
    request = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"
    (answer,) = asked(tmp_path, request, slowest_body=0.2)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"too_slow" in answer


def test_headers_without_end_are_cut_off(tmp_path: Path) -> None:
    endless = b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: " + b"a" * 40 * MOST_HEAD
    (answer,) = asked(tmp_path, endless)
    assert b" 200 " not in answer[:20]  # it is told so, or the connection just ends


def test_an_answer_bears_one_date(tmp_path: Path) -> None:
    (answer,) = asked(tmp_path, get("/overview"))
    assert answer.lower().count(b"\r\ndate:") == 1


@pytest.mark.parametrize(("trusted", "seen"), [((), "127.0.0.1"), (("127.0.0.1",), "192.0.2.7")])
def test_a_proxy_of_this_machine_is_believed_only_where_it_is_named(
    tmp_path: Path, trusted: tuple[str, ...], seen: str
) -> None:
    request = get("/overview").replace(b"Host: x", b"Host: x\r\nX-Forwarded-For: 192.0.2.7")
    (answer,) = asked(tmp_path, request, trusted=trusted)
    assert f"for {seen}".encode() in answer
