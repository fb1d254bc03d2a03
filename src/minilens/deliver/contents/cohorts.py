"""The monthly look at whom an app has won: how many come back, what they are worth, and when they have paid back."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from minilens.deliver.contents.content import Answered, Asking, Content
from minilens.deliver.contents.of_table import listing, number
from minilens.errors import Refused
from minilens.measure.table import Row, Table
from minilens.period import Range, buckets_before
from minilens.records.questions import SavedQuestion
from minilens.render import format
from minilens.render.heading import days
from minilens.render.i18n import translate
from minilens.render.message import Section
from minilens.render.panels import Course, Panel
from minilens.reports.asking import request
from minilens.reports.question import decoded, encoded
from minilens.reports.questions.ltv import LtvQuestion
from minilens.text import Language, Text

#: Months of first visits, the last one among them.
MONTHS = 6
#: Columns of its list, as far as an answer has them, and those that are drawn.
_SHOWN = (
    "day", "cohort_users", "return_rate_7", "return_rate_14", "return_rate_30", "ltv", "payback_day",
)  # fmt: skip
_DRAWN = ("ltv", "return_rate_7")


def sections(asking: Asking, over: Range, language: Language) -> tuple[Section, ...]:
    """Each month of first visits a row, by the team's own question about value where one is saved."""
    _ = translate(language)
    found = _asked(asking, over, language)
    table = found.table
    told = [
        days(table, found.request.report, language),
        *(note.of(language) for note in table.notes),
    ]
    if not any(one.name == "payback_day" for one in table.columns):
        told.append(
            _("A saved query of lifetime value with a margin also says when a month has paid back.")
        )
    rows = [row for row in table.rows if row[0] is not None]
    panels = [_panel(table, rows, name, language) for name in _DRAWN]
    alt = f"{COHORTS.title.of(language)}, {told[0]}"
    return (
        Section(
            COHORTS.title.of(language), tuple(told), (), asking.draw(panels if rows else [], alt, language),
            listing(table, _named(rows, language), _SHOWN, language), asking.page(found.page),
        ),
    )  # fmt: skip


def _asked(asking: Asking, over: Range, language: Language) -> Answered:
    first = buckets_before(over.end.replace(day=1), "month", MONTHS - 1)
    began = asking.context.first_day
    first = max(first, began.replace(day=1)) if began and began <= over.end else first
    saved = _saved(asking)
    if saved is not None:
        return asking.report(
            f"question.{saved.id}", f"from={first}&to={over.end}&grain=month", language
        )
    question = LtvQuestion(grain="month", start=str(first), end=str(over.end))
    asked = request(question, asking.context, "ask", COHORTS.title)
    page = "ltv?" + urlencode({"question": encoded(question)}, safe=":,/")
    return Answered(asked, asking.ask(asked.query(asking.app)), page)


def _saved(asking: Asking) -> SavedQuestion | None:
    """The team's first question about value whose rows are cohorts, all of them together."""
    for one in asking.records.questions.of(asking.app, None):
        try:
            question = decoded(one.body)
        except Refused:  # of a version before, which can be asked no longer
            continue
        if isinstance(question, LtvQuestion) and question.show == "cohorts" and not question.groups:
            return one
    return None


def _named(rows: list[Row], language: Language) -> list[Row]:
    """Months by their names."""
    return [
        (format.bucket(row[0], "month", language) if isinstance(row[0], date) else row[0], *row[1:])
        for row in rows
    ]


def _panel(table: Table, rows: list[Row], name: str, language: Language) -> Panel:
    """The oldest first."""
    names = [one.name for one in table.columns]
    at, column = names.index(name), table.columns[names.index(name)]
    oldest = sorted(rows, key=lambda row: str(row[0]))
    months = [row[0] for row in oldest if isinstance(row[0], date)]
    return Course(
        format.title(column, language), tuple(format.tick(month, "month") for month in months),
        tuple(number(row[at]) for row in oldest), column.unit, "bars",
    )  # fmt: skip


COHORTS = Content(
    "cohorts", Text("留存与用户价值", "Retention and lifetime value"), "month", sections
)
