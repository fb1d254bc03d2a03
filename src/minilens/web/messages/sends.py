"""Messages, Sent: every sending with what became of it, and each message as it was."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from minilens.errors import NotFound
from minilens.records.channels import Channel
from minilens.records.rights import SEES
from minilens.records.sends import Send
from minilens.render import format
from minilens.render.message import Message, decoded
from minilens.text import Language
from minilens.web.admin.forms import SENDS as PART
from minilens.web.admin.settings_page import AppSettings
from minilens.web.console import App, Console
from minilens.web.messages.told import content_title, moment_of, state_word, why

Req = Request[Any, Any, State]
_HERE = "/a/{app:str}/messages/sends"
#: So many of the newest are listed.
MOST = 100


@dataclass(frozen=True)
class Row:
    """A sending in words. `channel` is empty where it is gone; `days`: those it is of, empty where it is of none."""

    send: Send
    title: str
    days: str
    channel: str
    state: str
    why: str
    at: datetime


def row_of(
    send: Send, console: Console, app: App, language: Language, channels: Mapping[int, Channel]
) -> Row:
    """One of them."""
    channel = channels.get(send.channel)
    stopped = channel.stopped if channel else ""
    days = format.span(send.over.start, send.over.end, language) if send.over else ""
    return Row(
        send, content_title(console, app, send.content, language), days, channel.name if channel else "",
        state_word(send, stopped, language), why(send, stopped, app, language), moment_of(send),
    )  # fmt: skip


@get(_HERE, include_in_schema=False, needs=SEES)
async def sends_page(settings: NamedDependency[AppSettings]) -> Response[str]:
    """The newest of them."""
    rows = await asyncio.to_thread(_rows, settings)
    return await settings.page(PART, "sends.html", rows=rows, most=MOST)


@get(f"{_HERE}/{{send:int}}", include_in_schema=False, needs=SEES)
async def sent_page(settings: NamedDependency[AppSettings], send: FromPath[int]) -> Response[str]:
    """What was sent, as it was."""
    found = await asyncio.to_thread(settings.records.sends.get, settings.app.id, send)
    message = await asyncio.to_thread(_message, settings, found)
    row = await asyncio.to_thread(_row, settings, found)
    here = f"/a/{settings.app.name}/messages/sends/{send}/pictures"
    pictures = [f"{here}/{n}" for n, _ in enumerate(message.sections if message else ())]
    return await settings.page(
        PART, "sent_message.html", row=row, message=message, pictures=pictures
    )


@get(f"{_HERE}/{{send:int}}/pictures/{{number:int}}", include_in_schema=False, needs=SEES)
async def picture(
    settings: NamedDependency[AppSettings], send: FromPath[int], number: FromPath[int]
) -> Response[bytes]:
    """That of a section, by its place."""
    found = await asyncio.to_thread(settings.records.sends.get, settings.app.id, send)
    message = await asyncio.to_thread(_message, settings, found)
    sections = message.sections if message else ()
    shown = sections[number].picture if number < len(sections) else None
    if shown is None:
        raise NotFound("unknown_send", "send", got=str(send))
    kept = {"Cache-Control": "private, max-age=86400"}
    return Response(shown.png, media_type="image/png", headers=kept)


def _message(settings: AppSettings, send: Send) -> Message | None:
    body = settings.records.sends.message(send)
    return decoded(body) if body else None


def _row(settings: AppSettings, send: Send) -> Row:
    channels = {one.id: one for one in settings.records.channels.of(settings.app.id)}
    return row_of(send, settings.console, settings.app, settings.reader.language, channels)


def _rows(settings: AppSettings) -> list[Row]:
    app, language = settings.app, settings.reader.language
    channels = {one.id: one for one in settings.records.channels.of(app.id)}
    found = settings.records.sends.of(app.id, most=MOST)
    return [row_of(one, settings.console, app, language, channels) for one in found]


ROUTES = (sends_page, sent_page, picture)
