"""`/healthz`, `/readyz`, `/readyz/receive` and `/metrics` at the door: what the receiver knows, what the engine says.

All are about this host: another one that loads is not asked, or hosts would be started again for its sake.
Readiness is for everyone to ask and says no more than words. The figures are for those with a token of scope
`admin`, or for the addresses that the setting `metrics` names; a stranger is told that there is nothing.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import httpx
import msgspec
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from minilens.collect.endpoint import Receiver, refuse, respond
from minilens.errors import Busy, NotFound, Refused, problem
from minilens.networks import Networks
from minilens.serve import metrics
from minilens.serve.control import INTERNAL
from minilens.serve.engine_failure import EngineFailure
from minilens.text import Language

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

#: Seconds that the engine may take; who asks has little patience.
PATIENCE = 5.0
NO_ENGINE = "# TYPE minilens_engine_up gauge\nminilens_engine_up 0.0\n"


class Watching:
    """These addresses."""

    def __init__(
        self,
        receiver: Receiver,
        engine: httpx.AsyncBaseTransport | None,
        allowed: Networks,
        failure: Callable[[], EngineFailure | None] = lambda: None,
    ) -> None:
        self._receiver = receiver
        self._engine = engine
        self._allowed = allowed
        self._failure = failure
        self._registry = CollectorRegistry()
        self._registry.register(metrics.OfReceiver(receiver.counters))

    async def alive(self, scope: Scope, send: Send) -> None:
        """`/healthz`: 200, or 503 where the engine of this host does not answer. One that cannot open has said why, and
        is tried again: to start the host again would only stop its receiving."""
        if self._engine is None or self._failure() or await self._ask("ping"):
            await respond(send, 200, b'{"ok":true}', (NOT_KEPT,))
        else:
            await refuse(send, Busy("starting", 2), language(scope))

    async def ready(self, scope: Scope, send: Send) -> None:
        """`/readyz`: 200, or 503 with the reasons why this host can't do all its roles; either with what to look at all
        the same."""
        reasons, warnings, more = await self._receiving()
        said = await self._ask("ready")
        if said:
            reasons = [*said["reasons"], *(one for one in reasons if one not in said["reasons"])]
            warnings = [*said.get("warnings", []), *warnings]
        elif self._engine:
            reasons.append("engine_cannot_open" if self._failure() else "engine_does_not_answer")
        await _told(scope, send, reasons, warnings, more)

    async def ready_to_receive(self, scope: Scope, send: Send) -> None:
        """`/readyz/receive`: 200 as long as events are taken here and kept, whatever is with loading. The engine isn't
        asked, so that this is answered at once while it stands still."""
        await _told(scope, send, *await self._receiving())

    async def _receiving(self) -> tuple[list[str], list[str], dict[str, Any]]:
        """Why this host takes no events, what to look at, and figures about it."""
        reasons = ["stopping"] if self._receiver.stopping else []
        warnings, more = list[str](), dict[str, Any]()
        if not await asyncio.to_thread(self._receiver.spool.has_room):
            reasons.append("disk_is_full")
        if away := self._receiver.access.away():
            word, age = away
            if age is None:
                reasons.append(word)
            else:
                warnings.append(word)
                more["records_age_seconds"] = round(age)
        return reasons, warnings, more

    async def metrics(self, scope: Scope, send: Send) -> None:
        """`/metrics`."""
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        try:
            if self._receiver.address(scope, headers) not in self._allowed:
                self._receiver.access.keeper(headers.get("authorization", ""))
        except Refused:
            await refuse(send, NotFound("not_found"), language(scope))
            return
        said = await self._ask("metrics")
        body = (metrics.text_of(self._registry) + (said["text"] if said else NO_ENGINE)).encode()
        head = [(b"content-type", CONTENT_TYPE_PLAIN_0_0_4.encode()), NOT_KEPT]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": body})

    async def _ask(self, command: str) -> Any:
        """What the engine says; None where it does not answer."""
        if self._engine is None:  # this host only receives
            return None
        request = httpx.Request(
            "GET",
            f"http://engine{INTERNAL}{command}",
            extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), PATIENCE)},
        )
        try:
            answer = await self._engine.handle_async_request(request)
            try:
                body = await answer.aread()
            finally:
                await answer.aclose()
        except httpx.TransportError:
            return None
        return msgspec.json.decode(body) if answer.status_code == 200 else None


NOT_KEPT = (b"cache-control", b"no-store")


async def _told(
    scope: Scope, send: Send, reasons: list[str], warnings: list[str], more: dict[str, Any]
) -> None:
    """Ready, or not for these reasons."""
    more = ({"warnings": warnings} if warnings else {}) | more
    if not reasons:
        await respond(send, 200, msgspec.json.encode({"ready": True} | more), (NOT_KEPT,))
        return
    error = Busy("not_ready", 5, reasons=", ".join(reasons))
    told = {**problem(error, language(scope), str(uuid.uuid4())), "reasons": reasons} | more
    await respond(send, 503, msgspec.json.encode(told), (NOT_KEPT, (b"retry-after", b"5")))


def language(scope: Scope) -> Language:
    """The caller's."""
    return "zh" if dict(scope["headers"]).get(b"accept-language", b"")[:2] == b"zh" else "en"
