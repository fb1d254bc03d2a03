"""The dashboard, an app's start page: KPIs, then the four stages, spend, content, and whether the data is sound."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from minilens import reports
from minilens.measure.single_value import Ask
from minilens.period import Range, floor
from minilens.records.kpis import SavedKpi
from minilens.render import format
from minilens.render.as_kpi import as_kpi
from minilens.reports.kpi_definition import KpiDefinition
from minilens.reports.kpis import KpiNow, decoded, encoded, stands
from minilens.reports.report import Report
from minilens.reports.request import AppContext, ReportRequest
from minilens.reports.reviews.watched import looked_at
from minilens.reports.stages import STAGES, StageFigure, figure_now
from minilens.web.admin.forms import DASHBOARD as PART
from minilens.web.admin.settings_page import AppSettings
from minilens.web.auth.guard import MEMBER
from minilens.web.catalogs import catalog_of
from minilens.web.console import App, Console
from minilens.web.reader import ReaderContext
from minilens.web.reports.ask import PLAIN
from minilens.web.reports.pages import card_address
from minilens.web.reviews.checklist_page import on_dashboard
from minilens.web.templating import html

Req = Request[None, None, State]
#: Cards of other pages that stand here, with what their addresses say.
CARDS = (("ads.trend", ""), ("overview.pages", "?period=7d"), ("quality.ledger", "?period=7d"))
#: Days that the stages are of, and the as many before.
DAYS = 7
#: Figures of which it is said what changed.
MOST_CHANGED = 3
#: Seconds between two answers of a card.
REFRESH = 60


@dataclass(frozen=True)
class Cell:
    """A figure of a stage, in words. `definition` says which days it is of, where they are others than the card's."""

    title: str
    value: str
    change: format.Change
    page: str
    days: str


@get("/a/{app:str}/dashboard", include_in_schema=False, needs=MEMBER)
async def dashboard(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """The frame; each card is fetched from an address of its own."""
    app, reader = settings.app, settings.reader
    kpis = await asyncio.to_thread(settings.records.kpis.of, app.id)
    first = await asyncio.to_thread(settings.console.first_day, app)
    items = await asyncio.to_thread(on_dashboard, settings.records, app.id)
    cards = []
    for name, query in CARDS:
        report = reports.find(name)
        state = reports.read(
            parse_qsl(query.removeprefix("?")), report, app.timezone, reader.moment, first
        )
        cards.append(_slot(app, report, state))
    return await settings.page(
        PART,
        "dashboard.html",
        kpis=kpis,
        cards=cards,
        items=items,
        **_changed(settings, kpis, first),
    )


def _changed(settings: AppSettings, kpis: list[SavedKpi], first: date | None) -> dict[str, Any]:
    """What the review of last week says changed: figures by their titles and addresses; none of an app that
    wasn't there the week before."""
    today = AppContext(settings.app.timezone, settings.reader.moment).today
    week = floor(today, "week") - timedelta(days=DAYS)
    if first is None or first >= week:
        return {"changed": [], "review": ""}
    here = f"/a/{settings.app.name}/reviews/week/{week}"
    figures = looked_at(kpis)[:MOST_CHANGED]
    told = [
        (
            one.title.of(settings.reader.language),
            f"{here}/part/changes?{urlencode({'figure': one.name})}",
        )
        for one in figures
    ]
    return {"changed": told, "review": here}


def _slot(app: App, report: Report, state: ReportRequest) -> tuple[Report, ReportRequest, str]:
    return report, state, card_address(app, state)


@get("/a/{app:str}/dashboard/kpi/{kpi:int}", include_in_schema=False, needs=MEMBER)
async def kpi_card(
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    kpi: FromPath[int],
) -> Response[str]:
    """How one of them stands."""
    saved = await asyncio.to_thread(console.records.kpis.get, held.id, kpi)
    now = await asyncio.to_thread(kpi_now, console, held, reader, saved)
    return html(
        "_kpi.html", reader, app=held, kpi=saved, card=as_kpi(now, reader.language), refresh=REFRESH
    )


@get("/a/{app:str}/dashboard/stages", include_in_schema=False, needs=MEMBER)
async def stages_card(
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
) -> Response[str]:
    """The last seven whole days of the four stages, beside the seven before."""
    made = await asyncio.to_thread(_stages, console, held, reader)
    return html("_stages.html", reader, app=held, stages=made, over=_days(reader, held))


def kpi_now(
    console: Console, app: App, reader: ReaderContext, saved: SavedKpi, at: date | None = None
) -> KpiNow:
    """How a KPI stands today, or stood in the week or month of a day; Refused where it can be asked no longer."""
    definition = decoded(saved.body)
    context = context_of(console, app, reader, definition)
    return stands(definition, context, app.id, asker(console, app), at)


def context_of(
    console: Console, app: App, reader: ReaderContext, definition: KpiDefinition | None = None
) -> AppContext:
    """Where a definition is read."""
    return context_of_text(console, app, reader, encoded(definition) if definition else "")


def context_of_text(console: Console, app: App, reader: ReaderContext, body: str) -> AppContext:
    """Where a definition is read that is JSON; '' where there is none."""
    catalog = catalog_of(console.records, app.id, [("filter", body)] if body else [])
    return AppContext(app.timezone, reader.moment, console.first_day(app), catalog)


def asker(console: Console, app: App) -> Ask:
    """Answers questions as every page does."""
    return lambda query: console.answer(PLAIN, query, app)


def _days(reader: ReaderContext, app: App) -> Range:
    """So many whole days."""
    last = AppContext(app.timezone, reader.moment).today - timedelta(days=1)
    return Range(last - timedelta(days=DAYS - 1), last)


def _stages(console: Console, app: App, reader: ReaderContext) -> list[tuple[str, list[Cell]]]:
    context, ask = context_of(console, app, reader), asker(console, app)
    return [
        (
            stage.title.of(reader.language),
            [_cell(one, context, ask, app, reader) for one in stage.figures],
        )
        for stage in STAGES
    ]


def _cell(one: StageFigure, context: AppContext, ask: Ask, app: App, reader: ReaderContext) -> Cell:
    found = figure_now(one, _days(reader, app), context, ask, app.id)
    return Cell(
        one.title.of(reader.language), format.short(found.now, found.column.unit, reader.language),
        format.change(found.now, found.then, found.column, reader.language), f"/a/{app.name}/{one.page}",
        f"{found.over.start} – {found.over.end}" if one.after else "",
    )  # fmt: skip


ROUTES: tuple[Any, ...] = (dashboard, kpi_card, stages_card)
