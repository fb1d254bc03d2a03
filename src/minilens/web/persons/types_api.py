"""Types of identities by API: what is set, changing it, values that are nobody's; with `dry_run` what it would do."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import JSONBody

from minilens.identity.not_added import FoundType
from minilens.identity.types import IdentityType, row_of
from minilens.identity.values import hash_read
from minilens.period import now
from minilens.web import openapi
from minilens.web.auth.guard import scope, token_of
from minilens.web.console import App, Console
from minilens.web.persons.merges_api import ADDRESS
from minilens.web.persons.type_changes import (
    BlockedChange,
    OrderChange,
    TypeChange,
    movable,
    ordered,
    types,
    version,
)

Req = Request[Any, Any, State]


class ListedType(msgspec.Struct, frozen=True):
    """What is set of a type, as `minilens identities` says it. Whoever changes it may say which `version` they saw."""

    name: str
    zh: str
    en: str
    priority: int
    most: int
    days: int
    over: str
    crowd: int
    parent: str
    takes_part: bool
    version: str


class ListedBlocked(msgspec.Struct, frozen=True):
    """A value that is nobody's: its type, its hash, and how it is shown."""

    type: str
    hash: str
    shown: str


class TypeList(msgspec.Struct, frozen=True):
    """The strongest first; `version` is that of the order. `found`: types that events carry and nobody added."""

    types: list[ListedType]
    blocked: list[ListedBlocked]
    version: str
    found: list[FoundType]


class ChangedType(msgspec.Struct, forbid_unknown_fields=True):
    """Other settings of a type, or a new type; what is not given stays. `version`: refused where another holds now."""

    name: str = ""
    zh: str | None = None
    en: str | None = None
    most: int | None = None
    days: int | None = None
    over: str | None = None
    crowd: int | None = None
    parent: str | None = None
    takes_part: bool | None = None
    version: str = ""
    dry_run: bool = False


class ChangedOrder(msgspec.Struct, forbid_unknown_fields=True):
    """All types but `group_openid` and `device`, the strongest first."""

    order: list[str]
    version: str = ""
    dry_run: bool = False


class BlockedIdentity(msgspec.Struct, forbid_unknown_fields=True):
    """A value that is nobody's from now on."""

    type: str = ""
    value: str = ""
    dry_run: bool = False


class UnblockedIdentity(msgspec.Struct, forbid_unknown_fields=True):
    """The hash of one that may be somebody's again."""

    hash: str = ""


class Effect(msgspec.Struct, frozen=True):
    """Persons who are joined with others by it, and who would not be one by the new rule and stay so all the same; of
    `looked_at` identities out of `all`. `saved`: it was done."""

    joined: int
    kept: int
    looked_at: int
    all: int
    saved: bool


@get(
    f"{ADDRESS}/types",
    operation_id="identity_types",
    summary="Identity types (标识类型)",
    description="What is set of each type, values that are nobody's, and types that events carry and nobody added: "
    "these join nobody.",
    tags=["identities"],
    security=openapi.SECURITY,
    responses=openapi.refusals(scope="admin"),
    operation_class=openapi.Described,
    needs=scope("admin"),
)
async def listed(
    console: NamedDependency[Console], held: NamedDependency[App]
) -> Response[TypeList]:
    """All of it."""
    found = await asyncio.to_thread(types, console, held)
    blocked = await asyncio.to_thread(console.records.blocked_identities.of, held.id)
    said = TypeList(
        [_told(one) for one in ordered(found)],
        [ListedBlocked(one.type, f"{one.hash:016x}", one.shown) for one in blocked],
        version(*map(row_of, movable(found))),
        await asyncio.to_thread(console.persons.found, held.id, found.by_name),
    )
    return Response(said, media_type="application/json")


def _told(one: IdentityType) -> ListedType:
    row = row_of(one)
    return ListedType(
        row.name, row.zh, row.en, row.priority, row.most, row.days, row.over, row.crowd, row.parent,
        row.takes_part, version(row),
    )  # fmt: skip


@post(
    f"{ADDRESS}/types",
    operation_id="change_identity_type",
    summary="Change an identity type (修改标识类型)",
    description="A stricter setting separates nobody; what a looser one allows is joined at once.",
    tags=["identities"],
    security=openapi.SECURITY,
    responses=openapi.changes(),
    operation_class=openapi.Described,
    status_code=200,
    needs=scope("admin"),
)
async def change_type(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    data: JSONBody[ChangedType],
) -> Response[Effect]:
    """What it does, or would do."""
    given = msgspec.structs.asdict(data)
    apart = ("name", "version", "dry_run")
    changes = {
        name: value for name, value in given.items() if value is not None and name not in apart
    }
    change = TypeChange(console, held, data.name.strip(), changes, data.version)
    return await _done(request, change, dry=data.dry_run)


@post(
    f"{ADDRESS}/order",
    operation_id="order_identity_types",
    summary="Order identity types (调整标识类型顺序)",
    description="Where two identities disagree, the weaker one gives way.",
    tags=["identities"],
    security=openapi.SECURITY,
    responses=openapi.changes(),
    operation_class=openapi.Described,
    status_code=200,
    needs=scope("admin"),
)
async def change_order(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    data: JSONBody[ChangedOrder],
) -> Response[Effect]:
    """What it does, or would do."""
    return await _done(
        request, OrderChange(console, held, data.order, data.version), dry=data.dry_run
    )


@post(
    f"{ADDRESS}/blocked",
    operation_id="block_identity",
    summary="Block a value (屏蔽标识值)",
    description="A value identifies nobody from now on. Of persons whom it joined before, nobody is separated.",
    tags=["identities"],
    security=openapi.SECURITY,
    responses=openapi.changes(),
    operation_class=openapi.Described,
    status_code=200,
    needs=scope("admin"),
)
async def block(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    data: JSONBody[BlockedIdentity],
) -> Response[Effect]:
    """What it does, or would do."""
    change = BlockedChange(console, held, data.type, data.value)
    return await _done(request, change, dry=data.dry_run)


@post(
    f"{ADDRESS}/blocked/remove",
    operation_id="unblock_identity",
    summary="Unblock a value (取消屏蔽标识值)",
    description="A value may be somebody's again.",
    tags=["identities"],
    security=openapi.SECURITY,
    responses=openapi.changes(),
    operation_class=openapi.Described,
    status_code=200,
    needs=scope("admin"),
)
async def unblock(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    data: JSONBody[UnblockedIdentity],
) -> Response[UnblockedIdentity]:
    """The same hash."""
    await asyncio.to_thread(
        console.records.blocked_identities.remove,
        held.id, hash_read(data.hash), now=now(), by=token_of(request).account,
    )  # fmt: skip
    return Response(data, media_type="application/json")


async def _done(
    request: Req, change: TypeChange | OrderChange | BlockedChange, *, dry: bool
) -> Response[Effect]:
    found = await asyncio.to_thread(change.look)
    if not dry:
        await asyncio.to_thread(change.save, token_of(request).account)
    return Response(Effect(*found, saved=not dry), media_type="application/json")


ROUTES = (listed, change_type, change_order, block, unblock)
