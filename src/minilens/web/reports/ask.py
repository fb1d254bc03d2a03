"""Questions asked without being saved: JSON in, figures out, in every form that reports have."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import (
    Discriminator,
    Example,
    OpenAPIFormat,
    OpenAPIMediaType,
    OpenAPIResponse,
    OpenAPIType,
    Reference,
    RequestBody,
    Schema,
)

from minilens.measure.table import Table
from minilens.render import as_json
from minilens.reports.asking import request as of_any
from minilens.reports.event_names import events, with_unknown
from minilens.reports.kinds.events import KIND, TITLE
from minilens.reports.kinds.questions import QuestionRequest
from minilens.reports.parameters import BOM, FORMAT, FORMS
from minilens.reports.question import KINDS, AnyQuestion, decoded, encoded, to_file
from minilens.reports.report import Report
from minilens.reports.request import AppContext
from minilens.reports.request_values import choice
from minilens.text import Language
from minilens.web import openapi
from minilens.web.auth.guard import scope, token_of
from minilens.web.console import App, Console
from minilens.web.reader import ReaderContext
from minilens.web.reports import formats
from minilens.web.reports.ask_examples import EXAMPLES

Req = Request[Any, Any, State]


class AskedAnswer(as_json.Answer, frozen=True, rename={"start": "from", "end": "to"}):
    """An answer, and the question as it was understood."""

    question: AnyQuestion | None = None


#: Forms are described alike for every report.
PLAIN = Report("ask", TITLE, KIND, (), "")


def of_question_schema() -> Schema:
    """A question of any kind, told apart by its `kind`."""
    told = {kind: f"#/components/schemas/{one.__name__}" for kind, one in KINDS.items()}
    refs = [Reference(ref=ref) for ref in told.values()]
    return Schema(one_of=list(refs), discriminator=Discriminator("kind", told))


def files(success: OpenAPIResponse | Reference) -> None:
    """Describe the forms besides JSON."""
    text = Schema(type=OpenAPIType.STRING)
    binary = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
    success.content |= {  # type: ignore[union-attr,operator]
        formats.MEDIA_TYPES["csv"]: OpenAPIMediaType(schema=text),
        formats.MEDIA_TYPES["xlsx"]: OpenAPIMediaType(schema=binary),
    }


@dataclass
class Asked(openapi.Described):
    """An operation whose body is a question."""

    def __post_init__(self) -> None:
        super().__post_init__()
        examples: dict[str, Example | Reference] = {
            name: Example(summary=said, value=body) for name, (said, body) in EXAMPLES.items()
        }
        media = {"application/json": OpenAPIMediaType(of_question_schema(), examples=examples)}
        self.request_body = RequestBody(content=media, required=True)
        more = [openapi.parameter(one, PLAIN) for one in (FORMAT, BOM)]
        self.parameters = [*(self.parameters or []), *more]
        files((self.responses or {})["200"])


@post(
    "/api/v1/apps/{app:str}/ask",
    operation_id="ask",
    status_code=200,
    summary="Ask a question (提问)",
    description="The body says what is asked, its `kind` how; nothing is saved. What is wrong is refused by its path, "
    "such as `measures[1].property`.",
    tags=["reports"],
    security=openapi.SECURITY,
    responses=openapi.refusals() | openapi.BODY,
    operation_class=Asked,
    needs=scope("report:read"),
)
async def ask(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
) -> Response[AskedAnswer]:
    """Question, figures."""
    given = dict(request.query_params.multi_items())
    form = choice(given, "format", FORMS, "json")
    bom = choice(given, "bom", ("0", "1"), "0") == "1"
    question = decoded(await request.body())
    state = asked(question, held, reader, form)
    if state.question.period == "all":
        first = await asyncio.to_thread(console.first_day, held)
        state = asked(question, held, reader, form, first)
    made = await answered(console, held, state, reader, form, bom=bom)
    account = token_of(request).account
    if account is not None:
        body = encoded(question)
        await asyncio.to_thread(
            console.records.questions.remember, held.id, account, body, now=reader.moment
        )
    return made


def asked(
    question: AnyQuestion, app: App, reader: ReaderContext, form: str, first: date | None = None
) -> QuestionRequest:
    """The question of an app; as a file with all the groups that one answer can have."""
    return as_report(question, AppContext(app.timezone, reader.moment, first), form)


def as_report(question: AnyQuestion, context: AppContext, form: str) -> QuestionRequest:
    """The report that a question of any kind is."""
    return of_any(to_file(question) if form in formats.FILES else question, context)


async def answered(
    console: Console,
    app: App,
    state: QuestionRequest,
    reader: ReaderContext,
    form: str,
    *,
    bom: bool = False,
) -> Response[Any]:
    """The figures in one of the forms."""
    table = await asyncio.to_thread(console.answer, state.report, state.query(app.id), app)
    known = await asyncio.to_thread(events, console.records, app.id)
    table = with_unknown(table, state.question, known)
    if form != "json":
        made = partial(formats.answer, bom=bom)
        return await asyncio.to_thread(made, table, state, app, form, reader.language, [])
    body = as_json_with_question(table, state, reader.language)
    headers = {"Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}
    return Response(body, media_type=formats.MEDIA_TYPES["json"], headers=headers)


def as_json_with_question(table: Table, state: QuestionRequest, language: Language) -> bytes:
    """The answer, and the question as it was understood."""
    plain = as_json.answer(table, state.report, state.bucket, language)
    return msgspec.json.encode(
        AskedAnswer(**msgspec.structs.asdict(plain), question=state.question)
    )


ROUTES: tuple[HTTPRouteHandler, ...] = (ask,)
