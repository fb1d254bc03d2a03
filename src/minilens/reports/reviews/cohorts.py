"""Whom an app has won: persons by the month of their first visit, what they are worth, and when they have paid back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

import msgspec

from minilens.errors import Refused
from minilens.measure.table import Row
from minilens.period import Range, buckets_before
from minilens.records.questions import SavedQuestion
from minilens.reports.asking import request
from minilens.reports.kinds.questions import QuestionRequest
from minilens.reports.question import decoded, encoded
from minilens.reports.questions.ltv import LtvQuestion
from minilens.reports.request import AppContext
from minilens.text import Text

#: Months of first visits, the last one among them.
MONTHS = 6
#: What is told of a month, as far as an answer has it.
COLUMNS = (
    "day", "cohort_users", "return_rate_7", "return_rate_14", "return_rate_30", "ltv", "payback_day",
)  # fmt: skip
TITLE = Text("留存与用户价值", "Retention and lifetime value")


@dataclass(frozen=True)
class Cohorts:
    """The question by months, and its page, below the app's address. `by_team`: it is one that the team has saved."""

    asked: QuestionRequest
    page: str
    by_team: bool


def cohorts(over: Range, context: AppContext, saved: Sequence[SavedQuestion]) -> Cohorts:
    """Months up to the one in which the days end, none before the app's first. Asked as the team's own question about
    value asks, where it has saved one; Refused where that can be asked no longer."""
    first, began = buckets_before(over.end.replace(day=1), "month", MONTHS - 1), context.first_day
    first = max(first, began.replace(day=1)) if began and began <= over.end else first
    own = of_team(saved)
    question = msgspec.structs.replace(
        own or LtvQuestion(), show="cohorts", grain="month", groups=[], days=[], period="", start=str(first),
        end=str(over.end),
    )  # fmt: skip
    page = "ltv?" + urlencode({"question": encoded(question)}, safe=":,/")
    return Cohorts(request(question, context, "ask", TITLE), page, own is not None)


def of_team(saved: Sequence[SavedQuestion]) -> LtvQuestion | None:
    """The team's question about value that says most: one with a margin before others, then one of all users
    together."""
    found = [question for one in saved if (question := _of_value(one))]
    return min(found, key=lambda one: (one.margin is None, bool(one.groups)), default=None)


def _of_value(one: SavedQuestion) -> LtvQuestion | None:
    try:
        question = decoded(one.body)
    except Refused:  # of a version before, which can be asked no longer
        return None
    return question if isinstance(question, LtvQuestion) else None


def margin_of(saved: Sequence[SavedQuestion]) -> float:
    """What part of revenue is margin, by the team's question; 1 where it says no one rate of all."""
    own = of_team(saved)
    margin = own.margin if own else None
    return margin.rate if margin and margin.rate is not None and not margin.property else 1.0


def months(rows: Sequence[Row]) -> list[Row]:
    """The rows of single months."""
    return [row for row in rows if isinstance(row[0], date)]
