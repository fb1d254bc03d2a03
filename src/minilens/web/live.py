"""The Live tab: its page, its cards, and the stream of the newest events."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any, cast

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from minilens import reports
from minilens.errors import Language, NotFound, Refused
from minilens.measure.query import TRAFFIC, Traffic
from minilens.period import now
from minilens.render import words
from minilens.render.as_event import as_event
from minilens.web import bar, forms, pages
from minilens.web.asked import choice
from minilens.web.asked_live import COMPARES, PERIODS, AskedLive, asked_live, written
from minilens.web.asking import Asking
from minilens.web.console import App, Console
from minilens.web.guard import seen
from minilens.web.html import html
from minilens.web.streams import News, Streams
from minilens.web.tabs import TABS

Req = Request[None, None, State]
TAB = next(tab for tab in TABS if tab.name == "live")


@get("/a/{app:str}/live", include_in_schema=False, needs="report:read")
async def page(
    request: Req,
    console: NamedDependency[Console],
    asking: NamedDependency[Asking],
    app: FromPath[str],
) -> Response[str] | Redirect:
    """The frame of the page."""
    held = await asyncio.to_thread(console.app, app)
    given = list(request.query_params.multi_items())
    main = reports.find(TAB.main)
    try:
        state = asked_live(given, main, held.timezone, asking.moment)
    except Refused as error:
        if not error.field.startswith("filter_"):
            raise
        plain = [pair for pair in given if pair[0] not in bar.FORM]
        state = asked_live(plain, main, held.timezone, asking.moment)
        editor = bar.editor(given, asking.language, error)
    else:
        if "filter_field" in dict(given):
            return Redirect(f"/a/{app}/live{pages.with_language(state, asking)}", status_code=303)
        editor = bar.editor(given, asking.language)
    apps = await asyncio.to_thread(seen, request)
    return framed(state, editor, asking, app=held, apps=apps)


def framed(
    state: AskedLive, editor: bar.Editor, asking: Asking, *, app: App, apps: list[App]
) -> Response[str]:
    """The page of a state."""
    language, span = asking.language, state.span
    other = state.other_span or span
    return html(
        "live.html",
        asking,
        code=422 if editor.error else 200,
        app=app,
        apps=apps,
        tabs=TABS,
        tab=TAB,
        presets=tuple(PERIODS),
        ends=[written(one, app.timezone)[:16] for one in (span.start, span.end)],
        other_ends=[written(one, app.timezone)[:16] for one in (other.start, other.end)],
        latest=written(asking.moment, app.timezone)[:16],
        range_text=said(state, language),
        asked=state,
        compared=words.comparison(state.compare, language)
        if state.compare
        else said(state, language, other=True),
        comparisons=comparisons(state, language),
        conditions=bar.conditions(state, language),
        editor=editor,
        cards={
            name.partition(".")[2]: (
                reports.find(name),
                pages.card_address(app, state.of(reports.find(name))),
            )
            for name in TAB.cards
        },
        stream=f"/a/{app.name}/live/stream{state.stream()}",
    )


def said(state: AskedLive, language: Language, *, other: bool = False) -> str:
    """A range as people read it."""
    span = state.other_span if other and state.other_span else state.span
    zone = state.zone
    start, end = span.start.astimezone(zone), span.end.astimezone(zone)
    return words.span(start, end, language, state.today.year)


def comparisons(state: AskedLive, language: Language) -> list[bar.Choice]:
    """No comparison, and the kinds there are, each with the hours it means."""
    found = []
    for kind in ("none", *(kind for kind in COMPARES if kind != "none")):
        other = state.compared_with(kind)
        hours = said(other, language, other=True) if kind != "none" else ""
        title = words.comparison(kind, language)
        found.append(bar.Choice(title, hours, state.beside(kind), state.compare == kind))
    return found


@get("/a/{app:str}/live/{card:str}", include_in_schema=False, needs="report:read")
async def card(
    request: Req,
    console: NamedDependency[Console],
    asking: NamedDependency[Asking],
    app: FromPath[str],
    card: FromPath[str],
) -> Response[Any]:
    """One card, as a part of the page or with .json, .csv or .xlsx as the bare figures."""
    held = await asyncio.to_thread(console.app, app)
    name, _, suffix = card.partition(".")
    report = reports.find(f"live.{name}")
    if suffix and suffix not in forms.FORMS:
        raise NotFound("not_found")
    given = list(request.query_params.multi_items())
    state = asked_live(given, report, held.timezone, asking.moment)
    if suffix:
        return await pages.figures(console, held, state, asking, suffix)
    return await pages.drawn(request, console, held, state, asking)


@get("/a/{app:str}/live/stream", include_in_schema=False, needs="report:read")
async def stream(
    request: Req,
    console: NamedDependency[Console],
    asking: NamedDependency[Asking],
    streams: NamedDependency[Streams],
    app: FromPath[str],
) -> Stream:
    """Newest events as they arrive (server-sent events). `after`, or Last-Event-ID: what is known already."""
    held = await asyncio.to_thread(console.app, app)
    given = dict(request.query_params.multi_items())
    traffic = cast("Traffic", choice(given, "traffic", TRAFFIC, "release"))
    after = last_seen(request.headers.get("last-event-id") or given.get("after"))
    streams.check()
    return Stream(
        written_out(streams.news(held, traffic, after), held.timezone, asking.language),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def last_seen(text: str | None) -> int | None:
    """The number of a load; Refused where it is none."""
    if not text:
        return None
    if not re.fullmatch(r"\d{1,18}", text):
        raise Refused("bad_value", "after", got=text)
    return int(text)


async def written_out(
    news: AsyncIterator[News], timezone: str, language: Language
) -> AsyncIterator[bytes]:
    """News as server-sent events: the number of the load, and the lines, the newest first."""
    yield b"retry: 3000\n\n"
    async for some in news:
        if some is None:
            yield b": still here\n\n"
            continue
        moment = now()
        lines = [as_event(one, timezone, language, moment) for one in some[1]]
        yield b"id: %d\nevent: newest\ndata: %s\n\n" % (some[0], msgspec.json.encode(lines))
