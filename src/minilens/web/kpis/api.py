"""KPIs by API: how each stands now, made, changed, removed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.spec import (
    OpenAPIFormat,
    OpenAPIMediaType,
    OpenAPIType,
    Parameter,
    Reference,
    RequestBody,
    Schema,
)
from litestar.params import FromPath

from minilens.errors import Refused
from minilens.period import now, parse_day, today
from minilens.records.kpis import LONGEST_BODY, SavedKpi
from minilens.reports.kpi_definition import KpiDefinition
from minilens.reports.kpis import KpiNow, encoded, read
from minilens.reports.question import as_json
from minilens.text import Language, Text
from minilens.web import openapi
from minilens.web.auth.guard import scope, token_of
from minilens.web.console import App, Console
from minilens.web.kpis.dashboard import context_of, kpi_now
from minilens.web.reader import ReaderContext

Req = Request[Any, Any, State]
ADDRESS = "/api/v1/apps/{app:str}/kpis"


class KpiPeriod(msgspec.Struct, frozen=True):
    """A week or month by its first day, and its value; null unknown."""

    day: date
    value: float | None


class ListedKpi(msgspec.Struct, frozen=True, rename={"start": "from", "end_day": "to"}):
    """A KPI and how it stands in the running week or month.

    `value`: up to today. `end`: what it comes to by `to` if it goes on so, null where that can't be said yet.
    `periods`: so many weeks or months before say how it goes on; 0: evenly, or it doesn't add up. `state`: reached,
    on_course, behind, early or unknown. `unit`: count, number, ratio, seconds or depth. `course`: the last weeks or
    months, the running one among them. `owner`: the account's number, `owner_name` what it is called. `notes`: in which
    currency amounts are, and what is left out of them.
    """

    id: int
    zh: str
    en: str
    owner: int | None
    owner_name: str | None
    definition: KpiDefinition
    unit: str
    start: date
    end_day: date
    value: float | None
    end: float | None
    periods: int
    state: str
    course: list[KpiPeriod]
    notes: list[str]


class KpiList(msgspec.Struct, frozen=True):
    """Those of the app, the oldest first."""

    kpis: list[ListedKpi]


class GivenKpi(msgspec.Struct, forbid_unknown_fields=True):
    """A KPI under a name in either language or both. `owner`: the number of an account that sees the app."""

    definition: KpiDefinition
    zh: str = ""
    en: str = ""
    owner: int | None = None


class RemovedKpi(msgspec.Struct, frozen=True):
    """The number of what is no more."""

    removed: int


@dataclass
class OfGiven(openapi.Described):
    """An operation whose body is a KPI."""

    def __post_init__(self) -> None:
        super().__post_init__()
        name = Schema(type=OpenAPIType.STRING, max_length=40)
        owner = Schema(one_of=[Schema(type=OpenAPIType.INTEGER), Schema(type=OpenAPIType.NULL)])
        body = Schema(
            type=OpenAPIType.OBJECT,
            required=["definition"],
            properties={
                "definition": Reference(ref="#/components/schemas/KpiDefinition"),
                "zh": name,
                "en": name,
                "owner": owner,
            },
        )
        media = {"application/json": OpenAPIMediaType(schema=body)}
        self.request_body = RequestBody(content=media, required=True)


@dataclass
class OfList(openapi.Described):
    """An operation over all of them, in the period of a day."""

    def __post_init__(self) -> None:
        super().__post_init__()
        day = Parameter(
            name="day",
            param_in="query",
            schema=Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.DATE),
            description="In the week or month of that day; of today unless given. 该日所在的周或月，默认今天。",
        )
        self.parameters = [*(self.parameters or []), day]


def listed(saved: SavedKpi, stands: KpiNow, language: Language) -> ListedKpi:
    """As programs are told."""
    return ListedKpi(
        saved.id, saved.name.zh, saved.name.en, saved.owner, saved.owner_name, stands.definition, stands.unit,
        stands.over.start, stands.over.end, stands.value, stands.end, stands.periods, stands.state,
        [KpiPeriod(day, value) for day, value in stands.course],
        [note.of(language) for note in stands.notes],
    )  # fmt: skip


def given(body: bytes, console: Console, app: App, reader: ReaderContext) -> GivenKpi:
    """What a body holds; Refused, naming the path, where it is something else or cannot be asked."""
    found = as_json(body, GivenKpi)
    try:
        read(found.definition, context_of(console, app, reader, found.definition), app.id)
    except Refused as error:
        raise error.at(f"definition.{error.field}") from None
    return found


@get(
    ADDRESS,
    operation_id="kpis",
    summary="KPIs and how they stand (KPI 及其进度)",
    description="Each with its value up to today, its target, and what its present pace leads to.",
    tags=["kpis"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=OfList,
    needs=scope("report:read"),
)
async def every(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
) -> Response[KpiList]:
    """The oldest first."""
    text, at = request.query_params.get("day", ""), None
    if text:
        at = parse_day(text, "day")
        if at > today(held.timezone, reader.moment):
            raise Refused("day_outside", "day", got=text)
    saved = await asyncio.to_thread(console.records.kpis.of, held.id)
    found = [
        listed(
            one, await asyncio.to_thread(kpi_now, console, held, reader, one, at), reader.language
        )
        for one in saved
    ]
    return Response(KpiList(found), media_type="application/json")


@post(
    ADDRESS,
    operation_id="create_kpi",
    status_code=201,
    summary="Make a KPI (新建 KPI)",
    description="An app has three at most.",
    tags=["kpis"],
    security=openapi.SECURITY,
    responses=openapi.changes() | openapi.BODY,
    operation_class=OfGiven,
    request_max_body_size=2 * LONGEST_BODY,
    most_bytes=2 * LONGEST_BODY,
    needs=scope("admin"),
)
async def create(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
) -> Response[ListedKpi]:
    """As it stands."""
    made = await asyncio.to_thread(given, await request.body(), console, held, reader)
    by = token_of(request).account
    saved = await asyncio.to_thread(
        lambda: console.records.kpis.create(
            held.id, Text(made.zh, made.en), encoded(made.definition), made.owner, now=now(), by=by
        )
    )
    stands = await asyncio.to_thread(kpi_now, console, held, reader, saved)
    return Response(
        listed(saved, stands, reader.language), media_type="application/json", status_code=201
    )


@post(
    f"{ADDRESS}/{{kpi:int}}",
    operation_id="change_kpi",
    status_code=200,
    summary="Change a KPI (修改 KPI)",
    description="Names, owner and definition, all of them, become those of the body.",
    tags=["kpis"],
    security=openapi.SECURITY,
    responses=openapi.changes() | openapi.BODY,
    operation_class=OfGiven,
    request_max_body_size=2 * LONGEST_BODY,
    most_bytes=2 * LONGEST_BODY,
    needs=scope("admin"),
)
async def change(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    kpi: FromPath[int],
) -> Response[ListedKpi]:
    """As it stands."""
    made = await asyncio.to_thread(given, await request.body(), console, held, reader)
    by = token_of(request).account
    saved = await asyncio.to_thread(
        lambda: console.records.kpis.change(
            held.id, kpi, Text(made.zh, made.en), encoded(made.definition), made.owner, now=now(), by=by
        )
    )  # fmt: skip
    stands = await asyncio.to_thread(kpi_now, console, held, reader, saved)
    return Response(listed(saved, stands, reader.language), media_type="application/json")


@post(
    f"{ADDRESS}/{{kpi:int}}/remove",
    operation_id="remove_kpi",
    status_code=200,
    summary="Remove a KPI (删除 KPI)",
    description="What it is counted from stays as it is.",
    tags=["kpis"],
    security=openapi.SECURITY,
    responses=openapi.changes(),
    operation_class=openapi.Described,
    needs=scope("admin"),
)
async def remove(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    kpi: FromPath[int],
) -> Response[RemovedKpi]:
    """Its number."""
    by = token_of(request).account
    await asyncio.to_thread(lambda: console.records.kpis.remove(held.id, kpi, now=now(), by=by))
    return Response(RemovedKpi(kpi), media_type="application/json")


ROUTES = (every, create, change, remove)
