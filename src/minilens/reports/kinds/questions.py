"""What questions of every kind have in common as reports: they are asked whole, their address has them as JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from minilens.reports.parameters import ANSWER, TRAFFIC_OF
from minilens.reports.question import AnyQuestion, decoded, encoded
from minilens.reports.report import Kind
from minilens.reports.request import ReportRequest
from minilens.text import Language, Text


@dataclass(frozen=True, kw_only=True)
class QuestionRequest(ReportRequest):
    """A question, as its forms are made of it.

    `instead`: of a saved one, which is asked by its number, what an address says instead of its own; else None.
    """

    question: AnyQuestion
    instead: tuple[tuple[str, str], ...] | None = None

    @property
    def compares(self) -> bool:
        """Nothing stands beside."""
        return False

    def conditions(self, language: Language) -> list[str]:
        """Under which conditions the figures stand, in words: none, unless a kind says some."""
        return []

    def subject(self, language: Language) -> list[str]:
        """What is asked, in words, apart from conditions and days: nothing, unless a kind says some."""
        return []

    def sorted_by(self, language: Language) -> str:
        """What people call the measure that groups are sorted by; empty where none is chosen."""
        return ""

    def over_pairs(self) -> list[tuple[str, str]]:
        """The question itself, or what is said instead of its own days."""
        if self.instead is not None:
            return list(self.instead)
        return [("question", encoded(self.question))]

    def pairs(self) -> list[tuple[str, str]]:
        """The question and the measure that is shown: all else is in the question."""
        return [*self.over_pairs(), *([("measure", self.measure)] if self.measure else [])]

    def over(self, period: str) -> str:
        """Nowhere."""
        return ""

    def beside(self, kind: str) -> str:
        """Nowhere."""
        return ""

    def next_to(self, by: Literal[-1, 1]) -> str:
        """Nowhere."""
        return ""

    def includes(self, day: date) -> bool:
        """Whether a day is asked about."""
        return self.range.start <= day <= self.range.end


def kind_of(
    name: str, drawing: str, asked: type[Any], request: Callable[..., ReportRequest], row: Text, *, guide: str
) -> Kind:  # fmt: skip
    """The kind of report that a question is. `request` makes it of the question, its context, a name and a title;
    `guide` is the page of the guide that tells of it."""
    return Kind(
        name=name, drawing=drawing, parameters=(TRAFFIC_OF, *ANSWER), row=row, question=guide,
        read=lambda every, report, context: request(
            decoded(dict(every).get("question", ""), asked), context, report.name, report.title
        ),
    )  # fmt: skip
