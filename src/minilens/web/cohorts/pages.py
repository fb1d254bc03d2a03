"""Cohorts, and the persons behind a figure, by pages: listed, made, computed again, removed, opened, saved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from minilens.errors import Refused
from minilens.measure.events.operators import OPERATORS
from minilens.render import format
from minilens.render.as_course import as_course
from minilens.render.as_csv import as_csv
from minilens.render.i18n import translate
from minilens.reports.behind import Behind
from minilens.reports.cohorts import Definition
from minilens.reports.event_names import events
from minilens.reports.identity_list import Line, read
from minilens.reports.questions.funnel import FunnelQuestion
from minilens.text import Text
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import COHORTS as PART
from minilens.web.admin.forms import Answer, Wrong, attempt, clock, tried
from minilens.web.admin.settings_page import AppSettings
from minilens.web.catalogs import catalog_for
from minilens.web.cohorts import figure
from minilens.web.cohorts.api import csv_of, csv_of_sizes
from minilens.web.cohorts.form import EMPTY, HOW, PERIODS, definition, name_of
from minilens.web.cohorts.form import said as said_of
from minilens.web.persons.pages import number_of
from minilens.web.reports.formats import MEDIA_TYPES
from minilens.web.reports.persons_behind import listed
from minilens.web.reports.why import TOLD, TOLD_REPORTS

Req = Request[Any, Any, State]
_HERE = "/a/{app:str}/persons/cohorts"
_BEHIND = "/a/{app:str}/persons/behind"
#: Who may see persons; who may keep what they asked; and who may take files along.
SEES, SAVES, EXPORTS = "persons:read", "saved:write", "export"
#: Persons of a page.
PAGE = 100
#: Lines of a list that are said one by one.
MOST_UNKNOWN = 200


@get(_HERE, include_in_schema=False, needs=SEES)
async def cohorts_page(settings: NamedDependency[AppSettings]) -> Response[str]:
    """Those of the app, and a form for one by what persons did."""
    return await shown(settings)


@post(_HERE, include_in_schema=False, status_code=200, needs=SAVES)
async def create(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """A new one, by what persons did or of a list."""

    cohorts, app, by = settings.console.cohorts, settings.app, settings.me.id

    def do() -> list[Line]:
        name = Text(name_of(data), "")
        if data.get("of") != "list":
            cohorts.create(app.id, name, definition(data), data.get("live") == "1", by)
            return []
        lines = read(data.get("identities", ""))
        made = cohorts.create(app.id, name, [one.text for one in lines], False, by)
        return [lines[n] for n in made.unknown]

    found = await tried(data.get("of", "did")[:8], settings.reader, lambda: located(do))
    if isinstance(found, Wrong):
        return await shown(settings, found, data)
    if found:
        return await shown(settings, unknown=found)
    return Redirect(PART.at(app, "made"), status_code=303)


def located(do: Callable[[], list[Line]]) -> list[Line]:
    """Do it; what is wrong with one of the identities is wrong with their field."""
    try:
        return do()
    except Refused as error:
        if not error.field.startswith("identities["):
            raise
        raise error.at("identities") from None


@post(f"{_HERE}/{{cohort:int}}/change", include_in_schema=False, status_code=200, needs=SAVES)
async def change(
    settings: NamedDependency[AppSettings], cohort: FromPath[int], data: Form
) -> Answer:
    """Another name; live or frozen."""

    def do() -> str:
        name = Text(data.get("zh", ""), data.get("en", ""))
        settings.console.cohorts.change(
            settings.app.id, cohort, name=name, live=data.get("live") == "1", by=settings.me.id
        )
        return PART.at(settings.app, "changed")

    async def again(error: Wrong) -> Response[str]:
        return await shown(settings, error, changed=cohort)

    return await attempt("change", settings.reader, do, again)


@get(f"{_HERE}/{{cohort:int}}/csv", include_in_schema=False, needs=EXPORTS)
async def cohort_file(
    settings: NamedDependency[AppSettings], cohort: FromPath[int]
) -> Response[str]:
    """Who is in it, as a file."""
    numbers = await asyncio.to_thread(settings.console.cohorts.persons, settings.app.id, cohort)
    named = f'attachment; filename="{settings.app.name}_cohort_{cohort}.csv"'
    headers = {"Cache-Control": "no-store", "Content-Disposition": named}
    return Response(csv_of(numbers.tolist()), media_type=MEDIA_TYPES["csv"], headers=headers)


@get(f"{_HERE}/{{cohort:int}}/sizes", include_in_schema=False, needs=EXPORTS)
async def sizes_file(
    settings: NamedDependency[AppSettings], cohort: FromPath[int]
) -> Response[str]:
    """How many were in it day by day, as a file."""
    found = await asyncio.to_thread(settings.records.cohorts.sizes, settings.app.id, cohort)
    named = f'attachment; filename="{settings.app.name}_cohort_{cohort}_sizes.csv"'
    headers = {"Cache-Control": "no-store", "Content-Disposition": named}
    return Response(csv_of_sizes(found), media_type=MEDIA_TYPES["csv"], headers=headers)


@post(f"{_HERE}/{{cohort:int}}/refresh", include_in_schema=False, status_code=200, needs=SAVES)
async def refresh(settings: NamedDependency[AppSettings], cohort: FromPath[int]) -> Answer:
    """Compute one again."""

    def do() -> str:
        settings.console.cohorts.refresh(settings.app.id, cohort)
        return PART.at(settings.app, "computed")

    return await attempt("refresh", settings.reader, do, lambda error: shown(settings, error))


@post(f"{_HERE}/{{cohort:int}}/remove", include_in_schema=False, status_code=200, needs=SAVES)
async def remove(settings: NamedDependency[AppSettings], cohort: FromPath[int]) -> Answer:
    """Gone, and its members with it."""

    def do() -> str:
        settings.console.cohorts.remove(settings.app.id, cohort, settings.me.id)
        return PART.at(settings.app, "removed")

    return await attempt("remove", settings.reader, do, lambda error: shown(settings, error))


@get(f"{_HERE}/{{cohort:int}}", include_in_schema=False, needs=SEES)
async def cohort_page(
    request: Req, settings: NamedDependency[AppSettings], cohort: FromPath[int]
) -> Response[str]:
    """Who is in it."""
    one = await asyncio.to_thread(settings.records.cohorts.get, settings.app.id, cohort)
    numbers = await asyncio.to_thread(settings.console.cohorts.persons, settings.app.id, cohort)
    sizes = await asyncio.to_thread(settings.records.cohorts.sizes, settings.app.id, cohort)
    after = request.query_params.get("after", "")
    at = int(numbers.searchsorted(number_of(after), "right")) if after else 0
    some = [f"p{n}" for n in numbers[at : at + PAGE].tolist()]
    onward = f"?after={some[-1]}" if at + PAGE < len(numbers) else ""
    return await settings.page(
        PART, "persons_behind.html", title=one.name.of(settings.reader.language), said="", count=len(numbers),
        persons=[(person, "", "", "") for person in some], onward=onward, hidden=None, file="", error=None, why="",
        course=as_course(sizes, settings.reader.language),
        sizes_file=f"cohorts/{cohort}/sizes" if settings.may(EXPORTS) else "",
    )  # fmt: skip


@get(_BEHIND, include_in_schema=False, needs=SEES)
async def behind_page(
    request: Req, settings: NamedDependency[AppSettings]
) -> Response[str] | Redirect:
    """The persons behind a figure; an address without one leads to the cohorts."""
    given = dict(request.query_params)
    if not given.get("question") and not given.get("report"):
        return Redirect(PART.at(settings.app), status_code=303)
    return await behind(settings, given)


@get(f"{_BEHIND}.csv", include_in_schema=False, needs=SEES)
async def behind_file(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """All of them as a file."""
    one = figure.read(dict(request.query_params))
    table = await listed(settings.console, settings.app, settings.reader, one, limit=None)
    headers = {
        "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
        "Content-Disposition": f'attachment; filename="{settings.app.name}_persons.csv"',
    }  # fmt: skip
    return Response("\ufeff" + as_csv(table), media_type=MEDIA_TYPES["csv"], headers=headers)


@post(_BEHIND, include_in_schema=False, status_code=200, needs=SAVES)
async def save_behind(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """Keep them as a cohort."""

    def do() -> str:
        name = Text(data.get("zh", ""), data.get("en", ""))
        definition = Definition(behind=figure.read(data))
        settings.console.cohorts.create(
            settings.app.id, name, definition, data.get("live") == "1", settings.me.id
        )
        return PART.at(settings.app, "made")

    async def again(error: Wrong) -> Response[str]:
        return await behind(settings, data, error)

    return await attempt("save", settings.reader, do, again)


async def behind(
    settings: AppSettings, given: dict[str, str], error: Wrong | None = None
) -> Response[str]:
    """The page of a figure: what it is, how many stand behind it, who they are."""
    _ = translate(settings.reader.language)
    one, zone = figure.read(given), settings.app.timezone
    after = number_of(given["after"]) if given.get("after") else 0
    table = await listed(settings.console, settings.app, settings.reader, one, after, PAGE)
    persons = [
        (
            str(person), format.exact(times, "count", "en") if times else "",
            *(clock(at, zone) if isinstance(at, datetime) else "" for at in (first, last)),
        )
        for person, times, first, last in table.rows
    ]  # fmt: skip
    last = persons[-1][0] if len(persons) == PAGE else ""
    hidden = figure.hidden(given)
    catalog = await catalog_for(settings.records, settings.app.id, one.pairs)
    onward = f"?{urlencode([*hidden, ('after', last)])}" if last else ""
    return await settings.page(
        PART, "persons_behind.html", title=_("Persons behind a figure"),
        said=figure.said(one, table, settings.app, settings.reader, catalog), count=table.total_rows, persons=persons,
        onward=onward, hidden=hidden if settings.may(SAVES) else None, error=error,
        file=f"behind.csv?{urlencode(hidden)}", why=_why(settings, one, given),
        typed={name: given.get(name, "") for name in ("zh", "en", "live")},
    )  # fmt: skip


def _why(settings: AppSettings, one: Behind, given: dict[str, str]) -> str:
    """Where it is said of one of them why the figure counts them; nothing where that is not known of such a figure."""
    of_funnel = isinstance(one.question, FunnelQuestion)
    if not of_funnel and not isinstance(one.question, TOLD) and one.report not in TOLD_REPORTS:
        return ""
    told = [each for each in figure.hidden(given) if each[0] != "at" or not of_funnel]
    return f"/a/{settings.app.name}/persons/why?{urlencode(told)}"


async def shown(
    settings: AppSettings,
    error: Wrong | None = None,
    typed: dict[str, str] | None = None,
    *,
    changed: int = 0,
    unknown: Sequence[Line] = (),
) -> Response[str]:
    """The list, with what was typed; `changed`: the one whose form was wrong, `unknown`: lines of a list by
    which nobody is known."""
    app, language = settings.app, settings.reader.language
    every = await asyncio.to_thread(settings.console.cohorts.of, app.id)
    offered = await asyncio.to_thread(events, settings.records, app.id)
    names = {
        told: one.saved.name.of(language)
        for one in every
        for told in (one.saved.name.en, one.saved.name.zh, str(one.saved.id))
    }
    return await settings.page(
        PART, "cohorts.html", error=error, cohorts=every, saves=settings.may(SAVES), changed=changed,
        unknown=unknown, most_unknown=MOST_UNKNOWN, said=lambda one: said_of(one, names, language),
        is_list=lambda one: '"listed":' in one.body, exports=settings.may(EXPORTS),
        events=[(name, title.of(language)) for name, title in offered.items()],
        periods=[(name, title.of(language)) for name, title in PERIODS.items()],
        hows=[(name, title.of(language)) for name, title in HOW.items()],
        operators=[(name, one.title.of(language)) for name, one in OPERATORS.items()],
        typed=EMPTY | (typed or {}),
    )  # fmt: skip


ROUTES = (
    cohorts_page, create, change, refresh, remove, cohort_file, sizes_file, cohort_page, behind_page, behind_file,
    save_behind,
)  # fmt: skip
