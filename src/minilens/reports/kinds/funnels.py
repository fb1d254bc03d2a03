"""A question about a funnel as a report: what every form of its answer is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace

from minilens.measure.events.operand import key
from minilens.measure.funnels import after, by_value, columns, comparison, times, words
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.run import AnyQuery
from minilens.measure.table import Column
from minilens.reports.funnels_reader import read
from minilens.reports.kinds.questions import QuestionRequest, kind_of
from minilens.reports.questions.funnel import FunnelQuestion
from minilens.reports.report import Report
from minilens.reports.request import AppContext
from minilens.text import Language, Text


@dataclass(frozen=True, kw_only=True)
class FunnelRequest(QuestionRequest):
    """A question about a funnel, as its forms are made of it."""

    question: FunnelQuestion
    asked: FunnelQuery

    @property
    def bucket(self) -> str:
        """The length of a row."""
        return self.question.grain if self.asked.show in ("trend", "each_day") else "whole"

    def query(self, app: int) -> AnyQuery:
        """The question, of an app."""
        return replace(self.asked, rows=replace(self.asked.rows, app=app))

    def conditions(self, language: Language) -> list[str]:
        """The funnel in a line, and its conditions."""
        return words.subject(self.asked, language)


TITLE = Text("漏斗", "Funnel")


def _measures(query: FunnelQuery) -> tuple[tuple[Column, ...], str]:
    """What its rows say, and which of it leads."""
    others: dict[str, tuple[tuple[Column, ...], str]] = {
        "times": (times.COLUMNS[2:], "count"), "compare": (comparison.MEASURES, "rate"),
        "next": (after.NEXT, "count"), "drivers": (after.DRIVERS, "did"),
    }  # fmt: skip
    if by_value.asked(query):
        return by_value.MEASURES, "had"
    if query.show in others:
        return others[query.show]
    if query.show == "steps":
        return columns.of_steps(query), query.counts
    return columns.of_trend(query), "from_first"


def request(
    question: FunnelQuestion, context: AppContext, name: str = "ask", title: Text = TITLE
) -> FunnelRequest:
    """The question with the report that it is; Refused, naming the path."""
    query = read(question, context, 0)
    groups = query.rows.groups[: query.grouped]
    shown, first = _measures(query)
    report = Report(
        name=name, title=title, kind=KIND, measures=tuple(one.name for one in shown), first=first,
        by=key(groups[0]) if groups else "",
    )  # fmt: skip
    return FunnelRequest(
        report=report, context=context, range=query.rows.range, period=question.period, compare="none",
        traffic=query.rows.traffic, question=question, asked=query,
    )  # fmt: skip


KIND = kind_of(
    "funnel",
    "funnel",
    FunnelQuestion,
    request,
    Text("一组取值的一个步骤", "a step of a group of values"),
    guide="funnels",
)
