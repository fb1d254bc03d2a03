"""A question about events as a report: what every form of its answer is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace

from minilens.measure.events import words
from minilens.measure.events.operand import key
from minilens.measure.events.query import EventsQuery
from minilens.measure.run import AnyQuery
from minilens.reports.events_reader import read
from minilens.reports.kinds.questions import QuestionRequest, kind_of
from minilens.reports.questions.events import EventsQuestion
from minilens.reports.report import Report
from minilens.reports.request import AppContext
from minilens.text import Language, Text


@dataclass(frozen=True, kw_only=True)
class EventsRequest(QuestionRequest):
    """A question about events, as its forms are made of it."""

    question: EventsQuestion
    asked: EventsQuery

    @property
    def bucket(self) -> str:
        """The length of a row."""
        return self.asked.grain

    def query(self, app: int) -> AnyQuery:
        """The question, of an app."""
        return replace(self.asked, app=app)

    def conditions(self, language: Language) -> list[str]:
        """Under which conditions the figures stand, in words."""
        return words.subject(self.asked, language)

    def subject(self, language: Language) -> list[str]:
        """The measures, and what rows are told apart by."""
        both = "、" if language == "zh" else ", "
        measures = both.join(one.title.of(language) for one in self.asked.measures)
        groups = both.join(one.title.of(language) for one in self.asked.groups)
        return [
            measures,
            *([f"按{groups}" if language == "zh" else f"by {groups}"] if groups else []),
        ]

    def sorted_by(self, language: Language) -> str:
        """What people call the measure that groups are sorted by."""
        leading = self.asked.leading
        return next(one.title.of(language) for one in self.asked.measures if one.name == leading)


TITLE = Text("事件分析", "Event analysis")


def request(
    question: EventsQuestion, context: AppContext, name: str = "ask", title: Text = TITLE
) -> EventsRequest:
    """The question with the report that it is; Refused, naming the path."""
    query = read(question, context, 0)
    named = tuple(one.name for one in query.measures)
    report = Report(
        name=name, title=title, kind=KIND, measures=named, first=query.leading,
        by=key(query.groups[0]) if query.groups else "",
    )  # fmt: skip
    return EventsRequest(
        report=report, context=context, range=query.range, period=question.period, compare="none",
        traffic=query.traffic, question=question, asked=query,
    )  # fmt: skip


KIND = kind_of(
    "events",
    "events",
    EventsQuestion,
    request,
    Text("一组取值的一个时间段", "a period of a group of values"),
    guide="ask",
)
