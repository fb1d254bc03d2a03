"""Saved questions: listed, saved, taken away, and each a report at an address like the built-in ones."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.spec import (
    OpenAPIFormat,
    OpenAPIMediaType,
    OpenAPIType,
    Parameter,
    RequestBody,
    Schema,
)
from litestar.params import FromPath

from minilens import reports
from minilens.errors import NotFound
from minilens.records.questions import SavedQuestion
from minilens.records.store import Records
from minilens.reports.arguments import LOOKS, check
from minilens.reports.asking import request as of_any
from minilens.reports.kinds.events import request as of_events
from minilens.reports.kinds.questions import QuestionRequest
from minilens.reports.parameters import ANSWER, BOM, FORMAT, FORMS, FROM, PERIOD, TO
from minilens.reports.question import (
    AnyQuestion,
    as_json,
    decoded,
    encoded,
    overridden,
    to_file,
)
from minilens.reports.ready import READY, Ready
from minilens.reports.request import AppContext, Pairs
from minilens.reports.request_values import choice
from minilens.text import Text
from minilens.web import openapi
from minilens.web.auth.guard import scope, token_of
from minilens.web.console import App, Console
from minilens.web.reader import ReaderContext
from minilens.web.reports import formats
from minilens.web.reports.ask import PLAIN, AskedAnswer, answered, files, of_question_schema
from minilens.web.reports.builders import address, of_saved

Req = Request[Any, Any, State]
ADDRESS = "/api/v1/apps/{app:str}/questions"
PREFIX = "question."
#: What an address may say instead of a saved question's own.
INSTEAD = ("period", "from", "to", "grain")
#: All that it may say.
ARGUMENTS = (*INSTEAD, *(one.name for one in ANSWER))


class ListedQuestion(msgspec.Struct, frozen=True):
    """A saved question. `report` is its name as a report; `by` who made it, null where a program did."""

    id: int
    report: str
    zh: str
    en: str
    team: bool
    by: str | None
    changed: datetime
    question: AnyQuestion


class QuestionList(msgspec.Struct, frozen=True):
    """The team's, and those of whoever made the token."""

    questions: list[ListedQuestion]


class RememberedQuestion(msgspec.Struct, frozen=True):
    """What somebody asked, and when the last time."""

    at: datetime
    question: AnyQuestion


class AskedList(msgspec.Struct, frozen=True):
    """What whoever made the token asked lately, the newest first."""

    asked: list[RememberedQuestion]


class NewQuestion(msgspec.Struct, forbid_unknown_fields=True):
    """A question under a name in either language or both; the team's, or only of whoever made the token."""

    question: msgspec.Raw
    zh: str = ""
    en: str = ""
    team: bool = True


class ChangedQuestion(msgspec.Struct, forbid_unknown_fields=True):
    """What a saved question becomes. `changed`: that of the question as it was read, so that no change is lost."""

    question: msgspec.Raw
    changed: datetime
    zh: str = ""
    en: str = ""


@dataclass
class OfNew(openapi.Described):
    """An operation whose body is a question with its names."""

    def own(self) -> dict[str, Schema]:
        """What its body has besides; all that is no choice must be given."""
        return {"team": Schema(type=OpenAPIType.BOOLEAN, default=True)}

    def __post_init__(self) -> None:
        super().__post_init__()
        name = Schema(type=OpenAPIType.STRING, max_length=40)
        body = Schema(
            type=OpenAPIType.OBJECT,
            required=["question", *(one for one in self.own() if one != "team")],
            properties={
                "question": of_question_schema(),
                "zh": name,
                "en": name,
                **self.own(),
            },
        )
        media = {"application/json": OpenAPIMediaType(schema=body)}
        self.request_body = RequestBody(content=media, required=True)


@dataclass
class OfChanged(OfNew):
    """An operation whose body is a question with its names, as it was read."""

    def own(self) -> dict[str, Schema]:
        """When it was changed last."""
        return {"changed": Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.DATE_TIME)}


@dataclass
class OfSaved(openapi.Described):
    """An operation over the days of a question, or other ones."""

    def __post_init__(self) -> None:
        super().__post_init__()
        more = [openapi.parameter(one, PLAIN) for one in (PERIOD, FROM, TO, FORMAT, BOM)]
        words = Schema(type=OpenAPIType.STRING, enum=["whole", "hour", "day", "week", "month"])
        grain = Parameter(
            name="grain",
            param_in="query",
            schema=words,
            description="Length of a row. 每行的时长。",
        )
        self.parameters = [*(self.parameters or []), *more, grain]
        files((self.responses or {})["200"])


def listed(one: SavedQuestion) -> ListedQuestion:
    """As programs are told."""
    return ListedQuestion(
        one.id, f"{PREFIX}{one.id}", one.name.zh, one.name.en, one.team, one.author, one.changed, decoded(one.body),
    )  # fmt: skip


def found(
    records: Records, app: int, report: str, account: int | None, *, every: bool = False
) -> SavedQuestion | Ready:
    """The saved or ready question that a report's name means; NotFound where it means none."""
    number = report.removeprefix(PREFIX)
    if not report.startswith(PREFIX):
        reports.find(report)
    if number in READY:
        return READY[number]
    one = None
    if number.isascii() and number.isdecimal() and len(number) < 10:
        one = records.questions.find(app, int(number), account, every=every)
    if one is None:
        raise NotFound("unknown_question", got=number[:20])
    return one


def opened_at(app: str, saved: SavedQuestion | Ready) -> str:
    """Where it is opened in the builder of its kind; empty where that has none."""
    if isinstance(saved, Ready):
        return address(app, saved.question)
    return of_saved(app, saved.id, decoded(saved.body))


def as_request(
    saved: SavedQuestion | Ready, given: Pairs, zone: str, now: datetime, form: str, first: date | None
) -> QuestionRequest:  # fmt: skip
    """The question over the days, and in the length of rows, that an address says instead of its own."""
    context, file = AppContext(zone, now, first), form in formats.FILES
    instead = tuple((key, value) for key, value in given if key in INSTEAD and value)
    if isinstance(saved, Ready):
        ready = overridden(saved.question, given)
        made = of_events(
            to_file(ready) if file else ready, context, f"{PREFIX}{saved.name}", saved.title
        )
        return replace(saved.titled(made), instead=instead)
    own = overridden(decoded(saved.body), given)
    asked = of_any(to_file(own) if file else own, context, f"{PREFIX}{saved.id}", saved.name)
    return replace(asked, instead=instead)


@get(
    ADDRESS,
    operation_id="questions",
    summary="Saved questions (已保存的问题)",
    description="The team's, and those of whoever made the token. Each answers at `reports/question.ID`.",
    tags=["reports"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=openapi.Described,
    needs=scope("report:read"),
)
async def every(
    request: Req, console: NamedDependency[Console], held: NamedDependency[App]
) -> Response[QuestionList]:
    """All that the token sees."""
    some = await asyncio.to_thread(console.records.questions.of, held.id, token_of(request).account)
    return Response(QuestionList(list(map(listed, some))), media_type="application/json")


@get(
    f"{ADDRESS}/asked",
    operation_id="asked_questions",
    summary="Questions asked lately (提问记录)",
    description="The last 100 of whoever made the token, each once, for them alone; `ask` takes them again.",
    tags=["reports"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=openapi.Described,
    needs=scope("report:read"),
)
async def asked(
    request: Req, console: NamedDependency[Console], held: NamedDependency[App]
) -> Response[AskedList]:
    """Of a token that was made on the command line nobody asked."""
    account, found = token_of(request).account, []
    if account is not None:
        found = await asyncio.to_thread(console.records.questions.asked, held.id, account)
    told = [RememberedQuestion(one.at, decoded(one.body)) for one in found]
    return Response(AskedList(told), media_type="application/json")


@post(
    ADDRESS,
    operation_id="save_question",
    summary="Save a question (保存问题)",
    description="Under a name; it is then a report like the built-in ones, at `reports/question.ID`.",
    tags=["reports"],
    security=openapi.SECURITY,
    responses=openapi.changes() | openapi.BODY,
    operation_class=OfNew,
    needs=scope("admin"),
)
async def save(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
) -> Response[ListedQuestion]:
    """What can't be asked is not saved."""
    given = as_json(await request.body(), NewQuestion)
    question = decoded(bytes(given.question))
    of_any(question, AppContext(held.timezone, reader.moment))
    made = await asyncio.to_thread(
        console.records.questions.create, held.id, Text(given.zh, given.en), encoded(question),
        team=given.team, now=reader.moment, by=token_of(request).account,
    )  # fmt: skip
    return Response(listed(made), media_type="application/json", status_code=201)


@post(
    f"{ADDRESS}/{{question:int}}",
    operation_id="change_question",
    status_code=200,
    summary="Change a saved question (修改已保存的问题)",
    description="One of the team's, or of whoever made the token. `changed` is that of the question as it was read; "
    "where somebody changed it since, it is refused.",
    tags=["reports"],
    security=openapi.SECURITY,
    responses=openapi.changes() | openapi.BODY,
    operation_class=OfChanged,
    needs=scope("admin"),
)
async def change(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    question: FromPath[int],
) -> Response[ListedQuestion]:
    """As it is now."""
    given = as_json(await request.body(), ChangedQuestion)
    new = decoded(bytes(given.question))
    of_any(new, AppContext(held.timezone, reader.moment))
    made = await asyncio.to_thread(
        console.records.questions.change, held.id, question, Text(given.zh, given.en), encoded(new),
        seen=given.changed, now=reader.moment, by=token_of(request).account, others=True,
    )  # fmt: skip
    return Response(listed(made), media_type="application/json")


@post(
    f"{ADDRESS}/{{question:int}}/remove",
    operation_id="remove_question",
    status_code=200,
    summary="Remove a saved question (删除已保存的问题)",
    description="One of the team's, or of whoever made the token.",
    tags=["reports"],
    security=openapi.SECURITY,
    responses=openapi.refusals(scope="admin"),
    operation_class=openapi.Described,
    needs=scope("admin"),
)
async def remove(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    question: FromPath[int],
) -> Response[QuestionList]:
    """Gone for everybody; those that are left."""
    account = token_of(request).account
    await asyncio.to_thread(
        console.records.questions.remove, held.id, question,
        now=reader.moment, by=account, others=True,
    )  # fmt: skip
    left = await asyncio.to_thread(console.records.questions.of, held.id, account)
    return Response(QuestionList(list(map(listed, left))), media_type="application/json")


@get(
    "/api/v1/apps/{app:str}/reports/{report:str}",
    operation_id="saved_question",
    summary="A saved question as a report (已保存的问题)",
    description="`question.ID`, or one that every app has: "
    + ", ".join(f"`{PREFIX}{name}`" for name in READY)
    + ". `period`, `from`, `to` and `grain` instead of its own.",
    tags=["reports"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=OfSaved,
    needs=scope("report:read"),
    reads_arguments=True,
)
async def answer(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    report: FromPath[str],
) -> Response[AskedAnswer]:
    """Its figures."""
    given = list(request.query_params.multi_items())
    form = choice(dict(given), "format", FORMS, "json")
    bom = choice(dict(given), "bom", ("0", "1"), "0") == "1"
    account = token_of(request).account
    saved = await asyncio.to_thread(found, console.records, held.id, report, account)
    check(dict(given), ARGUMENTS, LOOKS)
    first = await asyncio.to_thread(console.first_day, held)
    state = as_request(saved, given, held.timezone, reader.moment, form, first)
    return await answered(console, held, state, reader, form, bom=bom)


ROUTES = (every, asked, save, change, remove, answer)
