"""A question about the value of persons as a report: what every form of its answer is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace

from minilens.measure.events.operand import key
from minilens.measure.ltv import columns, words
from minilens.measure.ltv.query import LtvQuery
from minilens.measure.run import AnyQuery
from minilens.reports.kinds.questions import QuestionRequest, kind_of
from minilens.reports.ltv_reader import read
from minilens.reports.questions.ltv import LtvQuestion
from minilens.reports.report import Report
from minilens.reports.request import AppContext
from minilens.text import Language, Text


@dataclass(frozen=True, kw_only=True)
class LtvRequest(QuestionRequest):
    """A question about the value of persons, as its forms are made of it."""

    question: LtvQuestion
    asked: LtvQuery

    @property
    def bucket(self) -> str:
        """The length of a row, where rows are cohorts."""
        return "whole" if self.asked.show == "curve" else self.asked.unit

    def query(self, app: int) -> AnyQuery:
        """The question, of an app."""
        return replace(self.asked, rows=replace(self.asked.rows, app=app))

    def conditions(self, language: Language) -> list[str]:
        """The question in a line, and its conditions."""
        return words.subject(self.asked, language)


TITLE = Text("用户价值", "Lifetime value")


def request(
    question: LtvQuestion, context: AppContext, name: str = "ask", title: Text = TITLE
) -> LtvRequest:
    """The question with the report that it is; Refused, naming the path."""
    query = read(question, context, 0)
    groups = query.rows.groups
    _, shown = columns.columns(query)
    measures = tuple(one.name for one in shown if one.unit != "text")
    report = Report(
        name=name, title=title, kind=KIND, measures=measures, first="ltv", by=key(groups[0]) if groups else "",
    )  # fmt: skip
    return LtvRequest(
        report=report, context=context, range=query.days, period=question.period, compare="none",
        traffic=query.rows.traffic, question=question, asked=query,
    )  # fmt: skip


KIND = kind_of(
    "ltv",
    "ltv",
    LtvQuestion,
    request,
    Text(
        "一组取值的一个人群，或其首日之后的若干天",
        "a cohort of a group of values, or so many days behind its first",
    ),
    guide="ltv",
)
