"""Messages by API: what is sent to whom and when, made, changed, paused, sent at once, removed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, RequestBody, Schema
from litestar.params import FromPath

from minilens.period import now
from minilens.records.subscriptions import (
    CADENCES,
    LAST,
    LATEST_DAY,
    Cadence,
    Schedule,
    Subscription,
)  # fmt: skip
from minilens.reports.question import as_json
from minilens.text import Language
from minilens.web import openapi
from minilens.web.auth.guard import scope, token_of
from minilens.web.console import App, Console
from minilens.web.messages.told import content_title
from minilens.web.messages.typed import Typed, checked
from minilens.web.reader import ReaderContext

Req = Request[Any, Any, State]
ADDRESS = "/api/v1/apps/{app:str}/subscriptions"
MOST_BYTES = 16 << 10


class ListedSubscription(msgspec.Struct, frozen=True):
    """What is sent (`content`, `title` in words) to which channel (by number), and when: `at` in the app's zone, at the
    earliest; `weekday` of a week (0 is Monday), `month_day` of a month (0 the last). `next`: when it is sent next, null
    while it is paused."""

    id: int
    content: str
    title: str
    channel: int
    cadence: str
    at: str
    weekday: int
    month_day: int
    paused: bool
    next: datetime | None


class SubscriptionList(msgspec.Struct, frozen=True):
    """Those of the app, the oldest first."""

    subscriptions: list[ListedSubscription]


class GivenSubscription(msgspec.Struct, forbid_unknown_fields=True):
    """`content`: kpis or another ready-made one, a report as `report:overview.pages`, a saved query as
    `report:question.7`. `channel`: its number. `cadence`: as suits the content unless given."""

    content: str
    channel: int
    cadence: Cadence | None = None
    at: str = "09:00"
    weekday: int = 0
    month_day: int = 1


class RemovedSubscription(msgspec.Struct, frozen=True):
    """The number of what is no more."""

    removed: int


@dataclass
class OfGiven(openapi.Described):
    """An operation whose body is a subscription."""

    def __post_init__(self) -> None:
        super().__post_init__()
        text, number = OpenAPIType.STRING, OpenAPIType.INTEGER
        body = Schema(
            type=OpenAPIType.OBJECT,
            required=["content", "channel"],
            properties={
                "content": Schema(type=text, max_length=400),
                "channel": Schema(type=number),
                "cadence": Schema(
                    type=text,
                    enum=list(CADENCES),
                    description="As suits the content unless given. 默认随内容而定。",
                ),
                "at": Schema(type=text, pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$"),
                "weekday": Schema(type=number, minimum=0, maximum=6),
                "month_day": Schema(type=number, minimum=LAST, maximum=LATEST_DAY),
            },
        )
        media = {"application/json": OpenAPIMediaType(schema=body)}
        self.request_body = RequestBody(content=media, required=True)


def listed(one: Subscription, console: Console, app: App, language: Language) -> ListedSubscription:
    """As programs are told."""
    when = one.schedule
    return ListedSubscription(
        one.id, one.content, content_title(console, app, one.content, language), one.channel, when.cadence, when.at,
        when.weekday, when.month_day, one.paused, console.messages.coming(one, now()),
    )  # fmt: skip


def given(body: bytes, console: Console, app: App) -> Typed:
    """What a body holds; Refused, naming the field."""
    found = as_json(body, GivenSubscription)
    when = Schedule(found.cadence or "week", found.at, found.weekday, found.month_day)
    made = checked(Typed(found.content, found.channel, when), console, app)
    if found.cadence:
        return made
    own = console.messages.cadence(app.id, made.content)
    return replace(made, schedule=replace(when, cadence=own))


@get(
    ADDRESS,
    operation_id="subscriptions",
    summary="What is sent to whom and when (定时推送)",
    description="Each with its channel, its time and when it is sent next.",
    tags=["messages"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=openapi.Described,
    needs=scope("report:read"),
)
async def every(
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
) -> Response[SubscriptionList]:
    """The oldest first."""
    found = await asyncio.to_thread(console.records.subscriptions.of, held.id)
    told = [listed(one, console, held, reader.language) for one in found]
    return Response(SubscriptionList(told), media_type="application/json")


@post(
    ADDRESS,
    operation_id="create_subscription",
    status_code=201,
    summary="Schedule a message (新建定时推送)",
    description="It is sent from now on, up to ten minutes after its time.",
    tags=["messages"],
    security=openapi.SECURITY,
    responses=openapi.changes() | openapi.BODY,
    operation_class=OfGiven,
    request_max_body_size=MOST_BYTES,
    most_bytes=MOST_BYTES,
    needs=scope("admin"),
)
async def create(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
) -> Response[ListedSubscription]:
    """As it is."""
    made = await asyncio.to_thread(given, await request.body(), console, held)
    by = token_of(request).account
    saved = await asyncio.to_thread(
        lambda: console.records.subscriptions.create(
            held.id, made.channel, made.content, made.schedule, now=now(), by=by
        )
    )
    told = listed(saved, console, held, reader.language)
    return Response(told, media_type="application/json", status_code=201)


@post(
    f"{ADDRESS}/{{subscription:int}}",
    operation_id="change_subscription",
    status_code=200,
    summary="Change a scheduled message (修改定时推送)",
    description="Content, channel and time, all of them, become those of the body.",
    tags=["messages"],
    security=openapi.SECURITY,
    responses=openapi.changes() | openapi.BODY,
    operation_class=OfGiven,
    request_max_body_size=MOST_BYTES,
    most_bytes=MOST_BYTES,
    needs=scope("admin"),
)
async def change(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    subscription: FromPath[int],
) -> Response[ListedSubscription]:
    """As it is then."""
    made = await asyncio.to_thread(given, await request.body(), console, held)
    by = token_of(request).account
    saved = await asyncio.to_thread(
        lambda: console.records.subscriptions.change(
            held.id, subscription, made.channel, made.content, made.schedule, now=now(), by=by
        )
    )
    return Response(listed(saved, console, held, reader.language), media_type="application/json")


def _act(do: str, summary: str, description: str) -> Any:
    """An operation on one of them that takes nothing and tells how it is then."""

    @post(
        f"{ADDRESS}/{{subscription:int}}/{do}",
        operation_id=f"{_NAMES[do]}_subscription",
        status_code=200,
        summary=summary,
        description=description,
        tags=["messages"],
        security=openapi.SECURITY,
        responses=openapi.changes(),
        operation_class=openapi.Described,
        needs=scope("admin"),
    )
    async def act(
        request: Req,
        console: NamedDependency[Console],
        reader: NamedDependency[ReaderContext],
        held: NamedDependency[App],
        subscription: FromPath[int],
    ) -> Response[ListedSubscription]:
        by, those = token_of(request).account, console.records.subscriptions

        def done() -> Subscription:
            if do == "now":
                one = those.get(held.id, subscription)
                console.messages.send_now(one, now())
                return one
            change = those.pause if do == "pause" else those.resume
            return change(held.id, subscription, now=now(), by=by)

        told = listed(await asyncio.to_thread(done), console, held, reader.language)
        return Response(told, media_type="application/json")

    return act


_NAMES = {"pause": "pause", "resume": "resume", "now": "send"}


@post(
    f"{ADDRESS}/{{subscription:int}}/remove",
    operation_id="remove_subscription",
    status_code=200,
    summary="Remove a scheduled message (删除定时推送)",
    description="It is sent no more. What was sent stays in the list.",
    tags=["messages"],
    security=openapi.SECURITY,
    responses=openapi.changes(),
    operation_class=openapi.Described,
    needs=scope("admin"),
)
async def remove(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    subscription: FromPath[int],
) -> Response[RemovedSubscription]:
    """Its number."""
    by, those = token_of(request).account, console.records.subscriptions
    await asyncio.to_thread(lambda: those.remove(held.id, subscription, now=now(), by=by))
    return Response(RemovedSubscription(subscription), media_type="application/json")


ROUTES = (
    every, create, change,
    _act("pause", "Pause a scheduled message (暂停定时推送)", "Nothing more of it is sent, not even what is due."),
    _act("resume", "Resume a scheduled message (恢复定时推送)", "It is sent again from now on."),
    _act("now", "Send a scheduled message now (立即推送)", "Of the days that a message of today is of."),
    remove,
)  # fmt: skip
