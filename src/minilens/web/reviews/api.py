"""Reviews, snapshots and the checklist by API: read, written, put away."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.spec import (
    OpenAPIMediaType,
    OpenAPIType,
    Parameter,
    Reference,
    RequestBody,
    Schema,
)
from litestar.params import FromPath

from minilens.errors import Refused
from minilens.period import now
from minilens.records.reviews import LONGEST, PARTS, Review
from minilens.reports.question import as_json
from minilens.reports.reviews import effect
from minilens.reports.reviews.checklist import checklist
from minilens.reports.reviews.days import GRAINS, ReviewGrain, first_of
from minilens.reports.reviews.watched import named
from minilens.reports.reviews.whole import ReviewOf
from minilens.web import openapi
from minilens.web.auth.guard import scope, token_of
from minilens.web.console import App, Console
from minilens.web.reader import ReaderContext
from minilens.web.reviews import month_api
from minilens.web.reviews.changes_api import told
from minilens.web.reviews.shapes import (
    ChangeEffect,
    Checklist,
    ChecklistItem,
    GivenChecklist,
    GivenReview,
    KeptSnapshot,
    MovedStep,
    ReviewList,
    SnapshotFigure,
    WholeReview,
    WrittenReview,
)
from minilens.web.reviews.wiring import review_of

Req = Request[Any, Any, State]
ADDRESS = "/api/v1/apps/{app:str}/reviews"
ONE = f"{ADDRESS}/{{grain:str}}/{{day:str}}"
CHECKLIST = "/api/v1/apps/{app:str}/checklist"
MOST_BYTES = 4 * 6 * LONGEST


def _body(properties: dict[str, Schema | Reference]) -> RequestBody:
    schema = Schema(type=OpenAPIType.OBJECT, properties=properties)
    return RequestBody(content={"application/json": OpenAPIMediaType(schema=schema)}, required=True)


@dataclass
class OfReview(openapi.Described):
    """An operation whose body is a review."""

    def __post_init__(self) -> None:
        super().__post_init__()
        text = Schema(type=OpenAPIType.STRING, max_length=LONGEST)
        owner = Schema(one_of=[Schema(type=OpenAPIType.INTEGER), Schema(type=OpenAPIType.NULL)])
        parts: dict[str, Schema | Reference] = {
            part: text for some in PARTS.values() for part in some
        }
        self.request_body = _body(
            {**parts, "owner": owner, "figure": Schema(type=OpenAPIType.STRING)}
        )


@dataclass
class OfChecklist(openapi.Described):
    """An operation whose body says whether the checklist is shown."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.request_body = _body({"shown": Schema(type=OpenAPIType.BOOLEAN)})


@dataclass
class OfGrain(openapi.Described):
    """An operation over the reviews of weeks, or of months."""

    def __post_init__(self) -> None:
        super().__post_init__()
        grain = Parameter(
            name="grain", param_in="query", schema=Schema(type=OpenAPIType.STRING, enum=GRAINS),
            description="week unless given. 默认 week。",
        )  # fmt: skip
        self.parameters = [*(self.parameters or []), grain]


@get(
    ADDRESS,
    operation_id="reviews",
    summary="Reviews that were written, and snapshots (复盘与快照列表)",
    description="Of weeks, or of months.",
    tags=["reviews"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=OfGrain,
    needs=scope("report:read"),
)
async def every(
    request: Req, console: NamedDependency[Console], held: NamedDependency[App]
) -> Response[ReviewList]:
    """The newest first."""
    grain = request.query_params.get("grain", "week")
    if grain not in GRAINS:
        raise Refused("unknown_choice", "grain", got=grain[:20])
    records = console.records
    found = await asyncio.to_thread(
        lambda: ReviewList(
            [listed(one) for one in records.reviews.of(held.id, grain)], records.snapshots.starts(held.id, grain)
        )
    )  # fmt: skip
    return Response(found, media_type="application/json")


@get(
    ONE,
    operation_id="review",
    summary="A review of a week or month (一周或一月的复盘)",
    description="What happened, by any of its days; what changed most, steps that moved, the snapshot beside what the "
    "same days say now, what the last change did, campaigns by margin, of a month users "
    "by month and articles, and what people wrote.",
    tags=["reviews"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=openapi.Described,
    needs=scope("report:read"),
)
async def one(
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    grain: FromPath[str],
    day: FromPath[str],
) -> Response[WholeReview]:
    """All of it."""
    asked = placed(console, held, reader, grain, day)
    return Response(await asyncio.to_thread(whole, asked), media_type="application/json")


@post(
    ONE,
    operation_id="write_review",
    status_code=200,
    summary="Write a review (填写复盘)",
    description="All parts become those of the body: of a week insight, friction and change with its owner and the "
    "figure that it is measured by, of a month scale, keep and stop.",
    tags=["reviews"],
    security=openapi.SECURITY,
    responses=openapi.changes() | openapi.BODY,
    operation_class=OfReview,
    request_max_body_size=2 * MOST_BYTES,
    most_bytes=2 * MOST_BYTES,
    needs=scope("admin"),
)
async def write(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    grain: FromPath[str],
    day: FromPath[str],
) -> Response[WrittenReview]:
    """As it is kept."""
    asked = placed(console, held, reader, grain, day)
    given, by = as_json(await request.body(), GivenReview), token_of(request).account
    kept = await asyncio.to_thread(written, asked, given, by)
    return Response(listed(kept), media_type="application/json")


@get(
    CHECKLIST,
    operation_id="checklist",
    summary="What is done of the checklist (起步清单)",
    description="Each item ticks itself off by what is there.",
    tags=["reviews"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=openapi.Described,
    needs=scope("report:read"),
)
async def items(
    console: NamedDependency[Console], held: NamedDependency[App]
) -> Response[Checklist]:
    """In its order."""
    return Response(await asyncio.to_thread(_items, console, held), media_type="application/json")


@post(
    CHECKLIST,
    operation_id="change_checklist",
    status_code=200,
    summary="Put the checklist away, or show it again (收起或显示清单)",
    description="Whether the dashboard shows it while not all is done.",
    tags=["reviews"],
    security=openapi.SECURITY,
    responses=openapi.changes() | openapi.BODY,
    operation_class=OfChecklist,
    needs=scope("admin"),
)
async def put(
    request: Req, console: NamedDependency[Console], held: NamedDependency[App]
) -> Response[Checklist]:
    """As it is then."""
    given, by = as_json(await request.body(), GivenChecklist), token_of(request).account
    checklists = console.records.checklists
    change = checklists.show if given.shown else checklists.put_away
    await asyncio.to_thread(lambda: change(held.id, now=now(), by=by))
    return Response(await asyncio.to_thread(_items, console, held), media_type="application/json")


def placed(console: Console, app: App, reader: ReaderContext, grain: str, day: str) -> ReviewOf:
    """The review of an address; Refused, naming the part, where there is none such."""
    today = review_of(console, app, reader, "week", None).context.today
    found: ReviewGrain
    found, start = first_of(grain, day, today)
    return review_of(console, app, reader, found, start)


def written(asked: ReviewOf, given: GivenReview, by: int | None) -> Review:
    """Kept; Refused, naming the part."""
    figure = ""
    if given.figure:
        figure = effect.encoded(named(given.figure, asked.records.kpis.of(asked.app)))
    parts = {part: getattr(given, part) for some in PARTS.values() for part in some}
    review = replace(Review(asked.grain, asked.start), **parts, owner=given.owner, figure=figure)
    return asked.records.reviews.write(asked.app, review, now=now(), by=by)


def listed(one: Review) -> WrittenReview:
    """As programs are told."""
    figure = effect.figure_of(one)
    return WrittenReview(
        one.grain, one.start, one.insight, one.friction, one.change, one.scale, one.keep, one.stop, one.owner,
        one.owner_name, figure.name if figure else "", one.changed, one.by,
    )  # fmt: skip


def whole(asked: ReviewOf) -> WholeReview:
    """All parts of a review, as programs are told."""
    days, review = asked.days, listed(asked.written())
    if days is None:
        return WholeReview(
            asked.grain, asked.start, None, None, None, None, [], [], None, None, [], [], [], review
        )
    over, then = days.over, days.before
    month = asked.grain == "month"
    changed = [asked.changed(figure) for figure in asked.figures()]
    return WholeReview(
        asked.grain, asked.start, over.start, over.end, then.start, then.end,
        [told(found, over, then) for found in changed if found], _steps(asked), _snapshot(asked), _effect(asked),
        month_api.campaigns(asked.campaigns()), month_api.of_months(asked.cohorts()) if month else [],
        month_api.articles(asked.articles()) if month else [], review,
    )  # fmt: skip


def _steps(asked: ReviewOf) -> list[MovedStep]:
    return [
        MovedStep(
            funnel.title.zh, funnel.title.en, step.step, step.now.some, step.now.of, step.then.some, step.then.of,
            step.p, step.verdict,
        )
        for funnel in asked.steps()
        for step in funnel.steps
    ]  # fmt: skip


def _snapshot(asked: ReviewOf) -> KeptSnapshot | None:
    found = asked.kept()
    if found is None:
        return None
    kept, beside = found
    figures = [
        SnapshotFigure(
            one.kept.group, one.kept.name, one.kept.zh, one.kept.en, one.kept.unit, one.kept.value, one.kept.before,
            one.now, one.restated, one.kept.target,
        )
        for one in beside
    ]  # fmt: skip
    return KeptSnapshot(kept.as_of, figures)


def _effect(asked: ReviewOf) -> ChangeEffect | None:
    found = asked.effect()
    if found is None:
        return None
    moved = told(found.moved, found.now, found.then) if found.moved else None
    review = found.review
    return ChangeEffect(review.change, review.owner, review.owner_name, moved)


def _items(console: Console, app: App) -> Checklist:
    found = [
        ChecklistItem(one.name, one.title.zh, one.title.en, one.page, one.done, one.count)
        for one in checklist(console.records, app.id)
    ]
    return Checklist(console.records.checklists.shown(app.id), found)


ROUTES = (every, one, write, items, put)
