"""Addresses for tools by API: listed, made, revoked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, RequestBody, Schema
from litestar.params import FromPath

from minilens.records.feeds import ANNOTATIONS, LONGEST_QUERY
from minilens.records.store import Feed
from minilens.reports.question import as_json
from minilens.web import openapi
from minilens.web.auth.guard import scope, token_of
from minilens.web.console import App, Console
from minilens.web.feeds.address import PATH
from minilens.web.feeds.question import checked
from minilens.web.reader import ReaderContext, outside

Req = Request[Any, Any, State]
ADDRESS = "/api/v1/apps/{app:str}/feeds"


class ListedFeed(msgspec.Struct, frozen=True):
    """An address for tools, without its token. `report`: a report, `question.ID`, or `annotations` for the calendar.

    `query`: what it asks. `last_used` to ten minutes, null: never. `opens`: false once it is revoked, or whoever made
    it may not export figures any more.
    """

    id: int
    name: str
    report: str
    query: str
    created: datetime
    revoked: datetime | None
    last_used: datetime | None
    opens: bool


class FeedList(msgspec.Struct, frozen=True):
    """Those of the app, the newest first; also those that are revoked."""

    feeds: list[ListedFeed]


class MadeFeed(msgspec.Struct, frozen=True):
    """An address for tools that was just made. `address` is told this once: only a hash of its token is kept."""

    feed: ListedFeed
    address: str


class GivenFeed(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be made: `report` and `query` as at `reports/REPORT?QUERY`, but nothing is compared unless told to."""

    name: str
    report: str
    query: str = ""


@dataclass
class OfGiven(openapi.Described):
    """An operation whose body is an address to be made."""

    def __post_init__(self) -> None:
        super().__post_init__()
        text = Schema(type=OpenAPIType.STRING, min_length=1, max_length=64)
        query = Schema(type=OpenAPIType.STRING, max_length=LONGEST_QUERY, default="")
        body = Schema(
            type=OpenAPIType.OBJECT, required=["name", "report"],
            properties={"name": text, "report": text, "query": query},
        )  # fmt: skip
        media = {"application/json": OpenAPIMediaType(schema=body)}
        self.request_body = RequestBody(content=media, required=True)


def listed(one: Feed) -> ListedFeed:
    """As programs are told."""
    opens = one.opens and one.revoked is None
    return ListedFeed(
        one.id, one.name, one.report, one.query, one.created, one.revoked, one.last_used, opens
    )


def address_of(server: str, feed: Feed, token: str) -> str:
    """The whole address, at the server as browsers reach it."""
    return f"{server}{PATH}/{token}.{'ics' if feed.calendar else 'csv'}"


@get(
    ADDRESS,
    operation_id="feeds",
    summary="Addresses for tools (取数地址)",
    description="CSV addresses and calendars, each with a token of its own, without those tokens.",
    tags=["feeds"],
    security=openapi.SECURITY,
    responses=openapi.refusals(scope="admin"),
    operation_class=openapi.Described,
    needs=scope("admin"),
)
async def every(
    console: NamedDependency[Console], held: NamedDependency[App]
) -> Response[FeedList]:
    """The newest first."""
    return await all_of(console, held)


async def all_of(console: Console, app: App) -> Response[FeedList]:
    """The list, answered."""
    found = await asyncio.to_thread(console.records.feeds.of, app.id)
    return Response(FeedList(list(map(listed, found))), media_type="application/json")


@post(
    ADDRESS,
    operation_id="create_feed",
    status_code=201,
    summary="Make an address for tools (新建取数地址)",
    description=f"A report or saved question as CSV; `{ANNOTATIONS}` is the calendar of annotations (iCalendar).",
    tags=["feeds"],
    security=openapi.SECURITY,
    responses=openapi.changes() | openapi.BODY,
    operation_class=OfGiven,
    needs=scope("admin"),
)
async def create(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
) -> Response[MadeFeed]:
    """What can't be asked is not made."""
    given, by = as_json(await request.body(), GivenFeed), token_of(request).account

    def make() -> tuple[Feed, str]:
        query = checked(
            console.records, held, given.report, given.query, moment=reader.moment,
            first=console.first_day(held), account=by,
        )  # fmt: skip
        return console.records.feeds.create(
            held.id, given.report, query, name=given.name, now=reader.moment, by=by
        )

    feed, token = await asyncio.to_thread(make)
    made = MadeFeed(listed(feed), address_of(outside(request), feed, token))
    headers = {"Cache-Control": "no-store"}
    return Response(made, media_type="application/json", status_code=201, headers=headers)


@post(
    f"{ADDRESS}/{{feed:int}}/revoke",
    operation_id="revoke_feed",
    status_code=200,
    summary="Revoke an address for tools (撤销取数地址)",
    description="It answers 404 from now on.",
    tags=["feeds"],
    security=openapi.SECURITY,
    responses=openapi.changes(),
    operation_class=openapi.Described,
    needs=scope("admin"),
)
async def revoke(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    feed: FromPath[int],
) -> Response[FeedList]:
    """Those there are."""
    feeds, by = console.records.feeds, token_of(request).account
    await asyncio.to_thread(feeds.revoke, held.id, feed, now=reader.moment, by=by)
    return await all_of(console, held)


ROUTES = (every, create, revoke)
