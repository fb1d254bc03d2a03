"""Merges by API: what became one, what did not and why, who is largest, who breaks a setting; joining and undoing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from minilens.identity.audit import Pair
from minilens.web import openapi
from minilens.web.auth.guard import scope, token_of
from minilens.web.console import App, Console
from minilens.web.persons.doors import Deed, reason

Req = Request[Any, Any, State]
ADDRESS = "/api/v1/apps/{app:str}/identities"


class ListedPair(msgspec.Struct, frozen=True):
    """Two identities that came together: their types and persons now; `state`: live, removed, or why they do not join.

    `merge` is the number that undoes it, 0 where the pair made no two persons one.
    """

    types: list[str]
    persons: list[str]
    grade: str
    cause: str
    state: str
    first: datetime
    merge: int


class PairList(msgspec.Struct, frozen=True):
    """The newest first, at most 200."""

    pairs: list[ListedPair]


class ListedPerson(msgspec.Struct, frozen=True):
    """A person with many identities, so many of them devices."""

    person: str
    identities: int
    devices: int


class PersonList(msgspec.Struct, frozen=True):
    """The largest first, at most 200."""

    persons: list[ListedPerson]


class BrokenPerson(msgspec.Struct, frozen=True):
    """A person who would not be one any more by what is set of a type, and how many links break it."""

    type: str
    person: str
    links: int


class BrokenList(msgspec.Struct, frozen=True):
    """Those with the most such links first, at most 200."""

    broken: list[BrokenPerson]


class Joining(msgspec.Struct, forbid_unknown_fields=True):
    """Two persons, such as p12 and p34, and why."""

    one: str = ""
    other: str = ""
    why: str = ""


class Undoing(msgspec.Struct, forbid_unknown_fields=True):
    """Why."""

    why: str = ""


class Joined(msgspec.Struct, frozen=True):
    """The number that undoes it."""

    merge: int


def _pairs(name: str, summary: str, description: str) -> HTTPRouteHandler:
    @get(
        f"{ADDRESS}/{name}",
        operation_id=name,
        summary=summary,
        description=description,
        tags=["identities"],
        security=openapi.SECURITY,
        responses=openapi.refusals(scope="admin"),
        operation_class=openapi.Described,
        needs=scope("admin"),
    )
    async def listed(
        console: NamedDependency[Console], held: NamedDependency[App]
    ) -> Response[PairList]:
        ask: Callable[[int], list[Pair]] = getattr(console.persons, name)
        found = await asyncio.to_thread(ask, held.id)
        return Response(PairList([_told(one) for one in found]), media_type="application/json")

    return listed


def _told(one: Pair) -> ListedPair:
    persons = [f"p{number}" for number in one.persons if number]
    return ListedPair(
        list(one.types), persons, one.grade, one.cause, one.state, one.first, one.merge
    )


merges = _pairs(
    "merges", "Merges (合并记录)", "Pairs of identities by which two persons became one."
)
conflicts = _pairs(
    "conflicts", "Conflicts (冲突)",
    "Pairs that did not join, and why: limit, claimed, apart, held, public, crowded.",
)  # fmt: skip


@get(
    f"{ADDRESS}/largest",
    operation_id="largest_persons",
    summary="Largest persons (标识最多的用户)",
    description="Persons with the most identities.",
    tags=["identities"],
    security=openapi.SECURITY,
    responses=openapi.refusals(scope="admin"),
    operation_class=openapi.Described,
    needs=scope("admin"),
)
async def largest(
    console: NamedDependency[Console], held: NamedDependency[App]
) -> Response[PersonList]:
    """The list."""
    found = await asyncio.to_thread(console.persons.largest, held.id)
    rows = [ListedPerson(f"p{one.person}", one.identities, one.devices) for one in found]
    return Response(PersonList(rows), media_type="application/json")


@get(
    f"{ADDRESS}/broken",
    operation_id="broken_persons",
    summary="Persons against current settings (不符合现有设置的用户)",
    description="Persons who became one before a setting was made stricter.",
    tags=["identities"],
    security=openapi.SECURITY,
    responses=openapi.refusals(scope="admin"),
    operation_class=openapi.Described,
    needs=scope("admin"),
)
async def broken(
    console: NamedDependency[Console], held: NamedDependency[App]
) -> Response[BrokenList]:
    """The list."""
    found = await asyncio.to_thread(console.persons.broken, held.id)
    rows = [BrokenPerson(one.type, f"p{one.person}", one.links) for one in found]
    return Response(BrokenList(rows), media_type="application/json")


@post(
    f"{ADDRESS}/merges",
    operation_id="merge_persons",
    summary="Merge two persons (合并用户)",
    description="Make two persons one as they are, whatever the limits say, also in the past.",
    tags=["identities"],
    security=openapi.SECURITY,
    responses=openapi.changes(),
    operation_class=openapi.Described,
    status_code=200,
    needs=scope("admin"),
)
async def join(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    data: JSONBody[Joining],
) -> Response[Joined]:
    """The number that undoes it."""
    deed = Deed(token_of(request).account, reason(data.why))
    made = await asyncio.to_thread(console.persons.join, held.id, data.one, data.other, deed)
    return Response(Joined(made), media_type="application/json")


@post(
    f"{ADDRESS}/merges/{{merge:int}}/undo",
    operation_id="undo_merge",
    summary="Undo a merge (撤销合并)",
    description="Take a merge back, also one that came by itself; what it joined is kept apart from then on.",
    tags=["identities"],
    security=openapi.SECURITY,
    responses=openapi.changes(),
    operation_class=openapi.Described,
    status_code=200,
    needs=scope("admin"),
)
async def undo(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    merge: FromPath[int],
    data: JSONBody[Undoing],
) -> Response[Joined]:
    """The same number."""
    deed = Deed(token_of(request).account, reason(data.why))
    await asyncio.to_thread(console.persons.undo, held.id, merge, deed)
    return Response(Joined(merge), media_type="application/json")


ROUTES = (merges, conflicts, largest, broken, join, undo)
