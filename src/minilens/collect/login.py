"""`POST /v1/login`: a code of `wx.login` and a write key become the identities that WeChat tells.

WeChat itself says here who holds the phone, so the events that tell of it are `via` login and what they link is
verified. They are of the kind `profile`: a sign-in is no visit.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

import msgspec
from msgspec import Meta

from minilens.collect.access import Limits
from minilens.collect.refusals import misfit, not_json
from minilens.collect.wire import Short, Whole
from minilens.errors import Busy, Refused
from minilens.identity.actor import actor, shared
from minilens.identity.links import SHARED
from minilens.identity.values import known
from minilens.records.store import App
from minilens.spool.record import Batch, Event
from minilens.spool.writer import uuid7

MOST_LOGIN = 4 << 10
NAME = "wechat_login"
#: Sign-ins a minute: of a key, of a device, and of an address, which many phones of one carrier share.
OF_A_KEY, OF_A_DEVICE, OF_AN_ADDRESS = 6_000, 20, 1_200
#: WeChat's codes end after five minutes; so many of them are remembered.
MOST_CODES = 100_000

#: Who WeChat says it is, by type of identity. Refused or Busy where it says nothing.
Ask = Callable[[App, str], Awaitable[Mapping[str, str]]]


class Login(msgspec.Struct):
    """The body."""

    k: Short = ""
    code: Annotated[str, Meta(max_length=255)] = ""
    d: Short = ""
    ep: Whole = 0
    lib: Short = ""


class Identified(msgspec.Struct, omit_defaults=True):
    """The answer."""

    openid: str
    ts: int
    unionid: str = ""


def nobody(app: App, code: str) -> Awaitable[Mapping[str, str]]:
    """A receiver that has nobody to ask."""
    raise Refused("not_set_up", "code")


@dataclass
class Logins:
    """What is remembered between sign-ins, and who is asked."""

    ask: Ask = nobody
    limits: Limits = field(
        default_factory=lambda: Limits(OF_A_KEY, OF_A_DEVICE, code="too_many_sign_ins")
    )
    addresses: Limits = field(
        default_factory=lambda: Limits(OF_AN_ADDRESS, 0, code="too_many_sign_ins")
    )
    _codes: OrderedDict[bytes, None] = field(default_factory=OrderedDict)

    async def identities(self, app: App, code: str) -> Mapping[str, str]:
        """Who has made this code. A second request with it is refused, also while the first is under way."""
        mark = hashlib.sha256(f"{app.id}\x00{code}".encode()).digest()
        if mark in self._codes:
            raise Refused("used_code", "code")
        self._codes[mark] = None
        if len(self._codes) > MOST_CODES:
            self._codes.popitem(last=False)
        try:
            return await self.ask(app, code)
        except BaseException as error:
            # only a code that WeChat has looked at is used up
            if not isinstance(error, Refused) or isinstance(error, Busy):
                self._codes.pop(mark, None)
            raise


_decode = msgspec.json.Decoder(Login).decode


def read_login(body: bytes) -> Login:
    """The body; Refused where a code or a device is missing."""
    try:
        login = _decode(body)
    except msgspec.ValidationError as error:
        raise misfit(error, "body") from None
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise not_json(error, text=body) from None
    for name in ("code", "d"):
        if not getattr(login, name).strip():
            raise Refused("missing", name)
    if not known("device", login.d):
        raise Refused("blocked_identity", "d", got=login.d[:40])
    return login


def tell(
    found: Mapping[str, str], batch: Batch, secret: bytes, blocked: frozenset[int] = frozenset()
) -> Batch:
    """The batch with an event for each identity but those `blocked`, the others beside it: who has this device."""
    named = [
        (kind, number)
        for kind, value in found.items()
        if (name := known(kind, value))
        and (number := actor(batch.app, kind, name, secret)) not in blocked
    ]
    beside = [
        (SHARED, shared(known(kind, found[kind]), secret))
        for kind, _ in named
        if kind == "wechat-unionid"
    ]
    for n, (kind, number) in enumerate(named):
        event = Event(
            i=n, id=uuid7(batch.at), name=NAME, ts=batch.at, actor=number, actor_type=kind, w=n + 1, kind="profile",
        )  # fmt: skip
        batch.events.append(event)
        batch.who.append([*(one for one in named if one[0] != kind), *beside])
    batch.received = len(batch.events)
    return batch
