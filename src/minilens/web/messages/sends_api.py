"""What was sent, by API: every sending, and each message as it was."""

from __future__ import annotations

import asyncio
from datetime import date, datetime

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from minilens.render.as_mail import as_plain
from minilens.render.message import decoded
from minilens.web import openapi
from minilens.web.auth.guard import scope
from minilens.web.console import App, Console
from minilens.web.messages.sends import MOST, Row, row_of
from minilens.web.reader import ReaderContext

SENDS = "/api/v1/apps/{app:str}/sends"


class ListedSend(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """A sending: what, of which days, to which channel. `state`: due, claimed, sent, unknown (no answer came, and it is
    not sent again), failed or skipped (a newer one took its place); `why` in words, `answer` of the channel. `moment`:
    when it became so, or is tried next. `twice`: it may have arrived twice. `subscription`: null of an alarm."""

    id: int
    subscription: int | None
    content: str
    title: str
    start: date | None
    end: date | None
    channel: int
    due: datetime
    moment: datetime
    state: str
    why: str
    answer: str
    tries: int
    late: bool
    twice: bool


class SendList(msgspec.Struct, frozen=True):
    """The newest first, a hundred at most."""

    sends: list[ListedSend]


class SentMessage(msgspec.Struct, frozen=True):
    """A sending and the message as it was sent, as text; empty where it is not made yet or kept no longer."""

    send: ListedSend
    title: str
    text: str


def listed_send(row: Row) -> ListedSend:
    """As programs are told."""
    one, over = row.send, row.send.over
    return ListedSend(
        one.id, one.subscription, one.content, row.title, over.start if over else None,
        over.end if over else None,
        one.channel, one.due, row.at, one.state, row.why, one.answer, one.tries, one.late, one.twice,
    )  # fmt: skip


@get(
    SENDS,
    operation_id="sends",
    summary="What was sent (推送记录)",
    description="The newest hundred sendings, with the answer of their channels.",
    tags=["messages"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=openapi.Described,
    needs=scope("report:read"),
)
async def sends(
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
) -> Response[SendList]:
    """The newest first."""

    def told() -> SendList:
        channels = {one.id: one for one in console.records.channels.of(held.id)}
        found = console.records.sends.of(held.id, most=MOST)
        rows = [row_of(one, console, held, reader.language, channels) for one in found]
        return SendList([listed_send(row) for row in rows])

    return Response(await asyncio.to_thread(told), media_type="application/json")


@get(
    f"{SENDS}/{{send:int}}",
    operation_id="sent_message",
    summary="A message as it was sent (推送内容)",
    description="Messages are kept for three months.",
    tags=["messages"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=openapi.Described,
    needs=scope("report:read"),
)
async def sent(
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    send: FromPath[int],
) -> Response[SentMessage]:
    """With its text."""

    def told() -> SentMessage:
        found = console.records.sends.get(held.id, send)
        channels = {one.id: one for one in console.records.channels.of(held.id)}
        one = listed_send(row_of(found, console, held, reader.language, channels))
        body = console.records.sends.message(found)
        message = decoded(body) if body else None
        return SentMessage(
            one, message.title if message else "", as_plain(message) if message else ""
        )

    return Response(await asyncio.to_thread(told), media_type="application/json")


ROUTES = (sends, sent)
