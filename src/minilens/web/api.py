"""The report API: one address per report, described by OpenAPI."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import Example
from litestar.params import FromPath, QueryParameter

from minilens import reports
from minilens.period import PRESETS, today
from minilens.render.as_json import Answer
from minilens.reports.report import Report
from minilens.web.asked import asked, choice
from minilens.web.asking import Asking
from minilens.web.console import Console
from minilens.web.pages import figures
from minilens.web.sign_in import must_hold_token

Req = Request[None, None, State]

Period = Annotated[
    str | None,
    QueryParameter(description=f"One of {', '.join(PRESETS)}. All but today end yesterday."),
]
From = Annotated[
    str | None,
    QueryParameter(
        name="from",
        description="First day, in place of period",
        examples=[Example(value="2026-11-01")],
    ),
]
To = Annotated[
    str | None,
    QueryParameter(name="to", description="Last day", examples=[Example(value="2026-11-21")]),
]


def routes() -> list[HTTPRouteHandler]:
    """A handler for each report."""
    return [route(report) for report in reports.REPORTS.values()]


def route(report: Report) -> HTTPRouteHandler:
    """The address of one report. Arguments are read by `asked`, as the console's are."""

    @get(
        f"/api/v1/apps/{{app:str}}/reports/{report.name}",
        operation_id=report.name,
        summary=f"{report.en} ({report.zh})",
        description="Measures: " + ", ".join(report.measures),
        tags=["reports"],
        security=[{"token": []}],
    )
    async def answer(
        request: Req,
        console: NamedDependency[Console],
        asking: NamedDependency[Asking],
        app: FromPath[str],
        period: Period = None,
        start: From = None,
        end: To = None,
        grain: Annotated[str | None, QueryParameter(description="day, week or month")] = None,
        compare: Annotated[str | None, QueryParameter(description="previous or none")] = None,
        traffic: Annotated[str | None, QueryParameter(description="release unless told")] = None,
        lang: Annotated[str | None, QueryParameter(description="zh or en")] = None,
        format: Annotated[str | None, QueryParameter(description="json or csv")] = None,
    ) -> Response[Answer]:
        return await answered(request, console, asking, app, report)

    return answer


async def answered(
    request: Req, console: Console, asking: Asking, app: str, report: Report
) -> Response[Any]:
    """Token, app, question, figures: in this order."""
    await asyncio.to_thread(must_hold_token, request, console, app, "report:read")
    held = await asyncio.to_thread(console.app, app)
    given = request.query_params.multi_items()
    state = asked(given, report, today(held.timezone, asking.moment))
    form: Literal["json", "csv"] = "csv" if wants_csv(dict(given)) else "json"
    return await figures(console, held, state, asking, form)


def wants_csv(given: dict[str, str]) -> bool:
    """Is the form asked for CSV? Refused where it is one we do not have."""
    return choice(given, "format", ("json", "csv"), "json") == "csv"
