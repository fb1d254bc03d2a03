"""Channels by API: listed, made, changed, tested, removed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.spec import (
    OpenAPIMediaType,
    OpenAPIType,
    RequestBody,
    Schema,
)
from litestar.params import FromPath

from minilens.period import now
from minilens.records.channel_content import KINDS, ChannelContent, kind_named
from minilens.records.channels import Channel
from minilens.render.send_reasons import reason
from minilens.reports.question import as_json
from minilens.text import LANGUAGES, Language, Text
from minilens.web import openapi
from minilens.web.auth.guard import scope, token_of
from minilens.web.console import App, Console
from minilens.web.reader import ReaderContext

Req = Request[Any, Any, State]
ADDRESS = "/api/v1/apps/{app:str}/channels"
MOST_BYTES = 16 << 10


class ListedMember(msgspec.Struct, frozen=True):
    """Who gets the mail of a channel. `stopped`: why they don't, empty where they do."""

    account: int
    name: str
    stopped: str


class ListedChannel(msgspec.Struct, frozen=True):
    """A channel. `address`: what may be seen of it. `state`: on or stopped; `stopped`: the code of why, `why` the same
    in words, `told` what the other side said. `members`: of mail."""

    id: int
    kind: str
    name: str
    language: str
    address: str
    state: str
    stopped: str
    why: str
    told: str
    changed: datetime
    members: list[ListedMember]


class ChannelList(msgspec.Struct, frozen=True):
    """Those of the app, the oldest first."""

    channels: list[ListedChannel]


class MadeChannel(msgspec.Struct, frozen=True):
    """`secret`: of a webhook the one that was made up, shown this once; empty otherwise."""

    channel: ListedChannel
    secret: str


class GivenChannel(msgspec.Struct, forbid_unknown_fields=True):
    """A channel. When it is changed, `address`, `secret`, `app_id` and `app_secret` may be left out: then they stay; an
    empty `secret` or `app_id` is none. `members`: of mail, numbers of accounts that see the app."""

    kind: str
    name: str
    language: Language = "zh"
    address: str | None = None
    secret: str | None = None
    members: list[int] = []
    app_id: str | None = None
    app_secret: str | None = None


class TestedChannel(msgspec.Struct, frozen=True):
    """What came of a test. `code` and `why` say what was wrong, empty where it was sent; `told`: what they said."""

    sent: bool
    code: str
    why: str
    told: str


class RemovedChannel(msgspec.Struct, frozen=True):
    """The number of what is no more."""

    removed: int


@dataclass
class OfGiven(openapi.Described):
    """An operation whose body is a channel."""

    def __post_init__(self) -> None:
        super().__post_init__()
        text = Schema(type=OpenAPIType.STRING)
        maybe = Schema(one_of=[text, Schema(type=OpenAPIType.NULL)])
        body = Schema(
            type=OpenAPIType.OBJECT,
            required=["kind", "name"],
            properties={
                "kind": Schema(type=OpenAPIType.STRING, enum=list(KINDS)),
                "name": Schema(type=OpenAPIType.STRING, max_length=40),
                "language": Schema(type=OpenAPIType.STRING, enum=list(LANGUAGES)),
                "address": maybe,
                "secret": maybe,
                "app_id": maybe,
                "app_secret": maybe,
                "members": Schema(type=OpenAPIType.ARRAY, items=Schema(type=OpenAPIType.INTEGER)),
            },
        )
        media = {"application/json": OpenAPIMediaType(schema=body)}
        self.request_body = RequestBody(content=media, required=True)


def listed(one: Channel, app: App, language: Language) -> ListedChannel:
    """As programs are told."""
    return ListedChannel(
        one.id, one.kind, one.name, one.language, one.hint, one.state, one.stopped, why(one.stopped, app, language),
        one.told, one.changed, [ListedMember(each.account, each.name, each.stopped) for each in one.members],
    )  # fmt: skip


def why(code: str, app: App, language: Language) -> str:
    """The sentence of a code; "" of none."""
    return reason(code, Text(app.title("zh"), app.title("en"))).of(language) if code else ""


def content_of(body: bytes) -> ChannelContent:
    """What a body holds; Refused, naming the field."""
    found = as_json(body, GivenChannel)
    return ChannelContent(
        kind_named(found.kind),
        found.name,
        found.language,
        found.address,
        found.secret,
        tuple(found.members),
        found.app_id,
        found.app_secret,
    )


@get(
    ADDRESS,
    operation_id="channels",
    summary="Channels that messages go to (推送渠道)",
    description="Bots, webhooks and mail, each with its state. Their addresses are not shown again.",
    tags=["channels"],
    security=openapi.SECURITY,
    responses=openapi.refusals(scope="admin"),
    operation_class=openapi.Described,
    needs=scope("admin"),
)
async def every(
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
) -> Response[ChannelList]:
    """The oldest first."""
    found = await asyncio.to_thread(console.records.channels.of, held.id)
    told = [listed(one, held, reader.language) for one in found]
    return Response(ChannelList(told), media_type="application/json")


@post(
    ADDRESS,
    operation_id="create_channel",
    status_code=201,
    summary="Make a channel (新建推送渠道)",
    description="`address`: of a bot as its product shows it, of a webhook any https address; mail has none. `secret`: "
    "of Feishu and DingTalk the signing secret, where there is one; of a webhook one is made up unless given. "
    "`app_id`, `app_secret`: of Feishu, an app that uploads pictures.",
    tags=["channels"],
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
) -> Response[MadeChannel]:
    """As it is, and the secret that was made up."""
    content, by = content_of(await request.body()), token_of(request).account
    made, secret = await asyncio.to_thread(
        lambda: console.records.channels.create(
            held.id, content, console.secret, within=console.channels.within, now=now(), by=by
        )
    )
    told = MadeChannel(listed(made, held, reader.language), secret)
    return Response(told, media_type="application/json", status_code=201)


@post(
    f"{ADDRESS}/{{channel:int}}",
    operation_id="change_channel",
    status_code=200,
    summary="Change a channel (修改推送渠道)",
    description="Name, language and members become those of the body; a stopped channel is on again. Its kind stays.",
    tags=["channels"],
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
    channel: FromPath[int],
) -> Response[ListedChannel]:
    """As it is then."""
    content, by = content_of(await request.body()), token_of(request).account
    changed = await asyncio.to_thread(
        lambda: console.records.channels.change(
            held.id, channel, content, console.secret, within=console.channels.within, now=now(), by=by
        )
    )  # fmt: skip
    return Response(listed(changed, held, reader.language), media_type="application/json")


@post(
    f"{ADDRESS}/{{channel:int}}/test",
    operation_id="test_channel",
    status_code=200,
    summary="Send a test (发送测试消息)",
    description="A short message that says that it is a test. A stopped channel that takes it is on again.",
    tags=["channels"],
    security=openapi.SECURITY,
    responses=openapi.changes(),
    operation_class=openapi.Described,
    needs=scope("admin"),
)
async def test(
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    channel: FromPath[int],
) -> Response[TestedChannel]:
    """Whether it was taken."""
    found = await asyncio.to_thread(console.records.channels.get, held.id, channel)
    tried = await asyncio.to_thread(console.channels.test, found, "API")
    told = TestedChannel(tried.sent, tried.code, why(tried.code, held, reader.language), tried.told)
    return Response(told, media_type="application/json")


@post(
    f"{ADDRESS}/{{channel:int}}/remove",
    operation_id="remove_channel",
    status_code=200,
    summary="Remove a channel (删除推送渠道)",
    description="Nothing is sent there any more; its address and secret are forgotten.",
    tags=["channels"],
    security=openapi.SECURITY,
    responses=openapi.changes(),
    operation_class=openapi.Described,
    needs=scope("admin"),
)
async def remove(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    channel: FromPath[int],
) -> Response[RemovedChannel]:
    """Its number."""
    by = token_of(request).account
    await asyncio.to_thread(
        lambda: console.records.channels.remove(held.id, channel, now=now(), by=by)
    )
    return Response(RemovedChannel(channel), media_type="application/json")


ROUTES = (every, create, change, test, remove)
