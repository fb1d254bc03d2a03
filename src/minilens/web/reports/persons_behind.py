"""The persons behind a figure of a question, by API: exactly those whom it counts, as a list or a file."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Protocol

import msgspec
from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.spec import (
    OpenAPIMediaType,
    OpenAPIType,
    Parameter,
    RequestBody,
    Schema,
)

from minilens.measure.table import Table
from minilens.render.as_csv import as_csv
from minilens.reports.arguments import check_of_body
from minilens.reports.behind import Behind, Values, persons_query, whose
from minilens.reports.question import as_json, decoded
from minilens.reports.request import AppContext
from minilens.reports.request_values import choice
from minilens.web import openapi
from minilens.web.auth.guard import scope
from minilens.web.console import App, Console
from minilens.web.persons.pages import number_of
from minilens.web.reader import ReaderContext
from minilens.web.reports.ask import of_question_schema
from minilens.web.reports.formats import MEDIA_TYPES

Req = Request[Any, Any, State]
MOST = 10_000
FORMS = ("json", "csv")
_ROW = "Keys of the row as the answer has them, such as `day` or `property.sku`; what is left out is all of them."
_MEASURE = (
    "The column of the figure: of events and reports a measure, of a funnel `persons`, `dropped` or `may_still`, of "
    "paths `sessions` or `persons`."
)
_REPORT = "In place of a question: a report, such as `sources.list`, whose figure it is."
_PARAMETERS = "Parameters of that report's address: name → value, or several of `filter`."


class AskedPersons(msgspec.Struct, forbid_unknown_fields=True):
    """Whose figure: a question, or a report and its parameters; the column of the figure and the keys of its row.
    `after`: the last person of the page before; `limit` a page."""

    question: msgspec.Raw = msgspec.Raw()
    report: str = ""
    parameters: dict[str, Values] = {}
    measure: str = ""
    row: dict[str, str | float | None] = {}
    after: str = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST)] = 100

    @property
    def behind(self) -> Behind:
        """The figure; Refused, naming the path, where the question is none."""
        return figure(self)


class Figure(Protocol):
    """What a body says of a figure."""

    question: msgspec.Raw
    report: str
    parameters: dict[str, Values]
    measure: str
    row: dict[str, str | float | None]


def figure(said: Figure) -> Behind:
    """The figure of a body; Refused, naming the path, where its question is none, or its report has no such
    parameter."""
    question = decoded(bytes(said.question)) if bytes(said.question) else None
    check_of_body(said.report, said.parameters)
    return Behind(question, said.report, said.parameters, said.measure, said.row)


class PersonBehind(msgspec.Struct, frozen=True):
    """A person: how many events or attempts of theirs the figure is made of, and when the first and the last were; null
    where only who they are is known."""

    person: str
    times: int | None
    first: datetime | None
    last: datetime | None


class PersonsBehind(msgspec.Struct, frozen=True):
    """`count`: so many persons stand behind the figure. `next`: `after` of the next page, null on the last one."""

    count: int
    persons: list[PersonBehind]
    next: str | None
    as_of: datetime


def parameters_schema() -> Schema:
    """The parameters of a report."""
    text = Schema(type=OpenAPIType.STRING)
    several = Schema(one_of=[text, Schema(type=OpenAPIType.ARRAY, items=text)])
    return Schema(type=OpenAPIType.OBJECT, additional_properties=several, description=_PARAMETERS)


def row_schema(description: str) -> Schema:
    """The keys of a row."""
    kinds = (OpenAPIType.STRING, OpenAPIType.NUMBER, OpenAPIType.NULL)
    cell = Schema(one_of=[Schema(type=one) for one in kinds])
    return Schema(type=OpenAPIType.OBJECT, additional_properties=cell, description=description)


@dataclass
class OfFigure(openapi.Described):
    """An operation whose body names a figure of a question."""

    def __post_init__(self) -> None:
        super().__post_init__()
        text = Schema(type=OpenAPIType.STRING)
        whole = Schema(type=OpenAPIType.INTEGER, minimum=1, maximum=MOST, default=100)
        body = Schema(
            type=OpenAPIType.OBJECT,
            additional_properties=False,
            properties={
                "question": of_question_schema(),
                "report": Schema(type=OpenAPIType.STRING, description=_REPORT),
                "parameters": parameters_schema(),
                "measure": Schema(type=OpenAPIType.STRING, description=_MEASURE),
                "row": row_schema(_ROW),
                "after": text,
                "limit": whole,
            },
        )
        media = {"application/json": OpenAPIMediaType(schema=body)}
        self.request_body = RequestBody(content=media, required=True)
        form = Parameter(
            name="format", param_in="query",
            schema=Schema(type=OpenAPIType.STRING, enum=list(FORMS), default="json"),
            description="json: a page. csv: all of them. json：一页；csv：全部。",
        )  # fmt: skip
        self.parameters = [*(self.parameters or []), form]
        success = (self.responses or {})["200"]
        success.content |= {MEDIA_TYPES["csv"]: OpenAPIMediaType(schema=text)}  # type: ignore[union-attr,operator]


@post(
    "/api/v1/apps/{app:str}/ask/persons",
    operation_id="ask_persons",
    status_code=200,
    summary="Persons behind a figure (数字背后的用户)",
    description="Exactly those whose rows a figure is made of, by their numbers: a cell of event analysis, a step of a "
    "funnel, those who dropped there or may still convert, a node or a link of paths, a row or a point of a report.",
    tags=["reports"],
    security=openapi.SECURITY,
    responses=openapi.refusals(scope="admin") | openapi.BODY,
    operation_class=OfFigure,
    needs=scope("admin"),
)
async def ask_persons(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
) -> Response[PersonsBehind]:
    """A page of them, or all as a file."""
    form = choice(dict(request.query_params), "format", FORMS, "json")
    given = as_json(await request.body(), AskedPersons)
    after = number_of(given.after) if given.after else 0
    limit = None if form == "csv" else given.limit
    table = await listed(console, held, reader, given.behind, after, limit)
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    if form == "csv":
        headers["Content-Disposition"] = f'attachment; filename="{held.name}_persons.csv"'
        return Response(as_csv(table), media_type=MEDIA_TYPES["csv"], headers=headers)  # type: ignore[arg-type]
    return Response(page(table, limit or MOST), media_type="application/json", headers=headers)


async def listed(
    console: Console,
    app: App,
    reader: ReaderContext,
    one: Behind,
    after: int = 0,
    limit: int | None = 100,
) -> Table:
    """The persons behind a figure; Refused, naming the part, where there is none such, or nobody stands behind it."""
    first = await asyncio.to_thread(console.first_day, app) if one.since_first_day else None
    context = AppContext(app.timezone, reader.moment, first)
    query = replace(persons_query(one, context, app.id), after=after, limit=limit)
    return await asyncio.to_thread(console.answer, whose(one, context).report, query, app)


def page(table: Table, limit: int) -> PersonsBehind:
    """The persons of a table; there may be more where it is full."""
    persons = [PersonBehind(*row) for row in table.rows]  # type: ignore[arg-type]
    more = len(persons) == limit
    return PersonsBehind(
        table.total_rows, persons, persons[-1].person if more else None, table.as_of
    )


ROUTES = (ask_persons,)
