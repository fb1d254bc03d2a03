"""Custom, Page types: patterns of each type, and which pages they are, looked at before they are saved."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from litestar import Response, get, post
from litestar.di import NamedDependency

from minilens import reports
from minilens.period import now
from minilens.records import page_types
from minilens.records.page_types import LONGEST, MOST, Patterns, TypesOfPages
from minilens.reference.page_types import PAGE_TYPES, USUAL, Pattern, in_order, type_of
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import PAGE_TYPES as PART
from minilens.web.admin.forms import Answer, Wrong, attempt, tried
from minilens.web.admin.settings_page import AppSettings
from minilens.web.auth.guard import MEMBER
from minilens.web.console import App, Console

ADDRESS = "/a/{app:str}/events/page-types"
FORM = "page_types"
#: Pages that are looked at, and rows of the page.
MOST_PAGES, ROWS = 1000, 200


@dataclass(frozen=True)
class OfPage:
    """A page, its type ('' for none) and its visits in the last 30 days."""

    page: str
    type: str
    visits: int


@dataclass(frozen=True)
class Summary:
    """What one type comes to; '' is the pages without any."""

    type: str
    pages: int
    visits: int


def of_pages(
    console: Console, app: App, patterns: Sequence[Pattern], moment: datetime
) -> list[OfPage]:
    """The pages of the app by those patterns: those of the last 30 days with the most visits, then those of its
    `app.json` that nobody visited."""
    report = reports.find("traffic.pages")
    given = {"period": "30d", "compare": "none", "top": str(MOST_PAGES)}
    state = reports.read(given, report, app.timezone, moment)
    table = console.answer(report, state.query(app.id), app)
    at = next(n for n, one in enumerate(table.columns) if one.name == "visits")
    visits = {str(row[0]): int(str(row[at] or 0)) for row in table.rows if row[0]}
    listed = console.records.app_pages.find(app.id)
    every = visits | {one.path: visits.get(one.path, 0) for one in (listed.pages if listed else ())}
    return [OfPage(page, type_of(page, patterns), n) for page, n in every.items()]


def summaries(pages: Sequence[OfPage]) -> list[Summary]:
    """Each type in its order, then what has none."""
    found = []
    for kind in (*PAGE_TYPES, ""):
        own = [one for one in pages if one.type == kind]
        found.append(Summary(kind, len(own), sum(one.visits for one in own)))
    return found


def patterns_of(typed: Form) -> Patterns:
    """What was typed, a pattern a line; Refused with the place."""
    lines = {kind: typed.get(kind, "").split("\n") for kind in PAGE_TYPES}
    return page_types.read(
        {kind: [one.strip() for one in some if one.strip()] for kind, some in lines.items()}
    )


@get(ADDRESS, include_in_schema=False, needs=MEMBER)
async def types_page(settings: NamedDependency[AppSettings]) -> Response[str]:
    """What is kept with its pages; where nothing was said yet, what such pages are often called."""
    held = await asyncio.to_thread(settings.records.page_types.of, settings.app.id)
    return await shown(settings, held, held.patterns if held.revision else USUAL)


@post(ADDRESS, include_in_schema=False, status_code=200, needs="definitions:write")
async def types_form(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """Look at it, or save it."""
    held = await asyncio.to_thread(settings.records.page_types.of, settings.app.id)

    async def again(error: Wrong) -> Response[str]:
        return await shown(settings, held, {}, error=error, typed=data)

    if data.get("do") != "save":
        read = await tried(FORM, settings.reader, lambda: patterns_of(data))
        if isinstance(read, Wrong):
            return await again(read)
        return await shown(settings, held, read, typed=data)

    def save() -> str:
        told = data.get("revision", "")
        seen = int(told) if told.isdecimal() and len(told) < 9 else 0
        settings.records.page_types.set(
            settings.app.id, patterns_of(data), now=now(), revision=seen, by=settings.me.id
        )
        return PART.at(settings.app, "saved")

    return await attempt(FORM, settings.reader, save, again)


async def shown(
    settings: AppSettings,
    held: TypesOfPages,
    patterns: Patterns,
    *,
    error: Wrong | None = None,
    typed: Form | None = None,
) -> Response[str]:
    """The page; the pages by these patterns, which may not be those that are kept."""
    told = in_order((one, kind) for kind, some in patterns.items() for one in some)
    pages = []
    if error is None:
        pages = await asyncio.to_thread(of_pages, settings.console, settings.app, told, now())
    texts = typed or {kind: "\n".join(patterns.get(kind, ())) for kind in PAGE_TYPES}
    return await settings.page(
        PART, "page_types.html", error=error, held=held, texts=texts, types=PAGE_TYPES, pages=pages[:ROWS],
        found=len(pages), summaries=summaries(pages), most=MOST, longest=LONGEST, looked=typed is not None,
        revision=typed.get("revision", "") if typed else held.revision,
    )  # fmt: skip


ROUTES = (types_page, types_form)
