"""Page types for programs: read with the pages that they are, looked at, set."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, get, put
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import JSONBody

from minilens.period import now
from minilens.records.page_types import TypesOfPages, read
from minilens.web import openapi
from minilens.web.auth.guard import scope, token_of
from minilens.web.console import App, Console
from minilens.web.events.page_types import OfPage, of_pages

Req = Request[Any, Any, State]
ADDRESS = "/api/v1/apps/{app:str}/page-types"


class PageOfType(msgspec.Struct, frozen=True):
    """A page of the last 30 days or of the app.json; `type` is null where no pattern fits."""

    page: str
    type: str | None
    visits: int


class PageTypePatterns(msgspec.Struct, frozen=True):
    """Type (home, category, product, cart, checkout, order) → its patterns. `changed` is null before anything was
    said, `by` for the command line."""

    types: dict[str, list[str]]
    revision: int
    changed: datetime | None
    by: str | None
    pages: list[PageOfType]


class PageTypesToSet(msgspec.Struct, forbid_unknown_fields=True):
    """Patterns by type: a path, in which `*` stands for any letters. `revision`: the one that was read; without it
    whatever was said before is replaced. `dry_run`: look at the pages, save nothing."""

    types: dict[str, Any]
    revision: int | None = None
    dry_run: bool = False


@get(
    ADDRESS,
    operation_id="page_types",
    summary="Page types (页面类型)",
    tags=["events"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=openapi.Described,
    needs=scope("report:read"),
)
async def page_types(
    console: NamedDependency[Console], held: NamedDependency[App]
) -> Response[PageTypePatterns]:
    """The patterns with the pages that they are."""
    kept = await asyncio.to_thread(console.records.page_types.of, held.id)
    return await _told(console, held, kept)


@put(
    ADDRESS,
    operation_id="set_page_types",
    summary="Set the page types (设置页面类型)",
    description="All of them; types that are left out have no pages. With `dry_run` nothing is saved.",
    tags=["events"],
    security=openapi.SECURITY,
    responses=openapi.changes(),
    operation_class=openapi.Described,
    status_code=200,
    needs=scope("admin"),
)
async def set_page_types(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    data: JSONBody[PageTypesToSet],
) -> Response[PageTypePatterns]:
    """As they are now, or would be."""
    by = token_of(request).account
    return await _told(console, held, await asyncio.to_thread(_set, console, held, data, by))


def _set(console: Console, app: App, data: PageTypesToSet, by: int | None) -> TypesOfPages:
    patterns, rooms = read(data.types, "types"), console.records.page_types
    if data.dry_run:
        kept = rooms.of(app.id)
        return TypesOfPages(patterns, kept.revision, kept.changed, kept.author)
    return rooms.set(app.id, patterns, now=now(), revision=data.revision, by=by)


async def _told(console: Console, app: App, kept: TypesOfPages) -> Response[PageTypePatterns]:
    pages = await asyncio.to_thread(of_pages, console, app, kept.in_order(), now())
    body = PageTypePatterns(
        {kind: list(some) for kind, some in kept.patterns.items()}, kept.revision, kept.changed,
        kept.author, list(map(_page, pages)),
    )  # fmt: skip
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


def _page(one: OfPage) -> PageOfType:
    return PageOfType(one.page, one.type or None, one.visits)


ROUTES = (page_types, set_page_types)
