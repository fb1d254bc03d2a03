"""Costs of advertising by API: days replaced as a whole, and listed."""

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
    RequestBody,
    Schema,
)

from minilens.collect.refusals import misfit, not_json
from minilens.period import FIRST_DAY, LAST_DAY, now, parse_day, today
from minilens.records.column_file import MOST_BYTES
from minilens.records.cost_content import LANDINGS, LONGEST, MOST_COST, MOST_COUNT, NewCost
from minilens.records.costs import REPLACES, Replaces, units
from minilens.records.day_rows import MOST, DayChange
from minilens.records.store import Cost
from minilens.render.costs_csv import costs_csv
from minilens.reports.request_values import choice, whole
from minilens.web import openapi
from minilens.web.auth.guard import scope, token_of
from minilens.web.console import Console
from minilens.web.reports.formats import MEDIA_TYPES

Req = Request[Any, Any, State]
ADDRESS = "/v1/costs"
#: Rows of one page of the list.
MOST_LISTED = 10_000


class NewCosts(msgspec.Struct, forbid_unknown_fields=True):
    """Costs of whole days. `replaces`: `days`, all that is kept of the days and sources of the rows; `campaigns`, of
    these only the campaigns that the rows name."""

    costs: list[NewCost]
    replaces: Replaces = "days"


class ChangedDay(msgspec.Struct, frozen=True):
    """What became of a day of a source. `state`: added, replaced or unchanged. `before` and `after`: currency → money,
    as decimal text in its units."""

    source: str
    day: date
    state: str
    rows_before: int
    rows: int
    before: dict[str, str]
    after: dict[str, str]


class ChangedDays(msgspec.Struct, frozen=True):
    """Each day of each source that was handed in, by day; how many of them are of which state."""

    days: list[ChangedDay]
    added: int
    replaced: int
    unchanged: int


class ListedCost(msgspec.Struct, frozen=True):
    """A row as it is kept. `cost`: decimal text in units of `currency`. Null: not known."""

    day: date
    source: str
    campaign: str
    ad_set: str
    creative: str
    landing: str
    currency: str
    cost: str
    impressions: int | None
    clicks: int | None
    conversions: int | None
    reach: int | None


class CostList(msgspec.Struct, frozen=True):
    """By day, source and names; `next` is `after` of the next page."""

    costs: list[ListedCost]
    next: str | None = None


@dataclass
class OfNew(openapi.Described):
    """An operation whose body is new costs."""

    def __post_init__(self) -> None:
        super().__post_init__()
        name = Schema(type=OpenAPIType.STRING, max_length=LONGEST)
        count = Schema(
            one_of=[
                Schema(type=OpenAPIType.INTEGER, minimum=0, maximum=MOST_COUNT),
                Schema(type=OpenAPIType.NULL),
            ]
        )
        money = Schema(type=OpenAPIType.NUMBER, minimum=0, maximum=MOST_COST)
        cost = Schema(
            type=OpenAPIType.OBJECT,
            required=["day", "cost"],
            properties={
                "day": Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.DATE),
                "cost": Schema(one_of=[money, Schema(type=OpenAPIType.STRING)]),
                "currency": Schema(type=OpenAPIType.STRING, pattern="^[A-Za-z]{3}$", default="CNY"),
                "landing": Schema(type=OpenAPIType.STRING, enum=list(LANDINGS)),
                **dict.fromkeys(("source", "campaign", "ad_set", "creative"), name),
                **dict.fromkeys(("impressions", "clicks", "conversions", "reach"), count),
            },
        )
        some = Schema(type=OpenAPIType.ARRAY, items=cost, min_items=1, max_items=MOST)
        how = Schema(type=OpenAPIType.STRING, enum=list(REPLACES), default="days")
        body = Schema(
            type=OpenAPIType.OBJECT,
            required=["costs"],
            properties={"costs": some, "replaces": how},
        )
        media = {"application/json": OpenAPIMediaType(schema=body)}
        self.request_body = RequestBody(content=media, required=True)


@dataclass
class OfList(openapi.Paged, openapi.Ranged):
    """An operation over pages of costs of some days, or all as a file."""

    most = MOST_LISTED
    of = "Rows a page. 每页行数。"


def changed(days: list[DayChange]) -> ChangedDays:
    """As programs are told."""

    def money(some: tuple[tuple[str, int], ...]) -> dict[str, str]:
        return {currency: units(cost) for currency, cost in some}

    told = [
        ChangedDay(
            one.source, one.day, one.state, one.rows_before, one.rows, money(one.before), money(one.after)
        )
        for one in days
    ]  # fmt: skip
    states: list[str] = [one.state for one in days]
    return ChangedDays(told, *map(states.count, ("added", "replaced", "unchanged")))


def listed(one: Cost) -> ListedCost:
    """As programs are told."""
    return ListedCost(**{**vars(one), "cost": units(one.cost)})


def new_costs(body: bytes) -> NewCosts:
    """What a body holds; Refused, naming the path, where it is something else."""
    try:
        return msgspec.json.decode(body, type=NewCosts)
    except msgspec.ValidationError as error:
        raise misfit(error, "body") from None
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise not_json(error, text=body) from None


@post(
    ADDRESS,
    operation_id="put_costs",
    status_code=200,
    summary="Hand in costs of advertising (提交投放成本)",
    description="For the app of the token: all of them or none. The days of the rows are replaced, source by source; "
    "the same again changes nothing, and the answer says what became of each day.",
    tags=["costs"],
    security=openapi.SECURITY,
    responses=openapi.refusals(scope="costs:write") | openapi.BODY,
    operation_class=OfNew,
    request_max_body_size=MOST_BYTES,
    most_bytes=MOST_BYTES,
    needs=scope("costs:write"),
)
async def put(request: Req, console: NamedDependency[Console]) -> Response[ChangedDays]:
    """By day and source."""
    given = new_costs(await request.body())
    token = token_of(request)
    zone = next((app.timezone for app in console.apps() if app.id == token.app), console.timezone)
    done = await asyncio.to_thread(
        lambda: console.records.costs.put(
            token.app, given.costs, today=today(zone), now=now(), replaces=given.replaces, by=token.account,
        )
    )  # fmt: skip
    return Response(changed(done), media_type="application/json", status_code=200)


@get(
    ADDRESS,
    operation_id="costs",
    summary="Costs of advertising (投放成本)",
    description="Those of the app of the token, page by page, or all as a file that can be handed in again.",
    tags=["costs"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=OfList,
    needs=scope("report:read"),
)
async def every(request: Req, console: NamedDependency[Console]) -> Response[CostList]:
    """By day, source and names."""
    given = dict(request.query_params)
    form = choice(given, "format", openapi.PAGED_FORMS, "json")
    limit = whole(given, "limit", 100, 1, MOST_LISTED)
    after = whole(given, "after", 0, 0, 10**9)
    first = parse_day(given["from"], "from") if given.get("from") else FIRST_DAY
    last = parse_day(given["to"], "to") if given.get("to") else LAST_DAY
    app, costs = token_of(request).app, console.records.costs
    if form == "csv":
        some = await asyncio.to_thread(costs.of, app, first, last)
        return Response(costs_csv(some), media_type=MEDIA_TYPES["csv"])  # type: ignore[arg-type]
    found = await asyncio.to_thread(lambda: costs.of(app, first, last, after=after, most=limit + 1))
    onward = str(after + limit) if len(found) > limit else None
    listing = CostList(list(map(listed, found[:limit])), onward)
    return Response(listing, media_type="application/json")


ROUTES = (put, every)
