"""The answer to a question as a card of the console, and as a file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from minilens.errors import NotFound
from minilens.measure.events.query import MOST_TOP
from minilens.measure.persons.run import KINDS as BEHIND
from minilens.measure.single_value import before
from minilens.measure.table import Table
from minilens.period import compared_with, now, same_hour
from minilens.render.as_card import as_card
from minilens.render.drawing import Options
from minilens.render.heading import subject_line
from minilens.render.i18n import translate
from minilens.reports.event_names import events, with_unknown
from minilens.reports.kinds.events import EventsRequest
from minilens.reports.kinds.questions import QuestionRequest
from minilens.reports.question import AnyQuestion, decoded, encoded
from minilens.reports.questions.attribution import AttributionQuestion
from minilens.reports.request_values import choice
from minilens.text import Language
from minilens.web.auth.guard import MEMBER, signed_in
from minilens.web.console import App, Console
from minilens.web.events.builder import with_measure
from minilens.web.events.called import called
from minilens.web.feeds.card import new_feed
from minilens.web.reader import ReaderContext, outside
from minilens.web.reports import formats
from minilens.web.reports.ask import answered, asked
from minilens.web.reports.builders import BUILDERS, address, below, pairs
from minilens.web.reports.pages import PLACE, sees_persons
from minilens.web.reports.questions import PREFIX, as_request, found, opened_at
from minilens.web.templating import html

Req = Request[None, None, State]
#: Beside the page of each kind.
FILES = [f"/a/{{app:str}}/{page}/{{file:str}}" for page in BUILDERS.values()]
FORMS = ("json", "csv", "xlsx")
#: Groups that an answer can be made longer to.
STEPS = (50, 1000)
#: Seconds between two answers of a card whose range is not over.
REFRESH = 60


@dataclass(frozen=True)
class Around:
    """What a card of an answer leads to: `page` is the builder, `measure` gives the address that shows another one,
    `file` that of a form. `api` and `body`: the same question for programs. `more`: longer and shorter answers."""

    page: str
    measure: Callable[[str], str]
    file: Callable[[str], str]
    api: str
    body: str = ""
    more: tuple[tuple[str, str], ...] = ()


@get(FILES, include_in_schema=False, needs=MEMBER)
async def answer(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    file: FromPath[str],
) -> Response[Any]:
    """The card, or with .json, .csv or .xlsx the bare figures."""
    name, _, form = file.partition(".")
    if name != "answer" or (form and form not in FORMS):
        raise NotFound("not_found")
    given = dict(request.query_params.multi_items())
    question = decoded(given.get("question", ""))
    first = await asyncio.to_thread(console.first_day, held) if question.period == "all" else None
    state = asked(question, held, reader, form, first)
    if form:
        bom = choice(given, "bom", ("0", "1"), "0") == "1"
        return await answered(console, held, state, reader, form, bom=bom)
    around = around_question(request, held, question, reader.language)
    return await drawn(
        request, console, held, reader, with_measure(state, given.get("measure", "")), around
    )


@get("/a/{app:str}/question/{file:str}", include_in_schema=False, needs=MEMBER)
async def saved_answer(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    file: FromPath[str],
) -> Response[Any]:
    """The same of a saved question, by its number."""
    number, _, form = file.partition(".")
    if form and form not in FORMS:
        raise NotFound("not_found")
    given = list(request.query_params.multi_items())
    who = signed_in(request).account
    name = f"{PREFIX}{number}"
    saved = await asyncio.to_thread(found, console.records, held.id, name, who.id)
    first = await asyncio.to_thread(console.first_day, held)
    state = as_request(saved, given, held.timezone, reader.moment, form, first)
    if form:
        bom = choice(dict(given), "bom", ("0", "1"), "0") == "1"
        return await answered(console, held, state, reader, form, bom=bom)
    state = with_measure(state, dict(given).get("measure", ""))
    around = around_saved(request, held, state, opened_at(held.name, saved))
    return await drawn(request, console, held, reader, state, around)


def around_saved(request: Req, app: App, state: QuestionRequest, page: str) -> Around:
    """Of a saved question, which is asked by its number, or a ready one, by its name."""
    number = state.report.name.removeprefix(PREFIX)
    instead = urlencode(state.instead or ())
    return Around(
        page=page,
        measure=lambda name: f"{page}&measure={name}#answer",
        file=lambda form: f"/a/{app.name}/question/{number}.{form}?{instead}",
        api=f"{outside(request)}/api/v1/apps/{app.name}/reports/{state.report.name}{state.whole()}",
    )


def around_question(req: Req, app: App, question: AnyQuestion, language: Language) -> Around:
    """Of a question that is asked whole."""
    page = below(app.name, question)
    return Around(
        page=page,
        measure=lambda name: f"{address(app.name, question, measure=name)}#answer",
        file=lambda form: f"{page}/answer.{form}?{pairs(question)}",
        api=f"{outside(req)}/api/v1/apps/{app.name}/ask",
        body=quoted(encoded(question)),
        more=tuple((title, f"{address(app.name, one)}#answer") for title, one in longer(question, language)),
    )  # fmt: skip


def quoted(text: str) -> str:
    """As a shell takes it."""
    return "'" + text.replace("'", "'\\''") + "'"


def longer(question: AnyQuestion, language: Language) -> list[tuple[str, AnyQuestion]]:
    """The same with more groups, and with or without all others together."""
    grouped = isinstance(question, AttributionQuestion) or getattr(question, "groups", None)
    if not grouped:
        return []
    top, shown = getattr(question, "top", MOST_TOP), getattr(question, "rest", False)
    _ = translate(language)
    with_top = [
        (_("Show top %(count)s") % {"count": step}, msgspec.structs.replace(question, top=step))
        for step in STEPS
        if top < step <= MOST_TOP
    ]
    rest = _("Hide total of others") if shown else _("Show total of others")
    return [*with_top, (rest, msgspec.structs.replace(question, rest=not shown))]


async def drawn(
    request: Req, console: Console, app: App, reader: ReaderContext, state: QuestionRequest, around: Around
) -> Response[str]:  # fmt: skip
    """The answer as a part of the page."""
    table = await asyncio.to_thread(console.answer, state.report, state.query(app.id), app)
    named = await asyncio.to_thread(events, console.records, app.id)
    table = with_unknown(table, state.question, named)
    if isinstance(state, EventsRequest):
        table = await asyncio.to_thread(beside, console, app, state, table)
    state, table = called(state, table, named, reader.language)
    options = Options(state.shown, state.bucket)
    made = as_card(table, state.report, options, view="chart", language=reader.language, now=now())
    of = formats.subject(state, app.title(reader.language), app.timezone, reader.language)
    return html(
        "_card.html",
        reader,
        app=app,
        asked=state,
        card=made,
        id=place_of(request),
        around=around,
        opens=address,
        page=around.page,
        csv=f"{around.file('csv')}&bom=1",
        xlsx=around.file("xlsx"),
        feed=new_feed(app, state, reader),
        subject=subject_line(of, table, reader.language),
        api=around.api,
        sorted_by=state.sorted_by(reader.language),
        conditions=state.conditions(reader.language),
        as_of=f"{table.as_of.astimezone(ZoneInfo(app.timezone)):%Y-%m-%d %H:%M} ({app.timezone})",
        refresh=REFRESH if made.empty or state.includes(state.today) else 0,
        annotations=None,
        other_table="",
        behind=whose(request, app, state),
    )


def place_of(request: Req) -> str:
    """How the element is called that the card is put into; empty where it isn't said."""
    place = request.headers.get("x-minilens-card", "")
    return place if PLACE.fullmatch(place) else ""


def beside(console: Console, app: App, state: EventsRequest, table: Table) -> Table:
    """The answer with what its figures came to in the days before, up to the same hour where they are not over; of
    groups, and of all days, nothing stands beside."""
    if state.asked.groups or state.period == "all":
        return table
    over, context = state.range, state.context
    other = compared_with(over, "previous", state.period)
    until = same_hour(over, other, state.period, context.now, context.timezone)
    query = before(replace(state.asked, app=app.id), other, until)
    (row,) = console.answer(state.report, query, app).rows
    total = (*[None] * table.keys, *row)
    return replace(
        table, compared_total=total, compared_start=other.start, compared_end=other.end, same_hours=until is not None
    )  # fmt: skip


def whose(request: Req, app: App, state: QuestionRequest) -> list[tuple[str, str]]:
    """The question as fields of a form, where the reader may look at the persons behind its figures."""
    may = sees_persons(request, app) and type(state.query(app.id)) in BEHIND
    return [("question", encoded(state.question))] if may else []


ROUTES = (answer, saved_answer)
