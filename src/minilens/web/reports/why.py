"""Why a person is, or is not, counted by a figure, by API: what they did, and the rule that decided."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, RequestBody, Schema

from minilens.errors import Refused
from minilens.measure.person.timeline import TimelineAsked
from minilens.measure.persons.run import KINDS
from minilens.measure.why.query import (
    Explained,
    ExplainedTable,
    FigureTable,
    FigureWhyQuery,
    Reason,
    Told,
    Tried,
    WhyQuery,
)
from minilens.render.as_why import as_why
from minilens.render.as_why_figure import as_why_figure
from minilens.render.why_words import Visible, Why
from minilens.reports.asking import request
from minilens.reports.behind import Behind
from minilens.reports.event_names import events
from minilens.reports.kinds.funnels import FunnelRequest
from minilens.reports.kinds.questions import QuestionRequest
from minilens.reports.question import as_json, decoded
from minilens.reports.questions.activity import (
    LifecycleQuestion,
    RetentionQuestion,
    StickinessQuestion,
)
from minilens.reports.questions.events import EventsQuestion
from minilens.reports.questions.funnel import FunnelQuestion
from minilens.reports.request import AppContext
from minilens.text import Language, Text
from minilens.web import openapi
from minilens.web.auth.guard import scope
from minilens.web.console import App, Console
from minilens.web.funnels.names import titles_of
from minilens.web.reader import ReaderContext
from minilens.web.reports.ask import of_question_schema
from minilens.web.reports.persons_behind import row_schema

Req = Request[Any, Any, State]
#: Questions of whose figures it is told whom they count, beside funnels.
TOLD = (EventsQuestion, RetentionQuestion, StickinessQuestion, LifecycleQuestion)
#: What is found of a person.
WhyTable = ExplainedTable | FigureTable
_PERSON = "`p12`, or an identity as `mobile=13700001234`."
_QUESTION = (
    "A funnel, a question about events, retention, stickiness or the lifecycle. What a funnel shows (`show`) makes no "
    "difference."
)
_MEASURE = "Of all but funnels: the column of the figure, the first unless given."
_ROW = "Of all but funnels: keys of the row as the answer has them, such as `day` and `days_later`."


class AskedWhy(msgspec.Struct, forbid_unknown_fields=True):
    """A question, which figure of it, and whom it is asked about: `p12` or an identity as `mobile=13700001234`."""

    question: msgspec.Raw
    person: str
    measure: str = ""
    row: dict[str, str | float | None] = {}


class WhyReason(msgspec.Struct, frozen=True):
    """The rules without which the attempt would have gone on; all of them together. `time`: when what would then have
    been the next step happened.

    range: the entry lies outside the period; window: of the whole (or the end of the period, in closed mode); within:
    that of a step; filter: conditions; held: held properties; strict: nothing in between; session: all in one launch.
    Of other figures: the rules that kept an event, or the person, from being counted, and the event in which that
    shows (null where it shows in none). days: outside those of the row; group: another one; value: it has none; period:
    the start is in another one; before: there was a start before; few: too few returns; gap: a period of the streak
    without one; not_yet: it has not begun, or is not over; count: active in another number of periods; part: in
    another part of the lifecycle.
    """

    rules: list[str]
    time: datetime | None


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


class WhyCohort(msgspec.Struct, frozen=True):
    """A cohort of retention that they are in: where its period begins, when they started, and of each cell whether they
    returned; null where it has not begun."""

    period: date
    start: datetime | None
    cells: dict[str, bool | None]


class WhyPeriod(msgspec.Struct, frozen=True):
    """A period in which they were something: of the lifecycle which part; of stickiness "active", and in how many
    periods of that span."""

    period: date
    part: str
    active: int


class WhyEvent(msgspec.Struct, frozen=True):
    """An event of theirs: the step that it counts as in the attempt that counts, the steps that it could be, those that
    it could be but for conditions, and what else is to be said of it. Of other figures `steps` are the places of the
    events of the question (of retention 1 is the start, 2 the return), and `counted` says whether the figure counts it.
    """

    time: datetime
    event: str
    page: str
    step: int | None
    steps: list[int]
    but_for_conditions: list[int]
    excluded: bool
    said: str
    counted: bool


class WhyAnswer(msgspec.Struct, frozen=True):
    """How far a person got in a funnel (`reached` of `steps`), and why no further; of other figures whether they are
    `counted`, with how many events, or in how many cohorts (`times`), and why not. `cohorts`: of retention, up to 400;
    `periods`: of stickiness and the lifecycle.

    `verdict` and `said` are sentences; `reasons` the same for programs, of the attempt that counts, or why none begins.
    `group`: the values that they are counted under. `each`: of an open funnel how often each step happened.
    `without_optional`: how far they got without the optional step. `events` has up to 500, `attempts` up to 50.
    """

    person: str
    reached: int | None
    steps: int | None
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
    counted: bool
    times: int | None = None
    cohorts: list[WhyCohort] = []
    periods: list[WhyPeriod] = []


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
            required=["question", "person"],
            additional_properties=False,
            properties={
                "question": question,
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
    "of events, retention, stickiness or the lifecycle: whether it counts them, their events, and the rule that keeps "
    "them from it.",
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
    one = Behind(decoded(bytes(given.question)), measure=given.measure, row=given.row)
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
) -> tuple[QuestionRequest, WhyTable]:
    """What a figure makes of a person; Refused where it is of no such question."""
    first = await asyncio.to_thread(console.first_day, app) if one.since_first_day else None
    state, query = whys(one, AppContext(app.timezone, reader.moment, first), app.id, person)
    table = await asyncio.to_thread(console.answer, state.report, query, app)
    assert isinstance(table, ExplainedTable | FigureTable)
    return state, table


def whys(
    one: Behind, context: AppContext, app: int, person: int
) -> tuple[QuestionRequest, WhyQuery | FigureWhyQuery]:
    """The question whose figure it is, and that about the person; Refused, naming the part."""
    question = one.question
    if isinstance(question, FunnelQuestion):
        if one.measure or one.row:
            raise Refused("not_taken_by", "measure" if one.measure else "row", of="funnel")
        state = request(plain(question), context)
        return state, WhyQuery(state.query(app), person)  # type: ignore[arg-type]
    if not isinstance(question, TOLD):
        kind = str(type(question).__struct_config__.tag) if question else ""
        hint = ", ".join(("funnel", *(str(one.__struct_config__.tag) for one in TOLD)))
        raise Refused("unknown_choice", "question.kind", got=kind, hint=hint)
    state = request(question, context)
    of = state.query(app)
    assert isinstance(of, Told)
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
    table: WhyTable, state: QuestionRequest, named: Mapping[str, Text], visible: Visible, language: Language
) -> Why:  # fmt: skip
    """The answer with steps and events as people call them."""
    if isinstance(table, FigureTable):
        of = state.query(0)
        assert isinstance(of, Told)
        return as_why_figure(table, of, named, visible, language)
    assert isinstance(state, FunnelRequest)
    query = replace(state.asked, titles=tuple(titles_of(state, named, language)))
    return as_why(table, query, named, visible, language)


def answer(table: WhyTable, state: QuestionRequest, said: Why) -> WhyAnswer:
    """As programs are told."""
    zone = ZoneInfo(state.context.timezone)

    def at(ms: int) -> datetime:
        return datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone)

    if isinstance(table, FigureTable):
        return _of_figure(table, said, at)
    assert isinstance(state, FunnelRequest)
    return _of_funnel(table, state.asked.steps, said, at)


def _of_figure(table: FigureTable, said: Why, at: Callable[[int], datetime]) -> WhyAnswer:
    found = table.found

    def time(row: int | None) -> datetime | None:
        return None if row is None else at(found.happened[row].at)

    return WhyAnswer(
        f"p{found.person}", None, None, False, said.verdict, list(said.said),
        [WhyReason(list(one.causes), time(one.row)) for one in found.reasons], [],
        [
            WhyEvent(
                at(one.at), one.event, one.page, None, list(one.of),
                [n for n in one.could if n not in one.of], False, told.said, one.counts,
            )
            for one, told in zip(found.happened, said.events, strict=True)
        ],
        None if not found.group else [None if one is None else str(one) for one in found.group], [], None,
        list(said.notes), table.as_of, bool(found.times), found.times,
        [WhyCohort(one.first, time(one.row), dict(one.cells)) for one in found.starts],
        [WhyPeriod(one.first, one.part, one.active) for one in found.periods],
    )  # fmt: skip


def _of_funnel(
    table: ExplainedTable, steps: int, said: Why, at: Callable[[int], datetime]
) -> WhyAnswer:
    found = table.explained
    best = found.counted
    reasons = best.reasons if best else found.reasons
    taken = {row: n for n, row in enumerate(best.taken, start=1)} if best else {}
    return WhyAnswer(
        f"p{found.person}", found.level, steps, found.still, said.verdict, list(said.said),
        _reasons(found, reasons, at), [_attempt(found, one, at) for one in found.attempts],
        [
            WhyEvent(
                at(one.at), one.event, one.page, taken.get(n), list(one.steps), list(one.could), one.ends, told.said,
                n in taken,
            )
            for n, (one, told) in enumerate(zip(found.happened, said.events, strict=True))
        ],
        None if found.group is None else list(found.group), list(found.each),
        found.without.level if found.without else None, list(said.notes), table.as_of,
        found.level == steps,
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
