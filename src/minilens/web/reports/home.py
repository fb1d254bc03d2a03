"""The home page of a member in an app: cards that they have pinned, in an order of their own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from minilens import reports
from minilens.errors import NotFound, Refused
from minilens.records.pins import Pin
from minilens.records.store import Records
from minilens.reports.report import Report
from minilens.reports.request import ReportRequest
from minilens.reports.tabs import TABS, Tab
from minilens.text import Text
from minilens.web.account.sign_in import Form, Req
from minilens.web.admin.forms import (
    ASK,
    ATTRIBUTION,
    FUNNELS,
    LIFECYCLE,
    LTV,
    PATHS,
    RECONCILIATION,
    RETENTION,
    SHARES,
    STICKINESS,
)
from minilens.web.auth.guard import MEMBER, signed_in, visible_apps
from minilens.web.catalogs import catalog_of
from minilens.web.console import App, Console
from minilens.web.reader import ReaderContext
from minilens.web.reports import questions
from minilens.web.reports.builders import BUILDERS
from minilens.web.reports.pages import card_address
from minilens.web.reports.shortcuts import shortcuts
from minilens.web.reports.toolbar_problem import without_errors
from minilens.web.templating import html

#: Page of a builder → what it is called.
PARTS = dict(
    zip(
        BUILDERS.values(),
        (
            ASK,
            SHARES,
            FUNNELS,
            PATHS,
            RETENTION,
            STICKINESS,
            LIFECYCLE,
            LTV,
            ATTRIBUTION,
            RECONCILIATION,
        ),
        strict=True,
    )
)
HOME = Tab("home", Text("我的主页", "My home"), "home", own=True)


@dataclass(frozen=True)
class Pinned:
    """A card of the page: `address` is where it is fetched, `page` where it is looked at in full."""

    pin: int
    report: Report
    state: ReportRequest
    address: str
    page: str
    title: str


@get("/a/{app:str}/home", include_in_schema=False, needs=MEMBER)
async def home(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
) -> Response[str]:
    """The frame; each card is fetched from the address that it has on its own page."""
    found = await asyncio.to_thread(shown, signed_in(request).account.id, console, held, reader)
    return html(
        "home.html",
        reader,
        app=held,
        apps=await asyncio.to_thread(visible_apps, request),
        tabs=TABS,
        tab=HOME,
        asked=None,
        shortcuts=shortcuts(held, reader.language, account=reader.account),
        pins=found,
    )


@get("/a/{app:str}/home/{pin:int}", include_in_schema=False, needs=MEMBER)
async def slot(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    pin: FromPath[int],
) -> Response[str]:
    """The place of a card by itself: to be asked again, or (`cancelled`) that it is asked no more."""
    found = await asyncio.to_thread(shown, signed_in(request).account.id, console, held, reader)
    one = next((one for one in found if one.pin == pin), None)
    if one is None:
        raise NotFound("not_found")
    cancelled = {"cancelled": True} if request.query_params.get("cancelled") else {}
    return html("_pinned_slot.html", reader, app=held, one=one, **cancelled)


def shown(who: int, console: Console, app: App, reader: ReaderContext) -> list[Pinned]:
    """The cards of somebody's page, in their order."""
    first = console.first_day(app)
    found = [
        question(one, console, app, reader, first)
        if one.report.startswith(questions.PREFIX)
        else pinned(one, console.records, app, reader, first)
        for one in console.records.pins.of(app.id, who)
    ]
    return [one for one in found if one]


def question(
    one: Pin, console: Console, app: App, reader: ReaderContext, first: date | None
) -> Pinned | None:
    """The card of a saved question: None where it is no more, or can't be asked."""
    who = reader.account.id if reader.account else None
    try:
        saved = questions.found(console.records, app.id, one.report, who)
        state = questions.as_request(saved, [], app.timezone, reader.moment, "", first)
    except Refused:
        return None
    place = f"/a/{app.name}/{state.report.name.replace('.', '/')}"
    page = questions.opened_at(app.name, saved)
    part = PARTS[BUILDERS[type(state.question)]]
    return Pinned(one.id, state.report, state, place, page, part.title(reader.language))


def pinned(
    one: Pin, records: Records, app: App, reader: ReaderContext, first: date | None
) -> Pinned | None:
    """A card as it can be shown today: None where there is no such report; what cannot be meant is left out."""
    report = reports.REPORTS.get(one.report)
    tab = next((tab for tab in TABS if one.report in tab.cards), None)
    if report is None or tab is None:
        return None
    pairs = parse_qsl(one.query.removeprefix("?"))
    state, _ = without_errors(
        pairs,
        lambda given: reports.read(
            given,
            report,
            app.timezone,
            reader.moment,
            first,
            catalog=catalog_of(records, app.id, pairs),
        ),
    )
    main = reports.find(tab.main)
    there = state.at() if report is main else state.carried()
    page = f"/a/{app.name}/{tab.name}{there}".removesuffix("?")
    title = tab.title.of(reader.language)
    return Pinned(one.id, report, state, card_address(app, state), page, title)


@post("/a/{app:str}/pins", include_in_schema=False, status_code=303, needs=MEMBER)
async def pin(
    request: Req, console: NamedDependency[Console], held: NamedDependency[App], data: Form
) -> Redirect:
    """Pin a card as it is looked at."""
    name, query = data.get("report", ""), data.get("query", "")
    who = signed_in(request).account
    if name.startswith(questions.PREFIX):
        await asyncio.to_thread(questions.found, console.records, held.id, name, who.id)
        query = ""
    elif not any(name in tab.cards for tab in TABS):
        raise NotFound("not_found")
    await asyncio.to_thread(console.records.pins.add, held.id, who.id, name, query)
    return Redirect(f"/a/{held.name}/home", status_code=303)


@post("/a/{app:str}/pins/{pin:int}", include_in_schema=False, status_code=303, needs=MEMBER)
async def arrange(
    request: Req,
    console: NamedDependency[Console],
    held: NamedDependency[App],
    pin: FromPath[int],
    data: Form,
) -> Redirect:
    """Move it up or down, or take it away."""
    who, pins = signed_in(request).account, console.records.pins
    do = data.get("do", "")
    if do == "remove":
        await asyncio.to_thread(pins.remove, held.id, who.id, pin)
    elif do in ("up", "down"):
        await asyncio.to_thread(pins.move, held.id, who.id, pin, -1 if do == "up" else 1)
    return Redirect(f"/a/{held.name}/home", status_code=303)


ROUTES = (home, slot, pin, arrange)
