"""A question about paths as a report: what every form of its answer is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import msgspec

from minilens.measure.paths import words
from minilens.measure.paths.query import PathsQuery
from minilens.measure.run import AnyQuery
from minilens.reports import paths_ways
from minilens.reports.kinds.questions import QuestionRequest, kind_of
from minilens.reports.paths_reader import read
from minilens.reports.questions.funnel import FunnelQuestion
from minilens.reports.questions.paths import AskedNode, PathsQuestion
from minilens.reports.report import Report
from minilens.reports.request import AppContext
from minilens.text import Language, Text


@dataclass(frozen=True, kw_only=True)
class PathsRequest(QuestionRequest):
    """A question about paths, as its forms are made of it."""

    question: PathsQuestion
    asked: PathsQuery

    @property
    def bucket(self) -> str:
        """Rows are of no length of time."""
        return "whole"

    def query(self, app: int) -> AnyQuery:
        """The question, of an app."""
        return replace(self.asked, rows=replace(self.asked.rows, app=app))

    def conditions(self, language: Language) -> list[str]:
        """The way in a line, and its conditions."""
        return words.subject(self.asked, language)

    @property
    def here(self) -> AskedNode | None:
        """The last node that was opened, else the anchor."""
        return paths_ways.here(self.question)

    @property
    def longer(self) -> PathsQuestion | None:
        """The same with more nodes in each column; None where there are enough."""
        return paths_ways.longer(self.question)

    def to(self, place: int, kind: str, name: str) -> PathsQuestion:
        """With a node of a column opened."""
        return paths_ways.to(self.question, place, kind, name)

    def back_to(self, count: int) -> PathsQuestion:
        """With so many of the opened nodes."""
        return msgspec.structs.replace(self.question, chosen=self.question.chosen[:count])

    def from_here(self, direction: Literal["after", "before"]) -> PathsQuestion:
        """What comes after or before the last node that was opened."""
        return paths_ways.from_here(self.question, direction)

    def shown_as(self, show: Literal["columns", "links"]) -> PathsQuestion:
        """The other drawing of the same: as many columns of links as the way has, at least."""
        steps = max(self.question.steps, len(self.question.chosen))
        return msgspec.structs.replace(self.question, show=show, steps=steps)

    def funnel(self, order: Literal["ordered", "strict"]) -> FunnelQuestion | None:
        """The way as a funnel, where it can be one."""
        return paths_ways.funnel(self.question, order)


TITLE = Text("路径", "Paths")


def request(
    question: PathsQuestion, context: AppContext, name: str = "ask", title: Text = TITLE
) -> PathsRequest:
    """The question with the report that it is; Refused, naming the path."""
    query = read(question, context, 0)
    report = Report(name=name, title=title, kind=KIND, measures=(query.counts,), first=query.counts)
    return PathsRequest(
        report=report, context=context, range=query.rows.range, period=question.period, compare="none",
        traffic=query.rows.traffic, question=question, asked=query,
    )  # fmt: skip


KIND = kind_of(
    "paths",
    "paths",
    PathsQuestion,
    request,
    Text("一列的一个节点，或一条连接", "a node of a column, or a link"),
    guide="paths",
)
