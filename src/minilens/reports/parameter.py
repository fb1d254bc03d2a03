"""One parameter of a report's address: how its value is read, and how it is described."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from minilens.errors import Refused, did_you_mean
from minilens.period import parse_day
from minilens.text import Text

if TYPE_CHECKING:
    from minilens.reports.report import Report

Given = Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Parameter:
    """One parameter. `words` are its only values; `pattern` and `limits` (of a number, or of a text's length)
    say which others are right. `default`: what is meant where it is not given, for a report; "" is nothing.

    `measures`: its values are the measures of the report; `groupings`: the dimensions that its rows may be told
    apart by. `own`: a page says it of a card alone (`pages.sort`). `documented`: programs have a use for it.
    `option`: the help of the command's option, in both languages.
    """

    name: str
    description: Text
    words: tuple[str, ...] = ()
    kind: Literal["word", "text", "date", "moment", "number"] = "word"
    pattern: str = ""
    limits: tuple[int, int] = (0, 0)
    example: str = ""
    repeated: bool = False
    default: Callable[[Report], str] = lambda report: ""
    measures: bool = False
    groupings: bool = False
    own: bool = False
    documented: bool = True
    option: str = ""

    def choices(self, report: Report) -> tuple[str, ...]:
        """The only values that it may have; () where they are no closed list."""
        if self.groupings:
            return report.groupings
        return report.measures if self.measures else self.words

    def read(self, given: Given, report: Report, default: str | None = None) -> str:
        """The value as text, or the default; Refused, naming the parameter, where it is none of the right ones."""
        usual = self.default(report) if default is None else default
        got = given.get(self.name) or usual
        if self.measures or self.groupings or self.kind == "word":
            self._check_word(got, report)
        if self.kind == "text":
            got = got.strip() if self.name == "search" else got
            if self.limits[1] and len(got) > self.limits[1]:
                raise Refused("too_long", self.name, limit=self.limits[1])
        return got

    def number(self, given: Given, report: Report) -> int:
        """The value as a number."""
        got, (least, most) = self.read(given, report), self.limits
        if not re.fullmatch(r"0|[1-9]\d{0,6}", got) or not least <= int(got) <= most:
            raise Refused("bad_number", self.name, got=got, least=least, most=most)
        return int(got)

    def day(self, given: Given) -> date | None:
        """The value as a day; None where it is not given."""
        got = given.get(self.name)
        return parse_day(got, self.name) if got else None

    def _check_word(self, got: str, report: Report) -> None:
        known = self.choices(report)
        if got and got not in known:
            code = "unknown_measure" if self.measures else "unknown_choice"
            raise Refused(code, self.name, got=got, hint=did_you_mean(got, known))


def always(value: str) -> Callable[[Report], str]:
    """The same default for every report."""
    return lambda report: value
