"""Rates between currencies by API: replaced as a whole, and read."""

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
from minilens.period import now
from minilens.records.rates import MOST, MOST_BYTES, Rate, RatesOfApp
from minilens.web import openapi
from minilens.web.auth.guard import scope, token_of
from minilens.web.console import Console

Req = Request[Any, Any, State]
ADDRESS = "/v1/rates"


class NewRates(msgspec.Struct, forbid_unknown_fields=True):
    """The currency that the app reports in, and all rates to it."""

    currency: str
    rates: list[Rate]


class ListedRate(msgspec.Struct, frozen=True, rename={"since": "from"}):
    """One unit of `currency` is `rate` units of the reporting currency, from that day until the next rate. `rate`:
    decimal text."""

    currency: str
    since: date
    rate: str


class RateList(msgspec.Struct, frozen=True):
    """The currency that the app reports in, and the rates to it by currency and day."""

    currency: str
    rates: list[ListedRate]


@dataclass
class OfNew(openapi.Described):
    """An operation whose body is all rates."""

    def __post_init__(self) -> None:
        super().__post_init__()
        coin = Schema(type=OpenAPIType.STRING, pattern="^[A-Za-z]{3}$", examples=["USD"])
        number = Schema(type=OpenAPIType.NUMBER, exclusive_minimum=0)
        rate = Schema(
            type=OpenAPIType.OBJECT,
            required=["currency", "from", "rate"],
            properties={
                "currency": coin,
                "from": Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.DATE),
                "rate": Schema(one_of=[number, Schema(type=OpenAPIType.STRING)]),
            },
        )
        some = Schema(type=OpenAPIType.ARRAY, items=rate, max_items=MOST)
        body = Schema(
            type=OpenAPIType.OBJECT,
            required=["currency", "rates"],
            properties={"currency": coin, "rates": some},
        )
        media = {"application/json": OpenAPIMediaType(schema=body)}
        self.request_body = RequestBody(content=media, required=True)


def listed(of: RatesOfApp) -> RateList:
    """As programs are told."""
    some = [ListedRate(one.currency, one.since, f"{one.rate:f}") for one in of.rates]
    return RateList(of.currency, some)


def new_rates(body: bytes) -> NewRates:
    """What a body holds; Refused, naming the path, where it is something else."""
    try:
        return msgspec.json.decode(body, type=NewRates)
    except msgspec.ValidationError as error:
        raise misfit(error, "body") from None
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise not_json(error, text=body) from None


@post(
    ADDRESS,
    operation_id="put_rates",
    status_code=200,
    summary="Set the reporting currency and rates to it (设置报表币种与汇率)",
    description="For the app of the token: these alone from now on. Reports convert an amount by the rate valid on "
    "its event's day; without any rate currencies stay apart.",
    tags=["costs"],
    security=openapi.SECURITY,
    responses=openapi.refusals(scope="costs:write") | openapi.BODY,
    operation_class=OfNew,
    request_max_body_size=MOST_BYTES,
    most_bytes=MOST_BYTES,
    needs=scope("costs:write"),
)
async def put(request: Req, console: NamedDependency[Console]) -> Response[RateList]:
    """As they are kept."""
    given = new_rates(await request.body())
    token = token_of(request)
    done = await asyncio.to_thread(
        lambda: console.records.rates.set(
            token.app, given.currency, given.rates, now=now(), by=token.account
        )
    )
    return Response(listed(done), media_type="application/json", status_code=200)


@get(
    ADDRESS,
    operation_id="rates",
    summary="Reporting currency and rates (报表币种与汇率)",
    description="Those of the app of the token.",
    tags=["costs"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=openapi.Described,
    needs=scope("report:read"),
)
async def every(request: Req, console: NamedDependency[Console]) -> Response[RateList]:
    """By currency and day."""
    found = await asyncio.to_thread(console.records.rates.of, token_of(request).app)
    return Response(listed(found), media_type="application/json")


ROUTES = (put, every)
