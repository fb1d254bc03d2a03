"""What an address for tools asks: checked when it is made, read anew whenever it is fetched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import parse_qsl, urlencode

from minilens import reports
from minilens.errors import Refused, did_you_mean
from minilens.records.feeds import ANNOTATIONS
from minilens.records.store import Records
from minilens.reports.kinds.questions import QuestionRequest
from minilens.reports.request import Pairs, ReportRequest
from minilens.reports.tabs import tab_of
from minilens.text import Text
from minilens.web.catalogs import catalog_of
from minilens.web.console import App
from minilens.web.reports import questions
from minilens.web.reports.formats import of_a_file

CALENDAR = Text("标注日历", "Annotations calendar")
#: What an address of a report says of its form alone.
OF_THE_FORM = ("format", "bom", "lang")


def state_of(
    records: Records, app: App, report: str, query: str, *, moment: datetime, first: date | None, account: int | None
) -> ReportRequest:  # fmt: skip
    """The question of a report, or of a saved question that the account sees; Refused or NotFound where it can't be
    asked. All rows of a list, nothing compared unless the query says so. `first`: the day of the app's first event."""
    given = pairs_of(query)
    if report.startswith(questions.PREFIX):
        saved = questions.found(records, app.id, report, account)
        known(given, questions.INSTEAD)
        return questions.as_request(saved, given, app.timezone, moment, "csv", first)
    found = reports.find(report)
    known(given, [one.name for one in found.kind.parameters])
    return reports.read_for_programs(
        of_a_file([("compare", "none"), *given], "csv"), found, app.timezone, moment, first,
        catalog=catalog_of(records, app.id, given),
    )  # fmt: skip


def checked(
    records: Records, app: App, report: str, query: str, *, moment: datetime, first: date | None, account: int | None
) -> str:  # fmt: skip
    """The query as it is kept: whole, so that a default that changes changes no column. Empty for the calendar."""
    if report == ANNOTATIONS:
        if query.removeprefix("?"):
            raise Refused("not_taken", "query", of=ANNOTATIONS)
        return ""
    state = state_of(records, app, report, query, moment=moment, first=first, account=account)
    if isinstance(state, QuestionRequest):
        return urlencode(state.instead or ())
    return state.whole().removeprefix("?")


def pairs_of(query: str) -> Pairs:
    """Its arguments, without those of a form."""
    return [pair for pair in parse_qsl(query.removeprefix("?")) if pair[0] not in OF_THE_FORM]


def known(given: Pairs, names: Sequence[str]) -> None:
    """Refused where an argument is none of these: a tool would not see that it says nothing."""
    for name, _ in given:
        if name not in names:
            hint = did_you_mean(name, names)
            raise Refused("unknown_choice", "query", got=name[:40], hint=hint)


def title_of(records: Records, app: App, report: str) -> Text:
    """What people call what it gives; the name itself where that is no more."""
    if report == ANNOTATIONS:
        return CALENDAR
    if report in reports.REPORTS:
        tab, own = tab_of(report).title, reports.REPORTS[report].title
        return Text(f"{tab.zh} · {own.zh}", f"{tab.en} · {own.en}")
    try:
        saved = questions.found(records, app.id, report, None, every=True)
    except Refused:
        return Text(report, report)
    return saved.title if hasattr(saved, "title") else saved.name
