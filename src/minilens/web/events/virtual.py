"""Custom, Virtual events: the list, and the form with its preview; defined from a tap of a trial phone."""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from minilens.errors import Refused
from minilens.period import now
from minilens.records.virtual_content import (
    COLUMNS,
    DIMENSIONS,
    MOST_CONDITIONS,
    OPERATORS,
    SESSION,
)
from minilens.records.virtual_events import Virtual
from minilens.reference.events import BUILT_IN
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import VIRTUAL, Answer, Wrong, wrong
from minilens.web.admin.settings_page import AppSettings
from minilens.web.auth.guard import MEMBER
from minilens.web.console import Looked
from minilens.web.events import virtual_form

Req = Request[None, None, State]
PAGE = "/a/{app:str}/events/virtual"
LONGEST = 300


@get(PAGE, include_in_schema=False, needs=MEMBER)
async def virtual_page(settings: NamedDependency[AppSettings]) -> Response[str]:
    """The list."""
    every = await asyncio.to_thread(settings.records.virtual_events.of, settings.app.id)
    return await settings.page(VIRTUAL, "virtual_events.html", every=every)


@get(f"{PAGE}/new", include_in_schema=False, needs="definitions:write")
async def new_virtual(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """An empty form, or what a tap says: the address has the fields of the form."""
    given = {name[:80]: value[:LONGEST] for name, value in request.query_params.items()}
    return await edited(settings, "", {"count": "1", "c0.event": "click", **given})


@get(f"{PAGE}/of/{{name:str}}", include_in_schema=False, needs=MEMBER)
async def one_virtual(settings: NamedDependency[AppSettings], name: FromPath[str]) -> Response[str]:
    """One of them with its form, its preview and its versions."""
    one = await asyncio.to_thread(settings.records.virtual_events.find, settings.app.id, name)
    typed = virtual_form.typed_of(one.meaning) | {"version": str(one.version)}
    return await edited(settings, name, typed, look=True)


@post(f"{PAGE}/edit", include_in_schema=False, status_code=200, needs="definitions:write")
async def edit_virtual(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """A button of the form: one more condition, one less, the preview, or save."""
    name, do = data.get("own", "")[:64], data.get("do", "preview")
    if do == "add":
        count = min(virtual_form.count_of(data) + 1, MOST_CONDITIONS)
        return await edited(settings, name, data | {"count": str(count)})
    if do.startswith("remove"):
        gone = int(do[6:]) if do[6:].isdecimal() and len(do) < 9 else MOST_CONDITIONS
        return await edited(settings, name, virtual_form.without(data, gone))
    if do == "save":
        return await save(settings, name, data)
    return await edited(settings, name, data, look=True)


@post(
    f"{PAGE}/of/{{name:str}}/retire",
    include_in_schema=False,
    status_code=303,
    needs="definitions:write",
)
async def retire_virtual(
    settings: NamedDependency[AppSettings], name: FromPath[str], data: Form
) -> Redirect:
    """Offer it no more, or again."""
    rooms = settings.records.virtual_events
    change = rooms.restore if data.get("do") == "restore" else rooms.retire
    await asyncio.to_thread(change, settings.app.id, name, now=now(), by=settings.me.id)
    done = "restored" if data.get("do") == "restore" else "retired"
    return Redirect(VIRTUAL.at(settings.app, done), status_code=303)


async def save(settings: AppSettings, name: str, typed: dict[str, str]) -> Answer:
    """A new one, or a new version."""

    def do() -> Virtual:
        meaning, rooms = virtual_form.meaning_of(typed), settings.records.virtual_events
        if name:
            seen = typed.get("version", "")
            version = int(seen) if seen.isdecimal() and len(seen) < 9 else 0
            return rooms.change(
                settings.app.id, name, meaning, version=version, now=now(), by=settings.me.id
            )
        names = {field: typed.get(field, "") for field in ("zh", "en")}
        return rooms.create(
            settings.app.id,
            typed.get("name", "").strip(),
            meaning,
            **names,
            now=now(),
            by=settings.me.id,
        )

    try:
        await asyncio.to_thread(do)
    except Refused as error:
        return await edited(
            settings, name, typed, wrong("virtual", error, settings.reader.language)
        )
    return Redirect(VIRTUAL.at(settings.app, "saved"), status_code=303)


async def edited(
    settings: AppSettings, name: str, typed: dict[str, str], error: Wrong | None = None, *, look: bool = False
) -> Response[str]:  # fmt: skip
    """The form, with its preview where it is asked for and can be had."""
    looked: Looked | None = None
    if look and error is None:
        try:
            meaning = virtual_form.meaning_of(typed)
            door = settings.console.look_at_virtual
            looked = await asyncio.to_thread(door, settings.app, name, meaning)
        except Refused as refused:
            error = wrong("virtual", refused, settings.reader.language)
    facts = await asyncio.to_thread(_facts, settings, name)
    return await settings.page(
        VIRTUAL, "virtual_event.html", error=error, own=name, typed=typed, looked=looked,
        count=virtual_form.count_of(typed), rows=virtual_form.ROWS, most=MOST_CONDITIONS, operators=OPERATORS,
        **facts,
    )  # fmt: skip


def _facts(settings: AppSettings, name: str) -> dict[str, Any]:
    """What the form offers, and of a saved one what it is."""
    records, app = settings.records, settings.app.id
    every = {one.name: one for one in records.virtual_events.of(app)}
    listed = records.app_pages.find(app)
    declared = sorted({event for of, event in records.definitions.all() if of == app})
    return {
        "one": every.get(name),
        "versions": records.virtual_events.versions(app, name) if name else [],
        "offered": [*BUILT_IN, *declared, *(one for one in every if one != name)],
        "paths": [one.path for one in listed.pages] if listed else [],
        "fields": [
            *COLUMNS,
            *DIMENSIONS,
            *SESSION,
            *(f"props.{field}" for field in records.events.fields(app)),
        ],
    }


ROUTES = (virtual_page, new_virtual, one_virtual, edit_virtual, retire_virtual)
