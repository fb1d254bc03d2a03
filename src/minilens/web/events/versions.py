"""One event: its versions, read and compared; gone back to, retired and restored."""

from __future__ import annotations

import asyncio
from functools import partial

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from minilens.period import now
from minilens.records.event_content import Content
from minilens.records.event_definitions import Kept
from minilens.records.event_fields import differences
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import EVENTS, Answer, Wrong, attempt, whole
from minilens.web.admin.settings_page import AppSettings
from minilens.web.auth.guard import MEMBER
from minilens.web.events import texts
from minilens.web.events.editor_form import of_content
from minilens.web.events.manage import status
from minilens.web.events.snippet import snippet

Req = Request[None, None, State]
DRAFT = "draft"
HERE = "/a/{app:str}/events/manage/{number:int}"
MOST = 1_000_000_000


def chosen(kept: Kept, given: str) -> str:
    """The version that an address names; the published one, else the draft."""
    numbers = [str(one.version) for one in kept.versions]
    if given in (*numbers, DRAFT):
        return given
    return DRAFT if kept.one.version is None else str(kept.one.version)


def content_of(kept: Kept, version: str) -> Content:
    """What it says."""
    if version == DRAFT:
        return kept.one.draft
    return next(one.content for one in kept.versions if str(one.version) == version)


@get(f"{HERE}/versions", include_in_schema=False, needs=MEMBER)
async def versions_page(
    request: Req, settings: NamedDependency[AppSettings], number: FromPath[int]
) -> Response[str]:
    """One version, and how it differs from another."""
    given = request.query_params
    return await shown(settings, number, given.get("version", ""), given.get("with", ""))


async def shown(
    settings: AppSettings,
    number: int,
    version: str = "",
    beside: str = "",
    error: Wrong | None = None,
) -> Response[str]:
    """The page."""
    kept = await asyncio.to_thread(settings.records.events.find, settings.app.id, number)
    version, language = chosen(kept, version), settings.reader.language
    content = content_of(kept, version)
    other = beside if beside and beside == chosen(kept, beside) and beside != version else ""
    compared = differences(content_of(kept, other), content) if other else []
    return await settings.page(
        EVENTS, "event_versions.html", error=error, kept=kept, version=version, content=content, other=other,
        compared=[(texts.place(one.place, language), one.before, one.after) for one in compared],
        every=[*([DRAFT] if kept.ahead else []), *(str(one.version) for one in kept.versions)],
        state=status(kept), texts=texts, pasted=snippet(of_content(kept.one.name, kept.one.zh, content)),
        at=f"{EVENTS.at(settings.app)}/{number}",
    )  # fmt: skip


@post(f"{HERE}/back", include_in_schema=False, status_code=200, needs="definitions:write")
async def go_back(
    settings: NamedDependency[AppSettings], number: FromPath[int], data: Form
) -> Answer:
    """Publish an earlier version again."""

    def back() -> str:
        version = whole(data.get("version", ""), "version", least=1, most=MOST)
        settings.records.events.back(
            settings.app.id, number, version, revision=seen(data), now=now(), by=settings.me.id
        )
        return f"{EVENTS.at(settings.app)}/{number}/versions?done=back"

    return await attempt("event", settings.reader, back, partial(again, settings, number))


@post(f"{HERE}/retire", include_in_schema=False, status_code=200, needs="definitions:write")
async def retire(
    settings: NamedDependency[AppSettings], number: FromPath[int], data: Form
) -> Answer:
    """Take it off the phones."""

    def do() -> str:
        settings.records.events.retire(
            settings.app.id, number, revision=seen(data), now=now(), by=settings.me.id
        )
        return f"{EVENTS.at(settings.app)}/{number}/versions?done=retired"

    return await attempt("event", settings.reader, do, partial(again, settings, number))


@post(f"{HERE}/restore", include_in_schema=False, status_code=200, needs="definitions:write")
async def restore(
    settings: NamedDependency[AppSettings], number: FromPath[int], data: Form
) -> Answer:
    """Put it back on them."""

    def do() -> str:
        settings.records.events.restore(
            settings.app.id, number, revision=seen(data), now=now(), by=settings.me.id
        )
        return f"{EVENTS.at(settings.app)}/{number}/versions?done=restored"

    return await attempt("event", settings.reader, do, partial(again, settings, number))


def seen(data: Form) -> int:
    """The revision that whoever pressed had before them."""
    return whole(data.get("revision", ""), "revision", least=1, most=MOST)


async def again(settings: AppSettings, number: int, error: Wrong) -> Response[str]:
    """The page as it is now, with what is wrong."""
    return await shown(settings, number, error=error)


ROUTES = (versions_page, go_back, retire, restore)
