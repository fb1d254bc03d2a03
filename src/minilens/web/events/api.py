"""Event management for programs: the same definitions, rules and sentences as the form."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from litestar import Request, Response, get, post, put
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from minilens.period import now
from minilens.records.event_content import Content, read
from minilens.records.event_definitions import Kept
from minilens.records.event_fields import check
from minilens.records.store import Records
from minilens.web import openapi
from minilens.web.auth.guard import scope, token_of
from minilens.web.console import App, Console
from minilens.web.events.manage import status
from minilens.web.events.seen import Absent, SeenEvent, absent, undefined

Req = Request[Any, Any, State]
ADDRESS = "/api/v1/apps/{app:str}/events"
ONE = f"{ADDRESS}/{{event:str}}"
#: Bytes of a definition.
MOST = 512 << 10
WRITES = openapi.changes()


class EventContent(msgspec.Struct, forbid_unknown_fields=True):
    """What a definition says. `way`: form or api; `actions` and the sources of their data as in a plan's file.

    `fields` say of each field its `name`, `zh`, `type` (number, text, boolean, time) and `note`. Those that are
    published already need not be said again. By API there are no actions, and every field is listed.
    """

    way: str = "form"
    template: str = "blank"
    note: str = ""
    actions: list[Any] = msgspec.field(default_factory=list)
    fields: list[Any] = msgspec.field(default_factory=list)


class NewEvent(EventContent, forbid_unknown_fields=True):
    """A definition with the names that it has for good."""

    name: str = ""
    zh: str = ""


class ChangedEvent(EventContent, forbid_unknown_fields=True):
    """A draft. `revision` is the one that was read: where somebody has changed the event since, nothing is saved."""

    revision: int = 0


class Deed(msgspec.Struct, forbid_unknown_fields=True):
    """`revision` is the one that was read; 0 is whichever it is now. `version` is the one to go back to."""

    revision: int = 0
    version: int = 0


class FieldState(msgspec.Struct, frozen=True):
    """A field of the draft: new, existing, elsewhere, unused or again; `open` says what of it may still be changed."""

    name: str
    zh: str
    type: str
    note: str
    state: str
    open: list[str]
    used_by: list[str]


class EventVersion(msgspec.Struct, frozen=True):
    """What was published; `by` is null for the command line."""

    version: int
    created: datetime
    by: str | None
    content: EventContent


class EventSummary(msgspec.Struct, frozen=True):
    """`status`: draft, published, changed (the draft says more) or retired. `version` is the published one."""

    number: int
    name: str
    zh: str
    status: str
    revision: int
    version: int | None
    created: datetime
    updated: datetime
    by: str | None
    published: datetime | None
    retired: datetime | None
    pages: list[str]


class DefinedEvent(EventSummary, frozen=True):
    """The same with its draft, the state of each field, and its versions, the newest first."""

    draft: EventContent
    fields: list[FieldState]
    versions: list[EventVersion]


class BegunEvent(msgspec.Struct, frozen=True):
    """In the last seven days: how often the event was begun, and how often without a report."""

    event: str
    begun: int
    unreported: int


class EventList(msgspec.Struct, frozen=True):
    """Those of an app, the newest first. `not_seen`: published ones of which none came for 14 days; `undefined`: events
    that came and nobody defined; `begun`: of step-by-step events whose starts can be told."""

    events: list[EventSummary]
    not_seen: list[Absent] = msgspec.field(default_factory=list)
    undefined: list[SeenEvent] = msgspec.field(default_factory=list)
    begun: list[BegunEvent] = msgspec.field(default_factory=list)


def _summary(kept: Kept) -> dict[str, Any]:
    one = kept.one
    return {
        "number": one.number, "name": one.name, "zh": one.zh, "status": status(kept), "revision": one.revision,
        "version": one.version, "created": one.created, "updated": one.updated, "by": one.author,
        "published": one.published, "retired": one.retired, "pages": list(one.draft.pages()),
    }  # fmt: skip


def summary(kept: Kept) -> EventSummary:
    """As lists tell it."""
    return EventSummary(**_summary(kept))


def _content(content: Content) -> EventContent:
    fields = [asdict(one) for one in content.fields]
    return EventContent(content.way, content.template, content.note, list(content.actions), fields)


def told(kept: Kept) -> DefinedEvent:
    """As programs are told."""
    fields = [
        FieldState(
            one.field.name,
            one.field.zh,
            one.field.type,
            one.field.note,
            one.state,
            list(one.open),
            list(one.users),
        )
        for one in check(kept.one.draft, kept.history, kept.one.name)
    ]
    versions = [
        EventVersion(one.version, one.created, one.author, _content(one.content))
        for one in kept.versions
    ]
    return DefinedEvent(
        **_summary(kept), draft=_content(kept.one.draft), fields=fields, versions=versions
    )


def given(data: EventContent) -> Content:
    """The definition, by the rules of the form."""
    said = (data.way, data.template, data.note, data.actions, data.fields)
    return read(dict(zip(("way", "template", "note", "actions", "fields"), said, strict=True)))


async def _answered(
    records: Records, app: App, event: str, do: Callable[[], object]
) -> Response[DefinedEvent]:
    """Do it, and tell how the event is then."""
    await asyncio.to_thread(do)
    kept = await asyncio.to_thread(records.events.find, app.id, event)
    return Response(told(kept), media_type="application/json")


@get(
    ADDRESS,
    operation_id="events",
    summary="Events (事件列表)",
    description="The definitions of an app, retired ones too.",
    tags=["events"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=openapi.Described,
    needs=scope("report:read"),
)
async def events(
    console: NamedDependency[Console], held: NamedDependency[App]
) -> Response[EventList]:
    """All of them."""
    every = await asyncio.to_thread(console.records.events.of, held.id)
    seen = await asyncio.to_thread(console.quarantine.seen, held)
    told = await asyncio.to_thread(console.unreported, held)
    begun = [BegunEvent(name, one.begun, one.unreported) for name, one in told.items()]
    found = EventList(list(map(summary, every)), absent(every, seen, now()), undefined(seen), begun)
    return Response(found, media_type="application/json")


@post(
    ADDRESS,
    operation_id="create_event",
    summary="Define an event (新建事件)",
    description="Saves a draft. Neither name can be changed afterwards; it counts from publishing on.",
    tags=["events"],
    security=openapi.SECURITY,
    responses=WRITES,
    operation_class=openapi.Described,
    request_max_body_size=MOST,
    most_bytes=MOST,
    needs=scope("admin"),
)
async def create_event(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    data: JSONBody[NewEvent],
) -> Response[DefinedEvent]:
    """A new one."""
    by = token_of(request).account
    create = partial(
        console.records.events.create, held.id, data.name, data.zh, given(data), now=now(), by=by
    )
    kept = await asyncio.to_thread(create)
    return Response(told(kept), media_type="application/json", status_code=201)


@get(
    ONE,
    operation_id="event",
    summary="An event (单个事件)",
    description="By its number or name: the draft, the state of its fields, every version.",
    tags=["events"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=openapi.Described,
    needs=scope("report:read"),
)
async def event(
    console: NamedDependency[Console], held: NamedDependency[App], event: FromPath[str]
) -> Response[DefinedEvent]:
    """One of them."""
    kept = await asyncio.to_thread(console.records.events.find, held.id, event)
    return Response(told(kept), media_type="application/json")


@put(
    ONE,
    operation_id="save_event",
    summary="Save an event's draft (保存草稿)",
    description="In place of the draft before. Phones keep the published version.",
    tags=["events"],
    security=openapi.SECURITY,
    responses=WRITES,
    operation_class=openapi.Described,
    request_max_body_size=MOST,
    most_bytes=MOST,
    needs=scope("admin"),
)
async def save_event(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    event: FromPath[str],
    data: JSONBody[ChangedEvent],
) -> Response[DefinedEvent]:
    """Its draft."""
    by, kept = token_of(request).account, console.records.events
    save = partial(kept.save, held.id, event, given(data), revision=data.revision, now=now(), by=by)
    return await _answered(console.records, held, event, save)


def _deed(name: str, summary: str, description: str) -> HTTPRouteHandler:
    """The route of a deed: publish, back, retire or restore."""

    @post(
        f"{ONE}/{name}",
        operation_id=f"{name}_event",
        summary=summary,
        description=description,
        tags=["events"],
        security=openapi.SECURITY,
        responses=WRITES,
        operation_class=openapi.Described,
        status_code=200,
        needs=scope("admin"),
    )
    async def deed(
        request: Req,
        console: NamedDependency[Console],
        held: NamedDependency[App],
        event: FromPath[str],
        data: JSONBody[Deed],
    ) -> Response[DefinedEvent]:
        by, kept = token_of(request).account, console.records.events

        def do() -> None:
            revision = data.revision or kept.find(held.id, event).one.revision
            common: dict[str, Any] = {"revision": revision, "now": now(), "by": by}
            if name == "back":
                kept.back(held.id, event, data.version, **common)
            else:
                getattr(kept, name)(held.id, event, **common)

        return await _answered(console.records, held, event, do)

    return deed


ROUTES: tuple[HTTPRouteHandler, ...] = (
    events,
    create_event,
    event,
    save_event,
    _deed("publish", "Publish an event (发布事件)", "Phones have the draft at their next launch."),
    _deed(
        "back",
        "Publish an earlier version again (恢复旧版本)",
        "A draft with changes of its own stays.",
    ),
    _deed(
        "retire", "Retire an event (停用事件)", "Phones stop reporting it; what was counted stays."
    ),
    _deed(
        "restore", "Restore a retired event (恢复事件)", "The published version is on phones again."
    ),
)
