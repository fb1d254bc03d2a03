"""Campaign links by API: made many at once, listed, and what a code stands for, which anybody may ask."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, datetime
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
    RequestBody,
    Schema,
)
from litestar.params import FromPath

from minilens.collect.refusals import misfit, not_json
from minilens.period import now, today
from minilens.records.link_content import NewLink
from minilens.records.link_file import MOST_BYTES
from minilens.records.store import Link
from minilens.reference.link_codes import ALPHABET, LENGTH
from minilens.render.links_csv import links_csv
from minilens.reports.request_values import choice, whole
from minilens.web import openapi
from minilens.web.auth.guard import NOTHING, scope, token_of
from minilens.web.console import Console
from minilens.web.reports.formats import MEDIA_TYPES

Req = Request[Any, Any, State]
ADDRESS = "/v1/links"
#: Links of one page of the list.
MOST = 10_000


class Resolved(msgspec.Struct, frozen=True):
    """What a code stands for. `url`: the whole address within the mini program, parameters and all. `web`: where it
    leads in a browser. `over`: it is ended, or its last day is past; it is resolved all the same."""

    code: str
    campaign: str
    placement: str
    material: str
    page: str
    query: str
    url: str
    web: str
    expires: date | None
    over: bool


class ListedLink(msgspec.Struct, frozen=True):
    """A link as its owners see it. `path`: what its image holds: `url`, or the page and the code. `by`: who made it,
    null where a program or a command did."""

    code: str
    campaign: str
    placement: str
    material: str
    page: str
    query: str
    method: str
    path: str
    url: str
    tags: list[str]
    note: str
    owner: str
    web: str
    expires: date | None
    ended: datetime | None
    created: datetime
    by: str | None


class LinkList(msgspec.Struct, frozen=True):
    """In the order that was given, or by campaign, placement and material; `next` is `after` of the next page."""

    links: list[ListedLink]
    next: str | None = None


class NewLinks(msgspec.Struct, forbid_unknown_fields=True):
    """Links to be made: all, or none where one is refused."""

    links: list[NewLink]


@dataclass
class OfNew(openapi.Described):
    """An operation whose body is new links."""

    def __post_init__(self) -> None:
        super().__post_init__()

        def text(most: int) -> Schema:
            return Schema(type=OpenAPIType.STRING, max_length=most)

        day = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.DATE)
        link = Schema(
            type=OpenAPIType.OBJECT,
            required=["campaign", "page"],
            properties={
                "campaign": text(64), "placement": text(64), "material": text(64), "page": text(255),
                "query": text(1024), "method": Schema(type=OpenAPIType.STRING, enum=["", "path", "code"]),
                "tags": Schema(type=OpenAPIType.ARRAY, items=text(32), max_items=20), "expires": day,
                "note": text(255), "owner": text(64), "web": text(1024),
            },
        )  # fmt: skip
        some = Schema(type=OpenAPIType.ARRAY, items=link, min_items=1, max_items=50_000)
        body = Schema(type=OpenAPIType.OBJECT, required=["links"], properties={"links": some})
        media = {"application/json": OpenAPIMediaType(schema=body)}
        self.request_body = RequestBody(content=media, required=True)


@dataclass
class OfList(openapi.Paged):
    """An operation over pages of links, or all as a file."""

    most = MOST
    of = "Links a page. 每页条数。"

    def __post_init__(self) -> None:
        super().__post_init__()
        text = Schema(type=OpenAPIType.STRING)
        campaign = Parameter(
            name="campaign",
            param_in="query",
            schema=text,
            description="Only of that campaign. 推广活动。",
        )
        self.parameters = [campaign, *(self.parameters or [])]


@dataclass
class OfCode(openapi.Described):
    """An operation over a code."""

    def __post_init__(self) -> None:
        super().__post_init__()
        form = Schema(type=OpenAPIType.STRING, pattern=f"^[{ALPHABET}]{{{LENGTH}}}$")
        self.parameters = [Parameter(name="code", param_in="path", schema=form, required=True)]


def listed(one: Link) -> ListedLink:
    """As programs are told."""
    return ListedLink(
        one.code, one.campaign, one.placement, one.material, one.page, one.query, one.method, one.path, one.url,
        list(one.tags), one.note, one.owner, one.web, one.expires, one.ended, one.created, one.author,
    )  # fmt: skip


def new_links(body: bytes) -> list[NewLink]:
    """What a body holds; Refused, naming the path, where it is something else."""
    try:
        return msgspec.json.decode(body, type=NewLinks).links
    except msgspec.ValidationError as error:
        raise misfit(error, "body") from None
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise not_json(error, text=body) from None


@post(
    ADDRESS,
    operation_id="create_links",
    status_code=201,
    summary="Make campaign links (新建推广链接)",
    description="For the app of the token: all of them or none. Each gets a code that is never given again.",
    tags=["links"],
    security=openapi.SECURITY,
    responses=openapi.refusals(scope="links:write") | openapi.BODY,
    operation_class=OfNew,
    request_max_body_size=MOST_BYTES,
    most_bytes=MOST_BYTES,
    needs=scope("links:write"),
)
async def create(request: Req, console: NamedDependency[Console]) -> Response[LinkList]:
    """In the order that was given."""
    given = new_links(await request.body())
    token = token_of(request)
    made = await asyncio.to_thread(
        console.records.links.create, token.app, given, now=now(), by=token.account
    )
    return Response(
        LinkList(list(map(listed, made))), media_type="application/json", status_code=201
    )


@get(
    ADDRESS,
    operation_id="links",
    summary="Campaign links (推广链接)",
    description="Those of the app of the token, page by page, or all as a file that can be handed in again.",
    tags=["links"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=OfList,
    needs=scope("report:read"),
)
async def every(request: Req, console: NamedDependency[Console]) -> Response[LinkList]:
    """By campaign, placement and material."""
    given = dict(request.query_params)
    form = choice(given, "format", openapi.PAGED_FORMS, "json")
    limit = whole(given, "limit", 100, 1, MOST)
    after = whole(given, "after", 0, 0, 10**9)
    app, links, campaign = token_of(request).app, console.records.links, given.get("campaign", "")
    if form == "csv":
        some = await asyncio.to_thread(lambda: links.of(app, campaign=campaign, most=10**9))
        return Response(links_csv(some), media_type=MEDIA_TYPES["csv"])  # type: ignore[arg-type]
    found = await asyncio.to_thread(
        lambda: links.of(app, campaign=campaign, after=after, most=limit + 1)
    )
    onward = str(after + limit) if len(found) > limit else None
    listing = LinkList(list(map(listed, found[:limit])), onward)
    return Response(listing, media_type="application/json")


@get(
    f"{ADDRESS}/{{code:str}}",
    operation_id="link",
    summary="What a code stands for (解析推广编码)",
    description=f"Open to the mini program: a code of {LENGTH} characters, the last of which checks the others, gives "
    "the whole address. A code with a wrong character, or two swapped, is refused; it never stands for another link.",
    tags=["links"],
    responses=openapi.refusals(400, 401, 403),
    operation_class=OfCode,
    needs=NOTHING,
)
async def resolve(console: NamedDependency[Console], code: FromPath[str]) -> Response[Resolved]:
    """Whatever app it is of."""
    one = await asyncio.to_thread(console.records.links.get, code)
    zone = next((app.timezone for app in console.apps() if app.id == one.app), console.timezone)
    over = one.over(today(zone))
    return Response(resolved(one, over=over), media_type="application/json")


def resolved(one: Link, *, over: bool) -> Resolved:
    """As anybody is told."""
    return Resolved(
        one.code, one.campaign, one.placement, one.material, one.page, one.query, one.url, one.web, one.expires, over,
    )  # fmt: skip


ROUTES = (create, every, resolve)
