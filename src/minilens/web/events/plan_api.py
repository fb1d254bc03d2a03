"""A plan's file held against what is published, for programs: differences in words, and what does not come."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import JSONBody

from minilens.period import now
from minilens.records.plan_file import MOST_BYTES, PlanFiles, read_file
from minilens.web import openapi
from minilens.web.auth.guard import scope
from minilens.web.console import App, Console
from minilens.web.events.seen import Absent, SeenEvent, absent, undefined
from minilens.web.reader import ReaderContext

Req = Request[Any, Any, State]
#: A file of the greatest length, each letter of which is written as an escape.
MOST = 6 * MOST_BYTES


class PlanToCheck(msgspec.Struct, forbid_unknown_fields=True):
    """`file`: the text of a plan's file, YAML or JSON."""

    file: str


class PlanChecked(msgspec.Struct, frozen=True):
    """`differences`: what pushing the file would change, in words of the caller's language. `not_seen`: published
    events of which none came for 14 days; `undefined`: events that came and nobody defined, the most first."""

    same: bool
    differences: list[str]
    not_seen: list[Absent]
    undefined: list[SeenEvent]


@post(
    "/api/v1/apps/{app:str}/plan/check",
    operation_id="check_plan",
    summary="Check a plan's file (检查配置文件)",
    description="Says how it differs from what is published; nothing is saved. A mistake is refused with its line.",
    tags=["events"],
    security=openapi.SECURITY,
    responses=openapi.refusals() | openapi.BODY,
    operation_class=openapi.Described,
    status_code=200,
    request_max_body_size=MOST,
    most_bytes=MOST,
    needs=scope("report:read"),
)
async def check_plan(
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    data: JSONBody[PlanToCheck],
) -> Response[PlanChecked]:
    """As `minilens plan check` says it."""

    def asked() -> PlanChecked:
        records = console.records
        read = read_file(data.file.encode("utf-8", "replace"))
        files = PlanFiles(records.plans, records.events, records.page_types, records.field_values)
        found = files.check(held.id, read, "plan", now=now())
        told = [one.zh if reader.language == "zh" else one.en for one in found]
        seen = console.quarantine.seen(held)
        silent = absent(records.events.of(held.id), seen, reader.moment)
        return PlanChecked(not told, told, silent, undefined(seen))

    return Response(await asyncio.to_thread(asked), media_type="application/json")


ROUTES = (check_plan,)
