"""The bare figures of a report, as programs and spreadsheets take them: JSON, CSV, Excel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Response

from minilens.measure.table import Table
from minilens.render import as_xlsx
from minilens.render.annotations import Mark
from minilens.render.as_csv import as_csv
from minilens.render.as_json import as_json
from minilens.render.heading import Subject
from minilens.reports.kinds.campaigns import OfCampaigns
from minilens.reports.kinds.of_page import OfPage
from minilens.reports.kinds.questions import QuestionRequest
from minilens.reports.parameters import ALL
from minilens.reports.request import ListRows, Pairs, ReportRequest
from minilens.text import Language
from minilens.web.console import App

#: Forms that are kept as files.
FILES = ("csv", "xlsx")
#: Form, also the suffix of a card's address, and its media type.
MEDIA_TYPES = {"json": "application/json", "csv": "text/csv", "xlsx": as_xlsx.MEDIA_TYPE}


def of_a_file(given: Pairs, form: str) -> Pairs:
    """The arguments with which a file is made: all rows of a list, unless it is told how many."""
    told = any(name == "top" and value for name, value in given)
    return given if told or form not in FILES else [*given, ("top", ALL)]


def answer(
    table: Table,
    state: ReportRequest,
    app: App,
    form: str,
    language: Language,
    marks: Sequence[Mark],
    *,
    bom: bool = False,
) -> Response[Any]:
    """The answer in one of the forms; but for JSON a file to be kept.

    `bom`: CSV begins with a byte-order mark, without which Excel in Chinese takes UTF-8 for GBK.
    """
    headers = {"Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}
    if form != "json":
        name = f"{app.name}_{state.report.name}_{table.start:%Y-%m-%d}_{table.end:%Y-%m-%d}.{form}"
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    of = subject(state, app.title(language), app.timezone, language)
    made = body(table, state, form, language, marks, of)
    return Response(
        "\ufeff" + made if bom and isinstance(made, str) else made,
        media_type=MEDIA_TYPES[form],
        headers=headers,
    )


def subject(state: ReportRequest, app: str, zone: str, language: Language) -> Subject:
    """What the figures of a state are of."""
    page = state.page if state.page and not isinstance(state, ListRows) else ""
    page = state.subject if isinstance(state, OfPage) else page
    search = state.search if isinstance(state, ListRows) else ""
    whose = state.traffic if state.report.kind.takes("traffic") else None
    told = (
        tuple(state.conditions(language))
        if isinstance(state, QuestionRequest | OfCampaigns)
        else ()
    )
    return Subject(app, zone, whose, state.filters, search, page, told)


def body(
    table: Table,
    state: ReportRequest,
    form: str,
    language: Language,
    marks: Sequence[Mark],
    of: Subject,
) -> str | bytes:
    """The figures as text or bytes. What happened is said in JSON; files for sheets are bare figures."""
    if form == "csv":
        return as_csv(table)
    if form == "xlsx":
        return as_xlsx.as_xlsx(table, state.report, language, of)
    return as_json(table, state.report, state.bucket, language, marks)
