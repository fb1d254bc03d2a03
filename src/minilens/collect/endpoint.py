"""The receiver's two routes, `POST /v1/collect` and `POST /v1/events`, and what describes them: bare ASGI functions.

From bytes to a synced record, in the order of the lines of `_collect`: unpack, decode, who, how
much, context, events, spool. Only then is the answer 200.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Container, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from minilens.collect import wire
from minilens.collect.access import Access, Limits, referer
from minilens.collect.context import Places, put_context
from minilens.collect.counters import Counters
from minilens.collect.decode import HungUp, Receive, id_of, opened, received, typed, unpack
from minilens.collect.openapi import description
from minilens.collect.refusals import TooMuch
from minilens.collect.server_events import MOST_BYTES, Sender, flat_batches
from minilens.collect.steps import Request, skew, source, take
from minilens.errors import Busy, NotAllowed, Refused, problem
from minilens.identity.actor import actor
from minilens.identity.values import known
from minilens.period import now_ms
from minilens.records.store import Key
from minilens.spool.record import Batch, encode
from minilens.spool.turned_away import TurnedAwayLog
from minilens.spool.writer import GroupCommit, frame
from minilens.text import Language

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Handler = Callable[["Asked"], Awaitable[wire.Receipt]]

SLOWEST_BODY = 15.0
#: A body of rows beyond this many bytes is read in a thread: trackers do not wait for it.
LONG_BODY = 32 << 10


@dataclass(frozen=True)
class Asked:
    """One request. `arrived` is when its head came (milliseconds): how long the body takes is no skew of clocks."""

    scope: Scope
    headers: dict[str, str]
    body: bytes
    language: Language
    arrived: int


@dataclass
class Receiver:
    """What the routes stand on; one a process."""

    access: Access
    limits: Limits
    spool: GroupCommit
    places: Places
    secret: bytes
    late_days: int
    trusted_proxies: Container[str] = ()
    stopping: bool = False
    slowest_body: float = SLOWEST_BODY
    counters: Counters = field(default_factory=Counters)
    turned_away: TurnedAwayLog = field(default_factory=TurnedAwayLog)

    async def collect(self, scope: Scope, receive: Receive, send: Send) -> None:
        """`POST /v1/collect`: batches of trackers."""
        await self._answer(scope, receive, send, self._collect, wire.MOST_PACKED)

    async def events(self, scope: Scope, receive: Receive, send: Send) -> None:
        """`POST /v1/events`: flat events of servers."""
        await self._answer(scope, receive, send, self._events, MOST_BYTES)

    async def describe(self, scope: Scope, send: Send) -> None:
        """`GET /v1/openapi.json`: the description of both."""
        if scope["method"] in ("GET", "HEAD"):
            await respond(send, 200, description())
        else:
            await refuse(send, Refused("method_not_allowed", "method", allowed="GET"), "en")

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, handle: Handler, limit: int
    ) -> None:
        arrived = now_ms()
        headers = headers_of(scope)
        language: Language = "zh" if headers.get("accept-language", "")[:2] == "zh" else "en"
        try:
            if scope["method"] != "POST":
                raise Refused("method_not_allowed", "method", allowed="POST")
            if self.stopping:
                raise Busy("stopping", 5)
            body = await received(receive, headers, limit, self.slowest_body)
            receipt = await handle(Asked(scope, headers, body, language, arrived))
            self.counters.took(receipt)
            await respond(send, 200, wire.encode(receipt))
        except HungUp:
            return
        except Refused as error:
            self.counters.requests[error.code] += 1
            await refuse(send, error, language)
        except Exception:
            number = str(uuid.uuid4())
            log.exception("collect failed", extra={"request_id": number})
            await refuse(send, Refused("internal", request_id=number), language, number)

    async def _collect(self, asked: Asked) -> wire.Receipt:
        at, headers = now_ms(), asked.headers
        envelope, events = opened(unpack(asked.body, wire.MOST_UNPACKED))
        if len(events) > wire.MOST_EVENTS:
            limit = f"{wire.MOST_EVENTS} 条", f"{wire.MOST_EVENTS} events"
            raise TooMuch("too_large", "ev", what=("一批", "A batch"), limit=limit)
        key = self._key(envelope.k, at)
        name = known("device", envelope.d)
        device = actor(key.app.id, "device", name) if name else 0
        self.limits.spend(key.id, device, len(events), at)
        try:
            environment = referer(headers.get("referer", ""), key.app)
        except NotAllowed as error:
            self.turned_away.appid(key.app.id, str(error.facts["got"]), at)
            await self._book(error, key, len(events), at)
            raise
        request = self._request(envelope, key, at, asked.arrived)
        batch = _batch(envelope, key, request, device)
        address = self.address(asked.scope, headers)
        put_context(batch, envelope.ctx, environment, headers, address, self.places)
        refused = _take_all(events, batch, request, asked.language)
        if events or batch.lost:
            await self.spool.append(frame(encode(batch)))
        return wire.Receipt(len(batch.events), refused, at)

    def _key(self, text: str, at: int) -> Key:
        """The key of a batch; one that nobody has is counted by how it begins."""
        try:
            return self.access.key(text)
        except NotAllowed:
            if text:
                self.turned_away.key(text, at)
            raise

    async def _book(self, error: Refused, key: Key, events: int, at: int) -> None:
        """Write down that a whole batch of a known app was refused, so that its people are told."""
        told = Batch(
            at=at, app=key.app.id, via="tracker", key=key.id, received=events, refused={error.code: events}
        )  # fmt: skip
        if events:
            await self.spool.append(frame(encode(told)))

    async def _events(self, asked: Asked) -> wire.Receipt:
        at, headers = now_ms(), asked.headers
        app, token = self.access.token(headers.get("authorization", ""), "events:write")
        body = unpack(asked.body, MOST_BYTES)
        sender = Sender(app.id, token, at, self.secret, self.late_days, asked.language)
        if len(body) < LONG_BODY:
            batches, refused = flat_batches(body, headers, sender)
        else:
            batches, refused = await asyncio.to_thread(flat_batches, body, headers, sender)
        accepted = sum(len(batch.events) for batch in batches)
        self.limits.spend(-token, 0, accepted + len(refused), at)
        if batches:
            await self.spool.append(b"".join([frame(encode(batch)) for batch in batches]))
        return wire.Receipt(accepted, refused, at)

    def _request(self, envelope: wire.Envelope, key: Key, at: int, arrived: int) -> Request:
        ids = envelope.ids
        return Request(
            app=key.app.id,
            at=at,
            secret=self.secret,
            late_days=self.late_days,
            skew=skew(arrived, envelope.sent),
            device=envelope.d,
            ids={**ids, "c_memberid": envelope.u} if envelope.u else ids,
            sources=[source(origin) for origin in envelope.src[: wire.MOST_SOURCES]],
        )

    def address(self, scope: Scope, headers: dict[str, str]) -> str:
        """The client's. For its place, then dropped."""
        return client_address(scope, headers.get("x-forwarded-for", ""), self.trusted_proxies)


def client_address(scope: Scope, said: str, trusted: Container[str]) -> str:
    """What a trusted proxy says, else the peer's address."""
    peer = bare_address(scope["client"][0] if scope.get("client") else "")
    if peer in trusted and said:
        hops = [bare_address(hop) for hop in said.split(",")]
        return next((hop for hop in reversed(hops) if hop not in trusted), peer)
    return peer


def bare_address(text: str) -> str:
    """`1.2.3.4:56`, `[2001:db8::1]:443`, `::ffff:1.2.3.4` without port, brackets and mapping; else as it is."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    return text[7:] if text[:7].lower() == "::ffff:" and "." in text else text


def headers_of(scope: Scope) -> dict[str, str]:
    """Headers by their names in small letters; what proxies say in several lines is one list."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        found[key] = f"{found[key]},{text}" if key == "x-forwarded-for" and key in found else text
    return found


def _batch(envelope: wire.Envelope, key: Key, request: Request, device: int) -> Batch:
    return Batch(
        at=request.at,
        app=key.app.id,
        via="tracker",
        key=key.id,
        lib=envelope.lib,
        device=device,
        lost=envelope.lost.n if envelope.lost else 0,
        sources=request.sources,
    )


def _take_all(
    events: list[Any], batch: Batch, request: Request, language: Language
) -> list[wire.Refusal]:
    """Put each event into the batch, or among the refused with its reason."""
    refused: list[wire.Refusal] = []
    batch.received = len(events)
    for index, event in enumerate(events):
        try:
            one = event if isinstance(event, wire.WireEvent) else typed(event)
            batch.events.append(take(index, one, request))
        except Refused as error:
            code = error.code
            batch.refused[code] = batch.refused.get(code, 0) + 1
            said = wire.Refusal(index, id_of(event), code, error.field, error.message(language))
            refused.append(said)
    return refused


async def respond(
    send: Send, status: int, body: bytes, extra: tuple[tuple[bytes, bytes], ...] = ()
) -> None:
    """Answer with JSON."""
    kind = b"application/json" if status < 400 else b"application/problem+json"
    headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body)), *extra]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def refuse(send: Send, error: Refused, language: Language, number: str = "") -> None:
    """Answer with the one error shape."""
    number = number or str(uuid.uuid4())
    body = msgspec.json.encode(problem(error, language, number))
    extra = [(b"x-request-id", number.encode()), (b"cache-control", b"no-store")]
    if isinstance(error, Busy):
        extra.append((b"retry-after", b"%d" % error.retry_after))
    if error.status == 401:
        extra.append((b"www-authenticate", b'Bearer realm="minilens"'))
    if error.status == 405:
        extra.append((b"allow", str(error.facts["allowed"]).encode()))
    if error.code in (
        "too_slow",
        "too_large",
    ):  # what is left of the body must not be taken for a request
        extra.append((b"connection", b"close"))
    await respond(send, error.status, body, tuple(extra))
