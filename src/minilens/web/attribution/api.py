"""The touches of one person by API, and what each model gives them of each of their conversions."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, RequestBody, Schema

from minilens.errors import Refused
from minilens.measure.attribution import story
from minilens.measure.attribution.query import StoryQuery
from minilens.measure.table import Table
from minilens.reports.kinds.attribution import AttributionRequest
from minilens.reports.question import AnyQuestion, as_json, decoded
from minilens.reports.questions.attribution import AttributionQuestion
from minilens.web import openapi
from minilens.web.auth.guard import scope
from minilens.web.console import App, Console
from minilens.web.reader import ReaderContext
from minilens.web.reports.ask import asked, of_question_schema
from minilens.web.reports.why import found_person

Req = Request[Any, Any, State]
_PERSON = "`p12`, or an identity as `mobile=13700001234`."
_QUESTION = "A question about attribution. What it shows (`show`, `grain`) makes no difference."


class AskedTouches(msgspec.Struct, forbid_unknown_fields=True):
    """A question about attribution, and whose touches it is about: `p12` or an identity as `mobile=13700001234`."""

    question: msgspec.Raw
    person: str


class CreditedTouch(msgspec.Struct, frozen=True):
    """A touch: when its launch began, its kind, its values of what touches are told apart by, and what each model
    gives it. Without a time: no touch lies in the window, and nothing brought it."""

    time: datetime | None
    kind: str
    values: dict[str, str | None]
    credit: dict[str, float]


class HandedOut(msgspec.Struct, frozen=True):
    """A conversion, or a refund of one: when the conversion happened, how much is handed out, and to which touches."""

    conversion: datetime
    what: str
    amount: float
    touches: list[CreditedTouch]


class TouchesAnswer(msgspec.Struct, frozen=True):
    """The conversions and refunds of a person in the range, with the touches before each, the oldest first."""

    person: str
    handed_out: list[HandedOut]
    as_of: datetime


@dataclass
class OfPerson(openapi.Described):
    """An operation whose body names a question about attribution and a person."""

    def __post_init__(self) -> None:
        super().__post_init__()
        question = of_question_schema()
        question.description = _QUESTION
        body = Schema(
            type=OpenAPIType.OBJECT, required=["question", "person"], additional_properties=False,
            properties={"question": question, "person": Schema(type=OpenAPIType.STRING, description=_PERSON)},
        )  # fmt: skip
        media = {"application/json": OpenAPIMediaType(schema=body)}
        self.request_body = RequestBody(content=media, required=True)


@post(
    "/api/v1/apps/{app:str}/ask/touches",
    operation_id="ask_touches",
    status_code=200,
    summary="The touches of a person (某用户的触点)",
    description="The conversions of one person in the range, the touches before each of them, and what each model "
    "gives to each touch: the same amounts that the question adds up.",
    tags=["reports"],
    security=openapi.SECURITY,
    responses=openapi.refusals(scope="admin") | openapi.BODY,
    operation_class=OfPerson,
    needs=scope("admin"),
)
async def ask_touches(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
) -> Response[TouchesAnswer]:
    """A question and a person, their touches."""
    given = as_json(await request.body(), AskedTouches)
    question = plain(decoded(bytes(given.question)))
    number = await asyncio.to_thread(found_person, console, held, given.person)
    first = await asyncio.to_thread(console.first_day, held) if question.period == "all" else None
    state = asked(question, held, reader, "json", first)
    assert isinstance(state, AttributionRequest)
    query = StoryQuery(state.query(held.id), number)  # type: ignore[arg-type]
    table = await asyncio.to_thread(console.answer, state.report, query, held)
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(answer(table, query), media_type="application/json", headers=headers)


def plain(question: AnyQuestion) -> AttributionQuestion:
    """The question as groups of the whole range, whatever it shows; Refused where it is of another kind."""
    if not isinstance(question, AttributionQuestion):
        kind = str(type(question).__struct_config__.tag)
        raise Refused("unknown_choice", "question.kind", got=kind, hint="attribution")
    return msgspec.structs.replace(question, show="models", grain="whole")


def answer(table: Table, query: StoryQuery) -> TouchesAnswer:
    """As programs are told."""
    keys = [one.name for one in story.keys(query)]
    models = [one.name for one in table.columns[len(keys) :]]
    found: dict[Any, HandedOut] = {}
    for row in table.rows:
        told: dict[str, Any] = dict(zip(keys, row, strict=False))
        number = told.pop("number")
        at, what, amount = (told.pop(name) for name in ("conversion", "what", "amount"))
        credit: dict[str, Any] = dict(zip(models, row[len(keys) :], strict=True))
        touch = CreditedTouch(told.pop("time"), told.pop("touch"), told, credit)
        entry = found.setdefault(number, HandedOut(at, what, amount, []))
        entry.touches.append(touch)
    return TouchesAnswer(f"p{query.person}", [*found.values()], table.as_of)


ROUTES = (ask_touches,)
