"""A receiver on another host: its folders in a place of their own, answered for by a real server in a thread."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn

from minilens.serve.frontdoor.segments import Segments
from minilens.spool.remote import RemoteReceiver
from minilens.spool.signing import key_of
from minilens.spool.writer import Writer

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
#: What happens to the body of an answer on its way; None: the connection breaks.
Harm = Callable[[bytes], bytes | None]
SECRET = b"one secret for all hosts"


@dataclass
class Far:
    """One receiver. `harms` are done to the next answers with bytes of segments, each once; `asked` counts requests."""

    spool: Path
    name: str
    port: int = 0
    harms: list[Harm] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    down: bool = False
    seen: list[RemoteReceiver] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.answers = Segments(self.spool, self.name, key_of(SECRET))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def writer(self) -> Writer:
        """That of the receiver."""
        return Writer(self.spool / self.name, reserve=0)

    def seen_by(self, number: int | None, secret: bytes = SECRET) -> RemoteReceiver:
        """As a loader of that number sees it, after a first look where it has the secret."""
        one = RemoteReceiver(self.name, self.url, key_of(secret), lambda: number)
        self.seen.append(one)
        if secret == SECRET:
            one.look()
        return one

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Send) -> None:
        """The application: the receiver's answers, with what happens to them."""
        self.asked.append(f"{scope['method']} {scope['path']}")
        if self.down:
            raise ConnectionResetError

        async def harmed(message: MutableMapping[str, Any]) -> None:
            if (
                message["type"] == "http.response.body"
                and scope["path"].endswith(".seg")
                and self.harms
            ):
                body = self.harms.pop(0)(message["body"])
                if body is None:
                    raise ConnectionResetError
                message = {**message, "body": body}
            await send(message)

        await self.answers(scope, receive, harmed)


@contextmanager
def far_receiver(spool: Path, name: str = "far") -> Iterator[Far]:
    """Such a receiver while it is needed."""
    spool.mkdir(parents=True, exist_ok=True)
    one = Far(spool, name)
    config = uvicorn.Config(one, port=0, lifespan="off", log_config=None, log_level="critical")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not server.started:
        assert time.monotonic() < until
        time.sleep(0.01)
    one.port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield one
    finally:
        for seen in one.seen:
            seen.close()
        server.should_exit = True
        thread.join(30)
        one.answers.close()
