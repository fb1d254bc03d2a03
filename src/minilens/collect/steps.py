"""What is done to an event between the wire and the spool, as a list to be read aloud.

A step puts one group of facts into the record, or refuses the event with a code and the field.
Steps know nothing of the engine: whether an event is declared, or came twice, is found out when
loading.
"""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from math import isfinite

import msgspec

from minilens.collect import origin_parameters
from minilens.collect.addresses import clean_property, page, parameters, query, split
from minilens.collect.refusals import TOO_LARGE, Worded
from minilens.collect.wire import MOST_IDS, Origin, WireEvent
from minilens.errors import Refused
from minilens.identity.actor import PRIORITY, actor, priority, session, shared
from minilens.identity.links import SHARED
from minilens.identity.values import known
from minilens.reference.events import alias, lawful
from minilens.reference.link_codes import in_parameters
from minilens.spool.record import Event, Source

HOUR = 3_600_000
DAY = 24 * HOUR
SKEW_IGNORED = 5_000
MOST_PROPS = 64
MOST_DEPTH = 3
MOST_TEXT = 2_000
MOST_PROPS_TEXT = 16 << 10
MOST_KEY = 64
MOST_WHOLE = 2**63 - 1
MOST_DECIMAL = Decimal("1.7e308")
MOST_DURATION = 24 * HOUR
UNIONID = "wechat-unionid"
#: Types of actors that are no identities: nobody can send them.
NO_IDENTITY = frozenset(("device", "session", SHARED))
CLICK_IDS = ("gdt_vid", "clickid", "qz_gdt")

_encode = msgspec.json.Encoder().encode


@dataclass
class Request:
    """What the steps of one batch share."""

    app: int
    at: int
    secret: bytes
    late_days: int
    skew: int = 0
    device: str = ""
    session: str = ""
    ids: Mapping[str, str | None] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    said: list[dict[str, str]] = field(default_factory=list)
    actors: dict[tuple[tuple[str, str | None], ...], tuple[int, str, int]] = field(
        default_factory=dict
    )
    beside: list[list[tuple[str, int]]] = field(default_factory=list)
    blocked: frozenset[int] = frozenset()  # identities that are nobody's in this app
    joining: frozenset[str] = frozenset(PRIORITY)  # types that may stand for a person in this app

    def who(self, ids: Mapping[str, str | None]) -> tuple[int, str, int]:
        """The actor of these identities and its type: the strongest of those that join, else the device; and where the
        others are among `beside` (1-based, 0 = there are none). Where there is no device either, the first of them."""
        key = tuple(ids.items())
        found = self.actors.get(key)
        if found is None:
            named = [
                (kind, number)
                for kind, value in _named(ids)
                if (number := actor(self.app, kind, value, self.secret)) not in self.blocked
            ]
            named.sort(key=lambda one: one[0] not in self.joining)
            if not named or named[0][0] not in self.joining:
                device = known("device", self.device)
                named[:0] = [("device", actor(self.app, "device", device))] if device else []
            if not named:
                raise self._nobody(ids)
            (kind, first), *others = named
            others += self._shared(ids, named)
            if others:
                self.beside.append(others)
            found = self.actors[key] = (first, kind, len(self.beside) if others else 0)
        return found

    def _shared(
        self, ids: Mapping[str, str | None], named: list[tuple[str, int]]
    ) -> list[tuple[str, int]]:
        """A UnionID as all apps of the installation know it."""
        if not any(kind == UNIONID for kind, _ in named):
            return []
        return [(SHARED, shared(known(UNIONID, ids[UNIONID] or ""), self.secret))]

    def _nobody(self, ids: Mapping[str, str | None]) -> Refused:
        """Why the event is of nobody: nothing was said, or only what names nobody."""
        if self.device.strip():
            return Refused("blocked_identity", "d", got=self.device[:40])
        for kind, value in ids.items():
            if value and kind not in NO_IDENTITY:
                return Refused("blocked_identity", f"ids.{kind[:MOST_KEY]}", got=value[:40])
        return Refused("missing", "d")


def _named(ids: Mapping[str, str | None]) -> list[tuple[str, str]]:
    """Types and values that name somebody, the strongest first."""
    if len(ids) > MOST_IDS:
        raise Refused("too_many", "ids", limit=MOST_IDS)
    sent = [(kind, value) for kind, value in ids.items() if value and kind not in NO_IDENTITY]
    for kind, _ in sent:
        if len(kind) > MOST_KEY:
            raise Refused("too_long", f"ids.{kind[:MOST_KEY]}…", limit=MOST_KEY)
    named = [(kind, name) for kind, value in sent if (name := known(kind, value))]
    return sorted(named, key=lambda pair: priority(pair[0]))


Step = Callable[[WireEvent, Event, Request], None]


def put_id(wire: WireEvent, event: Event, request: Request) -> None:
    """The sender's id where it is a UUID, else a UUID made from it."""
    event.id = event_id(request.app, wire.id)


def put_name(wire: WireEvent, event: Event, request: Request) -> None:
    """A lawful name; one that breaks the rule goes by its alias, and both are kept."""
    if _lawful(wire.n):
        event.name = wire.n
    else:
        event.name, event.raw_name = alias(wire.n), wire.n
    if wire.ty == "profile":
        event.kind = "profile"


def put_time(wire: WireEvent, event: Event, request: Request) -> None:
    """The time in the server's clock: the phone's, corrected by the skew of its sending."""
    ts = (wire.t or _made(event.id)) + request.skew
    if ts > request.at:
        if ts > request.at + DAY:
            raise Refused("future", "t", hours=24)
        ts = request.at  # a clock that jumped: nothing happens after it was received
    elif ts < request.at - request.late_days * DAY:
        raise Refused("late", "t", days=request.late_days)
    event.ts = ts
    event.late = ts < request.at - DAY


def _made(id: str) -> int:
    """When a UUID of version 7 was made, in milliseconds; Refused for the lack of `t` where it is another."""
    if id[14] != "7":
        raise Refused("missing", "t")
    return int(id[:8] + id[9:13], 16)


def put_session(wire: WireEvent, event: Event, request: Request) -> None:
    """The session's number and the event's place in it. Without a session of its own it is in the batch's."""
    event.session = session(request.app, wire.s or request.session)
    event.seq = wire.q


def put_page(wire: WireEvent, event: Event, request: Request) -> None:
    """Path without query; the query without secrets; foreground time within a day."""
    if wire.p:
        event.page = page(wire.p)
    if asked := wire.pq or split(wire.p)[1]:
        event.query = query(asked)
    if wire.rf:
        event.referrer = page(wire.rf)
    if wire.du is not None:
        event.duration = min(wire.du, MOST_DURATION)


def put_actor(wire: WireEvent, event: Event, request: Request) -> None:
    """Who: identities as they were when it happened, not when it was sent."""
    event.actor, event.actor_type, event.w = request.who(
        request.ids if wire.ids is None else wire.ids
    )


def put_source(wire: WireEvent, event: Event, request: Request) -> None:
    """Index of the origin, counted from 1; 0 where the batch names none."""
    if request.sources:
        if not 0 <= wire.o < len(request.sources):
            count = len(request.sources)
            reason = f"src 有 {count} 项", f"src has {count} entries"
            raise Worded("bad_shape", "o", reason=reason)
        event.o = wire.o + 1


def put_target(wire: WireEvent, event: Event, request: Request) -> None:
    """What it was done to."""
    event.target_name = wire.tn
    event.target_id = wire.ti


def put_value(wire: WireEvent, event: Event, request: Request) -> None:
    """Money or amount, as decimal text."""
    if wire.val is not None:
        event.value = decimal(wire.val, "val")
        event.currency = currency(wire.cur, "cur") if wire.cur else ""


def put_props(wire: WireEvent, event: Event, request: Request) -> None:
    """Own properties, within caps on number, length and depth; of a launch also what opened it said."""
    said = request.said[wire.o] if wire.o < len(request.said) else {}
    if given := origin_parameters.added(event.name, wire.pr or {}, said, MOST_PROPS):
        event.props = props(given, "pr")


EVENT_STEPS: tuple[Step, ...] = (
    put_id,
    put_name,
    put_time,
    put_session,
    put_page,
    put_actor,
    put_source,
    put_target,
    put_value,
    put_props,
)


def take(index: int, wire: WireEvent, request: Request) -> Event:
    """The record of one event; Refused by the first step that cannot take it."""
    event = Event(i=index, id="", name="", ts=0, actor=0)
    for step in EVENT_STEPS:
        step(wire, event, request)
    return event


def skew(at: int, sent: int) -> int:
    """What to add to the phone's times. Small differences are the network's, not the clock's."""
    if not sent or abs(at - sent) < SKEW_IGNORED:
        return 0
    return at - sent


def source(origin: Origin) -> Source:
    """Where a session came from: what the tracker read, else what the path's query says."""
    said = parameters(origin.query) if origin.query else {}
    clicked = any(said.get(name) for name in CLICK_IDS)
    named = origin.source or said.get("source") or said.get("cl_sr")
    utm = {name: (getattr(origin, name) or said.get(name, ""))[:255] for name in _UTM}
    return Source(
        scene=origin.scene if -(2**31) <= origin.scene < 2**31 else 0,
        source=(named or ("wechat_ad" if clicked else ""))[:255],
        campaign=(origin.campaign or said.get("campaign") or utm["utm_campaign"])[:255],
        link=(origin.lc or said.get("lc") or in_parameters(said))[:255],
        **utm,
    )


_UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch


_PACKED = re.compile(r"[0-9A-Za-z_-]{22}").fullmatch


def _unpacked(text: str) -> str | None:
    """A UUID of version 7 written in 22 letters, as the tracker does: its bytes in base64."""
    if not _PACKED(text):
        return None
    found = uuid.UUID(bytes=base64.urlsafe_b64decode(f"{text}=="))
    return str(found) if found.version == 7 else None


def event_id(app: int, text: str) -> str:
    """The id as a UUID: itself, or (version 8) a hash of the app and the text."""
    if _UUID(text):
        return text
    if unpacked := _unpacked(text):
        return unpacked
    if not text.strip():
        raise Refused("missing", "id")
    digest = hashlib.blake2b(f"{app}\x00{text}".encode(), digest_size=16).digest()
    number = int.from_bytes(digest) & ~(0xF << 76) & ~(0b11 << 62) | 8 << 76 | 0b10 << 62
    return str(uuid.UUID(int=number))


@lru_cache(maxsize=4096)
def _lawful(name: str) -> bool:
    return lawful(name)


_AMOUNT = re.compile(r"(-?[0-9]{1,14})(?:\.([0-9]{1,40}))?").fullmatch
MOST_AMOUNT = 10**14
PLACES = 4
_CURRENCY = re.compile(r"[A-Za-z]{3}").fullmatch


def decimal(value: str | int | float, name: str) -> str:
    """Decimal text with at most 4 places, within 14 digits before the point.

    Text must be written 1234.5: no 1e3, no 1_000, no blanks.
    """
    # a small number is written 1e-05 in JSON; a large one may have thousands of digits
    text = value if isinstance(value, str) else _written(value)
    found = _AMOUNT(text)
    if found and found[2] and len(found[2]) > PLACES:
        text = format(round(Decimal(text), PLACES), "f")
        found = _AMOUNT(text)
    if not found:
        raise Refused("bad_value", name, got=text[:40])
    return text


def _written(value: float) -> str:
    return format(Decimal(repr(max(-MOST_AMOUNT, min(value, MOST_AMOUNT)))), "f")


def currency(text: str, name: str) -> str:
    """Three letters, as capitals."""
    if not _CURRENCY(text):
        reason = (
            f"应为三个字母，如 CNY：{text[:64]}",
            f"must be three letters such as CNY, not {text[:64]}",
        )
        raise Worded("bad_shape", name, reason=reason)
    return text.upper()


def props(given: Mapping[str, object], name: str) -> str:
    """JSON text of own properties; Refused where they are too many, too deep or too long."""
    if len(given) > MOST_PROPS:
        raise Refused("too_many", name, limit=MOST_PROPS)
    for key, value in given.items():
        if not key or len(key) > MOST_KEY:
            raise _bad_key(key, name)
        if type(value) is str:
            if len(value) > MOST_TEXT:
                raise Refused("too_long", f"{name}.{key}", limit=MOST_TEXT)
        elif type(value) in (dict, list):
            _check_depth(value, f"{name}.{key}", 2)
        elif too_large(value):
            raise Worded("wrong_type", f"{name}.{key}", reason=TOO_LARGE)
    text = _encode(clean_property("", given)).decode()
    if len(text) > MOST_PROPS_TEXT:
        raise Refused("too_long", name, limit=MOST_PROPS_TEXT)
    return text


def too_large(value: object) -> bool:
    """A number that the engine has no room for; `1e999` is read as infinite."""
    if isinstance(value, Decimal):
        return not value.is_finite() or abs(value) > MOST_DECIMAL
    if isinstance(value, float):
        return not isfinite(value)
    return isinstance(value, int) and not -MOST_WHOLE <= value <= MOST_WHOLE


def _bad_key(key: str, name: str) -> Refused:
    if key:
        return Refused("too_long", f"{name}.{key[:MOST_KEY]}…", limit=MOST_KEY)
    reason = "有属性没有名称", "a property has no name"
    return Worded("bad_shape", name, reason=reason)


def _check_depth(value: object, name: str, depth: int) -> None:
    if depth > MOST_DEPTH:
        raise Refused("too_deep", name, limit=MOST_DEPTH)
    inside: list[object] = []
    if isinstance(value, dict):
        inside = list(value.values())
    elif isinstance(value, list):
        inside = value
    if len(inside) > MOST_PROPS:
        raise Refused("too_many", name, limit=MOST_PROPS)
    for one in inside:
        if isinstance(one, dict | list):
            _check_depth(one, name, depth + 1)
        elif too_large(one):
            raise Worded("wrong_type", name, reason=TOO_LARGE)
