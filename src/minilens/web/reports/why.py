"""Why a person is, or is not, counted by a funnel, by API: how far they got and the rule that decided."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, RequestBody, Schema

from minilens.errors import Refused
from minilens.measure.person.timeline import TimelineAsked
from minilens.measure.why.query import Explained, ExplainedTable, Reason, Tried, WhyQuery
from minilens.render.as_why import Visible, Why, as_why
from minilens.reports.event_names import events
from minilens.reports.kinds.funnels import FunnelRequest
from minilens.reports.question import AnyQuestion, as_json, decoded
from minilens.reports.questions.funnel import FunnelQuestion
from minilens.text import Language, Text
from minilens.web import openapi
from minilens.web.auth.guard import scope
from minilens.web.console import App, Console
from minilens.web.funnels.names import titles_of
from minilens.web.reader import ReaderContext
from minilens.web.reports.ask import asked, of_question_schema

Req = Request[Any, Any, State]
_PERSON = "`p12`, or an identity as `mobile=13700001234`."
_QUESTION = "A funnel. What it shows (`show`) makes no difference."


class AskedWhy(msgspec.Struct, forbid_unknown_fields=True):
    """A funnel, and whom it is asked about: `p12` or an identity as `mobile=13700001234`."""

    question: msgspec.Raw
    person: str


class WhyReason(msgspec.Struct, frozen=True):
    """The rules without which the attempt would have gone on; all of them together. `time`: when what would then have
    been the next step happened.

    range: the entry lies outside the period; window: of the whole (or the end of the period, in closed mode); within:
    that of a step; filter: conditions; held: held properties; strict: nothing in between; session: all in one launch.
    """

    rules: list[str]
    time: datetime


class WhyAttempt(msgspec.Struct, frozen=True):
    """An attempt: the times of its steps, until when it may go on, and whether it still may; `counted`: it counts.

    `ended_by`: the excluded event that ended it, at `ended`.
    """

    reached: int
    counted: bool
    may_still: bool
    until: datetime
    steps: list[datetime]
    ended_by: str | None
    ended: datetime | None
    reasons: list[WhyReason]


class WhyEvent(msgspec.Struct, frozen=True):
    """An event of theirs: the step that it counts as in the attempt that counts, the steps that it could be, those that
    it could be but for conditions, and what else is to be said of it."""

    time: datetime
    event: str
    page: str
    step: int | None
    steps: list[int]
    but_for_conditions: list[int]
    excluded: bool
    said: str


class WhyAnswer(msgspec.Struct, frozen=True):
    """How far a person got in a funnel (`reached` of `steps`), and why no further.

    `verdict` and `said` are sentences; `reasons` the same for programs, of the attempt that counts, or why none begins.
    `group`: the values that they are counted under. `each`: of an open funnel how often each step happened.
    `without_optional`: how far they got without the optional step. `events` has up to 500, `attempts` up to 50.
    """

    person: str
    reached: int
    steps: int
    may_still: bool
    verdict: str
    said: list[str]
    reasons: list[WhyReason]
    attempts: list[WhyAttempt]
    events: list[WhyEvent]
    group: list[str | None] | None
    each: list[int]
    without_optional: int | None
    notes: list[str]
    as_of: datetime


@dataclass
class OfPerson(openapi.Described):
    """An operation whose body names a funnel and a person."""

    def __post_init__(self) -> None:
        super().__post_init__()
        text = Schema(type=OpenAPIType.STRING, description=_PERSON)
        question = of_question_schema()
        question.description = _QUESTION
        body = Schema(
            type=OpenAPIType.OBJECT,
            required=["question", "person"],
            additional_properties=False,
            properties={"question": question, "person": text},
        )
        media = {"application/json": OpenAPIMediaType(schema=body)}
        self.request_body = RequestBody(content=media, required=True)


@post(
    "/api/v1/apps/{app:str}/ask/why",
    operation_id="ask_why",
    status_code=200,
    summary="Why a person is counted, or not (为何计入或未计入)",
    description="How far one person got in a funnel: their events, their attempts, and the rule that kept them from "
    "the next step. The rules are those that count: a reason is a rule without which the attempt goes on.",
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
    """A funnel and a person, what it makes of them."""
    given = as_json(await request.body(), AskedWhy)
    question = decoded(bytes(given.question))
    number = await asyncio.to_thread(found_person, console, held, given.person)
    state, table = await explained(console, held, reader, question, number)
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
    console: Console, app: App, reader: ReaderContext, question: AnyQuestion, person: int
) -> tuple[FunnelRequest, ExplainedTable]:
    """What a funnel makes of a person; Refused where the question is none."""
    state = await funnel_of(console, app, reader, question)
    query = WhyQuery(state.query(app.id), person)  # type: ignore[arg-type]
    table = await asyncio.to_thread(console.answer, state.report, query, app)
    assert isinstance(table, ExplainedTable)
    return state, table


async def funnel_of(
    console: Console, app: App, reader: ReaderContext, question: AnyQuestion
) -> FunnelRequest:
    """The funnel that persons are counted by; Refused where the question is none, or can't be asked."""
    first = None
    if question.period == "all":
        first = await asyncio.to_thread(console.first_day, app)
    state = asked(plain(question), app, reader, "json", first)
    assert isinstance(state, FunnelRequest)
    return state


def plain(question: AnyQuestion) -> FunnelQuestion:
    """The funnel as steps, whatever it shows: that is what persons are counted by."""
    if not isinstance(question, FunnelQuestion):
        kind = str(type(question).__struct_config__.tag)
        raise Refused("unknown_choice", "question.kind", got=kind, hint="funnel")
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
    table: ExplainedTable, state: FunnelRequest, named: Mapping[str, Text], visible: Visible, language: Language
) -> Why:  # fmt: skip
    """The answer with steps as people call them."""
    query = replace(state.asked, titles=tuple(titles_of(state, named, language)))
    return as_why(table, query, named, visible, language)


def answer(table: ExplainedTable, state: FunnelRequest, said: Why) -> WhyAnswer:
    """As programs are told."""
    found, zone = table.explained, ZoneInfo(state.context.timezone)

    def at(ms: int) -> datetime:
        return datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone)

    best = found.counted
    reasons = best.reasons if best else found.reasons
    taken = {row: n for n, row in enumerate(best.taken, start=1)} if best else {}
    return WhyAnswer(
        f"p{found.person}", found.level, state.asked.steps, found.still, said.verdict, list(said.said),
        _reasons(found, reasons, at), [_attempt(found, one, at) for one in found.attempts],
        [
            WhyEvent(
                at(one.at), one.event, one.page, taken.get(n), list(one.steps), list(one.could), one.ends, told.said
            )
            for n, (one, told) in enumerate(zip(found.happened, said.events, strict=True))
        ],
        None if found.group is None else list(found.group), list(found.each),
        found.without.level if found.without else None, list(said.notes), table.as_of,
    )  # fmt: skip


def _reasons(
    found: Explained, some: tuple[Reason, ...], at: Callable[[int], datetime]
) -> list[WhyReason]:
    return [WhyReason(list(one.rules), at(found.happened[one.row].at)) for one in some]


def _attempt(found: Explained, one: Tried, at: Callable[[int], datetime]) -> WhyAttempt:
    stop = None if one.stop is None else found.happened[one.stop]
    return WhyAttempt(
        one.level, one.counted, one.still, at(one.until), [at(found.happened[row].at) for row in one.taken],
        stop.event if stop else None, at(stop.at) if stop else None, _reasons(found, one.reasons, at),
    )  # fmt: skip


ROUTES = (ask_why,)
