"""The receiver's hot route: `POST /v1/collect`, a bare ASGI function.

From bytes to a synced record, in the order of the lines of `_collect`: open, decode, who, how much,
context, events, spool. Only then is the answer 200.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

import msgspec

from minilens.collect import wire
from minilens.collect.access import Access, Limits, referer
from minilens.collect.context import Places, put_context
from minilens.spool.record import Batch, Event, encode
from minilens.collect.server import flat_batches
from minilens.spool.writer import GroupCommit, frame
from minilens.collect.steps import Request, skew, source, take
from minilens.errors import Busy, Language, MinilensError, Refused, TooLarge, problem
from minilens.identity.actor import actor

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

SLOWEST_BODY = 15.0
ENVIRONMENTS = ("release", "trial", "develop", "preview")


@dataclass
class Receiver:
    """What the route stands on; one a process."""

    access: Access
    limits: Limits
    spool: GroupCommit
    places: Places
    secret: bytes
    late_days: int
    trusted_proxies: tuple[str, ...] = ()
    stopping: bool = False

    async def collect(self, scope: Scope, receive: Receive, send: Send) -> None:
        """`POST /v1/collect`: batches of trackers."""
        await self._answer(scope, receive, send, self._collect, wire.MOST_PACKED)

    async def events(self, scope: Scope, receive: Receive, send: Send) -> None:
        """`POST /v1/events`: flat events of servers."""
        await self._answer(scope, receive, send, self._events, 5 << 20)

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, handle: Handler, limit: int
    ) -> None:
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        language: Language = "zh" if headers.get("accept-language", "").startswith("zh") else "en"
        try:
            if scope["method"] != "POST":
                raise Refused("bad_shape", "method", reason="POST")
            if self.stopping:
                raise Busy("stopping", 5)
            body = await _body(receive, headers, limit)
            receipt = await handle(scope, headers, body, language)
            await respond(send, 200, wire.encode(receipt))
        except Refused as error:
            await refuse(send, error, language)
        except Exception:
            number = str(uuid.uuid4())
            log.exception("collect failed", extra={"request_id": number})
            await refuse(send, Refused("internal", request_id=number), language, number)

    async def _collect(
        self, scope: Scope, headers: dict[str, str], body: bytes, language: Language
    ) -> wire.Receipt:
        at = time.time_ns() // 1_000_000
        body = unpack(body, headers, wire.MOST_UNPACKED)
        envelope, raw = _decode(body)
        if envelope.v > wire.VERSION:
            raise Refused("newer_protocol", "v", got=envelope.v, ours=wire.VERSION)
        events = envelope.ev if raw is None else raw
        if len(events) > wire.MOST_EVENTS:
            raise TooLarge("too_large", "ev", what="ev", limit=wire.MOST_EVENTS)
        key = self.access.key(envelope.k)
        environment = referer(headers.get("referer", ""), key.app)
        device = actor(key.app.id, "device", envelope.d) if envelope.d else 0
        self.limits.spend(key.id, device, len(events), at)
        request = Request(
            app=key.app.id,
            at=at,
            secret=self.secret,
            late_days=self.late_days,
            skew=skew(at, envelope.sent),
            device=envelope.d,
            ids={**envelope.ids, **({"c_memberid": envelope.u} if envelope.u else {})},
            sources=[source(origin) for origin in envelope.src],
        )
        batch = Batch(
            at=at,
            app=key.app.id,
            via="tracker",
            key=key.id,
            lib=envelope.lib,
            device=device,
            refused={},
            events=[],
        )
        batch.sources = request.sources
        batch.lost = envelope.lost.n if envelope.lost else 0
        put_context(batch, envelope.ctx, environment, headers, self._address(scope, headers), self.places)
        refused = _take_all(events, batch, request, language)
        await self.spool.append(frame(encode(batch)))
        return wire.Receipt(len(batch.events), refused, at)

    async def _events(
        self, scope: Scope, headers: dict[str, str], body: bytes, language: Language
    ) -> wire.Receipt:
        at = time.time_ns() // 1_000_000
        app, token = self.access.token(headers.get("authorization", ""), "events:write")
        body = unpack(body, headers, 5 << 20)
        batches, refused = flat_batches(
            body,
            headers,
            app=app.id,
            key=token,
            at=at,
            secret=self.secret,
            late_days=self.late_days,
            language=language,
        )
        accepted = sum(len(batch.events) for batch in batches)
        self.limits.spend(-token, 0, accepted + len(refused), at)
        if batches:
            await self.spool.append(b"".join([frame(encode(batch)) for batch in batches]))
        return wire.Receipt(accepted, refused, at)

    def _address(self, scope: Scope, headers: dict[str, str]) -> str:
        """The client's address: what a trusted proxy says, else the peer's. Used for its place, then dropped."""
        peer = scope["client"][0] if scope.get("client") else ""
        if peer in self.trusted_proxies and (said := headers.get("x-forwarded-for")):
            hops = [hop.strip() for hop in said.split(",")]
            return next((hop for hop in reversed(hops) if hop not in self.trusted_proxies), peer)
        return peer


Handler = Callable[[Scope, dict[str, str], bytes, Language], Awaitable[wire.Receipt]]


def _decode(body: bytes) -> tuple[Any, list[msgspec.Raw] | None]:
    """The envelope with its events typed; or, where one is wrong, with its events as they came."""
    try:
        return wire.decode(body), None
    except msgspec.ValidationError:
        pass
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused("bad_json", reason=error) from None
    try:
        envelope = wire.decode_loosely(body)
    except msgspec.ValidationError as error:
        reason, field = _where(error)
        raise Refused("bad_shape", field or "body", reason=reason) from None
    return envelope, envelope.ev


def _take_all(
    events: list[Any], batch: Batch, request: Request, language: Language
) -> list[wire.Refusal]:
    """Put each event into the batch, or among the refused with its reason."""
    refused: list[wire.Refusal] = []
    batch.received = len(events)
    taken: list[Event] = batch.events
    for index, event in enumerate(events):
        try:
            typed = event if isinstance(event, wire.WireEvent) else _typed(event)
            taken.append(take(index, typed, request))
        except Refused as error:
            batch.refused[error.code] = batch.refused.get(error.code, 0) + 1
            refused.append(
                wire.Refusal(index, _id_of(event), error.code, error.field, error.message(language))
            )
    return refused


def _typed(raw: msgspec.Raw) -> wire.WireEvent:
    try:
        return wire.decode_event(raw)
    except msgspec.ValidationError as error:
        reason, field = _where(error)
        if "missing required field" in reason:
            raise Refused("missing", reason.split("`")[1]) from None
        raise Refused("wrong_type", field or "event", reason=reason) from None


def _id_of(event: Any) -> str:
    """The id of a refused event, where it has one that can be read."""
    if isinstance(event, wire.WireEvent):
        return event.id
    try:
        found = msgspec.json.decode(event).get("id", "")
        return found[:255] if isinstance(found, str) else ""
    except (msgspec.DecodeError, AttributeError):
        return ""


def _where(error: msgspec.ValidationError) -> tuple[str, str]:
    """`Expected `int`, got `str` - at `$.ev[1].t`` → (the reason, "ev[1].t")."""
    reason, _, path = str(error).partition(" - at ")
    return reason, path.strip("`").removeprefix("$").lstrip(".")


async def _body(receive: Receive, headers: dict[str, str], limit: int) -> bytes:
    """The whole body, within its size and within its time."""
    try:
        if int(headers.get("content-length", 0)) > limit:
            raise TooLarge("too_large", what="body", limit=limit)
    except ValueError:
        raise Refused("bad_shape", "Content-Length", reason="not a number") from None
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(SLOWEST_BODY):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Refused("bad_json", reason="the sender hung up")
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > limit:
                    raise TooLarge("too_large", what="body", limit=limit)
                if not message.get("more_body"):
                    return b"".join(parts)
    except TimeoutError:
        raise Refused("too_slow", seconds=int(SLOWEST_BODY)) from None


def unpack(body: bytes, headers: dict[str, str], limit: int) -> bytes:
    """The body without gzip. Told by its first bytes: trackers' headers cannot be trusted."""
    if body[:2] != b"\x1f\x8b":
        if len(body) > limit:
            raise TooLarge("too_large", what="body", limit=limit)
        return body
    packed = zlib.decompressobj(31)
    try:
        plain = packed.decompress(body, limit + 1)
    except zlib.error:
        raise Refused("bad_gzip") from None
    if len(plain) > limit:
        raise TooLarge("too_large", what="body", limit=limit)
    if not packed.eof:
        raise Refused("bad_gzip")
    return plain


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
    extra = ((b"retry-after", b"%d" % error.retry_after),) if isinstance(error, Busy) else ()
    body = problem(error, language, number or str(uuid.uuid4()))
    await respond(send, _status(error), msgspec.json.encode(body), extra)


def _status(error: MinilensError) -> int:
    return error.status if isinstance(error, Refused) else 500
