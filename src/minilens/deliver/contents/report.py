"""Any report of the console or saved question, by its address: `report:overview.pages?by=page`."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from minilens import reports
from minilens.deliver.contents.content import Asking, Content
from minilens.deliver.contents.of_table import section
from minilens.errors import NotFound
from minilens.period import Range
from minilens.records.store import Records
from minilens.render.message import Section
from minilens.reports.ready import READY
from minilens.text import Language, Text

PREFIX = "report:"
_QUESTION = "question."
_DAYS = {"period", "from", "to"}


def content_of(name: str, records: Records, app: int) -> Content:
    """The content of such a name; NotFound where the app has no report or shared question of it. What else its address
    says is read when it is asked."""
    report, _, query = name.removeprefix(PREFIX).partition("?")

    def sections(asking: Asking, over: Range, language: Language) -> tuple[Section, ...]:
        answered = asking.report(report, _over(query, over), language)
        return (section(answered, asking, language),)

    return Content(name, _title(report, records, app), "day", sections)


def _over(query: str, over: Range) -> str:
    """The days of the message, unless the address has its own."""
    given = parse_qsl(query)
    if _DAYS & {name for name, _ in given}:
        return query
    return urlencode([*given, ("from", str(over.start)), ("to", str(over.end))])


def _title(report: str, records: Records, app: int) -> Text:
    if not report.startswith(_QUESTION):
        return reports.find(report).title
    number = report.removeprefix(_QUESTION)
    if number in READY:
        return READY[number].title
    found = (
        records.questions.find(app, int(number), None)
        if number.isdecimal() and len(number) < 10
        else None
    )
    if found is None:
        raise NotFound("unknown_question", got=number[:20])
    return found.name
