"""A person's own data by API: handed out, and erased. By POST, so that no identity stands in an address or a log."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import JSONBody

from minilens.web import openapi
from minilens.web.auth.guard import scope, token_of
from minilens.web.console import App, Console

Req = Request[Any, Any, State]
ADDRESS = "/api/v1/apps/{app:str}/persons"


class Person(msgspec.Struct, forbid_unknown_fields=True):
    """Who: `p12`, or TYPE=VALUE such as `wechat-unionid=o6_bm…`, `mobile=13700001234`, `device=…`."""

    person: str = ""


class Erasing(msgspec.Struct, forbid_unknown_fields=True):
    """Who; `only_this`: the identity named, and no other of the same person."""

    person: str = ""
    only_this: bool = False


class Erased(msgspec.Struct):
    """What there was. `id` is the erasure's number in the audit."""

    id: str
    whole: bool
    counts: dict[str, int]


@post(
    f"{ADDRESS}/export",
    operation_id="export_person",
    summary="A person's data (导出用户数据)",
    description="All that is kept of one person, as a ZIP of JSON and CSV.",
    tags=["persons"],
    security=openapi.SECURITY,
    responses=openapi.refusals(scope="admin"),
    operation_class=openapi.Described,
    status_code=200,
    needs=scope("admin"),
)
async def export_person(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    data: JSONBody[Person],
) -> Response[bytes]:
    """The file."""
    by = token_of(request).account
    made = await asyncio.to_thread(console.export_person, held, data.person.strip(), by)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{held.name}_person.zip"',
    }
    return Response(made, media_type="application/zip", headers=headers)


@post(
    f"{ADDRESS}/erase",
    operation_id="erase_person",
    summary="Erase a person (删除用户)",
    description="Everything of one person, or of one identity, for good: events, days, the spool, and whatever of them "
    "comes in again from before. Loading waits meanwhile.",
    tags=["persons"],
    security=openapi.SECURITY,
    responses=openapi.refusals(scope="admin"),
    operation_class=openapi.Described,
    status_code=200,
    needs=scope("admin"),
)
async def erase_person(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    data: JSONBody[Erasing],
) -> Response[Erased]:
    """What there was."""
    by = token_of(request).account
    done = await asyncio.to_thread(
        console.erase_person, held, data.person.strip(), data.only_this, by
    )
    said = Erased(done.id, done.whole, dict(done.counts))
    return Response(said, media_type="application/json")


ROUTES = (export_person, erase_person)
