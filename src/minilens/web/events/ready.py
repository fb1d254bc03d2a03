"""Custom, Key events: what a shop's pages, actions, service and speed come to; its events, defined with one click."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from minilens.errors import NotFound
from minilens.measure.table import Table, Unit
from minilens.period import now
from minilens.records.ready_events import make_drafts
from minilens.reference.events import BUILT_IN
from minilens.reference.ready_events import READY_EVENTS
from minilens.render import format
from minilens.render.as_list import named
from minilens.render.heading import cost, period
from minilens.reports.parameters import FORMS
from minilens.reports.ready import READY, Ready
from minilens.reports.request_values import choice
from minilens.text import Language
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import KEY_EVENTS
from minilens.web.admin.settings_page import AppSettings
from minilens.web.auth.guard import MEMBER
from minilens.web.console import App, Console
from minilens.web.events import manage
from minilens.web.reader import ReaderContext, outside
from minilens.web.reports import ask
from minilens.web.reports.builders import address as in_analysis
from minilens.web.reports.pages import with_bom
from minilens.web.reports.questions import PREFIX, as_request
from minilens.web.reports.toolbar import preset
from minilens.web.templating import html

Req = Request[None, None, State]
PAGE = "/a/{app:str}/events/key"
PERIODS = ("today", "yesterday", "7d", "30d", "90d")
USUAL = "30d"


@dataclass(frozen=True)
class Head:
    """A column: its title, how it counts, and whether it holds figures."""

    title: str
    definition: str = ""
    figures: bool = True


@dataclass(frozen=True)
class Line:
    """A row; `name` is that for machines, where the title is not enough. `of`: what its last figure, a rate, is of.
    `whole`: of all rows together."""

    title: str
    cells: tuple[str, ...]
    name: str = ""
    of: str = ""
    whole: bool = False


def chosen(given: Mapping[str, str]) -> str:
    """The period of an address."""
    return choice(given, "period", PERIODS, USUAL)


@get(PAGE, include_in_schema=False, needs=MEMBER)
async def key_events(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """The frame; each table is fetched from an address of its own."""
    over = chosen(request.query_params)
    every = await asyncio.to_thread(settings.records.events.of, settings.app.id)
    there = {kept.one.name: kept for kept in every}
    return await settings.page(
        KEY_EVENTS, "key_events.html", ready=READY.values(), period=over, periods=PERIODS, usual=USUAL,
        events=[(BUILT_IN[name], there.get(name), READY_EVENTS[name]) for name in READY_EVENTS],
        preset=lambda name: preset(name, settings.reader.language), status=manage.status,
        missing=[name for name in READY_EVENTS if name not in there],
    )  # fmt: skip


@post(f"{PAGE}/drafts", include_in_schema=False, status_code=303, needs="definitions:write")
async def drafts(settings: NamedDependency[AppSettings], data: Form) -> Redirect:
    """A draft for each of the events, or for one, that is not defined yet."""
    names = [data["event"]] if data.get("event") else list(READY_EVENTS)
    await asyncio.to_thread(
        make_drafts, settings.records.events, settings.app.id, names, now=now(), by=settings.me.id
    )
    return Redirect(KEY_EVENTS.at(settings.app, "drafts"), status_code=303)


@get(f"{PAGE}/{{name:str}}", include_in_schema=False, needs="report:read")
async def table(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    name: FromPath[str],
) -> Response[Any]:
    """One table, as a part of the page or with .json, .csv or .xlsx as the bare figures."""
    own, _, suffix = name.partition(".")
    if own not in READY or (suffix and suffix not in FORMS):
        raise NotFound("not_found")
    ready, over = READY[own], chosen(request.query_params)
    given = [("period", over)]
    state = as_request(ready, given, held.timezone, reader.moment, suffix, None)
    if suffix:
        bom = request.query_params.get("bom") == "1"
        return await ask.answered(console, held, state, reader, suffix, bom=bom)
    found = await asyncio.to_thread(console.answer, state.report, state.query(held.id), held)
    address = f"/a/{held.name}/events/key/{own}"
    query = urlencode(given)
    heads, lines = laid_out(ready, found, reader.language)
    return html(
        "_ready.html", reader, app=held, ready=ready, heads=heads, lines=lines,
        period=period(found, state.report, reader.language), cost=cost(found, reader.language),
        analysis=in_analysis(held.name, state.question), csv=with_bom(f"{address}.csv?{query}"),
        xlsx=f"{address}.xlsx?{query}",
        api=f"{outside(request)}/api/v1/apps/{held.name}/reports/{PREFIX}{own}?{query}",
    )  # fmt: skip


def laid_out(ready: Ready, found: Table, language: Language) -> tuple[list[Head], list[Line]]:
    """The heads and rows of a ready question's answer: a row an event, or a row a group with all of them first."""
    return _of_events(ready, found, language) if ready.events else _of_groups(found, language)


def _of_events(ready: Ready, found: Table, language: Language) -> tuple[list[Head], list[Line]]:
    zh = language == "zh"
    names = [column.name for column in found.columns]
    cells = dict(zip(names, found.rows[0], strict=True))

    def figure(name: str, unit: Unit) -> str:
        return format.exact(cells[name], unit, language)

    lines = []
    for name in ready.events:
        rate = figure(f"{name}_rate", "ratio")
        of = ready.rates[name].title.of(language)
        title = BUILT_IN[name].zh if zh else BUILT_IN[name].en
        counts = (figure(name, "count"), figure(f"{name}_persons", "count"))
        lines.append(Line(title, (*counts, rate), name, of))
    titles = ("事件", "次数", "人数", "比率") if zh else ("Event", "Times", "Persons", "Rate")
    return [Head(titles[0], figures=False), *map(Head, titles[1:])], lines


def _of_groups(found: Table, language: Language) -> tuple[list[Head], list[Line]]:
    key, *columns = found.columns
    heads = [Head(format.title(key, language), figures=False)]
    heads += [Head(format.title(c, language), format.definition(c, language)) for c in columns]
    zh = language == "zh"

    def line(title: str, row: tuple[Any, ...], *, whole: bool = False) -> Line:
        told = zip(row[1:], columns, strict=True)
        return Line(
            title, tuple(format.exact(cell, c.unit, language) for cell, c in told), whole=whole
        )

    lines = [line("全部" if zh else "All", found.totals, whole=True)] if found.totals else []
    lines += [line(named(key, row[0] or "", language), row) for row in found.rows]
    if found.other:
        lines.append(line("其余" if zh else "All others", found.other))
    return heads, lines


ROUTES = (key_events, drafts, table)
