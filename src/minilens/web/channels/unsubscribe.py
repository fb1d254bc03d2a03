"""The page behind the link in a mail that ends it: without a sign-in, at once, and taken back there as well.

Mail programs send `List-Unsubscribe=One-Click` by themselves (RFC 8058); they carry no mark of a form. The address is
signed, so that nobody can end the mail of another.
"""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qs

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from minilens.errors import NotFound
from minilens.period import now
from minilens.records.channel_members import Member
from minilens.records.channels import Channel
from minilens.records.unsubscribing import read
from minilens.web.auth.guard import NOTHING
from minilens.web.console import Console
from minilens.web.reader import ReaderContext
from minilens.web.templating import html

Req = Request[Any, Any, State]
ADDRESS = "/unsubscribe/{token:str}"
ONE_CLICK = b"List-Unsubscribe=One-Click"
MOST_BYTES = 4 << 10


@get(ADDRESS, include_in_schema=False, needs=NOTHING)
async def page(
    console: NamedDependency[Console], reader: NamedDependency[ReaderContext], token: FromPath[str]
) -> Response[str]:
    """What would end, or that it has ended."""
    channel, member = await asyncio.to_thread(_found, console, token)
    return _shown(console, reader, channel, member, token)


@post(
    ADDRESS,
    include_in_schema=False,
    status_code=200,
    needs=NOTHING,
    by_address=True,
    request_max_body_size=MOST_BYTES,
)
async def unsubscribe(
    request: Req, console: NamedDependency[Console], reader: NamedDependency[ReaderContext], token: FromPath[str]
) -> Response[str]:  # fmt: skip
    """End it, or begin it again where the form of the page says so; a mail program gets no page."""
    body = await request.body()
    channel, member = await asyncio.to_thread(_found, console, token)
    members = console.records.channel_members
    if ONE_CLICK not in body and parse_qs(body.decode("latin-1")).get("again"):
        await asyncio.to_thread(
            lambda: members.resume(channel.app, channel.id, member.account, now=now())
        )
    elif member.stopped != "unsubscribed":
        await asyncio.to_thread(
            lambda: members.unsubscribe(channel.app, channel.id, member.account, now=now())
        )
    if ONE_CLICK in body:
        return Response("", media_type="text/plain", headers={"Cache-Control": "no-store"})
    channel, member = await asyncio.to_thread(_found, console, token)
    return _shown(console, reader, channel, member, token)


def _found(console: Console, token: str) -> tuple[Channel, Member]:
    """Whose mail of which channel; NotFound where nobody has signed it, or there is no such mail any more."""
    said = read(console.secret, token)
    channel = console.records.channels.find(said[0]) if said else None
    member = (
        next((one for one in channel.members if said and one.account == said[1]), None)
        if channel
        else None
    )
    if channel is None or member is None or channel.removed:
        raise NotFound("no_such_mail")
    return channel, member


def _shown(
    console: Console, reader: ReaderContext, channel: Channel, member: Member, token: str
) -> Response[str]:
    app = next((one for one in console.apps() if one.id == channel.app), None)
    answer = html(
        "unsubscribe.html", reader, ended=bool(member.stopped), name=channel.name, token=token,
        title=app.title(reader.language) if app else "",
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer


ROUTES = (page, unsubscribe)
