"""What questions of every kind have in common as reports: they are asked whole, and lead nowhere by their address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from minilens.reports.request import ReportRequest
from minilens.text import Language


@dataclass(frozen=True, kw_only=True)
class QuestionRequest(ReportRequest):
    """A question, as its forms are made of it."""

    @property
    def compares(self) -> bool:
        """Nothing stands beside."""
        return False

    def conditions(self, language: Language) -> list[str]:
        """Under which conditions the figures stand, in words: none, unless a kind says some."""
        return []

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
