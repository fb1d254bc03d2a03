"""Messages, Channels: where messages go, with their state; made, changed, tested, removed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from minilens.errors import NotFound, Refused
from minilens.period import now
from minilens.records.channel_content import BOTS, KINDS, TITLES, ChannelContent, Kind, kind_named
from minilens.records.channels import MOST, Channel
from minilens.records.rights import SEES
from minilens.render.i18n import translate
from minilens.text import Language
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import CHANNELS, Answer, Wrong, attempt, tried
from minilens.web.admin.settings_page import AppSettings
from minilens.web.channels.api import why

Req = Request[Any, Any, State]
WRITES = "keys:write"
_HERE = "/a/{app:str}/messages/channels"


@get(_HERE, include_in_schema=False, needs=WRITES)
async def channels_page(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """What there is; `add`: with a form for one of that kind, `edit`: with that of one."""
    add, edit = request.query_params.get("add", ""), request.query_params.get("edit", "")
    return await shown(
        settings,
        add=kind_named(add) if add else None,
        edit=int(edit) if edit.isdecimal() and len(edit) < 9 else 0,
    )


@post(_HERE, include_in_schema=False, status_code=303, needs=WRITES)
async def create(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """Make one; the secret that was made up for a webhook is shown once."""
    kind = kind_named(data.get("kind", ""))

    def make() -> tuple[Channel, str]:
        try:
            return settings.records.channels.create(
                settings.app.id, _content(kind, data), settings.console.secret,
                within=settings.console.channels.within, now=now(), by=settings.me.id,
            )  # fmt: skip
        except Refused as error:
            raise _of_form(error) from None

    made = await tried("new", settings.reader, make)
    if isinstance(made, Wrong):
        return await shown(settings, made, data, add=kind)
    _, secret = made
    if secret:
        return settings.onward(CHANNELS, secret)
    return Redirect(CHANNELS.at(settings.app, "made"), status_code=303)


@post(f"{_HERE}/{{channel:int}}", include_in_schema=False, status_code=303, needs=WRITES)
async def change(
    settings: NamedDependency[AppSettings], data: Form, channel: FromPath[int]
) -> Answer:
    """What is typed; an address or secret that is left empty stays."""

    def do() -> str:
        found = _held(settings, channel)
        try:
            settings.records.channels.change(
                settings.app.id, channel, _content(found.kind, data), settings.console.secret,
                within=settings.console.channels.within, now=now(), by=settings.me.id,
            )  # fmt: skip
        except Refused as error:
            raise _of_form(error) from None
        return CHANNELS.at(settings.app, "changed")

    async def again(error: Wrong) -> Response[str]:
        if error.field == "channel":
            return await shown(settings, error)
        return await shown(settings, error, data, edit=channel)

    return await attempt("change", settings.reader, do, again)


@post(f"{_HERE}/{{channel:int}}/test", include_in_schema=False, status_code=303, needs=WRITES)
async def test(settings: NamedDependency[AppSettings], channel: FromPath[int]) -> Answer:
    """Send a test; what is wrong stands beside the channel."""
    found = await tried("remove", settings.reader, lambda: _held(settings, channel))
    if isinstance(found, Wrong):
        return await shown(settings, found)
    result = await asyncio.to_thread(settings.console.channels.test, found, settings.me.name)
    if result.sent and not result.code:
        return Redirect(CHANNELS.at(settings.app, "tested"), status_code=303)
    sentence = why(result.code, settings.app, settings.reader.language)
    said = f"{sentence} ({result.told})" if result.told else sentence
    if not result.sent:
        _ = translate(settings.reader.language)
        said = _("Test not sent: %(why)s") % {"why": said}
    return await shown(settings, Wrong(f"test-{channel}", "", said, 422))


@post(f"{_HERE}/{{channel:int}}/remove", include_in_schema=False, status_code=303, needs=WRITES)
async def remove(settings: NamedDependency[AppSettings], channel: FromPath[int]) -> Answer:
    """Send nothing there any more."""

    def do() -> str:
        found = _held(settings, channel)
        settings.records.channels.remove(settings.app.id, found.id, now=now(), by=settings.me.id)
        return CHANNELS.at(settings.app, "removed")

    return await attempt("remove", settings.reader, do, lambda error: shown(settings, error))


def _held(settings: AppSettings, channel: int) -> Channel:
    """The one of a form; Refused where somebody has removed it while the page was open."""
    try:
        return settings.records.channels.get(settings.app.id, channel)
    except NotFound as error:
        raise Refused("channel_removed", error.field) from None


def _content(kind: Kind, data: Mapping[str, str]) -> ChannelContent:
    """As it was typed. Empty is "as it is", and for a new one "none"; a secret is taken away by its box."""
    secret = "" if data.get("without_secret") else data.get("signing_secret", "").strip() or None
    members = tuple(
        int(name.removeprefix("member-"))
        for name in data
        if name.startswith("member-")
        and name.removeprefix("member-").isdecimal()
        and len(name) < 17
    )
    language: Language = "en" if data.get("language") == "en" else "zh"
    return ChannelContent(
        kind,
        data.get("name", ""),
        language,
        data.get("address", "").strip() or None,
        secret,
        members,
        data.get("app_id") if kind == "feishu" else None,
        data.get("app_secret", "").strip() or None,
    )


def _of_form(error: Refused) -> Refused:
    """The form calls the secret otherwise."""
    return error.at("signing_secret") if error.field == "secret" else error


async def shown(
    settings: AppSettings, error: Wrong | None = None, typed: Mapping[str, str] | None = None, *,
    add: Kind | None = None, edit: int = 0,
) -> Response[str]:  # fmt: skip
    """The list, and at most one form, with what was typed but for addresses and secrets."""
    app, language = settings.app, settings.reader.language
    found = await asyncio.to_thread(settings.records.channels.of, app.id)
    edited = next((one for one in found if one.id == edit), None)
    members = await asyncio.to_thread(_members, settings) if _has_members(add, edited) else []
    return await settings.page(
        CHANNELS, "channels.html", error=error, found=found, most=MOST, kinds=KINDS,
        titles={kind: title.of(language) for kind, title in TITLES.items()},
        why={one.id: why(one.stopped, app, language) for one in found if one.stopped},
        gone={
            (one.id, each.account): why(each.stopped, app, language)
            for one in found for each in one.members if each.stopped
        },
        kind=edited.kind if edited else add, edited=edited, members=members, mail=settings.console.channels.mail,
        values=_values(settings, add, edited, typed), example={kind: bot.example for kind, bot in BOTS.items()},
    )  # fmt: skip


def _has_members(add: Kind | None, edited: Channel | None) -> bool:
    return add == "mail" or (edited is not None and edited.kind == "mail")


def _members(settings: AppSettings) -> list[tuple[int, str, str]]:
    """Who sees the app: number, name, address."""
    return [
        (one.id, one.name, one.email)
        for one in settings.records.accounts.all()
        if one.may(SEES, settings.app.id) and one.disabled is None
    ]


def _values(
    settings: AppSettings, add: Kind | None, edited: Channel | None, typed: Mapping[str, str] | None
) -> dict[str, Any]:
    """What stands in the form."""
    if typed is not None:
        ticked = {
            int(name[7:]) for name in typed if name.startswith("member-") and name[7:].isdecimal()
        }
        return {
            "name": typed.get("name", ""),
            "language": typed.get("language", "zh"),
            "members": ticked,
            "app_id": typed.get("app_id", ""),
        }
    if edited is not None:
        ticked = {one.account for one in edited.members}
        access = edited.access(settings.console.secret)
        return {
            "name": edited.name, "language": edited.language, "members": ticked,
            "app_id": access.app_id if access else "",
        }  # fmt: skip
    _ = translate(settings.reader.language)
    name = _("Mail") if add == "mail" else ""
    return {
        "name": name,
        "language": settings.reader.language,
        "members": {settings.me.id} if add == "mail" else set(),
    }


ROUTES = (channels_page, create, change, test, remove)
