"""A question about attribution as a report: what every form of its answer is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace

from minilens.measure.attribution import columns, words
from minilens.measure.attribution.query import AttributionQuery
from minilens.measure.run import AnyQuery
from minilens.reports.attribution_reader import read
from minilens.reports.kinds.questions import QuestionRequest, kind_of
from minilens.reports.questions.attribution import AttributionQuestion
from minilens.reports.report import Report
from minilens.reports.request import AppContext
from minilens.text import Language, Text


@dataclass(frozen=True, kw_only=True)
class AttributionRequest(QuestionRequest):
    """A question about attribution, as its forms are made of it."""

    question: AttributionQuestion
    asked: AttributionQuery

    @property
    def bucket(self) -> str:
        """The length of a row, where rows are periods."""
        return self.asked.rows.grain

    def query(self, app: int) -> AnyQuery:
        """The question, of an app."""
        return replace(self.asked, rows=replace(self.asked.rows, app=app))

    def conditions(self, language: Language) -> list[str]:
        """The question in a line, and its conditions."""
        return words.subject(self.asked, language)

    def sorted_by(self, language: Language) -> str:
        """The model that groups are sorted by, or the count of pairs and ways."""
        return columns.measures(self.asked)[0].title.of(language)


TITLE = Text("归因分析", "Attribution")


def request(
    question: AttributionQuestion, context: AppContext, name: str = "ask", title: Text = TITLE
) -> AttributionRequest:
    """The question with the report that it is; Refused, naming the path."""
    query = read(question, context, 0)
    measures = tuple(one.name for one in columns.measures(query))
    report = Report(name=name, title=title, kind=KIND, measures=measures, first=measures[0])
    return AttributionRequest(
        report=report, context=context, range=query.rows.range, period=question.period, compare="none",
        traffic=query.rows.traffic, question=question, asked=query,
    )  # fmt: skip


KIND = kind_of(
    "attribution",
    "attribution",
    AttributionQuestion,
    request,
    Text("一组触点，或一组与另一组，或一条路径", "a group of touches, a pair of groups, or a way"),
    guide="attribution",
)
