"""Virtual events for programs: listed, looked at before they are saved, saved, retired."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import JSONBody

from minilens.period import now
from minilens.records.virtual_content import Meaning
from minilens.records.virtual_events import Virtual
from minilens.reports.virtual import read
from minilens.web import openapi
from minilens.web.auth.guard import scope, token_of
from minilens.web.console import App, Console, Looked

Req = Request[Any, Any, State]
ADDRESS = "/api/v1/apps/{app:str}/virtual-events"


class SavedVirtual(msgspec.Struct):
    """A virtual event as it counts now. Of `conditions` one must hold."""

    name: str
    zh: str
    en: str
    version: int
    changed: datetime
    retired: datetime | None
    conditions: list[dict[str, Any]]


class VirtualList(msgspec.Struct):
    """In the order of their names."""

    events: list[SavedVirtual]


class VirtualToSave(msgspec.Struct, forbid_unknown_fields=True):
    """A new one, or with `version`, the one that was seen, another meaning of one that is there. `retired`: offer it no
    more."""

    name: str
    conditions: list[dict[str, Any]] | None = None
    zh: str = ""
    en: str = ""
    version: int | None = None
    retired: bool | None = None


class DayOfMatches(msgspec.Struct):
    """Matches of one day."""

    day: date
    matches: int


class WarningOfVirtual(msgspec.Struct):
    """What is odd about it."""

    code: str
    zh: str
    en: str


class LookedAt(msgspec.Struct):
    """Of the last seven days. `shared`: other virtual events → how many of the matches they have as well."""

    matches: int
    persons: int
    days: list[DayOfMatches]
    shared: dict[str, int]
    warnings: list[WarningOfVirtual]


@get(
    ADDRESS,
    operation_id="list_virtual_events",
    summary="Virtual events (虚拟事件)",
    tags=["events"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=openapi.Described,
    needs=scope("report:read"),
)
async def list_virtual(
    console: NamedDependency[Console], held: NamedDependency[App]
) -> Response[VirtualList]:
    """All of them, retired ones too."""
    every = await asyncio.to_thread(console.records.virtual_events.of, held.id)
    return _json(VirtualList([told(one) for one in every]))


@post(
    f"{ADDRESS}/preview",
    operation_id="preview_virtual_event",
    summary="Look at a virtual event (预览虚拟事件)",
    description="What it would count: matches of the last 7 days, persons, and what is odd about it. Nothing is saved.",
    tags=["events"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=openapi.Described,
    status_code=200,
    needs=scope("report:read"),
)
async def preview_virtual(
    console: NamedDependency[Console],
    held: NamedDependency[App],
    data: JSONBody[VirtualToSave],
) -> Response[LookedAt]:
    """The figures."""
    meaning = read({"conditions": data.conditions or []})
    found = await asyncio.to_thread(console.look_at_virtual, held, data.name, meaning)
    return _json(looked(found))


@post(
    ADDRESS,
    operation_id="save_virtual_event",
    summary="Save a virtual event (保存虚拟事件)",
    tags=["events"],
    security=openapi.SECURITY,
    responses=openapi.changes(),
    operation_class=openapi.Described,
    status_code=200,
    needs=scope("admin"),
)
async def save_virtual(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    data: JSONBody[VirtualToSave],
) -> Response[SavedVirtual]:
    """As it counts from now on."""
    by = token_of(request).account
    return _json(told(await asyncio.to_thread(saved, console, held, data, by)))


def saved(console: Console, app: App, data: VirtualToSave, by: int | None) -> Virtual:
    """Made, changed, retired or restored."""
    rooms, moment = console.records.virtual_events, now()
    if data.version is None and data.retired is None:
        meaning = read({"conditions": data.conditions or []})
        return rooms.create(app.id, data.name, meaning, zh=data.zh, en=data.en, now=moment, by=by)
    if data.conditions is not None:
        meaning = read({"conditions": data.conditions})
        version = data.version or 0
        rooms.change(app.id, data.name, meaning, version=version, now=moment, by=by)
    if data.retired is not None:
        change = rooms.retire if data.retired else rooms.restore
        change(app.id, data.name, now=moment, by=by)
    return rooms.find(app.id, data.name)


def told(one: Virtual) -> SavedVirtual:
    """As programs read it."""
    return SavedVirtual(
        one.name, one.zh, one.en, one.version, one.changed, one.retired, conditions_of(one.meaning)
    )


def conditions_of(meaning: Meaning) -> list[dict[str, Any]]:
    """As they are handed in."""
    found = []
    for one in meaning.conditions:
        filters = [
            {"field": each.field, "operator": each.operator, **({"values": list(each.values)} if each.values else {})}
            for each in one.filters
        ]  # fmt: skip
        said: dict[str, Any] = {
            "event": one.event, "pages": one.pages, "page": one.page, "element": dict(one.element), "filters": filters,
        }  # fmt: skip
        found.append({name: value for name, value in said.items() if value and value != "any"})
    return found


def looked(found: Looked) -> LookedAt:
    """As programs read it."""
    seen = found.preview
    return LookedAt(
        seen.matches,
        seen.persons,
        [DayOfMatches(day, n) for day, n in seen.days],
        dict(seen.shared),
        [WarningOfVirtual(one.code, one.text.zh, one.text.en) for one in found.warnings],
    )


def _json(value: Any) -> Response[Any]:
    return Response(value, media_type="application/json", headers={"Cache-Control": "no-store"})


ROUTES = (list_virtual, preview_virtual, save_virtual)
