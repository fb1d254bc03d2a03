"""The pages, and the cards that fill them.

A page is a frame without figures, answered at once. Each of its cards is fetched from its own
address, which is also where its JSON and CSV are.
"""

from __future__ import annotations

import asyncio
import functools
import re
from datetime import date
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from minilens import reports
from minilens.errors import NotFound
from minilens.measure import filters, scene_table
from minilens.measure.filters import Condition
from minilens.measure.page_order import AFTER, BEFORE
from minilens.measure.persons.run import KINDS as BEHIND
from minilens.measure.query import ALL_ROWS
from minilens.measure.table import Table
from minilens.period import now
from minilens.reference.page_order import ENTERED, LEFT
from minilens.render.annotations import Mark
from minilens.render.as_card import as_card
from minilens.render.drawing import Options
from minilens.render.heading import subject_line
from minilens.reports.kinds.breakdown import BreakdownRequest
from minilens.reports.kinds.of_page import PageTrendRequest
from minilens.reports.kinds.retention import RetentionRequest
from minilens.reports.kinds.series import SeriesRequest
from minilens.reports.parameters import FORMS
from minilens.reports.report import Report
from minilens.reports.request import ListRows, ReportRequest
from minilens.reports.request_values import choice
from minilens.reports.tabs import OVERVIEW, START, TABS, Tab, tab_of
from minilens.text import Language
from minilens.web.auth.guard import ACCOUNT, signed_in, visible_apps
from minilens.web.catalogs import catalog_for
from minilens.web.console import App, Console
from minilens.web.feeds.card import new_feed
from minilens.web.reader import ReaderContext, outside
from minilens.web.reports import annotations as day_annotations
from minilens.web.reports import conversion, formats, toolbar, views
from minilens.web.reports.first_steps import FirstSteps, first_steps
from minilens.web.reports.shortcuts import shortcuts
from minilens.web.reports.toolbar_problem import Problem
from minilens.web.templating import html

#: How the element is called that a card is put into.
PLACE = re.compile(r"[a-z][a-z0-9_-]{1,60}")

Req = Request[None, None, State]

#: Seconds between two answers of a card whose range is not over.
REFRESH = 10


@get("/", include_in_schema=False, needs=ACCOUNT, phone=True)
async def start(request: Req, reader: NamedDependency[ReaderContext]) -> Response[str] | Redirect:
    """To the first app's start page; preferences in the address go along."""
    apps = await asyncio.to_thread(visible_apps, request)
    if not apps:
        return html("no_apps.html", reader)
    return Redirect(begun(request, apps[0].name, phone=reader.phone), status_code=303)


@get("/a/{app:str}", include_in_schema=False, needs="report:read", sync_to_thread=False)
def start_of_app(request: Req, held: NamedDependency[App]) -> Redirect:
    """To the app's start page, for those who type the address; what stands behind `?` goes along."""
    return Redirect(begun(request, held.name, phone=False), status_code=303)


def begun(request: Req, app: str, *, phone: bool) -> str:
    """Where an app begins: with what a report is asked, and on a phone, it is the overview."""
    query = f"?{request.url.query}" if request.url.query else ""
    first = OVERVIEW if phone or set(request.query_params) - {"lang"} else START
    return f"/a/{app}/{first.name}{query}"


@get("/a/{app:str}/{tab:str}", include_in_schema=False, needs="report:read")
async def page(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    tab: FromPath[str],
) -> Response[str] | Redirect:
    """The frame of a page: bar, title, and a place for each card.

    The editor of filters is a form of this address; what it says goes into `filter=`.
    """
    shown = next((t for t in TABS if t.name == tab and t.cards), None)
    if shown is None:
        raise NotFound("not_found")
    given, main = list(request.query_params.multi_items()), reports.find(shown.main)
    cards = list(map(reports.find, shown.cards))
    first = await first_day(console, held, main)
    state, editor, problem = toolbar.opened(
        given, main, held.timezone, reader.moment, reader.language, cards, first,
        await catalog_for(console.records, held.id, given),
    )  # fmt: skip
    if "filter_field" in dict(given) and not problem:
        return Redirect(f"/a/{held.name}/{tab}{with_language(state, reader)}", status_code=303)
    apps = await asyncio.to_thread(visible_apps, request)
    query = state.at().removesuffix("?")
    saved = await asyncio.to_thread(views.menu, console.records, held, reader, tab, query)
    counted = await asyncio.to_thread(
        conversion.counted, console.records, held.id, state, reader.language
    )
    return framed(
        shown, state, editor, reader, app=held, apps=apps, problem=problem, saved=saved, counted=counted
    )  # fmt: skip


def framed(
    tab: Tab,
    state: ReportRequest,
    editor: toolbar.Editor,
    reader: ReaderContext,
    *,
    app: App,
    apps: list[App],
    problem: Problem | None,
    saved: views.Menu | None,
    counted: conversion.Counted | None,
) -> Response[str]:
    """The page of a state."""
    language = reader.language
    return html(
        "live.html" if tab.name == "live" else "_page.html",
        reader,
        code=422 if problem else 200,
        app=app,
        apps=apps,
        tabs=TABS,
        tab=tab,
        asked=state,
        ranges=toolbar.ranges(state, language),
        conditions=toolbar.conditions(state, language) if state.report.kind.takes("filter") else [],
        editor=editor,
        problem=problem,
        views=saved,
        counted=counted,
        shortcuts=shortcuts(app, language, state, account=reader.account, phone=reader.phone),
        cards=[
            (report, card_address(app, state.of(report))) for report in map(reports.find, tab.cards)
        ],
        today=of_today(app, state) if reader.phone and tab is OVERVIEW else "",
    )


def of_today(app: App, state: ReportRequest) -> str:
    """Where today's figures are found, of what the page is of."""
    subject = [pair for pair in state.pairs() if pair[0] in ("traffic", "filter", "scene_table")]
    query = urlencode([("period", "today"), ("grain", "day"), *subject])
    return f"/a/{app.name}/{OVERVIEW.main.replace('.', '/')}?{query}"


async def first_day(console: Console, app: App, report: Report) -> date | None:
    """The day of the app's first event, where reading the report's address needs it."""
    if not report.kind.since_first_day:
        return None
    return await asyncio.to_thread(console.first_day, app)


def with_language(state: ReportRequest, reader: ReaderContext) -> str:
    """The query string of a state, with the language where the reader's address had one."""
    found = state.at()
    if not reader.chosen:
        return found
    return f"{found}{'' if found == '?' else '&'}lang={reader.chosen}"


def card_address(app: App, state: ReportRequest, suffix: str = "", **changes: Any) -> str:
    """Where a card is found: overview.trend at /a/APP/overview/trend."""
    place = f"/a/{app.name}/{state.report.name.replace('.', '/')}{suffix}"
    return f"{place}{state.at(**changes)}".removesuffix("?")


@get("/a/{app:str}/{tab:str}/{card:str}", include_in_schema=False, needs="report:read")
async def card(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    tab: FromPath[str],
    card: FromPath[str],
) -> Response[Any]:
    """One card, as a part of the page or with .json, .csv or .xlsx as the bare figures."""
    name, _, suffix = card.partition(".")
    report = reports.find(f"{tab}.{name}")
    if suffix and suffix not in FORMS:
        raise NotFound("not_found")
    given = formats.of_a_file(list(request.query_params.multi_items()), suffix)
    first = await first_day(console, held, report)
    catalog = await catalog_for(console.records, held.id, given)
    state = reports.read(given, report, held.timezone, reader.moment, first, catalog=catalog)
    if suffix:
        bom = choice(dict(given), "bom", ("0", "1"), "0") == "1"
        return await figures(console, held, state, reader, suffix, bom=bom)
    return await drawn(request, console, held, state, reader)


async def drawn(
    request: Req, console: Console, app: App, state: ReportRequest, reader: ReaderContext
) -> Response[str]:
    """The answer as a part of the page."""
    report = state.report
    table = await answered(console, app, state)
    happened, marks = await asyncio.to_thread(
        day_annotations.on_days, console.records, app.id, state, number_of(reader)
    )
    options = options_of(console, state, marks)
    made = as_card(
        table, report, options, view=state.view, language=reader.language, now=now(), compare=state.compare,
        weekdays=state.weekdays,
    )  # fmt: skip
    written = day_annotations.shown(happened, state, app, reader) if report.kind.annotated else None
    return html(
        "_card.html",
        reader,
        app=app,
        asked=state,
        card=made,
        id=place if PLACE.fullmatch(place := request.headers.get("x-minilens-card", "")) else "",
        page=f"/a/{app.name}/{tab_of(report.name).name}",
        trend=lambda name: state.of(reports.find(OVERVIEW.main)).sets(measure=name),
        sorted=lambda name: sorting(state, name, options.sort),
        only=lambda value: only(state, value),
        own=lambda value: own(app, state, value),
        **await asyncio.to_thread(offered, console, app, state, reader.language),
        as_of=f"{table.as_of.astimezone(ZoneInfo(app.timezone)):%Y-%m-%d %H:%M} ({app.timezone})",
        **downloads(app, state, table, reader),
        behind=whose(request, app, state),
        api=api_address(request, app, state),
        refresh=REFRESH if made.empty or state.includes(state.today) else 0,
        annotations=written,
        first=await taught(console, app, reader) if made.empty else None,
        other_table=scene_table.OTHER.get(table.notes[0], "") if table.notes else "",
        is_today=state.period == "today",
        today_query=state.over("today"),
    )


def offered(console: Console, app: App, state: ReportRequest, language: Language) -> dict[str, Any]:
    """Where the guide tells of it, what else its rows can be told apart by, and which event can count as a conversion.
    May block."""
    return {
        "guide": tab_of(state.report.name).listed_as,
        "finer": finer(state),
        "groupings": [state.context.catalog.dimension(name) for name in state.report.groupings],
        "conversions": conversion.offered(console.records, app.id, state, language),
    }


def sees_persons(request: Req, app: App) -> bool:
    """Whether the reader may look at the persons behind figures: a paired phone may not."""
    session = signed_in(request)
    return session.app is None and session.account.may("persons:read", app.id)


def whose(request: Req, app: App, state: ReportRequest) -> list[tuple[str, str]]:
    """The report as fields of a form, where the reader may look at the persons behind its figures."""
    if not sees_persons(request, app) or type(state.query(app.id)) not in BEHIND:
        return []
    return [("report", state.report.name), ("parameters", state.whole().removeprefix("?"))]


def options_of(console: Console, state: ReportRequest, marks: list[Mark]) -> Options:
    """How a state has its card drawn."""
    show = state.show if isinstance(state, RetentionRequest) else "rate"
    shapes = console.province_map() if state.report.kind.drawing == "map" else None
    return Options(
        state.shown, state.bucket, sort_of(state), marks, state.unavailable, show, *place_of(state), shapes
    )  # fmt: skip


def number_of(reader: ReaderContext) -> int | None:
    """Whose own annotations are shown; a program has none."""
    return reader.account.id if reader.account else None


def only(state: ReportRequest, value: str) -> str:
    """The filter that holds for one row of a list alone; nothing where none can say it."""
    assert isinstance(state, ListRows | SeriesRequest)
    narrows = state.report.kind.takes("filter") and state.report.kind.picks
    if not narrows or state.by not in state.context.catalog.dimensions:
        return ""
    by = state.context.catalog.dimension(state.by)
    if value not in by.unknown:
        return filters.write((Condition(by, "is", (value,)),))
    asked = "is_unknown" in filters.BY_KIND[by.kind]
    return filters.write((Condition(by, "is_unknown"),)) if asked else ""


def finer(state: ReportRequest) -> str:
    """The grouping of the list whose values its rows are groups of; nothing where there is none."""
    if not isinstance(state, BreakdownRequest):
        return ""
    by = state.context.catalog.dimensions.get(state.by)
    return by.made_of if by and by.groups and by.made_of in state.report.groupings else ""


def own(app: App, state: ReportRequest, value: str) -> str:
    """The page about a row that is a page, a campaign or a link; nothing where the row is none, or not of days."""
    if found := conversion.leads_to(app.name, state, value):
        return found
    if not isinstance(state, BreakdownRequest) or state.by not in ("page", BEFORE.name, AFTER.name):
        return ""
    if value in ("", ENTERED, LEFT):
        return ""
    of_page = state.of(reports.find("page.trend"))
    assert isinstance(of_page, PageTrendRequest)
    return f"/a/{app.name}/page{of_page.at(subject=value)}"


def sort_of(state: ReportRequest) -> str:
    """The measure that rows are sorted by, where they are: the first that has an answer, where that one has none."""
    if not isinstance(state, ListRows):
        return ""
    counted = [one for one in (state.sort, *state.report.measures) if one not in state.unavailable]
    return counted[0] if counted else state.sort


def place_of(state: ReportRequest) -> tuple[int, int]:
    """How many rows of a list stand before those shown, and how many are shown."""
    return (state.offset, state.top) if isinstance(state, ListRows) else (0, 0)


def downloads(
    app: App, state: ReportRequest, table: Table, reader: ReaderContext
) -> dict[str, Any]:
    """Where the card's files are, and what its picture says that it is of."""
    whole = {"top": ALL_ROWS, "offset": 0} if isinstance(state, ListRows) else {}
    of = formats.subject(state, app.title(reader.language), app.timezone, reader.language)
    return {
        "csv": with_bom(card_address(app, state, ".csv", **whole)),
        "xlsx": card_address(app, state, ".xlsx", **whole),
        "feed": new_feed(app, state, reader),
        "subject": subject_line(of, table, reader.language),
    }


def with_bom(address: str) -> str:
    """Of a CSV that people open in Excel."""
    return f"{address}{'&' if '?' in address else '?'}bom=1"


async def taught(console: Console, app: App, reader: ReaderContext) -> FirstSteps:
    """How an app without figures gets its first event."""
    return await asyncio.to_thread(first_steps, console, app, reader.language)


def sorting(state: ReportRequest, name: str, sort: str) -> dict[str, str]:
    """What a column's heading sets: `first` sorts by it, or turns the order where rows are in its `sort` already;
    `turn` is the order of the click after that.
    """
    orders = ["desc", "asc"]
    if isinstance(state, ListRows) and name == sort and state.order == "desc":
        orders.reverse()
    first, turn = (state.sets(sort=name, order=order, offset="") for order in orders)
    return {"first": first, "turn": turn}


async def answered(console: Console, app: App, state: ReportRequest) -> Table:
    """The figures of a card."""
    return await asyncio.to_thread(console.answer, state.report, state.query(app.id), app)


def api_address(request: Req, app: App, state: ReportRequest) -> str:
    """The same question for programs, as a whole address."""
    return f"{outside(request)}/api/v1/apps/{app.name}/reports/{state.report.name}{state.whole()}"


async def figures(
    console: Console,
    app: App,
    state: ReportRequest,
    reader: ReaderContext,
    form: str,
    *,
    bom: bool = False,
) -> Response[Any]:
    """The answer as JSON, CSV or an Excel workbook."""
    table = await answered(console, app, state)
    marks = await asyncio.to_thread(
        day_annotations.marked, console.records, app.id, state, number_of(reader)
    )
    made = functools.partial(formats.answer, bom=bom)
    return await asyncio.to_thread(made, table, state, app, form, reader.language, marks)
