"""The quarantine for programs: what waits, let in, dropped."""

from __future__ import annotations

import asyncio
from dataclasses import astuple
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody

from minilens.errors import Refused
from minilens.period import now
from minilens.records.event_content import Field
from minilens.reference.field_types import REASON
from minilens.web import openapi
from minilens.web.auth.guard import scope, token_of
from minilens.web.console import App, Console
from minilens.web.quarantine import Group

Req = Request[Any, Any, State]
ADDRESS = "/api/v1/apps/{app:str}/quarantine"


class SampleOfEvent(msgspec.Struct):
    """One of the newest, masked."""

    received: datetime
    happened: datetime | None
    text: str
    detail: str


class FieldOfEvent(msgspec.Struct):
    """A property: its type by what came, and in which share of the events it is."""

    name: str
    type: str
    filled: float
    values: list[str]
    mixed: bool


class WrongTypeOfField(msgspec.Struct):
    """A field that came as one type (text, number, boolean, list, object) and is declared as another, in so many
    events."""

    field: str
    came: str
    declared: str
    events: int


class WaitingEvents(msgspec.Struct):
    """Events that wait for one reason under one name. `ready`: they can be let in now. Of `bare` ones it was not kept
    what they came with: they can only be dropped. `wrong`: with the reason field_type, which fields are not of their
    type. Of one event that is asked for there are `samples` and `fields`."""

    reason: str
    event: str
    events: int
    first: datetime
    last: datetime
    ready: bool
    declared: bool
    bare: int
    sent_as: str
    wrong: list[WrongTypeOfField]
    samples: list[SampleOfEvent]
    fields: list[FieldOfEvent]


class WaitingList(msgspec.Struct):
    """The most frequent first."""

    groups: list[WaitingEvents]


class FieldToDefine(msgspec.Struct, forbid_unknown_fields=True):
    """A field of the event, its Chinese name (else its own) and its type: number, text, boolean or time."""

    name: str
    type: str
    zh: str = ""


class Releasing(msgspec.Struct, forbid_unknown_fields=True):
    """`event`, and its `reason`, empty for any. `zh`: define the event before, under this Chinese name, with these
    `fields`. `anyway`: those with the reason field_type, as they came."""

    event: str
    reason: str = ""
    zh: str = ""
    fields: list[FieldToDefine] | None = None
    anyway: bool = False


class Dropping(msgspec.Struct, forbid_unknown_fields=True):
    """`event`, its `reason`, and why it is dropped."""

    event: str
    reason: str = "undeclared"
    why: str = ""


class LeftQuarantine(msgspec.Struct):
    """Events that count now, that counted already, that were dropped, and that still wait."""

    loaded: int
    duplicate: int
    dropped: int
    waiting: int


@get(
    ADDRESS,
    operation_id="list_quarantine",
    summary="Events in quarantine (隔离的事件)",
    description="By reason and name. With `event`: that one, with samples, masked, and the fields that came.",
    tags=["quarantine"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=openapi.Described,
    needs=scope("report:read"),
)
async def list_quarantine(
    console: NamedDependency[Console],
    held: NamedDependency[App],
    event: FromQuery[str] = "",
    reason: FromQuery[str] = "",
) -> Response[WaitingList]:
    """By reason and name."""

    def asked() -> WaitingList:
        groups = [
            one
            for one in console.quarantine.all(held)
            if event in ("", one.waiting.name) and reason in ("", one.waiting.reason)
        ]
        return WaitingList([told(one, console, held if event else None) for one in groups])

    return _json(await asyncio.to_thread(asked))


@post(
    f"{ADDRESS}/release",
    operation_id="release_quarantine",
    summary="Let events in (放行隔离的事件)",
    description="At their own time, each once: asking again goes on with what still waits.",
    tags=["quarantine"],
    security=openapi.SECURITY,
    responses=openapi.changes(),
    operation_class=openapi.Described,
    status_code=200,
    needs=scope("admin"),
)
async def release_quarantine(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    data: JSONBody[Releasing],
) -> Response[LeftQuarantine]:
    """What became of them."""
    by = token_of(request).account

    def do() -> LeftQuarantine:
        if data.zh:
            some = [Field(one.name, one.zh or one.name, one.type) for one in data.fields or ()]
            console.records.events.declare(held.id, data.event, data.zh, some, now=now(), by=by)
        if data.anyway:
            if data.reason not in ("", REASON):
                zh, en = f"只用于原因 {REASON}", f"is for the reason {REASON} only"
                raise Refused("bad_shape", "anyway", reason=(zh, en))
            return LeftQuarantine(*console.quarantine.count_anyway(held, data.event, by))
        return LeftQuarantine(*console.quarantine.release(held, data.reason, data.event, by))

    return _json(await asyncio.to_thread(do))


@post(
    f"{ADDRESS}/drop",
    operation_id="drop_quarantine",
    summary="Drop events (丢弃隔离的事件)",
    description="For good; the reason is kept in the audit. In the ledger they are refused from then on.",
    tags=["quarantine"],
    security=openapi.SECURITY,
    responses=openapi.changes(),
    operation_class=openapi.Described,
    status_code=200,
    needs=scope("admin"),
)
async def drop_quarantine(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    data: JSONBody[Dropping],
) -> Response[LeftQuarantine]:
    """How many there were."""
    by = token_of(request).account
    drop = console.quarantine.drop
    done = await asyncio.to_thread(drop, held, data.reason, data.event, data.why, by)
    return _json(LeftQuarantine(*done))


def told(one: Group, console: Console, app: App | None) -> WaitingEvents:
    """As programs read it; `app`: in detail."""
    of = one.waiting
    found = console.quarantine.find(app, of.reason, of.name) if app else None
    some = (
        [(each.received, each.happened, each.text, each.detail) for each in found.samples]
        if found
        else []
    )
    seen = found.fields if found else []
    return WaitingEvents(
        of.reason, of.name, of.events, of.first, of.last, one.ready, one.declared, of.bare, of.sent_as,
        [WrongTypeOfField(*astuple(each)) for each in of.wrong],
        [SampleOfEvent(*each) for each in some],
        [FieldOfEvent(each.name, each.type, each.filled, list(each.values), each.mixed) for each in seen],
    )  # fmt: skip


def _json(value: Any) -> Response[Any]:
    return Response(value, media_type="application/json", headers={"Cache-Control": "no-store"})


ROUTES = (list_quarantine, release_quarantine, drop_quarantine)
