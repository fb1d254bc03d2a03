"""Numbers that were handed on, by API: who has had them when, and saying that one was not."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import JSONBody

from minilens.web import openapi
from minilens.web.auth.guard import scope, token_of
from minilens.web.console import App, Console
from minilens.web.persons.doors import Deed, HandedOn, reason
from minilens.web.persons.merges_api import ADDRESS

Req = Request[Any, Any, State]


class HandedOnList(msgspec.Struct, frozen=True):
    """The one handed on last first, then those that were not."""

    numbers: list[HandedOn]


class KeptNumber(msgspec.Struct, forbid_unknown_fields=True):
    """The hash of a number, from the list; whether it was handed on, and why that is known."""

    hash: str = ""
    handed_on: bool = False
    why: str = ""


@get(
    f"{ADDRESS}/handed-on",
    operation_id="handed_on_numbers",
    summary="Numbers handed on (转手的手机号)",
    description="Mobile numbers that were proved to be another person's from a moment on, and those of which somebody "
    "said that they were not.",
    tags=["identities"],
    security=openapi.SECURITY,
    responses=openapi.refusals(scope="admin"),
    operation_class=openapi.Described,
    needs=scope("admin"),
)
async def listed(
    console: NamedDependency[Console], held: NamedDependency[App]
) -> Response[HandedOnList]:
    """All of an app."""
    found = await asyncio.to_thread(console.persons.handed_on, held.id, 0)
    return Response(HandedOnList(found), media_type="application/json")


@post(
    f"{ADDRESS}/handed-on",
    operation_id="change_handed_on_number",
    summary="Say whether a number was handed on (设定手机号是否转手)",
    description="A number that was not handed on stays with the person who had it first, also what came later; whom it "
    "was proved with is listed as a conflict. It lasts until the opposite is said.",
    tags=["identities"],
    security=openapi.SECURITY,
    responses=openapi.changes(),
    operation_class=openapi.Described,
    status_code=200,
    needs=scope("admin"),
)
async def change(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    data: JSONBody[KeptNumber],
) -> Response[KeptNumber]:
    """The same, once it is written down; a running server follows within seconds."""
    deed = Deed(token_of(request).account, reason(data.why))
    await asyncio.to_thread(
        console.persons.keep_number, held.id, data.hash, deed, handed_on=data.handed_on
    )
    return Response(data, media_type="application/json")


ROUTES = (listed, change)
