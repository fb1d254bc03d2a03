"""Why a user is, or is not, counted by a figure of a funnel, of events, of retention: the page about one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.response import Redirect

from minilens.errors import Refused
from minilens.measure.person.timeline import TimelineAsked
from minilens.render.i18n import translate
from minilens.render.why_words import Why
from minilens.reports.behind import Behind
from minilens.reports.event_names import events
from minilens.reports.funnel_names import titles_of
from minilens.reports.kinds.activity import ActivityRequest
from minilens.reports.kinds.funnels import FunnelRequest
from minilens.reports.kinds.questions import QuestionRequest
from minilens.reports.request import AppContext, ReportRequest
from minilens.text import Language, Text
from minilens.web.account.sign_in import Form
from minilens.web.activity.names import called
from minilens.web.admin.forms import COHORTS, FUNNELS, Answer, Wrong
from minilens.web.admin.forms import wrong as in_form
from minilens.web.admin.settings_page import AppSettings
from minilens.web.cohorts import figure
from minilens.web.cohorts.figure import hidden
from minilens.web.persons import told
from minilens.web.persons.pages import IN_CLEAR, OF_SEARCH, number_of, types_of_app
from minilens.web.reports.builders import address
from minilens.web.reports.why import explained, in_sentences, visible_to, whys

Req = Request[None, None, State]
PAGE = "/a/{app:str}/persons/why"
#: Who may see single users.
SEES = "persons:read"


@dataclass(frozen=True)
class Step:
    """A step of the funnel, and when it was done in the attempt that counts; '' where it was not."""

    title: str
    time: str


def offered_types(settings: AppSettings) -> list[tuple[str, str]]:
    """The types of identities by which one is found, and the number."""
    _ = translate(settings.reader.language)
    types = types_of_app(settings)
    name = told.type_names(types, settings.reader.language)
    ordered = sorted(types.by_name.values(), key=lambda one: (one.priority, one.name))
    return [*((one.name, name(one.name)) for one in ordered), ("number", _("User number"))]


@get(PAGE, include_in_schema=False, needs=SEES)
async def why_page(request: Req, settings: NamedDependency[AppSettings]) -> Answer:
    """How far one got; or, without one, the form that asks whom it is about. Without a funnel it leads to these."""
    given = request.query_params
    if not given.get("question") and not given.get("report"):
        return Redirect(FUNNELS.at(settings.app), status_code=303)
    return await shown(settings, dict(given))


@post(PAGE, include_in_schema=False, status_code=200, needs=SEES)
async def why_asked(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """On to the user; what was typed stands in no address."""
    kind, value = data.get("type", ""), data.get("value", "").strip()
    text = value if kind == "number" else f"{kind}={value}"
    try:
        if not value:
            raise Refused("missing", "value")
        number, _ = await asyncio.to_thread(settings.console.persons.find, settings.app.id, text)
    except Refused as error:
        said = error.at("value", code=OF_SEARCH.get(error.code, ""))
        return await shown(settings, data, in_form("whom", said, settings.reader.language))
    onward = urlencode([*hidden(data), ("person", f"p{number}")])
    return Redirect(f"/a/{settings.app.name}/persons/why?{onward}", status_code=303)


async def shown(
    settings: AppSettings, given: dict[str, str], error: Wrong | None = None
) -> Response[str]:
    """The page."""
    one, app, reader = figure.read(given), settings.app, settings.reader
    number = number_of(given["person"]) if given.get("person") and not error else 0
    first = (
        await asyncio.to_thread(settings.console.first_day, app) if one.since_first_day else None
    )
    state, _query = whys(one, AppContext(app.timezone, reader.moment, first), app.id, number)
    named = await asyncio.to_thread(events, settings.records, app.id)
    why = await _told(settings, one, number, named) if number else None
    context: dict[str, Any] = {
        "why": why,
        "steps": (),
        "asked_as": " · ".join(_of_figure(state, one, named, reader.language)),
    }
    if isinstance(state, FunnelRequest):
        titles = titles_of(state.question, named, reader.language)
        context |= {
            "steps": _steps(state, why, titles) if why else (),
            "asked_as": " → ".join(titles),
        }
    return await settings.page(
        FUNNELS if isinstance(state, FunnelRequest) else COHORTS, "why.html", error=error,
        person=f"p{number}" if number else "", hidden=hidden(given), of_funnel=isinstance(state, FunnelRequest),
        back=_back(app.name, one), of_report=one.question is None,
        types=await asyncio.to_thread(offered_types, settings),
        typed={"type": "", "value": "", **(given if error else {})}, **context,
    )  # fmt: skip


def _of_figure(
    state: ReportRequest, one: Behind, named: Mapping[str, Text], language: Language
) -> list[str]:
    """Which figure, with events as people call them."""
    if not isinstance(state, QuestionRequest):
        return [figure.of_report(state, one, state.range, language)]
    if isinstance(state, ActivityRequest):
        state = called(state, named, language)
    return figure.of_question(state, one, language)


def _back(app: str, one: Behind) -> str:
    """Where the figure stands."""
    if one.question is not None:
        return address(app, one.question)
    return f"/a/{app}/{one.report.replace('.', '/')}?{urlencode(one.pairs)}"


async def _told(settings: AppSettings, one: Behind, number: int, named: Mapping[str, Text]) -> Why:
    """Of one user."""
    state, table = await explained(settings.console, settings.app, settings.reader, one, number)
    sensitive = await asyncio.to_thread(settings.records.sensitive.of, settings.app.id)
    asked = TimelineAsked(sensitive=sensitive, masked=not settings.may(IN_CLEAR))
    return in_sentences(table, state, named, visible_to(asked), settings.reader.language)


def _steps(state: FunnelRequest, why: Why, titles: list[str]) -> list[Step]:
    """The steps with the times of the attempt that counts; none of steps that stand by themselves."""
    if state.asked.mode == "open" or state.asked.order == "any":
        return []
    times = {one.step: one.time for one in why.events if one.step}
    return [Step(title, times.get(str(n), "")) for n, title in enumerate(titles, start=1)]


ROUTES = (why_page, why_asked)
