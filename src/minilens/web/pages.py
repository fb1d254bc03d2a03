"""The pages, and the cards that fill them.

A page is a frame without figures, answered at once. Each of its cards is fetched from its own
address, which is also where its JSON and CSV are.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from minilens import reports
from minilens.errors import NotFound
from minilens.measure import filters
from minilens.measure.table import Table
from minilens.period import PRESETS, now, today
from minilens.render import words
from minilens.render.as_card import as_card
from minilens.web import forms
from minilens.web.asked import MOST_ROWS, Asked, asked
from minilens.web.asking import Asking
from minilens.web.console import App, Console
from minilens.web.html import html
from minilens.web.sign_in import must_be_signed_in

Req = Request[None, None, State]

#: Seconds between two answers of a card whose range is not over.
REFRESH = 10


@dataclass(frozen=True)
class Tab:
    """A page of the rail. One without cards is still to come."""

    name: str
    zh: str
    en: str
    icon: str
    cards: tuple[str, ...] = ()

    @property
    def main(self) -> str:
        """The card whose state the page's address is: its period, grain and measure."""
        return f"{self.name}.trend" if f"{self.name}.trend" in self.cards else self.cards[0]


#: WeChat's six, in its order and words.
TABS = (
    Tab(
        "overview",
        "概况",
        "Overview",
        "bars",
        ("overview.yesterday", "overview.trend", "overview.pages", "overview.entries"),
    ),
    Tab("live", "实时统计", "Live", "pulse"),
    Tab("traffic", "访问分析", "Traffic", "line"),
    Tab("sources", "来源分析", "Sources", "fork"),
    Tab("events", "自定义分析", "Custom", "filter"),
    Tab("audience", "用户画像", "Audience", "person"),
)


@get("/", include_in_schema=False)
async def start(request: Req, console: NamedDependency[Console]) -> Redirect:
    """To the first app's overview; preferences in the address go along."""
    must_be_signed_in(request, console)
    apps = await asyncio.to_thread(console.apps)
    if not apps:
        raise NotFound("not_found")
    query = f"?{request.url.query}" if request.url.query else ""
    return Redirect(f"/a/{apps[0].name}/{TABS[0].name}{query}", status_code=303)


@get("/a/{app:str}/{tab:str}", include_in_schema=False)
async def page(
    request: Req,
    console: NamedDependency[Console],
    asking: NamedDependency[Asking],
    app: FromPath[str],
    tab: FromPath[str],
) -> Response[str]:
    """The frame of a page: bar, title, and a place for each card."""
    must_be_signed_in(request, console)
    held = await asyncio.to_thread(console.app, app)
    shown = next((t for t in TABS if t.name == tab and t.cards), None)
    if shown is None:
        raise NotFound("not_found")
    cards = [reports.find(name) for name in shown.cards]
    day = today(held.timezone, asking.moment)
    state = asked(request.query_params.multi_items(), reports.find(shown.main), day)
    return html(
        f"{tab}.html",
        asking,
        app=held,
        apps=await asyncio.to_thread(console.apps),
        tabs=TABS,
        tab=shown,
        presets=PRESETS,
        today=day,
        range_text=words.span(state.range.start, state.range.end, asking.language, day.year),
        asked=state,
        conditions=[
            (filters.sentence(clause, asking.language), state.without(clause))
            for clause in state.filters
        ],
        cards=[(report, card_address(held, state.of(report))) for report in cards],
    )


def card_address(app: App, state: Asked, suffix: str = "", **changes: Any) -> str:
    """Where a card is found: overview.trend at /a/APP/overview/trend."""
    place = f"/a/{app.name}/{state.report.name.replace('.', '/')}{suffix}"
    return f"{place}{state.at(**changes)}".removesuffix("?")


@get("/a/{app:str}/{tab:str}/{card:str}", include_in_schema=False)
async def card(
    request: Req,
    console: NamedDependency[Console],
    asking: NamedDependency[Asking],
    app: FromPath[str],
    tab: FromPath[str],
    card: FromPath[str],
) -> Response[Any]:
    """One card, as a part of the page or with .json, .csv or .xlsx as the bare figures."""
    must_be_signed_in(request, console)
    held = await asyncio.to_thread(console.app, app)
    name, _, suffix = card.partition(".")
    report = reports.find(f"{tab}.{name}")
    if suffix and suffix not in forms.FORMS:
        raise NotFound("not_found")
    day = today(held.timezone, asking.moment)
    state = asked(request.query_params.multi_items(), report, day)
    if suffix:
        return await figures(console, held, state, asking, suffix)
    return await drawn(request, console, held, state, asking)


async def drawn(
    request: Req, console: Console, app: App, state: Asked, asking: Asking
) -> Response[str]:
    """The answer as a part of the page."""
    report = state.report
    table = await answered(console, app, state, asking)
    made = as_card(
        table,
        report,
        measure=state.measure,
        grain=state.grain,
        view=state.view,
        language=asking.language,
        now=now(),
        sort=state.sort,
    )
    return html(
        "_card.html",
        asking,
        app=app,
        asked=state,
        card=made,
        page=f"/a/{app.name}/{report.name.partition('.')[0]}",
        trend=lambda name: state.of(reports.find(TABS[0].main)).at(measure=name),
        sorted=lambda name: card_address(app, state, **sorting(state, name)),
        csv=card_address(app, state, ".csv", top=MOST_ROWS)
        if report.by
        else card_address(app, state, ".csv"),
        api=api_address(request, app, state),
        refresh=REFRESH if state.includes(state.today) else 0,
        snippet=first_event(await asyncio.to_thread(console.collecting, app)) if made.empty else "",
        is_today=state.period == "today",
        today_query=state.over("today"),
    )


def sorting(state: Asked, name: str) -> dict[str, str]:
    """A column's heading sorts by it, and turns the order where it does already."""
    turned = name == state.sort and state.order == "desc"
    return {"sort": name, "order": "asc" if turned else "desc"}


async def answered(console: Console, app: App, state: Asked, asking: Asking) -> Table:
    """The figures of a card."""
    query = state.query(app.id, app.timezone, asking.moment)
    return await asyncio.to_thread(console.answer, state.report, query, app)


def api_address(request: Req, app: App, state: Asked) -> str:
    """The same question for programs, as a whole address."""
    base = str(request.base_url).rstrip("/")
    return f"{base}/api/v1/apps/{app.name}/reports/{state.report.name}{state.whole()}"


async def figures(
    console: Console, app: App, state: Asked, asking: Asking, form: str
) -> Response[Any]:
    """The answer as JSON, CSV or an Excel workbook."""
    table = await answered(console, app, state, asking)
    return await asyncio.to_thread(forms.answer, table, state, app, form, asking.language)


def first_event(facts: dict[str, object]) -> str:
    """A command that sends one page view, for those who have sent nothing yet."""
    return (
        f"curl {facts.get('collect_url', '/v1/collect')} \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        f'''  -d '{{"v":1,"k":"{facts.get("write_key", "WRITE_KEY")}","d":"first-try",'''
        """"ctx":{"env":"release"},"ev":[{"id":"first-'$(date +%s)'","""
        """"n":"page_view","t":'$(date +%s000)',"s":"first-try","p":"pages/index/index"}]}\'"""
    )
