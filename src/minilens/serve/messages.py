"""What messages ask, answered by what the site asks."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import parse_qsl

from minilens import reports
from minilens.deliver.contents import Asking
from minilens.measure.catalog import BUILT_IN
from minilens.measure.run import AnyQuery
from minilens.measure.table import Table
from minilens.reports.event_names import events, with_unknown
from minilens.reports.kinds.questions import QuestionRequest
from minilens.reports.request import AppContext, ReportRequest
from minilens.text import Text
from minilens.web.cohorts.doors import SEES_PERSONS
from minilens.web.console import App, Console
from minilens.web.reports.ask import PLAIN
from minilens.web.reports.questions import PREFIX, as_request, found


def asking(console: Console, app: App, now: datetime) -> Asking:
    """What contents may ask about an app at a moment; single persons they never see."""
    cohorts = {str(one.id): one.name for one in console.records.cohorts.of(app.id)}
    context = AppContext(app.timezone, now, console.first_day(app), BUILT_IN.with_cohorts(cohorts))

    def ask(query: AnyQuery) -> Table:
        sees = SEES_PERSONS.set(False)
        try:
            return console.answer(PLAIN, query, app)
        finally:
            SEES_PERSONS.reset(sees)

    def report(name: str, query: str) -> tuple[ReportRequest, Table]:
        state = _read(console, app, context, name, query)
        table = ask(state.query(app.id))
        if isinstance(state, QuestionRequest):
            table = with_unknown(table, state.question, events(console.records, app.id))
        return state, table

    title = Text(app.title("zh"), app.title("en"))
    return Asking(
        app.id, app.name, title, context, console.records, ask, report, console.public_url
    )


def _read(console: Console, app: App, context: AppContext, name: str, query: str) -> ReportRequest:
    given = parse_qsl(query.removeprefix("?"))
    if name.startswith(PREFIX):  # the team's: what is one person's own goes to nobody else
        saved = found(console.records, app.id, name, None)
        return as_request(saved, given, app.timezone, context.now, "json", context.first_day)
    return reports.read(
        given, reports.find(name), app.timezone, context.now, context.first_day, catalog=context.catalog
    )  # fmt: skip
