"""Fields of events for programs: what they are, and what their values are called."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import msgspec
from litestar import Request, Response, get, put
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from minilens.period import now
from minilens.records.field_values import Dictionary, read
from minilens.web import openapi
from minilens.web.auth.guard import scope, token_of
from minilens.web.console import App, Console

Req = Request[Any, Any, State]
ADDRESS = "/api/v1/apps/{app:str}/fields"
VALUES = f"{ADDRESS}/{{field:str}}/values"
#: Bytes of a dictionary.
MOST = 512 << 10


class NamedValue(msgspec.Struct, frozen=True):
    """A value as text and its name; without an English one the Chinese stands in both languages."""

    value: str
    zh: str
    en: str


class EventField(msgspec.Struct, frozen=True):
    """A field that was published: name, Chinese name and type stay for good; `used_by`: events that have it now.

    `values`: the names of its values.
    """

    name: str
    zh: str
    type: str
    note: str
    used_by: list[str]
    values: list[NamedValue]


class EventFields(msgspec.Struct, frozen=True):
    """By name."""

    fields: list[EventField]


class ValueNamesOfField(msgspec.Struct, frozen=True):
    """The names of a field's values. `revision` grows with each change, 0 before any."""

    field: str
    revision: int
    values: list[NamedValue]


class NewValueNames(msgspec.Struct, forbid_unknown_fields=True):
    """All names from now on, each `value`, `zh` and `en` (may be empty). `revision` is the one that was read: where
    somebody has changed them since, nothing is saved."""

    values: list[Any]
    revision: int = 0


@get(
    ADDRESS,
    operation_id="event_fields",
    summary="Fields of events (事件字段)",
    description="The custom fields of an app, with the events that have them and the names of their values.",
    tags=["events"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=openapi.Described,
    needs=scope("report:read"),
)
async def event_fields(
    console: NamedDependency[Console], held: NamedDependency[App]
) -> Response[EventFields]:
    """All of them."""

    def asked() -> EventFields:
        history = console.records.events.history(held.id)
        names, users = console.records.field_values.of(held.id), history.users or {}
        return EventFields(
            [
                EventField(
                    one.name, one.zh, one.type, one.note, list(users.get(one.name, ())),
                    _values(names.get(one.name, Dictionary(one.name))),
                )
                for one in history.held.values()
            ]
        )  # fmt: skip

    return Response(await asyncio.to_thread(asked), media_type="application/json")


@get(
    VALUES,
    operation_id="field_values",
    summary="Names of a field's values (字段取值的名称)",
    description="Shown instead of the value in analysis, and understood in conditions.",
    tags=["events"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=openapi.Described,
    needs=scope("report:read"),
)
async def field_values(
    console: NamedDependency[Console], held: NamedDependency[App], field: FromPath[str]
) -> Response[ValueNamesOfField]:
    """Of one field."""
    found = await asyncio.to_thread(console.records.field_values.find, held.id, field)
    return Response(_told(found), media_type="application/json")


@put(
    VALUES,
    operation_id="set_field_values",
    summary="Name a field's values (设置字段取值的名称)",
    description="In place of all names before.",
    tags=["events"],
    security=openapi.SECURITY,
    responses=openapi.changes(),
    operation_class=openapi.Described,
    request_max_body_size=MOST,
    most_bytes=MOST,
    needs=scope("admin"),
)
async def set_field_values(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    field: FromPath[str],
    data: JSONBody[NewValueNames],
) -> Response[ValueNamesOfField]:
    """As they are then."""
    by = token_of(request).account
    save = partial(
        console.records.field_values.set, held.id, field, read(data.values), now=now(), revision=data.revision, by=by
    )  # fmt: skip
    return Response(_told(await asyncio.to_thread(save)), media_type="application/json")


def _values(held: Dictionary) -> list[NamedValue]:
    return [NamedValue(*one) for one in held.names]


def _told(held: Dictionary) -> ValueNamesOfField:
    return ValueNamesOfField(held.field, held.revision, _values(held))


ROUTES = (event_fields, field_values, set_field_values)
