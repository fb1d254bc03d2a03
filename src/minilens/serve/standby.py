"""The engine process of a host that stands by: another one loads. It answers commands, and waits for its turn."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import uvicorn

from minilens.errors import Busy, problem
from minilens.load.election import Election
from minilens.serve.control import INTERNAL, run
from minilens.settings import Settings
from minilens.text import Language

log = logging.getLogger(__name__)

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
#: A header of answers to browsers: whoever passes them on says it in a better way.
STANDS_BY = "minilens-stands-by"
#: Seconds between two tries.
EVERY = 1.0
METRICS = "# TYPE minilens_engine_up gauge\nminilens_engine_up 1.0\n# TYPE minilens_loads gauge\nminilens_loads 0.0\n"


class StandBy:
    """What a host that stands by says."""

    def __init__(self, settings: Settings, election: Election) -> None:
        self._settings, self._election = settings, election

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Send) -> None:
        """Answer one request of a command of this host."""
        if scope["type"] != "http":
            return
        if not scope["path"].startswith(INTERNAL):
            head = [(STANDS_BY.encode(), b"1"), (b"content-length", b"0")]
            await send({"type": "http.response.start", "status": 503, "headers": head})
            await send({"type": "http.response.body", "body": b""})
            return
        asked = dict(parse_qsl(scope["query_string"].decode()))
        language: Language = "zh" if asked.get("lang") == "zh" else "en"
        found = self._said(scope["path"].removeprefix(INTERNAL))
        status = 200
        if found is None:
            seen = await asyncio.to_thread(self._election.lease.look)
            error = Busy("loads_elsewhere", 5, got=seen.name if seen and seen.name else "?")
            status, found = error.status, problem(error, language, "")
        body = msgspec.json.encode(found)
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _said(self, command: str) -> Any:
        """None for all that whoever loads has to answer."""
        if command == "ping":
            return {"ok": True, "url": self._settings.url}
        if command == "ready":
            return {"reasons": [], "warnings": ["stands_by"]}
        if command == "metrics":
            return {"text": METRICS}
        if command == "doctor":
            some = {
                "store": {},
                "pending": [],
                "url": self._settings.url,
                "host": self._settings.host,
            }
            return some
        return None


async def _serve(settings: Settings, election: Election, sockets: list[Any]) -> None:
    server = uvicorn.Server(
        uvicorn.Config(
            StandBy(settings, election), loop="uvloop", lifespan="off", access_log=False, log_config=None,
            server_header=False, timeout_graceful_shutdown=2,
        )
    )  # fmt: skip

    async def wait() -> None:
        while not await asyncio.to_thread(_taken, election):
            await asyncio.sleep(EVERY)
        server.should_exit = True

    waiting = asyncio.create_task(wait())
    await server.serve(sockets=sockets)
    waiting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await waiting


def _taken(election: Election) -> bool:
    try:
        return election.take()
    except Exception as error:  # whatever it is: it is tried again
        log.warning("the lease could not be looked at", extra={"reason": str(error)})
        return False


def wait_for_turn(
    settings: Settings, election: Election, listen: Callable[[Settings], Any]
) -> bool:
    """Return when this host is elected; False where it was told to stop before."""
    if election.take():
        return True
    seen = election.lease.look()
    log.warning("another host loads; standing by", extra={"work": seen.name if seen else "?"})
    run(_serve(settings, election, [listen(settings)]))
    return bool(election.number_held)
