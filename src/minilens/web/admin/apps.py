"""All apps that one may see; owners of all make new ones and bring old ones back.

The page is answered at once. The figures of each app are fetched from their own address when its place comes
into view.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import partial

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from minilens import reports
from minilens.errors import NotFound
from minilens.measure.catalog import BUILT_IN
from minilens.measure.query import Query
from minilens.measure.table import Cell, Table
from minilens.period import now
from minilens.render import format
from minilens.text import Language
from minilens.web.account.sign_in import Form, Req
from minilens.web.admin.forms import Answer, Wrong, attempt, role_titles
from minilens.web.auth.guard import ACCOUNT, signed_in, visible_apps
from minilens.web.console import App, Console
from minilens.web.reader import ReaderContext
from minilens.web.reports.notices import clock
from minilens.web.templating import html

MEASURES = BUILT_IN.measures_named(("visits", "visitors", "new_users"))
#: Days beside which another stands: yesterday beside the day before, today beside the same hours.
DAYS = ("yesterday", "today")


@dataclass(frozen=True)
class Figure:
    """One figure and how it moved."""

    text: str
    exact: str
    then: str
    change: format.Change


@dataclass(frozen=True)
class Line:
    """An app, and what whoever asks is in it."""

    app: App
    role: str


@get("/apps", include_in_schema=False, needs=ACCOUNT)
async def apps_page(
    request: Req, console: NamedDependency[Console], reader: NamedDependency[ReaderContext]
) -> Response[str]:
    """The list."""
    return await shown(request, console, reader)


@get("/a/{app:str}/brief", include_in_schema=False, needs="report:read")
async def brief(
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
) -> Response[str]:
    """The figures of one app, as a part of the list."""
    days = await asyncio.to_thread(figures, console, held, reader)
    return html("_app_figures.html", reader, days=days, measures=titles(reader.language))


@post("/apps", include_in_schema=False, status_code=200, needs="apps:write")
async def create_app(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    data: Form,
) -> Answer:
    """A new app; on to its write key."""

    def create() -> str:
        made = console.records.apps.create(
            data.get("app", "").strip(), timezone=data.get("timezone", "").strip(), now=now(),
            zh=data.get("zh", ""), en=data.get("en", ""), appid=data.get("appid", ""),
            by=signed_in(request).account.id,
        )  # fmt: skip
        return f"/a/{made.name}/settings/tracker?done=created"

    again = partial(shown, request, console, reader, typed=data)
    return await attempt("create", reader, create, again)


@post("/apps/restore", include_in_schema=False, status_code=303, needs=ACCOUNT)
async def restore_app(request: Req, console: NamedDependency[Console], data: Form) -> Redirect:
    """Bring an archived app back; whoever may not see it is told that there is none."""
    me, name = signed_in(request).account, data.get("app", "")
    every = await asyncio.to_thread(console.records.apps.all, archived=True)
    found = next((app for app in every if app.name == name), None)
    if found is None or not me.may("apps:write", found.id):
        raise NotFound("not_found")
    await asyncio.to_thread(console.records.apps.restore, found.id, now=now(), by=me.id)
    return Redirect("/apps?done=restored", status_code=303)


async def shown(
    request: Req,
    console: Console,
    reader: ReaderContext,
    error: Wrong | None = None,
    *,
    typed: dict[str, str] | None = None,
) -> Response[str]:
    """The page, with what was typed."""
    me = signed_in(request).account
    apps = await asyncio.to_thread(visible_apps, request)
    every = await asyncio.to_thread(console.records.apps.all, archived=True)
    roles = role_titles(reader.language)
    owner = me.may("apps:write", None)
    strangers = await asyncio.to_thread(console.unknown_keys) if owner else {}
    given = {"app": "", "zh": "", "en": "", "appid": "", "timezone": console.timezone}
    return html(
        "apps.html",
        reader,
        error.status if error else 200,
        lines=[Line(app, roles[str(me.role(app.id))]) for app in apps],
        measures=titles(reader.language),
        archived=[app for app in every if app.archived and me.may("apps:write", app.id)],
        creates=owner,
        strangers=strangers,
        clock=lambda at: clock(at, console.timezone),
        audits=me.may("audit:read", None),
        keeps=me.may("roles", None),
        typed=given | (typed or {}),
        error=error,
        done=request.query_params.get("done", "") if error is None else "",
    )


def titles(language: Language) -> list[str]:
    """What the figures are called."""
    return [format.title(one.column(), language) for one in MEASURES]


def figures(console: Console, app: App, reader: ReaderContext) -> tuple[tuple[Figure, ...], ...]:
    """A row of an app for each of DAYS."""
    trend = reports.find("overview.trend")
    found = []
    for period in DAYS:
        asked = [("period", period), ("grain", "day"), ("compare", "previous")]
        query = reports.read(asked, trend, app.timezone, reader.moment).query(app.id)
        if not isinstance(query, Query):
            raise TypeError(query)
        table = console.answer(trend, replace(query, measures=MEASURES), app)
        found.append(tuple(figure(table, one.name, reader.language) for one in MEASURES))
    return tuple(found)


def figure(table: Table, name: str, language: Language) -> Figure:
    """One of them, of the one day that was asked for."""
    at = [column.name for column in table.columns].index(name)
    value: Cell = table.rows[0][at] if table.rows else None
    then: Cell = table.compared[0][at] if table.compared else None
    return Figure(
        format.short(value, "count", language),
        format.exact(value, "count", language),
        format.exact(then, "count", language),
        format.change(value, then, table.columns[at], language),
    )
