"""Ready events for programs: drafts of a shop's events, made at once."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import JSONBody

from minilens.period import now
from minilens.records.ready_events import make_drafts
from minilens.reference.ready_events import READY_EVENTS
from minilens.web import openapi
from minilens.web.auth.guard import scope, token_of
from minilens.web.console import App, Console
from minilens.web.events.api import EventList, summary

Req = Request[Any, Any, State]


class DraftsToMake(msgspec.Struct, forbid_unknown_fields=True):
    """`names`: of the ready events; all of them unless given."""

    names: list[str] | None = None


@post(
    "/api/v1/apps/{app:str}/ready-events",
    operation_id="make_ready_events",
    summary="Make drafts of ready events (生成常用事件的草稿)",
    description="A draft with its fields for each of them that is not defined yet: "
    + ", ".join(f"`{name}`" for name in READY_EVENTS)
    + ". Nothing is published; the answer is the drafts that were made.",
    tags=["events"],
    security=openapi.SECURITY,
    responses=openapi.changes(),
    operation_class=openapi.Described,
    status_code=200,
    needs=scope("admin"),
)
async def make_ready(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    data: JSONBody[DraftsToMake],
) -> Response[EventList]:
    """Those that were made."""
    names = READY_EVENTS if data.names is None else data.names
    make = partial(make_drafts, console.records.events, held.id, names)
    made = await asyncio.to_thread(make, now=now(), by=token_of(request).account)
    return Response(EventList(list(map(summary, made))), media_type="application/json")


ROUTES = (make_ready,)
