"""One row of the flat schema becomes one event, or is refused with the field and the reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from minilens.collect.addresses import query, split, without_secrets
from minilens.collect.flat.event_ids import EventIds
from minilens.collect.flat.mapping import CONTEXT, OF_LINKS, ORIGIN, UNITS, Mapping, Unfit
from minilens.collect.flat.timestamps import check_moment, moment
from minilens.collect.steps import currency, decimal, event_id
from minilens.errors import Refused
from minilens.identity.actor import actor, session
from minilens.identity.values import known
from minilens.reference.events import alias
from minilens.spool.record import Event

#: Characters; the same as in the contract of the receiver.
SHORT = 255
TEXT = 1024
LONG_FIELDS = ("page", "query", "referrer")
ENVIRONMENTS = ("release", "trial", "develop", "preview")

#: (scene, source, campaign, link, utm…): the arguments of a `Source`
Origin = tuple[int | str, ...]
#: Facts that a batch holds once, as (name, value)
Context = tuple[tuple[str, str], ...]
Taken = tuple[Event, Origin | None, Context]

_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,9})?")


@dataclass(frozen=True)
class Rejected:
    """One line that did not go in. `text` is the line as it stood."""

    line: int
    code: str
    field: str
    reason_zh: str
    reason_en: str
    text: str


@dataclass(frozen=True)
class Flat:
    """What all rows of one file have in common."""

    app: int
    secret: bytes
    now_ms: int
    identity: str
    mapping: Mapping
    ids: EventIds
    blocked: frozenset[int] = frozenset()  # identities that are nobody's in this app

    def taken(self, flat: Sequence[str], rest: dict[str, str], props: str) -> Taken:
        """The event of a row: nine texts in the order of `FLAT`, "" for nothing."""
        given, user, visit, source, campaign, page, value, currency, ts = flat
        name = _name(given)
        ms = self._moment(ts)
        named = known(self.identity, user) if len(user) <= SHORT else ""
        who = actor(self.app, self.identity, named, self.secret) if named else 0
        identity = self.identity
        if not who or who in self.blocked:
            who, identity = self._other(user, visit)
        kept, plain = _amount(value) if value else (None, "")
        line = "\x1f".join((given, user, visit, source, campaign, page, plain, currency, str(ms)))
        if len(line) > SHORT:
            _check_lengths(visit=visit, source=source, campaign=campaign, page=split(page)[0])
        if line.count("\x1f") != 8:  # a field holds the separator itself
            line = repr(tuple(flat))
        if rest or props != "{}":
            line += f"\x1e{sorted(rest.items())}\x1e{props}"
        path, asked = split(page)
        event = Event(
            i=0,
            id=event_id(self.app, rest["event_id"]) if "event_id" in rest else self.ids.made(line),
            name=name,
            ts=ms,
            actor=who,
            actor_type=identity,
            raw_name="" if name == given else given,
            session=session(self.app, visit) if visit else 0,
            page=without_secrets(path),
            query=query(asked) if asked else "",
            value=kept,
            currency=_currency(currency) if currency else "",
            props=props,
        )
        if rest:
            return self._filled(event, source, campaign, rest)
        return event, (0, source, campaign) if source or campaign else None, ()

    def _moment(self, ts: str) -> int:
        if not ts:
            raise Refused("missing", "ts")
        if not self.mapping.time_unit:
            return check_moment(moment(ts, self.mapping.zone), self.now_ms, ts)
        if not _NUMBER.fullmatch(ts):
            raise Refused("bad_time", "ts", got=ts[:64])
        ms = int(Decimal(ts) * UNITS[self.mapping.time_unit])
        return check_moment(ms, self.now_ms, ts)

    def _other(self, user: str, visit: str) -> tuple[int, str]:
        """The actor of a row without a user."""
        if len(user) > SHORT:
            raise Refused("too_long", "user_id", limit=SHORT)
        if visit:
            return actor(self.app, "session", visit), "session"
        if user:
            raise Refused("blocked_identity", "user_id", got=user[:40])
        raise Refused("missing", "user_id")

    def _filled(self, event: Event, source: str, campaign: str, rest: dict[str, str]) -> Taken:
        _check_lengths(**rest)
        event.query = query(rest["query"]) if rest.get("query") else event.query
        event.referrer = without_secrets(rest.get("referrer", ""))
        event.target_name = rest.get("target_name", "")
        event.target_id = rest.get("target_id", "")
        event.seq = _whole_number(rest, "seq")
        if "duration" in rest:
            event.duration = _whole_number(rest, "duration")
        scene = _whole_number(rest, "scene")
        texts = (rest.get(name, "") for name in (*ORIGIN, *OF_LINKS))
        origin: Origin = (scene, source, campaign, *texts)
        if rest.get("env", "release") not in ENVIRONMENTS:
            raise Refused("unknown_choice", "env", got=rest["env"][:64])
        context = tuple((name, rest[name]) for name in CONTEXT if name in rest)
        return event, origin if any(origin) else None, context


def rejected(line: int, error: Refused, text: str) -> Rejected:
    """The refusal of one line in both languages."""
    return Rejected(line, error.code, error.field, error.message("zh"), error.message("en"), text)


@lru_cache(maxsize=1 << 12)
def _name(given: str) -> str:
    if not given:
        raise Refused("missing", "event_name")
    lawful = alias(given) if len(given) <= SHORT else None
    if not lawful:
        raise Refused("bad_name", "event_name", got=given[:64])
    return lawful


@lru_cache(maxsize=1 << 15)
def _amount(text: str) -> tuple[str, str]:
    """A decimal as it is kept, and without closing zeros: 199.00 and 199.0 are the same amount."""
    kept = decimal(text, "value")
    return kept, kept.rstrip("0").removesuffix(".") if "." in kept else kept


@lru_cache(maxsize=1 << 10)
def _currency(text: str) -> str:
    return currency(text, "currency")


def _check_lengths(**texts: str) -> None:
    names = {"visit": "session_id"}
    for name, text in texts.items():
        limit = TEXT if name in LONG_FIELDS else SHORT
        if len(text) > limit:
            raise Refused("too_long", names.get(name, name), limit=limit)


def _whole_number(rest: dict[str, str], name: str) -> int:
    text = rest.get(name, "0")
    if not re.fullmatch("[0-9]{1,9}", text):
        raise Unfit(
            name,
            f"应为非负整数：{text[:64]}",
            f"must be a whole number, not {text[:64]}",
            "wrong_type",
        )
    return int(text)
