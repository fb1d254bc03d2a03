"""Messages: what is sent to whom and when; made, changed, paused, sent at once, removed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from minilens.errors import NotFound, Refused
from minilens.period import now
from minilens.records.channels import Channel
from minilens.records.rights import SEES
from minilens.records.subscriptions import LAST, LATEST_DAY, MOST, Subscription
from minilens.render.schedules import month_day, said, weekday
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import MESSAGES as PART
from minilens.web.admin.forms import Answer, Wrong, attempt
from minilens.web.admin.settings_page import AppSettings
from minilens.web.messages.sends import Row, row_of
from minilens.web.messages.told import content_title
from minilens.web.messages.typed import EMPTY, checked, fields, typed

Req = Request[Any, Any, State]
WRITES = "keys:write"
_HERE = "/a/{app:str}/messages"


@dataclass(frozen=True)
class Listed:
    """A subscription: its content and time in words, the channel (None: it is gone), when it is sent next, and what
    became of the last one."""

    one: Subscription
    title: str
    when: str
    channel: Channel | None
    next: datetime | None
    last: Row | None


@get(_HERE, include_in_schema=False, needs=SEES)
async def messages_page(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """What is sent, and a form; `edit`: for the one of that number. Fields that the address names are filled in."""
    told = request.query_params
    edit = told.get("edit", "")
    given = {name: told[name] for name in EMPTY if name in told}
    number = int(edit) if edit.isdecimal() and len(edit) < 9 else 0
    return await shown(settings, data=given, edit=number)


@post(_HERE, include_in_schema=False, status_code=303, needs=WRITES)
async def create(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """Send it from now on."""

    def do() -> str:
        _put(settings, data, None)
        return PART.at(settings.app, "made")

    async def again(error: Wrong) -> Response[str]:
        return await shown(settings, error, data)

    return await attempt("new", settings.reader, do, again)


@post(f"{_HERE}/{{subscription:int}}", include_in_schema=False, status_code=303, needs=WRITES)
async def change(
    settings: NamedDependency[AppSettings], data: Form, subscription: FromPath[int]
) -> Answer:
    """Another content, channel or time."""

    def do() -> str:
        _put(settings, data, subscription)
        return PART.at(settings.app, "changed")

    async def again(error: Wrong) -> Response[str]:
        return await shown(settings, error, data, edit=subscription)

    return await attempt("change", settings.reader, do, again)


@post(
    [f"{_HERE}/{{subscription:int}}/{do}" for do in ("pause", "resume", "now", "remove")],
    include_in_schema=False,
    status_code=303,
    needs=WRITES,
)
async def act(
    request: Req, settings: NamedDependency[AppSettings], subscription: FromPath[int]
) -> Answer:
    """What the address ends in."""
    what, app, those = (
        request.url.path.rpartition("/")[2],
        settings.app.id,
        settings.records.subscriptions,
    )

    def do() -> str:
        told = {"now": now(), "by": settings.me.id}
        if what == "now":
            settings.console.messages.send_now(those.get(app, subscription), now())
        elif what == "pause":
            those.pause(app, subscription, **told)  # type: ignore[arg-type]
        elif what == "resume":
            those.resume(app, subscription, **told)  # type: ignore[arg-type]
        else:
            those.remove(app, subscription, **told)  # type: ignore[arg-type]
        return PART.at(settings.app, what)

    return await attempt("act", settings.reader, do, lambda error: shown(settings, error))


def _put(settings: AppSettings, data: Mapping[str, str], subscription: int | None) -> None:
    """Refused, naming the field of the form."""
    app, those = settings.app.id, settings.records.subscriptions
    try:
        made = checked(typed(data), settings.console, settings.app)
    except NotFound as error:  # removed while the form was open: it is shown again
        raise Refused("channel_removed", error.field) from None
    told = {"now": now(), "by": settings.me.id}
    try:
        if subscription is None:
            those.create(app, made.channel, made.content, made.schedule, **told)  # type: ignore[arg-type]
        else:
            those.change(app, subscription, made.channel, made.content, made.schedule, **told)  # type: ignore[arg-type]
    except Refused as error:
        raise (error.at("time") if error.field == "at" else error) from None


async def shown(
    settings: AppSettings,
    error: Wrong | None = None,
    data: Mapping[str, str] | None = None,
    *,
    edit: int = 0,
) -> Response[str]:
    """The list, with a form as it was typed, as the edited one stands, or empty."""
    context = await asyncio.to_thread(_told, settings)
    edited = next((row for row in context["rows"] if row.one.id == edit), None)
    stands = fields(edited.one) if edited else EMPTY
    if not settings.may(WRITES):
        edited = None
    return await settings.page(
        PART, "messages.html", error=error, edited=edited, values=stands | dict(data or {}),
        writes=settings.may(WRITES), most=MOST, **context,
    )  # fmt: skip


def _told(settings: AppSettings) -> dict[str, Any]:
    console, app, language = settings.console, settings.app, settings.reader.language
    channels = {one.id: one for one in settings.records.channels.of(app.id)}
    offered = console.messages.offered(app.id)
    rows = [_listed(settings, one, channels) for one in settings.records.subscriptions.of(app.id)]
    return {
        "rows": rows,
        "channels": [(str(one.id), one.name) for one in channels.values()],
        "offered": [
            (group, [(one.name, one.title.of(language)) for one in offered if one.group == group])
            for group in ("ready", "report", "question")
        ],
        "weekdays": [(str(n), weekday(n, language)) for n in range(7)],
        "month_days": [(str(n), month_day(n, language)) for n in (*range(1, LATEST_DAY + 1), LAST)],
    }


def _listed(settings: AppSettings, one: Subscription, channels: Mapping[int, Channel]) -> Listed:
    console, app, language = settings.console, settings.app, settings.reader.language
    sent = settings.records.sends.of(app.id, most=1, subscription=one.id)
    return Listed(
        one,
        content_title(console, app, one.content, language),
        said(one.schedule, language),
        channels.get(one.channel),
        console.messages.coming(one, now()),
        row_of(sent[0], console, app, language, channels) if sent else None,
    )


ROUTES = (messages_page, create, change, act)
