"""What happened on a day: written on the chart by people, by programs with a token, shown in every form."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.response import Redirect

from minilens.errors import Refused
from minilens.period import parse_day, today
from minilens.records.annotations import LONGEST, Annotation
from minilens.records.rights import missing
from minilens.records.store import Records
from minilens.render import format
from minilens.render.annotations import Mark
from minilens.render.i18n import translate
from minilens.reports.request import ReportRequest
from minilens.reports.request_values import choice
from minilens.web import openapi
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import worded
from minilens.web.auth.csrf import address_said
from minilens.web.auth.guard import MEMBER, scope, signed_in, token_of
from minilens.web.console import App, Console
from minilens.web.reader import ReaderContext

Req = Request[Any, Any, State]
WRITES, ALL_OF_OTHERS = "saved:write", "definitions:write"
ADDRESS = "/api/v1/apps/{app:str}/annotations"


@dataclass(frozen=True)
class Shown:
    """One in the list of a chart. `remove` is where the form that takes it away goes, or nothing.

    `personal`: nobody else sees it.
    """

    day: str
    text: str
    author: str
    remove: str
    personal: bool


@dataclass(frozen=True)
class Editor:
    """The list of a chart, and whether one may add to it; `shares`: also for everybody.

    `day` is the one that is offered first.
    """

    every: tuple[Shown, ...]
    writes: bool
    shares: bool
    day: str
    longest: int = LONGEST


def of_days(
    records: Records, app: int, state: ReportRequest, account: int | None = None
) -> list[Annotation]:
    """Those of the days shown that the account sees; nothing where a report is no trend over days."""
    if not state.report.kind.annotated:
        return []
    return records.annotations.of(app, state.range.start, state.range.end, account)


def marks(found: list[Annotation]) -> list[Mark]:
    """As the renderers take them."""
    return [Mark(one.day, one.text) for one in found]


def marked(
    records: Records, app: int, state: ReportRequest, account: int | None = None
) -> list[Mark]:
    """What the renderers take. Without an account those that everybody sees."""
    return on_days(records, app, state, account)[1]


def on_days(
    records: Records, app: int, state: ReportRequest, account: int | None
) -> tuple[list[Annotation], list[Mark]]:
    """Annotations of the days shown, and as the renderers take them, with what was published."""
    found = of_days(records, app, state, account)
    return found, [*marks(found), *published(records, app, state)]


def published(records: Records, app: int, state: ReportRequest) -> list[Mark]:
    """What Official Accounts published on the days shown, where a report tells of it."""
    if not state.report.kind.publishing:
        return []
    found = records.content.articles(app, state.range.start, state.range.end)
    days = sorted({(one.published, one.title or one.article) for one in found})
    return [Mark(day, title) for day, title in days]


def shown(found: list[Annotation], state: ReportRequest, app: App, reader: ReaderContext) -> Editor:
    """What whoever asks may see and do."""
    who = reader.account
    writes = who is not None and not reader.phone
    every = writes and who is not None and who.may(ALL_OF_OTHERS, app.id)
    around = state.today.year
    return Editor(
        every=tuple(
            Shown(
                format.day(one.day, reader.language, around),
                one.text,
                one.author or "",
                f"/a/{app.name}/annotations/{one.id}/remove"
                if every or (writes and who is not None and one.by == who.id)
                else "",
                one.personal,
            )
            for one in reversed(found)
        ),
        writes=writes,
        shares=writes and who is not None and who.may(WRITES, app.id),
        day=str(min(state.range.end, state.today)),
    )


@post("/a/{app:str}/annotations", include_in_schema=False, status_code=303, needs=MEMBER)
async def add(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    data: Form,
) -> Redirect:
    """The form of a chart; back to the page it stands on. What is refused is called as the form calls it."""
    who, _ = signed_in(request), translate(reader.language)
    personal = data.get("personal") == "1"
    if not personal and not who.account.may(WRITES, held.id):
        raise missing(WRITES)
    try:
        day, text = parse_day(data.get("day", ""), "day"), data.get("text", "")
        await asyncio.to_thread(
            console.records.annotations.create,
            held.id,
            day,
            text,
            now=reader.moment,
            by=who.account.id,
            personal=personal,
        )
    except Refused as error:
        titles = {"day": _("Date"), "text": _("What happened")}
        if error.field not in titles:
            raise
        raise worded(error, titles[error.field]) from error
    return back(request, held.name)


@post(
    "/a/{app:str}/annotations/{annotation:int}/remove",
    include_in_schema=False, status_code=303, needs=MEMBER,
)  # fmt: skip
async def remove(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    annotation: FromPath[int],
) -> Redirect:
    """Take away one's own; an admin any."""
    who = signed_in(request).account
    await asyncio.to_thread(
        console.records.annotations.remove,
        held.id, annotation, now=reader.moment, by=who.id, own=not who.may(ALL_OF_OTHERS, held.id),
    )  # fmt: skip
    return back(request, held.name)


def back(request: Req, app: str) -> Redirect:
    """To the page of the app that the form stood on."""
    at = address_said(request, "referer")
    own = at.netloc == request.url.netloc and at.path.startswith(f"/a/{app}/")
    query = f"?{at.query}" if at.query else ""
    return Redirect(f"{at.path}{query}" if own else f"/a/{app}/overview", status_code=303)


class WrittenAnnotation(msgspec.Struct, frozen=True):
    """An annotation. `by` is a name, null where a program or a command wrote it. `personal`: nobody else sees it."""

    id: int
    day: str
    text: str
    by: str | None
    created: datetime
    personal: bool = False


class AnnotationList(msgspec.Struct, frozen=True):
    """Those of an app, in the order of days."""

    annotations: list[WrittenAnnotation]


class NewAnnotation(msgspec.Struct, forbid_unknown_fields=True):
    """What happened, in at most 60 characters, and on which day: today, in the app's timezone, unless given.

    `personal`: for whoever made the token, and nobody else.
    """

    text: str = ""
    day: str = ""
    personal: bool = False


def written(one: Annotation) -> WrittenAnnotation:
    """As programs are told."""
    return WrittenAnnotation(
        one.id, one.day.isoformat(), one.text, one.author, one.created, one.personal
    )


@get(
    ADDRESS,
    operation_id="annotations",
    summary="Annotations (标注)",
    description="What happened on which day; `from` and `to` are the first day and the last one, both optional. With "
    "`personal=1` also what whoever made the token wrote for themselves.",
    tags=["annotations"],
    security=openapi.SECURITY,
    responses=openapi.refusals(),
    operation_class=openapi.OfAnnotations,
    needs=scope("report:read"),
)
async def listed(
    request: Req, console: NamedDependency[Console], held: NamedDependency[App]
) -> Response[AnnotationList]:
    """All, or those of some days; one's own where that is asked for."""
    given = request.query_params
    maker = None
    if choice(dict(given), "personal", ("0", "1"), "0") == "1":
        maker = token_of(request).account
        if maker is None:
            raise Refused("token_of_nobody", "personal")
    start, end = (
        parse_day(text, name) if (text := given.get(name)) else None for name in ("from", "to")
    )
    every = await asyncio.to_thread(console.records.annotations.of, held.id, start, end, maker)
    return Response(AnnotationList([written(one) for one in every]), media_type="application/json")


@post(
    ADDRESS,
    operation_id="annotate",
    summary="Add an annotation (添加标注)",
    description="For scripts that release. The same words on the same day are not added again. With `personal` only "
    "whoever made the token sees it.",
    tags=["annotations"],
    security=openapi.SECURITY,
    responses=openapi.refusals(scope="admin"),
    operation_class=openapi.Described,
    needs=scope("admin"),
)
async def written_by_program(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    data: JSONBody[NewAnnotation],
) -> Response[WrittenAnnotation]:
    """A day and what happened."""
    day = parse_day(data.day, "day") if data.day else today(held.timezone, reader.moment)
    maker = token_of(request).account
    if data.personal and maker is None:
        raise Refused("token_of_nobody", "personal")
    made = await asyncio.to_thread(
        console.records.annotations.create, held.id, day, data.text,
        now=reader.moment, by=maker if data.personal else None, personal=data.personal,
    )  # fmt: skip
    return Response(written(made), media_type="application/json", status_code=201)


ROUTES = (add, remove, listed, written_by_program)
