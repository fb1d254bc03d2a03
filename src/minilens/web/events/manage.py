"""Event management: the list of events, searched and by state; fields of the app, and those that every event has."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency

from minilens.measure.field_samples import MOST_DAYS
from minilens.records.event_definitions import Kept
from minilens.records.event_fields import History
from minilens.reference.default_fields import DEFAULT_FIELDS
from minilens.web.admin.forms import EVENTS, FIELDS, clock
from minilens.web.admin.settings_page import AppSettings
from minilens.web.auth.guard import MEMBER
from minilens.web.events import texts
from minilens.web.events.seen import absent, undefined
from minilens.web.value_titles import value_titles

Req = Request[None, None, State]
Status = Literal["draft", "published", "changed", "retired"]
STATUSES: tuple[Status, ...] = ("published", "changed", "draft", "retired")
#: Events of one page of the list.
PAGE = 20


@dataclass(frozen=True)
class Listed:
    """What is shown of the list. `page` and `pages` count from 1."""

    every: list[Kept]
    page: int
    pages: int
    found: int
    search: str
    status: str


def status(kept: Kept) -> Status:
    """draft: never published. changed: the draft says more than what is published."""
    if kept.one.retired:
        return "retired"
    if kept.published is None:
        return "draft"
    return "changed" if kept.ahead else "published"


@get(["/a/{app:str}/events", "/a/{app:str}/events/manage"], include_in_schema=False, needs=MEMBER)
async def events_page(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """The newest first; retired ones where they are asked for."""
    given = request.query_params
    every = await asyncio.to_thread(settings.records.events.of, settings.app.id)
    listed = narrowed(
        every, given.get("q", "")[:64], given.get("status", ""), given.get("page", "")
    )
    seen = await asyncio.to_thread(settings.console.quarantine.seen, settings.app)
    silent = {one.event: one for one in absent(every, seen, settings.reader.moment)}
    return await settings.page(
        EVENTS, "events.html", listed=listed, status=status, statuses=STATUSES, total=len(every), silent=silent,
        undefined=undefined(seen), begun=await asyncio.to_thread(settings.console.unreported, settings.app),
    )  # fmt: skip


def narrowed(every: list[Kept], search: str, wanted: str, page: str) -> Listed:
    """The part of the list that an address asks for; a page beyond the last is the last."""
    words = search.casefold().split()
    found = [
        kept
        for kept in every
        if all(word in _searched(kept) for word in words)
        and (
            status(kept) == wanted
            if wanted in STATUSES
            else wanted == "all" or not kept.one.retired or words
        )
    ]
    pages = max(1, -(-len(found) // PAGE))
    number = min(max(int(page), 1), pages) if page.isdecimal() and len(page) < 9 else 1
    shown = found[(number - 1) * PAGE : number * PAGE]
    return Listed(shown, number, pages, len(found), search, wanted)


def _searched(kept: Kept) -> str:
    draft = kept.one.draft
    words = [
        str(kept.one.number),
        kept.one.name,
        kept.one.zh,
        draft.note,
        *draft.pages(),
        *draft.names(),
    ]
    return " ".join(words).casefold()


@get("/a/{app:str}/events/fields", include_in_schema=False, needs=MEMBER)
async def fields_page(settings: NamedDependency[AppSettings]) -> Response[str]:
    """Those of the app with the events that have them, then those that come with every event."""
    events = settings.records.events
    fields = await asyncio.to_thread(events.fields, settings.app.id)
    history: History = await asyncio.to_thread(events.history, settings.app.id)
    users = history.users or {}
    samples = await asyncio.to_thread(settings.console.samples, settings.app, users)
    title = await asyncio.to_thread(
        value_titles, settings.records, settings.app.id, settings.reader.language
    )
    return await settings.page(
        FIELDS, "fields.html", fields=list(fields.values()), users=users, texts=texts, defaults=DEFAULT_FIELDS,
        samples=samples, at=lambda ms: clock(datetime.fromtimestamp(ms / 1000, UTC), settings.app.timezone),
        hidden=await asyncio.to_thread(settings.records.sensitive.of, settings.app.id),
        value_title=title, days=MOST_DAYS,
        named=await asyncio.to_thread(settings.records.field_values.of, settings.app.id),
    )  # fmt: skip


ROUTES = (events_page, fields_page)
