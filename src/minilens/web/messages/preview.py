"""What a message would look like, before anything is scheduled or sent."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency

from minilens.records.rights import SEES
from minilens.records.subscriptions import CADENCES, Cadence
from minilens.render.message import Picture
from minilens.reports.request_values import choice
from minilens.text import Language
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import MESSAGES as PART
from minilens.web.admin.forms import Answer, Wrong, attempt
from minilens.web.admin.settings_page import AppSettings
from minilens.web.messages.pages import shown

Req = Request[Any, Any, State]


_HERE = "/a/{app:str}/messages/preview"


@get(_HERE, include_in_schema=False, needs=SEES)
async def preview_page(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """Of a content, as the address says."""
    return await _shown(settings, dict(request.query_params))


@post(_HERE, include_in_schema=False, status_code=303, needs=SEES)
async def preview_form(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """Of a content, as the form says that is not sent off yet."""

    def do() -> str:
        asked = {name: data[name] for name in ("content", "channel", "cadence") if data.get(name)}
        choice(asked, "cadence", CADENCES, "day")
        settings.console.messages.title(settings.app.id, asked.get("content", ""))
        return f"/a/{settings.app.name}/messages/preview?{urlencode(asked)}"

    async def again(error: Wrong) -> Response[str]:
        return await shown(settings, error, data)

    return await attempt("new", settings.reader, do, again)


async def _shown(settings: AppSettings, given: Mapping[str, str]) -> Response[str]:
    """In the language of the channel, where one is chosen. Refused, naming the field."""
    cadence = cast("Cadence", choice(given, "cadence", CADENCES, "day"))
    language = await asyncio.to_thread(_language, settings, given.get("channel", ""))
    message = await asyncio.to_thread(
        settings.console.messages.preview, settings.console, settings.app, given.get("content", ""), cadence,
        language, settings.reader.moment,
    )  # fmt: skip
    pictures = [_inline(one.picture) for one in message.sections]
    return await settings.page(PART, "message_preview.html", message=message, pictures=pictures)


def _language(settings: AppSettings, channel: str) -> Language:
    for one in settings.records.channels.of(settings.app.id):
        if str(one.id) == channel:
            return one.language
    return settings.reader.language


def _inline(picture: Picture | None) -> str:
    """The image within the page: it is kept nowhere."""
    return f"data:image/png;base64,{base64.b64encode(picture.png).decode()}" if picture else ""


ROUTES = (preview_page, preview_form)
