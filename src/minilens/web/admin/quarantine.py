"""Custom, Quarantine: what waits and why; an event defined from what came, let in, or dropped."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from functools import partial
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency

from minilens.errors import NotFound
from minilens.load.quarantine import Left
from minilens.measure.ledger.names import KINDS, REASONS, mismatch
from minilens.period import now
from minilens.records.event_content import Field
from minilens.reference.events import BUILT_IN, lawful
from minilens.reference.field_types import REASON, TYPES
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import QUARANTINE, Answer, Wrong, attempt
from minilens.web.admin.settings_page import AppSettings
from minilens.web.value_titles import value_titles

Req = Request[None, None, State]
PAGE = "/a/{app:str}/events/quarantine"
#: A name of an event or a reason in an address.
LONGEST = 255


@get(PAGE, include_in_schema=False, needs="definitions:write")
async def quarantine_page(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """What waits by reason and event; what counts undeclared; what is declared and does not come."""
    return await listed(settings, request.query_params.get("about", ""))


@get(f"{PAGE}/event", include_in_schema=False, needs="definitions:write")
async def event_page(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """One of them: samples, fields, and what can be done."""
    given = request.query_params
    return await shown(
        settings, given.get("reason", "")[:LONGEST], given.get("event", "")[:LONGEST]
    )


@post(f"{PAGE}/release", include_in_schema=False, status_code=200, needs="definitions:write")
async def release(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """Let them in; where a Chinese name is given, declare the event before."""
    reason, name = _named(data)

    def do() -> str:
        if "zh" in data:
            settings.records.events.declare(
                settings.app.id, name, data["zh"], chosen(data), now=now(), by=settings.me.id
            )
        done = settings.console.quarantine.release(settings.app, reason, name, settings.me.id)
        return told(settings, done, name)

    again = partial(shown, settings, reason, name, typed=data)
    return await attempt("release", settings.reader, do, again)


@post(f"{PAGE}/anyway", include_in_schema=False, status_code=200, needs="definitions:write")
async def count_anyway(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """Let in those of which a field is not of its type, as they came."""
    _, name = _named(data)

    def do() -> str:
        done = settings.console.quarantine.count_anyway(settings.app, name, settings.me.id)
        return told(settings, done, name)

    return await attempt("anyway", settings.reader, do, partial(shown, settings, REASON, name))


@post(f"{PAGE}/drop", include_in_schema=False, status_code=200, needs="definitions:write")
async def drop(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """Take them out for good."""
    reason, name = _named(data)

    def do() -> str:
        why = data.get("why", "")
        done = settings.console.quarantine.drop(settings.app, reason, name, why, settings.me.id)
        return told(settings, done, name)

    again = partial(shown, settings, reason, name, typed=data)
    return await attempt("drop", settings.reader, do, again)


@post(f"{PAGE}/define", include_in_schema=False, status_code=200, needs="definitions:write")
async def define(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """Declare an event that counts undeclared."""
    _, name = _named(data)

    def do() -> str:
        zh = data.get("zh", "")
        settings.records.definitions.create(settings.app.id, name, zh, now=now(), by=settings.me.id)
        return f"{QUARANTINE.at(settings.app, 'defined')}&{urlencode({'about': name})}"

    return await attempt("define", settings.reader, do, partial(listed, settings, name, typed=data))


def chosen(data: dict[str, str]) -> list[Field]:
    """The fields that are ticked. One without a Chinese name is called as in the code."""
    names = [key.removeprefix("field.") for key in data if key.startswith("field.")]
    return [
        Field(name, data.get(f"zh.{name}", "").strip() or name, data.get(f"type.{name}", ""))
        for name in names
    ]


def _named(data: dict[str, str]) -> tuple[str, str]:
    return data.get("reason", "")[:LONGEST], data.get("event", "")[:LONGEST]


def told(settings: AppSettings, done: Left, name: str) -> str:
    """Where the page says what was done; of what stays it shows the event."""
    what = "dropped" if done.dropped else "released" if done.loaded + done.duplicate else "stayed"
    count = done.dropped or done.loaded + done.duplicate
    given = urlencode({"about": f"{count} {name}"})
    return f"{QUARANTINE.at(settings.app, what)}&{given}"


async def listed(
    settings: AppSettings, about: str = "", error: Wrong | None = None, *, typed: dict[str, str] | None = None
) -> Response[str]:  # fmt: skip
    """The page."""
    door = settings.console.quarantine
    groups = await asyncio.to_thread(door.all, settings.app)
    seen = await asyncio.to_thread(door.seen, settings.app)
    count, _, name = about.partition(" ")
    return await settings.page(
        QUARANTINE, "quarantine.html", error=error, groups=groups, seen=seen, typed=typed or {}, count=count,
        event=name or count, **_words(settings),
    )  # fmt: skip


async def shown(
    settings: AppSettings, reason: str, name: str, error: Wrong | None = None, *,
    typed: dict[str, str] | None = None,
) -> Response[str]:  # fmt: skip
    """The page of one; NotFound where nothing waits."""
    found = await asyncio.to_thread(settings.console.quarantine.find, settings.app, reason, name)
    if found is None:
        raise NotFound("not_in_quarantine", "event", got=name[:64])
    held = await asyncio.to_thread(settings.records.events.fields, settings.app.id)
    title = await asyncio.to_thread(
        value_titles, settings.records, settings.app.id, settings.reader.language
    )
    return await settings.page(
        QUARANTINE, "quarantine_event.html", error=error, found=found, group=found.group, held=held,
        takes=[one.name for one in found.fields if lawful(one.name)],
        typed=defaultdict(str, typed or {}), value_title=title, **_words(settings),
    )  # fmt: skip


def _words(settings: AppSettings) -> dict[str, Any]:
    """What templates call things."""
    language = settings.reader.language

    def title(name: str) -> str:
        known = BUILT_IN.get(name)
        return (known.zh if language == "zh" else known.en) if known else ""

    return {
        "reason_title": lambda reason: REASONS.shown(reason, language),
        "event_title": title,
        "kinds": {kind: KINDS.shown(kind, language) for kind in TYPES},
        "kind_title": lambda kind: KINDS.shown(kind, language),
        "said": lambda detail: mismatch(detail, language),
        "address": lambda one: f"{QUARANTINE.at(settings.app)}/event?"
        + urlencode({"reason": one.reason, "event": one.name}),
    }  # fmt: skip


ROUTES = (quarantine_page, event_page, release, count_anyway, drop, define)
