"""Questions about activity as reports: what every form of their answers is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace

from minilens.measure.activity import columns, words
from minilens.measure.activity.query import (
    ActivityQuery,
    LifecycleQuery,
    ReturnsQuery,
    StickinessQuery,
)
from minilens.measure.events.operand import key
from minilens.measure.run import AnyQuery
from minilens.reports import activity_reader as reader
from minilens.reports.kinds.questions import QuestionRequest, kind_of
from minilens.reports.questions.activity import (
    LifecycleQuestion,
    RetentionQuestion,
    StickinessQuestion,
)
from minilens.reports.report import Report
from minilens.reports.request import AppContext
from minilens.text import Language, Text


@dataclass(frozen=True, kw_only=True)
class ActivityRequest(QuestionRequest):
    """A question about activity, as its forms are made of it."""

    question: RetentionQuestion | StickinessQuestion | LifecycleQuestion
    asked: ActivityQuery

    @property
    def bucket(self) -> str:
        """The length of a row, where rows are periods."""
        apart = getattr(self.asked, "show", "") == "distribution"
        return "whole" if apart else self.asked.unit

    def query(self, app: int) -> AnyQuery:
        """The question, of an app."""
        told = replace(self.asked, rows=replace(self.asked.rows, app=app))
        assert isinstance(told, ReturnsQuery | StickinessQuery | LifecycleQuery)
        return told

    def conditions(self, language: Language) -> list[str]:
        """The question in a line, and its conditions."""
        return words.subject(self.asked, language)


RETENTION, STICKINESS, LIFECYCLE = (
    Text("留存分析", "Retention"),
    Text("粘性分析", "Stickiness"),
    Text("生命周期", "Lifecycle"),
)


def of_retention(
    question: RetentionQuestion, context: AppContext, name: str = "ask", title: Text = RETENTION
) -> ActivityRequest:
    """The question with the report that it is; Refused, naming the path."""
    query = reader.retention(question, context, 0)
    _, shown = columns.of_returns(query)
    named = [one.name for one in shown if one.name not in ("cohort_users", "final_from")]
    measures = ("retention_rate", *(one for one in named if one != "retention_rate"))
    report = Report(name, title, OF_RETENTION, measures, "retention_rate")
    return _request(question, query, context, report)


def of_stickiness(
    question: StickinessQuestion, context: AppContext, name: str = "ask", title: Text = STICKINESS
) -> ActivityRequest:
    """The question with the report that it is; Refused, naming the path."""
    query = reader.stickiness(question, context, 0)
    _, shown = columns.of_stickiness(query)
    first = "dau_mau" if query.show == "ratio" else "persons"
    report = Report(name, title, OF_STICKINESS, tuple(one.name for one in shown), first)
    return _request(question, query, context, report)


def of_lifecycle(
    question: LifecycleQuestion, context: AppContext, name: str = "ask", title: Text = LIFECYCLE
) -> ActivityRequest:
    """The question with the report that it is; Refused, naming the path."""
    query = reader.lifecycle(question, context, 0)
    _, shown = columns.of_lifecycle(query)
    report = Report(name, title, OF_LIFECYCLE, tuple(one.name for one in shown), "active")
    return _request(question, query, context, report)


def _request(
    question: RetentionQuestion | StickinessQuestion | LifecycleQuestion,
    query: ActivityQuery,
    context: AppContext,
    report: Report,
) -> ActivityRequest:
    groups = query.rows.groups
    return ActivityRequest(
        report=replace(report, by=key(groups[0]) if groups else ""), context=context, range=query.days,
        period=question.period, compare="none", traffic=query.rows.traffic, question=question, asked=query,
    )  # fmt: skip


OF_RETENTION = kind_of(
    "retention_question", "returns", RetentionQuestion, of_retention,
    Text("一组取值的一个周期与其后的一个周期", "a period of a group of values, and one after it"),
    guide="retention",
)  # fmt: skip
OF_STICKINESS = kind_of(
    "stickiness", "events", StickinessQuestion, of_stickiness,
    Text("一个活跃周期数，或一天", "a number of active periods, or a day"), guide="retention",
)  # fmt: skip
OF_LIFECYCLE = kind_of(
    "lifecycle", "lifecycle", LifecycleQuestion, of_lifecycle, Text("一个周期", "a period"), guide="retention",
)  # fmt: skip
