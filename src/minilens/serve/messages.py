"""What messages ask, answered by what the site asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from minilens import reports
from minilens.deliver.contents import Asking, find
from minilens.deliver.contents.content import Answered, Cadence, ComingIn
from minilens.deliver.contents.whole import message
from minilens.measure.catalog import BUILT_IN
from minilens.measure.payments.query import PaymentsQuery
from minilens.measure.run import AnyQuery
from minilens.measure.table import Table
from minilens.period import preset
from minilens.records.rights import OF_PERSONS, missing
from minilens.render.message import Message
from minilens.reports.event_names import events, with_unknown
from minilens.reports.kinds.questions import QuestionRequest
from minilens.reports.request import AppContext, ReportRequest
from minilens.reports.tabs import tab_of
from minilens.text import Language, Text
from minilens.web.cohorts.doors import SEES_PERSONS
from minilens.web.console import App, Console
from minilens.web.events.called import called
from minilens.web.reports.ask import PLAIN
from minilens.web.reports.questions import PREFIX, as_request, found, opened_at


def asking(
    console: Console, app: App, now: datetime, keep: Callable[[bytes], str] = lambda png: ""
) -> Asking:  # fmt: skip
    """What contents may ask about an app at a moment; single persons they never see. `keep`: takes a picture and says
    where it can be fetched from; a message that is only looked at keeps none."""
    cohorts = {str(one.id): one.name for one in console.records.cohorts.of(app.id)}
    context = AppContext(app.timezone, now, console.first_day(app), BUILT_IN.with_cohorts(cohorts))

    def ask(query: AnyQuery) -> Table:
        if isinstance(query, PaymentsQuery) and query.show == "orders":
            raise missing(OF_PERSONS, "show")
        sees = SEES_PERSONS.set(False)
        try:
            return console.answer(PLAIN, query, app)
        finally:
            SEES_PERSONS.reset(sees)

    def report(name: str, query: str, language: Language) -> Answered:
        state, page = _read(console, app, context, name, query)
        table = ask(state.query(app.id))
        if isinstance(state, QuestionRequest):
            named = events(console.records, app.id)
            state, table = called(
                state, with_unknown(table, state.question, named), named, language
            )
        return Answered(state, table, page)

    title = Text(app.title("zh"), app.title("en"))
    return Asking(
        app.id, app.name, title, context, console.records, ask, report, console.public_url,
        keep, coming_in=lambda: _coming_in(console, app),
    )  # fmt: skip


#: How long a time a message of each cadence is of.
_OVER: dict[Cadence, str] = {"day": "yesterday", "week": "last_week", "month": "last_month"}


def preview(
    console: Console, app: App, content: str, cadence: Cadence, language: Language, now: datetime
) -> Message:
    """What would be sent now. Refused, naming `content`, where there is none of that name; NotFound where a report
    isn't there."""
    at = asking(console, app, now)
    over = preset(_OVER[cadence], at.context.today)
    return message(at, [find(content, console.records, app.id)], over, language)


def _coming_in(console: Console, app: App) -> ComingIn:
    last = max((one.at for one in console.arrived(app).keys.values()), default=0)
    told = console.notices(app)
    failing = min((one.since for one in told if one.kind == "failing"), default=0)
    return ComingIn(
        _moment(last), sum(one.count for one in told if one.kind == "waiting"), _moment(failing)
    )


def _moment(milliseconds: int) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None


def _read(
    console: Console, app: App, context: AppContext, name: str, query: str
) -> tuple[ReportRequest, str]:
    """How the address is read, and its page below the app's."""
    given = parse_qsl(query.removeprefix("?"))
    if name.startswith(PREFIX):  # the team's: what is one person's own goes to nobody else
        saved = found(console.records, app.id, name, None)
        asked = as_request(saved, given, app.timezone, context.now, "json", context.first_day)
        return asked, opened_at("", saved).removeprefix("/a//")
    state = reports.read(
        given, reports.find(name), app.timezone, context.now, context.first_day, catalog=context.catalog
    )  # fmt: skip
    tab = tab_of(name)
    main = state.of(reports.find(tab.main)) if tab.main else state
    return state, f"{tab.name}{main.at()}".removesuffix("?")
