"""The receiver's routes, `POST /v1/collect`, `/v1/events`, `/v1/login` and what describes them: bare ASGI functions.

From bytes to a synced record, in the order of the lines of `_collect`: unpack, decode, who, how
much, context, events, spool. Only then is the answer 200.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Container, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from minilens.collect import test_codes, wire
from minilens.collect.access import Access, Limits, referer
from minilens.collect.context import Places, put_context
from minilens.collect.counters import Counters
from minilens.collect.decode import HungUp, Receive, id_of, opened, received, typed, unpack
from minilens.collect.login import MOST_LOGIN, Identified, Login, Logins, read_login, tell
from minilens.collect.openapi import description
from minilens.collect.origin_parameters import told
from minilens.collect.refusals import TooMuch
from minilens.collect.server_events import MOST_BYTES, Sender, flat_batches
from minilens.collect.steps import Request, skew, source, take
from minilens.collect.test_mode import revision_in_test, shown
from minilens.errors import Busy, NotAllowed, Refused, problem
from minilens.identity.actor import actor
from minilens.identity.values import known
from minilens.period import now_ms
from minilens.records.store import Key
from minilens.spool.arrivals import ArrivalsLog, Reason
from minilens.spool.record import Batch, encode
from minilens.spool.test_mode import EventsInTest
from minilens.spool.turned_away import TurnedAwayLog
from minilens.spool.writer import GroupCommit, frame
from minilens.text import Language

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Handler = Callable[["Asked"], Awaitable[wire.Receipt | Identified]]
#: How what was taken, and what was refused, is told where it is told otherwise.
Taken = Callable[[wire.Receipt | Identified], bytes]
Failed = Callable[[Send, Refused, Language, str], Awaitable[None]]

SLOWEST_BODY = 15.0
#: A body of rows beyond this many bytes is read in a thread: trackers do not wait for it.
LONG_BODY = 32 << 10
#: Of an answer that names a person.
NOT_KEPT = ((b"cache-control", b"no-store"),)


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
    logins: Logins = field(default_factory=Logins)
    arrivals: ArrivalsLog = field(default_factory=ArrivalsLog)
    in_test: EventsInTest = field(default_factory=EventsInTest)
    config_limits: Limits = field(init=False)

    def __post_init__(self) -> None:
        # apart: phones that start must not keep events from coming in
        self.config_limits = Limits(self.limits.per_key, self.limits.per_device)

    async def collect(self, scope: Scope, receive: Receive, send: Send) -> None:
        """`POST /v1/collect`: batches of trackers."""
        await self.answer(scope, receive, send, self._collect, wire.MOST_PACKED)

    async def events(self, scope: Scope, receive: Receive, send: Send) -> None:
        """`POST /v1/events`: flat events of servers."""
        await self.answer(scope, receive, send, self._events, MOST_BYTES)

    async def login(self, scope: Scope, receive: Receive, send: Send) -> None:
        """`POST /v1/login`: a code of `wx.login`."""
        await self.answer(scope, receive, send, self._login, MOST_LOGIN)

    async def describe(self, scope: Scope, send: Send) -> None:
        """`GET /v1/openapi.json`: the description of all."""
        if scope["method"] in ("GET", "HEAD"):
            await respond(send, 200, description())
        else:
            await refuse(send, Refused("method_not_allowed", "method", allowed="GET"), "en")

    async def answer(
        self, scope: Scope, receive: Receive, send: Send, handle: Handler, limit: int,
        taken: Taken = wire.encode, failed: Failed | None = None,
    ) -> None:  # fmt: skip
        """Receive a body within its limit, have it handled, and answer, whatever happens."""
        failed = failed or refuse
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
            personal = isinstance(receipt, Identified)
            await respond(send, 200, taken(receipt), NOT_KEPT if personal else ())
        except HungUp:
            return
        except Refused as error:
            self.counters.requests[error.code] += 1
            await failed(send, error, language, "")
        except Exception:
            number = str(uuid.uuid4())
            log.exception("collect failed", extra={"request_id": number})
            await failed(send, Refused("internal", request_id=number), language, number)

    async def _collect(self, asked: Asked) -> wire.Receipt:
        at, headers = now_ms(), asked.headers
        envelope, events = opened(unpack(asked.body, wire.MOST_UNPACKED))
        if len(events) > wire.MOST_EVENTS:
            limit = f"{wire.MOST_EVENTS} 条", f"{wire.MOST_EVENTS} events"
            raise TooMuch("too_large", "ev", what=("一批", "A batch"), limit=limit)
        key = self._key(envelope.k, at)
        itself, envelope.d = envelope.d, _device(envelope)
        device, root = (_number(key.app.id, text) for text in (envelope.d, itself))
        self.limits.spend(key.id, device, len(events), at)
        try:
            environment = referer(headers.get("referer", ""), key.app)
        except NotAllowed as error:
            self.turned_away.appid(key.app.id, str(error.facts["got"]), at)
            await self._book(error, key, len(events), at)
            raise
        request = self._request(envelope, key, at, asked.arrived)
        batch = _batch(envelope, key, request, device, root)
        address = self.address(asked.scope, headers)
        put_context(batch, envelope.ctx, environment, headers, address, self.places)
        code = test_codes.read(self.secret, key.app.id, envelope.test, at)
        if code:
            batch.env = "preview"  # apart from all that counts, whatever version it is
        refused, reasons = _take_all(events, batch, request, asked.language)
        if events or batch.lost:
            await self.spool.append(frame(encode(batch)))
            self.arrivals.came(batch, request.skew, reasons)
        revision = self.access.plans.revision(key.app.id)
        if code:
            self.in_test.note(code.name, shown(events, batch, reasons))
            revision = revision_in_test(revision, self.access.plans.drafts(key.app.id))
        return wire.Receipt(len(batch.events), refused, at, revision)

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
        blocked = self.access.blocked(app.id)
        sender = Sender(app.id, token, at, self.secret, self.late_days, asked.language, blocked)
        if len(body) < LONG_BODY:
            batches, refused = flat_batches(body, headers, sender)
        else:
            batches, refused = await asyncio.to_thread(flat_batches, body, headers, sender)
        accepted = sum(len(batch.events) for batch in batches)
        self.limits.spend(-token, 0, accepted + len(refused), at)
        if batches:
            await self.spool.append(b"".join([frame(encode(batch)) for batch in batches]))
        return wire.Receipt(accepted, refused, at)

    async def _who(self, key: Key, code: str, at: int) -> Mapping[str, str]:
        """Who has made a code; whether WeChat takes the app's credentials is noted for the owner."""
        try:
            found = await self.logins.identities(key.app, code)
        except Refused as error:
            if error.code == "wechat_refuses":
                self.arrivals.wechat_answered(key.id, at, int(str(error.facts["got"])))
            raise
        self.arrivals.wechat_answered(key.id, at, 0)
        return found

    async def _login(self, asked: Asked) -> Identified:
        at, headers = now_ms(), asked.headers
        said = read_login(asked.body)
        key = self._key(said.k, at)
        device, itself = (_number(key.app.id, text) for text in (_device(said), said.d))
        self.logins.limits.spend(key.id, device, 1, at)
        self.logins.addresses.spend(self.address(asked.scope, headers), 0, 1, at)
        environment = referer(headers.get("referer", ""), key.app)
        found = await self._who(key, said.code, at)
        root = 0 if itself == device else itself
        batch = Batch(
            at, key.app.id, "login", key.id, said.lib, device, root, environment or "release"
        )
        told = tell(found, batch, self.secret, self.access.blocked(key.app.id))
        await self.spool.append(frame(encode(told)))
        return Identified(found["applet-wechat"], at, found.get("wechat-unionid", ""))

    def _request(self, envelope: wire.Envelope, key: Key, at: int, arrived: int) -> Request:
        ids = envelope.ids
        return Request(
            app=key.app.id,
            at=at,
            secret=self.secret,
            late_days=self.late_days,
            skew=skew(arrived, envelope.sent),
            device=envelope.d,
            session=envelope.s,
            ids={**ids, "c_memberid": envelope.u} if envelope.u else ids,
            blocked=self.access.blocked(key.app.id),
            joining=self.access.joining(key.app.id),
            sources=[source(origin) for origin in envelope.src[: wire.MOST_SOURCES]],
            said=[told(origin.query) for origin in envelope.src[: wire.MOST_SOURCES]],
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


def _device(envelope: wire.Envelope | Login) -> str:
    """Who uses a phone after somebody signed out there is another one, as long as nobody knows who."""
    if envelope.ep and known("device", envelope.d):
        return f"{envelope.d}#{envelope.ep}"
    return envelope.d


def _number(app: int, device: str) -> int:
    name = known("device", device)
    return actor(app, "device", name) if name else 0


def _batch(envelope: wire.Envelope, key: Key, request: Request, device: int, itself: int) -> Batch:
    return Batch(
        at=request.at,
        app=key.app.id,
        via="tracker",
        key=key.id,
        lib=envelope.lib,
        device=device,
        root=0 if itself == device else itself,
        who=request.beside,
        lost=envelope.lost.n if envelope.lost else 0,
        sources=request.sources,
    )


def _take_all(
    events: list[Any], batch: Batch, request: Request, language: Language
) -> tuple[list[wire.Refusal], list[Reason]]:
    """Put each event into the batch, or among the refused with its reason; the reasons also in both languages."""
    refused: list[wire.Refusal] = []
    reasons: list[Reason] = []
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
            reasons.append(_reason(error, event, batch.at))
    return refused, reasons


def _reason(error: Refused, event: object, at: int) -> Reason:
    """Without what the sender wrote, which the answer alone repeats."""
    if "got" in error.facts:
        error.facts["got"] = "…"
    zh, en = error.message("zh"), error.message("en")
    return Reason(at, error.code, error.field[:80], id_of(event, "n")[:64], zh[:240], en[:240])


async def respond(
    send: Send, status: int, body: bytes, extra: tuple[tuple[bytes, bytes], ...] = (), *,
    plain: bool = False,
) -> None:  # fmt: skip
    """Answer with JSON; `plain`: a refusal that is not of the one error shape."""
    kind = b"application/json" if plain or status < 400 else b"application/problem+json"
    headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body)), *extra]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def refuse(
    send: Send, error: Refused, language: Language, number: str = "", body: bytes = b""
) -> None:
    """Answer with the one error shape, or with the body of another."""
    number, plain = number or str(uuid.uuid4()), bool(body)
    body = body or msgspec.json.encode(problem(error, language, number))
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
    await respond(send, error.status, body, tuple(extra), plain=plain)
