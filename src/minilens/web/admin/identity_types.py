"""Settings, Identities, types: their order, limits, own types, values that are nobody's. What a change would do is said
before it is saved."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.response import Redirect

from minilens.errors import NotFound, Refused
from minilens.identity.types import row_of
from minilens.identity.values import hash_read
from minilens.period import now
from minilens.records.identity_types import MOST_CROWD, MOST_DAYS, MOST_VALUES, OVERS
from minilens.render.i18n import translate
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import IDENTITIES, Answer, Wrong, whole, wrong
from minilens.web.admin.identities import HERE, RIGHT, shown
from minilens.web.admin.settings_page import AppSettings
from minilens.web.persons.type_changes import (
    BlockedChange,
    OrderChange,
    TypeChange,
    moved,
    types,
    version,
)

Req = Request[Any, Any, State]
#: Number fields of a type, and the highest that makes sense.
NUMBERS = {"most": MOST_VALUES, "days": MOST_DAYS, "crowd": MOST_CROWD}
Change = TypeChange | OrderChange | BlockedChange
Again = Callable[[Wrong], Awaitable[Response[str]]]


@get(f"{HERE}/type", include_in_schema=False, needs=RIGHT)
async def type_page(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """The form of one type; of a new one where none is named, which may be called as `add` says."""
    add = request.query_params.get("add", "")[:64]
    typed = {"name": add, "zh": add[:32], "en": add[:32]} if add else None
    return await typed_page(settings, request.query_params.get("name", ""), typed=typed)


@post(f"{HERE}/type", include_in_schema=False, status_code=200, needs=RIGHT)
async def change_type(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """Look at what it would do, then, with `sure`, do it."""
    name = data.get("name", "").strip()

    def asked() -> Change:
        known = types(settings.console, settings.app).by_name
        if data.get("new") and name in known:
            raise Refused("type_exists", "name", got=name)
        return TypeChange(settings.console, settings.app, name, read(data), data.get("seen", ""))

    async def again(error: Wrong) -> Response[str]:
        return await typed_page(settings, "" if data.get("new") else name, error, data)

    return await looked_at_first(settings, "type", data, asked, again)


@post(f"{HERE}/order", include_in_schema=False, status_code=200, needs=RIGHT)
async def move_type(request: Req, settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """One place up or down."""

    def asked() -> Change:
        by = {"up": -1, "down": 1}.get(data.get("do", ""))
        if by is None:
            raise Refused("bad_value", "do", got=data.get("do", "")[:20])
        names = moved(types(settings.console, settings.app), data.get("name", ""), by)
        return OrderChange(settings.console, settings.app, names, data.get("seen", ""))

    async def again(error: Wrong) -> Response[str]:
        return await shown(settings, request, error)

    return await looked_at_first(settings, "order", data, asked, again)


@post(f"{HERE}/block", include_in_schema=False, status_code=200, needs=RIGHT)
async def block(request: Req, settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """A value is nobody's."""

    def asked() -> Change:
        kind, value = data.get("type", ""), data.get("value", "")
        return BlockedChange(settings.console, settings.app, kind, value)

    async def again(error: Wrong) -> Response[str]:
        return await shown(settings, request, error, typed=data)

    return await looked_at_first(settings, "block", data, asked, again)


@post(f"{HERE}/unblock", include_in_schema=False, status_code=303, needs=RIGHT)
async def unblock(settings: NamedDependency[AppSettings], data: Form) -> Redirect:
    """It may be somebody's again."""
    await asyncio.to_thread(
        settings.records.blocked_identities.remove,
        settings.app.id, hash_read(data.get("hash", "")), now=now(), by=settings.me.id,
    )  # fmt: skip
    return Redirect(IDENTITIES.at(settings.app, "saved"), status_code=303)


def read(data: Form) -> dict[str, Any]:
    """What a form says of a type; what it does not say stays."""
    found: dict[str, Any] = {name: data[name] for name in ("zh", "en", "over") if name in data}
    for name, most in NUMBERS.items():
        if name in data:
            found[name] = whole(data[name], name, least=0, most=most)
    if "takes_part" in data:
        found["takes_part"] = data["takes_part"] == "yes"
    return found


async def looked_at_first(
    settings: AppSettings, form: str, data: Form, asked: Callable[[], Change], again: Again
) -> Answer:
    """The page that says what a change would do; with `sure` it is done. Refused on the page of the form."""

    def do() -> Any:
        change = asked()
        if data.get("sure") != "1":
            return change.look()
        change.save(settings.me.id)
        return None

    try:
        found = await asyncio.to_thread(do)
    except Refused as error:
        return await again(wrong(form, error, settings.reader.language))
    if found is None:
        return Redirect(IDENTITIES.at(settings.app, "saved"), status_code=303)
    hidden = [(name, text) for name, text in data.items() if name not in ("csrf", "form", "sure")]
    return await settings.page(
        IDENTITIES, "settings_identity_sure.html", touched=found, form=form, hidden=hidden
    )


async def typed_page(
    settings: AppSettings,
    name: str,
    error: Wrong | None = None,
    typed: dict[str, str] | None = None,
) -> Response[str]:
    """The form of one type, with what was typed."""
    of = await asyncio.to_thread(types, settings.console, settings.app)
    if name and name not in of.by_name:
        raise NotFound("not_found", "name")
    row = row_of(of.new(name))
    kept: dict[str, Any] = {
        "name": name, "zh": row.zh, "en": row.en, "most": row.most, "days": row.days, "over": row.over,
        "crowd": row.crowd, "takes_part": "yes" if row.takes_part else "no",
    }  # fmt: skip
    _ = translate(settings.reader.language)
    overs = {
        "refuse": _("Don't merge it, list it as a conflict"), "succeed": _("The new value replaces the old one"),
        "oldest": _("The oldest is no longer used for merging"),
    }  # fmt: skip
    return await settings.page(
        IDENTITIES,
        "settings_identity_type.html",
        error=error,
        name=name,
        typed=kept | {key: str(value)[:64] for key, value in (typed or {}).items()},
        seen=(typed or {}).get("seen") or version(row),
        overs=[(one, overs[one]) for one in OVERS],
        device=name == "device",
    )


ROUTES = (type_page, change_type, move_type, block, unblock)
