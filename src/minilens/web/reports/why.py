"""Why a person is, or is not, counted by a figure, by API: what they did, and the rule that decided."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, RequestBody, Schema

from minilens.errors import Refused
from minilens.measure.person.timeline import TimelineAsked
from minilens.measure.persons.run import KINDS
from minilens.measure.retention.query import RetentionQuery
from minilens.measure.why.query import (
    ExplainedTable,
    FigureTable,
    FigureWhyQuery,
    Told,
    WhyQuery,
)
from minilens.render.as_why import as_why
from minilens.render.as_why_figure import as_why_figure
from minilens.render.why_words import Visible, Why
from minilens.reports.asking import request
from minilens.reports.behind import Behind, Values, whose
from minilens.reports.event_names import events
from minilens.reports.funnel_names import titles_of
from minilens.reports.kinds.funnels import FunnelRequest
from minilens.reports.question import as_json
from minilens.reports.questions.activity import (
    LifecycleQuestion,
    RetentionQuestion,
    StickinessQuestion,
)
from minilens.reports.questions.events import EventsQuestion
from minilens.reports.questions.funnel import FunnelQuestion
from minilens.reports.questions.paths import PathsQuestion
from minilens.reports.request import AppContext, ReportRequest
from minilens.text import Language, Text
from minilens.web import openapi
from minilens.web.auth.guard import scope
from minilens.web.console import App, Console
from minilens.web.reader import ReaderContext
from minilens.web.reports.ask import of_question_schema
from minilens.web.reports.persons_behind import figure, parameters_schema, row_schema
from minilens.web.reports.why_answer import WhyAnswer, WhyTable, answer

Req = Request[Any, Any, State]
#: Questions of whose figures it is told whom they count, beside funnels.
TOLD = (EventsQuestion, RetentionQuestion, StickinessQuestion, LifecycleQuestion, PathsQuestion)
#: Reports of whose figures it is told.
TOLD_REPORTS = ("traffic.retention",)
_PERSON = "`p12`, or an identity as `mobile=13700001234`."
_QUESTION = (
    "A funnel, a question about events, retention, stickiness, the lifecycle or paths. What a funnel shows (`show`) "
    "makes no difference."
)
_REPORT = "Instead of a question: `traffic.retention`."
_MEASURE = "Of all but funnels: the column of the figure, the first unless given."
_ROW = "Of all but funnels: keys of the row as the answer has them, such as `day` and `days_later`."


class AskedWhy(msgspec.Struct, forbid_unknown_fields=True):
    """A question or a report, which figure of it, and whom it is asked about: `p12` or an identity as
    `mobile=13700001234`."""

    person: str
    question: msgspec.Raw = msgspec.Raw()
    report: str = ""
    parameters: dict[str, Values] = {}
    measure: str = ""
    row: dict[str, str | float | None] = {}

    @property
    def behind(self) -> Behind:
        """The figure; Refused, naming the path, where the question is none."""
        return figure(self)


@dataclass
class OfPerson(openapi.Described):
    """An operation whose body names a figure of a question and a person."""

    def __post_init__(self) -> None:
        super().__post_init__()
        text = Schema(type=OpenAPIType.STRING, description=_PERSON)
        question = of_question_schema()
        question.description = _QUESTION
        body = Schema(
            type=OpenAPIType.OBJECT,
            required=["person"],
            additional_properties=False,
            properties={
                "question": question,
                "report": Schema(type=OpenAPIType.STRING, description=_REPORT),
                "parameters": parameters_schema(),
                "person": text,
                "measure": Schema(type=OpenAPIType.STRING, description=_MEASURE),
                "row": row_schema(_ROW),
            },
        )
        media = {"application/json": OpenAPIMediaType(schema=body)}
        self.request_body = RequestBody(content=media, required=True)


@post(
    "/api/v1/apps/{app:str}/ask/why",
    operation_id="ask_why",
    status_code=200,
    summary="Why a person is counted, or not (为何计入或未计入)",
    description="How far one person got in a funnel: their events, their attempts, and the rule that kept them from "
    "the next step. The rules are those that count: a reason is a rule without which the attempt goes on. Of a figure "
    "of events, retention, stickiness, the lifecycle or paths: whether it counts them, their events, and the rule that "
    "keeps them from it.",
    tags=["reports"],
    security=openapi.SECURITY,
    responses=openapi.refusals(scope="admin") | openapi.BODY,
    operation_class=OfPerson,
    needs=scope("admin"),
)
async def ask_why(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
) -> Response[WhyAnswer]:
    """A figure and a person, what it makes of them."""
    given = as_json(await request.body(), AskedWhy)
    one = given.behind
    number = await asyncio.to_thread(found_person, console, held, given.person)
    state, table = await explained(console, held, reader, one, number)
    sensitive = await asyncio.to_thread(console.records.sensitive.of, held.id)
    named = await asyncio.to_thread(events, console.records, held.id)
    visible = visible_to(TimelineAsked(sensitive=sensitive, masked=False))
    said = in_sentences(table, state, named, visible, reader.language)
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    body = answer(table, state, said)
    return Response(body, media_type="application/json", headers=headers)


def found_person(console: Console, app: App, text: str) -> int:
    """The number of a person by any of their identities; refused where there is none such."""
    if not text.strip():
        raise Refused("missing", "person")
    number, _ = console.persons.find(app.id, text.strip())
    return number


async def explained(
    console: Console, app: App, reader: ReaderContext, one: Behind, person: int
) -> tuple[ReportRequest, WhyTable]:
    """What a figure makes of a person; Refused where it is of no such question."""
    first = await asyncio.to_thread(console.first_day, app) if one.since_first_day else None
    state, query = whys(one, AppContext(app.timezone, reader.moment, first), app.id, person)
    table = await asyncio.to_thread(console.answer, state.report, query, app)
    assert isinstance(table, ExplainedTable | FigureTable)
    return state, table


def whys(
    one: Behind, context: AppContext, app: int, person: int
) -> tuple[ReportRequest, WhyQuery | FigureWhyQuery]:
    """The question whose figure it is, and that about the person; Refused, naming the part."""
    question = one.question
    if one.report or question is None:
        return _of_report(one, context, app, person)
    if isinstance(question, FunnelQuestion):
        if one.measure or one.row:
            raise Refused("not_taken_by", "measure" if one.measure else "row", of="funnel")
        state = request(plain(question), context)
        return state, WhyQuery(state.query(app), person)  # type: ignore[arg-type]
    if not isinstance(question, TOLD):
        kind = str(type(question).__struct_config__.tag)
        hint = ", ".join(("funnel", *(str(one.__struct_config__.tag) for one in TOLD)))
        raise Refused("unknown_choice", "question.kind", got=kind, hint=hint)
    state = request(question, context)
    of = state.query(app)
    assert isinstance(of, Told)
    KINDS[type(of)].check(of, one.place)
    return state, FigureWhyQuery(of, one.place, person)


def _of_report(
    one: Behind, context: AppContext, app: int, person: int
) -> tuple[ReportRequest, FigureWhyQuery]:
    """The same of a figure of a report."""
    state = whose(one, context)
    of = state.query(app)
    if not isinstance(of, RetentionQuery):
        raise Refused("unknown_choice", "report", got=one.report, hint=", ".join(TOLD_REPORTS))
    KINDS[type(of)].check(of, one.place)
    return state, FigureWhyQuery(of, one.place, person)


def plain(question: FunnelQuestion) -> FunnelQuestion:
    """The funnel as steps, whatever it shows: that is what persons are counted by."""
    if question.show in ("steps", "compare"):
        return msgspec.structs.replace(question, show="steps", compared="")
    groups = [] if question.show == "drivers" else question.groups
    return msgspec.structs.replace(
        question, show="steps", step=None, from_step=None, bins=None, grain="day", groups=groups
    )


def visible_to(asked: TimelineAsked) -> Visible:
    """What of the value of a property may be seen."""
    return lambda name, value: str(asked.visible({name: value}).get(name, ""))


def in_sentences(
    table: WhyTable, state: ReportRequest, named: Mapping[str, Text], visible: Visible, language: Language
) -> Why:  # fmt: skip
    """The answer with steps and events as people call them."""
    if isinstance(table, FigureTable):
        of = state.query(0)
        assert isinstance(of, Told)
        return as_why_figure(table, of, named, visible, language)
    assert isinstance(state, FunnelRequest)
    query = replace(state.asked, titles=tuple(titles_of(state.question, named, language)))
    return as_why(table, query, named, visible, language)


ROUTES = (ask_why,)
