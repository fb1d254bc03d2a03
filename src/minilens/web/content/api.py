"""Official Account content by API: days replaced as a whole, and listed."""

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
    RequestBody,
    Schema,
)

from minilens.collect.refusals import misfit, not_json
from minilens.period import FIRST_DAY, LAST_DAY, now, parse_day, today
from minilens.records.column_file import MOST_BYTES
from minilens.records.content import REPLACES, Changes, Replaces
from minilens.records.content_rows import (
    COUNTS,
    KINDS,
    LONGEST,
    MOST_COUNT,
    NAMES,
    AnyNew,
    Kind,
    NewArticle,
    NewFollowers,
    NewMenu,
)
from minilens.records.day_rows import MOST
from minilens.render.content_csv import content_csv, written
from minilens.reports.request_values import choice, whole
from minilens.web import openapi
from minilens.web.auth.guard import scope, token_of
from minilens.web.console import Console
from minilens.web.reports.formats import MEDIA_TYPES

Req = Request[Any, Any, State]
ADDRESS = "/v1/content"
#: Rows of one page of the list.
MOST_LISTED = 10_000
#: Required fields of each kind.
_REQUIRED: dict[Kind, list[str]] = {
    "articles": ["published"],
    "followers": ["day"],
    "menu": ["day", "item", "clicks"],
}


class NewContent(msgspec.Struct, forbid_unknown_fields=True):
    """Figures of whole days. `replaces`: `days`, all that is kept of the days and accounts of the rows, kind by kind;
    `articles`, of these only the articles in them."""

    articles: list[NewArticle] = []
    followers: list[NewFollowers] = []
    menu: list[NewMenu] = []
    replaces: Replaces = "days"


class ChangedContent(msgspec.Struct, frozen=True):
    """What became of a day of an account. `kind`: articles, followers or menu; `state`: added, replaced or unchanged.
    `before` and `after`: a sum of its rows → what it comes to. Of articles told as a whole, the day is that on which
    they were published."""

    kind: Kind
    account: str
    day: date
    state: str
    rows_before: int
    rows: int
    before: dict[str, int]
    after: dict[str, int]


class ContentChanges(msgspec.Struct, frozen=True):
    """Each day of each account that was handed in, by kind and day; how many of them are of which state."""

    days: list[ChangedContent]
    added: int
    replaced: int
    unchanged: int


class ContentList(msgspec.Struct, frozen=True):
    """What is kept of one kind, by day and names, in the fields in which it is handed in; `next` is `after` of the next
    page."""

    kind: Kind
    content: list[dict[str, str | int | None]]
    next: str | None = None


@dataclass
class OfNewContent(openapi.Described):
    """An operation whose body is new figures."""

    def __post_init__(self) -> None:
        super().__post_init__()
        lists = {
            kind: Schema(type=OpenAPIType.ARRAY, items=row_schema(kind), max_items=MOST)
            for kind in KINDS
        }
        how = Schema(type=OpenAPIType.STRING, enum=list(REPLACES), default="days")
        fields: Any = {**lists, "replaces": how}
        body = Schema(type=OpenAPIType.OBJECT, properties=fields)
        media = {"application/json": OpenAPIMediaType(schema=body)}
        self.request_body = RequestBody(content=media, required=True)


@dataclass
class OfContentList(openapi.Paged, openapi.Ranged):
    """An operation over pages of a kind of figures of some days, or all as a file."""

    most = MOST_LISTED
    of = "Rows a page. 每页行数。"

    def __post_init__(self) -> None:
        super().__post_init__()
        kind = Schema(type=OpenAPIType.STRING, enum=list(KINDS), default="articles")
        said = "Which figures: of articles, followers or the menu. 内容：文章、关注人数或菜单。"
        more = Parameter(name="kind", param_in="query", schema=kind, description=said)
        self.parameters = [more, *(self.parameters or [])]


def row_schema(kind: Kind) -> Schema:
    """A row that is handed in."""
    null = Schema(type=OpenAPIType.NULL)
    day = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.DATE)
    number = Schema(type=OpenAPIType.INTEGER, minimum=0, maximum=MOST_COUNT)
    count = Schema(one_of=[number, null])
    text = Schema(type=OpenAPIType.STRING, max_length=LONGEST)
    named = {name: text for name in NAMES[kind] if name != "article"}
    counts = {name: number if name in _REQUIRED[kind] else count for name in COUNTS[kind]}
    more: dict[str, Schema] = {"day": day}
    if kind == "articles":
        rate = Schema(type=OpenAPIType.NUMBER, minimum=0, maximum=1)
        more = {
            "day": Schema(one_of=[day, null]), "published": day,
            "article": Schema(type=OpenAPIType.STRING),
            "completion": Schema(one_of=[rate, Schema(type=OpenAPIType.STRING), null]),
        }  # fmt: skip
    properties: Any = {**more, **named, **counts}
    return Schema(type=OpenAPIType.OBJECT, required=_REQUIRED[kind], properties=properties)


def changed(done: Changes) -> ContentChanges:
    """As programs are told."""
    told = [
        ChangedContent(
            kind, one.source, one.day, one.state, one.rows_before, one.rows, dict(one.before), dict(one.after)
        )
        for kind, days in done.items()
        for one in days
    ]  # fmt: skip
    states = [one.state for one in told]
    return ContentChanges(told, *map(states.count, ("added", "replaced", "unchanged")))


def new_content(body: bytes) -> NewContent:
    """What a body holds; Refused, naming the path, where it is something else."""
    try:
        return msgspec.json.decode(body, type=NewContent)
    except msgspec.ValidationError as error:
        raise misfit(error, "body") from None
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise not_json(error, text=body) from None


@post(
    ADDRESS,
    operation_id="put_content",
    status_code=200,
    summary="Hand in Official Account figures (提交公众号数据)",
    description="Of articles, followers and the menu, for the app of the token: all of them or none. The days of the "
    "rows are replaced, account by account and kind by kind; the same again changes nothing, and the answer says what "
    "became of each day. Articles without a day are told as a whole and stand on the day they were published.",
    tags=["content"],
    security=openapi.SECURITY,
    responses=openapi.refusals(scope="content:write") | openapi.BODY,
    operation_class=OfNewContent,
    request_max_body_size=MOST_BYTES,
    most_bytes=MOST_BYTES,
    needs=scope("content:write"),
)
async def put(request: Req, console: NamedDependency[Console]) -> Response[ContentChanges]:
    """By kind and day."""
    given = new_content(await request.body())
    token = token_of(request)
    zone = next((app.timezone for app in console.apps() if app.id == token.app), console.timezone)
    some: list[AnyNew] = [*given.articles, *given.followers, *given.menu]
    done = await asyncio.to_thread(
        lambda: console.records.content.put(
            token.app, some, today=today(zone), now=now(), replaces=given.replaces, by=token.account
        )
    )
    return Response(changed(done), media_type="application/json", status_code=200)


@get(
    ADDRESS,
    operation_id="content",
    summary="Official Account figures (公众号数据)",
    description="Those of the app of the token, page by page, or all as a file that can be handed in again. Totals as "
    "the console counts them: no persons stand behind them.",
    tags=["content"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=OfContentList,
    needs=scope("report:read"),
)
async def every(request: Req, console: NamedDependency[Console]) -> Response[ContentList]:
    """By day and names."""
    given = dict(request.query_params)
    kind: Kind = choice(given, "kind", KINDS, "articles")  # type: ignore[assignment]
    form = choice(given, "format", openapi.PAGED_FORMS, "json")
    limit = whole(given, "limit", 100, 1, MOST_LISTED)
    after = whole(given, "after", 0, 0, 10**9)
    first = parse_day(given["from"], "from") if given.get("from") else FIRST_DAY
    last = parse_day(given["to"], "to") if given.get("to") else LAST_DAY
    app, content = token_of(request).app, console.records.content
    if form == "csv":
        some = await asyncio.to_thread(content.of, app, kind, first, last)
        return Response(content_csv(kind, some), media_type=MEDIA_TYPES["csv"])  # type: ignore[arg-type]
    found = await asyncio.to_thread(
        lambda: content.of(app, kind, first, last, after=after, most=limit + 1)
    )
    onward = str(after + limit) if len(found) > limit else None
    rows = [_listed(one) for one in found[:limit]]
    return Response(ContentList(kind, rows, onward), media_type="application/json")


def _listed(one: Any) -> dict[str, str | int | None]:
    told = written(vars(one))
    return {
        name: str(value) if isinstance(value, date) else value
        for name, value in told.items()
        if name != "whole"
    }


ROUTES = (put, every)
