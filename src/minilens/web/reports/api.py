"""The report API: one address per report and a list of them, described by OpenAPI."""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from minilens import reports
from minilens.render.as_json import Answer
from minilens.render.catalog import Listing, listing
from minilens.reports.arguments import check_of_report, own
from minilens.reports.parameters import FORMS
from minilens.reports.report import Report
from minilens.reports.request_values import choice
from minilens.web import openapi
from minilens.web.auth.guard import scope
from minilens.web.catalogs import catalog_for
from minilens.web.console import App, Console
from minilens.web.reader import ReaderContext
from minilens.web.reports.formats import of_a_file
from minilens.web.reports.pages import figures

Req = Request[None, None, State]
SCOPE = "report:read"


def routes() -> list[HTTPRouteHandler]:
    """The list, and a handler for each report."""
    return [listed, *(route(report) for report in reports.REPORTS.values())]


@get(
    "/api/v1/apps/{app:str}/reports",
    operation_id="reports",
    summary="All reports (全部报表)",
    description="Names, titles, measures with their definitions, and the fields that filter.",
    tags=["reports"],
    security=openapi.SECURITY,
    responses=openapi.refusals(422),
    operation_class=openapi.Described,
    needs=scope(SCOPE),
)
async def listed(reader: NamedDependency[ReaderContext], app: FromPath[str]) -> Response[Listing]:
    """What can be asked of an app."""
    return Response(listing(reader.language), media_type="application/json")


def route(report: Report) -> HTTPRouteHandler:
    """The address of one report. Arguments are read by `read`, as the console's are."""

    @get(
        f"/api/v1/apps/{{app:str}}/reports/{report.name}",
        operation_id=report.name,
        summary=f"{report.title.en} ({report.title.zh})",
        description="Measures: " + ", ".join(report.measures),
        tags=["reports"],
        security=openapi.SECURITY,
        responses=openapi.refusals(),
        operation_class=openapi.of(report),
        needs=scope(SCOPE),
        reads_arguments=True,
    )
    async def answer(
        request: Req,
        console: NamedDependency[Console],
        reader: NamedDependency[ReaderContext],
        held: NamedDependency[App],
    ) -> Response[Answer]:
        return await answered(request, console, reader, held, report)

    return answer


async def answered(
    request: Req, console: Console, reader: ReaderContext, held: App, report: Report
) -> Response[Any]:
    """Question, figures: in this order."""
    said = list(request.query_params.multi_items())
    check_of_report((name for name, _ in said), report)
    given = own(said, report)
    form = choice(dict(given), "format", FORMS, "json")
    ever = reports.needs_first_day(report, dict(given).get("period", ""))
    first = await asyncio.to_thread(console.first_day, held) if ever else None
    args = of_a_file(given, form)
    catalog = await catalog_for(console.records, held.id, args)
    state = reports.read_for_programs(
        args, report, held.timezone, reader.moment, first, catalog=catalog
    )
    bom = choice(dict(given), "bom", ("0", "1"), "0") == "1"
    return await figures(console, held, state, reader, form, bom=bom)
